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
      "pairs of user and item, seen with no rating that is known: two columns of such a file; empty: none are told");
  s.add("transductive", plan.transductive,
        "held-out pairs count as seen, their ratings unknown; the scores are not those of who does not know the pairs");
  s.add("split", plan.split, "of movielens-100k: random, or u1 to u5, ua, ub as published");
  s.add("lowest", plan.scale.lowest, kAny, "the scale of ratings, from this …");
  s.add("highest", plan.scale.highest, kAny, "… to this …");
  s.add("step", plan.scale.step, kAboveZero, "… by this");
  s.add("test_share", plan.test_share, kZeroToBelowOne,
        "of all ratings, drawn by the seed, that a random split holds out");
  s.add("validation_share", plan.validation_share, kZeroToBelowOne, "of the rest, held out for choosing");
  s.add("use_validation", plan.use_validation,
        "train on the held-out ratings after all: the last run, with choices made");
  s.choose("cases", ratings.cases, {"user", "item"}, "whose ratings make a case");
  s.add("hidden", ratings.hidden, kFromOne, "hidden units");
  s.add("weight_scale", ratings.weight_scale, kAboveZero, "standard deviation of the initial weights");
  s.add("epochs", ratings.epochs, kFromOne, "passes over the ratings");
  s.add("batch", ratings.batch, kFromOne, "cases an update");
  s.choose("method", learner.method, {"pseudo-likelihood", "contrastive-divergence"},
           "every rating given the case's others, by its exact gradient; or CD on the rated items");
  s.choose("average", learner.average, {"none", "raters"},
           "what a batch's gradient is divided by: nothing, or, item by item, its raters in the batch");
  s.add("sweeps", learner.sweeps, kFromOne, "of contrastive divergence: Gibbs sweeps an update");
  s.add("sweeps_every", learner.sweeps_every, kFromZero, "above 0: sweeps grow by one every so many epochs");
  s.add("rate", learner.rate, kFromZero, "learning rate, of sums over the ratings of a batch");
  s.add("momentum", learner.momentum, kZeroToBelowOne, "momentum of the steps");
  s.add("factors", learner.factors, kFromZero,
        "above 0: weights are a product, so many numbers a level of an item times as many rows of hidden weights");
  s.add("hidden_rate", learner.hidden_rate, kFromZero,
        "hidden biases, and the hidden weights of factors, move at so many times the rate");
  s.add("squares", learner.squares, kZeroToOne,
        "of pseudo-likelihood: the share of the square error of E[rating] in the objective");
  s.add("l2", learner.l2, kFromZero, "weight decay, once a rating");
  s.add("smoothness", learner.smoothness, kFromZero,
        "penalty on differences between the weights of neighbouring levels, once a rating");
  s.add("seen_rate", learner.seen_rate, kFromZero, "weights of what was seen move at so many times the rate");
  s.add("seen_l2", learner.seen_l2, kFromZero, "their decay, once an item that was seen");
  s.add("checkpoint_every", ratings.checkpoint_every, kFromOne, "epochs between checkpoints");
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
