#include "deepboltz/recipe/write.h"

#include "deepboltz/recipe/settings.h"
#include "deepboltz/recipe/toml_text.h"
#include "deepboltz/setting/schedule_names.h"

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

template <class T> std::string toml_list(const std::vector<T>& values) {
  std::string text = "[";
  for (const T& value : values) text += (text.size() > 1 ? ", " : "") + toml_number(value);
  return text + "]";
}

// A schedule that never changes is its one number; `end`, `epochs` and `factor` are written where they say something.
std::string toml_schedule(const Schedule& s) {
  const Schedule plain{.kind = Schedule::Kind::constant, .start = s.start};
  if (s.kind == plain.kind && s.end == plain.end && s.epochs == plain.epochs && s.factor == plain.factor)
    return toml_number(s.start);
  return fmt::format("{{ kind = \"{}\", start = {}, end = {}, epochs = {}, factor = {} }}",
                     kScheduleNames[std::size_t(s.kind)], toml_number(s.start), toml_number(s.end),
                     toml_number(s.epochs), toml_number(s.factor));
}

}  // namespace

std::string toml(const Setting& setting) {
  struct Text {
    std::string operator()(const bool* value) const { return *value ? "true" : "false"; }
    std::string operator()(const int* value) const { return toml_number(std::int64_t(*value)); }
    std::string operator()(const std::int64_t* value) const { return toml_number(*value); }
    std::string operator()(const std::uint64_t* value) const { return fmt::format("{}", *value); }
    std::string operator()(const double* value) const { return toml_number(*value); }
    std::string operator()(const std::string* value) const { return toml_string(*value); }
    std::string operator()(const std::vector<std::int64_t>* value) const { return toml_list(*value); }
    std::string operator()(const std::vector<double>* value) const { return toml_list(*value); }
    std::string operator()(const Schedule* value) const { return toml_schedule(*value); }
    std::string operator()(const Unit* value) const { return toml_string(word_of(*value)); }
    std::string operator()(const Choice& choice) const { return toml_string(choice.names[choice.get()]); }
    std::string operator()(const NumberList& list) const { return toml_list(list.get()); }
  };
  return std::visit(Text{}, setting.slot);
}

std::string write_recipe(const Recipe& recipe) {
  std::string text, section;
  for (const Setting& setting : settings_of(recipe).values) {
    if (is_open(setting)) continue;
    const std::string here = section_of(setting.key);
    if (here != section) text += "\n" + heading(here) + "\n";
    section = here;
    text += (here.empty() ? setting.key : setting.key.substr(here.size() + 1)) + " = " + toml(setting) + "\n";
  }
  return text;
}

}  // namespace deepboltz
