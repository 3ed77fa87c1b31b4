#include "deepboltz/base/parse_number.h"
#include "deepboltz/unit/unit.h"

namespace deepboltz {
namespace {

// The number behind "NAME:", from 1 to `most`.
std::optional<std::int64_t> number_of(std::string_view word, std::string_view name, std::int64_t most) {
  if (!word.starts_with(name) || word.substr(name.size(), 1) != ":") return std::nullopt;
  word.remove_prefix(name.size() + 1);
  const auto number = parse_number<std::int64_t>(word);
  return number && *number >= 1 && *number <= most ? number : std::nullopt;
}

struct Word {
  std::string operator()(const auto& unit) const { return unit.name; }
  std::string operator()(const Softmax& unit) const { return "softmax:" + std::to_string(unit.classes); }
  std::string operator()(const Binomial& unit) const { return "binomial:" + std::to_string(unit.trials); }
  std::string operator()(const Counts& unit) const {
    return unit.extra == 0 ? Counts::name : "counts:" + std::to_string(unit.extra);
  }
};

}  // namespace

std::string word_of(const Unit& unit) { return std::visit(Word{}, unit); }

std::optional<Unit> unit_of(std::string_view word) {
  if (word == Bernoulli::name) return Bernoulli{};
  if (word == Spin::name) return Spin{};
  if (word == Gaussian::name) return Gaussian{};
  if (word == Counts::name) return Counts{};
  if (word == Relu::name) return Relu{};
  if (const auto classes = number_of(word, Softmax::name, Softmax::kMostClasses)) return Softmax{*classes};
  if (const auto trials = number_of(word, Binomial::name, Binomial::kMostTrials)) return Binomial{*trials};
  if (const auto extra = number_of(word, Counts::name, Counts::kMostExtra)) return Counts{*extra};
  return std::nullopt;
}

}  // namespace deepboltz
