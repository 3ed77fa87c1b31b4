// What every verb has: the common options, a place for words, a place for results, a context to work in.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "deepboltz/cli/console.h"
#include "deepboltz/rng/key.h"
#include "deepboltz/system/kind.h"
#include "deepboltz/tensor/context.h"

namespace CLI {
class App;
}

namespace deepboltz {

struct CommonOptions {
  bool json = false, quiet = false;
  std::optional<std::int64_t> seed;
  int threads = 0;  // 0: as many as the machine has
  std::string device = "auto", math = "auto";
  std::string isa;  // empty: the best there is
};

class Session {
 public:
  explicit Session(std::span<const Kind> table) : kinds(table) {}

  const std::span<const Kind> kinds;
  CommonOptions options;
  Console console;
  std::function<void()> run;  // what the verb on the command line does

  // DeviceError where --device names a device that is not there.
  Context& context();
  // Shows progress and, once a signal came, asks the work to stop.
  Report report();
  Key key(std::uint64_t otherwise = 1) const { return {options.seed ? std::uint64_t(*options.seed) : otherwise, 0}; }

  // Standard output. FileError when it cannot be written.
  void print(const std::string& text);
  void print(const nlohmann::json& value);

 private:
  std::unique_ptr<Context> context_;
};

// The options of CommonOptions on a verb.
void add_common_options(CLI::App& verb, CommonOptions& options);

}  // namespace deepboltz
