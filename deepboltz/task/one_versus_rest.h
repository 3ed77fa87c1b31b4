// Classes from features by logistic regressions, one a class: a case may have several classes, or none.
//
//   p(class k | x) = s(b_k + Σ_i w_ik (x_i − m_i)/d_i)        m, d: means and deviations of the training cases
//   loss           = mean over cases of Σ_k −log p(has k or not | x)  +  ½·l2·Σ w²
//
// It is a network of one layer of Bernoulli units (stack/network.h), fitted to all training cases at once by conjugate
// gradients. The loss is convex: nothing is drawn but the held-out cases by which l2 is chosen.
#pragma once

#include <vector>

#include "deepboltz/base/report.h"
#include "deepboltz/learn/conjugate_gradients.h"
#include "deepboltz/rng/key.h"
#include "deepboltz/stack/network.h"
#include "deepboltz/task/ranking.h"

namespace deepboltz {

struct OneVersusRestOptions {
  std::vector<double> l2{3, 1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001};  // tried; one alone is taken as it is
  double held_out = 0.2;  // share of the training cases that judge each l2 by MAP over the classes that they have
  // The gradient of the whole loss: ten times smaller ones changed MAP by 1e-4 on Wikipedia's features, and are near
  // what float32 can tell.
  ConjugateGradientsOptions search{.line_searches = 300, .tolerance = 1e-3};
  Key key = {};        // of the held-out cases
  Report report = {};  // false stops with Interrupted
};

struct OneVersusRest {
  struct Tried {
    double l2, mean_average_precision;
  };

  Tensor mean, deviation;  // (1, features); the deviation of a constant feature is 1
  Network network;         // features to classes
  double l2 = 0;
  std::vector<Tried> tried = {};  // from the greatest l2; empty where there was no choice
  bool converged = false;         // the gradient is within the tolerance, or as short as the number type allows
  bool exclusive = false;         // every training case had one class
};

// Takes the l2 of the greatest MAP, of equals the greatest, and fits it to all cases. The number type is that of the
// features.    features: (cases, units) f32 or f64; labels: a list of classes a case, all of them known.
// InputError: no cases, labels that are not one list a case or outside of 0 … classes − 1, features that are not
// finite, no l2 or a negative one; no class with a held-out case
OneVersusRest fit_one_versus_rest(Context& ctx, ConstMatrix features, const Labels& labels, int classes,
                                  const OneVersusRestOptions& options);

// (cases, classes) of the model's number type each. Logits rank without the ties that probabilities near 1 have; rows
// of probabilities do not sum to 1.
Tensor class_logits(Context& ctx, const OneVersusRest& model, ConstMatrix features);
Tensor class_probabilities(Context& ctx, const OneVersusRest& model, ConstMatrix features);
// What the cases of a class are ranked by: the logits; where classes exclude each other log p_k/Σ p, the logs of
// probabilities that sum to 1, which know of a case's other classes.
Tensor class_scores(Context& ctx, const OneVersusRest& model, ConstMatrix features);

}  // namespace deepboltz
