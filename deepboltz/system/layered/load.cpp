#include "deepboltz/system/layered/load.h"

#include <algorithm>
#include <numeric>

#include "deepboltz/base/nearest_word.h"
#include "deepboltz/data/classes.h"
#include "deepboltz/data/documents.h"
#include "deepboltz/data/format_options.h"
#include "deepboltz/data/like_training.h"
#include "deepboltz/data/named_data.h"
#include "deepboltz/data/patches.h"
#include "deepboltz/data/read_data.h"
#include "deepboltz/data/split.h"
#include "deepboltz/io/sha256.h"
#include "deepboltz/learn/visible_values.h"

namespace deepboltz {
namespace {

struct RunData {
  Dataset train, validation, test;  // the last two may have no cases
};

// How the files of a recipe are read, as far as they have it in common.
ReadOptions read_options(const DataRecipe& plan, const Unit& visible) {
  return {.format = plan.format,
          .height = int(plan.height),
          .width = int(plan.width),
          .data_key = plan.data_key,
          .label_key = plan.label_key,
          .label_column = plan.label_column,
          .id_column = plan.id_column,
          .text_column = plan.text_column,
          .scale = plan.scale,
          .cases_in_columns = plan.cases_in_columns,
          .pixels_by_column = plan.pixels_by_column,
          .numbers = takes_numbers(visible),
          .identity = plan.identity,
          .documents = std::holds_alternative<Counts>(visible),
          .words = plan.words,
          .colour = plan.colour,
          .invert = plan.invert,
          .rules = int(plan.rules)};
}

// A .txt is a table, unless the recipe says otherwise: one of words is refused with the way to say so.
Dataset read_file_of(const std::string& path, const ReadOptions& options) {
  const bool table = options.format == DataFormat::automatic && !options.documents && path.ends_with(".txt");
  try {
    return read_data(path, options);
  } catch (const InputError& error) {
    if (!table) throw;
    throw InputError(fmt::format("{}; a document a line is read with data.format = \"text\"", error.what()));
  }
}

// One of the files: its path, and what it has of its own.
struct PartFile {
  const std::string &path, &labels, &where, &data_key, &label_key;
};

Dataset read_part(const PartFile& part, ReadOptions options) {
  options.labels = part.labels;
  if (!part.where.empty()) options.where = parse_where(part.where);
  if (!part.data_key.empty()) options.data_key = part.data_key;
  if (!part.label_key.empty()) options.label_key = part.label_key;
  return read_file_of(part.path, options);
}

// The cases of another part, like those of training: by their words, columns, scale and classes.
Dataset read_like(const Dataset& train, const PartFile& part, ReadOptions options) {
  if (part.path.empty()) return {};
  return made_like(train, read_part(part, options_like(train, std::move(options))));
}

RunData load_files(const DataRecipe& plan, const Unit& visible) {
  require(!plan.train.empty(), "data.train: expected the path of the training data, since data.name is \"file\"");
  ReadOptions options = read_options(plan, visible);
  if (!plan.vocabulary.empty()) options.vocabulary = read_vocabulary(plan.vocabulary);
  if (!plan.stop_words.empty()) options.stop_words = read_vocabulary(plan.stop_words);
  RunData data;
  data.train = read_part({plan.train, plan.train_labels, plan.train_where, plan.data_key, plan.label_key}, options);
  data.validation = read_like(data.train,
                              {plan.validation_file, plan.validation_labels, plan.validation_where,
                               plan.validation_data_key, plan.validation_label_key},
                              options);
  data.test = read_like(
      data.train, {plan.test, plan.test_labels, plan.test_where, plan.test_data_key, plan.test_label_key}, options);
  return data;
}

void require_named(const std::string& name) {
  if (find_named_data(name) != nullptr) return;
  std::vector<std::string> known{"file"};
  for (const NamedData& data : named_data()) known.emplace_back(data.name);
  throw InputError(
      fmt::format("data.name: there is no data set '{}'; the nearest one is '{}'", name, nearest_word(name, known)));
}

RunData load_named(Context& ctx, const LayeredRecipe& recipe, const DataPlaces& places) {
  constexpr std::uint64_t kGenerator = 0x67656E;
  const DataRecipe& plan = recipe.data;
  require_named(plan.name);
  if (plan.rules != kFirstRules) require_no_options(read_options(plan, recipe.model.visible), plan.name);
  const Key key = Key{recipe.seed}.fold(kGenerator);
  const auto count = [](std::int64_t cases) { return cases > 0 ? std::optional(cases) : std::nullopt; };
  const bool own_validation = find_named_data(plan.name)->validation_cases > 0;
  require(!own_validation || (plan.validation == 0 && !plan.use_validation),
          "data.{}: '{}' has validation cases of its own, on which it is never trained",
          plan.use_validation ? "use_validation" : "validation", plan.name);
  RunData data;
  data.train = load_named_data(ctx, plan.name, {Share::train, count(plan.train_cases), key}, places);
  data.test = load_named_data(ctx, plan.name, {Share::test, count(plan.test_cases), key}, places);
  if (!own_validation) return data;
  data.validation = load_named_data(ctx, plan.name, {Share::validation, {}, key}, places);
  return data;
}

// The first `cases`; 0 or more than there are: all.
void keep_first(std::int64_t cases, Dataset& data) {
  if (cases == 0 || cases >= data.cases()) return;
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(cases));
  std::iota(rows.begin(), rows.end(), 0u);
  data = select_rows(data, rows);
}

std::string class_list(const Dataset& data) {
  std::vector<std::string> names;
  for (int k = 0; k < data.classes; ++k) names.push_back(class_name(data, k));
  return list_of(names);
}

// What the recipe asks of its data, before any work.
void require_fit(const LayeredRecipe& recipe, const RunData& data) {
  const auto& [train, validation, test] = data;
  require(recipe.data.validation == 0 || recipe.data.validation < train.cases(),
          "data.validation: {} cases, but the training data '{}' have {} in all", recipe.data.validation, train.name,
          train.cases());
  require(!recipe.model.labels || train.classes > 1, "model.labels: the training data '{}' have no labels", train.name);
  require(recipe.data.labelled == 0 || recipe.data.labelled < train.cases(),
          "data.labelled: expected fewer than the {} training cases of '{}', got {}", train.cases(), train.name,
          recipe.data.labelled);
  require(!recipe.needs_classes() || train.classes > 1, "finetune: the training data '{}' have no labels", train.name);
  if (!recipe.needs_classes()) return;
  for (const Dataset* set : {&validation, &test}) {
    if (set->labels.empty()) continue;
    const int greatest = *std::ranges::max_element(set->labels);
    require(greatest < train.classes, "{}: class {} is not one of the {} of the training data '{}': {}", set->name,
            class_name(*set, greatest), train.classes, train.name, class_list(train));
  }
}

void hold_out(const LayeredRecipe& recipe, bool documents, RunData& data) {
  // Files of documents are sorted by group or by date: the last ones would be of another kind than the rest. They have
  // always been drawn.
  constexpr std::uint64_t kSplit = 0x73706c6974;
  const bool by_class = recipe.data.held_out == HeldOut::drawn;
  const SplitRows rows = split_rows(
      data.train.cases(), {.validation = recipe.data.validation,
                           .held_out = documents ? HeldOut::drawn : recipe.data.held_out,
                           .classes = by_class ? std::span<const int>(data.train.labels) : std::span<const int>(),
                           .key = Key{recipe.seed}.fold(kSplit)});
  data.validation = select_rows(data.train, rows.validation);
  data.validation.remarks.clear();  // those of training
  if (!recipe.data.use_validation) data.train = select_rows(data.train, rows.train);
}

// Pictures ← patches of them, each part's by a key of its own.
void take_patches(const LayeredRecipe& recipe, RunData& data) {
  constexpr std::uint64_t kPatches = 0x7061746368;
  std::uint64_t part = 0;
  for (Dataset* set : {&data.train, &data.validation, &data.test}) {
    const Key key = Key{recipe.seed}.fold(kPatches).fold(part++);
    if (set->cases() == 0) continue;
    *set = draw_patches(*set, {.side = int(recipe.data.patch_side),
                               .count = set == &data.train ? recipe.data.patches : recipe.data.held_out_patches,
                               .subtract_mean = recipe.data.subtract_mean,
                               .key = key});
  }
}

std::string content_hash(const RunData& data) {
  const std::string parts = data.train.sha256 + data.validation.sha256 + data.test.sha256;
  return sha256(as_bytes(parts));
}

RunData load_run_data(Context& ctx, const LayeredRecipe& recipe, const DataPlaces& places) {
  const Unit& visible = recipe.model.visible;
  RunData data = recipe.data.name == "file" ? load_files(recipe.data, visible) : load_named(ctx, recipe, places);
  const bool documents = !data.train.vocabulary.empty() || std::holds_alternative<Counts>(visible);
  for (Dataset* part : {&data.train, &data.validation, &data.test}) *part = documents_for(visible, std::move(*part));
  const std::int64_t empty_documents = data.train.empty_documents;
  keep_first(recipe.data.train_cases, data.train);
  keep_first(recipe.data.test_cases, data.test);
  require_fit(recipe, data);
  if (recipe.data.validation > 0) hold_out(recipe, documents, data);
  data.train.empty_documents = empty_documents;
  if (recipe.data.patch_side > 0) take_patches(recipe, data);
  return data;
}

}  // namespace

ReadOptions reading_of(const LayeredRecipe& recipe) { return read_options(recipe.data, recipe.model.visible); }

CaseSets load_cases(Context& ctx, const LayeredRecipe& recipe, const DataPlaces& places) {
  RunData data = load_run_data(ctx, recipe, places);
  CaseSets sets;
  sets.hash = content_hash(data);
  sets.train = cases_of(std::move(data.train), recipe.data.labelled);
  sets.validation = cases_of(std::move(data.validation));
  sets.test = cases_of(std::move(data.test));
  show_cases(recipe, Share::train, sets.train);
  show_cases(recipe, Share::validation, sets.validation);
  show_cases(recipe, Share::test, sets.test);
  return sets;
}

void show_cases(const LayeredRecipe& recipe, Share share, Cases& cases) {
  constexpr std::uint64_t kBinarisation = 0x62696E61;  // apart from every key of learning
  for (Column& column : cases.columns) {
    if (column.name != kVisibleColumn) continue;
    column.binarise = takes_numbers(recipe.model.visible) ? Binarisation::none : recipe.data.binarise;
    column.key = Key{recipe.seed}.fold(kBinarisation).fold(std::uint64_t(share));
  }
}

}  // namespace deepboltz
