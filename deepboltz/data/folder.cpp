#include "deepboltz/data/folder.h"

#include <algorithm>
#include <map>
#include <system_error>

#include "deepboltz/io/malformed.h"

namespace deepboltz {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 10'000'000;

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

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

bool any_file(const fs::path& path, const std::function<bool(const fs::path&)>& wanted) {
  const auto in = [&](const fs::path& entry) {
    return is_folder(entry)
               ? std::ranges::any_of(entries_of(entry), [&](const fs::path& e) { return !is_folder(e) && wanted(e); })
               : wanted(entry);
  };
  return std::ranges::any_of(entries_of(path), in);
}

FolderListing list_folder(const fs::path& path, const char* what, const std::function<bool(const fs::path&)>& wanted) {
  FolderListing listing;
  LeftOut left_out;
  std::vector<fs::path> loose, folders;
  for (const auto& entry : entries_of(path)) {
    if (is_folder(entry))
      folders.push_back(entry);
    else if (wanted(entry))
      loose.push_back(entry);
    else
      left_out.add(entry);
  }
  for (const auto& folder : folders) {
    const std::size_t before = listing.files.size();
    for (const auto& entry : entries_of(folder)) {
      if (is_folder(entry))
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
  const std::string name = printable(path.string(), 4096);
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
