// Back-propagation through a network as a stage of a run: fine-tuning of a classifier, of an autoencoder.
#pragma once

#include "deepboltz/data/cases.h"
#include "deepboltz/learn/backprop.h"
#include "deepboltz/learn/stage.h"

namespace deepboltz {

// Columns of metrics.csv: loss, the mean −log p(target) of the epoch's batches, nats. On the validation cases: of
// classes error_percent; of values loss_validation, and squared_error_validation, the mean |target − output|² in
// states.
class NetworkStage : public Stage {
 public:
  NetworkStage(std::string name, std::int64_t epochs, const BackpropOptions& options, const CaseSets& sets, Key key);

  std::string name() const override { return name_; }
  std::vector<std::string> columns() const override {
    return {"loss", "error_percent", "loss_validation", "squared_error_validation"};
  }
  std::int64_t epochs() const override { return epochs_; }
  std::int64_t batches() const override { return (sets_.train.count() + options_.batch - 1) / options_.batch; }
  std::int64_t batch() const override { return options_.batch; }

  void begin(Context& ctx) override;
  bool epoch(Context& ctx, const KeepGoing& keep_going) override;
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

  Key key() const { return options_.key; }

 private:
  const std::string name_;
  const std::int64_t epochs_;
  const CaseSets& sets_;
  BackpropOptions options_;
  BackpropState state_;
  Score score_;  // of the epoch that has just ended
};

}  // namespace deepboltz
