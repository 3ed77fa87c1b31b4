#include "deepboltz/recipe/read.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

// toml++ 3.3 asserts, and in release builds assumes, that a table's header holds a key, where "[[[" comes from outside;
// the lines after the assertion refuse it properly. So its assertions are switched off, and its assumptions with them.
#pragma push_macro("NDEBUG")
#undef NDEBUG
#define TOML_ASSERT(expr) static_assert(true)
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

#include "deepboltz/io/file.h"
#include "deepboltz/io/malformed.h"
#include "deepboltz/recipe/consistent.h"
#include "deepboltz/recipe/fields.h"
#include "deepboltz/recipe/nearest.h"
#include "deepboltz/recipe/schedule_names.h"

namespace deepboltz {

namespace {

// Where the text has a character between U+FCA6 and U+FEFE, which toml++ 3.3 declares unreachable instead of refusing
// it; npos if nowhere.
std::size_t find_unparsable(std::string_view text) {
  for (std::size_t i = 0; i + 2 < text.size(); ++i) {
    const auto byte = [&](std::size_t k) { return std::uint32_t(static_cast<unsigned char>(text[i + k])); };
    if (byte(0) != 0xEF) continue;
    const std::uint32_t character = 0xF000 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
    if (character >= 0xFCA6 && character < 0xFEFF) return i;
  }
  return std::string_view::npos;
}

// What came, in words: the value if it is short, else its type.
std::string came(const toml::node& node) {
  if (const auto* text = node.as_string()) return fmt::format("\"{}\"", printable(text->get()));
  if (const auto* whole = node.as_integer()) return fmt::format("{}", whole->get());
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  if (const auto* truth = node.as_boolean()) return truth->get() ? "true" : "false";
  if (node.is_table()) return "a table";
  if (node.is_array()) return "a list";
  return "a date or time";
}

std::vector<std::string> names(const std::vector<std::string_view>& views) { return {views.begin(), views.end()}; }

class Reader {
 public:
  explicit Reader(std::string file) : file_(std::move(file)) {}

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
    override_ = "--set " + key;
    make_room(key);
    for (const Field& field : fields(recipe)) {
      if (field.key != key) continue;
      const toml::table value = parse_value(text.substr(equals + 1));
      assign(field, *value.get("value"));
      override_.clear();
      return;
    }
    refuse_unknown(key, "");
  }

  // A contradiction is reported where the key, or else the section around it, stands.
  [[noreturn]] void refuse(const std::string& key, const std::string& message) const {
    std::string above = key;
    while (!above.empty() && !lines_.contains(above)) {
      const std::size_t end = above.find_last_of(".[");
      above.resize(end == std::string::npos ? 0 : end);
    }
    const auto place = lines_.find(above);
    throw InputError(fmt::format("{}: {}: {}", place == lines_.end() ? file_ : place->second, key, message));
  }

 private:
  toml::table parse(std::string_view text) const {
    if (const std::size_t at = find_unparsable(text); at != std::string_view::npos)
      throw InputError(fmt::format("{}:{}: a character between U+FCA6 and U+FEFE is not possible here", file_,
                                   1 + std::count(text.begin(), text.begin() + std::ptrdiff_t(at), '\n')));
    try {
      return toml::parse(text, file_);
    } catch (const toml::parse_error& error) {
      throw InputError(fmt::format("{}:{}: {}", file_, error.source().begin.line, printable(error.description(), 200)));
    }
  }

  // The value of an override: TOML, or a bare word that is taken as a text.
  static toml::table parse_value(const std::string& value) {
    try {
      require(find_unparsable(value) == std::string_view::npos,
              "--set: a character between U+FCA6 and U+FEFE is not possible here");
      return toml::parse("value = " + value);
    } catch (const toml::parse_error&) {
      toml::table table;
      table.insert("value", value);
      return table;
    }
  }

