#include "deepboltz/io/zip.h"

#include <algorithm>
#include <set>

#include <zlib.h>

#include "deepboltz/io/gzip.h"

namespace deepboltz {
namespace {

constexpr std::uint32_t kLocal = 0x04034B50, kCentral = 0x02014B50, kEnd = 0x06054B50;
constexpr std::uint64_t kEndSize = 22, kCentralSize = 46, kLongestComment = 65'535;
constexpr std::uint32_t kZip64 = 0xFFFFFFFF;
constexpr std::uint64_t kStored = 0, kDeflated = 8;
constexpr std::uint64_t kEncrypted = 1, kUtf8 = 1 << 11;
constexpr std::uint64_t kFirstOfJanuary1980 = 1 << 5 | 1;

std::uint32_t crc_of(ByteView bytes) { return std::uint32_t(crc32_z(0, bytes.data(), bytes.size())); }

// The end record is the last thing in the file but for a comment: searched from behind.
std::uint64_t find_end(ByteView bytes, const std::string& file) {
  require_at(bytes.size() >= kEndSize, file, bytes.size(), "too short for a zip file");
  const std::uint64_t last = bytes.size() - kEndSize;
  for (std::uint64_t back = 0; back <= std::min(last, kLongestComment); ++back) {
    ByteReader reader(bytes, file, last - back);
    if (reader.little(4, "signature") != kEnd) continue;
    if (ByteReader(bytes, file, last - back + 20).little(2, "comment length") == back) return last - back;
  }
  require_at(false, file, bytes.size(), "no zip directory at the end of the file (truncated, or not a zip file)");
  return 0;
}

ZipEntry read_central(ByteReader& reader) {
  const std::uint64_t start = reader.position();
  const auto& file = reader.file();
  require_at(reader.little(4, "the zip directory") == kCentral, file, start, "expected an entry of the zip directory");
  reader.take(4, "the zip directory");
  const std::uint64_t flags = reader.little(2, "the zip directory"), method = reader.little(2, "the zip directory");
  reader.take(4, "the zip directory");
  ZipEntry entry;
  entry.crc = std::uint32_t(reader.little(4, "the zip directory"));
  entry.compressed_size = reader.little(4, "the zip directory");
  entry.size = reader.little(4, "the zip directory");
  const std::uint64_t name = reader.little(2, "the zip directory"), extra = reader.little(2, "the zip directory");
  const std::uint64_t comment = reader.little(2, "the zip directory");
  reader.take(8, "the zip directory");
  entry.position = reader.little(4, "the zip directory");  // of the local header, until resolved
  entry.name = as_text(reader.take(name, "an entry's name"));
  reader.take(extra + comment, "an entry's extra field");
  entry.deflated = method == kDeflated;
  require_at((flags & kEncrypted) == 0, file, start, "entry '{}' is encrypted", printable(entry.name));
  require_at(method == kStored || method == kDeflated, file, start,
             "entry '{}' is packed by method {}; 0 or 8 expected", printable(entry.name), method);
  require_at(entry.size != kZip64 && entry.compressed_size != kZip64 && entry.position != kZip64, file, start,
             "entry '{}' is of 4 GiB or more (zip64), which is beyond the limit", printable(entry.name));
  require_at(entry.deflated || entry.size == entry.compressed_size, file, start,
             "entry '{}' is stored, but its sizes differ: {} and {}", printable(entry.name), entry.size,
             entry.compressed_size);
  require_at(entry.size <= entry.compressed_size * kLargestExpansion, file, start,
             "entry '{}': {} compressed bytes cannot hold the {} bytes declared", printable(entry.name),
             entry.compressed_size, entry.size);
  return entry;
}

// Moves entry.position from its local header to its data, and checks that the data end before the directory.
void resolve(ZipEntry& entry, ByteView before_directory, const std::string& file) {
  const std::uint64_t start = entry.position;
  ByteReader reader(before_directory, file, start);
  require_at(reader.little(4, "an entry's header") == kLocal, file, start, "expected the header of entry '{}'",
             printable(entry.name));
  reader.take(22, "an entry's header");
  const std::uint64_t name = reader.little(2, "an entry's header"), extra = reader.little(2, "an entry's header");
  require_at(as_text(reader.take(name, "an entry's name")) == entry.name, file, start,
             "entry '{}' has another name in its own header", printable(entry.name));
  reader.take(extra, "an entry's extra field");
  entry.position = reader.position();
  reader.take(entry.compressed_size, "an entry's data");
}

}  // namespace

ZipReader::ZipReader(ByteView bytes, std::string file) : bytes_(bytes), file_(std::move(file)) {
  const std::uint64_t end = find_end(bytes_, file_);
  ByteReader reader(bytes_, file_, end + 4);
  const std::uint64_t disk = reader.little(4, "the end record"), here = reader.little(2, "the end record");
  const std::uint64_t count = reader.little(2, "the end record"), size = reader.little(4, "the end record");
  const std::uint64_t start = reader.little(4, "the end record");
  require_at(disk == 0 && here == count, file_, end + 4, "zip files in several parts are not read");
  require_at(count != 0xFFFF && start != kZip64, file_, end + 8, "zip64 files are not read");
  require_at(start <= end && size == end - start, file_, end + 12,
             "the directory of {} bytes at {} does not end where the end record begins ({})", size, start, end);
  require_at(count * kCentralSize <= size, file_, end + 8, "{} entries do not fit into a directory of {} bytes", count,
             size);
  ByteReader directory(bytes_.first(end), file_, start);
  std::set<std::string_view> names;
  entries_.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t position = directory.position();
    entries_.push_back(read_central(directory));
    resolve(entries_.back(), bytes_.first(start), file_);
    require_at(names.insert(entries_.back().name).second, file_, position, "entry '{}' is there twice",
               printable(entries_.back().name));
  }
  require_at(directory.left() == 0, file_, directory.position(), "{} bytes too many in the directory",
             directory.left());
}

