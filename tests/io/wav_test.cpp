#include "deepboltz/io/wav.h"

#include <cmath>

#include "tests/io/refusal.h"
#include <gmock/gmock.h>

namespace deepboltz {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::refusal;
using ::testing::StartsWith;

constexpr std::size_t kSizeAt = 4, kKindAt = 20, kChannelsAt = 22, kRateAt = 24, kPerSecondAt = 28, kFrameAt = 32,
                      kBitsAt = 34, kDataAt = 36, kSamplesAt = 44;

Sound ramp(int samples) {
  Sound sound{8'000, {}};
  for (int i = 0; i < samples; ++i) sound.samples.push_back(float(i) / 16 - 1);
  return sound;
}

Bytes with(Bytes bytes, std::size_t at, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) bytes[at + i] = std::uint8_t(value >> (8 * i));
  return bytes;
}

std::string refused(ByteView bytes) {
  return refusal([&] { parse_wav(bytes, "x.wav"); });
}

TEST(Wav, NumbersOfEveryWidthComeBack) {
  for (const int bits : {8, 16, 24})
    for (const int samples : {1, 2, 31}) {  // with and without padding
      const Sound sound = parse_wav(make_wav(ramp(samples), bits), "x.wav");
      EXPECT_EQ(sound.rate, 8'000);
      EXPECT_EQ(sound.samples, ramp(samples).samples) << bits;
    }
}

// Numbers by the definition: bytes from 128, the others with a sign, the least byte first.
TEST(Wav, BytesBecomeShares) {
  Bytes eight = make_wav(ramp(3), 8), sixteen = make_wav(ramp(2), 16), long_ones = make_wav(ramp(2), 24);
  eight[kSamplesAt] = 0, eight[kSamplesAt + 1] = 255, eight[kSamplesAt + 2] = 129;
  EXPECT_THAT(parse_wav(eight, "x").samples, ElementsAre(-1, 127 / 128.0F, 1 / 128.0F));
  EXPECT_THAT(parse_wav(with(with(sixteen, kSamplesAt, 0x7FFF, 2), kSamplesAt + 2, 0xFFFF, 2), "x").samples,
              ElementsAre(32'767 / 32'768.0F, -1 / 32'768.0F));
  EXPECT_THAT(parse_wav(with(with(long_ones, kSamplesAt, 0x800000, 3), kSamplesAt + 3, 3, 3), "x").samples,
              ElementsAre(-1, std::ldexp(3.0F, -23)));
  EXPECT_THAT(parse_wav(make_wav({8'000, {2, -2}}), "x").samples, ElementsAre(32'767 / 32'768.0F, -1));
}

TEST(Wav, TheFirstOfSeveralChannelsIsRead) {
  Bytes stereo = make_wav(ramp(6));
  stereo = with(with(with(stereo, kChannelsAt, 2, 2), kFrameAt, 4, 2), kPerSecondAt, 32'000, 4);
  EXPECT_THAT(parse_wav(stereo, "x").samples, ElementsAre(-1, -14 / 16.0F, -12 / 16.0F));
}

TEST(Wav, OtherChunksArePassedOver) {
  const Bytes plain = make_wav(ramp(2));
  Bytes bytes(plain.begin(), plain.begin() + kDataAt);
  append(bytes, as_bytes("LIST"));
  append_little(bytes, 3, 4);
  append(bytes, as_bytes("abc"));
  bytes.push_back(0);
  bytes.insert(bytes.end(), plain.begin() + kDataAt, plain.end());
  append(bytes, as_bytes("id3 "));
  append_little(bytes, 1, 4);
  bytes.push_back(7);  // the last padding may be left out
  EXPECT_EQ(parse_wav(with(bytes, kSizeAt, bytes.size() - 8, 4), "x").samples, ramp(2).samples);
}

TEST(Wav, TheExtensibleFormIsReadIfItIsPcm) {
  const Bytes plain = make_wav(ramp(2));
  Bytes bytes(plain.begin(), plain.begin() + kDataAt);
  bytes.resize(kKindAt + 40);
  bytes = with(with(bytes, kKindAt - 4, 40, 4), kKindAt, 0xFFFE, 2);
  bytes.insert(bytes.end(), plain.begin() + kDataAt, plain.end());
  bytes = with(bytes, kSizeAt, bytes.size() - 8, 4);
  EXPECT_EQ(parse_wav(with(bytes, kKindAt + 24, 1, 2), "x").samples, ramp(2).samples);
  EXPECT_EQ(refused(with(bytes, kKindAt + 24, 3, 2)),
            "x.wav: byte 20: sound of the format 0x0003 is not read; PCM (0x0001) is");
}

TEST(Wav, WhatDoesNotHoldIsRefusedWithItsPlace) {
  const Bytes good = make_wav(ramp(3));
  const auto changed = [&](std::size_t at, std::uint64_t value, std::size_t size) {
    return refused(with(good, at, value, size));
  };
  EXPECT_EQ(changed(0, 'X', 1), "x.wav: byte 0: not a WAVE file: it does not begin with RIFF");
  EXPECT_EQ(changed(8, 'X', 1), "x.wav: byte 8: not a WAVE file: WAVE expected");
  EXPECT_EQ(changed(kSizeAt, 41, 4), "x.wav: byte 4: 41 bytes should follow, 42 do");
  EXPECT_EQ(changed(kKindAt - 4, 14, 4), "x.wav: byte 20: a format of 14 bytes, at least 16 expected");
  EXPECT_EQ(changed(kKindAt, 6, 2), "x.wav: byte 20: sound of the format 0x0006 is not read; PCM (0x0001) is");
  EXPECT_EQ(changed(kChannelsAt, 0, 2), "x.wav: byte 22: 0 channels, 1 to 64 expected");
  EXPECT_EQ(changed(kRateAt, 0, 4), "x.wav: byte 24: 0 samples a second, 1 to 1000000 expected");
  EXPECT_EQ(changed(kBitsAt, 32, 2), "x.wav: byte 34: samples of 32 bits are not read; 8, 16 and 24 are");
  EXPECT_EQ(changed(kFrameAt, 4, 2), "x.wav: byte 32: 1 channels of 16 bits are 2 bytes, the file says 4");
  EXPECT_EQ(changed(kPerSecondAt, 8'000, 4),
            "x.wav: byte 28: 8000 samples a second are 16000 bytes, the file says 8000");
  EXPECT_EQ(changed(kDataAt + 4, 5, 4), "x.wav: byte 44: 5 bytes of samples are no multiple of 2");
  EXPECT_EQ(changed(kDataAt + 4, 7, 4), "x.wav: byte 44: the file ends inside a chunk: 7 bytes expected, 6 left");
  EXPECT_EQ(changed(kDataAt, 'D', 1), "x.wav: byte 50: the file ends without samples");
  EXPECT_EQ(changed(12, 'F', 1), "x.wav: byte 36: samples before their format");
  EXPECT_EQ(refused(make_wav({8'000, {}})), "x.wav: byte 44: there are no samples");
  Bytes twice = good;
  twice.insert(twice.end(), good.begin() + 12, good.end());
  EXPECT_EQ(refused(with(twice, kSizeAt, twice.size() - 8, 4)), "x.wav: byte 50: a second format");
  twice = good;
  twice.insert(twice.end(), good.begin() + kDataAt, good.end());
  EXPECT_EQ(refused(with(twice, kSizeAt, twice.size() - 8, 4)), "x.wav: byte 50: samples for the second time");
}

TEST(Wav, EveryTruncationIsRefused) {
  const Bytes good = make_wav(ramp(3));
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_THAT(refused(ByteView(good).first(size)), StartsWith("x.wav: byte ")) << size;
  for (std::size_t size = 12; size < good.size(); ++size)  // with the size in the header set right
    EXPECT_THAT(refused(with(Bytes(good.begin(), good.begin() + std::ptrdiff_t(size)), kSizeAt, size - 8, 4)),
                HasSubstr(": byte "))
        << size;
}

}  // namespace
}  // namespace deepboltz
