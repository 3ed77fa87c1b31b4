// Ten people who say the letters A to Z, three times each: their lips and their voice (AVLetters, Matthews et al.
// 2002).
//
//   video      1,200 numbers, f32: 4 frames of 15 × 20, one below the other. Each pixel is the mean of four of the
//   file's
//              30 × 40, in [0, 1], less its mean over the utterance
//   audio      208 numbers, f32: the 8 MFCC vectors of 26 of the same time
//   label      the letter
//   group      which utterance the window is of: what is scored is an utterance, not a window
//   source     the speaker
//
// A case is a window: every 4 frames in a row of an utterance. There are two vectors a frame, so frame v begins with
// vector 2v; where an utterance has fewer vectors than that, its last windows have its last 8. Repetitions 1 and 2 are
// training cases, repetition 3 test cases. Utterances are called as their files, "A1_Anya", windows "A1_Anya 0" ….
#pragma once

#include <filesystem>

#include "deepboltz/data/cases.h"
#include "deepboltz/data/share.h"

namespace deepboltz {

inline constexpr int kWindowFrames = 4, kVectorsAFrame = 2;

// NPZ files with frames or mfcc of all utterances one after the other, and lengths, letter, repetition and speaker of
// each. InputError: lengths that do not add up, an utterance shorter than a window, files of different utterances.
Cases read_avletters(const std::filesystem::path& lips, const std::filesystem::path& mfcc, Share share);

}  // namespace deepboltz
