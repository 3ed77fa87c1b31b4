#include "deepboltz/recipe/read.h"

#include <algorithm>
#include <set>

#include "deepboltz/io/file.h"
#include "deepboltz/io/malformed.h"
#include "deepboltz/recipe/consistent.h"
#include "deepboltz/recipe/fields.h"
#include "deepboltz/recipe/nearest.h"
#include "deepboltz/recipe/put_value.h"

namespace deepboltz {

namespace {

class Reader {
 public:
  explicit Reader(std::string file) : places_(std::move(file)) {}

  Recipe recipe;

  // The text of a whole recipe.
  void read(std::string_view text) {
    const toml::table root = parse(text);
    shape(root);
    walk(root, "");
  }

  // One "key=value".
  void set(const std::string& text) {
    const std::size_t equals = text.find('=');
    require(equals != std::string::npos && equals > 0, "--set: expected key=value, got \"{}\"", printable(text));
    const std::string key = text.substr(0, equals);
    places_.begin_override(key);
    make_room(key);
    for (const Field& field : fields(recipe)) {
      if (field.key != key) continue;
      const toml::table value = parse_value(text.substr(equals + 1));
      places_.given_by_override(key);
      put_value(field, *value.get("value"), places_);
      places_.end_override();
      return;
    }
    refuse_unknown(key, "");
  }

  const KeyPlaces& places() const { return places_; }

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

  // Where real values are seen, a rate that suits bits makes the weights run away: the default is lower
  // (docs/models/gaussian-rbm.md). Whitened, they have no factor in common that all weights could follow.
  static constexpr double kGaussianRate = 0.001, kWhitenedRate = 0.01;

  // Optional parts come into being before their fields are looked for.
  void shape(const toml::table& root) {
    if (root.contains("ratings")) recipe.ratings.emplace();
    if (const toml::node* node = root.get("pretrain")) {
      recipe.pretrain.emplace();
      const toml::table* pretrain = node->as_table();
      const toml::array* stages = pretrain && pretrain->get("stage") ? pretrain->get("stage")->as_array() : nullptr;
      if (stages) recipe.pretrain->stages.resize(std::min<std::size_t>(stages->size(), 64));
      if (stages)
        for (std::size_t i = 0; i < recipe.pretrain->stages.size(); ++i)
          if (const toml::table* stage = stages->get(i)->as_table())
            choose_optimizer(*stage, recipe.pretrain->stages[i]);
    }
    if (root.contains("finetune")) recipe.finetune.emplace();
    const auto model = root["model"];
    if (model["visible"].value_or(std::string()) == Gaussian::name)
      recipe.train.learner.rate.start =
          model["standardise"].value_or(std::string()) == "zca" ? kWhitenedRate : kGaussianRate;
    if (const toml::node* train = root.get("train"); train && train->is_table())
      choose_optimizer(*train->as_table(), recipe.train);
  }

  static void choose_optimizer(const toml::table& table, StageRecipe& stage) {
    if (table["optimizer"].value_or(std::string()) == "adam") stage.learner.optimizer = AdamStep{};
  }

  // The same for an override.
  void make_room(const std::string& key) {
    if (key.starts_with("finetune.") && !recipe.finetune) recipe.finetune.emplace();
    if (key.starts_with("pretrain.") && !recipe.pretrain) recipe.pretrain.emplace();
    if (key.starts_with(fmt::format("pretrain.stage[{}].", recipe.pretrain ? recipe.pretrain->stages.size() : 0)) &&
        recipe.pretrain->stages.size() < 64)
      recipe.pretrain->stages.emplace_back();
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
      const std::vector<Field> known = fields(recipe);
      const auto field = std::find_if(known.begin(), known.end(), [&](const Field& f) { return f.key == key; });
      const bool section =
          std::any_of(known.begin(), known.end(), [&](const Field& f) { return f.key.starts_with(key + "."); });
      if (field != known.end()) {
        put_value(*field, node, places_);
      } else if (key == "pretrain.stage") {
        walk_stages(node, key);
      } else if (section) {
        if (!node.is_table()) places_.refuse(key, fmt::format("expected a table, got {}", came(node)));
        walk(*node.as_table(), key + ".");
      } else {
        refuse_unknown(key, prefix);
      }
    }
  }

  void walk_stages(const toml::node& node, const std::string& key) {
    const toml::array* stages = node.as_array();
    if (!stages) places_.refuse(key, fmt::format("expected [[{}]] tables, got {}", key, came(node)));
    if (stages->size() > recipe.pretrain->stages.size())
      places_.refuse(key, fmt::format("expected at most 64 stages, got {}", stages->size()));
    for (std::size_t i = 0; i < stages->size(); ++i) {
      const std::string stage = fmt::format("{}[{}]", key, i);
      const toml::node& element = *stages->get(i);
      places_.given_in_line(stage, element.source().begin.line);
      if (!element.is_table()) places_.refuse(stage, fmt::format("expected a table, got {}", came(element)));
      walk(*element.as_table(), stage + ".");
    }
  }

  [[noreturn]] void refuse_unknown(const std::string& key, const std::string& prefix) {
    Recipe everything = complete_recipe();
    everything.ratings = recipe.ratings;
    if (recipe.pretrain)
      everything.pretrain->stages.resize(std::max<std::size_t>(1, recipe.pretrain->stages.size()),
                                         everything.pretrain->stages[0]);
    std::set<std::string> known;
    for (const Field& field : fields(everything)) {
      if (field.key == key || field.key.starts_with(key + "."))
        places_.refuse(key, "this key is only for optimizer = \"adam\"");
      if (!field.key.starts_with(prefix)) continue;
      // As far as the level of the unknown key, or in full for an override.
      known.insert(places_.overriding() ? field.key : field.key.substr(0, field.key.find('.', prefix.size())));
    }
    if (known.erase("pretrain.stage[0]")) known.insert("pretrain.stage");
    const std::vector<std::string> choices(known.begin(), known.end());
    places_.refuse(key, fmt::format("unknown key; the nearest known one is \"{}\"", nearest(key, choices)));
  }

  KeyPlaces places_;
};

}  // namespace

Recipe parse_recipe(std::string_view text, const std::string& file, std::span<const std::string> overrides) {
  Reader reader(file);
  reader.read(text);
  for (const std::string& override_text : overrides) reader.set(override_text);
  require_consistent(reader.recipe,
                     [&](const std::string& key, const std::string& message) { reader.places().refuse(key, message); });
  return std::move(reader.recipe);
}

Recipe read_recipe(const std::filesystem::path& path, std::span<const std::string> overrides) {
  const Bytes bytes = read_file(path, kRecipeLimit);
  return parse_recipe(as_text(bytes), path.string(), overrides);
}

}  // namespace deepboltz
