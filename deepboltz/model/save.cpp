#include "deepboltz/model/save.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <sstream>

#include "deepboltz/base/parse_number.h"

namespace deepboltz {
namespace {

std::int64_t parse_count(const std::string& file, const std::string& word) {
  constexpr std::int64_t kMostUnits = 100'000'000;
  const auto count = parse_number<std::int64_t>(word);
  require(count && *count >= 1 && *count <= kMostUnits, "{}: layers: expected a number of units from 1 to {}, got '{}'",
          file, kMostUnits, word);
  return *count;
}

Unit parse_unit(const std::string& file, const std::string& word) {
  const auto unit = unit_of(word);
  require(unit.has_value(), "{}: layers: unknown unit type '{}'", file, word);
  return *unit;
}

Role parse_role(const std::string& file, const std::string& word) {
  for (Role role : {Role::visible, Role::label, Role::hidden, Role::condition})
    if (word == name_of(role)) return role;
  throw InputError(fmt::format("{}: layers: expected visible, label, hidden or condition, got '{}'", file, word));
}

const std::string& section(const Archive& archive, const std::string& name) {
  const auto found = archive.metadata.find(name);
  require(found != archive.metadata.end(), "{}: not a deepboltz model: the header has no '{}'", archive.file, name);
  return found->second;
}

// The words of each line of a section, `count` on every line.
std::vector<std::vector<std::string>> lines(const Archive& archive, const std::string& name, std::size_t count) {
  std::vector<std::vector<std::string>> all;
  std::istringstream text(section(archive, name));
  for (std::string line; std::getline(text, line);) {
    std::istringstream words(line);
    all.emplace_back(std::istream_iterator<std::string>(words), std::istream_iterator<std::string>());
    require(all.back().size() == count, "{}: {}: expected {} words on line {}, got '{}'", archive.file, name, count,
            all.size(), line);
  }
  return all;
}

Tensor take_checked(Archive& archive, const std::string& name, DType precision, std::int64_t rows, std::int64_t cols) {
  const Tensor& found = archive.at(name);
  require(found.dtype() == precision && found.rows() == rows && found.cols() == cols,
          "{}: '{}' should be {} × {} of {}, but is {} × {} of {}", archive.file, name, rows, cols,
          deepboltz::name_of(precision), found.rows(), found.cols(), deepboltz::name_of(found.dtype()));
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < cols; ++c)
      require(std::isfinite(found.at(r, c)), "{}: '{}' is not finite at row {}, column {}", archive.file, name, r, c);
  return archive.take(name);
}

std::string tensor_name(const std::string& prefix, const Layer& layer, const char* part) {
  return prefix + "layer/" + layer.name + "/" + part;
}
std::string weight_name(const std::string& prefix, const EnergyModel& model, const Connection& c) {
  return prefix + "connection/" + model.layer(c.lower).name + "/" + model.layer(c.upper).name + "/weight";
}

// The layers before format 3: a condition, a bit for each softmax unit of the visible layer, was a second visible one.
Role role_before_conditions(const EnergyModel& model, const Unit& unit, std::int64_t units, Role role) {
  const auto groups = model.find(Role::visible);
  const bool condition = role == Role::visible && groups &&
                         std::holds_alternative<Softmax>(model.layer(*groups).unit) && unit == Unit(Bernoulli{}) &&
                         units * group_size(model.layer(*groups).unit) == model.layer(*groups).units;
  return condition ? Role::condition : role;
}

// What the model refuses of a file is the file's fault, and named so.
template <class Build> void build_from(const std::string& file, Build&& build) {
  try {
    build();
  } catch (const InputError& error) {
    throw InputError(fmt::format("{}: {}", file, error.what()));
  }
}

}  // namespace

void add_model(const EnergyModel& model, const std::string& prefix, Archive& archive) {
  model.require_no_factors("save");
  archive.metadata[prefix + "precision"] = std::string(deepboltz::name_of(model.precision()));
  std::string& layers = archive.metadata[prefix + "layers"];
  for (const Layer& layer : model.layers()) {
    layers += fmt::format("{} {} {} {}\n", layer.name, word_of(layer.unit), layer.units, name_of(layer.role));
  }
  std::string& connections = archive.metadata[prefix + "connections"];
  for (const Connection& c : model.connections())
    connections += fmt::format("{} {}\n", model.layer(c.lower).name, model.layer(c.upper).name);
  add_numbers(model, prefix, archive);
}

