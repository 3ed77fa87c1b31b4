#include "deepboltz/task/names.h"

#include <sstream>

namespace deepboltz {
namespace {

std::vector<std::string> lines_of(const EnergyModel& model, const char* note) {
  std::vector<std::string> lines;
  const auto found = model.notes.find(note);
  if (found == model.notes.end()) return lines;
  std::istringstream text(found->second);
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

}  // namespace

std::vector<std::string> vocabulary_of(const EnergyModel& model) {
  std::vector<std::string> words = lines_of(model, "vocabulary");
  const std::int64_t units = model.layer(model.visible()).units;
  require(words.empty() || std::int64_t(words.size()) == units,
          "the model has {} visible units, but its vocabulary {} words", units, words.size());
  return words;
}

std::vector<std::string> class_names_of(const EnergyModel& model) { return lines_of(model, "classes"); }

}  // namespace deepboltz
