#include "deepboltz/recipe/field.h"

#include <array>
#include <type_traits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "deepboltz/recipe/schedule_names.h"
#include "deepboltz/recipe/toml_text.h"

namespace deepboltz {

namespace {

std::string with_bounds(std::string_view kind, const Bounds& bounds) {
  const std::string limits = describe(bounds);
  return limits.empty() ? std::string(kind) : fmt::format("{} {}", kind, limits);
}

template <class T> std::string toml_list(const std::vector<T>& values) {
  std::string text = "[";
  for (const T& value : values) text += (text.size() > 1 ? ", " : "") + toml_number(value);
  return text + "]";
}

// A schedule that never changes is its one number; `end`, `epochs` and `factor` are written where they say something.
std::string toml_schedule(const Schedule& s) {
  const Schedule plain{.kind = Schedule::Kind::constant, .start = s.start};
  if (s.kind == plain.kind && s.end == plain.end && s.epochs == plain.epochs && s.factor == plain.factor)
    return toml_number(s.start);
  return fmt::format("{{ kind = \"{}\", start = {}, end = {}, epochs = {}, factor = {} }}",
                     kScheduleNames[std::size_t(s.kind)], toml_number(s.start), toml_number(s.end),
                     toml_number(s.epochs), toml_number(s.factor));
}

}  // namespace

std::string describe(const Bounds& b) {
  const bool low = b.low > -std::numeric_limits<double>::infinity();
  const bool high = b.high < std::numeric_limits<double>::infinity();
  std::string text;
  if (low) text = fmt::format("{} {}", b.above_low ? "above" : "from", b.low);
  if (high) text += fmt::format("{}{} {}", low ? " " : "", b.below_high ? "to below" : "to", b.high);
  return text;
}

std::string expected(const Field& field) {
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
  return std::visit(Words{field.bounds, field.key == "model.visible"}, field.slot);
}

std::string toml(const Field& field) {
  struct Text {
    std::string operator()(const bool* value) const { return *value ? "true" : "false"; }
    std::string operator()(const int* value) const { return toml_number(std::int64_t(*value)); }
    std::string operator()(const std::int64_t* value) const { return toml_number(*value); }
    std::string operator()(const std::uint64_t* value) const { return fmt::format("{}", *value); }
    std::string operator()(const double* value) const { return toml_number(*value); }
    std::string operator()(const std::string* value) const { return toml_string(*value); }
    std::string operator()(const std::vector<std::int64_t>* value) const { return toml_list(*value); }
    std::string operator()(const std::vector<double>* value) const { return toml_list(*value); }
    std::string operator()(const Schedule* value) const { return toml_schedule(*value); }
    std::string operator()(const Unit* value) const { return toml_string(word_of(*value)); }
    std::string operator()(const Choice& choice) const { return toml_string(choice.names[choice.get()]); }
    std::string operator()(const NumberList& list) const { return toml_list(list.get()); }
  };
  return std::visit(Text{}, field.slot);
}

}  // namespace deepboltz
