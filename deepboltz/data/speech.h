// Speech as numbers: what recognisers had before they learnt from samples (Davis & Mermelstein 1980).
//
//   1. pre-emphasis          y_t = x_t − 0.97 x_{t−1}, y_0 = x_0, over the whole recording
//   2. frames                200 samples every 80, as many as are whole (25 and 10 ms at 8 kHz); Hamming's window
//   3. power spectrum        of 256 points
//   4. mel bands             26 triangles between 60 and 4,000 Hz, equally spaced in 2595 log10(1 + f/700)
//   5. log energies          log(energy + 1e-10)
//   6. cepstrum              c_k = Σ_j cos(πk(j + ½)/26) log e_j, k = 0 … 12
//   7. differences           Σ_n n (c_{t+n} − c_{t−n}) / (2 Σ_n n²), n = 1, 2; the first and last frame go on beyond
//   the
//                            ends
#pragma once

#include "deepboltz/io/wav.h"
#include "deepboltz/tensor/tensor.h"

namespace deepboltz {

inline constexpr int kSpeechRate = 8'000, kFrameSamples = 200, kFrameStep = 80;
inline constexpr int kMelBands = 26, kCepstra = 13;

// Steps 1 to 5. InputError, naming the file: another rate, less than a frame.    result: f64, (frames, 26)
Tensor log_mel_energies(const Sound& sound, const std::string& file);
double mel_centre(int band);  // Hz

Tensor cepstrum(ConstMatrix log_energies, int count = kCepstra);  // f64, (frames, count)
Tensor frame_differences(ConstMatrix x);                          // f64, as x

// Cepstrum and its differences, side by side.    result: f64, (frames, 26)
Tensor cepstrum_with_differences(const Sound& sound, const std::string& file);

// The mean of the frames in each of N slices that are about equally long: what makes recordings of any length vectors
// of one length. Slice s begins with frame ⌊s·frames/N⌋ and has at least one.    result: f32, N·x.cols numbers
void slice_means(ConstMatrix x, int slices, std::span<float> result);

}  // namespace deepboltz
