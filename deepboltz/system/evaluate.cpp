#include "deepboltz/system/evaluate.h"

#include <algorithm>

namespace deepboltz {

std::vector<Finding> evaluate(Context& ctx, const Kind& kind, const Subject& subject, const std::string& only) {
  std::vector<std::string_view> words;
  for (const Measure& measure : kind.measures) words.push_back(measure.word);
  require(only.empty() || std::ranges::find(words, only) != words.end(),
          "--only {}: a system of kind '{}' has the measures {}", only, kind.word, fmt::join(words, ", "));
  std::vector<Finding> findings;
  if (kind.facts) kind.facts(subject, findings);
  for (const Measure& measure : kind.measures) {
    if (only.empty() ? measure.by_default && !measure.by_default(subject) : measure.word != only) continue;
    const std::string refusal = measure.refusal ? measure.refusal(subject) : "";
    require(only.empty() || refusal.empty(), "--only {}: {}", only, refusal);
    if (refusal.empty()) measure.run(ctx, subject, findings);
  }
  return findings;
}

std::vector<std::string> sentences(const Kind& kind, const Subject& subject, std::span<const Finding> findings) {
  std::vector<std::string> all;
  for (const Measure& measure : kind.measures)
    if (std::string text = measure.says ? measure.says(subject, findings) : ""; !text.empty())
      all.push_back(std::move(text));
  return all;
}

const Estimate* find_estimate(std::span<const Finding> findings, std::string_view name) {
  const auto found = std::ranges::find(findings, name, &Finding::name);
  return found == findings.end() ? nullptr : std::get_if<Estimate>(&found->value);
}

std::string find_text(std::span<const Finding> findings, std::string_view name) {
  const auto found = std::ranges::find(findings, name, &Finding::name);
  const auto* text = found == findings.end() ? nullptr : std::get_if<std::string>(&found->value);
  return text ? *text : std::string();
}

std::vector<std::string> measure_words(std::span<const Kind> table) {
  std::vector<std::string> words;
  for (const Kind& kind : table)
    for (const Measure& measure : kind.measures)
      if (std::ranges::find(words, measure.word) == words.end()) words.emplace_back(measure.word);
  return words;
}

}  // namespace deepboltz
