// sample of a machine of several parts: all parts of a case together, by one chain.
#pragma once

#include <string>

#include "deepboltz/cli/run_folder.h"

namespace deepboltz {

struct PartSampling {
  std::string out;  // of the pictures; empty: samples.png
  std::int64_t count = 20;
  int sweeps = 1'000, magnify = 2;
};

// Of a draw the words that are there, as often as they are.
std::string words_drawn(const Meaning& meaning, const Tensor& sample, std::int64_t row);

// Words go to standard output, a line a case; the picture part into the file, in the same order.
void sample_parts(Session& session, const Trained& trained, const PartSampling& options);

}  // namespace deepboltz
