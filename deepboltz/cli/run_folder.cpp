#include "deepboltz/cli/run_folder.h"

#include <cerrno>
#include <system_error>

#include <unistd.h>

#include "deepboltz/model/quantised.h"
#include "deepboltz/model/save.h"
#include "deepboltz/recipe/read.h"
#include "deepboltz/stack/save_network.h"

namespace deepboltz {

namespace fs = std::filesystem;

Trained open_trained(const fs::path& path, const std::string& math) {
  require(!math.starts_with("int"), "--math: {} is for verbs that train or draw; expected auto, f32 or f64", math);
  Trained trained{.path = path, .folder = {}, .model = EnergyModel(), .recipe = {}, .classifier = {}};
  fs::path file = path;
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    trained.folder = path;
    file = path / "model.safetensors";
    if (!fs::exists(file, ignored))
      throw FileError(
          fmt::format("{}: there is no model.safetensors in this folder; a run that was stopped while pretraining goes "
                      "on with: deepboltz resume {}",
                      path.string(), path.string()));
  }
  trained.model = read_model(file);
  const auto text = trained.model.notes.find("recipe");
  if (text != trained.model.notes.end()) trained.recipe = parse_recipe(text->second, file.string() + ": recipe");
  const fs::path classifier = trained.folder / "classifier.safetensors";
  if (!trained.folder.empty() && fs::exists(classifier, ignored)) trained.classifier = read_network(classifier);
  const DType wanted = math == "f64" ? DType::f64 : math == "f32" ? DType::f32 : trained.model.precision();
  if (wanted != trained.model.precision()) trained.model = trained.model.to(wanted);
  if (trained.classifier && wanted != trained.classifier->dtype()) trained.classifier = trained.classifier->to(wanted);
  return trained;
}

Trained open_sampler(Context& ctx, const fs::path& path, const std::string& math) {
  const bool integers = math.starts_with("int");
  Trained trained = open_trained(path, integers ? "f32" : math);
  if (integers || (math == "auto" && trained.model.precision() == DType::f32))
    trained.model = quantised(ctx, trained.model, math == "int16" ? 16 : 24);
  return trained;
}

std::optional<Trajectory> trajectory_of(Context& ctx, const Trained& trained) {
  const fs::path file = trained.folder / "trajectory.safetensors";
  std::error_code ignored;
  if (trained.folder.empty() || !fs::exists(file, ignored)) return std::nullopt;
  Archive archive = read_safetensors(file);
  return take_trajectory(ctx, trained.model, archive);
}

const Recipe& require_recipe(const Trained& trained, const char* who) {
  require(trained.recipe.has_value(), "{}: the model file has no recipe, and {} needs one to know its data",
          trained.path.string(), who);
  return *trained.recipe;
}

void require_writable(const fs::path& path) {
  const auto fail = [&](const char* tried, int error) {
    throw FileError(fmt::format("{}: {}: {}", path.string(), tried, std::generic_category().message(error)));
  };
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  if (fs::is_directory(status)) fail("cannot write", EISDIR);
  if (fs::exists(status) && !fs::is_regular_file(status))
    throw FileError(fmt::format("{}: not a regular file", path.string()));
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (::access(folder.c_str(), W_OK | X_OK) != 0) fail("cannot write", errno);
}

}  // namespace deepboltz
