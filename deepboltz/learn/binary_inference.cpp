// The hidden layers of the data in learning on integers: drawn from their exact posterior, or from the means of mean
// field. Where a recognition model guesses these, it is all in floats: means of which every one has moved cost more on
// integers than in floats.
#include <numeric>

#include "deepboltz/learn/binary_training.h"
#include "deepboltz/learn/recognition.h"

namespace deepboltz {
namespace {

std::size_t index(LayerId id) { return std::size_t(id.index); }

Sevenths* pointer(std::optional<Sevenths>& means) { return means ? &*means : nullptr; }

// x ← the pixels of a batch as numbers.
void show(Context& ctx, const BinaryData& data, LayerId visible, Matrix x) {
  if (!data.grey) return unpack(ctx, data.x[index(visible)], x);
  std::vector<std::uint32_t> rows(std::size_t(x.rows));
  std::iota(rows.begin(), rows.end(), 0u);
  binarise(ctx, Binarise::none, data.grey->pixels(), rows, {}, x);
}

}  // namespace

// A hidden layer, drawn given data with grey pixels.
void BinaryTraining::draw_from_grey(Context& ctx, const EnergyModel& model, LayerId id, Key key) {
  if (grey_sums_.empty())
    for (const Layer& layer : model.layers())
      grey_sums_.push_back(layer.role == Role::hidden ? RowSums(batch_, layer.units) : RowSums());
  const std::int64_t cases = grey_.cases(), units = model.layer(id).units;
  ScratchScope scope(ctx);
  const Matrix memory = scope.matrix(DType::u8, cases, 4 * units);
  const std::span fields(reinterpret_cast<std::int32_t*>(memory.data), std::size_t(cases * units));
  known_fields(ctx, model, id, weights_, bias_[index(id)], batch(), grey_sums_[index(id)], fields);
  sample_fields(ctx, fields, cases, weights_[0].exponent(), key.fold(std::uint64_t(id.index)), 0, data_[index(id)],
                pointer(data_means_[index(id)]));
}

void BinaryTraining::infer_data(Context& ctx, const Learner& learner, double epoch, Key key, const EnergyModel& model,
                                LearningState& learning) {
  if (!mean_field_) {
    for (LayerId id : model.ids(Role::hidden))
      grey_is_next_ ? draw_from_grey(ctx, model, id, key)
                    : draw(ctx, model, id, key, data_, data_[index(id)], pointer(data_means_[index(id)]));
    return;
  }
  if (learning.recognition)
    infer_from_guess(ctx, learner, epoch, model, learning);
  else
    mean_field_->run(ctx, model, learner.mean_field, weights_, bias_, batch());
  for (LayerId id : model.ids(Role::hidden)) {
    const Key own = key.fold(std::uint64_t(id.index));
    draw_means(ctx, mean_field_->means(id), own, 0, data_[index(id)]);
    if (Sevenths* out = pointer(data_means_[index(id)])) round_means(ctx, mean_field_->means(id), own.fold(2), 0, *out);
  }
}

// As in floats; the means are then rounded to steps.
void BinaryTraining::infer_from_guess(Context& ctx, const Learner& learner, double epoch, const EnergyModel& model,
                                      LearningState& learning) {
  State& data = *shown_;
  data.cases = batch().cases(model);
  show(ctx, batch(), visible_, data.x(visible_));
  infer_by_recognition(ctx, model, learner, data, learning);
  for (LayerId id : model.ids(Role::hidden)) set_means(ctx, data.x(id), mean_field_->means(id));
  step_recognition(ctx, learner, epoch, data, learning);
}

}  // namespace deepboltz
