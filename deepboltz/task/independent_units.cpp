#include "deepboltz/task/independent_units.h"

#include <cmath>

#include "deepboltz/kernel/reduce.h"
#include "deepboltz/learn/source.h"
#include "deepboltz/model/build.h"
#include "deepboltz/model/standardisation.h"
#include "deepboltz/sample/gibbs.h"

namespace deepboltz {
namespace {

constexpr double kPrior = 1;  // cases

bool counts(const Unit& unit) { return std::holds_alternative<Counts>(unit); }

// Shift and scale of a Gaussian layer ← mean and deviation of every column.
void standardise_columns(Context& ctx, const Cases& train, EnergyModel& units) {
  const LayerId visible = units.visible();
  const Tensor mean = visible_means(ctx, units, train)[std::size_t(visible.index)].clone();
  std::vector<double> squares(std::size_t(mean.cols()), 0.0);
  double total = 0;
  each_value(train.at(kVisibleColumn).rows(), [&](std::int64_t r, std::int64_t i, double x) {
    const double weight = train.weights.empty() ? 1 : double(train.weights[std::size_t(r)]);
    if (i == 0) total += weight;
    squares[std::size_t(i)] += weight * (x - mean.at(0, i)) * (x - mean.at(0, i));
  });
  Layer& layer = units.layer(visible);
  standardise_by(0, 1, layer);
  for (std::int64_t i = 0; i < mean.cols(); ++i) {
    require(squares[std::size_t(i)] > 0, "independent units: column {} of '{}' does not vary", i, train.origin.name);
    layer.shift.set(0, i, mean.at(0, i));
    layer.scale.set(0, i, std::sqrt(squares[std::size_t(i)] / total));
  }
}

// The bias of a label whose partition function is 1.
void set_shares(const SparseRows& labels, Tensor& bias) {
  std::vector<double> cases(std::size_t(bias.cols()), kPrior);
  for (const std::uint32_t label : labels.column) ++cases[label];
  const double all = double(labels.entries()) + kPrior * double(bias.cols());
  for (std::int64_t y = 0; y < bias.cols(); ++y) bias.set(0, y, std::log(cases[std::size_t(y)] / all));
}

}  // namespace

IndependentUnits::IndependentUnits(Context& ctx, const EnergyModel& model, const Cases& train)
    : units_(model.precision()) {
  const Layer& like = model.layer(model.visible());
  require(is_normalised(like.unit), "independent units: {} units have no log p", name_of(like.unit));
  const LayerId visible =
      units_.add(like.name, counts(like.unit) ? Unit(Counts{}) : like.unit, like.units, Role::visible);
  if (std::holds_alternative<Gaussian>(like.unit)) {
    standardise_columns(ctx, train, units_);
  } else {
    units_.layer(visible).shift = like.shift.clone();
    units_.layer(visible).scale = like.scale.clone();
    base_rate_fields(like.unit, visible_means(ctx, units_, train)[std::size_t(visible.index)], double(train.count()),
                     kPrior, units_.layer(visible).bias);
  }
  const auto label = model.find(Role::label);
  const Column* classes = train.find(kLabelColumn);
  if (!label || classes == nullptr) return;
  const Layer& of = model.layer(*label);
  set_shares(classes->sparse(), units_.layer(units_.add(of.name, of.unit, of.units, Role::label)).bias);
}

std::vector<double> IndependentUnits::log_p(Context& ctx, const Cases& cases, std::int64_t count,
                                            bool with_labels) const {
  constexpr std::int64_t kBatch = 1'000;
  std::vector<double> out(static_cast<std::size_t>(count));
  for (std::int64_t first = 0; first < count; first += kBatch) {
    State state = fixed_cases(ctx, units_, cases, first, std::min(kBatch, count - first), with_labels);
    log_p(ctx, state, std::span(out).subspan(std::size_t(first), std::size_t(state.cases)));
  }
  return out;
}

State IndependentUnits::draw(Context& ctx, const EnergyModel& model, Key key, std::span<double> log_q) const {
  State drawn = units_.make_state(ctx, std::int64_t(log_q.size())),
        state = model.make_state(ctx, std::int64_t(log_q.size()));
  advance(ctx, units_, Gibbs{1}, key, drawn);
  const auto hand_over = [&](Role role) {
    const LayerId from = *units_.find(role), to = *model.find(role);
    const Matrix x = state.x(to);
    scale_add(ctx, 1, drawn.x(from), 0, x);
    to_data(ctx, units_.layer(from), x);
    to_states(ctx, model.layer(to), x);
    state.clamp(to);
  };
  hand_over(Role::visible);
  if (units_.find(Role::label)) hand_over(Role::label);
  log_p(ctx, drawn, log_q);
  return state;
}

// The states of layers that are not clamped count too: of a label that is not known all are 0, and its partition
// function is 1.
void IndependentUnits::log_p(Context& ctx, State& state, std::span<double> out) const {
  const Layer& visible = units_.layer(units_.visible());
  std::vector<Tensor> bias;
  for (const Layer& layer : units_.layers()) bias.push_back(layer.bias.clone());
  for (const LayerId id : units_.ids()) state.unclamp(id);
  std::vector<double> log_z(out.size());
  units_.log_z_base(ctx, state, &bias, log_z);
  if (counts(visible.unit)) {  // a document is a sequence of words: without log ν
    units_.energy(ctx, state, out);
    for (double& value : out) value = -value;
  } else {
    units_.log_weight(ctx, state, {}, kNoBlock, out);
  }
  const double jacobian = log_jacobian(visible);
  for (std::size_t r = 0; r < out.size(); ++r) out[r] += jacobian - log_z[r];
}

}  // namespace deepboltz
