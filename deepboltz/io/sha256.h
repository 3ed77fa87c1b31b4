// SHA-256 (FIPS 180-4), by libcrypto.
#pragma once

#include <memory>
#include <string>

#include "deepboltz/io/bytes.h"

namespace deepboltz {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;

  void add(ByteView bytes);
  std::string hex();  // 64 digits; ends the sum

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string sha256(ByteView bytes);

}  // namespace deepboltz
