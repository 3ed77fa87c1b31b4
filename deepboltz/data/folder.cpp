#include "deepboltz/data/folder.h"

#include <algorithm>
#include <map>
#include <system_error>

#include "deepboltz/io/file.h"
#include "deepboltz/io/gzip.h"
#include "deepboltz/io/malformed.h"
#include "deepboltz/io/tar.h"

namespace deepboltz {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 10'000'000;

constexpr std::uint64_t kTarStart = 512;  // bytes that tell a tar archive

bool is_archive(const fs::path& path) {
  Bytes start = read_start(path, 1 << 12);
  if (is_gzip(start)) {
    try {
      start = gunzip_start(start, path.string(), kTarStart);
    } catch (const InputError&) {  // damaged: the reader that its name suggests says so
      return false;
    }
  }
  return is_tar(start);
}

bool is_disk_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

bool is_hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

// What a listing leaves out: how many files of each ending, and how many folders.
class LeftOut {
 public:
  void add(const fs::path& file) {
    const std::string ending = file.extension().string();
    ++files_[ending.empty() ? "without an ending" : printable(ending, 20)];
  }
  void add_folder() { ++folders_; }
  std::string text() const {
    std::string text;
    const auto also = [&](const std::string& words) { text += (text.empty() ? "" : ", ") + words; };
    for (const auto& [ending, count] : files_)
      also(fmt::format("{} {} {}", count, count == 1 ? "file" : "files", ending));
    if (folders_ > 0) also(fmt::format("{} {} without any", folders_, folders_ == 1 ? "folder" : "folders"));
    return text;
  }

 private:
  std::map<std::string, std::int64_t> files_;
  std::int64_t folders_ = 0;
};

}  // namespace

bool is_folder(const fs::path& path) { return is_disk_folder(path) || is_archive(path); }

Folder::Folder(const fs::path& path) : path_(path), top_(path) {
  if (is_disk_folder(path)) return;
  archive_ = read_file(path);
  if (is_gzip(*archive_)) archive_ = gunzip(*archive_, path.string(), kFileLimit);
  for (const TarFile& file : parse_tar(*archive_, path.string())) files_[path / file.path] = file.bytes;
  for (auto entries = entries_of(top_); entries.size() == 1 && entries[0].is_folder; entries = entries_of(top_))
    top_ = entries[0].path;
}

std::vector<Folder::Entry> Folder::entries_of(const fs::path& folder) const {
  std::vector<Entry> entries;
  if (!archive_) {
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
      if (!is_hidden(entry->path())) entries.push_back({entry->path(), is_disk_folder(entry->path())});
    if (error)
      throw FileError(fmt::format("{}: cannot read the folder: {}", printable(folder.string(), 4096), error.message()));
    std::ranges::sort(entries, {}, &Entry::path);
    return entries;
  }
  for (auto file = files_.upper_bound(folder); file != files_.end(); ++file) {
    const auto [of_folder, of_file] = std::ranges::mismatch(folder, file->first);
    if (of_folder != folder.end()) break;  // files of one folder stand together
    const fs::path inside = folder / *of_file;
    if (is_hidden(inside) || (!entries.empty() && entries.back().path == inside)) continue;
    entries.push_back({inside, inside != file->first});
  }
  return entries;
}

bool Folder::any_file(const std::function<bool(const fs::path&)>& wanted) const {
  return std::ranges::any_of(entries_of(top_), [&](const Entry& entry) {
    return entry.is_folder ? std::ranges::any_of(entries_of(entry.path),
                                                 [&](const Entry& e) { return !e.is_folder && wanted(e.path); })
                           : wanted(entry.path);
  });
}

Bytes Folder::read(const fs::path& file) const {
  if (!archive_) return read_file(file);
  const ByteView bytes = files_.at(file);
  return {bytes.begin(), bytes.end()};
}

FolderListing Folder::list(const char* what, const std::function<bool(const fs::path&)>& wanted) const {
  FolderListing listing;
  LeftOut left_out;
  std::vector<fs::path> loose, folders;
  for (const auto& [entry, is_folder] : entries_of(top_)) {
    if (is_folder)
      folders.push_back(entry);
    else if (wanted(entry))
      loose.push_back(entry);
    else
      left_out.add(entry);
  }
  for (const auto& folder : folders) {
    const std::size_t before = listing.files.size();
    for (const auto& [entry, is_folder] : entries_of(folder)) {
      if (is_folder)
        left_out.add_folder();
      else if (wanted(entry))
        listing.files.push_back(entry);
      else
        left_out.add(entry);
    }
    if (listing.files.size() == before) {
      left_out.add_folder();
      continue;
    }
    listing.labels.resize(listing.files.size(), int(listing.class_names.size()));
    listing.class_names.push_back(folder.filename().string());
  }
  const std::string name = printable(path_.string(), 4096);
  require(loose.empty() || listing.files.empty(),
          "{}: {} both in the folder and in its subfolders; a labelled set has them in subfolders only", name, what);
  if (listing.files.empty()) listing.files = std::move(loose);
  require(!listing.files.empty(), "{}: no {} in the folder", name, what);
  require(listing.files.size() <= kMostFiles, "{}: {} {}, the limit is {}", name, listing.files.size(), what,
          kMostFiles);
  if (const std::string text = left_out.text(); !text.empty())
    listing.remarks.push_back(fmt::format("{}: left out, being no {}: {}", name, what, text));
  return listing;
}

}  // namespace deepboltz
