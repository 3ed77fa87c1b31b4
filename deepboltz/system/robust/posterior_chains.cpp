#include "deepboltz/system/robust/posterior_chains.h"

#include <cmath>
#include <cstring>

#include "deepboltz/kernel/row_blocks.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kPixels, kHidden, kStart, kChoose };

}  // namespace

PictureScale picture_scale(const EnergyModel& face, double rms) {
  const Layer& visible = face.layer(face.visible());
  PictureScale of{.shift = std::vector<double>(std::size_t(visible.units), 0.0),
                  .scale = std::vector<double>(std::size_t(visible.units), 1.0),
                  .rms = rms};
  for (std::int64_t i = 0; i < visible.units; ++i) {
    if (!visible.shift.empty()) of.shift[std::size_t(i)] = visible.shift.at(0, i);
    if (!visible.scale.empty()) of.scale[std::size_t(i)] = visible.scale.at(0, i);
  }
  return of;
}

PosteriorChains::PosteriorChains(Context& ctx, const RobustMachine& machine, const PictureScale& scale,
                                 Normalise normalise, ConstMatrix observed, ConstMatrix starts, std::int64_t first_case,
                                 Key key)
    : machine_(machine),
      scale_(scale),
      normalise_(normalise),
      starts_(starts.rows),
      state_(machine.make_state(ctx, observed.rows * starts.rows)),
      gains_(std::size_t(state_.cases)),
      log_gain_(std::size_t(state_.cases), 0.0),
      corrected_(machine.precision(), state_.cases, machine.pixels()) {
  state_.first_case = first_case * starts_;
  state_.clamp(machine.observed());
  visit_real(machine.precision(), [&](auto real) {
    using Real = decltype(real);
    for (std::int64_t r = 0; r < state_.cases; ++r) {
      std::memcpy(state_.x(machine.observed()).as<Real>().row(r), observed.as<Real>().row(r / starts_),
                  std::size_t(machine.pixels()) * sizeof(Real));
      for (std::int64_t i = 0; i < machine.pixels(); ++i)
        state_.x(machine.mask()).as<Real>()(r, i) = Real(starts.as<std::uint8_t>()(r % starts_, i) != 0);
    }
  });
  // The first exposure is against the mean picture, and the first clean picture is what is seen through the mask.
  Tensor mean(machine.precision(), state_.cases, machine.pixels());
  expose(ctx, mean);
  visit_real(machine.precision(), [&](auto real) {
    using Real = decltype(real);
    for (std::int64_t r = 0; r < state_.cases; ++r)
      for (std::int64_t i = 0; i < machine.pixels(); ++i)
        state_.x(machine.clean()).as<Real>()(r, i) =
            state_.x(machine.mask()).as<Real>()(r, i) != 0 ? corrected_.as<Real>()(r, i) : Real(0);
  });
  for (int block = 0; block < machine.blocks(); ++block)
    machine.sample_hidden(ctx, block, key.fold(std::uint64_t(block)), state_);
}

Exposure PosteriorChains::exposure() const {
  if (normalise_ == Normalise::none) return {};
  return {corrected_.view().slice(0, state_.cases), std::span(log_gain_).first(std::size_t(state_.cases))};
}

void PosteriorChains::sweep(Context& ctx, Key key, const PixelMeans& means) {
  ScratchScope scope(ctx);
  PixelMeans asked = means;
  if (asked.clean.empty()) asked.clean = scope.matrix(machine_.precision(), state_.cases, machine_.pixels());
  machine_.sample_pixels(ctx, key.fold(kPixels), state_, asked, exposure());
  expose(ctx, asked.clean);
  for (int block = 0; block < machine_.blocks(); ++block)
    machine_.sample_hidden(ctx, block, key.fold(kHidden).fold(std::uint64_t(block)), state_);
}

void PosteriorChains::expose(Context& ctx, ConstMatrix clean_means) {
  if (normalise_ == Normalise::none) return;
  constexpr double kRidge = 0.02;
  const auto pixels = std::size_t(machine_.pixels());
  visit_real(machine_.precision(), [&](auto real) {
    using Real = decltype(real);
    for_rows(ctx, state_.cases, 8 * machine_.pixels(), [&](std::int64_t r) {
      std::vector<double> weight(pixels), observed(pixels), mean(pixels), clear(pixels);
      double all = 0;
      for (std::size_t i = 0; i < pixels; ++i) {
        const auto at = std::int64_t(i);
        clear[i] = double(state_.x(machine_.mask()).as<Real>()(r, at));
        weight[i] = clear[i] / (scale_.scale[i] * scale_.scale[i]);
        all += weight[i];
        observed[i] = scale_.to_data(at, double(state_.x(machine_.observed()).as<Real>()(r, at)));
        mean[i] = scale_.to_data(at, double(clean_means.as<Real>()(r, at)));
      }
      const Gain gain = normalise_ == Normalise::fitted ? fitted_gain(weight, observed, mean, kRidge * all)
                                                        : release_gain(clear, observed, scale_.rms);
      gains_[std::size_t(r)] = gain;
      log_gain_[std::size_t(r)] = normalise_ == Normalise::fitted ? std::log(gain.gain) : 0;
      for (std::size_t i = 0; i < pixels; ++i)
        corrected_.as<Real>()(r, std::int64_t(i)) = Real(scale_.to_state(std::int64_t(i), gain(observed[i])));
    });
  });
}

void PosteriorChains::keep_best(std::span<const double> score) {
  const std::int64_t cases = state_.cases / starts_;
  const auto move = [&](Matrix x, std::int64_t from, std::int64_t to) {
    if (from != to) std::memcpy(x.slice(to, 1).data, x.slice(from, 1).data, std::size_t(x.cols) * size_of(x.dtype));
  };
  for (std::int64_t c = 0; c < cases; ++c) {
    std::int64_t best = c * starts_;
    for (std::int64_t k = 1; k < starts_; ++k)
      if (score[std::size_t(c * starts_ + k)] > score[std::size_t(best)]) best = c * starts_ + k;
    for (LayerId id : machine_.ids()) move(state_.x(id), best, c);
    move(corrected_, best, c);
    gains_[std::size_t(c)] = gains_[std::size_t(best)];
    log_gain_[std::size_t(c)] = log_gain_[std::size_t(best)];
  }
  state_.first_case /= starts_;
  state_.cases = cases;
  gains_.resize(std::size_t(cases));
  starts_ = 1;
}

PosteriorChains chosen_chains(Context& ctx, const RobustMachine& machine, const PictureScale& scale,
                              Normalise normalise, ConstMatrix observed, ConstMatrix starts, int start_sweeps,
                              std::int64_t first_case, Key key) {
  constexpr int kScored = 6;
  PosteriorChains chains(ctx, machine, scale, normalise, observed, starts, first_case, key.fold(kStart));
  if (starts.rows == 1) return chains;
  std::vector<double> score(std::size_t(chains.state().cases), 0.0), log_p(score.size());
  for (int sweep = 0; sweep < start_sweeps; ++sweep) {
    const bool scored = sweep >= start_sweeps - kScored;
    chains.sweep(ctx, key.fold(kChoose).fold(std::uint64_t(sweep)),
                 {.log_p = scored ? std::span(log_p) : std::span<double>()});
    for (std::size_t r = 0; scored && r < score.size(); ++r) score[r] += log_p[r];
  }
  chains.keep_best(score);
  return chains;
}

}  // namespace deepboltz
