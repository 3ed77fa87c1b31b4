// A stage of learning that is looked at while it learns: columns of metrics.csv, pictures, the sampler's trajectory.
#pragma once

#include "deepboltz/learn/learning_stage.h"
#include "deepboltz/system/layered/floor_watch.h"
#include "deepboltz/system/layered/layered_recipe.h"

namespace deepboltz {

class WatchedStage : public LearningStage {
 public:
  // `sees_pixels`: whether its visible layer is the system's; only then there is something to look at.
  WatchedStage(const LayeredRecipe& recipe, const CaseSets& sets, std::string name, const LearningPlan& plan, Key key,
               bool sees_pixels)
      : LearningStage(std::move(name), plan, key, sets.train, sees_pixels), recipe_(recipe), sets_(sets) {}

  std::vector<std::string> columns() const override;
  std::int64_t checkpoint_every() const override { return recipe_.monitor.checkpoint_every; }
  void look(Context& ctx, bool last, Figures& figures) override;
  void draw(Context& ctx, bool last, const std::filesystem::path& folder) override;
  void keep(const std::filesystem::path& folder) const override;

 protected:
  virtual bool is_joint() const { return false; }  // log Z of its machine is the system's

  const FloorWatch* floor() const { return floor_ ? &*floor_ : nullptr; }  // from the first look on, where there is one
  const Figures& last_look() const { return last_; }

  const LayeredRecipe& recipe_;
  const CaseSets& sets_;

 private:
  bool looked_ = false;
  Figures last_;
  std::optional<FloorWatch> floor_;

  bool due(std::int64_t every, bool last) const { return every > 0 && (learning_->epoch % every == 0 || last); }
};

}  // namespace deepboltz
