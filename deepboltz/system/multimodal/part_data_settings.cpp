#include <algorithm>

#include <fmt/format.h>

#include "deepboltz/data/classes.h"
#include "deepboltz/data/format_options.h"
#include "deepboltz/data/read_data.h"
#include "deepboltz/system/multimodal/multimodal_recipe.h"

namespace deepboltz {
namespace {

constexpr std::size_t kMostParts = 16;

void part_file_settings(Section s, PartFileRecipe& part) {
  const auto of_formats = [](const char* option, const char* meaning) { return formats_with(option) + ": " + meaning; };
  s.add("name", part.name, "what the part is called: image, text, … A pathway or layer of this name sees it");
  s.add_path("train", part.train, "the file or folder with this part of the training cases");
  s.add_path("test", part.test, "the file or folder with this part of the test cases. Empty: there are none");
  s.choose("format", part.format, data_format_words(), "format of the files. auto: as data.format finds it");
  s.add("data_key", part.data_key, of_formats("data_key", "the array with this part"));
  s.add("label_key", part.label_key, of_formats("label_key", "the array with the labels of the cases"));
  s.add_name_or_number("label_column", part.label_column,
                       of_formats("label_column", "the column with the labels of the cases, by name or number"));
  s.add_name_or_number("id_column", part.id_column,
                       of_formats("id_column",
                                  "the column with the names of the cases, by name or number, by which parts are "
                                  "matched. A file name is matched without its ending"));
  s.add_name_or_number("text_column", part.text_column,
                       of_formats("text_column", "the column with the words of each case, by name or number"));
  s.add("words", part.words, {.low = 0, .high = 1'000'000},
        "documents: count only this number of words, the most frequent ones. 0 counts all words, or 2,000 of plain "
        "text");
  s.add("height", part.height, {.low = 0, .high = 16384}, "height of the pictures, for files that do not tell it");
  s.add("width", part.width, {.low = 0, .high = 16384}, "width of the pictures, for files that do not tell it");
  s.add("colour", part.colour, of_formats("colour", "read red, green and blue. false reads pictures as grey"));
  s.add("invert", part.invert, of_formats("invert", "the pictures show dark ink on light paper: invert them"));
}

void require_part(const MultimodalRecipe& recipe, std::size_t p, const Refuse& refuse) {
  const std::vector<PartFileRecipe>& parts = recipe.data.parts;
  const PartFileRecipe& part = parts[p];
  const std::string key = fmt::format("data.part[{}].", p);
  if (part.name.empty()) refuse(key + "name", "expected the name of a part, got none");
  for (std::size_t q = 0; q < p; ++q)
    if (parts[q].name == part.name) refuse(key + "name", fmt::format("there are two parts \"{}\"", part.name));
  if (part.train.empty()) refuse(key + "train", "expected the path of the part's training cases, got none");
  if (part.test.empty() != parts.front().test.empty())
    refuse(key + "test", fmt::format("part \"{}\" has {}test cases; expected a path for every part, or for none",
                                     parts.front().name, parts.front().test.empty() ? "no " : ""));
  const std::vector<PartRecipe> wanted = recipe.parts();
  const auto seen = std::ranges::find(wanted, part.name, &PartRecipe::name);
  if (part.invert && seen != wanted.end() && takes_numbers(seen->visible))
    refuse(key + "invert", fmt::format("\"{}\" units take the numbers as they are", word_of(seen->visible)));
}

}  // namespace

void part_data_settings(Section s, PartDataRecipe& data) {
  s.add("name", data.name,
        "a data set of several parts (wikipedia, corel5k, tagged-strokes, …), or \"files\" for your own files");
  s.choose("match", data.join.by, {"order", "names"},
           "name = \"files\": how the parts of a case find each other. order: the same place in every file. names: the "
           "same name, of a file or in id_column");
  s.add("missing", data.join.missing,
        "match = \"names\": cases may lack parts, which are then inferred. false refuses such a case");
  s.add("validation", data.validation, kFromZero, "number of training cases that are held out");
  s.add("use_validation", data.use_validation, "train on the held-out cases as well");
  s.add("leave_out", data.leave_out,
        "the name of a source, such as a speaker: its cases are the test cases, and all others training cases, of the "
        "official split's both sides. Empty: the official split");
  s.add("train_cases", data.train_cases, kFromZero, "above 0: only the first N training cases");
  s.add("test_cases", data.test_cases, kFromZero, "above 0: only the first N test cases");
  s.add_tables("part", data.parts, kMostParts, part_file_settings);  // last: a recipe has [data] before [[data.part]]
}

void require_consistent_parts(const MultimodalRecipe& recipe, const Refuse& refuse) {
  const PartDataRecipe& data = recipe.data;
  if (data.name != "files") {
    if (!data.parts.empty())
      refuse("data.name", fmt::format("expected \"files\" where [[data.part]] is given, got \"{}\"", data.name));
    if (data.join.missing)
      refuse("data.missing", fmt::format("is for name = \"files\"; \"{}\" has the parts that it has", data.name));
    return;
  }
  if (data.parts.empty())
    refuse("data.part", "expected a [[data.part]] for every part, because data.name is \"files\"");
  if (data.join.missing && data.join.by == JoinBy::order)
    refuse("data.missing", "expected match = \"names\": by order, no case lacks a part");
  std::vector<std::string> names;
  for (std::size_t p = 0; p < data.parts.size(); ++p) {
    require_part(recipe, p, refuse);
    names.push_back(data.parts[p].name);
  }
  const std::vector<PartRecipe> wanted = recipe.parts();
  for (std::size_t p = 0; p < wanted.size(); ++p)
    if (std::ranges::find(names, wanted[p].name) == names.end())
      refuse(recipe.key_of_part(p) + (recipe.layers.empty() ? "name" : "part"),
             fmt::format("there is no [[data.part]] \"{}\"; expected {}", wanted[p].name, list_of(names)));
}

}  // namespace deepboltz
