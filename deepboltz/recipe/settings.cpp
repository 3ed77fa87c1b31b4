#include "deepboltz/recipe/settings.h"

#include <set>

#include "deepboltz/recipe/write.h"

namespace deepboltz {

Recipe recipe_of(const Kind& kind) { return {.kind = &kind, .values = kind.recipe(), .system = {}}; }

Settings settings_of(const Recipe& recipe) {
  Settings out;
  Section top(out, "");
  auto& values = *recipe.values;
  if (!recipe.system.empty()) top.add("system", const_cast<std::string&>(recipe.system), "the kind of system");
  top.add("title", values.title, "what this run is, in words");
  top.add("seed", values.seed, kFromZero, "seed of all random numbers");
  recipe.kind->declare(top, values);
  return out;
}

void make_everything(Recipe& recipe) {
  const auto make_one = [&] {
    const Settings now = settings_of(recipe);
    for (const OptionalTable& table : now.tables)
      if (!table.there()) return table.make(), true;
    for (const TableList& list : now.lists)
      if (list.count() == 0) return list.resize(1), true;
    return false;
  };
  while (make_one()) continue;
}

std::string describe_settings(std::span<const Kind> table) {
  std::string text;
  std::set<std::string> said;
  for (const Kind& kind : table) {
    Recipe recipe = recipe_of(kind);
    if (kind.mark.empty() && &kind != &table.front()) recipe.system = kind.word;
    make_everything(recipe);
    if (kind.check) kind.check(*recipe.values, [](const std::string&, const std::string&) {});
    const auto say = [&] {
      for (const Setting& setting : settings_of(recipe).values)
        if (said.insert(setting.key).second)
          text += fmt::format("{} = {}\n    {}\n    expected: {}\n", setting.key,
                              is_open(setting) ? "(by the data)" : toml(setting), setting.meaning, expected(setting));
    };
    say();
    // Settings that a choice brings, behind all others: with their defaults.
    const Settings plain = settings_of(recipe);
    for (const Setting& setting : plain.values)
      if (setting.decides) {
        const Choice& choice = std::get<Choice>(setting.slot);
        const std::size_t usual = choice.get();
        for (std::size_t i = 0; i < choice.names.size(); ++i) {
          choice.set(i);
          say();
        }
        choice.set(usual);
      }
  }
  return text;
}

}  // namespace deepboltz
