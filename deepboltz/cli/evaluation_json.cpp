#include "deepboltz/cli/evaluation_json.h"

#include <nlohmann/json.hpp>

#include "deepboltz/cli/estimate_json.h"

namespace deepboltz {
namespace {

void put(nlohmann::json& out, const char* name, const std::optional<Estimate>& estimate, double factor = 1) {
  if (!estimate) return;
  Estimate scaled = *estimate;
  for (double* number : {&scaled.value, &scaled.standard_error, &scaled.lower, &scaled.upper}) *number *= factor;
  out[name] = to_json(scaled);
}

void put(nlohmann::json& out, const char* name, const std::optional<FamilyMatch>& match) {
  if (match) out[name] = {{"site", match->site}, {"pair", match->pair}, {"connected", match->connected}};
}

void put(nlohmann::json& out, const std::string& name, const std::optional<Perplexity>& measured) {
  if (!measured) return;
  out[name] = to_json(measured->per_document);
  out[name]["documents"] = measured->documents;
  out[name]["lengths"] = measured->lengths;
  out[name + "_per_corpus"] = to_json(measured->per_corpus);
}

}  // namespace

void put(nlohmann::json& out, const Likelihood& measured) {
  put(out, "log_z_exact", measured.log_z_exact);
  put(out, "log_z", measured.log_z);
  put(out, "log_z_reverse", measured.log_z_reverse);
  put(out, "log_z_bridge", measured.log_z_bridge);
  if (measured.tempering) {
    out["log_z_tempering"] = to_json(measured.tempering->bridge);
    out["tempering_barrier"] = measured.tempering->barrier;
    out["tempering_round_trips"] = measured.tempering->round_trips;
  }
  if (measured.trajectory) {
    out["log_z_trajectory"] = to_json(measured.trajectory->bridge);
    out["trajectory_barrier"] = measured.trajectory->barrier;
  }
  if (!measured.trust.empty()) out["trust"] = measured.trust;
  put(out, "log_p_exact", measured.log_p_exact);
  put(out, "log_p", measured.log_p);
  put(out, "log_p_reverse", measured.log_p_reverse);
  put(out, "raise", measured.raise);
  put(out, "ais_minus_raise", measured.ais_minus_raise);
  put(out, "pseudo_log_p", measured.pseudo_log_p);
  put(out, "samples_match", measured.samples_match);
  put(out, "cases_match", measured.cases_match);
  put(out, "bound", measured.bound);
  put(out, "true_log_p", measured.true_log_p);
  put(out, "bound_of_those", measured.bound_of_those);
  put(out, "perplexity", measured.perplexity);
  put(out, "perplexity_of_all", measured.perplexity_of_all);
  put(out, "perplexity_by_ais", measured.perplexity_by_ais);
  put(out, "perplexity_at_bound", measured.perplexity_at_bound);
  put(out, "perplexity_of_all_at_bound", measured.perplexity_of_all_at_bound);
}

void put(nlohmann::json& out, const TestError& measured) {
  put(out, "label_error_percent", measured.label_error, 100);
  put(out, "classifier_error_percent", measured.classifier_error, 100);
}

void put(nlohmann::json& out, const Retrieval& found, const RetrieveOptions& options) {
  out["retrieval_queries"] = found.queries;
  out["average_precision"] = to_json(found.average_precision);
  for (std::size_t i = 0; i < options.ranks.size(); ++i)
    out[fmt::format("precision_at_{}", options.ranks[i])] = to_json(found.at_rank[i]);
  out["precision_at_recall"] = nlohmann::json::array();
  for (std::size_t i = 0; i < options.recalls.size(); ++i) {
    nlohmann::json point = to_json(found.at_recall[i]);
    point["name"] = fmt::format("{:g} %", 100 * options.recalls[i]);
    point["recall"] = options.recalls[i];
    out["precision_at_recall"].push_back(point);
  }
}

nlohmann::json to_json(const std::vector<CompletionResult>& results) {
  nlohmann::json out = nlohmann::json::array();
  for (const CompletionResult& result : results) {
    const auto scores = [](const CompletionScore& score) {
      return nlohmann::json{{"log_loss", to_json(score.log_loss)}, {"rmse", to_json(score.rmse)}};
    };
    out.push_back({{"mask", name_of(result.mask)},
                   {"model", scores(result.model)},
                   {"mean_image", scores(result.mean_image)},
                   {"nearest_neighbour", scores(result.nearest)}});
  }
  return out;
}

}  // namespace deepboltz
