#include "deepboltz/learn/centering.h"

#include "deepboltz/kernel/linear.h"
#include "deepboltz/kernel/reduce.h"
#include "deepboltz/kernel/update.h"

namespace deepboltz {
namespace {

std::size_t index(LayerId id) { return std::size_t(id.index); }

}  // namespace

void recentre(Context& ctx, const EnergyModel& model, std::span<const ConstMatrix> about, Parameters& gradient) {
  for (std::size_t c = 0; c < model.connections().size(); ++c) {
    const Connection& link = model.connections()[c];
    add_outer(ctx, -1, about[index(link.lower)], gradient.bias[index(link.upper)], gradient.weight[c]);
    add_outer(ctx, -1, gradient.bias[index(link.lower)], about[index(link.upper)], gradient.weight[c]);
  }
}

void enhance(Context& ctx, const EnergyModel& model, std::span<const ConstMatrix> middle, Parameters& gradient) {
  recentre(ctx, model, middle, gradient);
  for (std::size_t c = 0; c < model.connections().size(); ++c) {
    const Connection& link = model.connections()[c];
    multiply(ctx, -1, middle[index(link.lower)], Transpose::no, gradient.weight[c], Transpose::no, 1,
             gradient.bias[index(link.upper)]);
    multiply(ctx, -1, middle[index(link.upper)], Transpose::no, gradient.weight[c], Transpose::yes, 1,
             gradient.bias[index(link.lower)]);
  }
}

void move_offsets(Context& ctx, double rate, std::span<const ConstMatrix> means, EnergyModel& model) {
  ScratchScope scope(ctx);
  std::vector<Matrix> shift;  // rate·(mean − offset) a layer
  for (LayerId id : model.ids()) {
    Layer& layer = model.layer(id);
    if (layer.offset.empty()) layer.offset = Tensor(model.precision(), 1, layer.units);
    shift.push_back(scope.matrix(model.precision(), 1, layer.units));
    scale_add(ctx, rate, means[index(id)], 0, shift.back());
    scale_add(ctx, -rate, layer.offset, 1, shift.back());
  }
  for (const Connection& link : model.connections()) {
    multiply(ctx, 1, shift[index(link.lower)], Transpose::no, link.weight, Transpose::no, 1,
             model.layer(link.upper).bias);
    multiply(ctx, 1, shift[index(link.upper)], Transpose::no, link.weight, Transpose::yes, 1,
             model.layer(link.lower).bias);
  }
  for (LayerId id : model.ids()) scale_add(ctx, 1, shift[index(id)], 1, model.layer(id).offset);
}

}  // namespace deepboltz
