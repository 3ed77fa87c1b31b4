#include "deepboltz/setting/setting.h"

#include <array>
#include <cmath>
#include <type_traits>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace deepboltz {

namespace {

std::string with_bounds(std::string_view kind, const Bounds& bounds) {
  const std::string limits = describe(bounds);
  return limits.empty() ? std::string(kind) : fmt::format("{} {}", kind, limits);
}

}  // namespace

bool is_open(const Setting& setting) {
  if (const auto* number = std::get_if<std::int64_t*>(&setting.slot))
    return **number == kOpen && !setting.bounds.hold(double(kOpen));
  if (const auto* number = std::get_if<double*>(&setting.slot)) return std::isnan(**number);
  const auto* schedule = std::get_if<Schedule*>(&setting.slot);
  return schedule != nullptr && std::isnan((*schedule)->start);
}

std::string describe(const Bounds& b) {
  const bool low = b.low > -std::numeric_limits<double>::infinity();
  const bool high = b.high < std::numeric_limits<double>::infinity();
  std::string text;
  if (low) text = fmt::format("{} {}", b.above_low ? "above" : "from", b.low);
  if (high) text += fmt::format("{}{} {}", low ? " " : "", b.below_high ? "to below" : "to", b.high);
  return text;
}

std::string expected(const Setting& setting) {
  struct Words {
    const Bounds& bounds;
    bool visible;
    std::string operator()(bool*) const { return "true or false"; }
    std::string operator()(int*) const { return with_bounds("a whole number", bounds); }
    std::string operator()(std::int64_t*) const { return with_bounds("a whole number", bounds); }
    std::string operator()(std::uint64_t*) const { return with_bounds("a whole number", bounds); }
    std::string operator()(double*) const { return with_bounds("a number", bounds); }
    std::string operator()(std::string*) const { return "a text"; }
    std::string operator()(std::vector<std::int64_t>*) const { return with_bounds("a list of whole numbers", bounds); }
    std::string operator()(std::vector<double>*) const { return with_bounds("a list of numbers", bounds); }
    std::string operator()(Schedule*) const {
      return with_bounds("a number", bounds) + ", or { kind, start, end, epochs, factor }";
    }
    std::string operator()(Unit*) const {
      const char* groups = visible ? ", \"counts\", \"counts:EXTRA\", \"binomial:TRIALS\" or \"softmax:CLASSES\""
                                   : " or \"binomial:TRIALS\"";
      return std::string("\"bernoulli\", \"spin\", \"gaussian\", \"relu\"") + groups;
    }
    std::string operator()(const Choice& choice) const {
      std::string names;
      for (const std::string_view name : choice.names)
        names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", name);
      return "one of " + names;
    }
    std::string operator()(const NumberList&) const { return with_bounds("a list of numbers", bounds); }
  };
  return std::visit(Words{setting.bounds, setting.key == "model.visible"}, setting.slot);
}

}  // namespace deepboltz
