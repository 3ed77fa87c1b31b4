#include "deepboltz/task/given_parts.h"

#include <algorithm>
#include <numeric>

#include "deepboltz/data/classes.h"
#include "deepboltz/infer/missing_part.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/learn/source.h"
#include "deepboltz/model/length.h"
#include "deepboltz/model/standardisation.h"

namespace deepboltz {
namespace {

void require_parts(const EnergyModel& model, const Cases& cases, const GivenParts& given) {
  for (const std::string& name : given.names) {
    const auto id = model.find(name);
    require(id && model.layer(*id).role == Role::visible, "there is no part '{}'; this machine has {}", name,
            list_of(parts_of(model)));
    require(cases.find(name) != nullptr, "{}: the cases have no part '{}'", cases.origin.name, name);
  }
  for (LayerId id : model.ids(Role::visible)) {
    const Column* column = cases.find(model.layer(id).name);
    require(column == nullptr || column->units() == model.layer(id).units,
            "{}: the part '{}' has {} numbers a case, and the machine takes {}", cases.origin.name,
            model.layer(id).name, column == nullptr ? 0 : column->units(), model.layer(id).units);
  }
}

// Whether each case's part is seen.
std::vector<std::uint8_t> seen(const Column* column, bool given, std::int64_t first, std::int64_t count) {
  std::vector<std::uint8_t> has(std::size_t(count), std::uint8_t(0));
  for (std::int64_t r = 0; given && column != nullptr && r < count; ++r)
    has[std::size_t(r)] = std::uint8_t(column->is_known(first + r));
  return has;
}

double declared_length(const GivenParts& given, const std::string& name, const Column* column) {
  const auto said = given.lengths.find(name);
  return said != given.lengths.end() ? said->second : column != nullptr ? column->meaning.words : 0;
}

}  // namespace

std::vector<std::string> parts_of(const EnergyModel& model) {
  std::vector<std::string> names;
  for (LayerId id : model.ids(Role::visible)) names.push_back(model.layer(id).name);
  return names;
}

std::vector<std::string> other_parts(const EnergyModel& model, const std::string& name) {
  std::vector<std::string> others = parts_of(model);
  std::erase(others, name);
  return others;
}

State state_given(Context& ctx, const EnergyModel& model, const Cases& cases, std::int64_t first, std::int64_t count,
                  const GivenParts& given) {
  require_parts(model, cases, given);
  State state = model.make_state(ctx, count);
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(count));
  std::iota(rows.begin(), rows.end(), std::uint32_t(first));
  const auto visible = model.ids(Role::visible);
  std::vector<std::vector<std::uint8_t>> has;
  for (LayerId id : visible) {
    const std::string& name = model.layer(id).name;
    const Column* column = cases.find(name);
    const bool is_given = given.names.empty() || std::ranges::find(given.names, name) != given.names.end();
    has.push_back(seen(column, is_given, first, count));
    const Matrix x = state.x(id);
    if (is_given && column != nullptr) {
      present(ctx, column->fixed(), *column, rows, {}, x);
      to_states(ctx, model.layer(id), x);
    }
    for (std::int64_t r = 0; r < count; ++r)
      if (has.back()[std::size_t(r)] == 0)
        std::fill_n(x.slice(r, 1).data, std::size_t(x.cols) * size_of(x.dtype), std::byte(0));
    state.clamp(id);
  }
  take_documents(model, state);
  if (given.absent == Absent::empty) return state;
  for (std::size_t p = 0; p < visible.size(); ++p) {
    const std::string& name = model.layer(visible[p]).name;
    clamp_where_known(ctx, model, visible[p], has[p], declared_length(given, name, cases.find(name)), state);
  }
  return state;
}

LayerId joint_layer(const EnergyModel& model) {
  std::optional<LayerId> top;
  for (LayerId id : model.ids(Role::hidden))
    if (std::ranges::none_of(model.connections(), [&](const Connection& c) { return c.lower == id; })) top = id;
  require(top.has_value(), "the machine has no hidden layer above all others");
  return *top;
}

std::vector<Tensor> means_given(Context& ctx, const EnergyModel& model, const Cases& cases, const GivenParts& given,
                                std::span<const LayerId> layers, const GivenOptions& options) {
  require(options.batch >= 1, "expected a batch of at least one case, got {}", options.batch);
  std::vector<Tensor> means;
  for (LayerId id : layers) means.emplace_back(model.precision(), cases.count(), model.layer(id).units);
  for (std::int64_t first = 0; first < cases.count(); first += options.batch) {
    const std::int64_t count = std::min(options.batch, cases.count() - first);
    State state = state_given(ctx, model, cases, first, count, given);
    bottom_up(ctx, model, state);
    mean_field(ctx, model, options.mean_field, state);
    for (std::size_t l = 0; l < layers.size(); ++l)
      scale_add(ctx, 1, state.x(layers[l]), 0, means[l].view().slice(first, count));
    if (!proceed(options.report, {"infer", first + count, cases.count(), ""})) throw Interrupted("infer: stopped");
  }
  return means;
}

}  // namespace deepboltz
