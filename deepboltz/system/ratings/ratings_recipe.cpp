#include "deepboltz/system/ratings/ratings_recipe.h"

namespace deepboltz {

void declare_ratings(Section s, RatingsRecipe& ratings) {
  RatingPlan& plan = ratings.plan;
  RatingLearner& learner = ratings.learner;
  s.add("name", plan.name, "movielens-1m, movielens-100k, or \"file\"");
  s.add_path("train", plan.ratings, "ratings, where the name is \"file\": MovieLens' tabs, ::, or CSV with a header");
  s.add_path("test", plan.test, "held-out ratings, where the name is \"file\"; empty: a random split");
  s.add_path("films", plan.films,
             "titles, where the name is \"file\": movies.dat, movies.csv or u.item; empty: numbers");
  s.add_path(
      "seen", plan.seen,
      "a file with two columns, user and item: pairs that were seen, but whose rating is not known. Empty: none");
  s.add("transductive", plan.transductive,
        "held-out pairs count as seen, with unknown ratings. Do not compare the scores with those of a method that "
        "does not know the pairs");
  s.add("split", plan.split, "movielens-100k: random, or a published split: u1 to u5, ua, ub");
  s.add("lowest", plan.scale.lowest, kAny, "lowest rating of the scale");
  s.add("highest", plan.scale.highest, kAny, "highest rating of the scale");
  s.add("step", plan.scale.step, kAboveZero, "step from one rating of the scale to the next");
  s.add("test_share", plan.test_share, kZeroToBelowOne, "share of the ratings that a random split uses for the test");
  s.add("validation_share", plan.validation_share, kZeroToBelowOne,
        "share of the other ratings that is held out for choosing settings");
  s.add("use_validation", plan.use_validation,
        "train on the held-out ratings too: for the last run, when all choices are made");
  s.choose("cases", ratings.cases, {"user", "item"}, "what a case is: the ratings of a user, or those of an item");
  s.add("hidden", ratings.hidden, kFromOne, "number of hidden units");
  s.add("weight_scale", ratings.weight_scale, kAboveZero, "standard deviation of the initial weights");
  s.add("epochs", ratings.epochs, kFromOne, "passes over the ratings");
  s.add("batch", ratings.batch, kFromOne, "number of cases in each update");
  s.choose("method", learner.method, {"pseudo-likelihood", "contrastive-divergence"},
           "pseudo-likelihood: exact gradient of each rating given the others of its case. contrastive-divergence: on "
           "the rated items");
  s.choose("average", learner.average, {"none", "raters"},
           "raters: divide the gradient of each item by the number of its ratings in the batch");
  s.add("sweeps", learner.sweeps, kFromOne, "contrastive divergence: Gibbs sweeps in each update");
  s.add("sweeps_every", learner.sweeps_every, kFromZero, "above 0: after each such number of epochs, one more sweep");
  s.add("rate", learner.rate, kFromZero, "learning rate, for gradients summed over the ratings of a batch");
  s.add("momentum", learner.momentum, kZeroToBelowOne, "momentum of the steps");
  s.add("factors", learner.factors, kFromZero,
        "above 0: the weights are a product of two matrices with this inner dimension");
  s.add("hidden_rate", learner.hidden_rate, kFromZero,
        "learning rate of hidden biases, and of the hidden side of factored weights, as a multiple of the rate");
  s.add("squares", learner.squares, kZeroToOne,
        "pseudo-likelihood: share of the squared error of E[rating] in the objective");
  s.add("l2", learner.l2, kFromZero, "weight decay, applied once for each rating");
  s.add("smoothness", learner.smoothness, kFromZero,
        "penalty on differences between the weights of neighbouring levels, applied once for each rating");
  s.add("seen_rate", learner.seen_rate, kFromZero,
        "learning rate of the weights of seen items, as a multiple of the rate");
  s.add("seen_l2", learner.seen_l2, kFromZero,
        "weight decay of the weights of seen items, applied once for each such item");
  s.add("checkpoint_every", ratings.checkpoint_every, kFromOne, "epochs from one checkpoint to the next");
}

void check_ratings(const RatingsRecipe& ratings, const Refuse& refuse) {
  const RatingPlan& plan = ratings.plan;
  const bool own = plan.name == "file";
  if (own && plan.ratings.empty()) refuse("ratings.train", "expected a path, because ratings.name is \"file\"");
  if (!own && !(plan.ratings.empty() && plan.test.empty() && plan.films.empty()))
    refuse("ratings.name",
           fmt::format("expected \"file\" where ratings.train, test or films is given, got \"{}\"", plan.name));
  if (plan.split != "random" && plan.name != "movielens-100k")
    refuse("ratings.split",
           fmt::format("published splits are of movielens-100k; expected \"random\", got \"{}\"", plan.split));
  try {
    require_scale(plan.scale);
  } catch (const InputError& error) {
    refuse("ratings.step", error.what());
  }
  if (!own && !(plan.scale == RatingScale{}))
    refuse("ratings.step", "the scale of MovieLens' named sets is 1 to 5 by 1; others are for ratings.name = \"file\"");
  const RatingLearner& learner = ratings.learner;
  const bool sampled = learner.method == RatingLearner::Method::contrastive_divergence;
  if (learner.factors >= ratings.hidden)
    refuse("ratings.factors", fmt::format("expected fewer than ratings.hidden ({}), or 0 for none, got {}",
                                          ratings.hidden, learner.factors));
  if (sampled && learner.squares > 0) refuse("ratings.squares", "\"contrastive-divergence\" has none");
  if (!sampled && (learner.sweeps > 1 || learner.sweeps_every > 0))
    refuse("ratings.sweeps", "\"pseudo-likelihood\" draws nothing; sweeps are of \"contrastive-divergence\"");
  const RatingLearner usual;
  for (const auto& [key, differs] : {std::pair("ratings.seen_rate", learner.seen_rate != usual.seen_rate),
                                     {"ratings.seen_l2", learner.seen_l2 != usual.seen_l2}})
    if (!plan.tells_seen() && differs)
      refuse(key, "neither ratings.seen nor ratings.transductive tells what was seen; leave it out");
  if (learner.rate.start <= 0)
    refuse("ratings.rate", fmt::format("expected to start above 0, got {}", learner.rate.start));
}

}  // namespace deepboltz
