#include "deepboltz/kernel/log_probability.h"

#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/unit_ops.h"

namespace deepboltz {

void add_log_probability(Context& ctx, const Unit& unit, const Field& field, ConstMatrix x, double scale,
                         std::span<double> sum) {
  DEEPBOLTZ_ASSERT(field.beta.empty() && field.base.empty() && x.rows == field.cases);
  std::vector<double> log_p(sum.size());
  if (!field.input.empty()) add_row_dots(ctx, 1, x, field.input, log_p);
  add_row_dots(ctx, 1, x, field.bias, log_p);
  add_log_partition(ctx, unit, field, {}, {}, -1, log_p);
  add_log_measure(ctx, unit, x, {}, log_p);
  for (std::size_t r = 0; r < sum.size(); ++r) sum[r] += scale * log_p[r];
}

}  // namespace deepboltz
