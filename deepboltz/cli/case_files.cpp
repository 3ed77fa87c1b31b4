#include "deepboltz/cli/case_files.h"

#include <algorithm>
#include <numeric>

#include <CLI/CLI.hpp>

#include "deepboltz/data/documents.h"
#include "deepboltz/data/read_data.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/npy.h"
#include "deepboltz/learn/visible_values.h"
#include "deepboltz/recipe/settings.h"
#include "deepboltz/report/pictures.h"

namespace deepboltz {

namespace fs = std::filesystem;

void add_case_options(CLI::App& verb, CaseOptions& options) {
  const std::string group = "Options for your own files";
  verb.add_option("--labels", options.labels, "IDX, NPY: the file with the labels")->type_name("FILE")->group(group);
  verb.add_option("--label-column", options.label_column,
                  "CSV: the column with the labels, by name or number (-1 is the last)")
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
                  "documents of numbered words: the file with the words, one on each line")
      ->type_name("FILE")
      ->group(group);
  verb.add_flag("--cases-in-columns", options.cases_in_columns, "MAT: each column is a case")->group(group);
  verb.add_flag("--pixels-by-column", options.pixels_by_column, "MAT: pixels are stored column by column")
      ->group(group);
  verb.add_flag("--invert", options.invert, "the pictures show dark ink on light paper: invert them")->group(group);
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
  const EnergyModel& model = graph_of(trained, "classify");
  if (const auto label = model.find(Role::label)) return model.layer(*label).units;
  const auto* classifier = find_part<Network>(trained.system, "classifier");
  return classifier ? classifier->outputs() : 0;
}

// The cases with their classes numbered as the model's are. InputError: a class that the model does not know.
Dataset with_classes_of_model(const Trained& trained, const fs::path& path, Dataset data) {
  const std::int64_t classes = classes_known(trained);
  if (classes == 0) return data;
  Dataset known;
  known.class_names = meaning_of(trained.system, kLabelColumn).names;
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

void say_left_out(Session& session, const Cases& cases) {
  if (cases.origin.empty_documents > 0)
    session.console.say(fmt::format("{}: {} documents without words of the vocabulary are left out", cases.origin.name,
                                    cases.origin.empty_documents));
}

Cases read_cases(Session& session, const fs::path& path, const CaseOptions& options, const Trained& trained,
                 Share share) {
  const EnergyModel& model = graph_of(trained, "reading cases");
  const Meaning& visible = meaning_of(trained.system, kVisibleColumn);
  ReadOptions reading = read_options(options);
  reading.numbers = takes_numbers(model.layer(model.visible()).unit);
  if (options.pixels_by_column) {
    const PictureShape shape = picture_shape(model, visible);
    reading.height = shape.height;
    reading.width = shape.width;
  }
  reading.colour = has_picture_shape(model, visible) && picture_shape(model, visible).channels > 1;
  reading.keep = visible.names;
  reading.documents = !reading.keep.empty();
  if (has_numbered_words(find_format(path, reading.format, reading.documents)))
    reading.vocabulary = numbered_words(options, trained, visible.names);
  Dataset data = read_data(path, reading);
  if (!data.vocabulary.empty() && !reading.numbers) data = word_presence(std::move(data));
  const std::int64_t width = model.layer(model.visible()).units;
  const char* hint = data.units() == width + 1 && data.labels.empty()
                         ? "; is a column of labels among them? --label-column names it"
                         : "";
  require(data.units() == width, "{}: cases of {} units, but the model '{}' has {}{}", path.string(), data.units(),
          trained.path.string(), width, hint);
  Cases cases = cases_of(with_classes_of_model(trained, path, std::move(data)));
  require_values(model, cases);
  say_left_out(session, cases);
  if (trained.recipe && trained.kind->show) trained.kind->show(*trained.recipe->values, share, cases);
  return cases;
}

std::unique_ptr<CaseSets> sets_of_run(Session& session, const Trained& trained, const char* who) {
  const Recipe& recipe = require_recipe(trained, who);
  return trained.kind->load(session.context(), *recipe.values, data_places(read_environment()));
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
