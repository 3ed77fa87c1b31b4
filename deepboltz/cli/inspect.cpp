#include <cmath>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/case_files.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/recipe/presenter.h"
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
  if (trained.recipe->ratings) return {{"left out", "a recommender; what its units stand for: deepboltz plot"}};
  nlohmann::json out;
  try {
    const Dataset cases = first_cases(cases_of_run(session.context(), trained, "inspect"), 1'000);
    const Tensor states = visible_states(session.context(), trained.model, cases);
    std::vector<LayerId> hidden;
    for (const LayerId id : trained.model.ids())
      if (trained.model.layer(id).role == Role::hidden) hidden.push_back(id);
    const std::vector<Tensor> means =
        posterior_means(session.context(), trained.model, states, hidden, {.report = session.report()});
    for (std::size_t l = 0; l < hidden.size(); ++l) {
      const Layer& layer = trained.model.layer(hidden[l]);
      out[layer.name] = dead_units(layer.unit, means[l]);
    }
  } catch (const FileError& absent) {
    return {{"left out", absent.what()}};
  }
  return out;
}

void inspect(Session& session, const std::string& path, bool with_recipe) {
  const Trained trained = open_trained(path, session.options.math);
  const EnergyModel& model = trained.model;
  nlohmann::json json{{"parameters", model.parameters()}, {"precision", name_of(model.precision())}};
  std::string text = fmt::format("{}: {} parameters in {}\n", path, model.parameters(), name_of(model.precision()));
  const nlohmann::json dead = activity(session, trained);
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
  for (const Connection& c : model.connections()) {
    const Norms weight = norms(c.weight);
    const std::string name = model.layer(c.lower).name + " - " + model.layer(c.upper).name;
    json["connections"].push_back({{"name", name},
                                   {"weights", c.weight.rows() * c.weight.cols()},
                                   {"rms", weight.root_mean_square},
                                   {"largest", weight.largest}});
    text += fmt::format("weights {}: {} × {}, rms {:.3g}, largest {:.3g}\n", name, c.weight.rows(), c.weight.cols(),
                        weight.root_mean_square, weight.largest);
  }
  if (dead.contains("left out"))
    text += fmt::format("dead units: not counted ({})\n", dead["left out"].get<std::string>());
  json["classifier"] = trained.classifier.has_value();
  text += trained.classifier ? "with a fine-tuned classifier\n" : "";
  if (const auto from = model.notes.find("from"); from != model.notes.end()) {
    json["from"] = from->second;
    text += "begun from the machine of another run: " + from->second + "\n";
  }
  const auto recipe = model.notes.find("recipe");
  if (recipe != model.notes.end()) json["recipe"] = recipe->second;
  if (with_recipe && recipe != model.notes.end()) text += "\n" + recipe->second;
  if (session.options.json)
    session.print(json);
  else
    session.print(text);
  session.console.next("deepboltz plot " + path);
}

}  // namespace

void add_inspect(CLI::App& program, Session& session) {
  CLI::App* verb = add_verb(program, session, "inspect", "layers, parameters, norms, dead units, recipe of a model",
                            "deepboltz inspect runs/first --recipe");
  auto path = std::make_shared<std::string>();
  auto with_recipe = std::make_shared<bool>(false);
  verb->add_option("MODEL", *path, "a run folder, or a model file")->required()->type_name("");
  verb->add_flag("--recipe", *with_recipe, "also the recipe that it was trained by");
  verb->callback([&session, path, with_recipe] {
    session.run = [&session, path, with_recipe] { inspect(session, *path, *with_recipe); };
  });
}

}  // namespace deepboltz
