#include "deepboltz/data/speech.h"

#include <cmath>
#include <complex>
#include <numbers>

#include "tests/io/refusal.h"
#include <gmock/gmock.h>

#include "deepboltz/data/fourier.h"
#include "deepboltz/data/spoken_digits.h"
#include "deepboltz/io/gzip.h"
#include "deepboltz/io/tar.h"
#include "deepboltz/rng/draw.h"

namespace deepboltz {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::refusal;

// By the definition, in O(N²).
TEST(PowerSpectrum, IsThatOfTheSum) {
  for (const std::size_t size : {2, 4, 32, 256}) {
    std::vector<double> x(size - size / 4), power(size / 2 + 1);
    for (std::size_t n = 0; n < x.size(); ++n) x[n] = normal({1}, 0, std::uint32_t(n));
    PowerSpectrum spectrum(size);
    for (int twice = 0; twice < 2; ++twice) spectrum(x, power);
    for (std::size_t k = 0; k < power.size(); ++k) {
      std::complex<double> sum = 0;
      for (std::size_t n = 0; n < x.size(); ++n)
        sum += x[n] * std::polar(1.0, -2 * std::numbers::pi * double(k * n % size) / double(size));
      EXPECT_NEAR(power[k], std::norm(sum), 1e-10) << size << " " << k;  // about 1e-15 a term of size up to 100
    }
  }
}

// Golden vector S13: a frame of two tones.
TEST(Speech, AFrameOfTwoTones) {
  Sound sound{kSpeechRate, {}};
  for (int t = 0; t < kFrameSamples; ++t) {
    const double turn = 2 * std::numbers::pi * t / kSpeechRate;
    sound.samples.push_back(float(std::sin(440 * turn) + 0.5 * std::sin(1330 * turn)));
  }
  EXPECT_NEAR(mel_centre(0), 113.055921122964, 1e-9);
  EXPECT_NEAR(mel_centre(12), 1127.268269564032, 1e-9);
  EXPECT_NEAR(mel_centre(25), 3693.301748625700, 1e-9);
  const Tensor logs = log_mel_energies(sound, "s");
  ASSERT_EQ(logs.rows(), 1);
  // Rounded to float, samples err by 2e-8 after emphasis: windowed and summed over 200 by 2e-7. The weakest band has an
  // amplitude of e^−3.3, so that is 5e-6 of it and 1e-5 of its power; twice that is allowed.
  const double golden[] = {-6.624497930892, -5.478807698396, -4.567542927172,
                           -5.152289462909, 4.014255214586,  6.158616916065};
  for (int b = 0; b < 6; ++b) EXPECT_NEAR(logs.at(0, b), golden[b], 2e-5) << b;
  const double cepstra[] = {-55.764653935791, 7.300166660703, -20.287327455432, -1.163468687922, -9.967528691749};
  const Tensor c = cepstrum(logs, 5);
  for (int k = 0; k < 5; ++k) EXPECT_NEAR(c.at(0, k), cepstra[k], 26 * 2e-5) << k;
}

TEST(Speech, FramesAreThoseThatAreWhole) {
  for (const auto& [samples, frames] : {std::pair{200, 1}, {279, 1}, {280, 2}, {1'148, 12}})
    EXPECT_EQ(log_mel_energies({kSpeechRate, std::vector<float>(std::size_t(samples), 0.1F)}, "s").rows(), frames);
  EXPECT_EQ(refusal([] {
              log_mel_energies({kSpeechRate, std::vector<float>(199)}, "s");
            }),
            "s: 199 samples, at least 200 expected");
  EXPECT_EQ(refusal([] {
              log_mel_energies({16'000, std::vector<float>(400)}, "s");
            }),
            "s: 16000 samples a second, 8000 expected");
  const Tensor silence = log_mel_energies({kSpeechRate, std::vector<float>(200)}, "s");
  EXPECT_DOUBLE_EQ(silence.at(0, 0), std::log(1e-10));
}

// Of a straight line the slope, inside; a parabola's slope is that of its tangent.
TEST(Speech, DifferencesAreSlopes) {
  Tensor x(DType::f64, 9, 2);
  for (int t = 0; t < 9; ++t) x.set(t, 0, 3 * t - 1), x.set(t, 1, t * t);
  const Tensor d = frame_differences(x);
  for (int t = 2; t < 7; ++t) {
    EXPECT_DOUBLE_EQ(d.at(t, 0), 3);
    EXPECT_DOUBLE_EQ(d.at(t, 1), 2 * t);
  }
  EXPECT_DOUBLE_EQ(d.at(0, 0), 3 * (1 + 2 * 2) / 10.0);  // before the first frame there is the first again
  EXPECT_DOUBLE_EQ(d.at(7, 0), 3 * (2 + 2 * 3) / 10.0);
}

TEST(Speech, SlicesCoverAllFramesOnceAndHaveOneAtLeast) {
  Tensor x(DType::f64, 7, 1), few(DType::f64, 2, 1);
  for (int t = 0; t < 7; ++t) x.set(t, 0, t);
  few.set(1, 0, 5);
  std::vector<float> means(3), many(4);
  slice_means(x, 3, means);
  EXPECT_THAT(means, ElementsAre(0.5F, 2.5F, 5));  // 0 1 | 2 3 | 4 5 6
  slice_means(few, 4, many);
  EXPECT_THAT(many, ElementsAre(0, 0, 5, 5));
}

// Three pictures of each digit, the digit in their first pixel.
Dataset small_pictures() {
  Dataset pictures{"pictures", Tensor(DType::u8, 30, 4), 2, 2, std::vector<int>(30), 10};
  for (int i = 0; i < 30; ++i) {
    pictures.labels[std::size_t(i)] = i % 10;
    pictures.x.set(i, 0, i % 10);
    pictures.x.set(i, 1, i);
  }
  return finished(std::move(pictures));
}

class SpokenDigits : public ::testing::Test {
 protected:
  void add(const std::string& path, Bytes bytes) { files_.emplace_back(path, std::move(bytes)); }
  void add(const std::string& path) {
    Sound sound{kSpeechRate, {}};
    for (std::uint32_t t = 0; t < 1'200; ++t)
      sound.samples.push_back(uniform({2}, std::uint32_t(files_.size()), t) / 2);
    add(path, make_wav(sound));
  }
  Cases read(Share share, int threads = 1) {
    std::vector<TarFile> files;
    for (const auto& [path, bytes] : files_) files.push_back({path, bytes});
    Context ctx(threads);
    return spoken_digits(ctx, gzip(make_tar(files)), "a.tar.gz", small_pictures(), share);
  }

  std::vector<std::pair<std::string, Bytes>> files_;
};

TEST_F(SpokenDigits, PartsAreOfTheSameDigitAndNoPictureComesTwice) {
  for (const char* name : {"r/7_b_10.wav", "r/7_b_5.wav", "r/7_a_9.wav", "r/2_a_5.wav", "r/7_a_4.wav"}) add(name);
  const Cases train = read(Share::train), test = read(Share::test);
  EXPECT_THAT(train.names, ElementsAre("2_a_5.wav", "7_a_9.wav", "7_b_5.wav", "7_b_10.wav"));
  EXPECT_THAT(test.names, ElementsAre("7_a_4.wav"));
  EXPECT_THAT(labels_of(train), ElementsAre(2, 7, 7, 7));
  const View<const std::uint8_t> image = train.at("image").rows().as<std::uint8_t>();
  std::set<int> pictures;
  for (int c = 0; c < 4; ++c) {
    EXPECT_EQ(image(c, 0), labels_of(train)[std::size_t(c)]);
    pictures.insert(image(c, 1));
  }
  EXPECT_EQ(pictures.size(), 4u);
  EXPECT_EQ(train.at("audio").units(), 260);
  EXPECT_EQ(train.origin.sha256, read(Share::train, 3).origin.sha256);
}

TEST_F(SpokenDigits, WhatIsNoRecordingIsRefusedByName) {
  for (const char* path : {"r/x_a_1.wav", "r/10_a_1.wav", "r/1_a_1.mp3", "r/1_1.wav", "r/1__1.wav", "r/1_a_.wav"}) {
    files_.clear();
    add(path);
    EXPECT_EQ(refusal([&] { read(Share::train); }),
              fmt::format("a.tar.gz[{}]: expected a recording called DIGIT_PERSON_NUMBER.wav", path));
  }
  files_.clear();
  add("1_a_1.wav");
  EXPECT_EQ(refusal([&] { read(Share::train); }), "a.tar.gz: there are no recordings to train");
  for (int i = 5; i < 9; ++i) add(fmt::format("1_a_{}.wav", i));
  EXPECT_EQ(refusal([&] { read(Share::train); }), "pictures: no picture of the digit 1 is left for 1_a_8.wav");
  files_.clear();
  add("1_a_5.wav", Bytes{'R', 'I', 'F', 'F'});
  EXPECT_THAT(refusal([&] { read(Share::train); }), HasSubstr("a.tar.gz[1_a_5.wav]: byte 4: "));
}

}  // namespace
}  // namespace deepboltz
