// Softmax groups below binary hidden units, where a case has few of the groups: the probability of one group given the
// others, and its gradient. A group that a case does not have sends nothing.
//
// x = c + Σ_{i ∈ R} W_i^{v_i} are the fields of the hidden units given the groups R of a case; W_i^k is row i·K + k of
// the weights, K = `classes`. Summed over the hidden units, with s(z) = log(1 + eᶻ),
//
//   log p(v_q = k | the rest)  =  b_q^k + Σ_j s(x_j + W_qj^k) − log of the sum over k              q ∉ R
//   log p(v_q = k | R∖q)       =  the same with x_j − W_qj^{v_q} in place of x_j                   q ∈ R
//
// Salakhutdinov, Mnih & Hinton (2007), §2.2; the sum of the second over q is the pseudo-likelihood of Besag (1975).
// With r^k = 1[k = v_q] − p(k) and σ^k_j the logistic of the same argument, a term's slope is r^k σ^k in W_q^k, and
// Σ_k r^k σ^k in c and in W_i^{v_i} of every other i: a case of n groups costs O(n·K·hidden), not O(n²).
//
// What a prediction of the expected level E = Σ_k k·p(k) is judged by is its square error; a share of it can be had in
// the objective, (1 − squares)·log p(v_q | R∖q) − squares/2·(v_q − E)², whose slope has the same form with
//
//   r^k = (1 − squares)·(1[k = v_q] − p(k)) + squares·(v_q − E)·p(k)·(k − E)
//
// leave_one_out.cpp holds the plain loops, f64 and f32; cpu/leave_one_out_simd.cpp the float loops that the product
// runs.
#pragma once

#include <span>

#include "deepboltz/kernel/sparse_rows.h"
#include "deepboltz/tensor/context.h"

namespace deepboltz {

// The parameters of such a machine.    weight: (groups·classes, hidden), bias: (1, groups·classes)
struct GroupWeights {
  ConstMatrix weight, bias;
  std::int64_t classes = 2;
};

// log_p(e, k) ← log p(v_q = k | R) for every entry e = (case, q) of `asked`, whose columns are groups that the case
// does not have.    field: x, (cases, hidden), log_p: (entries, classes)
void group_log_p(Context& ctx, const GroupWeights& groups, const SparseRows& asked, ConstMatrix field, Matrix log_p);

// The pseudo-likelihood of cases x (columns: group·classes + value) and what its gradient is made of.
//   field     (cases, hidden): the fields of the hidden units
//   squares   0 … 1
//   residual  (entries, classes) ← r
//   push      (cases, hidden) ← Σ_q Σ_k r^k σ^k, the slope in c
//   log_p     one a case ← Σ_q log p(v_q | R∖q)
void leave_one_out(Context& ctx, const GroupWeights& groups, const SparseRows& x, ConstMatrix field, double squares,
                   Matrix residual, Matrix push, std::span<double> log_p);

// gradient ← gradient + the slope in the weights, in the rows of the groups that occur. `turned`: transposed(groups of
// x), row q the cases that have group q, and `entry` where each of those stands in x.    gradient: as the weights
void add_leave_one_out_gradient(Context& ctx, const GroupWeights& groups, const SparseRows& x, const SparseRows& turned,
                                std::span<const std::int64_t> entry, ConstMatrix field, ConstMatrix residual,
                                ConstMatrix push, Matrix gradient);

// The same by plain loops in any number type: the reference of the tests.
void leave_one_out_plain(Context& ctx, const GroupWeights& groups, const SparseRows& x, ConstMatrix field,
                         double squares, Matrix residual, Matrix push, std::span<double> log_p);
void add_leave_one_out_gradient_plain(Context& ctx, const GroupWeights& groups, const SparseRows& x,
                                      const SparseRows& turned, std::span<const std::int64_t> entry, ConstMatrix field,
                                      ConstMatrix residual, ConstMatrix push, Matrix gradient);

// Groups instead of their values: column / classes.
SparseRows groups_of(const SparseRows& x, std::int64_t classes);

}  // namespace deepboltz
