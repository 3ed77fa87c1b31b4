#include "deepboltz/io/gzip.h"

#include "tests/io/refusal.h"
#include <gmock/gmock.h>

#include "deepboltz/io/sha256.h"
#include "deepboltz/io/zip.h"

namespace deepboltz {
namespace {

using ::testing::HasSubstr;
using testing::refusal;

Bytes pattern(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = std::uint8_t((i * i) >> 5);
  return bytes;
}

// Made by another program: printf 'Boltzmann' | gzip -n
const Bytes kFromGzip = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x73, 0xca, 0xcf, 0x29, 0xa9,
                         0xca, 0x4d, 0xcc, 0xcb, 0x03, 0x00, 0xaf, 0x98, 0x4c, 0xa1, 0x09, 0x00, 0x00, 0x00};

TEST(Gzip, ReadsWhatGzipWrote) { EXPECT_EQ(as_text(gunzip(kFromGzip, "f", 100)), "Boltzmann"); }

TEST(Gzip, GivesBackWhatWasPacked) {
  for (const std::size_t size : {0u, 1u, 100'000u, 3'000'000u}) {
    const Bytes bytes = pattern(size);
    EXPECT_EQ(gunzip(gzip(bytes), "f", size), bytes);
    EXPECT_EQ(inflate_raw(deflate_raw(bytes), "f", 0, size), bytes);
    EXPECT_EQ(gunzip_start(gzip(bytes), "f", 50).size(), std::min<std::size_t>(50, size));
  }
}

TEST(Gzip, MembersFollowOneAnother) {
  Bytes both = gzip(pattern(1000));
  append(both, gzip(pattern(70'000)));
  EXPECT_EQ(gunzip(both, "f", 100'000).size(), 71'000u);
}

TEST(Gzip, OutputIsBounded) {
  const Bytes zeros = gzip(Bytes(10'000'000));
  EXPECT_LT(zeros.size(), 20'000u);
  EXPECT_EQ(gunzip(zeros, "f", 10'000'000).size(), 10'000'000u);
  EXPECT_THAT(refusal([&] { gunzip(zeros, "f", 9'999'999); }), HasSubstr("longer than 9999999 bytes"));
}

TEST(Gzip, EveryTruncationAndEveryFlippedBitIsNoticed) {
  for (std::size_t size = 0; size < kFromGzip.size(); ++size)
    EXPECT_THAT(refusal([&] { gunzip(ByteView(kFromGzip).first(size), "f", 100); }), HasSubstr("f: byte ")) << size;
  // Bytes 4 to 9 (date, flags of the packer, system) say nothing about the contents.
  for (std::size_t bit = 0; bit < 8 * kFromGzip.size(); ++bit) {
    Bytes damaged = kFromGzip;
    damaged[bit / 8] ^= std::uint8_t(1 << bit % 8);
    if (bit / 8 >= 4 && bit / 8 <= 9) continue;
    if (bit == 8 * 3) continue;                       // "is text": a remark as well
    if (bit >= 8 * 20 + 2 && bit < 8 * 21) continue;  // filling up the last byte of the stream
    EXPECT_THAT(refusal([&] { gunzip(damaged, "f", 100); }), HasSubstr("f: byte ")) << bit;
  }
}

TEST(Gzip, WhatFollowsIsRefused) {
  Bytes longer = kFromGzip;
  longer.push_back(7);
  EXPECT_THAT(refusal([&] { gunzip(longer, "f", 100); }), HasSubstr("byte 29: 1 bytes follow"));
}

TEST(Sha256, PublishedDigest) {  // FIPS 180-4, "abc"
  EXPECT_EQ(sha256(as_bytes("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Zip, GivesBackWhatWasPacked) {
  const std::vector<ZipContent> contents = {
      {"a.npy", pattern(1000), false}, {"b.npy", pattern(50'000), true}, {"empty", {}, false}, {"none", {}, true}};
  const Bytes bytes = make_zip(contents);
  const ZipReader zip(bytes, "f");
  ASSERT_EQ(zip.entries().size(), 4u);
  for (const auto& content : contents) EXPECT_EQ(zip.read(*zip.find(content.name)), content.bytes) << content.name;
  EXPECT_EQ(zip.find("c"), nullptr);
}

TEST(Zip, DamageIsNoticed) {
  const Bytes bytes = make_zip({{"a", pattern(40), false}, {"b", pattern(400), true}});
  const auto read_all = [](ByteView view) {
    const ZipReader zip(view, "f");
    for (const auto& entry : zip.entries()) zip.read(entry);
  };
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_THAT(refusal([&] { read_all(ByteView(bytes).first(size)); }), HasSubstr("f: byte ")) << size;
  int unnoticed = 0;  // dates, versions and attributes do not matter; all else does
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    Bytes damaged = bytes;
    damaged[i] ^= 0x41;
    const std::string message = refusal([&] { read_all(damaged); });
    unnoticed += message.empty();
    EXPECT_THAT(message, ::testing::AnyOf("", HasSubstr("f: byte "))) << i;
  }
  EXPECT_LT(unnoticed, 120);
}

}  // namespace
}  // namespace deepboltz
