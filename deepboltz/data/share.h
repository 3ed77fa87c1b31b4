// Which share of an experiment's cases: those to learn from, those to choose by, those to report on.
#pragma once

#include <cstdint>
#include <string_view>

namespace deepboltz {

enum class Share : std::uint8_t { train, validation, test };

constexpr std::string_view name_of(Share share) {
  return share == Share::train ? "train" : share == Share::validation ? "validation" : "test";
}

constexpr Share share_named(std::string_view name) {
  return name == "train" ? Share::train : name == "validation" ? Share::validation : Share::test;
}

}  // namespace deepboltz
