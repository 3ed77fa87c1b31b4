// What the hidden units of a model of documents stand for: the words that each raises most, in words.
#pragma once

#include <string>
#include <vector>

#include "deepboltz/model/energy_model.h"

namespace deepboltz {

struct TopicWord {
  std::int64_t word;  // number of the visible unit
  double weight;      // W_kj: the logarithm of how much likelier the hidden unit makes the word, beside others
};

// Of every unit of the first hidden layer, the visible units of the greatest weights, the greatest first.
std::vector<std::vector<TopicWord>> topics(const EnergyModel& model, std::int64_t words);

// The same as text, a line a hidden unit: its number and the words; empty: the model has no vocabulary.
std::string topics_text(const EnergyModel& model, std::int64_t words);

}  // namespace deepboltz
