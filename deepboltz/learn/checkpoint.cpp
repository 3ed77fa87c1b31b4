#include "deepboltz/learn/checkpoint.h"

#include <cmath>

#include "deepboltz/base/parse_number.h"
#include "deepboltz/learn/trajectory.h"
#include "deepboltz/sample/ladder.h"

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
  all("fast/bias", learning.fast.bias);
  all("fast/weight", learning.fast.weight);
  all("base", learning.tempered.base);
  all("replicas", learning.tempered.replicas.rows.layers);
}

// Calls f(name, list) for every list of numbers that is saved, as a row of float64.
template <class Learning, class F> void each_list(Learning& learning, F&& f) {
  auto& tempered = learning.tempered;
  f("ladder", tempered.ladder);
  f("level", tempered.replicas.level);
  f("trip", tempered.replicas.trip);
  f("log_weight", tempered.replicas.log_weight);
  f("accepted", tempered.accepted);
  f("rejection", tempered.record.rejection);
  f("attempts", tempered.record.attempts);
}

// Calls f(name, number) for every counter that is saved.
template <class Learning, class F> void each_counter(Learning& learning, F&& f) {
  f("learning/epoch", learning.epoch);
  f("learning/batch", learning.batch);
  f("learning/updates", learning.updates);
  f("learning/chains_cases", learning.chains.cases);
  if (learning.tempered.base.empty()) return;
  f("learning/replicas_round", learning.tempered.replicas.round);
  f("learning/machines_round", learning.tempered.round);
  f("learning/round_trips", learning.tempered.record.round_trips);
}

constexpr const char* kPrefix = "learning/";  // of the trajectory's machines

template <class Number> Tensor row_of(const std::vector<Number>& list) {
  Tensor row(DType::f64, 1, std::int64_t(list.size()));
  for (std::size_t i = 0; i < list.size(); ++i) row.as<double>()(0, std::int64_t(i)) = double(list[i]);
  return row;
}

// A list that is not there was empty.
template <class Number> void take_row(const Archive& archive, const std::string& name, std::vector<Number>& list) {
  list.clear();
  if (!archive.contains(name)) return;
  const Tensor& row = archive.at(name);
  require(row.dtype() == DType::f64 && row.rows() == 1, "{}: '{}' should be a row of float64", archive.file, name);
  for (std::int64_t i = 0; i < row.cols(); ++i) {
    const double value = row.at(0, i);
    require(std::isfinite(value) && std::abs(value) < 1e15, "{}: '{}' has {} at {}", archive.file, name, value, i);
    list.push_back(Number(value));
  }
}

void require_lists(const Archive& archive, std::size_t levels, const TemperedChains& tempered) {
  const auto need = [&](bool fits, const char* what) {
    require(fits, "{}: learning/{}: does not fit the rest of the checkpoint", archive.file, what);
  };
  const Replicas& replicas = tempered.replicas;
  const auto rows = std::size_t(replicas.rows.cases);
  need(tempered.ladder.size() == levels, "ladder");
  need(replicas.level.size() == rows, "level");
  need(replicas.trip.size() == rows, "trip");
  for (int level : replicas.level) need(level >= 0 && level < int(tempered.ladder.size()), "level");
  need(replicas.log_weight.empty() || replicas.log_weight.size() == tempered.ladder.size(), "log_weight");
  need(tempered.accepted.size() == tempered.machines.size(), "accepted");
  need(tempered.record.attempts.size() == tempered.record.rejection.size(), "attempts");
  if (!tempered.ladder.empty()) require_levels(tempered.ladder);
}

constexpr const char* kLengths = "learning/chains/length";

// Calls f(name, lengths) for every layer that counts: the chains' documents are of these lengths. The first has the
// name that the only one has always had.
template <class Chains, class F> void each_lengths(Chains& chains, F&& f) {
  bool first = true;
  for (std::size_t l = 0; l < chains.length.size(); ++l) {
    if (chains.length[l].empty()) continue;
    f(first ? std::string(kLengths) : fmt::format("{}/{}", kLengths, l), chains.length[l]);
    first = false;
  }
}

// (capacity, 1) f64
void add_lengths(const State& chains, Archive& archive) {
  each_lengths(chains, [&](std::string name, const std::vector<double>& of_layer) {
    Tensor lengths(DType::f64, std::int64_t(of_layer.size()), 1);
    for (std::int64_t r = 0; r < lengths.rows(); ++r) lengths.set(r, 0, of_layer[std::size_t(r)]);
    archive.add(std::move(name), std::move(lengths));
  });
}

void take_lengths(Archive& archive, State& chains) {
  each_lengths(chains, [&](const std::string& name, std::vector<double>& of_layer) {
    const Tensor lengths = archive.take(name);
    require(lengths.rows() == std::int64_t(of_layer.size()) && lengths.cols() == 1,
            "{}: '{}' should be {} × 1, but is {} × {}", archive.file, name, of_layer.size(), lengths.rows(),
            lengths.cols());
    for (std::int64_t r = 0; r < lengths.rows(); ++r) {
      const double length = of_layer[std::size_t(r)] = lengths.at(r, 0);
      require(length >= 0 && length == std::floor(length), "{}: '{}' is {} at row {}, which is no length of a document",
              archive.file, name, length, r);
    }
  });
}

}  // namespace

void take_tensor(Archive& archive, const std::string& name, Tensor& tensor) {
  const Tensor& found = archive.at(name);
  require(found.dtype() == tensor.dtype() && found.rows() == tensor.rows() && found.cols() == tensor.cols(),
          "{}: '{}' should be {} × {}, but is {} × {}: the checkpoint is of another recipe", archive.file, name,
          tensor.rows(), tensor.cols(), found.rows(), found.cols());
  tensor = archive.take(name);
}

void add_learning(const LearningState& learning, Archive& archive) {
  each_tensor(learning, [&](std::string name, const Tensor& tensor) { archive.add(std::move(name), tensor.clone()); });
  each_counter(learning, [&](const char* name, std::int64_t value) { archive.metadata[name] = std::to_string(value); });
  each_list(learning, [&](const char* name, const auto& list) {
    if (!list.empty()) archive.add(fmt::format("learning/{}", name), row_of(list));
  });
  add_machines(kPrefix, learning.tempered, archive);
  archive.metadata["learning/chains_started"] = learning.chains_started ? "yes" : "no";
  add_lengths(learning.chains, archive);
}

void take_learning(Archive& archive, LearningState& learning) {
  take_machines(kPrefix, archive, learning.tempered);
  each_tensor(learning, [&](const std::string& name, Tensor& tensor) { take_tensor(archive, name, tensor); });
  const auto text = [&](const std::string& name) -> const std::string& {
    const auto found = archive.metadata.find(name);
    require(found != archive.metadata.end(), "{}: the checkpoint lacks '{}'", archive.file, name);
    return found->second;
  };
  each_counter(learning, [&](const char* name, std::int64_t& value) {
    const std::string& word = text(name);
    const auto count = parse_number<std::int64_t>(word);
    require(count && *count >= 0, "{}: {}: expected a count, got '{}'", archive.file, name, word);
    value = *count;
  });
  const std::size_t levels = learning.tempered.ladder.size();
  each_list(learning, [&](const char* name, auto& list) { take_row(archive, fmt::format("learning/{}", name), list); });
  require_lists(archive, levels, learning.tempered);
  require(learning.chains.cases <= learning.chains.layers.front().rows(), "{}: more chains than rows", archive.file);
  learning.chains_started = text("learning/chains_started") == "yes";
  take_lengths(archive, learning.chains);
}

}  // namespace deepboltz
