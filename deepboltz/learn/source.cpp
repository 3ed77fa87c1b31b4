#include "deepboltz/learn/source.h"

#include <algorithm>
#include <numeric>

#include "deepboltz/model/build.h"
#include "deepboltz/model/length.h"
#include "deepboltz/model/standardisation.h"

namespace deepboltz {
namespace {

void fill_one_hot(const SparseRows& labels, std::span<const std::uint32_t> rows, Matrix out) {
  visit_real(out.dtype, [&](auto real) {
    auto view = out.as<decltype(real)>();
    for (std::int64_t r = 0; r < view.rows; ++r) {
      std::fill_n(view.row(r), view.cols, decltype(real)(0));
      for (const std::uint32_t label : labels.row(rows[std::size_t(r)])) view(r, label) = 1;
    }
  });
}

// Whether a pixel is neither black nor white.
bool has_grey(ConstMatrix x) {
  for (std::int64_t r = 0; r < x.rows; ++r) {
    const std::uint8_t* row = x.as<std::uint8_t>().row(r);
    if (std::any_of(row, row + x.cols, [](std::uint8_t g) { return g != 0 && g != 255; })) return true;
  }
  return false;
}

void add_labels(const Cases& cases, Source& source) {
  const Column* labels = cases.find(kLabelColumn);
  if (labels == nullptr) return;
  source.labels = [labels](std::span<const std::uint32_t> rows, Matrix out) {
    fill_one_hot(labels->sparse(), rows, out);
  };
  if (labels->sparse().entries() == labels->cases()) return;
  while (labels->sparse().entries(source.labelled) > 0) ++source.labelled;
}

// out ← the given cases on their fixed bits, as states of the visible layer.    (rows, units)
void show_fixed(Context& ctx, const EnergyModel& model, const Cases& cases, std::span<const std::uint32_t> rows,
                Matrix out) {
  const Column& column = cases.at(kVisibleColumn);
  present(ctx, column.fixed(), column, rows, {}, out);
  to_states(ctx, model.layer(model.visible()), out);
}

}  // namespace

double Source::shown() const {
  if (labelled > 0) return 2.0 * std::max(labelled, cases - labelled);
  return weights.empty() ? double(cases) : std::reduce(weights.begin(), weights.end(), 0.0);
}

Source source_of(const EnergyModel& model, const Cases& cases) {
  const Column& column = cases.at(kVisibleColumn);
  const Transform shown = column.training();
  Source source;
  source.cases = std::uint32_t(cases.count());
  source.weights = cases.weights;
  source.visible = [shown, &model, &column](Context& ctx, std::span<const std::uint32_t> rows, Key key, Matrix out) {
    present(ctx, shown, column, rows, key, out);
    to_states(ctx, model.layer(model.visible()), out);
  };
  add_labels(cases, source);
  if (!std::holds_alternative<Rows>(column.x)) return source;
  const ConstMatrix x = column.rows();
  if (x.dtype == DType::u8 && shown.binarise == Binarisation::none && has_grey(x))
    source.grey = [x](Context& ctx, std::span<const std::uint32_t> rows, GreyCases& out) { out.take(ctx, x, rows); };
  else if (x.dtype == DType::u8)  // where all is black and white, a threshold changes nothing
    source.bits = [to_bits = shown.binarise == Binarisation::none ? Transform{Binarisation::threshold, {}} : shown, x](
                      Context& ctx, std::span<const std::uint32_t> rows, Key key, Bits& out) {
      present(ctx, to_bits, x, rows, key, out);
    };
  return source;
}

Source grey_source_of(const EnergyModel& model, const Cases& cases) {
  const Column& column = cases.at(kVisibleColumn);
  Source grey;
  grey.cases = std::uint32_t(cases.count());
  grey.visible = [&model, &column](Context& ctx, std::span<const std::uint32_t> rows, Key key, Matrix out) {
    present(ctx, {Binarisation::none, {}}, column, rows, key, out);
    to_states(ctx, model.layer(model.visible()), out);
  };
  add_labels(cases, grey);
  return grey;
}

State fixed_cases(Context& ctx, const EnergyModel& model, const Cases& cases, std::int64_t first, std::int64_t count,
                  bool with_labels) {
  State state = model.make_state(ctx, count);
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(count));
  std::iota(rows.begin(), rows.end(), std::uint32_t(first));
  show_fixed(ctx, model, cases, rows, state.x(model.visible()));
  state.clamp(model.visible());
  take_documents(model, state);
  const Column* labels = cases.find(kLabelColumn);
  if (const auto label = model.find(Role::label); label && with_labels && labels != nullptr) {
    fill_one_hot(labels->sparse(), rows, state.x(*label));
    state.clamp(*label);
  }
  return state;
}

std::vector<Tensor> visible_means(Context& ctx, const EnergyModel& model, const Cases& cases) {
  const Column& x = cases.at(kVisibleColumn);
  const std::vector<float>& weights = cases.weights;
  std::vector<Tensor> means(model.layers().size());
  std::vector<double> sums(std::size_t(x.units()), 0.0);
  double total = double(x.cases());
  if (!weights.empty()) total = std::reduce(weights.begin(), weights.end(), 0.0);
  each_value(x, [&](std::int64_t r, std::int64_t i, double value) {
    sums[std::size_t(i)] += value * (weights.empty() ? 1 : double(weights[std::size_t(r)]));
  });
  Tensor& mean = means[std::size_t(model.visible().index)] = Tensor(model.precision(), 1, x.units());
  for (std::int64_t i = 0; i < x.units(); ++i) mean.set(0, i, sums[std::size_t(i)] / total);
  to_states(ctx, model.layer(model.visible()), mean);
  return means;
}

std::vector<Tensor> word_frequencies(Context& ctx, const EnergyModel& model, const Cases& cases) {
  constexpr double kPrior = 1;
  std::vector<Tensor> base;
  for (const Layer& layer : model.layers()) base.emplace_back(model.precision(), 1, layer.units);
  const std::size_t visible = std::size_t(model.visible().index);
  base_rate_fields(model.layer(model.visible()).unit, visible_means(ctx, model, cases)[visible], double(cases.count()),
                   kPrior, base[visible]);
  return base;
}

Tensor fixed_states(Context& ctx, const EnergyModel& model, const Cases& cases) {
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(cases.count()));
  std::iota(rows.begin(), rows.end(), 0u);
  Tensor states(model.precision(), cases.count(), cases.at(kVisibleColumn).units());
  show_fixed(ctx, model, cases, rows, states);
  return states;
}

Tensor visible_states(Context& ctx, const EnergyModel& model, const Cases& cases) {
  const Column& x = cases.at(kVisibleColumn);
  Tensor states(model.precision(), x.cases(), x.units());
  each_value(x, [&](std::int64_t r, std::int64_t i, double value) { states.set(r, i, value); });
  to_states(ctx, model.layer(model.visible()), states);
  return states;
}

Rows shown_cases(Context& ctx, const EnergyModel& model, const Cases& cases) {
  const auto* rows = std::get_if<Rows>(&cases.at(kVisibleColumn).x);
  if (rows && rows->x.dtype == DType::u8 && model.layer(model.visible()).scale.empty()) return *rows;
  auto states = std::make_shared<const Tensor>(visible_states(ctx, model, cases));
  return {states->view(), states};
}

}  // namespace deepboltz