const ZipEntry* ZipReader::find(std::string_view name) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const auto& e) { return e.name == name; });
  return found == entries_.end() ? nullptr : &*found;
}

Bytes ZipReader::read(const ZipEntry& entry) const {
  const ByteView packed = bytes_.subspan(entry.position, entry.compressed_size);
  Bytes out =
      entry.deflated ? inflate_raw(packed, file_, entry.position, entry.size) : Bytes(packed.begin(), packed.end());
  require_at(crc_of(out) == entry.crc, file_, entry.position, "entry '{}' does not match its checksum",
             printable(entry.name));
  return out;
}

Bytes make_zip(const std::vector<ZipContent>& contents) {
  Bytes out, directory;
  require(contents.size() < 0xFFFF, "zip: {} entries, at most 65534 fit", contents.size());
  for (const ZipContent& content : contents) {
    const Bytes packed = content.deflate ? deflate_raw(content.bytes) : Bytes();
    const ByteView data = content.deflate ? ByteView(packed) : ByteView(content.bytes);
    require(out.size() + content.bytes.size() + data.size() < kZip64, "zip: '{}' would pass 4 GiB", content.name);
    Bytes common;  // what the two headers share
    append_little(common, 20, 2);
    append_little(common, kUtf8, 2);
    append_little(common, content.deflate ? kDeflated : kStored, 2);
    append_little(common, kFirstOfJanuary1980 << 16, 4);
    append_little(common, crc_of(content.bytes), 4);
    append_little(common, data.size(), 4);
    append_little(common, content.bytes.size(), 4);
    append_little(common, content.name.size(), 2);
    append_little(common, 0, 2);

    append_little(directory, kCentral, 4);
    append_little(directory, 20, 2);
    append(directory, common);
    append_little(directory, 0, 2);  // no comment …
    append_little(directory, 0, 8);  // … the first disk, no attributes
    append_little(directory, out.size(), 4);
    append(directory, as_bytes(content.name));

    append_little(out, kLocal, 4);
    append(out, common);
    append(out, as_bytes(content.name));
    append(out, data);
  }
  const std::uint64_t start = out.size();
  append(out, directory);
  append_little(out, kEnd, 4);
  append_little(out, 0, 4);
  append_little(out, contents.size(), 2);
  append_little(out, contents.size(), 2);
  append_little(out, directory.size(), 4);
  append_little(out, start, 4);
  append_little(out, 0, 2);
  return out;
}

}  // namespace deepboltz
