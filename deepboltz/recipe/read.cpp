#include "deepboltz/recipe/read.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/ranges.h>

#include "deepboltz/base/nearest_word.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/malformed.h"
#include "deepboltz/recipe/put_value.h"
#include "deepboltz/recipe/settings.h"

namespace deepboltz {

namespace {

class Reader {
 public:
  Reader(std::span<const Kind> table, std::string file) : table_(table), places_(std::move(file)) {}

  Recipe recipe;

  // The text of a whole recipe.
  void read(std::string_view text) {
    const toml::table root = parse(text);
    recipe = recipe_of(kind_of(root));
    if (root.contains("system")) recipe.system = recipe.kind->word;
    shape(root);
    walk(root, "");
  }

  // One "key=value".
  void set(const std::string& text) {
    const std::size_t equals = text.find('=');
    require(equals != std::string::npos && equals > 0, "--set: expected key=value, got \"{}\"", printable(text));
    const std::string key = text.substr(0, equals);
    places_.begin_override(key);
    if (key == "system") places_.refuse(key, "the kind of a recipe cannot be set here");
    const toml::table value = parse_value(text.substr(equals + 1));
    make_room(key);
    for (const Setting& setting : settings_of(recipe).values) {
      if (setting.key != key) continue;
      places_.given_by_override(key);
      put_value(setting, *value.get("value"), places_);
      places_.end_override();
      return;
    }
    refuse_unknown(key, "");
  }

  // Settings that the text lacks have the value from before there were such settings.
  void keep_before() {
    for (const Setting& setting : settings_of(recipe).values)
      if (!setting.before.empty() && !places_.given(setting.key))
        put_value(setting, *parse_value(setting.before).get("value"), places_);
  }

  // Defaults that depend on other settings, and contradictions.
  void check() {
    if (!recipe.kind->check) return;
    recipe.kind->check(*recipe.values,
                       [&](const std::string& key, const std::string& message) { places_.refuse(key, message); });
  }

 private:
  toml::table parse(std::string_view text) const {
    try {
      return toml::parse(text, places_.file());
    } catch (const toml::parse_error& error) {
      throw InputError(
          fmt::format("{}:{}: {}", places_.file(), error.source().begin.line, printable(error.description(), 200)));
    }
  }

  // The value of an override: TOML, or a bare word that is taken as a text.
  static toml::table parse_value(const std::string& value) {
    try {
      return toml::parse("value = " + value);
    } catch (const toml::parse_error&) {
      toml::table table;
      table.insert("value", value);
      return table;
    }
  }

  const Kind& kind_of(const toml::table& root) {
    if (const toml::node* system = root.get("system")) {
      places_.given_in_line("system", system->source().begin.line);
      const std::string word = system->value_or(std::string());
      std::vector<std::string> known;
      for (const Kind& kind : table_) {
        known.push_back(fmt::format("\"{}\"", kind.word));
        if (kind.word == word) return kind;
      }
      places_.refuse("system", fmt::format("expected {}, got {}", fmt::join(known, " or "), came(*system)));
    }
    for (const Kind& kind : table_)
      if (!kind.mark.empty() && root.contains(kind.mark)) return kind;
    return table_.front();
  }

  // What the text says of which settings there are: tables that may be left out, lists of tables, choices that bring
  // settings of their own. One at a time, because each may bring others.
  bool shape_one(const toml::table& root) {
    const Settings now = settings_of(recipe);
    for (const OptionalTable& table : now.tables)
      if (!table.there() && root.at_path(table.key)) return table.make(), true;
    for (const TableList& list : now.lists)
      if (const toml::array* given = root.at_path(list.key).as_array())
        if (const std::size_t count = std::min(given->size(), list.most); count > list.count())
          return list.resize(count), true;
    for (const Setting& setting : now.values) {
      if (!setting.decides) continue;
      const auto& choice = std::get<Choice>(setting.slot);
      const auto name = std::ranges::find(choice.names, root.at_path(setting.key).value_or(std::string()));
      if (name == choice.names.end() || std::size_t(name - choice.names.begin()) == choice.get()) continue;
      return choice.set(std::size_t(name - choice.names.begin())), true;
    }
    return false;
  }
  void shape(const toml::table& root) {
    while (shape_one(root)) continue;
  }

  // The same for an override.
  bool make_room_once(const std::string& key) {
    const Settings now = settings_of(recipe);
    for (const OptionalTable& table : now.tables)
      if (!table.there() && key.starts_with(table.key + ".")) return table.make(), true;
    for (const TableList& list : now.lists)
      if (list.count() < list.most && key.starts_with(fmt::format("{}[{}].", list.key, list.count())))
        return list.resize(list.count() + 1), true;
    return false;
  }
  void make_room(const std::string& key) {
    while (make_room_once(key)) continue;
  }

