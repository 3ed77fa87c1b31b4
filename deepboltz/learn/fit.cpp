#include "deepboltz/learn/fit.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "deepboltz/infer/missing_part.h"
#include "deepboltz/learn/binary_training.h"
#include "deepboltz/learn/labelled_order.h"
#include "deepboltz/learn/shown_parts.h"
#include "deepboltz/model/length.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/rng/thinned_permutation.h"

namespace deepboltz {
namespace {

enum Use : std::uint64_t { kOrder, kFill, kStep };

constexpr const char* kNoLabels = "the model has a label layer, but the data have no labels";

// The cases as bits, or as grey pixels.
void fill_batch(Context& ctx, const EnergyModel& model, const Source& source, std::span<const std::uint32_t> rows,
                Key key, BinaryTraining& training) {
  ScratchScope scope(ctx);
  const auto matrix = [&](LayerId id) {
    return scope.matrix(DType::f32, std::int64_t(rows.size()), model.layer(id).units);
  };
  if (source.bits) {
    source.bits(ctx, rows, key, training.next_bits());
  } else if (source.grey) {
    source.grey(ctx, rows, training.next_grey());
  } else {
    const Matrix x = matrix(model.visible());
    source.visible.front().states(ctx, rows, key, x);
    training.set_layer(ctx, model.visible(), x);
  }
  if (const auto label = model.find(Role::label)) {
    require(bool(source.labels), kNoLabels);
    const Matrix y = matrix(*label);
    source.labels(rows, y);
    training.set_layer(ctx, *label, y);
  }
}

std::vector<std::uint32_t> order_of(const Source& source, std::int64_t batch, Key key) {
  if (source.labelled > 0) return labelled_order(key, source.cases, source.labelled, batch / 2);
  return source.weights.empty() ? permutation(key, source.cases) : thinned_permutation(key, source.weights);
}

void show_parts(Context& ctx, const EnergyModel& model, const Source& source, std::span<const std::uint32_t> rows,
                Key key, State& data) {
  const auto visible = model.ids(Role::visible);
  require(visible.size() == source.visible.size(),
          "training: the machine has {} visible layers, and the cases {} parts", visible.size(), source.visible.size());
  for (std::size_t p = 0; p < visible.size(); ++p)
    source.visible[p].states(ctx, rows, p == 0 ? key : key.fold(p), data.x(visible[p]));
  take_documents(model, data);
  if (shows_all(source)) return;
  const auto shown = parts_shown(source, rows, key);
  for (std::size_t p = 0; p < visible.size(); ++p)
    clamp_where_known(ctx, model, visible[p], shown[p], source.visible[p].length, data);
}

}  // namespace

State make_batch(Context& ctx, const EnergyModel& model, std::int64_t batch) {
  State data = model.make_state(ctx, batch);
  for (LayerId id : model.ids())
    if (model.layer(id).role != Role::hidden) data.clamp(id);
  return data;
}

void fill_batch(Context& ctx, const EnergyModel& model, const Source& source, std::span<const std::uint32_t> rows,
                Key key, State& data) {
  data.cases = std::int64_t(rows.size());
  show_parts(ctx, model, source, rows, key, data);
  if (const auto label = model.find(Role::label)) {
    require(bool(source.labels), kNoLabels);
    if (source.labelled == 0) return source.labels(rows, data.x(*label));
    const auto known = std::ranges::count_if(rows, [&](std::uint32_t row) { return row < source.labelled; });
    DEEPBOLTZ_ASSERT(
        std::ranges::all_of(rows.first(std::size_t(known)), [&](auto row) { return row < source.labelled; }));
    source.labels(rows.first(std::size_t(known)), data.x(*label).slice(0, known));
    if (data.mask(*label).empty())
      data.clamp(*label, Tensor(DType::u8, data.layers[std::size_t(label->index)].rows(), model.layer(*label).units));
    const auto mask = data.clamped[std::size_t(label->index)].mask.as<std::uint8_t>();
    for (std::int64_t r = 0; r < data.cases; ++r) std::fill_n(mask.row(r), mask.cols, std::uint8_t(r < known));
  }
}

bool fit_epoch(Context& ctx, const Learner& learner, const Source& source, const FitOptions& options,
               const KeepGoing& keep_going, EnergyModel& model, State& data, LearningState& learning) {
  require(source.cases >= 1, "training needs at least one case");
  require(!model.find(Role::condition), "training by epochs has no source of conditions; use learn_step");
  const Key epoch_key = options.key.fold(std::uint64_t(learning.epoch));
  require(source.labelled == 0 || (source.labelled < source.cases && source.weights.empty() && options.batch > 1),
          "labelled: expected fewer than the {} cases, without weights, in batches of at least 2, got {} in {}",
          source.cases, source.labelled, options.batch);
  const std::int64_t of_batch = source.labelled > 0 ? options.batch / 2 * 2 : options.batch;
  const auto order = order_of(source, of_batch, epoch_key.fold(kOrder));
  const std::int64_t batches = (std::int64_t(order.size()) + of_batch - 1) / of_batch;
  std::optional<BinaryTraining> binary;
  if (is_integer(learner.math)) binary.emplace(ctx, learner, model, learning, options.batch);
  bool whole = true;
  while (whole && learning.batch < batches) {
    const std::size_t first = std::size_t(learning.batch * of_batch);
    const auto rows = std::span(order).subspan(first, std::min(std::size_t(of_batch), order.size() - first));
    const Key key = epoch_key.fold(std::uint64_t(learning.batch));
    const double epoch = double(learning.epoch) + double(learning.batch) / double(batches);
    if (binary) {
      fill_batch(ctx, model, source, rows, key.fold(kFill), *binary);
      binary->step(ctx, learner, epoch, key.fold(kStep), model, learning);
    } else {
      const bool group = !shows_all(source) && source.labelled == 0;
      fill_batch(ctx, model, source, group ? grouped_by_parts(source, rows, key.fold(kFill)) : rows, key.fold(kFill),
                 data);
      learn_step(ctx, learner, epoch, key.fold(kStep), model, data, learning);
    }
    ++learning.batch;
    whole = learning.batch == batches || !keep_going || keep_going(learning.batch, batches);
  }
  if (binary) binary->write_back(ctx, learning);
  if (!whole) return false;
  learning.batch = 0;
  ++learning.epoch;
  return true;
}

}  // namespace deepboltz
