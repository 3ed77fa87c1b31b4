#include "deepboltz/system/layered/watched_stage.h"

#include "deepboltz/learn/trajectory.h"
#include "deepboltz/system/layered/monitor.h"
#include "deepboltz/system/layered/stage_pictures.h"

namespace deepboltz {

std::vector<std::string> WatchedStage::columns() const { return watched_columns(); }

void WatchedStage::look(Context& ctx, bool last, Figures& figures) {
  if (!due(recipe_.monitor.every, last)) return;
  LearningStage::look(ctx, last, figures);
  watch_sampler(plan_.learner.negative, learning_->tempered, figures);
  if (!sees_cases_) return;
  if (!looked_) floor_ = floor_watch(ctx, recipe_, sets_, machine());
  looked_ = true;
  const bool persistent = plan_.learner.negative.kind == Negative::Kind::persistent;
  watch_model(ctx, recipe_, sets_, machine(), persistent ? &learning_->chains : nullptr, floor_ ? &*floor_ : nullptr,
              is_joint() && due(recipe_.monitor.likelihood_every, last), figures);
  last_ = figures;
}

void WatchedStage::draw(Context& ctx, bool last, const std::filesystem::path& folder) {
  if (sees_cases_ && due(recipe_.monitor.pictures_every, last))
    draw_stage(ctx, folder, name(), machine(), learning_->chains.x(machine().visible()),
               sets_.train.at(kVisibleColumn).meaning);
}

void WatchedStage::keep(const std::filesystem::path& folder) const {
  if (!is_joint() || !learning_ || learning_->tempered.machines.empty()) return;
  Archive trajectory;
  add_trajectory(*learning_, trajectory);
  write_safetensors(folder / kTrajectoryFile, trajectory);
}

}  // namespace deepboltz
