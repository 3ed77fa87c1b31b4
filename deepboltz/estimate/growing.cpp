#include "deepboltz/estimate/growing.h"

#include <algorithm>
#include <cmath>

#include "deepboltz/base/numeric.h"
#include "deepboltz/estimate/free_energy.h"
#include "deepboltz/estimate/resample.h"
#include "deepboltz/kernel/unit_ops.h"
#include "deepboltz/model/length.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/sample/replicas.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kFirstWord = 1, kFirstHidden, kGrow, kResample };

void require_documents(const EnergyModel& model, const GrowingOptions& options) {
  hidden_block(model, "growing documents");
  for (LayerId id : model.ids()) {
    const Layer& layer = model.layer(id);
    require(id == model.visible() ? std::holds_alternative<Counts>(layer.unit)
                                  : layer.role == Role::hidden && counts_beside(model, id),
            "growing documents: expected a visible layer of counts and hidden layers on it, '{}' is another",
            layer.name);
  }
  require(options.populations >= 2, "growing documents: an interval needs at least two populations, got {}",
          options.populations);
  require(options.chains >= 1 && options.sweeps >= 1 && options.growth >= 0,
          "growing documents: expected chains and sweeps from 1 and growth from 0, got {}, {} and {}", options.chains,
          options.sweeps, options.growth);
}

// −F of every document of one word.
std::vector<double> one_word_documents(Context& ctx, const EnergyModel& model) {
  constexpr std::int64_t kRows = 500;  // at a time: a row is as long as the vocabulary
  const LayerId words = model.visible();
  const std::int64_t vocabulary = model.layer(words).units;
  std::vector<double> out(static_cast<std::size_t>(vocabulary));
  for (std::int64_t first = 0; first < vocabulary; first += kRows) {
    const std::int64_t rows = std::min(kRows, vocabulary - first);
    State state = model.make_state(ctx, rows);
    state.fill_lengths(1);
    for (std::int64_t r = 0; r < rows; ++r) state.layers[std::size_t(words.index)].set(r, first + r, 1);
    negative_free_energy(ctx, model, state, std::span(out).subspan(std::size_t(first), std::size_t(rows)));
  }
  return out;
}

class Growing {
 public:
  Growing(Context& ctx, const EnergyModel& model, const GrowingOptions& options)
      : ctx_(ctx),
        model_(model),
        options_(options),
        words_(model.block(model.visible())),
        state_(model.make_state(ctx, std::int64_t(options.populations) * options.chains)),
        weight_(std::size_t(state_.cases)),
        gain_(weight_.size()),
        measure_(weight_.size()),
        passed_(std::size_t(options.populations)) {
    start();
  }

  double length() const { return length_; }

  // log Ẑ of every population at a length not below this one.
  std::vector<double> log_z(double length) const {
    std::vector<double> out;
    for (std::size_t p = 0; p < passed_.size(); ++p) {
      StreamingLogSumExp sum;
      for (std::size_t r = first(p); r < first(p + 1); ++r) sum.add(weight_[r] + (length - length_) * gain_[r]);
      out.push_back(log_z_one_ + passed_[p] + sum.value() - std::log(double(options_.chains)));
    }
    return out;
  }

  void grow(double by) {
    for (std::size_t r = 0; r < weight_.size(); ++r) weight_[r] += by * gain_[r];
    length_ += by;
    state_.fill_lengths(length_);
    const Key now = options_.key.fold(kGrow).fold(std::uint64_t(length_));
    for (std::size_t p = 0; p < passed_.size(); ++p) even_out(p, now.fold(kResample));
    for (int sweep = 0; sweep < options_.sweeps; ++sweep) draw(now.fold(kGrow).fold(std::uint64_t(sweep)));
    weigh();
  }

 private:
  std::size_t first(std::size_t population) const { return population * std::size_t(options_.chains); }

