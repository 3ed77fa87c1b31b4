#include "deepboltz/system/multimodal/multimodal_cases.h"

#include <algorithm>
#include <cmath>

#include "deepboltz/data/classes.h"
#include "deepboltz/data/leave_out.h"
#include "deepboltz/data/part_data.h"
#include "deepboltz/data/split.h"
#include "deepboltz/io/sha256.h"
#include "deepboltz/system/layered/standardise.h"
#include "deepboltz/system/multimodal/multimodal_graph.h"
#include "deepboltz/system/multimodal/part_files.h"

namespace deepboltz {
namespace {

// Says which parts of the data no layer sees.
void remark_unseen(const MultimodalRecipe& recipe, Cases& cases) {
  const std::vector<PartRecipe> wanted = recipe.parts();
  for (const Column& column : cases.columns)
    if (is_part_name(column.name) && std::ranges::find(wanted, column.name, &PartRecipe::name) == wanted.end())
      cases.origin.remarks.push_back(
          fmt::format("no layer sees the part '{}' of '{}'", column.name, cases.origin.name));
}

// The columns that the visible layers see, and those that no machine sees.
void keep_columns(const MultimodalRecipe& recipe, Cases& cases) {
  std::vector<std::string> parts;
  for (const Column& column : cases.columns)
    if (is_part_name(column.name)) parts.push_back(column.name);
  const std::vector<PartRecipe> wanted = recipe.parts();
  for (std::size_t p = 0; p < wanted.size(); ++p)
    require(std::ranges::find(parts, wanted[p].name) != parts.end(),
            "{}{}: the data '{}' have no part '{}'; expected {}", recipe.key_of_part(p),
            recipe.layers.empty() ? "name" : "part", cases.origin.name, wanted[p].name, list_of(parts));
  std::erase_if(cases.columns, [&](const Column& column) {
    return is_part_name(column.name) && std::ranges::find(wanted, column.name, &PartRecipe::name) == wanted.end();
  });
}

void hold_out(const MultimodalRecipe& recipe, CaseSets& sets) {
  constexpr std::uint64_t kSplit = 0x73706c6974;
  if (recipe.data.validation == 0) return;
  const std::vector<std::uint32_t> labels = labels_of(sets.train);
  const std::vector<int> classes(labels.begin(), labels.end());
  const SplitRows rows = split_rows(sets.train.count(), {.validation = recipe.data.validation,
                                                         .held_out = HeldOut::drawn,
                                                         .classes = classes,
                                                         .key = Key{recipe.seed}.fold(kSplit)});
  sets.validation = select_rows(sets.train, rows.validation);
  sets.validation.origin.remarks.clear();  // those of training
  if (!recipe.data.use_validation) sets.train = select_rows(sets.train, rows.train);
}

void require_values_of(const Unit& unit, const Cases& cases, const Column& column) {
  const bool counts = std::holds_alternative<Counts>(unit), bits = std::holds_alternative<Bernoulli>(unit);
  if (!counts && !bits) return;
  const std::vector<std::string>& names = column.meaning.names;
  each_value(column, [&](std::int64_t r, std::int64_t i, double x) {
    if (!column.is_known(r)) return;
    const bool fits = counts ? x >= 0 && x == std::floor(x) : x >= 0 && x <= 1;
    require(fits, "{}: part '{}': expected {}, got {} at case {}, {}", cases.origin.name, column.name,
            counts ? "counts, whole numbers from 0" : "numbers from 0 to 1", float(x), cases.number(r),
            names.empty() ? fmt::format("column {}", i) : fmt::format("'{}'", names[std::size_t(i)]));
  });
}

// Scales every document that has words to that number of words.
void rescale(double words, Column& column) {
  auto scaled = std::make_shared<SparseRows>(*nonzero_entries(column));
  if (scaled->value.empty()) scaled->value.assign(scaled->column.size(), 1.0f);
  for (std::int64_t r = 0; r < scaled->rows(); ++r) {
    double sum = 0;
    for (std::int64_t e = scaled->first[std::size_t(r)]; e < scaled->first[std::size_t(r) + 1]; ++e)
      sum += scaled->at(e);
    for (std::int64_t e = scaled->first[std::size_t(r)]; sum > 0 && e < scaled->first[std::size_t(r) + 1]; ++e)
      scaled->value[std::size_t(e)] = float(scaled->at(e) * words / sum);
  }
  column.x = std::move(scaled);
}

void require_parts_fit(const MultimodalRecipe& recipe, const CaseSets& sets) {
  for (const PartRecipe& part : recipe.parts()) {
    const std::vector<std::uint8_t>& known = sets.train.at(part.name).known;
    require(known.empty() || std::ranges::find(known, std::uint8_t(1)) != known.end(),
            "{}: no training case has the part '{}'; leave out its [[{}]]", sets.train.origin.name, part.name,
            recipe.layers.empty() ? "pathway" : "layer");
  }
  for (const Share share : {Share::train, Share::validation, Share::test}) {
    const Cases& cases = sets.of(share);
    for (const PartRecipe& part : recipe.parts()) {
      if (cases.count() == 0) continue;
      const Column& column = cases.at(part.name);
      const std::int64_t units = sets.train.at(part.name).units();
      require(column.units() == units, "{}: part '{}' has {} numbers a case, that of training has {}",
              cases.origin.name, part.name, column.units(), units);
      require_values_of(part.visible, cases, column);
    }
  }
}

}  // namespace

double median_length(const Column& column) {
  std::vector<double> words(std::size_t(column.cases()), 0.0), there;
  each_value(column, [&](std::int64_t r, std::int64_t, double n) { words[std::size_t(r)] += n; });
  for (std::int64_t r = 0; r < column.cases(); ++r)
    if (column.is_known(r) && words[std::size_t(r)] > 0) there.push_back(words[std::size_t(r)]);
  if (there.empty()) return 0;
  const auto middle = there.begin() + std::ptrdiff_t(there.size() / 2);
  std::ranges::nth_element(there, middle);
  return *middle;
}

CaseSets load_parts(Context& ctx, const MultimodalRecipe& recipe, const DataPlaces& places) {
  constexpr std::uint64_t kGenerator = 0x67656E;
  const bool files = recipe.data.name == "files";
  PartCases own = files ? load_part_files(recipe) : PartCases{};
  const auto load = [&](Share share, std::int64_t first) {
    Cases cases = files ? std::move(share == Share::train ? own.train : own.test)
                        : load_part_data(ctx, recipe.data.name,
                                         {.share = share,
                                          .cases = first > 0 ? std::optional(first) : std::nullopt,
                                          .key = Key{recipe.seed}.fold(kGenerator)},
                                         places);
    if (cases.count() == 0) return cases;  // files without test cases
    if (share == Share::train) remark_unseen(recipe, cases);
    keep_columns(recipe, cases);
    return first > 0 ? first_cases(cases, first) : cases;
  };
  CaseSets sets;
  sets.train = load(Share::train, recipe.data.train_cases);
  sets.test = load(Share::test, recipe.data.test_cases);
  if (!recipe.data.leave_out.empty()) leave_out(recipe.data.leave_out, sets.train, sets.test);
  const std::string parts = sets.train.origin.sha256 + sets.test.origin.sha256;
  sets.hash = sha256(as_bytes(parts));
  require(!recipe.has_labels() || classes_of(sets.train) > 1, "{}: the data '{}' have no labels",
          recipe.layers.empty() ? "joint.labels" : "layer.part", sets.train.origin.name);
  require(recipe.data.validation < sets.train.count(),
          "data.validation: {} cases, but the training data '{}' have {} in all", recipe.data.validation,
          sets.train.origin.name, sets.train.count());
  hold_out(recipe, sets);
  for (const PartRecipe& part : recipe.parts()) {
    if (!std::holds_alternative<Counts>(part.visible)) continue;
    const double words = part.length > 0    ? part.length
                         : part.rescale > 0 ? part.rescale
                                            : median_length(sets.train.at(part.name));
    for (Cases* cases : {&sets.train, &sets.validation, &sets.test})
      for (Column& column : cases->columns)
        if (column.name == part.name) column.meaning.words = words;
  }
  require_parts_fit(recipe, sets);
  show_parts(recipe, Share::train, sets.train);
  show_parts(recipe, Share::validation, sets.validation);
  show_parts(recipe, Share::test, sets.test);
  return sets;
}

void show_parts(const MultimodalRecipe& recipe, Share share, Cases& cases) {
  constexpr std::uint64_t kBinarisation = 0x62696E61;  // apart from every key of learning
  const std::vector<PartRecipe> parts = recipe.parts();
  for (std::size_t p = 0; p < parts.size(); ++p)
    for (Column& column : cases.columns) {
      if (column.name != parts[p].name) continue;
      if (parts[p].rescale > 0) rescale(parts[p].rescale, column);
      column.binarise = parts[p].binarise;
      column.key = Key{recipe.seed}.fold(kBinarisation).fold(std::uint64_t(share)).fold(p);
    }
}

EnergyModel untrained_machine(const MultimodalRecipe& recipe, const Cases& train, const BeginOptions& options) {
  std::map<std::string, std::int64_t> widths;
  for (const PartRecipe& p : recipe.parts()) widths[p.name] = train.at(p.name).units();
  EnergyModel model = machine_of(recipe, widths, recipe.has_labels() ? int(classes_of(train)) : 0);
  for (const PartRecipe& p : recipe.parts()) {
    if (!std::holds_alternative<Gaussian>(p.visible)) continue;
    const Column& column = train.at(p.name);
    Cases one;  // the cases that have the part
    one.origin.name = fmt::format("{}: part '{}'", train.origin.name, p.name);
    one.columns.push_back({.name = kVisibleColumn, .x = dense_rows(column)});
    std::vector<std::uint32_t> rows;
    for (std::uint32_t r = 0; r < column.cases(); ++r)
      if (column.is_known(r)) rows.push_back(r);
    if (std::int64_t(rows.size()) < column.cases()) one = select_rows(one, rows);
    standardise(one, Standardise::columns, 0, options, model.layer(*model.find(p.name)));
  }
  return model;
}

}  // namespace deepboltz
