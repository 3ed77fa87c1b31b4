#include "deepboltz/recipe/completion_experiment.h"

#include "deepboltz/task/complete.h"
#include "deepboltz/task/nearest.h"

namespace deepboltz {

namespace {

// Training images as bytes, which the nearest neighbour is looked for in.
Tensor grey_bytes(const Dataset& data) {
  if (data.x.dtype() == DType::u8) return data.x.clone();
  Tensor bytes(DType::u8, data.cases(), data.units());
  const auto from = data.x.as<float>();
  const auto to = bytes.as<std::uint8_t>();
  for (std::int64_t r = 0; r < from.rows; ++r)
    for (std::int64_t i = 0; i < from.cols; ++i) to(r, i) = std::uint8_t(255 * from(r, i) + 0.5F);
  return bytes;
}

}  // namespace

std::vector<CompletionResult> completion_experiment(Context& ctx, const Recipe& recipe, const EnergyModel& model,
                                                    const Dataset& train, const Dataset& cases,
                                                    const EvaluateOptions& options) {
  require(cases.height > 0, "completions: the cases of '{}' are not pictures", cases.name);
  require(cases.cases() >= 2, "completions: expected at least 2 cases, got {}", cases.cases());
  const State shown = fixed_cases(ctx, model, Presenter(recipe), options.share, cases, 0, cases.cases(), false);
  const ConstMatrix truth = shown.x(model.visible());
  const Tensor training = grey_bytes(train);
  const Tensor mean = mean_image(training, model.precision());
  std::vector<CompletionResult> results;
  for (const Mask mask : {Mask::left_half, Mask::bottom_half, Mask::centre, Mask::random}) {
    const Key key = options.key.fold(std::uint64_t(mask));
    const Tensor hidden = hidden_pixels(mask, cases.height, cases.width * cases.channels, cases.cases(), key.fold(0));
    const Completion done = complete(ctx, model, truth, hidden,
                                     {.burn_in = int(recipe.evaluate.completion_burn_in),
                                      .sweeps = int(recipe.evaluate.completion_sweeps),
                                      .chains = int(recipe.evaluate.completion_chains),
                                      .start = mean,
                                      .key = key.fold(1),
                                      .report = options.report});
    const Tensor copied = copied_pixels(training, nearest_on_known(ctx, training, truth, hidden), model.precision());
    results.push_back({mask, score_completion(truth, done.probability, hidden, kMachineClip),
                       score_completion(truth, mean, hidden, kBaselineClip),
                       score_completion(truth, copied, hidden, kBaselineClip)});
  }
  return results;
}

}  // namespace deepboltz
