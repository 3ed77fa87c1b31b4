#include "deepboltz/cli/case_files.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <CLI/CLI.hpp>

#include "deepboltz/cli/checks.h"
#include "deepboltz/cli/shell_word.h"
#include "deepboltz/data/classes.h"
#include "deepboltz/data/documents.h"
#include "deepboltz/data/format_options.h"
#include "deepboltz/data/read_data.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/npy.h"
#include "deepboltz/learn/visible_values.h"
#include "deepboltz/recipe/settings.h"
#include "deepboltz/recipe/toml_text.h"
#include "deepboltz/report/pictures.h"

namespace deepboltz {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> format_words() {
  const auto words = data_format_words();
  return {words.begin(), words.end()};
}

}  // namespace

void add_case_options(CLI::App& verb, CaseOptions& options) {
  const std::string group = "Options for your own files";
  const auto text = [&](const std::string& name, std::string& value, const char* type, const std::string& meaning) {
    verb.add_option(name, value, meaning)->type_name(type)->group(group);
  };
  const auto of_formats = [](const char* option, const char* meaning) { return formats_with(option) + ": " + meaning; };
  verb.add_option("--format", options.format, "format of the file (default: by its contents, then by its name)")
      ->check(one_of(format_words()))
      ->type_name("FORMAT")
      ->group(group);
  text("--labels", options.labels, "FILE", of_formats("labels", "the file with the labels"));
  text("--label-column", options.label_column, "COLUMN",
       of_formats("label_column", "the column with the labels, by name or number (-1 is the last); none: no column"));
  text("--id-column", options.id_column, "COLUMN",
       of_formats("id_column", "the column that numbers or names the cases, by name or number; none: no column"));
  text("--text-column", options.text_column, "COLUMN",
       of_formats("text_column", "the column with a text a case, by name or number"));
  text("--data-key", options.data_key, "NAME", of_formats("data_key", "the array with the cases"));
  text("--label-key", options.label_key, "NAME", of_formats("label_key", "the array with the labels"));
  text("--where", options.where, "KEY RANGE",
       of_formats("where", "only these cases, as in \"drawer 16..20\", or several conditions, by commas"));
  text("--vocabulary", options.vocabulary, "FILE",
       "documents of numbered words: the file with the words, one on each line");
  verb.add_option("--scale", options.scale,
                  of_formats("scale", "the number that stands for ink (default: that of the model, or found)"))
      ->check(CLI::PositiveNumber.description(""))
      ->type_name("NUMBER")
      ->group(group);
  verb.add_flag("--cases-in-columns", options.cases_in_columns, of_formats("cases_in_columns", "each column is a case"))
      ->group(group);
  verb.add_flag("--pixels-by-column", options.pixels_by_column,
                of_formats("pixels_by_column", "pixels are stored column by column"))
      ->group(group);
  verb.add_flag_function(
          "--invert,!--no-invert", [&options](std::int64_t times) { options.invert = times > 0; },
          "the pictures show dark ink on light paper: invert them (default: as the training cases)")
      ->group(group);
}

