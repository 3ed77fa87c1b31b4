#include "deepboltz/system/stack/stack_retrieval.h"

#include "deepboltz/report/numbers.h"
#include "deepboltz/stack/autoencoder.h"
#include "deepboltz/system/stack/reconstruct.h"
#include "deepboltz/task/code_threshold.h"
#include "deepboltz/task/retrieve.h"

namespace deepboltz {
namespace {

bool has_bits(const Subject& of) {
  const auto& network = part<Network>(of.system, "autoencoder");
  return std::holds_alternative<Bernoulli>(network.layers[code_layer(network)].unit);
}

}  // namespace

std::string no_stack_retrieval(const Subject& of) {
  if (!find_part<Network>(of.system, "autoencoder")) return "retrieval: there is no autoencoder";
  if (topics_of(of.cases).empty())
    return fmt::format("retrieval: the cases of '{}' have no labels to be found by", of.cases.origin.name);
  if (has_bits(of) && !find_part<Tensor>(of.system, "threshold") && of.sets.train.count() == 0)
    return "retrieval: the training cases, whose medians make bits of the codes, are not here";
  return {};
}

void measure_stack_retrieval(Context& ctx, const Subject& of, std::vector<Finding>& findings) {
  const Tensor codes = codes_of(ctx, of.system, of.cases, {}).x;
  const auto topics = topics_of(of.cases);
  RetrieveOptions options{.among_themselves = true, .report = of.report};
  options.ranks = {1, 3, 7, 10, 15, 31, 63, 100, 127, 255, 511, 1023};
  std::erase_if(options.ranks, [&](std::int64_t rank) { return rank >= of.cases.count(); });
  Retrieval found;
  if (has_bits(of)) {
    const auto* kept = find_part<Tensor>(of.system, "threshold");  // without fine-tuning there is none
    const Tensor thresholds =
        kept ? kept->clone() : median_thresholds(ctx, codes_of(ctx, of.system, of.sets.train, {}).x);
    const BinaryCodes bits = threshold_codes(ctx, codes, thresholds);
    found = retrieve(ctx, BinaryCoded{bits, topics}, BinaryCoded{bits, topics}, options);
    findings.push_back({"code_bits", std::int64_t(bits.bits())});
  } else {
    found = retrieve(ctx, Coded{codes, topics}, Coded{codes, topics}, options);
  }
  findings.push_back({"retrieval_among", std::string("the cases themselves")});
  findings.push_back({"retrieval_queries", found.queries});
  findings.push_back({"average_precision", found.average_precision});
  for (std::size_t i = 0; i < options.ranks.size(); ++i)
    findings.push_back({fmt::format("precision_at_{}", options.ranks[i]), found.at_rank[i]});
}

std::string says_stack_retrieval(const Subject&, std::span<const Finding> found) {
  const Estimate* precision = find_estimate(found, "average_precision");
  return precision ? fmt::format("mean average precision of retrieval among them: {}",
                                 with_error(precision->value, precision->standard_error))
                   : "";
}

}  // namespace deepboltz
