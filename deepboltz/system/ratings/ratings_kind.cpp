#include "deepboltz/system/ratings/ratings_kind.h"

#include <algorithm>

#include "deepboltz/io/file.h"
#include "deepboltz/report/numbers.h"
#include "deepboltz/system/ratings/first_recipe.h"
#include "deepboltz/system/ratings/predict_ratings.h"
#include "deepboltz/system/ratings/rating_baselines.h"
#include "deepboltz/system/ratings/rating_machine.h"
#include "deepboltz/system/ratings/rating_stage.h"
#include "deepboltz/system/ratings/unit_page.h"

namespace deepboltz {
namespace {

const RatingsRecipe& ratings(const SystemRecipe& recipe) { return static_cast<const RatingsRecipe&>(recipe); }
const RatingData& data_of(const Subject& of) { return static_cast<const RatingSets&>(of.sets).data; }

std::unique_ptr<SystemRecipe> recipe() { return std::make_unique<RatingsRecipe>(); }

void declare(Section top, SystemRecipe& of) { declare_ratings(top.below("ratings."), static_cast<RatingsRecipe&>(of)); }

void check(SystemRecipe& of, const Refuse& refuse) { check_ratings(ratings(of), refuse); }

Column column_of(const char* name, SparseRows x) {
  return {.name = name, .x = std::make_shared<const SparseRows>(std::move(x))};
}

std::unique_ptr<CaseSets> load(Context&, const SystemRecipe& recipe, const DataPlaces& places) {
  return std::make_unique<RatingSets>(load_rating_sets(ratings(recipe), places));
}

std::string sizes(const CaseSets& sets) {
  const RatingData& data = static_cast<const RatingSets&>(sets).data;
  return fmt::format("{} users, {} items, {} ratings to learn from, held out {}, test {}{}", data.users.size(),
                     data.items.size(), data.train.size(), data.validation.size(), data.test.size(),
                     data.tells_seen ? fmt::format(", seen without a rating {}", data.seen.size()) : "");
}

System begin(Context&, const SystemRecipe& of, const CaseSets& sets, const BeginOptions&) {
  const RatingsRecipe& recipe = ratings(of);
  const SparseRows& cases = sets.train.at(kRatingsColumn).sparse();
  const std::int64_t levels = recipe.plan.scale.levels();
  EnergyModel model =
      rating_machine(cases.cols / levels, levels, recipe.hidden, {.conditional = recipe.plan.tells_seen()});
  require_rating_learner(recipe.learner, model);
  initialise_ratings(cases, recipe.weight_scale, Key{recipe.seed}.fold(RatingUse::initialise), model);
  System system{.kind = "ratings"};
  system.parts.emplace("model", std::move(model));
  for (const Column& column : sets.train.columns) system.columns.emplace(column.name, column.meaning);
  return system;
}

std::int64_t count_cold(const RatingData& data, std::span<const Rating> held_out) {
  std::vector<bool> user(data.users.size(), false), item(data.items.size(), false);
  for (const Rating& r : data.train) user[r.user] = item[r.item] = true;
  return std::ranges::count_if(held_out, [&](const Rating& r) { return !user[r.user] || !item[r.item]; });
}

// Held-out pairs that are known to have been seen.
std::int64_t count_seen(const RatingData& data, std::span<const Rating> held_out) {
  return std::ranges::count_if(held_out, [&](const Rating& r) {
    return std::ranges::binary_search(data.seen, std::pair(r.user, r.item), {},
                                      [](const SeenPair& s) { return std::pair(s.user, s.item); });
  });
}

std::span<const Rating> held_out_of(const Subject& of) {
  require(of.share != Share::train, "a recommender is measured on test or validation");
  require_same_ratings(of.system, static_cast<const RatingSets&>(of.sets));
  require(of.cases.count() == of.sets.of(of.share).count(), "a recommender is measured on all of its held-out ratings");
  const std::vector<Rating>& held_out = of.share == Share::test ? data_of(of).test : data_of(of).validation;
  require(held_out.size() >= 2, "its data have {} {} ratings; a score needs at least 2", held_out.size(),
          name_of(of.share));
  return held_out;
}

// How many ratings are measured, how many of them are of users or items without a training rating, and what is known
// of the cases.
void facts(const Subject& of, std::vector<Finding>& findings) {
  const RatingData& data = data_of(of);
  const std::span<const Rating> held_out = held_out_of(of);
  const std::int64_t seen = count_seen(data, held_out);
  std::string known = "the training ratings alone";
  if (data.tells_seen) known = "the training ratings, and what else was seen";
  if (seen > 0) known += fmt::format(": of the held-out pairs themselves {} (transductive)", seen);
  findings.push_back({"cases", std::int64_t(held_out.size())});
  findings.push_back({"cold", count_cold(data, held_out)});
  findings.push_back({"data", fmt::format("{}/{}", data.name, name_of(of.share))});
  findings.push_back({"known", known});
}

void measure_error(Context& ctx, const Subject& of, std::vector<Finding>& findings) {
  const RatingsRecipe& recipe = ratings(of.recipe);
  const std::span<const Rating> held_out = held_out_of(of);
  const RatingCases known = rating_cases(of.sets.train);
  const auto score = [&](RatingInference inference) {
    return score_ratings(ctx, part<EnergyModel>(of.system, "model"), recipe.plan.scale, known,
                         of.cases.at(kAskedColumn).sparse(), inference);
  };
  const RatingScore exact = score(RatingInference::exact);
  findings.push_back({"rmse", exact.rmse});
  findings.push_back({"log_p_rating", exact.log_p});
  findings.push_back({"rmse_mean_field", score(RatingInference::mean_field).rmse});
  const RatingBaselines baselines = rating_baselines(
      data_of(of), held_out, {.key = Key{recipe.seed}.fold(RatingUse::baselines), .report = of.report});
  findings.push_back({"rmse_constant", baselines.constant});
  findings.push_back({"rmse_bias", baselines.bias});
  findings.push_back({"rmse_factorisation", baselines.factorisation});
}

Drawn draw_units(Context& ctx, const Subject& of, const DrawingOptions&, const std::filesystem::path& folder) {
  constexpr std::size_t kShown = 5;
  require_same_ratings(of.system, static_cast<const RatingSets&>(of.sets));
  const RatingCase cases = ratings(of.recipe).cases;
  const std::vector<UnitTitles> units = unit_titles(ctx, part<EnergyModel>(of.system, "model"), data_of(of), cases);
  const std::filesystem::path page = folder / "units.html", text = folder / "units.txt";
  write_file(page, as_bytes(unit_page(data_of(of), cases, units)));
  write_file(text, as_bytes(unit_lines(data_of(of), units, units.size())));
  return {{page, text}, unit_lines(data_of(of), units, kShown)};
}

std::string no_ratings(const Subject& of) {
  return dynamic_cast<const RatingSets*>(&of.sets) ? "" : "the ratings are not at hand";
}

std::string says_error(const Subject& of, std::span<const Finding> found) {
  const auto text = [&](const char* name) {
    const Estimate& e = *find_estimate(found, name);
    return with_error(e.value, e.standard_error);
  };
  return fmt::format("RMSE of the {} ratings: {} (matrix factorisation {}, biases alone {}, a constant {})",
                     name_of(of.share), text("rmse"), text("rmse_factorisation"), text("rmse_bias"),
                     text("rmse_constant"));
}

constexpr Measure kMeasures[] = {{"error", measure_error, nullptr, nullptr, says_error}};
constexpr ReportFile kUnits[] = {{"units.txt", "Hidden units: the titles and genres that each of them raises"}};
constexpr Drawing kDrawings[] = {{"units", draw_units, no_ratings, kUnits}};

bool is_old_file(const EnergyModel& model, const std::string& recipe) {
  if (!recipe.empty()) return recipe.find("\n[ratings]\n") != std::string::npos;
  try {
    require_rating_machine(model);
  } catch (const InputError&) {
    return false;
  }
  return true;
}

}  // namespace

RatingSets load_rating_sets(const RatingsRecipe& recipe, const DataPlaces& places) {
  RatingPlan plan = recipe.plan;
  plan.key = Key{recipe.seed}.fold(RatingUse::split);
  RatingSets sets;
  sets.data = load_ratings(plan, places);
  const RatingData& data = sets.data;
  sets.hash = data.sha256;
  RatingCases known = rating_cases(data, data.train, recipe.cases);
  sets.train.columns.push_back(column_of(kRatingsColumn, std::move(known.ratings)));
  for (std::int64_t level = 0; level < data.scale.levels(); ++level)
    sets.train.columns.back().meaning.values.push_back(fmt::format("{}", data.scale.value(level)));
  if (data.tells_seen) sets.train.columns.push_back(column_of(kSeenColumn, std::move(known.seen)));
  sets.validation.columns.push_back(column_of(kAskedColumn, rating_rows(data, data.validation, recipe.cases)));
  sets.test.columns.push_back(column_of(kAskedColumn, rating_rows(data, data.test, recipe.cases)));
  for (Cases* cases : {&sets.train, &sets.validation, &sets.test}) cases->origin = {data.name, data.sha256, 0};
  return sets;
}

RatingCases rating_cases(const Cases& cases) {
  const Column* seen = cases.find(kSeenColumn);
  return {cases.at(kRatingsColumn).sparse(), seen ? seen->sparse() : SparseRows{}};
}

void require_same_ratings(const System& system, const RatingSets& sets) {
  require(note_of(system, "data") == sets.hash, "the ratings are not those that it was trained on");
}

Kind ratings_kind() {
  return {.word = "ratings",
          .mark = "ratings",
          .verbs = "recommend",
          .recipe = recipe,
          .declare = declare,
          .check = check,
          .load = load,
          .sizes = sizes,
          .first_recipe = first_ratings_recipe,
          .begin = begin,
          .stages = rating_stages,
          .facts = facts,
          .measures = kMeasures,
          .drawings = kDrawings,
          .is_old_file = is_old_file};
}

}  // namespace deepboltz
