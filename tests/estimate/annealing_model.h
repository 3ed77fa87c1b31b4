// The annealing model of a small machine with one block of hidden layers, by arithmetic over enumerated states: kept
// layers x ~ p_0, then one sweep (hidden, then the other blocks in order) at each temperature up to 1.
#pragma once

#include <map>

#include "tests/model/brute_force.h"

namespace deepboltz::testing {

class AnnealingModel {
 public:
  using Kept = std::vector<std::vector<double>>;  // the layers that are not hidden, in order

  AnnealingModel(const EnergyModel& model, const std::vector<double>& ladder, const std::vector<Tensor>* base) {
    int hidden = 0;
    for (LayerId id : model.ids())
      if (model.layer(id).role == Role::hidden) hidden = model.block(id);
    for (double beta : ladder) {
      const BruteForce exact(model, beta, base);
      if (beta == ladder.front()) {
        for (const Joint& x : exact.states) number_.emplace(kept_of(model, x), number_.size());
        for (const auto& [kept, number] : number_) kept_.push_back(kept);
        for (std::size_t k = 0; k < kept_.size(); ++k) number_[kept_[k]] = k;
      }
      log_z_.push_back(exact.log_z);
      share_.emplace_back(kept_.size(), 0.0);
      for (std::size_t s = 0; s < exact.states.size(); ++s)
        share_.back()[number_.at(kept_of(model, exact.states[s]))] += exact.p[s];
      transition_.push_back(sweep(model, exact, hidden));
    }
  }

  const std::vector<Kept>& kept() const { return kept_; }

  // p_annealing(x): where the chain ends.
  double forward(const Kept& x) const {
    std::vector<double> p = share_[0];
    for (std::size_t k = 1; k < transition_.size(); ++k) {
      std::vector<double> next(p.size(), 0.0);
      for (std::size_t from = 0; from < p.size(); ++from)
        for (std::size_t to = 0; to < p.size(); ++to) next[to] += p[from] * transition_[k][from][to];
      p = std::move(next);
    }
    return p[number_.at(x)];
  }

  // The mean of RAISE's weight at x: [f_K(x)/Z_0] Π f_{k−1}(x_{k−1})/f_k(x_{k−1}), x_{k−1} from the reversal of T_k.
  double reverse(const Kept& x) const {
    std::vector<double> w(kept_.size(), 0.0);
    w[number_.at(x)] = f(transition_.size() - 1, number_.at(x)) / std::exp(log_z_[0]);
    for (std::size_t k = transition_.size() - 1; k > 0; --k) {
      std::vector<double> next(w.size(), 0.0);
      for (std::size_t from = 0; from < w.size(); ++from)
        for (std::size_t to = 0; to < w.size(); ++to)  // p(to) T(to → from) / p(from)
          next[to] += w[from] * share_[k][to] * transition_[k][to][from] / share_[k][from] * f(k - 1, to) / f(k, to);
      w = std::move(next);
    }
    double sum = 0;
    for (double v : w) sum += v;
    return sum;
  }

 private:
  double f(std::size_t k, std::size_t x) const { return share_[k][x] * std::exp(log_z_[k]); }

  static Kept kept_of(const EnergyModel& model, const Joint& x) {
    Kept kept;
    for (LayerId id : model.ids())
      if (model.layer(id).role != Role::hidden) kept.push_back(x[at(id)]);
    return kept;
  }

  // What stays when a block is drawn anew.
  static Joint rest_of(const EnergyModel& model, Joint x, int block) {
    for (LayerId id : model.block_layers(block)) x[at(id)].clear();
    return x;
  }

  std::vector<std::vector<double>> sweep(const EnergyModel& model, const BruteForce& exact, int hidden) const {
    // Rows: kept states to begin with; columns: joint states, first those of p(h | kept).
    std::vector<std::vector<double>> flow(kept_.size(), std::vector<double>(exact.states.size(), 0.0));
    for (std::size_t s = 0; s < exact.states.size(); ++s) {
      const std::size_t k = number_.at(kept_of(model, exact.states[s]));
      flow[k][s] = exact.p[s] / share_.back()[k];
    }
    for (int step = 1; step < model.blocks(); ++step) {
      const int block = (hidden + step) % model.blocks();
      std::map<Joint, std::vector<std::size_t>> classes;
      for (std::size_t s = 0; s < exact.states.size(); ++s)
        classes[rest_of(model, exact.states[s], block)].push_back(s);
      for (auto& row : flow)
        for (const auto& [rest, members] : classes) {
          double mass = 0, p = 0;
          for (std::size_t s : members) {
            mass += row[s];
            p += exact.p[s];
          }
          for (std::size_t s : members) row[s] = mass * exact.p[s] / p;
        }
    }
    std::vector<std::vector<double>> t(kept_.size(), std::vector<double>(kept_.size(), 0.0));
    for (std::size_t k = 0; k < kept_.size(); ++k)
      for (std::size_t s = 0; s < exact.states.size(); ++s)
        t[k][number_.at(kept_of(model, exact.states[s]))] += flow[k][s];
    return t;
  }

  std::map<Kept, std::size_t> number_;
  std::vector<Kept> kept_;
  std::vector<double> log_z_;
  std::vector<std::vector<double>> share_;  // p_β of the kept layers
  std::vector<std::vector<std::vector<double>>> transition_;
};

}  // namespace deepboltz::testing
