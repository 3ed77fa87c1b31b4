#include "deepboltz/learn/checkpoint.h"

#include <charconv>
#include <cmath>

namespace deepboltz {
namespace {

// Calls f(name, tensor) for every tensor that is saved.
template <class Learning, class F> void each_tensor(Learning& learning, F&& f) {
  const auto all = [&](const char* what, auto& tensors) {
    for (std::size_t i = 0; i < tensors.size(); ++i)
      if (!tensors[i].empty()) f(fmt::format("learning/{}/{}", what, i), tensors[i]);
  };
  all("velocity/bias", learning.velocity.bias);
  all("velocity/weight", learning.velocity.weight);
  all("second/bias", learning.second_moment.bias);
  all("second/weight", learning.second_moment.weight);
  all("chains", learning.chains.layers);
  all("activity", learning.activity);
  all("first_scale", learning.first_scale);
}

// Calls f(name, number) for every counter that is saved.
template <class Learning, class F> void each_counter(Learning& learning, F&& f) {
  f("learning/epoch", learning.epoch);
  f("learning/batch", learning.batch);
  f("learning/updates", learning.updates);
  f("learning/chains_cases", learning.chains.cases);
}

constexpr const char* kLengths = "learning/chains/length";

// The chains' documents are of these lengths.    (capacity, 1) f64
void add_lengths(const State& chains, Archive& archive) {
  Tensor lengths(DType::f64, std::int64_t(chains.length.size()), 1);
  for (std::int64_t r = 0; r < lengths.rows(); ++r) lengths.set(r, 0, chains.length[std::size_t(r)]);
  archive.add(kLengths, std::move(lengths));
}

void take_lengths(Archive& archive, State& chains) {
  const Tensor lengths = archive.take(kLengths);
  require(lengths.rows() == std::int64_t(chains.length.size()) && lengths.cols() == 1,
          "{}: '{}' should be {} × 1, but is {} × {}", archive.file, kLengths, chains.length.size(), lengths.rows(),
          lengths.cols());
  for (std::int64_t r = 0; r < lengths.rows(); ++r) {
    const double length = chains.length[std::size_t(r)] = lengths.at(r, 0);
    require(length >= 1 && length == std::floor(length), "{}: '{}' is {} at row {}, which is no length of a document",
            archive.file, kLengths, length, r);
  }
}

}  // namespace

void add_learning(const LearningState& learning, Archive& archive) {
  each_tensor(learning, [&](std::string name, const Tensor& tensor) { archive.add(std::move(name), tensor.clone()); });
  each_counter(learning, [&](const char* name, std::int64_t value) { archive.metadata[name] = std::to_string(value); });
  archive.metadata["learning/chains_started"] = learning.chains_started ? "yes" : "no";
  if (!learning.chains.length.empty()) add_lengths(learning.chains, archive);
}

void take_learning(Archive& archive, LearningState& learning) {
  each_tensor(learning, [&](const std::string& name, Tensor& tensor) {
    const Tensor& found = archive.at(name);
    require(found.dtype() == tensor.dtype() && found.rows() == tensor.rows() && found.cols() == tensor.cols(),
            "{}: '{}' should be {} × {}, but is {} × {}: the checkpoint is of another recipe", archive.file, name,
            tensor.rows(), tensor.cols(), found.rows(), found.cols());
    tensor = archive.take(name);
  });
  const auto text = [&](const std::string& name) -> const std::string& {
    const auto found = archive.metadata.find(name);
    require(found != archive.metadata.end(), "{}: the checkpoint lacks '{}'", archive.file, name);
    return found->second;
  };
  each_counter(learning, [&](const char* name, std::int64_t& value) {
    const std::string& word = text(name);
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    require(error == std::errc() && end == word.data() + word.size() && value >= 0,
            "{}: {}: expected a count, got '{}'", archive.file, name, word);
  });
  require(learning.chains.cases <= learning.chains.layers.front().rows(), "{}: more chains than rows", archive.file);
  learning.chains_started = text("learning/chains_started") == "yes";
  if (!learning.chains.length.empty()) take_lengths(archive, learning.chains);
}

}  // namespace deepboltz
