#include "deepboltz/system/stack/stack_measures.h"

#include <algorithm>

#include "deepboltz/learn/visible_values.h"
#include "deepboltz/report/numbers.h"
#include "deepboltz/stack/propagate.h"
#include "deepboltz/system/stack/belief_net_measures.h"
#include "deepboltz/system/stack/belief_net_parts.h"
#include "deepboltz/system/stack/reconstruct.h"
#include "deepboltz/system/stack/reconstruction_floor.h"
#include "deepboltz/system/stack/stack_cases.h"
#include "deepboltz/system/stack/stack_retrieval.h"
#include "deepboltz/task/squared_errors.h"

namespace deepboltz {
namespace {

std::string no_autoencoder(const Subject& of) {
  return find_part<Network>(of.system, "autoencoder") ? "" : "reconstruction: there is no autoencoder";
}

std::string no_net(const Subject& of) { return has_net(of.system) ? "" : "there is no belief net"; }

std::string no_net_log_p(const Subject& of) {
  const auto& visible = part<EnergyModel>(of.system, "visible");
  return has_net(of.system) ? no_log_p_of_grey(visible.layer(visible.visible()).unit, of.cases) : no_net(of);
}

// The loss of reconstruction, and the squared error of a case beside that of principal components; a thousand cases at
// a time.
void measure_reconstruction(Context& ctx, const Subject& of, std::vector<Finding>& findings) {
  constexpr std::int64_t kAtOnce = 1'000;
  const auto& network = part<Network>(of.system, "autoencoder");
  const auto& visible = part<EnergyModel>(of.system, "visible");
  const StackCases shown(ctx, visible, of.cases);
  const Score all = score(ctx, network, shown.to_itself());
  findings.push_back({"reconstruction_loss", all.loss / double(all.cases)});
  if (of.sets.train.count() > 0)
    findings.push_back({fmt::format("reconstruction_loss_{}", floor_name(visible)),
                        reconstruction_floor(ctx, visible, of.sets.train, shown.to_itself())});
  if (are_documents(of.system)) return;
  const auto rival = rival_components(ctx, of.system, of.sets.train);
  std::vector<double> own, linear;
  for (std::int64_t first = 0; first < of.cases.count(); first += kAtOnce) {
    std::vector<std::uint32_t> rows;
    for (std::int64_t r = first; r < std::min(first + kAtOnce, of.cases.count()); ++r) rows.push_back(std::uint32_t(r));
    const Cases some = select_rows(of.cases, rows);
    const Tensor data = data_of(ctx, of.system, some);
    for (const double x : squared_errors(data, reconstructed(ctx, of.system, some))) own.push_back(x);
    if (!rival) continue;
    for (const double x : squared_errors(data, rebuilt_by(*rival, data))) linear.push_back(x);
  }
  findings.push_back({"squared_error", mean_estimate(own)});
  if (rival) findings.push_back({"pca_squared_error", mean_estimate(linear)});
  if (rival) findings.push_back({"pca_components", rival->directions.rows()});
}

std::string says_reconstruction(const Subject& of, std::span<const Finding> found) {
  const auto nats = [&](const char* name) -> std::optional<double> {
    const auto one = std::ranges::find(found, name, &Finding::name);
    if (one == found.end()) return std::nullopt;
    return std::get<double>(one->value);
  };
  const auto loss = nats("reconstruction_loss"), unigrams = nats("reconstruction_loss_unigrams");
  const Estimate *own = find_estimate(found, "squared_error"), *pca = find_estimate(found, "pca_squared_error");
  if (own == nullptr) {
    if (!loss) return "";
    return fmt::format("reconstruction of the {} documents: {:.4f} nats a word{}", name_of(of.share), *loss,
                       unigrams ? fmt::format("; unigrams {:.4f}", *unigrams) : "");
  }
  std::string text = fmt::format("squared error of the reconstructed {} cases: {}", name_of(of.share),
                                 with_error(own->value, own->standard_error));
  if (pca != nullptr)
    text += fmt::format(" (as many principal components: {})", with_error(pca->value, pca->standard_error));
  return text;
}

constexpr Measure kMeasures[] = {
    {"likelihood", measure_net_likelihood, no_net_log_p, nullptr, says_net_likelihood},
    {"error", measure_net_error, no_net, nullptr, says_net_error},
    {"reconstruction", measure_reconstruction, no_autoencoder, nullptr, says_reconstruction},
    {"retrieval", measure_stack_retrieval, no_stack_retrieval,
     [](const Subject& of) { return are_documents(of.system); }, says_stack_retrieval}};

}  // namespace

std::span<const Measure> stack_measures() { return kMeasures; }

}  // namespace deepboltz
