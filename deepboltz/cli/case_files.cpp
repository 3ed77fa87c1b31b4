#include "deepboltz/cli/case_files.h"

#include <algorithm>
#include <numeric>

#include <CLI/CLI.hpp>

#include "deepboltz/data/documents.h"
#include "deepboltz/data/read_data.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/npy.h"
#include "deepboltz/recipe/run_data.h"
#include "deepboltz/recipe/visible_values.h"
#include "deepboltz/task/names.h"
#include "deepboltz/task/pictures.h"

namespace deepboltz {

namespace fs = std::filesystem;

void add_case_options(CLI::App& verb, CaseOptions& options) {
  const std::string group = "Options of files of one's own";
  verb.add_option("--labels", options.labels, "IDX, NPY: the file with the labels")->type_name("FILE")->group(group);
  verb.add_option("--label-column", options.label_column,
                  "CSV: the column with the labels, by name or number (-1: the last)")
      ->type_name("COLUMN")
      ->group(group);
  verb.add_option("--data-key", options.data_key, "NPZ, MAT: the array with the cases")
      ->type_name("NAME")
      ->group(group);
  verb.add_option("--label-key", options.label_key, "NPZ, MAT: the array with the labels")
      ->type_name("NAME")
      ->group(group);
  verb.add_option("--where", options.where, "NPZ: only these cases, as in \"drawer 16..20\"")
      ->type_name("KEY RANGE")
      ->group(group);
  verb.add_option("--vocabulary", options.vocabulary,
                  "documents of numbered words: the file with the words, one a line")
      ->type_name("FILE")
      ->group(group);
  verb.add_flag("--cases-in-columns", options.cases_in_columns, "MAT: a column is a case")->group(group);
  verb.add_flag("--pixels-by-column", options.pixels_by_column, "MAT: the pixels of a picture go down its columns")
      ->group(group);
  verb.add_flag("--invert", options.invert, "dark ink on light paper")->group(group);
}

namespace {

bool is_number(const std::string& word) {
  return std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

// What the numbers of words in a file stand for: the option's vocabulary, that of the recipe, or the model's own. A
// model that was trained on bare numbers has these for words.
std::vector<std::string> numbered_words(const CaseOptions& options, const Trained& trained) {
  if (!options.vocabulary.empty()) return read_vocabulary(options.vocabulary);
  if (trained.recipe && trained.recipe->data.name == "file" && !trained.recipe->data.vocabulary.empty())
    return read_vocabulary(trained.recipe->data.vocabulary);
  std::vector<std::string> words = vocabulary_of(trained.model);
  return std::ranges::all_of(words, is_number) ? std::vector<std::string>() : words;
}

// The cases with their classes numbered as the model's are. InputError: a class that the model does not know.
Dataset with_classes_of_model(const Trained& trained, const fs::path& path, Dataset data) {
  const auto label = trained.model.find(Role::label);
  const std::int64_t classes = label                ? trained.model.layer(*label).units
                               : trained.classifier ? trained.classifier->outputs()
                                                    : 0;
  if (classes == 0) return data;
  Dataset known;
  known.class_names = class_names_of(trained.model);
  data = with_classes_of(known, std::move(data));
  for (std::size_t r = 0; r < data.labels.size(); ++r)
    require(data.labels[r] < classes, "{}: case {} has label {}, but the model '{}' knows the classes 0 to {}",
            path.string(), r, class_name(data, data.labels[r]), trained.path.string(), classes - 1);
  if (data.class_names.empty()) data.class_names = known.class_names;
  return data;
}

}  // namespace

ReadOptions read_options(const CaseOptions& options) {
  return {.labels = options.labels,
          .data_key = options.data_key,
          .label_key = options.label_key,
          .label_column = options.label_column,
          .where = options.where.empty() ? std::nullopt : std::optional(parse_where(options.where)),
          .cases_in_columns = options.cases_in_columns,
          .pixels_by_column = options.pixels_by_column,
          .invert = options.invert};
}

void say_left_out(Session& session, const Dataset& data) {
  if (data.empty_documents > 0)
    session.console.say(
        fmt::format("{}: {} documents without words of the vocabulary are left out", data.name, data.empty_documents));
}

Dataset read_cases(Session& session, const fs::path& path, const CaseOptions& options, const Trained& trained) {
  ReadOptions reading = read_options(options);
  reading.numbers = takes_numbers(trained.model.layer(trained.model.visible()).unit);
  if (options.pixels_by_column) {
    const PictureShape shape = picture_shape(trained.model);
    reading.height = shape.height;
    reading.width = shape.width;
  }
  reading.colour = has_picture_shape(trained.model) && picture_shape(trained.model).channels > 1;
  reading.keep = vocabulary_of(trained.model);
  reading.documents = !reading.keep.empty();
  if (has_numbered_words(find_format(path, reading.format, reading.documents)))
    reading.vocabulary = numbered_words(options, trained);
  Dataset data = read_data(path, reading);
  say_left_out(session, data);
  if (!data.vocabulary.empty() && !reading.numbers) data = word_presence(std::move(data));
  const std::int64_t width = trained.model.layer(trained.model.visible()).units;
  const char* hint = data.units() == width + 1 && data.labels.empty()
                         ? "; is a column of labels among them? --label-column names it"
                         : "";
  require(data.units() == width, "{}: cases of {} units, but the model '{}' has {}{}", path.string(), data.units(),
          trained.path.string(), width, hint);
  require_values(trained.model, data);
  return with_classes_of_model(trained, path, std::move(data));
}

Dataset cases_of_run(Context& ctx, const Trained& trained, const char* who) {
  const Recipe& recipe = require_recipe(trained, who);
  RunData data = load_run_data(ctx, recipe, data_places(read_environment()));
  if (data.test.cases() > 0) return std::move(data.test);
  return data.validation.cases() > 0 ? std::move(data.validation) : std::move(data.train);
}

Dataset first_cases(const Dataset& data, std::int64_t count) {
  std::vector<std::uint32_t> rows(std::size_t(std::min(count, data.cases())));
  std::iota(rows.begin(), rows.end(), 0u);
  return select_rows(data, rows);
}

bool is_picture_name(const fs::path& path) {
  const std::string ending = path.extension().string();
  require(ending == ".png" || ending == ".npy" || ending == ".csv",
          "{}: expected a name that ends in .png, .npy or .csv", path.string());
  return ending == ".png";
}

void write_rows(const fs::path& path, ConstMatrix rows) {
  if (path.extension() == ".npy") {
    std::vector<float> numbers;
    numbers.reserve(std::size_t(rows.rows * rows.cols));
    visit_real(rows.dtype, [&](auto real) {
      const auto view = rows.as<decltype(real)>();
      for (std::int64_t r = 0; r < rows.rows; ++r) numbers.insert(numbers.end(), view.row(r), view.row(r) + rows.cols);
    });
    const ByteView bytes(reinterpret_cast<const std::uint8_t*>(numbers.data()), numbers.size() * sizeof(float));
    write_file(
        path,
        make_npy(
            {.type = {}, .fortran_order = false, .shape = {rows.rows, rows.cols}, .values = bytes, .position = 0}));
    return;
  }
  write_file(path, as_bytes(csv_rows(rows)));
}

std::string csv_rows(ConstMatrix rows) {
  std::string text;
  visit_real(rows.dtype, [&](auto real) {
    const auto view = rows.as<decltype(real)>();
    for (std::int64_t r = 0; r < rows.rows; ++r)
      for (std::int64_t i = 0; i < rows.cols; ++i)
        text += fmt::format("{}{}", float(view(r, i)), i + 1 == rows.cols ? "\n" : ",");
  });
  return text;
}

}  // namespace deepboltz
