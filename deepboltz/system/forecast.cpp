#include "deepboltz/system/forecast.h"

#include <algorithm>
#include <chrono>

namespace deepboltz {
namespace {

// Counts updates from the end of the first one on, for some seconds.
class Stopwatch {
 public:
  explicit Stopwatch(double seconds) : seconds_(seconds) {}
  bool keep_going() {
    if (updates_++ < 0) start_ = Clock::now();
    return elapsed() < seconds_;
  }
  double per_update() const { return updates_ > 0 ? elapsed() / double(updates_) : elapsed(); }

 private:
  using Clock = std::chrono::steady_clock;

  double elapsed() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

  double seconds_;
  std::int64_t updates_ = -1;
  Clock::time_point start_ = Clock::now();
};

Cases spread(const Cases& cases, std::int64_t count) {
  if (cases.count() <= count) return cases;
  std::vector<std::uint32_t> rows;
  for (std::int64_t i = 0; i < count; ++i) rows.push_back(std::uint32_t(i * cases.count() / count));
  return select_rows(cases, rows);
}

double bytes_of(const Cases& cases) {
  double bytes = 0;
  for (const Column& column : cases.columns)
    bytes += std::holds_alternative<Rows>(column.x)
                 ? double(column.cases()) * double(column.units()) * double(size_of(column.rows().dtype))
                 : double(column.sparse().entries() * (column.sparse().value.empty() ? 4 : 8) + 8 * column.cases());
  return bytes;
}

}  // namespace

double Forecast::seconds() const {
  double sum = 0;
  for (const StageForecast& stage : stages) sum += stage.seconds;
  return sum;
}

Forecast forecast(Context& ctx, const Kind& kind, const SystemRecipe& recipe, const CaseSets& sets, bool from,
                  const std::string& only, double seconds_a_stage) {
  constexpr std::int64_t kCases = 2'000;
  System system = kind.begin(ctx, recipe, sets, {.shapes_only = true});
  const Stages all = kind.stages(recipe, sets, system);
  std::int64_t count = kCases;
  for (const auto& stage : all) count = std::max(count, stage->batch());
  CaseSets some;
  some.train = spread(sets.train, count);
  for (const auto& [name, cases] : sets.beside) some.beside.emplace(name, spread(cases, count));
  const Stages stages = kind.stages(recipe, some, system);
  Forecast out{.parameters = parameters_of(system), .bytes = 0, .stages = {}};
  for (std::size_t s = 0; s < stages.size(); ++s) {
    Stage& stage = *stages[s];
    const bool left_out = only.empty() ? from && stage.makes_parts() : stage.name() != only;
    if (left_out) continue;
    stage.begin(ctx);
    Stopwatch watch(seconds_a_stage);
    try {
      run_epochs(
          ctx, stage, [&](std::int64_t, std::int64_t) { return watch.keep_going(); },
          [&] { return watch.keep_going(); });
    } catch (const NumericalError&) {  // few cases may diverge where all do not; their updates took the same time
    }
    const std::int64_t updates = all[s]->epochs() * all[s]->batches();
    out.stages.push_back({stage.name(), updates, watch.per_update() * double(updates)});
    out.bytes = std::max(out.bytes, all[s]->bytes());
    stage.end(ctx);
  }
  out.bytes += double(out.parameters) * sizeof(float);
  for (const Share share : {Share::train, Share::validation, Share::test}) out.bytes += bytes_of(sets.of(share));
  for (const auto& [name, cases] : sets.beside) out.bytes += bytes_of(cases);
  return out;
}

}  // namespace deepboltz
