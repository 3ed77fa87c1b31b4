// Where work runs: the threads, and the scratch memory that is reused from step to step. First argument of all work.
//
// parallel() runs a fixed set of tiles that depends on the shape of the work only, never on the number of threads: this
// is what makes the bits of a run independent of the thread count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "deepboltz/tensor/tensor.h"

namespace deepboltz {

class Pool;  // pool_tbb.cpp, or pool_std.cpp under the thread sanitizer

// Memory handed out in a stack: what a ScratchScope took is free again when the scope ends. Blocks are kept, so that
// after the first step nothing is allocated.
class Scratch {
 public:
  std::byte* take(std::size_t bytes);

 private:
  friend class ScratchScope;
  struct Block {
    AlignedBytes bytes;
    std::size_t size, used;
  };
  std::vector<Block> blocks_;
  std::size_t current_ = 0;
};

class Context {
 public:
  explicit Context(int threads = 1);  // threads ≥ 1
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  int threads() const { return threads_; }

  // Calls body(tile) for every tile in 0 … tiles−1, on up to threads() threads, in no particular order.
  void parallel(std::int64_t tiles, const std::function<void(std::int64_t)>& body);

  Scratch& scratch() { return scratch_; }

 private:
  int threads_;
  std::unique_ptr<Pool> pool_;
  Scratch scratch_;
};

// Scratch matrices that live as long as this scope. Contents are whatever was there before.
class ScratchScope {
 public:
  explicit ScratchScope(Context& ctx);
  ~ScratchScope();
  ScratchScope(const ScratchScope&) = delete;
  ScratchScope& operator=(const ScratchScope&) = delete;

  Matrix matrix(DType dtype, std::int64_t rows, std::int64_t cols);

 private:
  Scratch& scratch_;
  std::size_t block_, used_;
};

}  // namespace deepboltz
