#include "deepboltz/task/binary_codes.h"

#include <bit>

namespace deepboltz {

BinaryCodes::BinaryCodes(std::int64_t cases, std::int64_t bits) {
  require(bits >= 1 && bits <= kMostCodeBits, "codes: expected 1 to {} bits, got {}", kMostCodeBits, bits);
  require(cases >= 0 && cases <= kMostCodes, "codes: expected 0 to {} codes, got {}", kMostCodes, cases);
  cases_ = cases;
  bits_ = int(bits);
  words_.resize(std::size_t(cases * words()));
}

BinaryCodes codes_from_bytes(ByteView bytes, std::int64_t cases, std::int64_t bits, const std::string& name) {
  const int width = BinaryCodes(0, bits).bytes();  // checks the bits before memory is asked for
  require(cases >= 0 && cases <= kMostCodes && bytes.size() == std::size_t(cases * width),
          "{}: expected {} codes of {} bits, {} bytes each; got {} bytes", printable(name, 4096), cases, bits, width,
          bytes.size());
  BinaryCodes codes(cases, bits);
  const int used = int(bits) - 8 * (width - 1);  // bits of the last byte
  for (std::int64_t c = 0; c < cases; ++c) {
    const ByteView code = bytes.subspan(std::size_t(c * width), std::size_t(width));
    require(code.back() >> used == 0, "{}: code {}: expected {} bits, got one behind them", printable(name, 4096), c,
            bits);
    for (int byte = 0; byte < width; ++byte)
      for (unsigned left = code[std::size_t(byte)]; left != 0; left &= left - 1)
        codes.set(c, 8 * byte + std::countr_zero(left));
  }
  return codes;
}

Bytes bytes_of(const BinaryCodes& codes) {
  Bytes out;
  out.reserve(std::size_t(codes.cases() * codes.bytes()));
  for (std::int64_t c = 0; c < codes.cases(); ++c)
    for (int byte = 0; byte < codes.bytes(); ++byte)
      out.push_back(std::uint8_t(codes.code(c)[byte / 8] >> (8 * (byte % 8))));
  return out;
}

}  // namespace deepboltz
