#include "tests/system/toy_kind.h"

#include "deepboltz/data/strokes.h"
#include "deepboltz/io/file.h"

namespace deepboltz::testing {
namespace {

struct ToyRecipe final : SystemRecipe {
  std::int64_t epochs = 3;
};
constexpr std::int64_t kCases = 100, kBatch = 10;
constexpr double kRate = 0.1;
double level(const System& system) { return part<Tensor>(system, "mean").at(0, 300); }

struct Averaging final : Stage {
  Averaging(const SystemRecipe& recipe, const CaseSets& sets, System& system)
      : recipe_(static_cast<const ToyRecipe&>(recipe)), x_(sets.train.at(kVisibleColumn).rows()), system_(system) {}
  std::string name() const override { return "toy"; }
  std::vector<std::string> columns() const override { return {"level"}; }
  std::int64_t epochs() const override { return recipe_.epochs; }
  std::int64_t batches() const override { return x_.rows / kBatch; }
  bool epoch(Context&, const KeepGoing& keep_going) override {
    Tensor& mean = part<Tensor>(system_, "mean");
    for (Tensor& count = part<Tensor>(system_, "count"); done_ < batches();) {
      for (std::int64_t r = done_ * kBatch; r < (done_ + 1) * kBatch; ++r)
        for (std::int64_t i = 0; i < x_.cols; ++i)
          mean.set(0, i, mean.at(0, i) + kRate * (x_.as<std::uint8_t>()(r, i) / 255.0 - mean.at(0, i)));
      count.set(0, 0, count.at(0, 0) + 1);
      if (++done_ < batches() && !keep_going(done_, batches())) return false;
    }
    return done_ = 0, ++epoch_ > 0;
  }
  std::int64_t epochs_done() const override { return epoch_; }
  std::int64_t updates() const override { return std::int64_t(part<Tensor>(system_, "count").at(0, 0)); }
  void look(Context&, bool, Figures& figures) override {
    figures.rate = kRate;
    figures.columns.emplace_back("level", level(system_));
  }
  void add(Archive& archive) const override { archive.metadata["toy"] = fmt::format("{} {}", epoch_, done_); }
  void take(Context&, Archive& from) override { std::sscanf(from.metadata["toy"].c_str(), "%ld %ld", &epoch_, &done_); }

  const ToyRecipe& recipe_;
  ConstMatrix x_;
  System& system_;
  long epoch_ = 0, done_ = 0;
};

void measure(Context&, const Subject& of, std::vector<Finding>& found) { found.push_back({"level", level(of.system)}); }
Drawn draw(Context&, const Subject& of, const DrawingOptions&, const std::filesystem::path& folder) {
  write_file(folder / "level.txt", as_bytes(fmt::format("{}\n", level(of.system))));
  return {{folder / "level.txt"}};
}
constexpr Measure kMeasures[] = {{"level", measure}};
constexpr ReportFile kShown[] = {{"level.txt", "Level"}};
constexpr Drawing kDrawings[] = {{"level", draw, nullptr, kShown}};

void declare(Section top, SystemRecipe& of) {
  top.add("toy.epochs", static_cast<ToyRecipe&>(of).epochs, kFromOne, "passes over the cases");
}
std::unique_ptr<CaseSets> load(Context& ctx, const SystemRecipe& recipe, const DataPlaces&) {
  auto sets = std::make_unique<CaseSets>();
  sets->test = sets->train = cases_of(stroke_digits(ctx, kCases, Key{recipe.seed}));
  return sets;
}
System begin(Context&, const SystemRecipe&, const CaseSets& sets, const BeginOptions&) {
  System system{.kind = "toy"};
  system.parts.emplace("mean", Tensor(DType::f64, 1, sets.train.at(kVisibleColumn).units()));
  system.parts.emplace("count", Tensor(DType::f64, 1, 1));
  return system;
}
Stages stages(const SystemRecipe& recipe, const CaseSets& sets, System& system) {
  Stages all;
  all.push_back(std::make_unique<Averaging>(recipe, sets, system));
  return all;
}

}  // namespace

Kind toy_kind() {
  return {.word = "toy",
          .recipe = [] { return std::unique_ptr<SystemRecipe>(std::make_unique<ToyRecipe>()); },
          .declare = declare,
          .load = load,
          .begin = begin,
          .stages = stages,
          .measures = kMeasures,
          .drawings = kDrawings};
}

}  // namespace deepboltz::testing
