#include "deepboltz/system/robust/robust_stages.h"

#include "deepboltz/io/png.h"
#include "deepboltz/io/png_grid.h"
#include "deepboltz/learn/checkpoint.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/system/layered/watched_stage.h"
#include "deepboltz/system/robust/robust_cases.h"
#include "deepboltz/system/robust/robust_parts.h"

namespace deepboltz {
namespace {

class FaceStage final : public WatchedStage {
 public:
  FaceStage(const RobustRecipe& recipe, const CaseSets& sets, System& system)
      : WatchedStage(recipe, sets, "train", recipe.train, Key{recipe.seed}.fold(RunUse::stage), true),
        system_(system) {}

 protected:
  EnergyModel& machine() override { return part<EnergyModel>(system_, "face"); }
  Source source(Context&) override { return source_of(machine(), sets_.train); }

 private:
  System& system_;
};

class MaskStage final : public Stage {
 public:
  MaskStage(const RobustRecipe& recipe, const CaseSets& sets, System& system)
      : recipe_(recipe),
        sets_(sets),
        covered_(sets.beside.at(kCovered)),
        system_(system),
        rule_(recipe.mask.rule),
        key_(Key{recipe.seed}.fold(RunUse::joint)) {
    rule_.starts = starts_of(recipe);
  }

  std::string name() const override { return "mask"; }
  std::vector<std::string> columns() const override { return {"clear", "model_clear", "strength"}; }
  std::int64_t epochs() const override { return recipe_.mask.epochs; }
  std::int64_t batches() const override { return (covered_.count() + batch() - 1) / batch(); }
  std::int64_t batch() const override { return recipe_.mask.batch; }
  std::int64_t checkpoint_every() const override { return recipe_.monitor.checkpoint_every; }

  void begin(Context& ctx) override {
    machine_.emplace(robust_machine_of(system_));
    scale_ = picture_scale_of(system_);
    const Meaning& meaning = sets_.train.at(kVisibleColumn).meaning;
    masks_ = masks_of(rule_.starts, meaning.height, meaning.width);
    learning_ = start_robust_learning(ctx, rule_, *machine_, mask(), batch());
  }

  bool epoch(Context& ctx, const KeepGoing& keep_going) override {
    const auto& face = part<EnergyModel>(std::as_const(system_), "face");
    const Source source = source_of(face, covered_);
    LearningState& at = learning_.mask;
    const Key epoch_key = key_.fold(std::uint64_t(at.epoch));
    const auto order = permutation(epoch_key.fold(kOrder), source.cases);
    bool whole = true;
    while (whole && at.batch < batches()) {
      const auto first = std::size_t(at.batch * batch());
      const auto rows = std::span(order).subspan(first, std::min(std::size_t(batch()), order.size() - first));
      const Key key = epoch_key.fold(kBatch).fold(std::uint64_t(at.batch));
      Tensor pictures(face.precision(), std::int64_t(rows.size()), machine_->pixels());
      source.visible.front().states(ctx, rows, key.fold(kFill), pictures);
      robust_step(ctx, rule_, double(at.epoch) + double(at.batch) / double(batches()), key.fold(kStep), scale_,
                  pictures, masks_, *machine_, mask(), learning_);
      ++at.batch;
      whole = at.batch == batches() || !keep_going || keep_going(at.batch, batches());
    }
    put_gate(machine_->gate(), system_);
    if (!whole) return false;
    at.batch = 0;
    ++at.epoch;
    return true;
  }

  std::int64_t epochs_done() const override { return learning_.mask.epoch; }
  std::int64_t updates() const override { return learning_.mask.updates; }

  void look(Context&, bool last, Figures& figures) override {
    if (recipe_.monitor.every <= 0 || (learning_.mask.epoch % recipe_.monitor.every != 0 && !last)) return;
    figures.rate = rule_.mask.rate.at(double(learning_.mask.epoch), learning_.mask.updates);
    double strength = 0;
    for (std::int64_t i = 0; i < machine_->pixels(); ++i)
      strength += machine_->gate().strength.at(0, i) / double(machine_->pixels());
    figures.columns = {{"clear", learning_.clear}, {"model_clear", learning_.fantasy_clear}, {"strength", strength}};
    figures.note = fmt::format("{:.0f} % clear, of the model's own masks {:.0f} %", 100 * learning_.clear,
                               100 * learning_.fantasy_clear);
    if (learning_.clear < kHardlyAny)
      figures.warnings.push_back({"mask", fmt::format("{:.1f} % of the pixels are believed clear: the masks have "
                                                      "locked; begin with a greater mask.clear or more mask.starts",
                                                      100 * learning_.clear)});
  }

  void draw(Context&, bool last, const std::filesystem::path& folder) override {
    const std::int64_t every = recipe_.monitor.pictures_every;
    if (every <= 0 || (learning_.mask.epoch % every != 0 && !last)) return;
    const Meaning& meaning = sets_.train.at(kVisibleColumn).meaning;
    const bool product = machine_->gate().kind == Gate::Kind::product;
    const ConstMatrix masks =
        product ? learning_.fantasy.x(machine_->mask()) : std::as_const(learning_.mask.chains).x(mask().visible());
    Tensor shown(masks.dtype, std::min<std::int64_t>(50, masks.rows), masks.cols);
    visit_real(masks.dtype, [&](auto real) {
      for (std::int64_t r = 0; r < shown.rows(); ++r)
        for (std::int64_t i = 0; i < masks.cols; ++i) shown.set(r, i, double(masks.as<decltype(real)>()(r, i)));
    });
    std::filesystem::create_directories(folder);
    write_png(folder / "mask-chains.png", picture_grid(shown, meaning.height, meaning.width, {.columns = 10}));
  }

  void add(Archive& archive) const override {
    add_learning(learning_.mask, archive);
    archive.add("robust/moments", learning_.moments.clone());
    for (std::size_t l = 0; l < learning_.fantasy.layers.size(); ++l)
      archive.add(fmt::format("robust/fantasy/{}", l), learning_.fantasy.layers[l].clone());
  }

  void take(Context& ctx, Archive& archive) override {
    begin(ctx);
    take_learning(archive, learning_.mask);
    take_tensor(archive, "robust/moments", learning_.moments);
    for (std::size_t l = 0; l < learning_.fantasy.layers.size(); ++l)
      take_tensor(archive, fmt::format("robust/fantasy/{}", l), learning_.fantasy.layers[l]);
  }

 private:
  enum Use : std::uint64_t { kOrder, kBatch, kFill, kStep };
  static constexpr double kHardlyAny = 0.02;

  EnergyModel& mask() { return part<EnergyModel>(system_, "mask"); }

  const RobustRecipe& recipe_;
  const CaseSets& sets_;
  const Cases& covered_;
  System& system_;
  RobustRule rule_;
  Key key_;
  std::optional<RobustMachine> machine_;
  PictureScale scale_;
  Tensor masks_;
  RobustLearning learning_;
};

}  // namespace

Stages robust_stages(const SystemRecipe& base, const CaseSets& sets, System& system) {
  const auto& recipe = static_cast<const RobustRecipe&>(base);
  Stages stages;
  stages.push_back(std::make_unique<FaceStage>(recipe, sets, system));
  if (recipe.mask.epochs > 0) stages.push_back(std::make_unique<MaskStage>(recipe, sets, system));
  return stages;
}

}  // namespace deepboltz
