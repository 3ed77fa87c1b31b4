#include "deepboltz/learn/visible_values.h"

#include <algorithm>
#include <cmath>

#include "deepboltz/data/documents.h"

namespace deepboltz {
namespace {

const Column& x_of(const Cases& cases) { return cases.at(kVisibleColumn); }

void require_documents(const Cases& cases) {
  std::vector<double> words(std::size_t(cases.count()), 0.0);
  each_value(x_of(cases), [&](std::int64_t r, std::int64_t i, double x) {
    require(x >= 0 && x == std::floor(x),
            "{}: expected counts, whole numbers from 0, got {} at case {}, column {}; weights such as TF-IDF are none",
            cases.origin.name, float(x), r, i);
    words[std::size_t(r)] += x;
  });
  const auto empty = std::ranges::find(words, 0.0);
  require(empty == words.end(), "{}: case {} is a document without words; leave it out", cases.origin.name,
          empty - words.begin());
}

bool is_binary(const Column& x) {
  bool binary = true;
  each_value(x, [&](std::int64_t, std::int64_t, double value) { binary = binary && (value == 0 || value == 1); });
  return binary;
}

}  // namespace

Dataset documents_for(const Unit& visible, Dataset documents) {
  if (!documents.is_sparse() || std::holds_alternative<Counts>(visible)) return documents;
  return takes_numbers(visible) ? word_numbers(std::move(documents)) : word_presence(std::move(documents));
}

void require_values(const EnergyModel& model, const Cases& cases) {
  const Unit& unit = model.layer(model.visible()).unit;
  if (std::holds_alternative<Counts>(unit)) return require_documents(cases);
  if (const auto* softmax = std::get_if<Softmax>(&unit)) {
    std::int64_t ones = 0;
    each_value(x_of(cases), [&](std::int64_t r, std::int64_t i, double x) {
      const std::int64_t group = i / softmax->classes;
      ones = i % softmax->classes == 0 ? std::int64_t(x == 1) : ones + std::int64_t(x == 1);
      require((x == 0 || x == 1) && ones <= 1 && (i % softmax->classes < softmax->classes - 1 || ones == 1),
              "{}: expected one of {} classes, one 1 and zeros, got {} at case {}, column {} (unit {})",
              cases.origin.name, softmax->classes, float(x), r, i, group);
    });
  }
  if (std::holds_alternative<Relu>(unit))
    each_value(x_of(cases), [&](std::int64_t r, std::int64_t i, double x) {
      require(x >= 0, "{}: expected numbers from 0 on for relu units, got {} at case {}, column {}", cases.origin.name,
              x, r, i);
    });
  const auto* binomial = std::get_if<Binomial>(&unit);
  if (binomial == nullptr) return;
  each_value(x_of(cases), [&](std::int64_t r, std::int64_t i, double x) {
    require(x >= 0 && x <= double(binomial->trials) && x == std::floor(x),
            "{}: expected whole numbers from 0 to {}, got {} at case {}, column {}", cases.origin.name,
            binomial->trials, float(x), r, i);
  });
}

std::string no_log_p_of_grey(const Unit& visible, const Cases& cases) {
  const Column& column = cases.at(kVisibleColumn);
  if (takes_numbers(visible) || column.binarise != Binarisation::none || is_binary(column)) return {};
  return fmt::format(
      "the cases of '{}' are grey, and data.binarise is \"none\": log p is defined for binary cases only",
      cases.origin.name);
}

}  // namespace deepboltz
