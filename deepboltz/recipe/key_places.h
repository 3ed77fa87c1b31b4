// Where the keys of a recipe were given, for errors: a line of the file, or an override.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace deepboltz {

class KeyPlaces {
 public:
  explicit KeyPlaces(std::string file) : file_(std::move(file)) {}

  const std::string& file() const { return file_; }
  bool given(const std::string& key) const { return places_.contains(key); }
  bool overriding() const { return !override_.empty(); }

  void given_in_line(const std::string& key, std::uint64_t line);
  void begin_override(const std::string& key) { override_ = override_of(key); }
  void given_by_override(const std::string& key) { places_[key] = override_; }
  void end_override() { override_.clear(); }

  // A contradiction is reported where the key, or else the section around it, stands: "PLACE: key: message".
  [[noreturn]] void refuse(const std::string& key, const std::string& message) const;
  // A value is refused in its own line.
  [[noreturn]] void refuse_value(const std::string& key, std::uint64_t line, const std::string& message) const;

 private:
  static std::string override_of(const std::string& key) { return "--set " + key; }

  std::string file_, override_;                // "--set key" while one is read
  std::map<std::string, std::string> places_;  // of a key
};

}  // namespace deepboltz
