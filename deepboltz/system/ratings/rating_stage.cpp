#include "deepboltz/system/ratings/rating_stage.h"

#include "deepboltz/system/ratings/predict_ratings.h"
#include "deepboltz/system/ratings/rating_baselines.h"

namespace deepboltz {
namespace {

class RatingStage final : public Stage {
 public:
  RatingStage(const RatingsRecipe& recipe, const CaseSets& sets, System& system)
      : recipe_(recipe), sets_(sets), system_(system) {}

  std::string name() const override { return "train"; }
  std::string epochs_key() const override { return "ratings.epochs"; }
  std::vector<std::string> columns() const override { return {"log_p_train", "rmse_validation", "log_p_validation"}; }
  std::int64_t epochs() const override { return recipe_.epochs; }
  std::int64_t batches() const override { return (sets_.train.count() + recipe_.batch - 1) / recipe_.batch; }
  std::int64_t batch() const override { return recipe_.batch; }
  std::int64_t checkpoint_every() const override { return recipe_.checkpoint_every; }

  void begin(Context& ctx) override {
    learning_ = start_rating_learning(recipe_.learner, model());
    cases_ = rating_cases(sets_.train);
    if (!learning_.factors.empty())
      initialise_factors(ctx, Key{recipe_.seed}.fold(RatingUse::factors), model(), learning_.factors);
  }

  bool epoch(Context& ctx, const KeepGoing& keep_going) override {
    return rating_epoch(ctx, recipe_.learner, cases_, recipe_.batch, Key{recipe_.seed}.fold(RatingUse::train),
                        keep_going, model(), learning_);
  }

  std::int64_t epochs_done() const override { return learning_.epoch; }
  std::int64_t updates() const override { return learning_.updates; }
  double bytes() const override { return 2 * double(parameters_of(system_)) * sizeof(float); }

  // log p of a rating given the case's others, by pseudo-likelihood; errors of the held-out ratings.
  void look(Context& ctx, bool, Figures& figures) override {
    figures.rate = recipe_.learner.rate.at(double(learning_.epoch), learning_.updates);
    if (recipe_.learner.method == RatingLearner::Method::pseudo_likelihood) {
      figures.columns.emplace_back("log_p_train", learning_.mean_objective);
      figures.note = fmt::format("log p of a rating {:.4f}", learning_.mean_objective);
    }
    const Column* asked = sets_.validation.find(kAskedColumn);
    if (asked == nullptr || asked->sparse().entries() < 2) return;
    const RatingScore score =
        score_ratings(ctx, model(), recipe_.plan.scale, cases_, asked->sparse(), RatingInference::exact);
    figures.columns.emplace_back("rmse_validation", score.rmse.value);
    figures.columns.emplace_back("log_p_validation", score.log_p.value);
    figures.note = fmt::format("validation RMSE {:.4f}", score.rmse.value);
    rmse_ = score.rmse;
  }

  std::string summary(Context&) const override {
    const std::string updates = fmt::format("{} updates were made. ", learning_.updates);
    const std::int64_t epochs = 2 * recipe_.epochs;
    if (!rmse_) return updates + "To change first: ratings.validation_share, above 0: no ratings are held out.";
    const RatingData& data = static_cast<const RatingSets&>(sets_).data;
    const SimpleBaselines floor = simple_baselines(data, data.validation);
    const bool worse = rmse_->value > floor.bias.value;
    return fmt::format(
        "RMSE of held-out ratings is {:.4f}, of biases alone {:.4f}, of a constant {:.4f}. {}To change first: {}.",
        rmse_->value, floor.bias.value, floor.constant.value, updates,
        worse ? fmt::format("ratings.epochs, to {}, or a higher ratings.rate: biases alone are better", epochs)
              : fmt::format("ratings.epochs, to {}, if more is worth the time", epochs));
  }

  void add(Archive& archive) const override { add_rating_learning(learning_, archive); }
  void take(Context&, Archive& archive) override {
    learning_ = start_rating_learning(recipe_.learner, model());
    cases_ = rating_cases(sets_.train);
    take_rating_learning(archive, learning_);
  }

 private:
  EnergyModel& model() { return part<EnergyModel>(system_, "model"); }

  const RatingsRecipe& recipe_;
  const CaseSets& sets_;
  System& system_;
  RatingCases cases_;
  RatingLearning learning_;
  std::optional<Estimate> rmse_;  // of the held-out ratings, at the last look
};

}  // namespace

Stages rating_stages(const SystemRecipe& recipe, const CaseSets& sets, System& system) {
  Stages stages;
  stages.push_back(std::make_unique<RatingStage>(static_cast<const RatingsRecipe&>(recipe), sets, system));
  return stages;
}

}  // namespace deepboltz
