#include "deepboltz/task/mixture.h"

#include <algorithm>
#include <cmath>

#include "deepboltz/base/numeric.h"
#include "deepboltz/kernel/linear.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/learn/source.h"
#include "deepboltz/model/standardisation.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kCases, kShares };

// Bits in {0, 1}, as figures are taken on them.
Tensor bits_of(Context& ctx, const EnergyModel& model, const Cases& cases, std::int64_t first, std::int64_t count) {
  State state = fixed_cases(ctx, model, cases, first, count, false);
  const LayerId visible = model.visible();
  to_data(ctx, model.layer(visible), state.x(visible));
  return std::move(state.layers[std::size_t(visible.index)]);
}

// Shares at random, near 1 for one of the parts.
void begin_shares(Key key, Matrix share) {
  for (std::int64_t r = 0; r < share.rows; ++r) {
    const auto own = std::int64_t(uniform(key, std::uint32_t(r), 0) * float(share.cols));
    visit_real(share.dtype, [&](auto real) {
      for (std::int64_t k = 0; k < share.cols; ++k) share.as<decltype(real)>()(r, k) = decltype(real)(k == own);
    });
  }
}

}  // namespace

bool Mixture::suits(const Unit& visible) {
  return std::holds_alternative<Bernoulli>(visible) || std::holds_alternative<Spin>(visible);
}

Mixture::Mixture(Context& ctx, const EnergyModel& model, const Cases& train, const MixtureOptions& options) {
  const Layer& visible = model.layer(model.visible());
  require(suits(visible.unit), "mixture: expected bits, got {} units", name_of(visible.unit));
  std::vector<std::uint32_t> rows = permutation(options.key.fold(kCases), std::uint32_t(train.count()));
  rows.resize(std::min(rows.size(), std::size_t(std::max<std::int64_t>(1, options.most_values / visible.units))));
  const Tensor x = bits_of(ctx, model, select_rows(train, rows), 0, std::int64_t(rows.size()));
  Tensor share(x.dtype(), x.rows(), options.parts), mean(x.dtype(), 1, x.cols());
  column_means(ctx, x, mean);
  begin_shares(options.key.fold(kShares), share);
  std::vector<double> log_p(rows.size());
  for (int round = 0; round < options.rounds; ++round) {
    maximise(ctx, x, share, mean);
    weigh(ctx, x, share, log_p);
  }
  maximise(ctx, x, share, mean);
}

std::vector<double> Mixture::log_p(Context& ctx, const EnergyModel& model, const Cases& cases) const {
  constexpr std::int64_t kBatch = 1'000;
  std::vector<double> out(std::size_t(cases.count()));
  for (std::int64_t first = 0; first < cases.count(); first += kBatch) {
    const Tensor x = bits_of(ctx, model, cases, first, std::min(kBatch, cases.count() - first));
    Tensor share(x.dtype(), x.rows(), logit_.cols());
    weigh(ctx, x, share, std::span(out).subspan(std::size_t(first), std::size_t(x.rows())));
  }
  return out;
}

void Mixture::weigh(Context& ctx, ConstMatrix x, Matrix share, std::span<double> log_p) const {
  multiply(ctx, 1, x, Transpose::no, logit_, Transpose::no, 0, share);
  visit_real(share.dtype, [&](auto real) {
    std::vector<double> joint(constant_.size());
    for (std::int64_t r = 0; r < share.rows; ++r) {
      auto* row = share.as<decltype(real)>().row(r);
      for (std::size_t k = 0; k < joint.size(); ++k) joint[k] = constant_[k] + double(row[k]);
      log_p[std::size_t(r)] = log_sum_exp(std::span<const double>(joint));
      for (std::size_t k = 0; k < joint.size(); ++k)
        row[k] = decltype(real)(std::exp(joint[k] - log_p[std::size_t(r)]));
    }
  });
}

void Mixture::maximise(Context& ctx, ConstMatrix x, ConstMatrix share, ConstMatrix mean) {
  constexpr double kPrior = 1;  // cases
  Tensor sum(x.dtype, x.cols, share.cols), of_part(x.dtype, 1, share.cols);
  multiply(ctx, 1, x, Transpose::yes, share, Transpose::no, 0, sum);
  column_means(ctx, share, of_part);
  logit_ = Tensor(x.dtype, x.cols, share.cols);
  constant_.assign(std::size_t(share.cols), 0.0);
  const double cases = double(x.rows);
  visit_real(x.dtype, [&](auto real) {
    using Real = decltype(real);
    for (std::int64_t k = 0; k < share.cols; ++k) {
      const double weight = cases * double(of_part.as<Real>()(0, k));
      double& constant = constant_[std::size_t(k)];
      constant = std::log((weight + kPrior) / (cases + kPrior * double(share.cols)));
      for (std::int64_t i = 0; i < x.cols; ++i) {
        // Of all cases, one more on either side.
        const double usual = (cases * double(mean.as<Real>()(0, i)) + kPrior) / (cases + 2 * kPrior);
        const double on = std::min(double(sum.as<Real>()(i, k)), weight);  // rounding may lift it above
        const double mu = (on + kPrior * usual) / (weight + kPrior);
        logit_.as<Real>()(i, k) = Real(std::log(mu) - std::log1p(-mu));
        constant += std::log1p(-mu);
      }
    }
  });
}

}  // namespace deepboltz
