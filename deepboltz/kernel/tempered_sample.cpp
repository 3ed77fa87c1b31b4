#include "deepboltz/kernel/tempered_sample.h"

#include "deepboltz/kernel/cpu/tempered_sample_simd.h"
#include "deepboltz/kernel/integer_tiles.h"

namespace deepboltz {

void tempered_sample(Context& ctx, std::span<const RunningInput> inputs, const Field& field, Key key,
                     std::int64_t first_case, ConstMatrix clamped, Matrix out, const Annealing* annealing) {
  DEEPBOLTZ_ASSERT(field.input.empty() && field.bias.cols == out.cols && field.cases == out.rows);
  std::vector<IntegerInput> terms;
  std::vector<RunningSums*> sums;
  for (const RunningInput& input : inputs) {
    terms.push_back({input.weights, Direction::up, input.x});
    sums.push_back(&input.sums);
  }
  DEEPBOLTZ_ASSERT(terms[0].x.cases() == out.rows && terms[0].units() == out.cols);
  const IntegerTiles tiles(ctx, terms, {}, sums);
  ScratchScope scope(ctx);
  simd::TemperedDraw draw{
      .field = field, .key = key, .first_case = first_case, .clamped = clamped, .out = out.as<float>()};
  if (annealing) {
    draw.from = field;
    draw.from.beta = annealing->from;
    draw.pairs = tiles.pairs();
    draw.logs = scope.matrix(DType::f32, out.rows, tiles.pairs() * simd::TemperedDraw::kLogs).as<float>().data;
  }
  tiles.run([&](const simd::ProductWork& work, auto pair, auto first, auto cases) {
    simd::tempered_tile(work, pair, first, cases, draw);
  });
  for (std::int64_t r = 0; annealing && r < out.rows; ++r)
    annealing->change[std::size_t(r)] += simd::log_change(draw, r);
  for (const RunningInput& input : inputs) input.sums.keep(input.x);
}

}  // namespace deepboltz
