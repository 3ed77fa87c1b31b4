#include "deepboltz/estimate/perplexity.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "deepboltz/estimate/free_energy.h"
#include "deepboltz/estimate/variational_bound.h"
#include "deepboltz/model/field.h"
#include "deepboltz/model/length.h"
#include "deepboltz/model/support.h"

namespace deepboltz {
namespace {

// log Z of `lengths` that differ, one estimate each.
std::vector<Estimate> log_z_of(Context& ctx, const EnergyModel& model, std::span<const double> lengths,
                               const GrowingOptions& options) {
  return growing_log_z(ctx, model, lengths, options);
}

std::vector<Estimate> log_z_of(Context& ctx, const EnergyModel& model, std::span<const double> lengths,
                               const AisOptions& options) {
  State free = model.make_state(ctx, std::int64_t(lengths.size()));
  std::ranges::copy(lengths, free.lengths().begin());
  return ais_log_z_given(ctx, model, free, options);
}

// exp(−m) with m = Σ weight(D_n)·log p_n, where Σ weight(D_n)·D_n = 1: a ratio of sums over documents, whose deviations
// are log p_n − m·D_n; and what the log Z add to its variance.
template <class Weight>
Estimate of_word(const DocumentLikelihood& documents, std::span<const std::uint32_t> which, Weight&& weight) {
  double mean = 0, variance = 0;
  std::map<double, double> shared;  // by length: Σ of weights times the error
  for (std::uint32_t n : which) {
    mean += weight(documents.length[n]) * documents.log_p[n];
    shared[documents.length[n]] += weight(documents.length[n]) * documents.log_z_error[n];
  }
  for (std::uint32_t n : which)
    variance += std::pow(weight(documents.length[n]) * (documents.log_p[n] - mean * documents.length[n]), 2);
  const double count = double(which.size());
  variance *= count / (count - 1);
  for (const auto& [length, error] : shared) variance += error * error;
  const double error = std::sqrt(variance);
  std::size_t doubtful = 0;
  std::string warning;
  for (std::uint32_t n : which)
    if (n < documents.warning.size() && !documents.warning[n].empty()) {
      ++doubtful;
      warning = documents.warning[n];
    }
  if (doubtful > 0) warning = fmt::format("log Z of {} of {} documents: {}", doubtful, which.size(), warning);
  return {std::exp(-mean),
          std::exp(-mean) * error,
          std::exp(-mean - 3 * error),
          std::exp(-mean + 3 * error),
          count,
          std::int64_t(which.size()),
          warning};
}

// log p up to log Z, of a document's words in every order, into log_p; with extra words the bound too.
void sum_over_hidden(Context& ctx, const EnergyModel& model, const State& documents, const ImportanceOptions& extra,
                     DocumentLikelihood& out) {
  out.log_p.resize(out.length.size());
  out.warning.resize(out.length.size());
  if (extra_words(model) == 0) return negative_free_energy(ctx, model, documents, out.log_p);
  constexpr MeanFieldOptions kInference{.sweeps = 100};
  out.bound.resize(out.length.size());
  State inferred = documents.clone();
  variational_bound(ctx, model, kInference, inferred, out.bound);
  const std::vector<Estimate> sums = importance_log_sum(ctx, model, inferred, extra);
  for (std::size_t n = 0; n < sums.size(); ++n) {
    out.log_p[n] = sums[n].value;
    out.warning[n] = sums[n].warning;
  }
}

template <class Options>
DocumentLikelihood measure(Context& ctx, const EnergyModel& model, const State& documents, const Options& options,
                           const ImportanceOptions& extra) {
  const LayerId visible = model.visible();
  require(std::holds_alternative<Counts>(model.layer(visible).unit), "perplexity: '{}' is of {} units, not of counts",
          model.layer(visible).name, name_of(model.layer(visible).unit));
  require(documents.clamped[std::size_t(visible.index)].kind != Clamp::Kind::none,
          "perplexity: expected documents, the visible layer is not clamped");
  require_states(model, visible, documents, "perplexity");
  hidden_block(model, "perplexity");
  DocumentLikelihood out;
  out.length = document_lengths(model, documents);
  const auto without_words = std::ranges::find(out.length, 0.0) - out.length.begin();
  require(without_words == std::ptrdiff_t(out.length.size()), "perplexity: document {} has no words", without_words);
  sum_over_hidden(ctx, model, documents, extra, out);
  std::vector<double> ways(out.length.size());
  add_clamped_measure(ctx, model, visible, documents, ways);
  std::vector<double> lengths(documents.lengths().begin(), documents.lengths().end());
  std::ranges::sort(lengths);
  lengths.erase(std::ranges::unique(lengths).begin(), lengths.end());
  const std::vector<Estimate> log_z = log_z_of(ctx, model, lengths, options);
  for (std::size_t n = 0; n < out.length.size(); ++n) {
    const auto here = std::ranges::lower_bound(lengths, documents.lengths()[n]) - lengths.begin();
    const Estimate& z = log_z[std::size_t(here)];
    out.log_p[n] -= ways[n] + z.value;
    if (!out.bound.empty()) out.bound[n] -= ways[n] + z.value;
    out.log_z_error.push_back(z.standard_error);
    if (!z.warning.empty()) out.warning[n] = z.warning;
  }
  return out;
}

}  // namespace

DocumentLikelihood document_log_p(Context& ctx, const EnergyModel& model, const State& documents,
                                  const GrowingOptions& options, const ImportanceOptions& extra) {
  return measure(ctx, model, documents, options, extra);
}

DocumentLikelihood document_log_p(Context& ctx, const EnergyModel& model, const State& documents,
                                  const AisOptions& options, const ImportanceOptions& extra) {
  return measure(ctx, model, documents, options, extra);
}

DocumentLikelihood at_bound(DocumentLikelihood documents) {
  documents.log_p = documents.bound;
  return documents;
}

Perplexity perplexity(const DocumentLikelihood& documents, std::span<const std::uint32_t> which) {
  require(which.size() >= 2, "perplexity: expected at least 2 documents, got {}", which.size());
  double words = 0;
  std::map<double, int> lengths;
  for (std::uint32_t n : which) {
    words += documents.length[n];
    ++lengths[documents.length[n]];
  }
  const double count = double(which.size());
  return {of_word(documents, which, [&](double length) { return 1 / (count * length); }),
          of_word(documents, which, [&](double) { return 1 / words; }), std::int64_t(which.size()),
          std::int64_t(lengths.size())};
}

}  // namespace deepboltz
