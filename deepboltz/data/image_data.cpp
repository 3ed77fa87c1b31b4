#include "deepboltz/data/image_data.h"

#include <algorithm>
#include <cstring>
#include <system_error>

#include "deepboltz/io/file.h"
#include "deepboltz/io/png.h"

namespace deepboltz {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostPictures = 10'000'000;

// What is in a folder, by name, without what begins with a dot.
std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (!entry->path().filename().string().starts_with('.')) entries.push_back(entry->path());
  if (error)
    throw FileError(fmt::format("{}: cannot read the folder: {}", printable(folder.string(), 4096), error.message()));
  std::sort(entries.begin(), entries.end());
  return entries;
}

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

bool is_png(const fs::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  return ending == ".png" && !is_folder(path);
}

struct Listing {
  std::vector<fs::path> files;
  std::vector<int> labels;
  std::vector<std::string> class_names;
};

Listing list(const fs::path& path) {
  Listing listing;
  if (!is_folder(path)) return {{path}, {}, {}};
  std::vector<fs::path> pictures, folders;
  for (const auto& entry : entries_of(path)) {
    if (is_png(entry)) pictures.push_back(entry);
    if (is_folder(entry)) folders.push_back(entry);
  }
  for (const auto& folder : folders) {
    std::size_t before = listing.files.size();
    for (const auto& entry : entries_of(folder))
      if (is_png(entry)) listing.files.push_back(entry);
    if (listing.files.size() == before) continue;
    listing.labels.resize(listing.files.size(), int(listing.class_names.size()));
    listing.class_names.push_back(folder.filename().string());
  }
  require(pictures.empty() || listing.files.empty(),
          "{}: pictures both in the folder and in its subfolders; a labelled set has them in subfolders only",
          printable(path.string(), 4096));
  if (listing.files.empty()) listing.files = std::move(pictures);
  require(!listing.files.empty(), "{}: no .png files in the folder", printable(path.string(), 4096));
  require(listing.files.size() <= kMostPictures, "{}: {} pictures, the limit is {}", printable(path.string(), 4096),
          listing.files.size(), kMostPictures);
  return listing;
}

}  // namespace

Dataset read_image_data(const fs::path& path, const ReadOptions& options) {
  Listing listing = list(path);
  Dataset data{
      path.string(), {}, options.height, options.width, std::move(listing.labels), 0, std::move(listing.class_names)};
  data.classes = int(data.class_names.size());
  for (std::size_t i = 0; i < listing.files.size(); ++i) {
    const std::string file = listing.files[i].string();
    const Image image = parse_png_grey(read_file(listing.files[i]), file);
    if (i == 0) {
      if (data.height == 0) data.height = image.height;
      if (data.width == 0) data.width = image.width;
    }
    constexpr std::uint64_t kSizePosition = 16;  // of width and height in a PNG
    require_at(image.height == data.height && image.width == data.width, file, kSizePosition,
               "a picture of {} × {}, expected {} × {}", image.height, image.width, data.height, data.width);
    if (i == 0)
      data.x = Tensor(DType::u8, std::int64_t(listing.files.size()), std::int64_t(image.height) * image.width);
    auto* row = data.x.as<std::uint8_t>().row(std::int64_t(i));
    std::memcpy(row, image.pixels.data(), image.pixels.size());
    if (options.invert) std::transform(row, row + data.units(), row, [](std::uint8_t grey) { return 255 - grey; });
  }
  return finished(std::move(data));
}

}  // namespace deepboltz
