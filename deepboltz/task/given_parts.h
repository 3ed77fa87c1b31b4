// Cases of several parts of which some are given: what the others are taken for, and what a machine makes of them.
//
// A part that is not given, or that a case lacks, is
//
//   inferred   free: it is inferred with the hidden units ("GenText" for words). A document then has a declared length,
//              the training median, never its own
//   empty      clamped at zero, a document at no words ("ZeroText"). This says that there are none, which is not the
//   same
//
// Srivastava & Salakhutdinov (2012); docs/models/multimodal.md
#pragma once

#include <map>
#include <string>
#include <vector>

#include "deepboltz/base/report.h"
#include "deepboltz/data/cases.h"
#include "deepboltz/infer/mean_field.h"

namespace deepboltz {

enum class Absent : std::uint8_t { inferred, empty };

struct GivenParts {
  std::vector<std::string> names;    // of the parts that are given; empty: all
  Absent absent = Absent::inferred;  // what the others are
  std::map<std::string, double> lengths =
      {};  // of documents that are inferred, by part; those of the cases where it lacks one
};

// `count` cases from `first` on in a state. The label layer is free.
// InputError: a name that no visible layer has; cases without a part that is given, or of another width; a document to
// be inferred without a length.
State state_given(Context& ctx, const EnergyModel& model, const Cases& cases, std::int64_t first, std::int64_t count,
                  const GivenParts& given);

struct GivenOptions {
  MeanFieldOptions mean_field{.sweeps = 50};
  std::int64_t batch = 500;  // cases at a time; mean field stops a batch as a whole
  Report report = {};        // false stops with Interrupted
};

// The posterior means of some layers, visible or hidden, (cases, units) each, as states: of a part that is inferred
// what the others say of it, of one that is given the part itself.
std::vector<Tensor> means_given(Context& ctx, const EnergyModel& model, const Cases& cases, const GivenParts& given,
                                std::span<const LayerId> layers, const GivenOptions& options = {});

// The hidden layer whose means are a case's codes: the last one that is below no other; "joint" of pathways.
LayerId joint_layer(const EnergyModel& model);

// The names of a machine's parts, its visible layers, in their order.
std::vector<std::string> parts_of(const EnergyModel& model);
// All but that one.
std::vector<std::string> other_parts(const EnergyModel& model, const std::string& name);

}  // namespace deepboltz
