#include "deepboltz/recipe/presenter.h"

#include <algorithm>
#include <numeric>

#include "deepboltz/model/build.h"
#include "deepboltz/model/length.h"
#include "deepboltz/model/standardisation.h"

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

// Whether a pixel is neither black nor white.
bool has_grey(const Dataset& data) {
  const ConstMatrix x = data.x;
  for (std::int64_t r = 0; r < x.rows; ++r) {
    const std::uint8_t* row = x.as<std::uint8_t>().row(r);
    if (std::any_of(row, row + x.cols, [](std::uint8_t g) { return g != 0 && g != 255; })) return true;
  }
  return false;
}

}  // namespace

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
  if (data.x.dtype() == DType::u8 && shown.binarise == Binarisation::none && has_grey(data))
    source.grey = [&data](Context& ctx, std::span<const std::uint32_t> rows, GreyCases& out) {
      out.take(ctx, data.x, rows);
    };
  else if (data.x.dtype() == DType::u8)  // where all is black and white, a threshold changes nothing
    source.bits = [to_bits = shown.binarise == Binarisation::none ? Transform{Binarisation::threshold, {}} : shown,
                   &data](Context& ctx, std::span<const std::uint32_t> rows, Key key, Bits& out) {
      present(ctx, to_bits, data, rows, key, out);
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
