// Files of a folder as cases, by name; folders inside it are classes. A tar archive, gzipped or not, is read as the
// folder that it holds: its files have the path of the archive before their own.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "deepboltz/io/bytes.h"

namespace deepboltz {

// Whether the path is a folder, or a file that holds a tar archive.
bool is_folder(const std::filesystem::path& path);

struct FolderListing {
  std::vector<std::filesystem::path> files;
  std::vector<int> labels;  // one a file where there are folders with such files in them, else none
  std::vector<std::string> class_names;
  std::vector<std::string> remarks;  // which files and folders are left out
};

class Folder {
 public:
  // An archive is read as a whole. FileError: it cannot be read. InputError: it is damaged.
  explicit Folder(const std::filesystem::path& path);

  // Whether `wanted` wants a file of the folder, or of a folder inside it; what begins with a dot is passed over.
  // FileError: the folder cannot be read.
  bool any_file(const std::function<bool(const std::filesystem::path&)>& wanted) const;

  // The files that `wanted` wants; what begins with a dot is left out. InputError: none, some both in the folder and in
  // its folders, more than 10,000,000. FileError: the folder cannot be read. `what`: "pictures", for messages
  FolderListing list(const char* what, const std::function<bool(const std::filesystem::path&)>& wanted) const;

  // A file of the listing. FileError: it cannot be read.
  Bytes read(const std::filesystem::path& file) const;

 private:
  struct Entry {
    std::filesystem::path path;
    bool is_folder;
  };
  std::vector<Entry> entries_of(const std::filesystem::path& folder) const;  // by name

  std::filesystem::path path_, top_;  // top: what is listed; of an archive, below the folders that hold all else
  std::optional<Bytes> archive_;
  std::map<std::filesystem::path, ByteView> files_;  // of the archive
};

}  // namespace deepboltz
