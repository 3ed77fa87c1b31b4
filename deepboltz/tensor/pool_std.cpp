#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "deepboltz/tensor/pool.h"

namespace deepboltz {
namespace {

class StdPool final : public Pool {
 public:
  explicit StdPool(int threads) {
    for (int i = 1; i < threads; ++i) workers_.emplace_back([this] { work(); });
  }
  ~StdPool() override {
    {
      std::lock_guard lock(mutex_);
      stop_ = true;
    }
    start_.notify_all();
    for (auto& worker : workers_) worker.join();
  }
  void run(std::int64_t tiles, const std::function<void(std::int64_t)>& body) override {
    {
      std::lock_guard lock(mutex_);
      body_ = &body;
      tiles_ = tiles;
      next_ = 0;
      busy_ = int(workers_.size());
      failure_ = nullptr;
      ++round_;
    }
    start_.notify_all();
    drain();
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return busy_ == 0; });
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void drain() {
    for (std::int64_t tile; (tile = next_++) < tiles_;) {
      try {
        (*body_)(tile);
      } catch (...) {
        std::lock_guard lock(mutex_);
        failure_ = std::current_exception();
      }
    }
  }
  void work() {
    for (std::uint64_t seen = 0;;) {
      {
        std::unique_lock lock(mutex_);
        start_.wait(lock, [&] { return stop_ || round_ != seen; });
        if (stop_) return;
        seen = round_;
      }
      drain();
      {
        std::lock_guard lock(mutex_);
        if (--busy_ == 0) done_.notify_all();
      }
    }
  }

  std::mutex mutex_;
  std::condition_variable start_, done_;
  std::vector<std::thread> workers_;
  const std::function<void(std::int64_t)>* body_ = nullptr;
  std::int64_t tiles_ = 0;
  std::atomic<std::int64_t> next_ = 0;
  int busy_ = 0;
  std::uint64_t round_ = 0;
  bool stop_ = false;
  std::exception_ptr failure_;
};

}  // namespace

std::unique_ptr<Pool> make_pool(int threads) { return std::make_unique<StdPool>(threads); }

}  // namespace deepboltz
