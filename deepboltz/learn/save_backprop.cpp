#include "deepboltz/learn/save_backprop.h"

#include <cmath>
#include <cstring>

#include "deepboltz/base/parse_number.h"

namespace deepboltz {
namespace {

template <class State, class F> void each_counter(State& state, F&& f) {
  f("epoch", state.epoch);
  f("batch", state.batch);
  f("step", state.step);
  f("full_steps", state.full_steps);
  f("evaluations", state.evaluations);
  f("errors", state.score.errors);
  f("cases", state.score.cases);
}
template <class State, class F> void each_sum(State& state, F&& f) {
  f("cross_entropy", state.score.loss);  // as its name was when all networks were classifiers
  f("squared_error", state.score.squared_error);
}

}  // namespace

void add_backprop(const BackpropState& state, const Network& network, const std::string& prefix, Archive& archive) {
  // Names and places alone are asked for; neither is changed.
  for (const auto& [name, values] : named_tensors(const_cast<Network&>(network), const_cast<BackpropState&>(state))) {
    Tensor copy(values.dtype, values.rows, values.cols);
    std::memcpy(copy.data(), values.data, copy.bytes());
    archive.add(prefix + name, std::move(copy));
  }
  each_counter(state,
               [&](const char* name, std::int64_t value) { archive.metadata[prefix + name] = std::to_string(value); });
  each_sum(state, [&](const char* name, double value) { archive.metadata[prefix + name] = fmt::format("{}", value); });
}

void take_backprop(Archive& archive, const std::string& prefix, Network& network, BackpropState& state) {
  for (const auto& [name, into] : named_tensors(network, state)) {
    const Tensor& found = archive.at(prefix + name);
    require(found.dtype() == into.dtype && found.rows() == into.rows && found.cols() == into.cols,
            "{}: '{}' should be {} × {}, but is {} × {}", archive.file, name, into.rows, into.cols, found.rows(),
            found.cols());
    std::memcpy(into.data, found.data(), found.bytes());
  }
  // Older checkpoints have no squared error, because their networks were classifiers, and count no evaluations.
  const auto word_of = [&](std::string_view name) -> std::string {
    const auto found = archive.metadata.find(fmt::format("{}{}", prefix, name));
    if (found != archive.metadata.end()) return found->second;
    return name == "squared_error" || name == "evaluations" ? "0" : "";
  };
  each_counter(state, [&](const char* name, std::int64_t& value) {
    const auto count = parse_number<std::int64_t>(word_of(name));
    require(count && *count >= 0, "{}: {}{}: expected a count, got '{}'", archive.file, prefix, name, word_of(name));
    value = *count;
  });
  each_sum(state, [&](const char* name, double& value) {
    const auto sum = parse_number<double>(word_of(name));
    require(sum && std::isfinite(*sum), "{}: {}{}: expected a number, got '{}'", archive.file, prefix, name,
            word_of(name));
    value = *sum;
  });
}

}  // namespace deepboltz
