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

struct Topic {
  std::int64_t unit;  // of the first hidden layer
  std::vector<TopicWord> words;
};

// Of every unit of the first hidden layer the visible units of the greatest weights, the greatest first. Units come by
// the falling norm of their weights: the weakest, often near copies of each other, shift all documents a little and
// stand for nothing of their own.
std::vector<Topic> topics(const EnergyModel& model, std::int64_t words);

// The same as text, a line a hidden unit: its number and the words; empty: there is no vocabulary.
std::string topics_text(const EnergyModel& model, const std::vector<std::string>& vocabulary, std::int64_t words);

}  // namespace deepboltz
