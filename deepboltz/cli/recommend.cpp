#include "deepboltz/system/ratings/recommend.h"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/checks.h"
#include "deepboltz/cli/run_folder.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/data/own_ratings.h"
#include "deepboltz/io/bytes.h"
#include "deepboltz/system/ratings/ratings_kind.h"

namespace deepboltz {

namespace {

struct RecommendVerb {
  std::string run, ratings;
  std::vector<std::string> typed;  // "FILM,RATING"
  std::int64_t user = -1;          // −1: not given
  RecommendOptions options;
};

std::uint32_t place_of_user(const RatingData& data, std::int64_t number) {
  const auto at = std::ranges::lower_bound(data.users, std::uint32_t(number));
  require(at != data.users.end() && std::int64_t(*at) == number, "recommend: {} has no user {}; there are {}, {} to {}",
          data.name, number, data.users.size(), data.users.front(), data.users.back());
  return std::uint32_t(at - data.users.begin());
}

// From the file, or typed in; none are the ratings of someone of whom nothing is known.
OwnRatings own_ratings(const RecommendVerb& verb, const RatingData& data) {
  if (!verb.ratings.empty()) return read_own_ratings(verb.ratings, data);
  if (verb.typed.empty()) return {};
  return parse_own_ratings(as_bytes(fmt::format("{}", fmt::join(verb.typed, "\n"))), "--rating", data);
}

std::vector<Recommendation> recommend(Context& ctx, const EnergyModel& model, const RatingData& data, bool by_user,
                                      const RecommendVerb& verb) {
  if (verb.user < 0) {
    const OwnRatings own = own_ratings(verb, data);
    return by_user ? recommend_to_case(ctx, model, data, own, verb.options)
                   : recommend_to_newcomer(ctx, model, data, own, verb.options);
  }
  const std::uint32_t user = place_of_user(data, verb.user);
  const OwnRatings mine = ratings_of_user(data, user);
  return by_user ? recommend_to_case(ctx, model, data, mine, verb.options)
                 : recommend_by_items(ctx, model, data, user, mine, verb.options);
}

nlohmann::json to_json(const RatingData& data, const std::vector<Recommendation>& list) {
  nlohmann::json out = nlohmann::json::array();
  for (const Recommendation& r : list) {
    nlohmann::json reasons = nlohmann::json::array();
    for (const Reason& reason : r.reasons)
      reasons.push_back({{"number", data.items[reason.item]},
                         {"title", data.films[reason.item].title},
                         {"rating", reason.rating ? nlohmann::json(*reason.rating) : nlohmann::json()},
                         {"weight", reason.weight}});
    out.push_back({{"number", data.items[r.item]},
                   {"title", data.films[r.item].title},
                   {"genres", data.films[r.item].genres},
                   {"expected", r.expected},
                   {"reasons", reasons}});
  }
  return out;
}

std::string reason_text(const Reason& reason, const std::string& title, bool by_user) {
  if (!reason.rating) return fmt::format("        {:+.3f} because you have seen {}\n", reason.weight, title);
  return by_user ? fmt::format("        {:+.3f} because you gave {} to {}\n", reason.weight, *reason.rating, title)
                 : fmt::format("        like {}, rated {} ({:.2f})\n", title, *reason.rating, reason.weight);
}

std::string to_text(const RatingData& data, const std::vector<Recommendation>& list, bool by_user) {
  std::string text;
  for (const Recommendation& r : list) {
    text += fmt::format("{:.2f}  {}\n", r.expected, title_of(data, r.item));
    for (const Reason& reason : r.reasons) text += reason_text(reason, title_of(data, reason.item), by_user);
  }
  return text;
}

void recommend_verb(Session& session, const RecommendVerb& verb) {
  require(int(verb.user >= 0) + int(!verb.ratings.empty()) + int(!verb.typed.empty()) <= 1,
          "recommend: --user, --ratings and --rating exclude each other");
  const Trained trained = open_trained(session, verb.run);
  const auto* recipe = dynamic_cast<const RatingsRecipe*>(require_recipe(trained, "recommend").values.get());
  if (recipe == nullptr) refuse_verb(trained, "recommend");
  const RatingSets sets = load_rating_sets(*recipe, data_places(read_environment()));
  require_same_ratings(trained.system, sets);
  const RatingData& data = sets.data;
  const bool by_user = recipe->cases == RatingCase::user;
  const std::vector<Recommendation> list =
      recommend(session.context(), part<EnergyModel>(trained.system, "model"), data, by_user, verb);
  if (session.options.json)
    session.print(nlohmann::json{{"recommendations", to_json(data, list)}});
  else
    session.print(to_text(data, list, by_user));
  if (list.empty())
    session.console.say(fmt::format("no title that is new here has {} ratings; ask for fewer with --least-ratings",
                                    verb.options.least_ratings));
  session.console.next("deepboltz plot " + verb.run);
}

}  // namespace

void add_recommend(CLI::App& program, Session& session) {
  CLI::App* verb = add_verb(program, session, "recommend", "recommend titles for a user, each with its reasons",
                            "deepboltz recommend runs/movielens-1m-user --user 42");
  auto options = std::make_shared<RecommendVerb>();
  verb->add_option("RUN", options->run, "a run folder of a recommender, or its model file")->required()->type_name("");
  verb->add_option("--user", options->user, "the number of a user of the data")->check(at_least(0))->type_name("N");
  verb->add_option("--ratings", options->ratings,
                   "a file with your own ratings. Each line has a title or number, a tab or comma, and a rating, or "
                   "the word seen")
      ->type_name("FILE");
  verb->add_option("--rating", options->typed,
                   "one of your own ratings, as in a line of such a file; may be given again. Without any rating and "
                   "any user, the titles are for someone of whom nothing is known")
      ->type_name("FILM,RATING")
      ->allow_extra_args(false);
  verb->add_option("--count", options->options.count, "number of titles")
      ->check(at_least(1))
      ->type_name("N")
      ->capture_default_str();
  verb->add_option("--reasons", options->options.reasons, "largest number of reasons for each title")
      ->check(at_least(0))
      ->type_name("N")
      ->capture_default_str();
  verb->add_option("--least-ratings", options->options.least_ratings, "only titles that at least N users have rated")
      ->check(at_least(0))
      ->type_name("N")
      ->capture_default_str();
  verb->callback([&session, options] { session.run = [&session, options] { recommend_verb(session, *options); }; });
}

}  // namespace deepboltz
