#include "deepboltz/system/graph/trust.h"

#include <cmath>

namespace deepboltz {
namespace {

// Two estimates within three of their common errors.
bool agree(const Estimate& a, const Estimate& b) {
  return std::abs(a.value - b.value) <= 3 * std::hypot(a.standard_error, b.standard_error);
}

}  // namespace

std::string which_to_trust(const LogZ& measured) {
  if (measured.exact) return "log_z_exact: every state was visited";
  const double gap = measured.reverse.value - measured.forward.value;
  const bool warned = !measured.forward.warning.empty() || !measured.reverse.warning.empty();
  const bool tempered = measured.tempering && measured.tempering->bridge.warning.empty();
  const std::string apart = fmt::format("forward and reverse AIS are {:.2f} nats apart", std::abs(gap));
  if (!warned && measured.bridge.warning.empty() && agree(measured.forward, measured.reverse))
    return tempered && !agree(measured.tempering->bridge, measured.bridge)
               ? "none: log_z_tempering contradicts annealing; take more rounds and steps"
               : "log_z_bridge: both directions of annealing agree" +
                     std::string(tempered ? ", and log_z_tempering with them" : "");
  if (tempered && agree(measured.tempering->bridge, measured.bridge))
    return "log_z_tempering, which log_z_bridge supports; " + apart;
  return "none: " + apart + (warned ? ", with warnings" : "") + "; take more evaluate.ais_steps";
}

std::string which_to_trust(const Perplexity& grown, const Perplexity& by_ais) {
  constexpr double kNear = 0.01;
  const double apart = by_ais.per_document.value / grown.per_document.value - 1;
  if (std::abs(apart) < kNear) return fmt::format("perplexity: AIS of each length is {:.1f} % from it", 100 * apart);
  return fmt::format("{}: the two are {:.1f} % apart, and too low where annealing is too fast; take more {}",
                     apart > 0 ? "perplexity_by_ais" : "perplexity", 100 * std::abs(apart),
                     apart > 0 ? "evaluate.population_chains" : "evaluate.ais_steps");
}

}  // namespace deepboltz
