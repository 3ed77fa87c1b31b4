#include "deepboltz/report/numbers.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

namespace deepboltz {
namespace {

using Json = nlohmann::ordered_json;

std::string words(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

std::string text_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

double number_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_number() ? found->get<double>() : 0;
}

Json parse_object(ByteView bytes, const std::string& file) {
  Json json;
  try {
    json = Json::parse(bytes.begin(), bytes.end());
  } catch (const Json::parse_error& e) {
    throw InputError(fmt::format("{}: byte {}: not JSON", file, e.byte));
  }
  require(json.is_object(), "{}: byte 0: expected a JSON object", file);
  return json;
}

constexpr int kDeepest = 32;  // levels of objects and lists

void walk(const Json& json, const std::string& name, const std::string& file, int depth, std::vector<Number>& numbers) {
  require(depth <= kDeepest, "{}: byte 0: more than {} levels of objects and lists", file, kDeepest);
  const auto below = [&](const std::string& part) { return name.empty() ? words(part) : name + " / " + words(part); };
  if (json.is_object() && json.contains("value") && json["value"].is_number()) {
    const double error = std::max(number_of(json, "standard_error"), number_of(json, "error"));
    std::string warning = text_of(json, "warning");
    if (const std::string note = text_of(json, "note"); !note.empty()) warning += (warning.empty() ? "" : "; ") + note;
    numbers.push_back({name, with_error(json["value"].get<double>(), error), warning});
  } else if (json.is_object()) {
    for (const auto& [key, value] : json.items()) walk(value, below(key), file, depth + 1, numbers);
  } else if (json.is_array()) {
    for (std::size_t i = 0; i < json.size(); ++i) {
      std::string part = std::to_string(i + 1);
      for (const char* key : {"name", "mask", "metric"})
        if (json[i].is_object() && !text_of(json[i], key).empty()) part = text_of(json[i], key);
      walk(json[i], below(part), file, depth + 1, numbers);
    }
  } else if (json.is_number_float()) {
    numbers.push_back({name, with_error(json.get<double>(), 0), ""});
  } else if (json.is_string()) {
    numbers.push_back({name, json.get<std::string>(), ""});
  } else if (!json.is_null()) {
    numbers.push_back({name, json.dump(), ""});
  }
}

}  // namespace

std::string with_error(double value, double error) {
  if (!(error > 0) || !std::isfinite(error) || !std::isfinite(value)) return fmt::format("{:.6g}", value);
  const int digits = std::clamp(1 - int(std::floor(std::log10(error))), 0, 9);
  return fmt::format("{:.{}f} ± {:.{}f}", value, digits, error, digits);
}

std::vector<Number> parse_numbers(ByteView bytes, const std::string& file) {
  std::vector<Number> numbers;
  walk(parse_object(bytes, file), "", file, 1, numbers);
  return numbers;
}

std::vector<std::pair<double, double>> parse_points(ByteView bytes, const std::string& file, const char* name,
                                                    const char* x) {
  std::vector<std::pair<double, double>> points;
  const Json json = parse_object(bytes, file);
  const auto list = json.find(name);
  if (list == json.end() || !list->is_array()) return points;
  const auto has = [](const Json& point, const char* key) {
    return point.is_object() && point.contains(key) && point[key].is_number();
  };
  for (const Json& point : *list)
    if (has(point, x) && has(point, "value")) points.emplace_back(number_of(point, x), number_of(point, "value"));
  return points;
}

}  // namespace deepboltz
