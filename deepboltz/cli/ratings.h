// What the verbs do where the run is a recommender (docs/models/ratings.md).
#pragma once

#include "deepboltz/cli/run_folder.h"
#include "deepboltz/cli/session.h"
#include "deepboltz/data/rating_data.h"

namespace deepboltz {

// The ratings of a recipe.
RatingData ratings_of(const Recipe& recipe);
// The ratings of a run; InputError, naming `who`, where it is no recommender, or they are not those it was trained on.
RatingData ratings_of_run(const Trained& trained, const char* who);

void train_recommender_in_folder(Session& session, const std::filesystem::path& folder, const Recipe& recipe,
                                 const std::string& recipe_text, const RatingData& data);
void forecast_recommender(Session& session, const Recipe& recipe, const RatingData& data, const std::string& text);

// `on`: validation or test.
void evaluate_ratings(Session& session, const Trained& trained, const std::string& on);

// Pages of the hidden units, into `folder`; returns what was written, and prints the first units.
std::filesystem::path plot_units(Session& session, const Trained& trained, const std::filesystem::path& folder);

}  // namespace deepboltz
