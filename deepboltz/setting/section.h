// Where the settings of a recipe are declared: a line each, in the file of their kind of system. A section knows no
// TOML.
#pragma once

#include <optional>
#include <string>
#include <type_traits>

#include "deepboltz/setting/setting.h"

namespace deepboltz {

// Adds settings below a prefix ("train.").
class Section {
 public:
  Section(Settings& out, std::string prefix) : out_(out), prefix_(std::move(prefix)) {}

  Section below(const std::string& name) const { return {out_, prefix_ + name}; }

  template <class T> void add(const char* name, T& value, Bounds bounds, std::string meaning) {
    out_.values.push_back({prefix_ + name, Slot(&value), bounds, std::move(meaning)});
  }
  void add(const char* name, bool& value, std::string meaning) { add(name, value, kAny, std::move(meaning)); }
  void add(const char* name, std::string& value, std::string meaning) { add(name, value, kAny, std::move(meaning)); }
  void add(const char* name, NumberList list, Bounds bounds, std::string meaning) {
    out_.values.push_back({prefix_ + name, Slot(std::move(list)), bounds, std::move(meaning)});
  }

  // An enum whose values count from 0 in the order of `names`.
  template <class E>
    requires std::is_enum_v<E>
  void choose(const char* name, E& value, std::vector<std::string_view> names, std::string meaning) {
    choose(name, {std::move(names), [&value] { return std::size_t(value); }, [&value](std::size_t i) { value = E(i); }},
           std::move(meaning));
  }
  // A text that is one of `names`.
  void choose(const char* name, std::string& value, std::vector<std::string_view> names, std::string meaning) {
    const auto place = [&value, names] {
      for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == value) return i;
      return std::size_t(0);
    };
    const auto put = [&value, names](std::size_t i) { value = names[i]; };
    choose(name, {names, place, put}, std::move(meaning));
  }
  void choose(const char* name, Choice choice, std::string meaning) {
    out_.values.push_back({prefix_ + name, Slot(std::move(choice)), kAny, std::move(meaning)});
  }
  // A choice on which it depends which settings come after it.
  void decide(const char* name, Choice choice, std::string meaning) {
    choose(name, std::move(choice), std::move(meaning));
    out_.values.back().decides = true;
  }
  // A text that names a file; a run finds it again from any folder.
  void add_path(const char* name, std::string& value, std::string meaning) {
    add(name, value, std::move(meaning));
    out_.values.back().path = true;
  }

  // A text, or a whole number in its place: the name of a column, or where it is.
  void add_name_or_number(const char* name, std::string& value, std::string meaning) {
    add(name, value, std::move(meaning));
    out_.values.back().number_too = true;
  }

  // The setting just added came later: the text of an older run or model, which lacks it, means `before`.
  template <class T> void came_later(T& value, T before) {
    out_.values.back().before = [&value, before] { value = before; };
  }

  // A table that a recipe may leave out; `declare(section, part)` adds its settings.
  template <class Part, class Declare> void add_table(const char* name, std::optional<Part>& part, Declare&& declare) {
    out_.tables.push_back({prefix_ + name, [&part] { return part.has_value(); }, [&part] { part.emplace(); }});
    if (part) declare(below(std::string(name) + "."), *part);
  }
  // A list of tables, at most `most`.
  template <class Part, class Declare>
  void add_tables(const char* name, std::vector<Part>& parts, std::size_t most, Declare&& declare) {
    out_.lists.push_back({prefix_ + name, most, [&parts] { return parts.size(); },
                          [&parts](std::size_t count) { parts.resize(count); }});
    for (std::size_t i = 0; i < parts.size(); ++i)
      declare(below(std::string(name) + "[" + std::to_string(i) + "]."), parts[i]);
  }

 private:
  Settings& out_;
  std::string prefix_;
};

}  // namespace deepboltz
