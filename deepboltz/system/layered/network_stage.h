// Back-propagation through a network as a stage of a run: fine-tuning of a classifier, of an autoencoder.
#pragma once

#include "deepboltz/learn/epoch_average.h"
#include "deepboltz/stack/class_layer.h"
#include "deepboltz/system/layered/layered_recipe.h"

namespace deepboltz {

// Columns of metrics.csv: loss, the mean −log p(target) of the epoch's batches, nats; by conjugate gradients
// evaluations, the mean number of losses that a batch took. On the validation cases: of classes error_percent; of
// values loss_validation, and squared_error_validation, the mean |target − output|² in states. Figures and checkpoints
// are of the last parameters; the average comes at the end.
class NetworkStage : public Stage {
 public:
  NetworkStage(std::string name, const FinetuneRecipe& plan, const CaseSets& sets, Key key);

  std::string name() const override { return name_; }
  std::vector<std::string> columns() const override;
  std::int64_t epochs() const override { return plan_.epochs; }
  std::int64_t batches() const override {
    return (sets_.train.count() + plan_.backprop.batch - 1) / plan_.backprop.batch;
  }
  std::int64_t batch() const override { return plan_.backprop.batch; }

  void begin(Context& ctx) override;
  bool epoch(Context& ctx, const KeepGoing& keep_going) override;
  void end(Context& ctx) override;
  std::int64_t epochs_done() const override { return state_.epoch; }
  std::int64_t updates() const override { return state_.step; }
  void look(Context& ctx, bool last, Figures& figures) override;
  void add(Archive& archive) const override;
  void take(Context& ctx, Archive& archive) override;

 protected:
  virtual Network& network() = 0;
  virtual void make_network(Context& ctx) = 0;  // before the first epoch
  virtual void prepare(Context& ctx) = 0;       // what examples() gives, of training and validation cases
  virtual Examples examples(Share share) const = 0;

  ClassifierStart class_start() const;  // of a network that tells the classes of the cases apart

 private:
  bool searches() const { return plan_.backprop.optimizer == Optimizer::conjugate_gradients; }

  const std::string name_;
  const CaseSets& sets_;
  FinetuneRecipe plan_;
  BackpropState state_;
  EpochAverage average_;
  EpochResult last_;  // the epoch that has just ended
};

}  // namespace deepboltz
