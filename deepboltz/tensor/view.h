// Borrowed matrices, passed by value. View<T> knows its number type at compile time and is for kernels; Matrix and
// ConstMatrix carry it at run time and are what every other function takes. Rows are cases unless said otherwise.
#pragma once

#include <cstdint>
#include <type_traits>

#include "deepboltz/base/error.h"
#include "deepboltz/tensor/dtype.h"

namespace deepboltz {

template <class T> struct View {
  T* data = nullptr;
  std::int64_t rows = 0, cols = 0, stride = 0;

  T* row(std::int64_t r) const { return data + r * stride; }
  T& operator()(std::int64_t r, std::int64_t c) const { return data[r * stride + c]; }
};

template <bool kConst> struct BasicMatrix {
  using Byte = std::conditional_t<kConst, const std::byte, std::byte>;

  Byte* data = nullptr;
  DType dtype = DType::f32;
  std::int64_t rows = 0, cols = 0, stride = 0;  // stride: elements from a row to the next

  BasicMatrix() = default;
  BasicMatrix(Byte* bytes, DType type, std::int64_t row_count, std::int64_t col_count, std::int64_t row_stride)
      : data(bytes), dtype(type), rows(row_count), cols(col_count), stride(row_stride) {}
  template <bool kOther>
    requires(kConst && !kOther)
  BasicMatrix(const BasicMatrix<kOther>& m)  // NOLINT: a mutable view is a constant one
      : data(m.data), dtype(m.dtype), rows(m.rows), cols(m.cols), stride(m.stride) {}
  template <class T>
    requires(kConst || !std::is_const_v<T>)
  BasicMatrix(View<T> v)  // NOLINT: forgetting the type is safe
      : data(reinterpret_cast<Byte*>(v.data)),
        dtype(dtype_of<std::remove_const_t<T>>),
        rows(v.rows),
        cols(v.cols),
        stride(v.stride) {}

  explicit operator bool() const { return data != nullptr; }
  bool empty() const { return data == nullptr; }

  template <class T> auto as() const {
    using Element = std::conditional_t<kConst, const T, T>;
    DEEPBOLTZ_ASSERT(dtype == dtype_of<T> || data == nullptr);
    return View<Element>{reinterpret_cast<Element*>(data), rows, cols, stride};
  }

  // `count` rows from `first` on.
  BasicMatrix slice(std::int64_t first, std::int64_t count) const {
    DEEPBOLTZ_ASSERT(first >= 0 && first + count <= rows);
    return {data + first * stride * std::int64_t(size_of(dtype)), dtype, count, cols, stride};
  }
  // `count` columns from `first` on.
  BasicMatrix columns(std::int64_t first, std::int64_t count) const {
    DEEPBOLTZ_ASSERT(first >= 0 && first + count <= cols);
    return {data + first * std::int64_t(size_of(dtype)), dtype, rows, count, stride};
  }
};

using Matrix = BasicMatrix<false>;
using ConstMatrix = BasicMatrix<true>;

}  // namespace deepboltz
