#include "deepboltz/cli/session.h"

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <thread>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/checks.h"
#include "deepboltz/cli/interrupt.h"
#include "deepboltz/kernel/instruction_sets.h"

namespace deepboltz {

namespace {

void require_device(const std::string& device) {
  if (device == "auto" || device == "cpu") return;
  if (device == "cuda" || device.starts_with("cuda:"))
    throw DeviceError(fmt::format("--device {}: this build has no CUDA; use --device cpu", device));
  throw InputError(fmt::format("--device: expected cpu, cuda, cuda:INDEX or auto, got \"{}\"", device));
}

}  // namespace

Context& Session::context() {
  if (context_) return *context_;
  require_device(options.device);
  const int found = int(std::max(1u, std::thread::hardware_concurrency()));
  context_ = std::make_unique<Context>(options.threads > 0 ? options.threads : found);
  return *context_;
}

Report Session::report() {
  return [this](const Progress& progress) {
    console.show(progress);
    return interrupted_by() == 0;
  };
}

void Session::print(const std::string& text) {
  console.clear();
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (!written)
    throw FileError(fmt::format("standard output: cannot write: {}", std::generic_category().message(errno)));
}

void Session::print(const nlohmann::json& value) {
  print(value.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

void add_common_options(CLI::App& verb, CommonOptions& options) {
  const std::string group = "Options of every verb";
  verb.add_flag("--json", options.json, "print the result as JSON")->group(group);
  verb.add_flag("--quiet", options.quiet, "print nothing but the result and errors")->group(group);
  verb.add_option("--seed", options.seed, "seed of all random numbers (default: that of the recipe, else 1)")
      ->check(at_least(0))
      ->type_name("N")
      ->group(group);
  verb.add_option("--threads", options.threads, "number of threads; it changes no result (default: all of the machine)")
      ->check(at_least(1, 4096))
      ->type_name("N")
      ->group(group);
  verb.add_option("--device", options.device, "cpu, cuda, cuda:INDEX or auto")
      ->type_name("DEVICE")
      ->capture_default_str()
      ->group(group);
  verb.add_option("--math", options.math,
                  "arithmetic: f32, f64, int16 or int24. auto: as the recipe says for training, int24 for drawing and "
                  "annealing")
      ->check(one_of({"auto", "f32", "f64", "int16", "int24"}))
      ->type_name("MATH")
      ->capture_default_str()
      ->group(group);
  verb.add_option("--isa", options.isa,
                  "best instruction set to use (deepboltz doctor lists them; default: the best of the machine)")
      ->check(one_of(instruction_sets().found))
      ->type_name("SET")
      ->group(group);
}

}  // namespace deepboltz
