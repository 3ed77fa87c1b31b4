#include "deepboltz/task/belief_net_classes.h"

#include <algorithm>

#include "deepboltz/kernel/reduce.h"
#include "deepboltz/stack/belief_net_passes.h"
#include "deepboltz/task/posterior.h"

namespace deepboltz {

Classification classify(Context& ctx, const BeliefNet& net, ConstMatrix cases,
                        const BeliefNetClassifyOptions& options) {
  require_consistent(net);
  const auto label = net.top.find(Role::label);
  require(label.has_value(), "classify: the top of this belief net has no label layer");
  require(cases.rows >= 1 && cases.cols == net.bottom_units(),
          "classify: the bottom layer has {} units, but the cases are {} × {}", net.bottom_units(), cases.rows,
          cases.cols);
  require(cases.dtype == DType::u8 || cases.dtype == net.dtype(), "classify: expected cases of u8 or {}, got {}",
          name_of(net.dtype()), name_of(cases.dtype));
  require(options.batch >= 1 && options.passes >= 0,
          "classify: expected a batch of at least one case and 0 or more passes, got {} and {}", options.batch,
          options.passes);
  Classification result{{}, Tensor(DType::f64, cases.rows, net.top.layer(*label).units)};
  StepCount steps("classify", cases.rows, options.report);
  for (std::int64_t first = 0; first < cases.rows; first += options.batch) {
    const std::int64_t count = std::min(options.batch, cases.rows - first);
    ScratchScope scope(ctx);
    const auto x = layer_scratch(scope, net, count);
    show_cases(ctx, cases, first, x.front());
    const Matrix probability = result.probability.view().slice(first, count);
    const int passes = std::max(1, options.passes);
    for (int pass = 0; pass < passes; ++pass) {
      if (options.passes == 0)
        pass_up_means(ctx, net, x);
      else
        pass_up_draws(ctx, net, options.key.fold(std::uint64_t(pass)), first, x);
      const Classification now =
          classify(ctx, net.top, x.back(), {.method = ClassifyOptions::Method::exact, .batch = count});
      scale_add(ctx, 1.0 / passes, now.probability, 1, probability);
    }
    steps.add(count);
  }
  const auto p = result.probability.as<double>();
  for (std::int64_t r = 0; r < p.rows; ++r)
    result.label.push_back(std::uint32_t(std::max_element(p.row(r), p.row(r) + p.cols) - p.row(r)));
  return result;
}

}  // namespace deepboltz
