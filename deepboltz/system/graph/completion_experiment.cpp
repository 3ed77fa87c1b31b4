#include "deepboltz/system/graph/completion_experiment.h"

#include "deepboltz/task/complete.h"
#include "deepboltz/task/nearest.h"

namespace deepboltz {

namespace {

// Training images as bytes, which the nearest neighbour is looked for in.
Rows grey_bytes(const Cases& cases) {
  const Rows& rows = std::get<Rows>(cases.at(kVisibleColumn).x);
  if (rows.x.dtype == DType::u8) return rows;
  auto bytes = std::make_shared<Tensor>(DType::u8, rows.x.rows, rows.x.cols);
  const auto from = rows.x.as<float>();
  const auto to = bytes->as<std::uint8_t>();
  for (std::int64_t r = 0; r < from.rows; ++r)
    for (std::int64_t i = 0; i < from.cols; ++i) to(r, i) = std::uint8_t(255 * from(r, i) + 0.5F);
  return {bytes->view(), bytes};
}

}  // namespace

std::vector<CompletionResult> completion_experiment(Context& ctx, const GraphSubject& subject, const Cases& cases) {
  const EnergyModel& model = subject.model;
  const Meaning& shape = cases.at(kVisibleColumn).meaning;
  require(shape.is_picture(), "completions: the cases of '{}' are not pictures", cases.origin.name);
  require(cases.count() >= 2, "completions: expected at least 2 cases, got {}", cases.count());
  const State shown = fixed_cases(ctx, model, cases, 0, cases.count(), false);
  const ConstMatrix truth = shown.x(model.visible());
  const Rows kept = grey_bytes(subject.train);
  const ConstMatrix training = kept.x;
  const Tensor mean = mean_image(training, model.precision());
  std::vector<CompletionResult> results;
  for (const Mask mask : {Mask::left_half, Mask::bottom_half, Mask::centre, Mask::random}) {
    const Key key = subject.of.key.fold(std::uint64_t(mask));
    const Tensor known = known_pixels(mask, shape.height, shape.width * shape.channels, cases.count(), key.fold(0));
    const Completion done = complete(ctx, model, truth, known,
                                     {.burn_in = int(subject.plan.completion_burn_in),
                                      .sweeps = int(subject.plan.completion_sweeps),
                                      .chains = int(subject.plan.completion_chains),
                                      .start = mean,
                                      .key = key.fold(1),
                                      .report = subject.of.report});
    const Tensor copied = copied_pixels(training, nearest_on_known(ctx, training, truth, known), model.precision());
    results.push_back({mask, score_completion(truth, done.probability, known, kMachineClip),
                       score_completion(truth, mean, known, kBaselineClip),
                       score_completion(truth, copied, known, kBaselineClip)});
  }
  return results;
}

}  // namespace deepboltz
