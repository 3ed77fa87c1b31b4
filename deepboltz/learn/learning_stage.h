// Epochs of one machine's learning as a stage: what pretraining, joint training and train() have in common. While it
// learns, the machine has its last parameters, which checkpoints and figures are of; the average comes at the end.
#pragma once

#include "deepboltz/learn/epoch_average.h"
#include "deepboltz/learn/fit.h"

namespace deepboltz {

// How a machine learns in a stage.
struct LearningPlan {
  std::int64_t epochs = 10;
  std::int64_t batch = 100;
  double average = 0;  // the machine ends as the mean over the last epochs, this share of them (epoch_average.h)
  Learner learner;
};

class LearningStage : public Stage {
 public:
  // `sees_cases`: whether its visible layer is that of the cases, and no layer of another machine.
  LearningStage(std::string name, const LearningPlan& plan, Key key, const Cases& cases, bool sees_cases);

  std::string name() const override { return name_; }
  std::vector<std::string> columns() const override { return {}; }
  std::int64_t epochs() const override { return plan_.epochs; }
  std::int64_t batches() const override;
  std::int64_t batch() const override { return plan_.batch; }

  void begin(Context& ctx) override;
  bool epoch(Context& ctx, const KeepGoing& keep_going) override;
  void end(Context& ctx) override;

  std::int64_t epochs_done() const override { return learning_ ? learning_->epoch : 0; }
  std::int64_t updates() const override { return learning_ ? learning_->updates : 0; }
  double bytes() const override;

  void look(Context& ctx, bool last, Figures& figures) override;
  void add(Archive& archive) const override;
  void take(Context& ctx, Archive& archive) override;

 protected:
  virtual EnergyModel& machine() = 0;
  virtual void prepare(Context&) {}         // the machine, its parameters not set
  virtual void initialise(Context&) {}      // its parameters
  virtual Source source(Context& ctx) = 0;  // its cases; they may point into the stage
  // How many cases an epoch shows.
  virtual double shown() const { return shown_an_epoch(cases_, sees_cases_); }
  virtual void add_machines(Archive&) const {}  // that no part of a system is
  virtual void take_machines(Archive&) {}

  const EnergyModel& machine() const { return const_cast<LearningStage*>(this)->machine(); }

  const LearningPlan plan_;
  const Cases& cases_;
  const bool sees_cases_;
  std::optional<LearningState> learning_;

 private:
  const std::string name_;
  const Key key_;
  Source source_;
  State batch_;
  EpochAverage average_;
};

// Visible biases at the fields of the cases' means.
void set_visible_bias(Context& ctx, const Cases& cases, EnergyModel& model);

}  // namespace deepboltz
