#include "deepboltz/system/system.h"

#include "deepboltz/model/quantised.h"

namespace deepboltz {
namespace {

std::int64_t numbers_of(const EnergyModel& model) { return model.parameters(); }
std::int64_t numbers_of(const Tensor& tensor) { return tensor.rows() * tensor.cols(); }
std::int64_t numbers_of(const Network& network) {
  std::int64_t numbers = 0;
  for (const NetworkLayer& layer : network.layers) numbers += numbers_of(layer.weight) + numbers_of(layer.bias);
  return numbers;
}

}  // namespace

std::string note_of(const System& system, const std::string& name) {
  const auto found = system.notes.find(name);
  return found == system.notes.end() ? std::string() : found->second;
}

const Meaning& meaning_of(const System& system, const std::string& column) {
  static const Meaning nothing;
  const auto found = system.columns.find(column);
  return found == system.columns.end() ? nothing : found->second;
}

void convert_parts(System& system, DType precision) {
  for (auto& [name, part] : system.parts) std::visit([&](auto& numbers) { numbers = numbers.to(precision); }, part);
}

void quantise_parts(Context& ctx, System& system, int bits) {
  for (auto& [name, part] : system.parts)
    if (auto* model = std::get_if<EnergyModel>(&part); model && model->precision() == DType::f32)
      *model = quantised(ctx, *model, bits);
}

std::int64_t parameters_of(const System& system) {
  std::int64_t sum = 0;
  for (const auto& [name, part] : system.parts)
    sum += std::visit([](const auto& numbers) { return numbers_of(numbers); }, part);
  return sum;
}

}  // namespace deepboltz
