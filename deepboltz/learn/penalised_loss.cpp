#include "deepboltz/learn/penalised_loss.h"

#include <vector>

#include "deepboltz/kernel/reduce.h"

namespace deepboltz {

double penalised_loss(Context& ctx, const Network& network, const Examples& examples,
                      std::span<const std::uint32_t> rows, const Presentation& presentation, double l2,
                      std::size_t first_layer, std::span<const Matrix> gradient, Score& score) {
  score = log_probability_gradient(ctx, network, examples, rows, presentation, -1 / double(rows.size()), first_layer,
                                   gradient);
  double value = score.loss / double(rows.size());
  if (l2 == 0) return value;
  for (std::size_t layer = first_layer; layer < network.layers.size(); ++layer) {
    const Tensor& weight = network.layers[layer].weight;
    scale_add(ctx, l2, weight, 1, gradient[2 * layer]);
    std::vector<double> squares(static_cast<std::size_t>(weight.rows()));
    add_row_dots(ctx, l2 / 2, weight, weight, squares);
    for (double square : squares) value += square;
  }
  return value;
}

}  // namespace deepboltz
