#include "deepboltz/recipe/put_value.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "deepboltz/base/nearest_word.h"
#include "deepboltz/io/malformed.h"
#include "deepboltz/setting/schedule_names.h"

namespace deepboltz {

namespace {

std::vector<std::string> names(const std::vector<std::string_view>& views) { return {views.begin(), views.end()}; }

// A node that is to become the value of a field, or of a part of it.
class Value {
 public:
  Value(const Setting& setting, const toml::node& node, const KeyPlaces& places)
      : setting_(setting), node_(node), places_(places) {}

  void put(bool* slot) const {
    if (!node_.is_boolean()) refuse();
    *slot = node_.as_boolean()->get();
  }
  void put(int* slot) const {
    const std::int64_t value = whole();
    if (value > std::numeric_limits<int>::max()) refuse();
    *slot = int(value);
  }
  void put(std::int64_t* slot) const { *slot = whole(); }
  void put(std::uint64_t* slot) const { *slot = std::uint64_t(whole()); }
  void put(double* slot) const { *slot = real(); }
  void put(std::string* slot) const {
    if (setting_.number_too && node_.is_integer()) {
      *slot = std::to_string(node_.as_integer()->get());
      return;
    }
    if (!node_.is_string()) refuse();
    *slot = node_.as_string()->get();
  }
  void put(std::vector<std::int64_t>* slot) const {
    std::vector<std::int64_t> numbers;
    for (const toml::node& element : list()) numbers.push_back(part(element).whole());
    *slot = numbers;
  }
  void put(std::vector<double>* slot) const { *slot = reals(); }
  void put(Unit* slot) const {
    const auto unit = unit_of(node_.value_or(std::string()));
    if (!unit || (group_size(*unit) > 1 && setting_.key != "model.visible")) refuse();
    *slot = *unit;
  }
  void put(const NumberList& slot) const {
    if (!slot.set(reals()))
      places_.refuse(setting_.key, fmt::format("expected as many numbers as its sister list has ({}), got {}",
                                               slot.get().size(), node_.as_array()->size()));
  }
  void put(const Choice& slot) const {
    const auto* text = node_.as_string();
    const auto name = text ? std::find(slot.names.begin(), slot.names.end(), text->get()) : slot.names.end();
    if (name == slot.names.end()) {
      if (text)
        places_.refuse(setting_.key, fmt::format("expected {}, got {}; did you mean \"{}\"?", expected(setting_),
                                                 came(node_), nearest_word(text->get(), names(slot.names))));
      refuse();
    }
    slot.set(std::size_t(name - slot.names.begin()));
  }
  void put(Schedule* slot) const {
    if (node_.is_number()) {
      *slot = {.kind = Schedule::Kind::constant, .start = real()};
      return;
    }
    if (!node_.is_table()) refuse();
    Schedule schedule;
    for (const auto& [name, value] : *node_.as_table()) put_schedule(std::string(name.str()), value, schedule);
    require_schedule_values(schedule);
    *slot = schedule;
  }

 private:
  [[noreturn]] void refuse() const {
    places_.refuse_value(setting_.key, node_.source().begin.line,
                         fmt::format("expected {}, got {}", expected(setting_), came(node_)));
  }

  Value part(const toml::node& element) const { return {setting_, element, places_}; }

  std::int64_t whole() const {
    const auto* number = node_.as_integer();
    if (!number || !setting_.bounds.hold(double(number->get()))) refuse();
    return number->get();
  }
  double real() const {
    const std::optional<double> number = node_.is_number() ? node_.value<double>() : std::nullopt;
    if (!number || !std::isfinite(*number) || !setting_.bounds.hold(*number)) refuse();
    return *number;
  }
  const toml::array& list() const {
    if (!node_.is_array()) refuse();
    return *node_.as_array();
  }
  std::vector<double> reals() const {
    std::vector<double> numbers;
    for (const toml::node& element : list()) numbers.push_back(part(element).real());
    return numbers;
  }

  void put_schedule(const std::string& name, const toml::node& value, Schedule& schedule) const {
    const std::string key = setting_.key + "." + name;
    const auto number = [&](Bounds bounds) {
      return Value(Setting{key, Slot(&schedule.start), bounds, ""}, value, places_).real();
    };
    if (name == "kind") {
      const Choice kinds{{kScheduleNames.begin(), kScheduleNames.end()},
                         [&] { return std::size_t(schedule.kind); },
                         [&](std::size_t i) { schedule.kind = Schedule::Kind(i); }};
      Value(Setting{key, kinds, kAny, ""}, value, places_).put(kinds);
    } else if (name == "start") {
      schedule.start = number(setting_.bounds);
    } else if (name == "end") {
      schedule.end = number(setting_.bounds);
    } else if (name == "epochs") {
      schedule.epochs = number(kFromZero);
    } else if (name == "factor") {
      schedule.factor = number(kFromOne);
    } else {
      const std::vector<std::string> known{"kind", "start", "end", "epochs", "factor"};
      places_.refuse(setting_.key, fmt::format("unknown key \"{}\"; the nearest known one is \"{}\"", printable(name),
                                               nearest_word(name, known)));
    }
  }

  void require_schedule_values(const Schedule& schedule) const {
    try {
      require_schedule(schedule, setting_.bounds.low, setting_.bounds.high, "schedule");
    } catch (const InputError& error) {
      places_.refuse(setting_.key, error.what());
    }
  }

  const Setting& setting_;
  const toml::node& node_;
  const KeyPlaces& places_;
};

}  // namespace

void put_value(const Setting& setting, const toml::node& node, const KeyPlaces& places) {
  std::visit([&](auto slot) { Value(setting, node, places).put(slot); }, setting.slot);
}

std::string came(const toml::node& node) {
  if (const auto* text = node.as_string()) return fmt::format("\"{}\"", printable(text->get()));
  if (const auto* whole = node.as_integer()) return fmt::format("{}", whole->get());
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  if (const auto* truth = node.as_boolean()) return truth->get() ? "true" : "false";
  if (node.is_table()) return "a table";
  if (node.is_array()) return "a list";
  return "a date or time";
}

}  // namespace deepboltz