  // Optional parts come into being before their fields are looked for.
  void shape(const toml::table& root) {
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
      lines_[key] = fmt::format("{}:{}", file_, name->source().begin.line);
      const std::vector<Field> known = fields(recipe);
      const auto field = std::find_if(known.begin(), known.end(), [&](const Field& f) { return f.key == key; });
      const bool section =
          std::any_of(known.begin(), known.end(), [&](const Field& f) { return f.key.starts_with(key + "."); });
      if (field != known.end()) {
        assign(*field, node);
      } else if (key == "pretrain.stage") {
        walk_stages(node, key);
      } else if (section) {
        if (!node.is_table()) refuse(key, fmt::format("expected a table, got {}", came(node)));
        walk(*node.as_table(), key + ".");
      } else {
        refuse_unknown(key, prefix);
      }
    }
  }

  void walk_stages(const toml::node& node, const std::string& key) {
    const toml::array* stages = node.as_array();
    if (!stages) refuse(key, fmt::format("expected [[{}]] tables, got {}", key, came(node)));
    if (stages->size() > recipe.pretrain->stages.size())
      refuse(key, fmt::format("expected at most 64 stages, got {}", stages->size()));
    for (std::size_t i = 0; i < stages->size(); ++i) {
      const std::string stage = fmt::format("{}[{}]", key, i);
      const toml::node& element = *stages->get(i);
      lines_[stage] = fmt::format("{}:{}", file_, element.source().begin.line);
      if (!element.is_table()) refuse(stage, fmt::format("expected a table, got {}", came(element)));
      walk(*element.as_table(), stage + ".");
    }
  }

  [[noreturn]] void refuse_unknown(const std::string& key, const std::string& prefix) {
    Recipe everything = complete_recipe();
    if (recipe.pretrain)
      everything.pretrain->stages.resize(std::max<std::size_t>(1, recipe.pretrain->stages.size()),
                                         everything.pretrain->stages[0]);
    std::set<std::string> known;
    for (const Field& field : fields(everything)) {
      if (field.key == key || field.key.starts_with(key + "."))
        refuse(key, "this key is only for optimizer = \"adam\"");
      if (!field.key.starts_with(prefix)) continue;
      // As far as the level of the unknown key, or in full for an override.
      known.insert(override_.empty() ? field.key.substr(0, field.key.find('.', prefix.size())) : field.key);
    }
    if (known.erase("pretrain.stage[0]")) known.insert("pretrain.stage");
    const std::vector<std::string> choices(known.begin(), known.end());
    refuse(key, fmt::format("unknown key; the nearest known one is \"{}\"", nearest(key, choices)));
  }

  // ---- one value

  [[noreturn]] void refuse_value(const Field& field, const toml::node& node) const {
    const std::string message = fmt::format("expected {}, got {}", expected(field), came(node));
    if (!override_.empty()) throw InputError(fmt::format("{}: {}", override_, message));
    throw InputError(fmt::format("{}:{}: {}: {}", file_, node.source().begin.line, field.key, message));
  }

  void assign(const Field& field, const toml::node& node) {
    if (!override_.empty()) lines_[field.key] = override_;
    std::visit([&](auto slot) { put(field, node, slot); }, field.slot);
  }

  std::int64_t whole(const Field& field, const toml::node& node) const {
    const auto* number = node.as_integer();
    if (!number || !field.bounds.hold(double(number->get()))) refuse_value(field, node);
    return number->get();
  }
  double real(const Field& field, const toml::node& node) const {
    const std::optional<double> number = node.is_number() ? node.value<double>() : std::nullopt;
    if (!number || !std::isfinite(*number) || !field.bounds.hold(*number)) refuse_value(field, node);
    return *number;
  }
  const toml::array& list(const Field& field, const toml::node& node) const {
    if (!node.is_array()) refuse_value(field, node);
    return *node.as_array();
  }
  std::vector<double> reals(const Field& field, const toml::node& node) const {
    std::vector<double> numbers;
    for (const toml::node& element : list(field, node)) numbers.push_back(real(field, element));
    return numbers;
  }