namespace {

bool is_number(const std::string& word) {
  return std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

// The vocabulary that the recipe names; empty: none.
std::string vocabulary_file(const Trained& trained) {
  if (!trained.recipe) return {};
  for (const Setting& setting : settings_of(*trained.recipe).values)
    if (setting.key == "data.vocabulary") return *std::get<std::string*>(setting.slot);
  return {};
}

// What the numbers of words in a file stand for: the option's vocabulary, that of the recipe, or the model's own. A
// model that was trained on bare numbers has these for words.
std::vector<std::string> numbered_words(const CaseOptions& options, const Trained& trained,
                                        const std::vector<std::string>& words) {
  if (!options.vocabulary.empty()) return read_vocabulary(options.vocabulary);
  if (const std::string file = vocabulary_file(trained); !file.empty()) return read_vocabulary(file);
  return std::ranges::all_of(words, is_number) ? std::vector<std::string>() : words;
}

// How many classes the system knows; 0: it has no labels.
std::int64_t classes_known(const Trained& trained) {
  for (const auto& [name, part] : trained.system.parts)
    if (const auto* model = std::get_if<EnergyModel>(&part))
      if (const auto label = model->find(Role::label)) return model->layer(*label).units;
  const auto* classifier = find_part<Network>(trained.system, "classifier");
  return classifier ? classifier->outputs() : 0;
}

// The cases with their classes numbered as the model's are. InputError: a class that the model does not know.
Dataset with_classes_of_model(const Trained& trained, const fs::path& path, Dataset data) {
  Dataset known;
  known.classes = int(classes_known(trained));
  if (known.classes == 0) return data;
  known.class_names = meaning_of(trained.system, kLabelColumn).names;
  std::vector<std::string> names;
  for (int k = 0; k < known.classes; ++k) names.push_back(class_name(known, k));
  data = with_classes_of(known, std::move(data));
  for (std::size_t r = 0; r < data.labels.size(); ++r)
    require(data.labels[r] < known.classes, "{}: case {} has the label '{}', but the model '{}' knows the classes {}",
            path.string(), data.numbers.empty() ? r : data.numbers[r], class_name(data, data.labels[r]),
            trained.path.string(), list_of(names));
  if (data.class_names.empty()) data.class_names = known.class_names;
  return data;
}

// How the training cases of the model were read.
ReadOptions training_options(const Trained& trained, const std::string& part, const Meaning& visible) {
  ReadOptions options;
  if (trained.recipe && trained.kind->reading)
    options = trained.kind->reading(*trained.recipe->values, part);
  else if (visible.scale == 0)
    options.rules = kFirstRules;  // made by another program, or before models had a scale
  return options;
}

// What the model knows of the cases that it takes.
void make_like_training(const Trained& trained, const EnergyModel& model, const Meaning& visible,
                        ReadOptions& options) {
  options.numbers = takes_numbers(model.layer(model.visible()).unit);
  options.colour = has_picture_shape(model, visible) && picture_shape(model, visible).channels > 1;
  options.keep = visible.names;
  options.documents = !options.keep.empty();
  options.columns = visible.columns;
  options.units = model.layer(model.visible()).units;
  options.known_scale = options.rules == kFirstRules ? 0 : visible.scale;
  const Meaning& label = meaning_of(trained.system, kLabelColumn);
  if (!label.columns.empty()) options.label_column = label.columns.front();
}

// Cases whose ink is another share than that of the training cases: dark ink on light paper, it may be.
void warn_of_ink(Session& session, const Meaning& visible, const Cases& cases) {
  constexpr double kFar = 0.2;
  const double ink = ink_of(cases), known = visible.ink;
  if (ink < 0 || known < 0 || std::abs(ink - known) < kFar) return;
  const bool inverted = std::abs(1 - ink - known) < std::abs(ink - known);
  session.console.say(fmt::format("warning: {}: {:.0f} % of the cases is ink, and {:.0f} % of the training cases was{}",
                                  cases.origin.name, 100 * ink, 100 * known,
                                  inverted ? "; dark on light? --invert turns it round" : ""));
}

}  // namespace

std::optional<FirstRecipe> first_recipe_of(const Session& session, const std::string& file) {
  for (const Kind& kind : session.kinds)
    if (kind.first_recipe)
      if (auto first = kind.first_recipe(file, toml_string(file))) return first;
  return std::nullopt;
}

std::string words_of(const CaseOptions& options) {
  std::string words;
  const auto text = [&](const char* name, const std::string& value) {
    if (!value.empty()) words += fmt::format(" {} {}", name, shell_word(value));
  };
  text("--format", options.format);
  text("--labels", options.labels);
  text("--label-column", options.label_column);
  text("--id-column", options.id_column);
  text("--text-column", options.text_column);
  text("--data-key", options.data_key);
  text("--label-key", options.label_key);
  text("--where", options.where);
  text("--vocabulary", options.vocabulary);
  if (options.scale > 0) text("--scale", fmt::format("{}", options.scale));
  if (options.cases_in_columns) words += " --cases-in-columns";
  if (options.pixels_by_column) words += " --pixels-by-column";
  if (options.invert) words += *options.invert ? " --invert" : " --no-invert";
  return words;
}

std::vector<fs::path> inputs_of(const Trained& trained, const std::string& file, const CaseOptions& options) {
  std::vector<fs::path> inputs = inputs_of(trained);
  for (const std::string& input : {file, options.labels, options.vocabulary}) inputs.emplace_back(input);
  return inputs;
}

ReadOptions read_options(const CaseOptions& options) {
  ReadOptions reading{.labels = options.labels,
                      .data_key = options.data_key,
                      .label_key = options.label_key,
                      .label_column = options.label_column,
                      .id_column = options.id_column,
                      .text_column = options.text_column,
                      .where = options.where.empty() ? std::vector<Where>() : parse_where(options.where),
                      .scale = options.scale,
                      .cases_in_columns = options.cases_in_columns,
                      .pixels_by_column = options.pixels_by_column,
                      .invert = options.invert.value_or(false)};
  const auto words = data_format_words();
  const auto format = std::ranges::find(words, options.format);
  if (format != words.end()) reading.format = DataFormat(format - words.begin());
  return reading;
}

void say_remarks(Session& session, const Cases& cases) {
  for (const std::string& remark : cases.origin.remarks) session.console.say(remark);
  if (cases.origin.empty_documents > 0)
    session.console.say(fmt::format("{}: {} documents without words of the vocabulary are left out", cases.origin.name,
                                    cases.origin.empty_documents));
}

Cases read_cases(Session& session, const fs::path& path, const CaseOptions& options, const Trained& trained,
                 Share share) {
  return read_part(session, path, options, trained, machine_of_cases(trained, "reading cases"), kVisibleColumn, share);
}

Cases read_part(Session& session, const fs::path& path, const CaseOptions& options, const Trained& trained,
                const EnergyModel& model, const std::string& part, Share share) {
  const Meaning& visible = meaning_of(trained.system, part);
  ReadOptions like = training_options(trained, part, visible);
  make_like_training(trained, model, visible, like);
  ReadOptions given = read_options(options);
  const DataFormat format = find_format(path, given.format, like.documents, like.format);
  if (!options.vocabulary.empty()) given.vocabulary = read_vocabulary(options.vocabulary);
  require_known(given, format, path.string());
  ReadOptions reading = merged(given, known_to(format, like));
  reading.format = format;
  reading.like_training =
      given.data_key.empty() && given.label_key.empty() && given.label_column.empty() && given.id_column.empty();
  if (options.invert) reading.invert = *options.invert && !reading.numbers;
  require(!reading.numbers || given.scale == 0, "--scale: the units of '{}' take the numbers as they are",
          trained.path.string());
  if (reading.pixels_by_column && reading.height == 0) {
    const PictureShape shape = picture_shape(model, visible);
    reading.height = shape.height;
    reading.width = shape.width;
  }
  if (has_numbered_words(format)) reading.vocabulary = numbered_words(options, trained, visible.names);
  Dataset data = documents_for(model.layer(model.visible()).unit, read_data(path, reading));
  const std::int64_t width = model.layer(model.visible()).units;
  const char* hint = data.units() == width + 1 && data.labels.empty()
                         ? "; is a column of labels among them? --label-column names it"
                         : "";
  require(data.units() == width, "{}: cases of {} units, but the model '{}' has {}{}", path.string(), data.units(),
          trained.path.string(), width, hint);
  Cases cases = cases_of(with_classes_of_model(trained, path, std::move(data)));
  require_values(model, cases);
  say_remarks(session, cases);
  warn_of_ink(session, visible, cases);
  cases.columns.front().name = part;
  if (trained.recipe && trained.kind->show) trained.kind->show(*trained.recipe->values, share, cases);
  return cases;
}

std::unique_ptr<CaseSets> sets_of_run(Session& session, const Trained& trained, const char* who) {
  const Recipe& recipe = require_recipe(trained, who);
  return trained.kind->load(session.context(), *recipe.values, data_places(read_environment()));
}

std::unique_ptr<CaseSets> sets_at_hand(Session& session, const Trained& trained, const char* who, const char* words) {
  try {
    return sets_of_run(session, trained, who);
  } catch (const FileError& missing) {
    session.console.say(fmt::format("{}. {}", missing.what(), words));
    return nullptr;
  }
}

Cases cases_of_run(Session& session, const Trained& trained, const char* who) {
  const auto sets = sets_of_run(session, trained, who);
  for (const Share share : {Share::test, Share::validation})
    if (sets->of(share).count() > 0) return sets->of(share);
  return sets->train;
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
