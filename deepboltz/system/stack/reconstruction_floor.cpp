#include "deepboltz/system/stack/reconstruction_floor.h"

#include <algorithm>
#include <numeric>

#include "deepboltz/kernel/reduce.h"
#include "deepboltz/learn/source.h"
#include "deepboltz/model/build.h"
#include "deepboltz/stack/output_loss.h"

namespace deepboltz {
namespace {

const Layer& layer_of(const EnergyModel& visible) { return visible.layer(visible.visible()); }

bool are_words(const EnergyModel& visible) { return std::holds_alternative<Counts>(layer_of(visible).unit); }

}  // namespace

double reconstruction_floor(Context& ctx, const EnergyModel& visible, const Cases& train, const Examples& examples) {
  constexpr double kPrior = 1;
  constexpr std::int64_t kAtOnce = 1'000;
  const Layer& layer = layer_of(visible);
  Tensor base(visible.precision(), 1, layer.units);
  base_rate_fields(layer.unit, visible_means(ctx, visible, train)[std::size_t(visible.visible().index)],
                   double(train.count()), kPrior, base);
  Score all;
  for (std::int64_t first = 0; first < examples.cases(); first += kAtOnce) {
    std::vector<std::uint32_t> rows(std::size_t(std::min(kAtOnce, examples.cases() - first)));
    std::iota(rows.begin(), rows.end(), std::uint32_t(first));
    ScratchScope scope(ctx);
    const Matrix fields = scope.matrix(visible.precision(), std::int64_t(rows.size()), layer.units);
    for (std::int64_t r = 0; r < fields.rows; ++r) scale_add(ctx, 1, base, 0, fields.slice(r, 1));
    all += score_rows(ctx, layer.unit, examples, rows, 0, fields);
  }
  return all.loss / double(all.cases);
}

std::string_view floor_name(const EnergyModel& visible) { return are_words(visible) ? "unigrams" : "training_mean"; }
std::string_view floor_words(const EnergyModel& visible) {
  return are_words(visible) ? "unigrams" : "the training mean";
}

}  // namespace deepboltz
