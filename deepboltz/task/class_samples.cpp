#include "deepboltz/task/class_samples.h"

#include <cstring>

#include "deepboltz/learn/source.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/task/classify.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kStart, kDraw, kMore };

// A case of its class for each label, drawn with the key, as figures are taken on it; empty where there are no labels.
Tensor cases_of_classes(Context& ctx, const EnergyModel& model, const Cases* cases,
                        std::span<const std::uint32_t> labels, Key key) {
  const Column* classes = cases ? cases->find(kLabelColumn) : nullptr;
  if (classes == nullptr) return {};
  std::vector<std::vector<std::uint32_t>> of_class(std::size_t(classes->units()));
  for (std::uint32_t r = 0; r < cases->count(); ++r)
    for (const std::uint32_t label : classes->sparse().row(r)) of_class[label].push_back(r);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t c = 0; c < labels.size(); ++c) {
    require(labels[c] < of_class.size() && !of_class[labels[c]].empty(), "sample: '{}' has no case of the class {}",
            cases->origin.name, labels[c]);
    const auto& mine = of_class[labels[c]];
    rows.push_back(mine[std::size_t(double(uniform(key, c, 0)) * double(mine.size()))]);
  }
  const Cases chosen = select_rows(*cases, rows);
  State state = fixed_cases(ctx, model, chosen, 0, chosen.count(), false);
  return std::move(state.layers[std::size_t(model.visible().index)]);
}

bool mixes(const Samples& samples) { return !samples.report || samples.report->mixing.r_hat <= kMixed; }

// Row `to` of every matrix and list of `all` ← row `from` of `some`.
void take_row(const Samples& some, std::int64_t from, std::int64_t to, Samples& all) {
  const auto copy = [&](const Tensor& source, Tensor& target) {
    std::memcpy(target.view().slice(to, 1).data, source.view().slice(from, 1).data,
                std::size_t(source.cols()) * size_of(source.dtype()));
  };
  copy(some.mean.back(), all.mean.back());
  copy(some.sample.back(), all.sample.back());
  all.label.back()[std::size_t(to)] = some.label.back()[std::size_t(from)];
}

}  // namespace

ClassSamples draw_class_samples(Context& ctx, const EnergyModel& model, SampleOptions options,
                                const ClassSampleOptions& of_class) {
  require(options.frames == 1 && !options.labels.empty(), "sample: expected one frame and a label a chain");
  const Key key = options.key;
  const bool counts = std::holds_alternative<Counts>(model.layer(model.visible()).unit);
  ClassSamples out;
  std::vector<std::uint32_t> labels(options.labels.begin(), options.labels.end());
  std::vector<std::int64_t> missing;  // chains without a sample of their class
  for (std::int64_t c = 0; c < options.chains; ++c) missing.push_back(c);
  for (int attempt = 0; attempt < of_class.most_attempts && !missing.empty(); ++attempt) {
    const Key now = key.fold(std::uint64_t(attempt));
    const Tensor starts = cases_of_classes(ctx, model, of_class.cases, labels, now.fold(kStart));
    options.labels = labels;
    options.chains = std::int64_t(labels.size());
    options.start_cases = starts;
    options.key = now.fold(kDraw);
    Samples drawn = draw_samples(ctx, model, options);
    if (attempt == 0) {
      out.from_cases = !starts.empty();
      out.sweeps = options.burn_in;
      for (int lengths = 1; !mixes(drawn) && 2 * lengths <= of_class.most_lengths; lengths *= 2) {
        const Tensor last = std::move(drawn.sample.back());
        options.start_cases = last;
        options.burn_in = int(out.sweeps);  // as many more
        options.key = now.fold(kMore).fold(std::uint64_t(lengths));
        drawn = draw_samples(ctx, model, options);
        out.sweeps += options.burn_in;
      }
    }
    const Tensor& shown = counts ? drawn.sample.back() : shown_frames(model, drawn).back();
    const auto seen = classify(ctx, model, shown, {.report = options.report}).label;
    std::vector<std::int64_t> still;
    std::vector<std::uint32_t> their_labels;
    for (std::size_t r = 0; r < missing.size(); ++r) {
      if (attempt > 0) take_row(drawn, std::int64_t(r), missing[r], out.samples);
      if (seen[r] == labels[r]) continue;
      still.push_back(missing[r]);
      their_labels.push_back(labels[r]);
    }
    if (attempt == 0) {
      out.samples = std::move(drawn);
      out.own = 1 - double(still.size()) / double(missing.size());
      options.burn_in = int(out.sweeps);
    }
    missing = std::move(still);
    labels = std::move(their_labels);
  }
  out.others = std::int64_t(missing.size());
  return out;
}

}  // namespace deepboltz
