// Samples of chosen classes. With its label clamped a chain may still end where the machine itself sees another class:
// p(v | y) reaches as far as the other classes do, and from noise a chain has to find its class first.
//
//   start    at a training case of its class, where the cases are at hand; else from noise, heated (task/samples.h)
//   length   twice as long, and again, while R-hat of the energy is above 1.1
//   refused  a sample that the machine takes for another class; its chain begins again
#pragma once

#include "deepboltz/data/cases.h"
#include "deepboltz/task/samples.h"

namespace deepboltz {

struct ClassSampleOptions {
  const Cases* cases = nullptr;  // of training; null, or without labels: chains start from noise
  int most_lengths = 4;          // of the burn-in: how long chains run for R-hat's sake
  int most_attempts = 5;         // of a chain at a sample of its class
};

struct ClassSamples {
  Samples samples;          // one frame; its report is of the first attempt
  std::int64_t sweeps = 0;  // that the first attempt took
  double own = 0;           // share of the first attempt's samples that the machine takes for their class
  std::int64_t others = 0;  // samples that it takes for another class after all attempts
  bool from_cases = false;  // whether chains started at cases
};

constexpr double kMixed = 1.1;  // R-hat up to which chains have mixed

// options.labels: one a chain; frames = 1. InputError as of draw_samples, and where there is no case of a class.
ClassSamples draw_class_samples(Context& ctx, const EnergyModel& model, SampleOptions options,
                                const ClassSampleOptions& of_class);

}  // namespace deepboltz
