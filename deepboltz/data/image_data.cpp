#include "deepboltz/data/image_data.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "deepboltz/data/folder.h"
#include "deepboltz/data/grey_range.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/pgm.h"
#include "deepboltz/io/png.h"
#include "deepboltz/io/utf8.h"

namespace deepboltz {
namespace {

namespace fs = std::filesystem;

bool is_picture(const fs::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  return ending == ".png" || ending == ".pgm";
}

Image parse_picture(ByteView bytes, const std::string& file, bool colour) {
  if (!is_pgm(bytes)) return colour ? parse_png_colour(bytes, file) : parse_png_grey(bytes, file);
  require_at(!colour, file, 0, "a grey picture, expected one in colour");
  return parse_pgm(bytes, file);
}

}  // namespace

bool has_pictures(const fs::path& folder) { return Folder(folder).any_file(is_picture); }

Dataset read_image_data(const fs::path& path, const ReadOptions& options) {
  const std::optional<Folder> folder = is_folder(path) ? std::optional<Folder>(path) : std::nullopt;
  FolderListing listing = folder ? folder->list(".png or .pgm files", is_picture) : FolderListing{{path}, {}, {}, {}};
  Dataset data{
      path.string(), {}, options.height, options.width, std::move(listing.labels), 0, std::move(listing.class_names)};
  for (std::string& name : data.class_names) name = to_utf8(name);
  data.classes = int(data.class_names.size());
  for (std::size_t i = 0; i < listing.files.size(); ++i) {
    const std::string file = listing.files[i].string();
    const Bytes bytes = folder ? folder->read(listing.files[i]) : read_file(path);
    const Image image = parse_picture(bytes, file, options.colour);
    if (i == 0) {
      if (data.height == 0) data.height = image.height;
      if (data.width == 0) data.width = image.width;
      data.channels = image.channels;
    }
    const std::uint64_t size_position = is_pgm(bytes) ? 3 : 16;  // of width and height
    require_at(image.height == data.height && image.width == data.width, file, size_position,
               "a picture of {} × {}, expected {} × {}", image.height, image.width, data.height, data.width);
    if (i == 0) data.x = Tensor(DType::u8, std::int64_t(listing.files.size()), std::int64_t(image.pixels.size()));
    std::memcpy(data.x.as<std::uint8_t>().row(std::int64_t(i)), image.pixels.data(), image.pixels.size());
  }
  if (folder)
    for (const fs::path& file : listing.files)
      data.case_names.push_back(to_utf8(file.lexically_relative(path).string()));
  data.remarks = std::move(listing.remarks);
  data = finished(std::move(data));
  scale_picture_bytes(options, data);
  return finished(std::move(data));
}

}  // namespace deepboltz
