// The public face: what a program needs to read or make cases, to train a machine, to measure it, to draw from it, to
// use it, and to keep it.
#pragma once

// Cases: readers, generators, columns.
#include "deepboltz/data/cases.h"
#include "deepboltz/data/join_parts.h"
#include "deepboltz/data/named_data.h"
#include "deepboltz/data/own_ratings.h"
#include "deepboltz/data/part_data.h"
#include "deepboltz/data/read_data.h"
#include "deepboltz/data/strokes.h"

// Machines, and how they are kept.
#include "deepboltz/model/build.h"
#include "deepboltz/model/standardisation.h"
#include "deepboltz/system/save.h"

// Training: in one call, and step by step.
#include "deepboltz/learn/backprop.h"
#include "deepboltz/learn/checkpoint.h"
#include "deepboltz/learn/classic.h"
#include "deepboltz/learn/fit.h"
#include "deepboltz/learn/pretrain.h"
#include "deepboltz/learn/train.h"
#include "deepboltz/learn/up_down.h"
#include "deepboltz/stack/greedy_belief_net.h"
#include "deepboltz/stack/posterior_classifier.h"
#include "deepboltz/system/ratings/rating_learning.h"

// Sampling.
#include "deepboltz/sample/gibbs.h"
#include "deepboltz/sample/parallel_tempering.h"
#include "deepboltz/sample/simulated_tempering.h"
#include "deepboltz/sample/tempered_transitions.h"
#include "deepboltz/task/belief_net_completion.h"
#include "deepboltz/task/belief_net_samples.h"
#include "deepboltz/task/samples.h"

// Log-probabilities, each with its error.
#include "deepboltz/estimate/ais.h"
#include "deepboltz/estimate/belief_net_bound.h"
#include "deepboltz/estimate/bridge.h"
#include "deepboltz/estimate/free_energy.h"
#include "deepboltz/estimate/pseudo_likelihood.h"
#include "deepboltz/estimate/raise.h"
#include "deepboltz/estimate/variational_bound.h"
#include "deepboltz/infer/enumerate.h"
#include "deepboltz/task/log_p.h"

// Use.
#include "deepboltz/system/ratings/predict_ratings.h"
#include "deepboltz/system/ratings/recommend.h"
#include "deepboltz/task/belief_net_classes.h"
#include "deepboltz/task/class_ranking.h"
#include "deepboltz/task/classify.h"
#include "deepboltz/task/complete.h"
#include "deepboltz/task/completion_score.h"
#include "deepboltz/task/explain.h"
#include "deepboltz/task/masks.h"
#include "deepboltz/task/one_versus_rest.h"
#include "deepboltz/task/paired_difference.h"
#include "deepboltz/task/posterior.h"
#include "deepboltz/task/retrieve.h"
#include "deepboltz/task/tag_ranking.h"
#include "deepboltz/task/topics.h"

// Pictures and arrays.
#include "deepboltz/io/npy.h"
#include "deepboltz/io/png.h"
#include "deepboltz/io/png_grid.h"
#include "deepboltz/report/pictures.h"
