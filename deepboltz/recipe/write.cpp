#include "deepboltz/recipe/write.h"

#include "deepboltz/recipe/fields.h"

namespace deepboltz {

namespace {

// "pretrain.stage[0].adam.first" stands in section "pretrain.stage[0]" under the key "adam.first".
std::string section_of(const std::string& key) {
  const std::size_t bracket = key.find("].");
  if (bracket != std::string::npos) return key.substr(0, bracket + 1);
  const std::size_t dot = key.find('.');
  return dot == std::string::npos ? "" : key.substr(0, dot);
}

std::string heading(const std::string& section) {
  const std::size_t bracket = section.find('[');
  return bracket == std::string::npos ? "[" + section + "]" : "[[" + section.substr(0, bracket) + "]]";
}

}  // namespace

std::string write_recipe(const Recipe& recipe) {
  Recipe copy = recipe;
  std::string text, section;
  for (const Field& field : fields(copy)) {
    const std::string here = section_of(field.key);
    if (here != section) text += "\n" + heading(here) + "\n";
    section = here;
    text += (here.empty() ? field.key : field.key.substr(here.size() + 1)) + " = " + toml(field) + "\n";
  }
  return text;
}

}  // namespace deepboltz
