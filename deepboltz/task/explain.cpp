#include "deepboltz/task/explain.h"

#include <optional>

#include "deepboltz/base/numeric.h"
#include "deepboltz/kernel/linear.h"
#include "deepboltz/model/field.h"

namespace deepboltz {
namespace {

std::vector<double> numbers(ConstMatrix row) {
  std::vector<double> out;
  visit_real(row.dtype, [&](auto real) {
    for (std::int64_t i = 0; i < row.cols; ++i) out.push_back(double(row.as<decltype(real)>()(0, i)));
  });
  return out;
}

// The visible units that share one probability with `unit`: all words, the classes of a softmax unit, or itself.
struct Rivals {
  std::int64_t first, count;
};
Rivals rivals_of(const Layer& visible, std::int64_t unit) {
  if (std::holds_alternative<Counts>(visible.unit)) return {0, visible.units};
  const std::int64_t group = group_size(visible.unit);
  return {unit / group * group, group};
}

// p of each rival; of a bit alone, that it is on.
std::vector<double> probabilities(std::span<const double> field) {
  if (field.size() == 1) return {logistic(field[0])};
  const double a = log_sum_exp(field);
  std::vector<double> p;
  for (double f : field) p.push_back(std::exp(f - a));
  return p;
}

}  // namespace

Explanation explain(Context& ctx, const EnergyModel& model, ConstMatrix hidden, std::int64_t unit) {
  const LayerId visible = model.visible();
  const Layer& layer = model.layer(visible);
  const Connection& link = model.connections().front();
  require(unit >= 0 && unit < layer.units, "explain: there is no visible unit {}, they are 0 to {}", unit,
          layer.units - 1);
  require(std::holds_alternative<Counts>(layer.unit) || std::holds_alternative<Softmax>(layer.unit) ||
              std::holds_alternative<Bernoulli>(layer.unit),
          "explain: '{}' is of {} units; expected counts, softmax or bernoulli", layer.name, name_of(layer.unit));
  require(link.lower == visible && hidden.rows == 1 && hidden.cols == link.weight.cols(),
          "explain: expected 1 × {} means of the first hidden layer, got {} × {}", link.weight.cols(), hidden.rows,
          hidden.cols);
  ScratchScope scope(ctx);
  const Matrix bias = scope.matrix(model.precision(), 1, layer.units),
               input = scope.matrix(model.precision(), 1, layer.units);
  ordinary_bias(ctx, model, visible, bias);
  multiply(ctx, 1, hidden, Transpose::no, link.weight, Transpose::yes, 0, input);
  const std::vector<double> b = numbers(bias), full = numbers(input), mean = numbers(hidden);
  const Rivals rivals = rivals_of(layer, unit);
  const std::size_t own = std::size_t(unit - rivals.first);

  std::vector<double> path(std::size_t(rivals.count), 0.0), field(path.size());  // ∫ p(t) dt of each rival
  const auto at = [&](double t) {
    for (std::size_t k = 0; k < field.size(); ++k)
      field[k] = b[std::size_t(rivals.first) + k] + t * full[std::size_t(rivals.first) + k];
    return probabilities(field);
  };
  constexpr int kPoints = 200;  // Simpson's rule, whose error is far below a thousandth of a nat for |W·μ| up to 20
  for (int i = 0; i <= kPoints; ++i) {
    const auto p = at(double(i) / kPoints);
    const double weight = (i == 0 || i == kPoints ? 1 : i % 2 == 1 ? 4 : 2) / (3.0 * kPoints);
    for (std::size_t k = 0; k < p.size(); ++k) path[k] += weight * p[k];
  }
  Explanation out{std::log(at(0)[own]), std::log(at(1)[own]), mean, {}};
  for (std::int64_t j = 0; j < link.weight.cols(); ++j) {
    const double weight = link.weight.at(unit, j);
    double expected = 0;
    for (std::size_t k = 0; k < path.size(); ++k)
      expected += path[k] * link.weight.at(rivals.first + std::int64_t(k), j);
    out.share.push_back(mean[std::size_t(j)] * (weight - expected));
  }
  return out;
}

std::int64_t most_raised(Context& ctx, const EnergyModel& model, ConstMatrix visible, ConstMatrix hidden) {
  ScratchScope scope(ctx);
  const Matrix input = scope.matrix(model.precision(), 1, visible.cols);
  multiply(ctx, 1, hidden, Transpose::no, model.connections().front().weight, Transpose::yes, 0, input);
  const std::vector<double> x = numbers(visible), raised = numbers(input);
  std::optional<std::size_t> most;
  for (std::size_t k = 0; k < x.size(); ++k)
    if (x[k] > 0 && (!most || raised[k] > raised[*most])) most = k;
  require(most.has_value(), "explain: no visible unit of the case is on");
  return std::int64_t(*most);
}

}  // namespace deepboltz
