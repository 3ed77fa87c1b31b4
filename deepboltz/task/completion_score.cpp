#include "deepboltz/task/completion_score.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace deepboltz {
namespace {

// Σ numerator / Σ denominator over cases, with the linearised error of a ratio (Cochran 1977, §2.11).
Estimate ratio(const std::vector<double>& numerator, const std::vector<double>& denominator) {
  const double cases = double(numerator.size());
  double above = 0, below = 0, squares = 0;
  for (std::size_t r = 0; r < numerator.size(); ++r) {
    above += numerator[r];
    below += denominator[r];
  }
  const double value = above / below;
  for (std::size_t r = 0; r < numerator.size(); ++r) {
    const double residual = numerator[r] - value * denominator[r];
    squares += residual * residual;
  }
  const double error = std::sqrt(squares * cases / (cases - 1)) / below;
  return {value, error, value - 3 * error, value + 3 * error, cases, std::int64_t(numerator.size()), {}};
}

}  // namespace

CompletionScore score_completion(ConstMatrix truth, ConstMatrix probability, ConstMatrix known, double clip) {
  require(truth.rows >= 2, "an error over cases needs at least two, got {}", truth.rows);
  require((probability.rows == truth.rows || probability.rows == 1) && probability.cols == truth.cols &&
              probability.dtype == truth.dtype,
          "score: the truth is {} × {} {}, but the probabilities are {} × {} {}", truth.rows, truth.cols,
          name_of(truth.dtype), probability.rows, probability.cols, name_of(probability.dtype));
  require(known.rows == truth.rows && known.cols == truth.cols && known.dtype == DType::u8,
          "score: the truth is {} × {}, but the mask is {} × {}", truth.rows, truth.cols, known.rows, known.cols);
  require(clip > 0 && clip < 0.5, "score: expected a clip between 0 and one half, got {}", clip);

  CompletionScore result;
  std::vector<double> pixels(std::size_t(truth.rows)), loss(pixels), square(pixels);
  visit_real(truth.dtype, [&](auto real) {
    const auto t = truth.as<decltype(real)>();
    const auto said = probability.as<decltype(real)>();
    for (std::int64_t r = 0; r < truth.rows; ++r)
      for (std::int64_t i = 0; i < truth.cols; ++i) {
        if (known.as<std::uint8_t>()(r, i) != 0) continue;
        const double p = std::clamp(double(said(probability.rows == 1 ? 0 : r, i)), clip, 1 - clip),
                     x = double(t(r, i));
        pixels[std::size_t(r)] += 1;
        loss[std::size_t(r)] -= x * std::log(p) + (1 - x) * std::log1p(-p);
        square[std::size_t(r)] += (x - p) * (x - p);
        ++result.hidden;
      }
  });
  require(result.hidden > 0, "score: the mask hides nothing");
  result.log_loss = ratio(loss, pixels);
  result.rmse = ratio(square, pixels);
  const double root = std::sqrt(result.rmse.value), error = root > 0 ? result.rmse.standard_error / (2 * root) : 0;
  result.rmse.value = root;
  result.rmse.standard_error = error;
  result.rmse.lower = std::max(0.0, root - 3 * error);
  result.rmse.upper = root + 3 * error;
  return result;
}

}  // namespace deepboltz
