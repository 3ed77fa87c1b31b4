#include "deepboltz/learn/source.h"

#include <algorithm>
#include <memory>
#include <numeric>

#include "deepboltz/infer/missing_part.h"
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

// out ← the given cases on their fixed bits, as states of a visible layer.    (rows, units)
void show_fixed(Context& ctx, const EnergyModel& model, LayerId visible, const Column& column,
                std::span<const std::uint32_t> rows, Matrix out) {
  present(ctx, column.fixed(), column, rows, {}, out);
  to_states(ctx, model.layer(visible), out);
}

PartSource part_source(const EnergyModel& model, LayerId visible, const Column& column, const Transform& shown) {
  return {
      .states =
          [&model, &column, visible, shown](Context& ctx, std::span<const std::uint32_t> rows, Key key, Matrix out) {
            present(ctx, shown, column, rows, key, out);
            to_states(ctx, model.layer(visible), out);
          },
      .known = column.known,
      .length = column.meaning.words};
}

}  // namespace

const Column& column_of(const EnergyModel& model, LayerId visible, const Cases& cases) {
  const Column* own = cases.find(model.layer(visible).name);
  if (own != nullptr) return *own;
  return cases.at(model.ids(Role::visible).size() == 1 ? kVisibleColumn : model.layer(visible).name);
}

double shown_an_epoch(const Cases& cases, bool weighted) {
  Source source;
  source.cases = std::uint32_t(cases.count());
  if (weighted) source.weights = cases.weights;
  add_labels(cases, source);
  return source.shown();
}

double Source::shown() const {
  if (labelled > 0) return 2.0 * std::max(labelled, cases - labelled);
  return weights.empty() ? double(cases) : std::reduce(weights.begin(), weights.end(), 0.0);
}

Source source_of(const EnergyModel& model, const Cases& cases) {
  Source source;
  source.cases = std::uint32_t(cases.count());
  source.weights = cases.weights;
  add_labels(cases, source);
  const auto visible = model.ids(Role::visible);
  for (LayerId id : visible) {
    const Column& column = column_of(model, id, cases);
    source.visible.push_back(part_source(model, id, column, column.training()));
  }
  const Column& column = column_of(model, visible.front(), cases);
  const Transform shown = column.training();
  if (visible.size() > 1 || !std::holds_alternative<Rows>(column.x)) return source;
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
  Source grey;
  grey.cases = std::uint32_t(cases.count());
  for (LayerId id : model.ids(Role::visible))
    grey.visible.push_back(part_source(model, id, column_of(model, id, cases), {Binarisation::none, {}}));
  add_labels(cases, grey);
  return grey;
}

Source chosen_cases(Source source, std::vector<std::uint32_t> rows) {
  DEEPBOLTZ_ASSERT(source.weights.empty() && source.labelled == 0);
  const auto chosen = std::make_shared<const std::vector<std::uint32_t>>(std::move(rows));
  const auto numbers = [chosen](std::span<const std::uint32_t> places) {
    std::vector<std::uint32_t> out;
    for (const std::uint32_t place : places) out.push_back((*chosen)[place]);
    return out;
  };
  Source out;
  out.cases = std::uint32_t(chosen->size());
  for (PartSource& part : source.visible)
    out.visible.push_back({.states = [numbers, states = std::move(part.states)](
                                         Context& ctx, std::span<const std::uint32_t> places, Key key,
                                         Matrix to) { states(ctx, numbers(places), key, to); },
                           .length = part.length});
  if (source.labels)
    out.labels = [numbers, labels = std::move(source.labels)](std::span<const std::uint32_t> places, Matrix to) {
      labels(numbers(places), to);
    };
  return out;
}

State fixed_cases(Context& ctx, const EnergyModel& model, const Cases& cases, std::int64_t first, std::int64_t count,
                  bool with_labels) {
  State state = model.make_state(ctx, count);
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(count));
  std::iota(rows.begin(), rows.end(), std::uint32_t(first));
  const auto visible = model.ids(Role::visible);
  for (LayerId id : visible) {
    show_fixed(ctx, model, id, column_of(model, id, cases), rows, state.x(id));
    state.clamp(id);
  }
  take_documents(model, state);
  for (LayerId id : visible) {
    const Column& column = column_of(model, id, cases);
    if (column.known.empty()) continue;
    const auto known = std::span(column.known).subspan(std::size_t(first), std::size_t(count));
    clamp_where_known(ctx, model, id, known, column.meaning.words, state);
  }
  const Column* labels = cases.find(kLabelColumn);
  if (const auto label = model.find(Role::label); label && with_labels && labels != nullptr) {
    fill_one_hot(labels->sparse(), rows, state.x(*label));
    state.clamp(*label);
  }
  return state;
}

std::vector<Tensor> visible_means(Context& ctx, const EnergyModel& model, const Cases& cases) {
  const std::vector<float>& weights = cases.weights;
  const auto weight = [&](std::int64_t r) { return weights.empty() ? 1.0 : double(weights[std::size_t(r)]); };
  std::vector<Tensor> means(model.layers().size());
  for (LayerId id : model.ids(Role::visible)) {
    const Column& x = column_of(model, id, cases);
    std::vector<double> sums(std::size_t(x.units()), 0.0);
    double total = 0;
    for (std::int64_t r = 0; r < x.cases(); ++r) total += x.is_known(r) ? weight(r) : 0;
    each_value(x, [&](std::int64_t r, std::int64_t i, double value) {
      if (x.is_known(r)) sums[std::size_t(i)] += value * weight(r);
    });
    Tensor& mean = means[std::size_t(id.index)] = Tensor(model.precision(), 1, x.units());
    for (std::int64_t i = 0; i < x.units(); ++i) mean.set(0, i, sums[std::size_t(i)] / total);
    to_states(ctx, model.layer(id), mean);
  }
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
  show_fixed(ctx, model, model.visible(), cases.at(kVisibleColumn), rows, states);
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
