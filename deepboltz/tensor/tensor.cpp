#include "deepboltz/tensor/tensor.h"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>

namespace deepboltz {

namespace {

std::atomic<std::int64_t> allocations = 0;

}  // namespace

std::int64_t aligned_allocations() { return allocations; }

void FreeAligned::operator()(std::byte* bytes) const { std::free(bytes); }

AlignedBytes allocate_aligned(std::size_t bytes) {
  const std::size_t rounded = (bytes + 63) / 64 * 64;
  auto* memory = static_cast<std::byte*>(std::aligned_alloc(64, rounded == 0 ? 64 : rounded));
  if (memory == nullptr) throw std::bad_alloc();
  ++allocations;
  std::memset(memory, 0, rounded);
  return AlignedBytes(memory);
}

Tensor::Tensor(DType dtype, std::int64_t rows, std::int64_t cols) : dtype_(dtype), rows_(rows), cols_(cols) {
  DEEPBOLTZ_ASSERT(rows >= 0 && cols >= 0);
  data_ = allocate_aligned(bytes());
}

Tensor Tensor::clone() const {
  if (data_ == nullptr) return {};
  Tensor copy(dtype_, rows_, cols_);
  std::memcpy(copy.data(), data(), bytes());
  return copy;
}

double Tensor::at(std::int64_t row, std::int64_t col) const {
  DEEPBOLTZ_ASSERT(row >= 0 && row < rows_ && col >= 0 && col < cols_);
  if (dtype_ == DType::u8) return as<std::uint8_t>()(row, col);
  return dtype_ == DType::f32 ? double(as<float>()(row, col)) : as<double>()(row, col);
}

void Tensor::set(std::int64_t row, std::int64_t col, double value) {
  DEEPBOLTZ_ASSERT(row >= 0 && row < rows_ && col >= 0 && col < cols_);
  if (dtype_ == DType::u8)
    as<std::uint8_t>()(row, col) = std::uint8_t(value);
  else if (dtype_ == DType::f32)
    as<float>()(row, col) = float(value);
  else
    as<double>()(row, col) = value;
}

Tensor Tensor::to(DType dtype) const {
  if (dtype == dtype_) return clone();
  if (data_ == nullptr) return {};
  Tensor converted(dtype, rows_, cols_);
  for (std::int64_t r = 0; r < rows_; ++r)
    for (std::int64_t c = 0; c < cols_; ++c) converted.set(r, c, at(r, c));
  return converted;
}

}  // namespace deepboltz