  // In the order of the file, so that the first mistake in it is the one that is reported.
  void walk(const toml::table& table, const std::string& prefix) {
    std::vector<std::pair<const toml::key*, const toml::node*>> entries;
    for (const auto& [name, node] : table) entries.emplace_back(&name, &node);
    std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
      return a.first->source().begin.line < b.first->source().begin.line;
    });
    for (const auto& [name, value] : entries) {
      const toml::node& node = *value;
      const std::string key = prefix + std::string(name->str());
      places_.given_in_line(key, name->source().begin.line);
      const Settings known = settings_of(recipe);
      const auto setting = std::ranges::find(known.values, key, &Setting::key);
      const auto list = std::ranges::find(known.lists, key, &TableList::key);
      const auto below = [&](const auto& declared) { return declared.key.starts_with(key + "."); };
      const bool section = std::ranges::any_of(known.values, below) || std::ranges::any_of(known.lists, below) ||
                           std::ranges::find(known.tables, key, &OptionalTable::key) != known.tables.end();
      if (setting != known.values.end()) {
        put_value(*setting, node, places_);
      } else if (list != known.lists.end()) {
        walk_list(node, *list);
      } else if (section) {
        if (!node.is_table()) places_.refuse(key, fmt::format("expected a table, got {}", came(node)));
        walk(*node.as_table(), key + ".");
      } else {
        refuse_unknown(key, prefix);
      }
    }
  }

  void walk_list(const toml::node& node, const TableList& list) {
    const toml::array* tables = node.as_array();
    if (!tables) places_.refuse(list.key, fmt::format("expected [[{}]] tables, got {}", list.key, came(node)));
    if (tables->size() > list.most)
      places_.refuse(list.key, fmt::format("expected at most {} tables, got {}", list.most, tables->size()));
    for (std::size_t i = 0; i < tables->size(); ++i) {
      const std::string key = fmt::format("{}[{}]", list.key, i);
      const toml::node& element = *tables->get(i);
      places_.given_in_line(key, element.source().begin.line);
      if (!element.is_table()) places_.refuse(key, fmt::format("expected a table, got {}", came(element)));
      walk(*element.as_table(), key + ".");
    }
  }

  // Every key that there could be; of a key that only some choices bring, which ones.
  void know_all(std::map<std::string, std::string>& known) {
    Recipe everything = recipe_of(*recipe.kind);
    everything.system = recipe.system;
    make_everything(everything);
    for (const TableList& mine : settings_of(recipe).lists)
      for (const TableList& list : settings_of(everything).lists)
        if (list.key == mine.key && mine.count() > list.count()) list.resize(mine.count());
    for (const Setting& setting : settings_of(everything).values) known.emplace(setting.key, "");
    for (const Setting& setting : settings_of(everything).values) {
      if (!setting.decides) continue;
      const auto& choice = std::get<Choice>(setting.slot);
      const std::size_t usual = choice.get();
      for (std::size_t i = 0; i < choice.names.size(); ++i) {
        choice.set(i);
        const std::string why = fmt::format("this key is only for {} = \"{}\"",
                                            setting.key.substr(setting.key.rfind('.') + 1), choice.names[i]);
        for (const Setting& more : settings_of(everything).values) known.emplace(more.key, why);
      }
      choice.set(usual);
    }
  }

  [[noreturn]] void refuse_unknown(const std::string& key, const std::string& prefix) {
    std::map<std::string, std::string> known;
    know_all(known);
    std::set<std::string> near;
    for (const auto& [name, why] : known) {
      if ((name == key || name.starts_with(key + ".")) && !why.empty()) places_.refuse(key, why);
      if (!name.starts_with(prefix)) continue;
      // As far as the level of the unknown key, or in full for an override.
      std::string shown = places_.overriding() ? name : name.substr(0, name.find('.', prefix.size()));
      if (!places_.overriding() && shown.ends_with(']')) shown.resize(shown.rfind('['));
      near.insert(shown);
    }
    const std::vector<std::string> choices(near.begin(), near.end());
    places_.refuse(key, fmt::format("unknown key; the nearest known one is \"{}\"", nearest_word(key, choices)));
  }

  std::span<const Kind> table_;
  KeyPlaces places_;
};

}  // namespace

Recipe parse_recipe(std::span<const Kind> table, std::string_view text, const std::string& file,
                    std::span<const std::string> overrides) {
  Reader reader(table, file);
  reader.read(text);
  for (const std::string& override_text : overrides) reader.set(override_text);
  reader.check();
  return std::move(reader.recipe);
}

Recipe parse_run_recipe(std::span<const Kind> table, std::string_view text, const std::string& file,
                        std::span<const std::string> overrides) {
  Reader reader(table, file);
  reader.read(text);
  reader.keep_before();
  for (const std::string& override_text : overrides) reader.set(override_text);
  reader.check();
  return std::move(reader.recipe);
}

Recipe read_recipe(std::span<const Kind> table, const std::filesystem::path& path,
                   std::span<const std::string> overrides) {
  const Bytes bytes = read_file(path, kRecipeLimit);
  return parse_recipe(table, as_text(bytes), path.string(), overrides);
}

}  // namespace deepboltz
