// Files of a folder as cases, by name; folders inside it are classes.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace deepboltz {

bool is_folder(const std::filesystem::path& path);

struct FolderListing {
  std::vector<std::filesystem::path> files;
  std::vector<int> labels;  // one a file where there are folders with such files in them, else none
  std::vector<std::string> class_names;
  std::vector<std::string> remarks;  // which files and folders are left out
};

// Whether `wanted` wants a file of the folder, or of a folder inside it; what begins with a dot is passed over.
// FileError: the folder cannot be read.
bool any_file(const std::filesystem::path& folder, const std::function<bool(const std::filesystem::path&)>& wanted);

// The files that `wanted` wants; what begins with a dot is left out. InputError: none, some both in the folder and in
// its folders, more than 10,000,000. FileError: the folder cannot be read. `what`: "pictures", for messages
FolderListing list_folder(const std::filesystem::path& folder, const char* what,
                          const std::function<bool(const std::filesystem::path&)>& wanted);

}  // namespace deepboltz