EnergyModel take_model(const std::string& prefix, Archive& archive) {
  const std::string precision = section(archive, prefix + "precision");
  require(precision == "f32" || precision == "f64", "{}: precision: expected f32 or f64, got '{}'", archive.file,
          precision);
  EnergyModel model(precision == "f64" ? DType::f64 : DType::f32);

  for (const auto& words : lines(archive, prefix + "layers", 4)) {
    const std::string& name = words[0];
    // The tensor stands for the declared size before anything of that size is made.
    const std::int64_t count = parse_count(archive.file, words[2]),
                       present = archive.at(prefix + "layer/" + name + "/bias").cols();
    require(present == count, "{}: layer '{}' is declared with {} units, but its bias has {}", archive.file, name,
            count, present);
    const Unit kind = parse_unit(archive.file, words[1]);
    const Role written = parse_role(archive.file, words[3]);
    // Formats 1 and 2 have no prefix.
    const Role part = prefix.empty() ? role_before_conditions(model, kind, count, written) : written;
    build_from(archive.file, [&] { model.add(name, kind, count, part); });
  }
  require(!model.layers().empty(), "{}: the model has no layers", archive.file);

  for (const auto& words : lines(archive, prefix + "connections", 2)) {
    const std::string &lower = words[0], &upper = words[1];
    const auto from = model.find(lower), to = model.find(upper);
    require(from && to, "{}: connections: unknown layer '{}'", archive.file, from ? upper : lower);
    const Tensor& weight =
        archive.at(weight_name(prefix, model, {*from, *to, {}, 1, 1}));  // before a matrix of that size is made
    require(weight.rows() == model.layer(*from).units && weight.cols() == model.layer(*to).units,
            "{}: the weight of '{}'–'{}' is {} × {}, which the layers' {} and {} units contradict", archive.file, lower,
            upper, weight.rows(), weight.cols(), model.layer(*from).units, model.layer(*to).units);
    build_from(archive.file, [&] { model.connect(*from, *to); });
  }
  take_numbers(prefix, archive, model);
  return model;
}

void add_numbers(const EnergyModel& model, const std::string& prefix, Archive& archive) {
  for (const Layer& layer : model.layers()) {
    archive.add(tensor_name(prefix, layer, "bias"), layer.bias.clone());
    if (!layer.offset.empty()) archive.add(tensor_name(prefix, layer, "offset"), layer.offset.clone());
    if (layer.scale.empty()) continue;
    archive.add(tensor_name(prefix, layer, "shift"), layer.shift.clone());
    archive.add(tensor_name(prefix, layer, "scale"), layer.scale.clone());
    if (!layer.whitening.empty()) archive.add(tensor_name(prefix, layer, "root"), layer.whitening.root.clone());
  }
  for (const Connection& c : model.connections()) archive.add(weight_name(prefix, model, c), c.weight.clone());
}

void take_numbers(const std::string& prefix, Archive& archive, EnergyModel& model) {
  const DType precision = model.precision();
  for (Layer& layer : model.layers()) {
    const auto has = [&](const char* part) { return archive.contains(tensor_name(prefix, layer, part)); };
    const auto take = [&](const char* part, std::int64_t rows = 1) {
      return take_checked(archive, tensor_name(prefix, layer, part), precision, rows, layer.units);
    };
    const bool whitened = has("root"), standardised = whitened || has("shift") || has("scale");
    layer.bias = take("bias");
    layer.offset = has("offset") ? take("offset") : Tensor{};
    layer.shift = standardised ? take("shift") : Tensor{};
    layer.scale = standardised ? take("scale") : Tensor{};
    layer.whitening = {};
    if (whitened) {
      const std::string where = fmt::format("{}: '{}'", archive.file, tensor_name(prefix, layer, "root"));
      Tensor matrix = take("root", layer.units);
      build_from(where, [&] { layer.whitening = whitening_by(std::move(matrix)); });
    }
    for (std::int64_t u = 0; u < layer.scale.cols(); ++u)
      require(layer.scale.at(0, u) > 0, "{}: '{}' should be above 0, but is {} at column {}", archive.file,
              tensor_name(prefix, layer, "scale"), layer.scale.at(0, u), u);
  }
  for (Connection& c : model.connections())
    c.weight = take_checked(archive, weight_name(prefix, model, c), precision, model.layer(c.lower).units,
                            model.layer(c.upper).units);
}

}  // namespace deepboltz
