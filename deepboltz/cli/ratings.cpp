#include "deepboltz/cli/ratings.h"

#include <chrono>

#include <nlohmann/json.hpp>

#include "deepboltz/cli/estimate_json.h"
#include "deepboltz/io/file.h"
#include "deepboltz/recipe/rating_run.h"
#include "deepboltz/task/numbers.h"
#include "deepboltz/task/unit_page.h"

namespace deepboltz {

namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::string sizes(const RatingData& data) {
  return fmt::format("{} users, {} items, {} ratings to learn from, held out {}, test {}{}", data.users.size(),
                     data.items.size(), data.train.size(), data.validation.size(), data.test.size(),
                     data.tells_seen ? fmt::format(", seen without a rating {}", data.seen.size()) : "");
}

nlohmann::json scores(const RatingEvaluation& measured) {
  return {{"rmse", to_json(measured.exact.rmse)},
          {"log_p_rating", to_json(measured.exact.log_p)},
          {"rmse_mean_field", to_json(measured.mean_field.rmse)},
          {"rmse_constant", to_json(measured.baselines.constant)},
          {"rmse_bias", to_json(measured.baselines.bias)},
          {"rmse_factorisation", to_json(measured.baselines.factorisation)}};
}

// From what the held-out ratings were told.
std::string known(const RatingEvaluation& measured, const RatingData& data) {
  if (!data.tells_seen) return "the training ratings alone";
  if (measured.told == 0) return "the training ratings, and what else was seen";
  return fmt::format("the training ratings, and what else was seen: of the held-out pairs themselves {} (transductive)",
                     measured.told);
}

std::string table(const std::string& json) {
  std::string text;
  for (const Number& number : parse_numbers(as_bytes(json), "evaluation.json"))
    text += fmt::format("{:<20}  {}\n", number.name, number.value);
  return text;
}

}  // namespace

RatingData ratings_of(const Recipe& recipe) { return load_rating_data(recipe, data_places(read_environment())); }

RatingData ratings_of_run(const Trained& trained, const char* who) {
  const Recipe& recipe = require_recipe(trained, who);
  require(recipe.ratings.has_value(), "{}: {} is for recommenders, and this run has no ratings", trained.path.string(),
          who);
  RatingData data = ratings_of(recipe);
  const auto hash = trained.model.notes.find("data");
  require(hash != trained.model.notes.end() && hash->second == data.sha256,
          "{}: the ratings are not those that it was trained on", trained.path.string());
  return data;
}

void train_recommender_in_folder(Session& session, const std::filesystem::path& folder, const Recipe& recipe,
                                 const std::string& recipe_text, const RatingData& data) {
  const auto start = std::chrono::steady_clock::now();
  for (const char* file : {"model.safetensors", "checkpoint.safetensors", "metrics.csv"})
    remove_leftovers(folder / file);  // of a writer that was killed
  session.console.say(fmt::format("training in {}: {}", folder.string(), sizes(data)));
  const Outcome outcome = train_recommender(session.context(), recipe, data,
                                            {.folder = folder, .recipe_text = recipe_text, .report = session.report()});
  const bool finished = outcome == Outcome::finished;
  if (session.options.json)
    session.print(nlohmann::json{{"run", folder.string()}, {"finished", finished}, {"seconds", seconds_since(start)}});
  if (!finished)
    throw Interrupted(
        fmt::format("interrupted; a checkpoint is written, go on with: deepboltz resume {}", folder.string()));
  if (!session.options.json) session.print(folder.string() + "\n");
  session.console.say(fmt::format("finished in {}", clock_text(seconds_since(start))));
  session.console.next("deepboltz evaluate " + folder.string());
}

void forecast_recommender(Session& session, const Recipe& recipe, const RatingData& data, const std::string& text) {
  const RatingsRecipe& plan = *recipe.ratings;
  EnergyModel model = untrained_recommender(recipe, data);
  LearningState learning = start_rating_learning(session.context(), plan.learner, model);
  const RatingCases cases = rating_cases(data, data.train, plan.cases);
  std::vector<std::uint32_t> rows;  // every so many-th case: a sample of short and long ones
  const std::int64_t all = cases.ratings.rows(), ratings = cases.ratings.entries();
  for (std::int64_t r = 0; r < all; r += std::max<std::int64_t>(1, all / 200)) rows.push_back(std::uint32_t(r));
  const RatingCases some = select_rows(cases, rows);
  const auto start = std::chrono::steady_clock::now();
  rating_epoch(session.context(), plan.learner, some, plan.batch, {}, {}, model, learning);
  const double seconds = seconds_since(start) * double(ratings) /
                         double(std::max<std::int64_t>(1, some.ratings.entries())) * double(plan.epochs);
  if (session.options.json) {
    session.print(nlohmann::json{{"recipe", text}, {"parameters", model.parameters()}, {"seconds", seconds}});
  } else {
    session.print(text);
    session.console.say(sizes(data));
    session.console.say(fmt::format("{} parameters, about {} on {} threads, without validation", model.parameters(),
                                    clock_text(seconds), session.context().threads()));
  }
}

void evaluate_ratings(Session& session, const Trained& trained, const std::string& on) {
  require(on != "train", "{}: a recommender is measured on test or validation", trained.path.string());
  const std::filesystem::path file = trained.folder / "evaluation.json";
  if (!trained.folder.empty()) require_writable(file);
  const RatingData data = ratings_of_run(trained, "evaluate");
  const std::vector<Rating>& held_out = on == "test" ? data.test : data.validation;
  require(!held_out.empty(), "{}: its data have no {} ratings", trained.path.string(), on);
  const RatingEvaluation measured =
      evaluate_recommender(session.context(), *trained.recipe, trained.model, data, held_out, session.report());
  nlohmann::json json{{"cases", measured.ratings},
                      {"cold", measured.cold},
                      {"data", data.name + "/" + on},
                      {"known", known(measured, data)}};
  json.update(scores(measured));
  const std::string text = json.dump(2) + "\n";
  if (!trained.folder.empty()) write_file(file, as_bytes(text));
  session.print(session.options.json ? text : table(text));
  if (!trained.folder.empty()) session.console.say("written to " + file.string());
  session.console.next(fmt::format("deepboltz recommend {} --user {}", trained.path.string(), data.users.front()));
}

std::filesystem::path plot_units(Session& session, const Trained& trained, const std::filesystem::path& folder) {
  constexpr std::size_t kShown = 5;
  const RatingData data = ratings_of_run(trained, "plot");
  const RatingCase of = trained.recipe->ratings->cases;
  const std::vector<UnitTitles> units = unit_titles(session.context(), trained.model, data, of);
  const std::filesystem::path file = folder / "units.html";
  write_file(file, as_bytes(unit_page(data, of, units)));
  if (!session.options.json) session.print(unit_lines(data, units, kShown));
  return file;
}

}  // namespace deepboltz
