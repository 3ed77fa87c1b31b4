#include <cmath>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/case_files.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/learn/source.h"
#include "deepboltz/task/posterior.h"

namespace deepboltz {

namespace {

// A unit that is on, or off, in all but one case of a thousand says nothing about a case.
constexpr double kDead = 0.001;

struct Norms {
  double root_mean_square = 0, largest = 0;
};

Norms norms(const Tensor& t) {
  Norms out;
  double sum = 0;
  for (std::int64_t r = 0; r < t.rows(); ++r)
    for (std::int64_t c = 0; c < t.cols(); ++c) {
      const double x = t.at(r, c);
      sum += x * x;
      out.largest = std::max(out.largest, std::abs(x));
    }
  out.root_mean_square = t.empty() ? 0 : std::sqrt(sum / double(t.rows() * t.cols()));
  return out;
}

// How much of the time a unit is on, from its mean; of a real value or a count, which are never off, one half, and of a
// rectified linear unit at most that.
struct ShareOn {
  double mean;
  double operator()(const Bernoulli&) const { return mean; }
  double operator()(const Softmax&) const { return mean; }
  double operator()(const Spin&) const { return (1 + mean) / 2; }
  double operator()(const Binomial& unit) const { return mean / double(unit.trials); }
  double operator()(const Gaussian&) const { return 0.5; }
  double operator()(const Counts&) const { return 0.5; }
  double operator()(const Relu&) const { return std::min(mean, 0.5); }
};

std::int64_t dead_units(const Unit& unit, const Tensor& means) {
  std::int64_t dead = 0;
  for (std::int64_t j = 0; j < means.cols(); ++j) {
    double sum = 0;
    for (std::int64_t r = 0; r < means.rows(); ++r) sum += means.at(r, j);
    const double share = std::visit(ShareOn{sum / double(means.rows())}, unit);
    dead += share < kDead || share > 1 - kDead;
  }
  return dead;
}

// Dead units of each hidden layer on cases of the run's data; the reason, where these cannot be had.
nlohmann::json activity(Session& session, const Trained& trained) {
  if (!trained.recipe) return {{"left out", "the model file has no recipe, hence no data to look at"}};
  if (!trained.kind->uses.graph)
    return {{"left out",
             fmt::format("a system of kind '{}'; what its units stand for: deepboltz plot", trained.kind->word)}};
  const EnergyModel& model = graph_of(trained, "inspect");
  nlohmann::json out;
  try {
    const Cases cases = first_cases(cases_of_run(session, trained, "inspect"), 1'000);
    const Tensor states = visible_states(session.context(), model, cases);
    const std::vector<LayerId> hidden = model.ids(Role::hidden);
    const std::vector<Tensor> means =
        posterior_means(session.context(), model, states, hidden, {.report = session.report()});
    for (std::size_t l = 0; l < hidden.size(); ++l) {
      const Layer& layer = model.layer(hidden[l]);
      out[layer.name] = dead_units(layer.unit, means[l]);
    }
  } catch (const FileError& absent) {
    return {{"left out", absent.what()}};
  }
  return out;
}

// What there is to say of a part, added to the text and to the JSON.
struct PartPage {
  const nlohmann::json& dead;
  std::string& text;
  nlohmann::json& json;

  void operator()(const EnergyModel& model) const {
    for (const Layer& layer : model.layers()) {
      const Norms bias = norms(layer.bias);
      const std::string_view role = name_of(layer.role);
      nlohmann::json entry{{"name", layer.name}, {"unit", word_of(layer.unit)},       {"units", layer.units},
                           {"role", role},       {"bias_rms", bias.root_mean_square}, {"bias_largest", bias.largest}};
      text += fmt::format("layer {:<10} {:>6} {} units, {}, bias rms {:.3g}, largest {:.3g}", layer.name, layer.units,
                          word_of(layer.unit), role, bias.root_mean_square, bias.largest);
      if (dead.contains(layer.name)) {
        entry["dead_units"] = dead[layer.name];
        text += fmt::format(", {} dead", dead[layer.name].get<std::int64_t>());
      }
      json["layers"].push_back(entry);
      text += "\n";
    }
    for (const Connection& c : model.connections())
      weights(model.layer(c.lower).name + " - " + model.layer(c.upper).name, c.weight);
  }
  void operator()(const Network& network) const {
    for (const NetworkLayer& layer : network.layers) weights(layer.name, layer.weight);
  }
  void operator()(const Tensor& tensor) const { weights("numbers", tensor); }

  void weights(const std::string& name, const Tensor& weight) const {
    const Norms norm = norms(weight);
    json["connections"].push_back({{"name", name},
                                   {"weights", weight.rows() * weight.cols()},
                                   {"rms", norm.root_mean_square},
                                   {"largest", norm.largest}});
    text += fmt::format("weights {}: {} × {}, rms {:.3g}, largest {:.3g}\n", name, weight.rows(), weight.cols(),
                        norm.root_mean_square, norm.largest);
  }
};

void inspect(Session& session, const std::string& path, bool with_recipe) {
  const Trained trained = open_trained(session, path);
  const System& system = trained.system;
  const std::int64_t parameters = parameters_of(system);
  nlohmann::json json{{"kind", system.kind}, {"format", system.format}, {"parameters", parameters}};
  std::string text = fmt::format("{}: a system of kind {}, {} parameters, file format {}\n", path, system.kind,
                                 parameters, system.format);
  const nlohmann::json dead = activity(session, trained);
  for (const auto& [name, part] : system.parts) {
    text += fmt::format("part {}\n", name);
    std::visit(PartPage{dead, text, json["parts"][name]}, part);
  }
  if (dead.contains("left out"))
    text += fmt::format("dead units: not counted ({})\n", dead["left out"].get<std::string>());
  if (const std::string from = note_of(system, "from"); !from.empty()) {
    json["from"] = from;
    text += "begun from the parts of another run: " + from + "\n";
  }
  if (const std::string recipe = note_of(system, "recipe"); !recipe.empty()) {
    json["recipe"] = recipe;
    if (with_recipe) text += "\n" + recipe;
  }
  if (session.options.json)
    session.print(json);
  else
    session.print(text);
  session.console.next("deepboltz plot " + path);
}

}  // namespace

void add_inspect(CLI::App& program, Session& session) {
  CLI::App* verb = add_verb(program, session, "inspect",
                            "show what a model file holds: kind, parts, layers, norms, dead units, recipe",
                            "deepboltz inspect runs/first --recipe");
  auto path = std::make_shared<std::string>();
  auto with_recipe = std::make_shared<bool>(false);
  verb->add_option("MODEL", *path, "a run folder, or a model file")->required()->type_name("");
  verb->add_flag("--recipe", *with_recipe, "also print the recipe that it was trained by");
  verb->callback([&session, path, with_recipe] {
    session.run = [&session, path, with_recipe] { inspect(session, *path, *with_recipe); };
  });
}

}  // namespace deepboltz
