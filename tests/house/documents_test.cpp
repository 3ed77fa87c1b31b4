// What the pages and the comments point at is there.
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& file) {
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

std::vector<fs::path> files(const std::vector<std::string>& places, const std::vector<std::string>& endings) {
  std::vector<fs::path> found;
  const auto take = [&](const fs::path& path) {
    if (std::find(endings.begin(), endings.end(), path.extension()) != endings.end()) found.push_back(path);
  };
  for (const auto& place : places) {
    const fs::path root = fs::path(DEEPBOLTZ_SOURCE_DIR) / place;
    if (place.empty()) {
      for (const auto& entry : fs::directory_iterator(root)) take(entry.path());
    } else if (fs::exists(root)) {
      for (const auto& entry : fs::recursive_directory_iterator(root)) take(entry.path());
    }
  }
  return found;
}

TEST(Documents, LinkToFilesThatExist) {
  static const std::regex link(R"(\]\(([^)#\s]+)[^)]*\))"), code("```[^`]*```");
  int links = 0;
  for (const auto& page : files({"", "docs", "deepboltz", "recipes", "models", "bench"}, {".md"})) {
    const std::string text = std::regex_replace(read(page), code, "");
    for (std::sregex_iterator it(text.begin(), text.end(), link), end; it != end; ++it) {
      const std::string target = (*it)[1];
      if (target.find("://") != std::string::npos) continue;
      EXPECT_TRUE(fs::exists(page.parent_path() / target)) << page << " links to " << target;
      ++links;
    }
  }
  EXPECT_GT(links, 10);
}

TEST(Comments, NameDocumentsThatExist) {
  static const std::regex name(R"(docs/[a-z0-9_/.-]*[a-z0-9_/])");
  int names = 0;
  for (const auto& file :
       files({"", "deepboltz", "tests", "recipes", "bench", "cmake"}, {".h", ".cpp", ".toml", ".cmake"})) {
    if (file.filename() == "documents_test.cpp") continue;
    const std::string text = read(file);
    for (std::sregex_iterator it(text.begin(), text.end(), name), end; it != end; ++it) {
      // A decision is named by its number alone: docs/adr/0002.
      const fs::path target = fs::path(DEEPBOLTZ_SOURCE_DIR) / it->str();
      bool found = fs::exists(target);
      if (!found && fs::exists(target.parent_path()))
        for (const auto& entry : fs::directory_iterator(target.parent_path()))
          found |= entry.path().filename().string().starts_with(target.filename().string() + "-");
      EXPECT_TRUE(found) << file << " names " << it->str();
      ++names;
    }
  }
  EXPECT_GT(names, 3);
}

}  // namespace
