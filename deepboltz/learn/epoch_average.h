// The mean of parameters over the last epochs of a stage. Stochastic steps go round an optimum, and the mean of where
// they were lies nearer to it than the last of them (Polyak & Juditsky 1992).
//
// A snapshot is taken at the end of an epoch, not after every update: it then costs nothing beside the epoch, and
// snapshots far apart are less alike than steps that follow each other.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "deepboltz/io/safetensors.h"
#include "deepboltz/stack/network.h"
#include "deepboltz/tensor/context.h"

namespace deepboltz {

// Epochs of a stage that come before the first one that is averaged: all but the last share·epochs, rounded, at least
// one; with a share of 0 all.
std::int64_t epochs_before_average(double share, std::int64_t epochs);

class EpochAverage {
 public:
  // share: of the stage's epochs, 0 … 1; 0: nothing is averaged.
  EpochAverage(double share, std::int64_t epochs);

  // Takes a snapshot where the epoch that is now done is averaged. `done`: epochs done. The parameters, f32 or f64,
  // have the same names and shapes in every call.
  void see(Context& ctx, std::int64_t done, std::span<const NamedMatrix> parameters);

  bool empty() const { return mean_.empty(); }  // there was no snapshot yet

  // parameters ← their mean; as they are where there was no snapshot.
  void keep(Context& ctx, std::span<const NamedMatrix> parameters) const;

  // As PREFIX and the parameter's name, in an archive.
  void add(const std::string& prefix, Archive& archive) const;
  // Restores what was saved when `done` epochs were. InputError, naming the archive's file: a tensor is missing, or of
  // another shape than the parameter.
  void take(const std::string& prefix, Archive& archive, std::int64_t done, std::span<const NamedMatrix> parameters);

 private:
  std::int64_t before_;
  std::vector<std::pair<std::string, Tensor>> mean_;  // of each parameter
};

}  // namespace deepboltz
