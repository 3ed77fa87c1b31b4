// A matrix that owns its memory: rows × cols, contiguous, aligned to a cache line, zero at birth. Move-only; clone()
// copies.
#pragma once

#include <cstddef>
#include <memory>

#include "deepboltz/tensor/view.h"

namespace deepboltz {

// Bytes aligned to 64, zeroed. Throws std::bad_alloc.
struct FreeAligned {
  void operator()(std::byte* bytes) const;
};
using AlignedBytes = std::unique_ptr<std::byte[], FreeAligned>;
AlignedBytes allocate_aligned(std::size_t bytes);
// How often that was called in this process: what "nothing is allocated after the first step" is held to.
std::int64_t aligned_allocations();

class Tensor {
 public:
  Tensor() = default;
  Tensor(DType dtype, std::int64_t rows, std::int64_t cols);
  Tensor(Tensor&&) noexcept = default;
  Tensor& operator=(Tensor&&) noexcept = default;

  Tensor clone() const;

  bool empty() const { return rows_ == 0 || cols_ == 0; }
  DType dtype() const { return dtype_; }
  std::int64_t rows() const { return rows_; }
  std::int64_t cols() const { return cols_; }
  std::size_t bytes() const { return std::size_t(rows_ * cols_) * size_of(dtype_); }
  std::byte* data() { return data_.get(); }
  const std::byte* data() const { return data_.get(); }

  operator Matrix() { return {data_.get(), dtype_, rows_, cols_, cols_}; }             // NOLINT: a tensor is a matrix
  operator ConstMatrix() const { return {data_.get(), dtype_, rows_, cols_, cols_}; }  // NOLINT
  Matrix view() { return *this; }
  ConstMatrix view() const { return *this; }
  template <class T> View<T> as() { return view().template as<T>(); }
  template <class T> View<const T> as() const { return view().template as<T>(); }
  // One number, whatever the type; for small tensors and tests, not for loops.
  double at(std::int64_t row, std::int64_t col) const;
  void set(std::int64_t row, std::int64_t col, double value);
  Tensor to(DType dtype) const;  // every number converted

 private:
  AlignedBytes data_;
  DType dtype_ = DType::f32;
  std::int64_t rows_ = 0, cols_ = 0;
};

}  // namespace deepboltz
