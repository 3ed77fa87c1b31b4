// Spoken digits beside handwritten ones: recordings of six people (FSDD, Jackson et al. 2018), each with a picture of
// MNIST of the same digit.
//
//   audio   260 numbers, f32: 13 cepstral numbers and their differences (speech.h), the means of 10 equal slices
//   image   28 × 28 grey bytes
//   label   the digit
//   source  the speaker
//
// Recordings 0–4 of each person and digit are test cases, the others training cases; they are in the order of digit,
// person and number. The picture is the next of its digit in an order of MNIST's training (or test) pictures that was
// drawn once, so that no picture comes twice. A case is called as its file, DIGIT_PERSON_NUMBER.wav.
#pragma once

#include <string>
#include <vector>

#include "deepboltz/data/cases.h"
#include "deepboltz/data/share.h"
#include "deepboltz/io/bytes.h"
#include "deepboltz/tensor/context.h"

namespace deepboltz {

inline constexpr int kTestRecordings = 5, kSpeechSlices = 10;

// recordings: a tar archive, gzipped or not; its name for messages. pictures: of the share, with labels 0 to 9.
// InputError: a file that is no recording by its name, or is malformed; no picture left for a recording.
Cases spoken_digits(Context& ctx, ByteView recordings, const std::string& archive, const Dataset& pictures,
                    Share share);

}  // namespace deepboltz
