// Codes of 1 to 512 bits, packed: what is hashed and searched (Salakhutdinov & Hinton 2009, Semantic Hashing).
//
// Bit i of a code is bit i mod 8 of its byte ⌊i/8⌋, as in faiss. In memory each code is filled up with zero bits to
// words of 64, so that bit i is bit i mod 64 of word ⌊i/64⌋ on the little-endian processors that we know.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "deepboltz/io/bytes.h"

namespace deepboltz {

inline constexpr int kMostCodeBits = 512;
inline constexpr std::int64_t kMostCodes = 0xFFFFFFFF;  // numbers of cases have 32 bits

class BinaryCodes {
 public:
  BinaryCodes() = default;
  // All bits zero. InputError: bits are not 1 to 512; cases are not 0 to 2³² − 1.
  BinaryCodes(std::int64_t cases, std::int64_t bits);

  std::int64_t cases() const { return cases_; }
  int bits() const { return bits_; }
  int words() const { return (bits_ + 63) / 64; }  // of a code
  int bytes() const { return (bits_ + 7) / 8; }    // of a code

  const std::uint64_t* code(std::int64_t number) const { return words_.data() + number * words(); }
  bool bit(std::int64_t number, int i) const { return code(number)[i / 64] >> (i % 64) & 1; }
  void set(std::int64_t number, int i) { words_[std::size_t(number * words() + i / 64)] |= std::uint64_t(1) << i % 64; }

 private:
  std::vector<std::uint64_t> words_;
  std::int64_t cases_ = 0;
  int bits_ = 0;
};

// The codes from cases · ⌈bits/8⌉ bytes. InputError "NAME: code N: …": another number of bytes, a bit behind the last.
BinaryCodes codes_from_bytes(ByteView bytes, std::int64_t cases, std::int64_t bits, const std::string& name);

// The bytes of all codes, one code after the other.    cases · ⌈bits/8⌉
Bytes bytes_of(const BinaryCodes& codes);

}  // namespace deepboltz
