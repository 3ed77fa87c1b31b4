#include "deepboltz/system/save.h"

#include <cmath>
#include <cstring>
#include <sstream>

#include "deepboltz/base/parse_number.h"
#include "deepboltz/io/texts.h"
#include "deepboltz/model/save.h"
#include "deepboltz/stack/save_network.h"

namespace deepboltz {
namespace {

void add_part(const std::string& prefix, const EnergyModel& model, Archive& archive) {
  add_model(model, prefix, archive);
}
void add_part(const std::string& prefix, const Network& network, Archive& archive) {
  add_network(network, prefix, archive);
}
void add_part(const std::string& prefix, const Tensor& tensor, Archive& archive) {
  archive.add(prefix + "numbers", tensor.clone());
}

Tensor take_tensor(const std::string& prefix, Archive& archive) {
  const Tensor& found = archive.at(prefix + "numbers");
  for (std::int64_t r = 0; found.dtype() != DType::u8 && r < found.rows(); ++r)
    for (std::int64_t c = 0; c < found.cols(); ++c)
      require(std::isfinite(found.at(r, c)), "{}: '{}numbers' is not finite at row {}, column {}", archive.file, prefix,
              r, c);
  return archive.take(prefix + "numbers");
}

Part take_part(const std::string& name, const std::string& type, Archive& archive) {
  const std::string prefix = name + "/";
  if (type == "model") return take_model(prefix, archive);
  if (type == "network") return take_network(prefix, archive);
  require(type == "tensor", "{}: parts: expected model, network or tensor, got '{}'", archive.file, printable(type));
  return take_tensor(prefix, archive);
}

void add_columns(const System& system, Archive& archive) {
  for (const auto& [name, meaning] : system.columns) {
    add_texts("names/" + name, meaning.names, archive);
    add_texts("values/" + name, meaning.values, archive);
    add_texts("columns/" + name, meaning.columns, archive);
    if (meaning.scale > 0) archive.metadata["scale/" + name] = fmt::format("{}", meaning.scale);
    if (meaning.ink >= 0) archive.metadata["ink/" + name] = fmt::format("{}", meaning.ink);
    if (meaning.words > 0) archive.metadata["words/" + name] = fmt::format("{}", meaning.words);
    if (meaning.is_picture())
      archive.metadata["picture/" + name] = fmt::format("{} {} {}", meaning.height, meaning.width, meaning.channels);
  }
}

void take_picture(const std::string& file, const std::string& text, Meaning& meaning) {
  std::istringstream words(text);
  int height = 0, width = 0, channels = 1;
  words >> height >> width;
  if (!(words >> channels)) channels = 1;
  if (height == 0 && width == 0) return;
  require(height > 0 && width > 0 && (channels == 1 || channels == 3), "{}: expected the size of a picture, got '{}'",
          file, printable(text));
  meaning.height = height;
  meaning.width = width;
  meaning.channels = channels;
}

double take_number(const std::string& file, const std::string& name, const std::string& text) {
  const auto number = parse_number<double>(text);
  require(number && std::isfinite(*number) && *number >= 0, "{}: {}: expected a number from 0, got '{}'", file,
          printable(name), printable(text));
  return *number;
}

void take_columns(Archive& archive, System& system) {
  std::vector<std::string> names, values, columns;
  for (const Archive::Entry& entry : archive.entries()) {
    if (entry.name.starts_with("names/")) names.push_back(entry.name.substr(6));
    if (entry.name.starts_with("values/")) values.push_back(entry.name.substr(7));
    if (entry.name.starts_with("columns/")) columns.push_back(entry.name.substr(8));
  }
  for (const std::string& name : names) system.columns[name].names = take_texts("names/" + name, archive);
  for (const std::string& name : values) system.columns[name].values = take_texts("values/" + name, archive);
  for (const std::string& name : columns) system.columns[name].columns = take_texts("columns/" + name, archive);
  for (const auto& [name, text] : archive.metadata) {
    if (name.starts_with("picture/")) take_picture(archive.file, text, system.columns[name.substr(8)]);
    if (name.starts_with("scale/")) system.columns[name.substr(6)].scale = take_number(archive.file, name, text);
    if (name.starts_with("ink/")) system.columns[name.substr(4)].ink = take_number(archive.file, name, text);
    if (name.starts_with("words/")) system.columns[name.substr(6)].words = take_number(archive.file, name, text);
  }
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// Formats 1 and 2: one model without a prefix, and names among the notes.
System take_old(Archive& archive, std::span<const Kind> table) {
  System system{.kind = std::string(table.front().word)};
  EnergyModel model = take_model("", archive);
  const std::string recipe = archive.metadata.contains("note/recipe") ? archive.metadata.at("note/recipe") : "";
  for (const Kind& kind : table)
    if (kind.is_old_file && kind.is_old_file(model, recipe)) system.kind = kind.word;
  system.parts.emplace("model", std::move(model));
  for (const auto& [name, text] : archive.metadata) {
    if (!name.starts_with("note/")) continue;
    const std::string note = name.substr(5);
    Meaning& visible = system.columns[kVisibleColumn];
    if (note == "vocabulary")
      visible.names = lines_of(text);
    else if (note == "letters")
      for (const char letter : text) visible.values.emplace_back(1, letter);
    else if (note == "classes")
      system.columns[kLabelColumn].names = lines_of(text);
    else if (note == "picture")
      take_picture(archive.file, text, visible);
    else
      system.notes[note] = text;
  }
  return system;
}

// Names that are no names of the units they stand for are refused here, once.
void require_meaning(const std::string& file, const System& system, std::span<const Kind> table) {
  const auto takes = kind_named(table, system.kind).uses.takes;
  const EnergyModel* of_cases = takes ? takes(system) : nullptr;  // null: every machine is of the cases
  const Meaning& visible = meaning_of(system, kVisibleColumn);
  for (const auto& [name, part] : system.parts) {
    const auto* model = std::get_if<EnergyModel>(&part);
    if (!model || (of_cases && model != of_cases) || !model->find(Role::visible)) continue;
    const Layer& layer = model->layer(model->visible());
    require(visible.names.empty() || std::int64_t(visible.names.size()) == layer.units ||
                std::int64_t(visible.names.size()) * group_size(layer.unit) == layer.units,
            "{}: the model has {} visible units, but its vocabulary {} words", file, layer.units, visible.names.size());
    require(visible.columns.empty() || std::int64_t(visible.columns.size()) == layer.units,
            "{}: the model has {} visible units, but names of {} columns", file, layer.units, visible.columns.size());
    require(visible.values.empty() || std::int64_t(visible.values.size()) == group_size(layer.unit),
            "{}: the model's sites have {} classes, but {} letters are named", file, group_size(layer.unit),
            visible.values.size());
    const auto numbers = std::int64_t(visible.height) * visible.width * visible.channels;
    require(!visible.is_picture() || numbers == layer.units, "{}: the model has {} visible units, but pictures of {}",
            file, layer.units, numbers);
  }
}

}  // namespace

void add_system(const System& system, Archive& archive) {
  archive.metadata["deepboltz"] = std::to_string(kFormat);
  archive.metadata["kind"] = system.kind;
  std::string& parts = archive.metadata["parts"];
  for (const auto& [name, part] : system.parts) {
    constexpr const char* kTypes[] = {"model", "network", "tensor"};  // in the order of Part
    parts += fmt::format("{} {}\n", name, kTypes[part.index()]);
    std::visit([&](const auto& numbers) { add_part(name + "/", numbers, archive); }, part);
  }
  add_columns(system, archive);
  for (const auto& [name, text] : system.notes) archive.metadata["note/" + name] = text;
}

System take_system(Archive& archive, std::span<const Kind> table) {
  const auto text = [&](const char* name) {
    const auto found = archive.metadata.find(name);
    require(found != archive.metadata.end(), "{}: not a deepboltz model: the header has no '{}'", archive.file, name);
    return found->second;
  };
  const std::string version = text("deepboltz");
  const auto format = parse_number<int>(version);
  require(format && *format >= 1 && *format <= kFormat,
          "{}: model format '{}' is not one that this program reads (1 to {}); a newer deepboltz may", archive.file,
          printable(version), kFormat);
  System system;
  if (*format < kFormat) {
    system = take_old(archive, table);
  } else {
    system.kind = text("kind");
    bool known = false;
    for (const Kind& kind : table) known = known || kind.word == system.kind;
    require(known, "{}: a system of kind '{}', which this program does not know; a newer deepboltz may", archive.file,
            printable(system.kind));
    for (const std::string& line : lines_of(text("parts"))) {
      const std::size_t space = line.find(' ');
      require(space != std::string::npos && space > 0, "{}: parts: expected NAME TYPE, got '{}'", archive.file,
              printable(line));
      const std::string name = line.substr(0, space);
      require(!system.parts.contains(name), "{}: parts: '{}' comes twice", archive.file, printable(name));
      system.parts.emplace(name, take_part(name, line.substr(space + 1), archive));
    }
    take_columns(archive, system);
    for (const auto& [name, note] : archive.metadata)
      if (name.starts_with("note/")) system.notes[name.substr(5)] = note;
  }
  system.format = *format;
  require_meaning(archive.file, system, table);
  return system;
}

void write_system(const std::filesystem::path& path, const System& system) {
  Archive archive;
  add_system(system, archive);
  write_safetensors(path, archive);
}

System read_system(const std::filesystem::path& path, std::span<const Kind> table) {
  Archive archive = read_safetensors(path);
  return take_system(archive, table);
}

void save(const EnergyModel& model, const std::filesystem::path& path) {
  System system{.kind = std::string(kinds().front().word)};
  system.parts.emplace("model", model.clone());
  write_system(path, system);
}

EnergyModel load(const std::filesystem::path& path) {
  System system = read_system(path, kinds());
  return std::move(part<EnergyModel>(system, "model"));
}

}  // namespace deepboltz