  // The first word by its exact probability, and the hidden units given it.
  void start() {
    const std::vector<double> log_p = one_word_documents(ctx_, model_);
    log_z_one_ = log_sum_exp(std::span<const double>(log_p));
    std::vector<double> up_to;
    double sum = 0;
    for (double value : log_p) up_to.push_back(sum += std::exp(value - log_z_one_));
    Tensor& x = state_.layers[std::size_t(model_.visible().index)];
    for (std::int64_t r = 0; r < state_.cases; ++r) {
      const double u = sum * double(uniform(options_.key.fold(kFirstWord), std::uint32_t(r), 0));
      const auto word = std::ranges::upper_bound(up_to, u) - up_to.begin();
      x.set(r, std::min<std::int64_t>(word, x.cols() - 1), 1);
    }
    state_.fill_lengths(length_);
    draw_hidden(options_.key.fold(kFirstHidden));
    weigh();
  }

  void draw_hidden(Key key) {
    for (int block = 0; block < model_.blocks(); ++block)
      if (block != words_) model_.sample_block(ctx_, block, {.sent = &sent_}, key, state_);
  }

  void draw(Key key) {
    model_.sample_block(ctx_, words_, {.sent = &sent_}, key, state_);
    draw_hidden(key);
  }

  // gain_ ← g(h): with the words summed out the log-weight is D·g + log ν(h).
  void weigh() {
    model_.log_weight(ctx_, state_, {.sent = &sent_}, words_, gain_);
    std::ranges::fill(measure_, 0.0);
    for (LayerId id : model_.ids(Role::hidden))
      add_log_measure(ctx_, model_.layer(id).unit, state_.x(id), {}, measure_);
    for (std::size_t r = 0; r < gain_.size(); ++r) gain_[r] = (gain_[r] - measure_[r]) / length_;
  }

  // Draws a population's chains by their weights, where these are worth fewer than half of them: every chain comes
  // ⌊n·w⌋ or ⌈n·w⌉ times.
  void even_out(std::size_t population, Key key) {
    const std::span weights = std::span(weight_).subspan(first(population), std::size_t(options_.chains));
    const double total = log_sum_exp(std::span<const double>(weights)), chains = double(weights.size());
    double squares = 0;
    for (double w : weights) squares += std::exp(2 * (w - total));
    if (1 / squares >= chains / 2) return;
    const std::vector<std::int64_t> counts =
        systematic_counts(weights, std::int64_t(weights.size()), double(uniform(key, std::uint32_t(population), 0)));
    std::vector<std::size_t> spare, free;  // rows to be copied once more, and rows that go
    for (std::size_t c = 0; c < counts.size(); ++c) {
      for (std::int64_t extra = 1; extra < counts[c]; ++extra) spare.push_back(first(population) + c);
      if (counts[c] == 0) free.push_back(first(population) + c);
    }
    DEEPBOLTZ_ASSERT(spare.size() == free.size());
    for (std::size_t i = 0; i < free.size(); ++i)
      copy_row(state_, std::int64_t(spare[i]), state_, std::int64_t(free[i]));
    std::ranges::fill(weights, 0.0);
    passed_[population] += total - std::log(chains);
  }

  Context& ctx_;
  const EnergyModel& model_;
  const GrowingOptions& options_;
  const int words_;
  State state_;
  SentMemory sent_;
  double length_ = 1, log_z_one_ = 0;
  std::vector<double> weight_, gain_, measure_;  // log-weight, g and log ν(h) of every chain
  std::vector<double> passed_;                   // of every population: what its evened-out weights came to
};

}  // namespace

std::vector<Estimate> growing_log_z(Context& ctx, const EnergyModel& model, std::span<const double> lengths,
                                    const GrowingOptions& options) {
  require_documents(model, options);
  std::vector<std::size_t> order(lengths.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    require(lengths[i] >= 1, "growing documents: expected lengths of at least one word, got {}", lengths[i]);
    order[i] = i;
  }
  std::ranges::sort(order, {}, [&](std::size_t i) { return lengths[i]; });
  std::vector<Estimate> out(lengths.size());
  if (order.empty()) return out;
  Growing growing(ctx, model, options);
  StepCount steps("growing documents", std::int64_t(lengths[order.back()]), options.report);
  for (std::size_t next = 0; next < order.size();) {
    const double by = std::max(1.0, std::floor(options.growth * growing.length()));
    for (; next < order.size() && lengths[order[next]] < growing.length() + by; ++next)
      out[order[next]] = log_mean_exp(growing.log_z(lengths[order[next]]));
    if (next == order.size()) break;
    growing.grow(by);
    steps.add(std::int64_t(by));
  }
  return out;
}

}  // namespace deepboltz
