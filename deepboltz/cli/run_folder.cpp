#include "deepboltz/cli/run_folder.h"

#include <cerrno>
#include <system_error>

#include <unistd.h>

#include "deepboltz/recipe/read.h"
#include "deepboltz/recipe/settings.h"
#include "deepboltz/stack/save_network.h"
#include "deepboltz/system/save.h"

namespace deepboltz {

namespace fs = std::filesystem;

namespace {

// A run of before format 3 keeps its classifier in a file of its own.
void take_classifier(const fs::path& file, System& system) {
  std::error_code ignored;
  if (!fs::exists(file, ignored) || system.parts.contains("classifier")) return;
  Archive archive = read_safetensors(file);
  system.parts.emplace("classifier", take_network("", archive));
}

Trained open(Session& session, const fs::path& path) {
  Trained trained{.path = path, .folder = {}, .system = {}};
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
  trained.system = read_system(file, session.kinds);
  trained.kind = &kind_named(session.kinds, trained.system.kind);
  if (!trained.folder.empty()) take_classifier(trained.folder / "classifier.safetensors", trained.system);
  if (const std::string text = note_of(trained.system, "recipe"); !text.empty())
    trained.recipe = parse_kept_recipe(session.kinds, text, file.string() + ": recipe");
  return trained;
}

void convert(const std::string& math, System& system) {
  if (math == "f32" || math == "f64") convert_parts(system, math == "f64" ? DType::f64 : DType::f32);
}

}  // namespace

Trained open_trained(Session& session, const fs::path& path) {
  const std::string& math = session.options.math;
  require(!math.starts_with("int"), "--math: {} is for verbs that train or draw; expected auto, f32 or f64", math);
  Trained trained = open(session, path);
  convert(math, trained.system);
  return trained;
}

Trained open_sampler(Session& session, const fs::path& path) {
  const std::string& math = session.options.math;
  Trained trained = open(session, path);
  const bool integers = math.starts_with("int");
  convert(integers ? "f32" : math, trained.system);
  if (integers || (math == "auto" && trained.kind->integers))
    quantise_parts(session.context(), trained.system, math == "int16" ? 16 : 24);
  return trained;
}

const Recipe& require_recipe(const Trained& trained, const char* who) {
  require(trained.recipe.has_value(), "{}: the model file has no recipe, and {} needs one to know its data",
          trained.path.string(), who);
  return *trained.recipe;
}

void refuse_verb(const Trained& trained, const char* verb) {
  throw InputError(fmt::format(
      "{}: {} is not for a system of kind '{}'; it has the verbs {}{}inspect, evaluate, plot, report",
      trained.path.string(), verb, trained.kind->word, trained.kind->verbs, trained.kind->verbs.empty() ? "" : ", "));
}

const EnergyModel& graph_of(const Trained& trained, const char* verb) {
  const EnergyModel* graph = trained.kind->uses.graph ? trained.kind->uses.graph(trained.system) : nullptr;
  if (graph == nullptr) refuse_verb(trained, verb);
  return *graph;
}

const EnergyModel& machine_of_cases(const Trained& trained, const char* verb) {
  return trained.kind->uses.takes ? *trained.kind->uses.takes(trained.system) : graph_of(trained, verb);
}

fs::path model_file_of(const Trained& trained) {
  return trained.folder.empty() ? trained.path : trained.folder / "model.safetensors";
}

Subject subject_of(Session& session, const Trained& trained, const CaseSets& sets, const Cases& cases, Share share,
                   std::uint64_t use) {
  const SystemRecipe& recipe = *trained.recipe->values;
  return {.system = trained.system,
          .recipe = recipe,
          .sets = sets,
          .cases = cases,
          .share = share,
          .folder = trained.folder,
          .key = session.key(recipe.seed).fold(use),
          .report = session.report()};
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

void require_output(const fs::path& path, const std::vector<fs::path>& inputs) {
  require_writable(path);
  const fs::path here = fs::absolute(path);
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return;
  const auto same = [&](const fs::path& a, const fs::path& b) { return !b.empty() && fs::equivalent(a, b, ignored); };
  for (const fs::path& input : inputs) {
    bool is_input = same(path, input);
    if (fs::is_directory(input, ignored))
      is_input = same(here.parent_path(), input) || same(here.parent_path().parent_path(), input);
    require(!is_input, "{}: it would be written over what is read ({}); choose another name", path.string(),
            input.string());
  }
}

std::vector<fs::path> inputs_of(const Recipe& recipe) {
  std::vector<fs::path> inputs;
  for (const Setting& setting : settings_of(recipe).values)
    if (setting.path) inputs.emplace_back(*std::get<std::string*>(setting.slot));
  return inputs;
}

std::vector<fs::path> inputs_of(const Trained& trained) {
  std::vector<fs::path> inputs{model_file_of(trained)};
  if (!trained.folder.empty()) inputs.push_back(trained.folder / "recipe.toml");
  if (trained.recipe)
    for (const fs::path& input : inputs_of(*trained.recipe)) inputs.push_back(input);
  return inputs;
}

}  // namespace deepboltz