  void put(const Field& field, const toml::node& node, bool* slot) const {
    if (!node.is_boolean()) refuse_value(field, node);
    *slot = node.as_boolean()->get();
  }
  void put(const Field& field, const toml::node& node, int* slot) const {
    const std::int64_t value = whole(field, node);
    if (value > std::numeric_limits<int>::max()) refuse_value(field, node);
    *slot = int(value);
  }
  void put(const Field& field, const toml::node& node, std::int64_t* slot) const { *slot = whole(field, node); }
  void put(const Field& field, const toml::node& node, std::uint64_t* slot) const {
    *slot = std::uint64_t(whole(field, node));
  }
  void put(const Field& field, const toml::node& node, double* slot) const { *slot = real(field, node); }
  void put(const Field& field, const toml::node& node, std::string* slot) const {
    if (!node.is_string()) refuse_value(field, node);
    *slot = node.as_string()->get();
  }
  void put(const Field& field, const toml::node& node, std::vector<std::int64_t>* slot) const {
    std::vector<std::int64_t> numbers;
    for (const toml::node& element : list(field, node)) numbers.push_back(whole(field, element));
    *slot = numbers;
  }
  void put(const Field& field, const toml::node& node, std::vector<double>* slot) const { *slot = reals(field, node); }
  void put(const Field& field, const toml::node& node, const NumberList& slot) const {
    if (!slot.set(reals(field, node)))
      refuse(field.key, fmt::format("expected as many numbers as its sister list has ({}), got {}", slot.get().size(),
                                    node.as_array()->size()));
  }
  void put(const Field& field, const toml::node& node, const Choice& slot) const {
    const auto* text = node.as_string();
    const auto name = text ? std::find(slot.names.begin(), slot.names.end(), text->get()) : slot.names.end();
    if (name == slot.names.end()) {
      if (text)
        refuse(field.key, fmt::format("expected {}, got {}; did you mean \"{}\"?", expected(field), came(node),
                                      nearest(text->get(), names(slot.names))));
      refuse_value(field, node);
    }
    slot.set(std::size_t(name - slot.names.begin()));
  }
  void put(const Field& field, const toml::node& node, Schedule* slot) const {
    if (node.is_number()) {
      *slot = {.kind = Schedule::Kind::constant, .start = real(field, node)};
      return;
    }
    if (!node.is_table()) refuse_value(field, node);
    Schedule schedule;
    for (const auto& [name, value] : *node.as_table()) put_schedule(field, std::string(name.str()), value, schedule);
    require_schedule_values(field, schedule);
    *slot = schedule;
  }

  void put_schedule(const Field& field, const std::string& name, const toml::node& value, Schedule& schedule) const {
    const auto part = [&](Bounds bounds) { return Field{field.key + "." + name, Slot(&schedule.start), bounds, ""}; };
    const auto number = [&](Bounds bounds) { return real(part(bounds), value); };
    if (name == "kind") {
      const Choice kinds{{kScheduleNames.begin(), kScheduleNames.end()},
                         [&] { return std::size_t(schedule.kind); },
                         [&](std::size_t i) { schedule.kind = Schedule::Kind(i); }};
      put({field.key + ".kind", kinds, kAny, ""}, value, kinds);
    } else if (name == "start") {
      schedule.start = number(field.bounds);
    } else if (name == "end") {
      schedule.end = number(field.bounds);
    } else if (name == "epochs") {
      schedule.epochs = number(kFromZero);
    } else if (name == "factor") {
      schedule.factor = number(kFromOne);
    } else {
      const std::vector<std::string> known{"kind", "start", "end", "epochs", "factor"};
      refuse(field.key,
             fmt::format("unknown key \"{}\"; the nearest known one is \"{}\"", printable(name), nearest(name, known)));
    }
  }

  void require_schedule_values(const Field& field, const Schedule& schedule) const {
    try {
      require_schedule(schedule, field.bounds.low, field.bounds.high, "schedule");
    } catch (const InputError& error) {
      refuse(field.key, error.what());
    }
  }

  std::string file_;
  std::string override_;                      // "--set key" while one is read
  std::map<std::string, std::string> lines_;  // where a key was given
};

}  // namespace

Recipe parse_recipe(std::string_view text, const std::string& file, std::span<const std::string> overrides) {
  Reader reader(file);
  reader.read(text);
  for (const std::string& override_text : overrides) reader.set(override_text);
  require_consistent(reader.recipe,
                     [&](const std::string& key, const std::string& message) { reader.refuse(key, message); });
  return std::move(reader.recipe);
}

Recipe read_recipe(const std::filesystem::path& path, std::span<const std::string> overrides) {
  const Bytes bytes = read_file(path, kRecipeLimit);
  return parse_recipe(as_text(bytes), path.string(), overrides);
}

}  // namespace deepboltz
