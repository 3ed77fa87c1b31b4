// Sound in RIFF/WAVE files: PCM of 8, 16 or 24 bits. Of several channels the first is read.
//
//   "RIFF", size of all that follows, "WAVE"
//   then chunks   name, size, contents, a byte of padding after an odd size; `fmt ` comes before `data`, others are
//                 passed over
//
// Limits: the sizes are those of the file to the byte, 64 channels, a rate of 1 Hz to 1 MHz, at least one sample.
// Multimedia Programming Interface and Data Specifications 1.0 (IBM & Microsoft 1991); its extensible form, if what it
// extends is PCM.
#pragma once

#include <string>
#include <vector>

#include "deepboltz/io/bytes.h"

namespace deepboltz {

struct Sound {
  int rate = 0;                // samples a second
  std::vector<float> samples;  // in [−1, 1), exactly as in the file
};

// InputError "FILE: byte N: …"
Sound parse_wav(ByteView bytes, const std::string& file);

// The sound in one channel of 8, 16 or 24 bits, rounded and cut off at the greatest number.
Bytes make_wav(const Sound& sound, int bits = 16);

}  // namespace deepboltz
