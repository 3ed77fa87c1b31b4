#include <algorithm>
#include <cmath>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/case_files.h"
#include "deepboltz/cli/shell_word.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/data/documents.h"
#include "deepboltz/data/format_options.h"
#include "deepboltz/data/listed_data.h"
#include "deepboltz/data/look.h"
#include "deepboltz/data/named_data.h"
#include "deepboltz/recipe/toml_text.h"

namespace deepboltz {

namespace {

namespace fs = std::filesystem;

struct InitVerb {
  std::string file;
  CaseOptions cases;
};

// The lines of a recipe. What could not be told stands there as a question.
class RecipeText {
 public:
  void say(const std::string& words) { text_ += "# " + words + "\n"; }
  void ask(const std::string& words) { say("Question: " + words); }
  void section(const std::string& name) { text_ += "\n[" + name + "]\n"; }
  void set(const std::string& key, const std::string& toml, const std::string& why = "") {
    text_ += key + " = " + toml + (why.empty() ? "" : "  # " + why) + "\n";
  }
  void set_text(const std::string& key, const std::string& value, const std::string& why = "") {
    if (!value.empty()) set(key, toml_string(value), why);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// The layer that suits the numbers.
std::string visible_unit(const Look& look) {
  if (look.is_sequences()) return fmt::format("softmax:{}", look.data.letters.size());
  if (look.is_documents()) return look.greatest <= 1 ? "bernoulli" : "counts";
  return look.numbers ? "gaussian" : "bernoulli";
}

void write_given(const CaseOptions& options, const Look& look, RecipeText& out) {
  const bool text = look.format == DataFormat::text && !fs::is_directory(look.data.name);
  out.set_text("format", !options.format.empty() ? options.format : text ? "text" : "");
  out.set_text("train_labels", options.labels);
  out.set_text("data_key", options.data_key);
  out.set_text("label_key", options.label_key);
  out.set_text("id_column", options.id_column);
  out.set_text("text_column", options.text_column);
  out.set_text("train_where", options.where);
  out.set_text("vocabulary", options.vocabulary);
  if (options.cases_in_columns) out.set("cases_in_columns", "true");
  if (options.pixels_by_column) out.set("pixels_by_column", "true");
  if (options.invert.value_or(false)) out.set("invert", "true");
}

void write_scale(const Look& look, RecipeText& out) {
  const bool picture_file = look.format == DataFormat::image || look.format == DataFormat::cifar;
  if (look.numbers || look.data.scale == 0 || picture_file) return;
  const std::string found = fmt::format("the numbers are {:.6g} to {:.6g}; this one is ink", look.least, look.greatest);
  out.set("scale", toml_number(look.data.scale), found);
}

bool is_square(std::int64_t number) {
  const auto root = std::int64_t(std::llround(std::sqrt(double(number))));
  return root * root == number;
}

void ask_of_pictures(const Look& look, const InitVerb& verb, RecipeText& out) {
  constexpr std::int64_t kLeastPixels = 25;
  constexpr double kDark = 0.6;
  const Dataset& data = look.data;
  if (look.is_documents() || look.is_sequences() || look.numbers) return;
  const double ink = look.mean / (data.scale > 0 ? data.scale : 255);
  if (data.height > 0 && ink > kDark && !verb.cases.invert)
    out.ask(fmt::format("{:.0f} % of the pictures is ink: dark ink on light paper? Then: invert = true", 100 * ink));
  if (data.height == 0 && data.units() >= kLeastPixels && is_square(data.units())) {
    const auto side = std::llround(std::sqrt(double(data.units())));
    out.ask(fmt::format("are the cases pictures of {} × {}? Then: height = {}, width = {}, a line each", side, side,
                        side, side));
  }
}

// How many cases are held out: a tenth.
std::int64_t held_out_of(std::int64_t cases) {
  constexpr std::int64_t kFewest = 20, kMost = 2'000;
  return cases < kFewest ? 0 : std::min(kMost, cases / 10);
}

void write_model(const Look& look, bool labels, RecipeText& out) {
  constexpr std::int64_t kFewest = 16, kMost = 500, kStep = 4;
  const std::int64_t sites = look.is_sequences() ? look.data.units() / std::int64_t(look.data.letters.size()) : 0;
  const std::int64_t wanted = sites > 0 ? sites : look.data.units() / 2;
  const std::int64_t hidden = std::clamp((wanted + kStep - 1) / kStep * kStep, kFewest, kMost);
  const std::string unit = visible_unit(look);
  out.section("model");
  out.set("visible", toml_string(unit), words_of(look).front());
  out.set("hidden", fmt::format("[{}]", hidden), "a first guess; more units learn more, and take longer");
  if (labels) out.set("labels", "true", "the classes are learnt beside the cases");
}

void write_labels(const InitVerb& verb, const Look& look, bool labels, RecipeText& out) {
  const Dataset& data = look.data;
  if (look.format == DataFormat::csv) {
    out.set_text("label_column", verb.cases.label_column.empty() ? data.label_column : verb.cases.label_column);
    if (!labels && verb.cases.label_column.empty())
      out.ask("is one of the columns the label? Then: label_column = \"NAME\", and labels = true in [model]");
    return;
  }
  if (labels || data.classes > 0 || look.is_sequences()) return;
  const bool file = look.format == DataFormat::idx || look.format == DataFormat::npy;
  out.ask(file ? "are there labels in a file? Then: train_labels = \"FILE\", and labels = true in [model]"
               : "no labels were found; without them p(v) is learnt");
}

std::string recipe_of(const InitVerb& verb, const Look& look, bool named) {
  const Dataset& data = look.data;
  const bool labels = !data.labels.empty() && data.classes > 1 && !look.is_sequences();
  RecipeText out;
  out.say(fmt::format("A first recipe for {}: {} cases of {} units.", verb.file, data.cases(), data.units()));
  out.say("All settings, with their meaning: deepboltz train --help-recipe");
  for (const std::string& remark : data.remarks) out.say(remark);
  out.section("data");
  if (named) {
    out.set_text("name", verb.file);
  } else {
    out.set_text("name", "file");
    out.set_text("train", verb.file);
    out.ask("is there a file with test cases? Then: test = \"FILE\"");
    write_given(verb.cases, look, out);
    write_labels(verb, look, labels, out);
    write_scale(look, out);
    ask_of_pictures(look, verb, out);
  }
  if (look.is_documents() && visible_unit(look) == "bernoulli") out.set_text("binarise", "none");
  if (!named || find_named_data(verb.file)->validation_cases == 0)
    out.set("validation", toml_number(held_out_of(data.cases())), "cases that are held out, to choose by");
  write_model(look, labels, out);
  out.section("train");
  out.say("epochs, batch and rate are chosen by the data: 10,000 updates, a rate that falls to 0. To say them:");
  out.say("epochs = 100");
  out.say("rate = 0.05");
  return out.text();
}

// The file that standard output goes to; empty: it goes elsewhere.
fs::path redirected_to() {
  std::error_code error;
  const fs::path target = fs::read_symlink("/proc/self/fd/1", error);
  return !error && fs::is_regular_file(target, error) ? fs::relative(target, error) : fs::path();
}

void print(Session& session, const std::string& recipe) {
  if (session.options.json)
    session.print(nlohmann::json{{"recipe", recipe}});
  else
    session.print(recipe);
}

void init(Session& session, const InitVerb& verb) {
  const bool named = find_named_data(verb.file) != nullptr;
  std::error_code ignored;
  if (!named && !fs::exists(verb.file, ignored) && verb.file.find_first_of("./") == std::string::npos)
    require_named_cases(verb.file);
  if (const auto first = named ? std::nullopt : first_recipe_of(session, verb.file)) {
    RecipeText heading;
    heading.say(fmt::format("A first recipe for {}: {}.", verb.file, first->content));
    heading.say("All settings, with their meaning: deepboltz train --help-recipe");
    print(session, heading.text() + "\n" + first->text);
  } else {
    ReadOptions reading = read_options(verb.cases);
    if (!verb.cases.vocabulary.empty()) reading.vocabulary = read_vocabulary(verb.cases.vocabulary);
    if (named) require_no_options(reading, verb.file);
    const Look look = named ? look_at(load_named_data(session.context(), verb.file,
                                                      {.share = Share::train, .cases = {}, .key = session.key()},
                                                      data_places(read_environment())))
                            : look_at(verb.file, reading);
    print(session, recipe_of(verb, look, named));
  }
  const fs::path recipe = redirected_to();
  session.console.next(recipe.empty() ? fmt::format("deepboltz init {}{} > my.toml && deepboltz train my.toml",
                                                    shell_word(verb.file), words_of(verb.cases))
                                      : "deepboltz train " + shell_word(recipe.string()));
}

}  // namespace

void add_init(CLI::App& program, Session& session) {
  CLI::App* verb = add_verb(program, session, "init", "look at a file, and write a first recipe for it",
                            "deepboltz init strokes > my.toml");
  auto options = std::make_shared<InitVerb>();
  verb->add_option("FILE", options->file, "your file or folder, or the name of a data set")->required()->type_name("");
  add_case_options(*verb, options->cases);
  verb->callback([&session, options] { session.run = [&session, options] { init(session, *options); }; });
}

}  // namespace deepboltz
