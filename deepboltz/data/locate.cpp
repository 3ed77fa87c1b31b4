#include "deepboltz/data/locate.h"

#include <cstdlib>
#include <system_error>

#include "deepboltz/io/file.h"
#include "deepboltz/io/sha256.h"

namespace deepboltz {
namespace {

namespace fs = std::filesystem;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

[[noreturn]] void not_there(const PublicFile& file, const DataPlaces& places) {
  std::string where;
  for (const auto& place : {places.data, places.cache})
    if (!place.empty()) where += (where.empty() ? "" : " nor ") + printable(place.string(), 1024);
  const std::string remedy = file.url.empty()
                                 ? "copy it there, or set DEEPBOLTZ_DATA to the folder that has it"
                                 : "get it with 'deepboltz data fetch' or set DEEPBOLTZ_DATA to the folder that has it";
  throw FileError(fmt::format("{}: not found{}{}; {}", file.path, where.empty() ? "" : " in ", where, remedy));
}

}  // namespace

Environment read_environment() {
  return {variable("DEEPBOLTZ_DATA"), variable("DEEPBOLTZ_CACHE"), variable("XDG_CACHE_HOME"), variable("HOME")};
}

DataPlaces data_places(const Environment& environment) {
  DataPlaces places;
  places.data = environment.data;
  if (!environment.cache.empty())
    places.cache = environment.cache;
  else if (!environment.xdg_cache_home.empty())
    places.cache = fs::path(environment.xdg_cache_home) / "deepboltz";
  else if (!environment.home.empty())
    places.cache = fs::path(environment.home) / ".cache" / "deepboltz";
  return places;
}

std::optional<fs::path> find_here(const PublicFile& file, const DataPlaces& places) {
  const fs::path name = file.path;
  if (!places.data.empty())
    for (const auto& path : {places.data / name, places.data / name.filename()})
      if (is_file(path)) return path;
  if (!places.cache.empty() && is_file(places.cache / name)) return places.cache / name;
  return std::nullopt;
}

fs::path locate(const PublicFile& file, const DataPlaces& places) {
  if (const auto found = find_here(file, places)) return *found;
  if (!places.fetch || file.url.empty() || places.cache.empty()) not_there(file, places);
  const Bytes bytes = places.fetch(file.url, file.bytes);
  if (const std::string sum = sha256(bytes); sum != file.sha256)
    throw FileError(
        fmt::format("{}: what came has SHA-256 {}, expected {}; nothing was kept", file.url, sum, file.sha256));
  const fs::path target = places.cache / file.path;
  std::error_code error;
  fs::create_directories(target.parent_path(), error);
  if (error)
    throw FileError(fmt::format("{}: cannot create the folder: {}", printable(target.parent_path().string(), 4096),
                                error.message()));
  write_file(target, bytes);
  return target;
}

}  // namespace deepboltz
