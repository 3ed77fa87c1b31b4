#include "deepboltz/recipe/run_data.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "deepboltz/data/documents.h"
#include "deepboltz/data/named_data.h"
#include "deepboltz/data/patches.h"
#include "deepboltz/data/read_data.h"
#include "deepboltz/data/split.h"
#include "deepboltz/io/sha256.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/length.h"
#include "deepboltz/model/presentation.h"
#include "deepboltz/recipe/nearest.h"

namespace deepboltz {
namespace {

void fill_one_hot(const Dataset& data, std::span<const std::uint32_t> rows, Matrix out) {
  visit_real(out.dtype, [&](auto real) {
    auto view = out.as<decltype(real)>();
    for (std::int64_t r = 0; r < view.rows; ++r) {
      std::fill_n(view.row(r), view.cols, decltype(real)(0));
      view(r, data.labels[rows[std::size_t(r)]]) = 1;
    }
  });
}

void require_named(const std::string& name) {
  if (find_named_data(name) != nullptr) return;
  std::vector<std::string> known{"file"};
  for (const NamedData& data : named_data()) known.emplace_back(data.name);
  throw InputError(
      fmt::format("data.name: there is no data set '{}'; the nearest one is '{}'", name, nearest(name, known)));
}

// What the recipe asks of the training data, before any work.
void require_fit(const Recipe& recipe, const Dataset& train) {
  require(recipe.data.validation == 0 || recipe.data.validation < train.cases(),
          "data.validation: {} cases, but the training data '{}' have {} in all", recipe.data.validation, train.name,
          train.cases());
  require(!recipe.model.labels || train.classes > 1, "model.labels: the training data '{}' have no labels", train.name);
  require(recipe.data.labelled == 0 || recipe.data.labelled < train.cases(),
          "data.labelled: expected fewer than the {} training cases of '{}', got {}", train.cases(), train.name,
          recipe.data.labelled);
  require(!recipe.finetune || train.classes > 1, "finetune: the training data '{}' have no labels", train.name);
}

void require_documents(const Dataset& data) {
  std::vector<double> words(std::size_t(data.cases()), 0.0);
  each_value(data, [&](std::int64_t r, std::int64_t i, double x) {
    require(x >= 0 && x == std::floor(x),
            "{}: expected counts, whole numbers from 0, got {} at case {}, column {}; weights such as TF-IDF are none",
            data.name, float(x), r, i);
    words[std::size_t(r)] += x;
  });
  const auto empty = std::ranges::find(words, 0.0);
  require(empty == words.end(), "{}: case {} is a document without words; leave it out", data.name,
          empty - words.begin());
}

// Pictures ← patches of them, each part's by a key of its own.
void take_patches(const Recipe& recipe, RunData& data) {
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

}  // namespace

void require_values(const EnergyModel& model, const Dataset& data) {
  const Unit& unit = model.layer(model.visible()).unit;
  if (std::holds_alternative<Counts>(unit)) return require_documents(data);
  if (const auto* softmax = std::get_if<Softmax>(&unit)) {
    std::int64_t ones = 0;
    each_value(data, [&](std::int64_t r, std::int64_t i, double x) {
      const std::int64_t group = i / softmax->classes;
      ones = i % softmax->classes == 0 ? std::int64_t(x == 1) : ones + std::int64_t(x == 1);
      require((x == 0 || x == 1) && ones <= 1 && (i % softmax->classes < softmax->classes - 1 || ones == 1),
              "{}: expected one of {} classes, one 1 and zeros, got {} at case {}, column {} (unit {})", data.name,
              softmax->classes, float(x), r, i, group);
    });
  }
  if (std::holds_alternative<Relu>(unit))
    each_value(data, [&](std::int64_t r, std::int64_t i, double x) {
      require(x >= 0, "{}: expected numbers from 0 on for relu units, got {} at case {}, column {}", data.name, x, r,
              i);
    });
  const auto* binomial = std::get_if<Binomial>(&unit);
  if (binomial == nullptr) return;
  each_value(data, [&](std::int64_t r, std::int64_t i, double x) {
    require(x >= 0 && x <= double(binomial->trials) && x == std::floor(x),
            "{}: expected whole numbers from 0 to {}, got {} at case {}, column {}", data.name, binomial->trials,
            float(x), r, i);
  });
}

ReadOptions read_options(const DataRecipe& plan) {
  return {.height = int(plan.height),
          .width = int(plan.width),
          .data_key = plan.data_key,
          .label_key = plan.label_key,
          .label_column = plan.label_column,
          .cases_in_columns = plan.cases_in_columns,
          .pixels_by_column = plan.pixels_by_column,
          .identity = plan.identity,
          .vocabulary = plan.vocabulary.empty() ? std::vector<std::string>() : read_vocabulary(plan.vocabulary),
          .words = plan.words,
          .stop_words = plan.stop_words.empty() ? std::nullopt : std::optional(read_vocabulary(plan.stop_words)),
          .invert = plan.invert};
}

RunData load_run_data(Context& ctx, const Recipe& recipe, const DataPlaces& places) {
  require(!recipe.ratings,
          "this run is a recommender: its data are ratings; it has the verbs train, resume, evaluate, recommend, "
          "inspect, plot");
  const DataRecipe& plan = recipe.data;
  RunData data;
  if (plan.name == "file") {
    const auto read = [&](const std::string& path, const std::string& labels, const std::string& where) {
      ReadOptions options = read_options(plan);
      options.numbers = takes_numbers(recipe.model.visible);
      options.counts = std::holds_alternative<Counts>(recipe.model.visible);
      if (options.vocabulary.empty()) options.vocabulary = data.train.vocabulary;  // of plain text
      options.labels = labels;
      if (!where.empty()) options.where = parse_where(where);
      return read_data(path, options);
    };
    require(!plan.train.empty(), "data.train: expected the path of the training data, since data.name is \"file\"");
    data.train = read(plan.train, plan.train_labels, plan.train_where);
    if (!plan.test.empty()) data.test = read(plan.test, plan.test_labels, plan.test_where);
    require(plan.test.empty() || data.test.units() == data.train.units(),
            "{}: cases of {} units, but the training data '{}' have {}", plan.test, data.test.units(), plan.train,
            data.train.units());
  } else {
    require_named(plan.name);
    constexpr std::uint64_t kGenerator = 0x67656E;
    const Key key = Key{recipe.seed}.fold(kGenerator);
    const auto count = [&](std::int64_t cases) { return cases > 0 ? std::optional(cases) : std::nullopt; };
    data.train = load_named_data(ctx, plan.name, {Part::train, count(plan.train_cases), key}, places);
    data.test = load_named_data(ctx, plan.name, {Part::test, count(plan.test_cases), key}, places);
    if (find_named_data(plan.name)->validation_cases > 0) {
      require(plan.validation == 0 && !plan.use_validation,
              "data.{}: '{}' has validation cases of its own, on which it is never trained",
              plan.use_validation ? "use_validation" : "validation", plan.name);
      data.validation = load_named_data(ctx, plan.name, {Part::validation, {}, key}, places);
    }
  }
  const bool documents = !data.train.vocabulary.empty() || std::holds_alternative<Counts>(recipe.model.visible);
  if (documents && !takes_numbers(recipe.model.visible))
    for (Dataset* part : {&data.train, &data.test})
      if (part->cases() > 0) *part = word_presence(std::move(*part));
  const std::int64_t empty_documents = data.train.empty_documents;
  const auto first = [](const Dataset& set, std::int64_t cases) {
    std::vector<std::uint32_t> rows(static_cast<std::size_t>(cases));
    std::iota(rows.begin(), rows.end(), 0u);
    return select_rows(set, rows);
  };
  if (plan.train_cases > 0 && plan.train_cases < data.train.cases()) data.train = first(data.train, plan.train_cases);
  if (plan.test_cases > 0 && plan.test_cases < data.test.cases()) data.test = first(data.test, plan.test_cases);
  require_fit(recipe, data.train);
  if (plan.validation > 0) {
    // Files of documents are sorted by group or by date: the last ones would be of another kind than the rest.
    constexpr std::uint64_t kSplit = 0x73706c6974;
    const SplitRows rows = split_rows(
        data.train.cases(), {.validation = plan.validation, .random = documents, .key = Key{recipe.seed}.fold(kSplit)});
    data.validation = select_rows(data.train, rows.validation);
    if (!plan.use_validation) data.train = select_rows(data.train, rows.train);
  }
  data.train.empty_documents = empty_documents;
  if (plan.patch_side > 0) take_patches(recipe, data);
  return data;
}

std::string content_hash(const RunData& data) {
  const std::string parts = data.train.sha256 + data.validation.sha256 + data.test.sha256;
  return sha256(as_bytes(parts));
}

Transform Presenter::fixed(Share share) const {
  constexpr std::uint64_t kBinarisation = 0x62696E61;  // apart from every key of learning
  if (training_ != Binarisation::each_time && training_ != Binarisation::once) return {training_, {}};
  return {Binarisation::once, Key{seed_}.fold(kBinarisation).fold(std::uint64_t(share))};
}

Source Presenter::source(const EnergyModel& model, const Dataset& data) const {
  const Transform shown = training_ == Binarisation::each_time ? Transform{training_, {}} : fixed(Share::train);
  Source source;
  source.cases = std::uint32_t(data.cases());
  source.weights = data.weights;
  source.labelled = std::uint32_t(labelled_);
  source.visible = [shown, &model, &data](Context& ctx, std::span<const std::uint32_t> rows, Key key, Matrix out) {
    present(ctx, shown, data, rows, key, out);
    to_states(ctx, model.layer(model.visible()), out);
  };
  if (shown.binarise != Binarisation::none && data.x.dtype() == DType::u8)
    source.bits = [shown, &data](Context& ctx, std::span<const std::uint32_t> rows, Key key, Bits& out) {
      present(ctx, shown, data, rows, key, out);
    };
  if (!data.labels.empty())
    source.labels = [&data](std::span<const std::uint32_t> rows, Matrix out) { fill_one_hot(data, rows, out); };
  return source;
}

Source Presenter::grey_source(const Dataset& data) const {
  Source grey;
  grey.cases = std::uint32_t(data.cases());
  grey.visible = [&data](Context& ctx, std::span<const std::uint32_t> rows, Key key, Matrix out) {
    present(ctx, {Binarisation::none, {}}, data, rows, key, out);
  };
  if (!data.labels.empty())
    grey.labels = [&data](std::span<const std::uint32_t> rows, Matrix out) { fill_one_hot(data, rows, out); };
  return grey;
}

State fixed_cases(Context& ctx, const EnergyModel& model, const Presenter& presenter, Share share, const Dataset& data,
                  std::int64_t first, std::int64_t count, bool with_labels) {
  State state = model.make_state(ctx, count);
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(count));
  std::iota(rows.begin(), rows.end(), std::uint32_t(first));
  present(ctx, presenter.fixed(share), data, rows, {}, state.x(model.visible()));
  to_states(ctx, model.layer(model.visible()), state.x(model.visible()));
  state.clamp(model.visible());
  take_documents(model, state);
  if (const auto label = model.find(Role::label); label && with_labels && !data.labels.empty()) {
    fill_one_hot(data, rows, state.x(*label));
    state.clamp(*label);
  }
  return state;
}

std::vector<Tensor> visible_means(Context& ctx, const EnergyModel& model, const Dataset& data) {
  std::vector<Tensor> means(model.layers().size());
  std::vector<double> sums(std::size_t(data.units()), 0.0);
  double total = double(data.cases());
  if (!data.weights.empty()) total = std::reduce(data.weights.begin(), data.weights.end(), 0.0);
  each_value(data, [&](std::int64_t r, std::int64_t i, double x) {
    sums[std::size_t(i)] += x * (data.weights.empty() ? 1 : double(data.weights[std::size_t(r)]));
  });
  Tensor& mean = means[std::size_t(model.visible().index)] = Tensor(model.precision(), 1, data.units());
  for (std::int64_t i = 0; i < data.units(); ++i) mean.set(0, i, sums[std::size_t(i)] / total);
  to_states(ctx, model.layer(model.visible()), mean);
  return means;
}

std::vector<Tensor> word_frequencies(Context& ctx, const EnergyModel& model, const Dataset& data) {
  constexpr double kPrior = 1;
  std::vector<Tensor> base;
  for (const Layer& layer : model.layers()) base.emplace_back(model.precision(), 1, layer.units);
  const std::size_t visible = std::size_t(model.visible().index);
  base_rate_fields(model.layer(model.visible()).unit, visible_means(ctx, model, data)[visible], double(data.cases()),
                   kPrior, base[visible]);
  return base;
}

Tensor visible_states(Context& ctx, const EnergyModel& model, const Dataset& data) {
  Tensor states(model.precision(), data.cases(), data.units());
  each_value(data, [&](std::int64_t r, std::int64_t i, double x) { states.set(r, i, x); });
  to_states(ctx, model.layer(model.visible()), states);
  return states;
}

}  // namespace deepboltz
