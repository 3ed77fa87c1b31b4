// What a network learns from: inputs and targets, a row a case. Cases stay where they lie, bytes as bytes, sparse rows
// sparse, until a batch is made.
#pragma once

#include <span>
#include <vector>

#include "deepboltz/kernel/sparse_rows.h"
#include "deepboltz/tensor/tensor.h"

namespace deepboltz {

// (cases, units): a matrix, of which u8 stands for x/255, or sparse rows. Their memory is the caller's.
struct Input {
  ConstMatrix dense;
  const SparseRows* sparse = nullptr;

  Input() = default;
  Input(ConstMatrix x) : dense(x) {}          // NOLINT: a matrix is an input
  Input(const Tensor& x) : dense(x) {}        // NOLINT
  Input(const SparseRows& x) : sparse(&x) {}  // NOLINT

  bool empty() const { return sparse == nullptr && dense.empty(); }
  std::int64_t rows() const { return sparse ? sparse->rows() : dense.rows; }
  std::int64_t cols() const { return sparse ? sparse->cols : dense.cols; }
};

struct Examples {
  std::vector<Input> inputs;              // only the first may be sparse
  std::span<const std::uint32_t> labels;  // a class a case: the target of Softmax outputs …
  Input targets = {};                     // … or (cases, outputs): values of the output units, which Counts divide by
                                          // their sum, so that a document weighs one whatever its length

  std::int64_t cases() const { return inputs.empty() ? 0 : inputs[0].rows(); }
};

}  // namespace deepboltz
