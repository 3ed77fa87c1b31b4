// Holds the includes of deepboltz/ to the two tables of HACKING.md: rooms include rooms of lower floors only, and an
// outside library's headers appear in the folders named for them only.
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct House {
  std::map<std::string, int> floors;                         // room → floor
  std::vector<std::pair<std::string, std::string>> outside;  // start of a header's path, folder
};

std::vector<std::string> matches(const std::string& text, const std::regex& pattern) {
  std::vector<std::string> found;
  for (std::sregex_iterator it(text.begin(), text.end(), pattern), end; it != end; ++it) found.push_back((*it)[1]);
  return found;
}

// Rows of the tables: "| 3 | `kernel` | … |" is a room, "| `curl/` `openssl/` | `data` |" an outside library.
House read_tables(std::istream& page) {
  static const std::regex room(R"(\| *(\d+) *\| *`([a-z_]+)` *\|.*)");
  static const std::regex library(R"(\| *((?:`[^`]+` *)+)\| *(everywhere|(?:`[^`]+` *)+) *\|)");
  static const std::regex code("`([^`]+)`");
  House house;
  std::smatch row;
  for (std::string line; std::getline(page, line);) {
    if (std::regex_match(line, row, room)) house.floors[row[2]] = std::stoi(row[1]);
    if (!std::regex_match(line, row, library)) continue;
    auto folders = row[2] == "everywhere" ? std::vector<std::string>{""} : matches(row[2], code);
    for (const auto& header : matches(row[1], code))
      for (const auto& folder : folders) house.outside.emplace_back(header, folder);
  }
  return house;
}

bool starts_with_folder(const std::string& file, const std::string& folder) {
  return folder.empty() || file.starts_with(folder + "/");
}

// system/KIND/ is included by its own folder, by the table of kinds, by the public face, and by the verb that only this
// kind has.
bool may_include_kind(const std::string& file, const std::string& kind) {
  return file.starts_with("system/" + kind + "/") || file == "system/kinds.cpp" || file == "deepboltz.h" ||
         (kind == "ratings" && file == "cli/recommend.cpp") ||
         (kind == "layered" && file.starts_with("system/"));  // what kinds of layers have in common
}

// What is wrong with one file; `file` is its path below deepboltz/.
std::vector<std::string> violations(const House& house, const std::string& file, const std::string& text) {
  static const std::regex include(R"(#include [<"]([^>"]+)[>"])"), part("([^/]+)");
  std::vector<std::string> wrong;
  const bool face = file.find('/') == std::string::npos;  // deepboltz.h
  const std::string room = file.substr(0, file.find('/'));
  if (!face && !house.floors.contains(room)) return {"room '" + room + "' is not in the table of floors"};
  for (const auto& path : matches(text, include)) {
    if (path.find_first_of("./") == std::string::npos) continue;  // the standard library
    const auto parts = matches(path, part);
    if (parts[0] != "deepboltz") {
      bool known = false, allowed = false;
      for (const auto& [header, folder] : house.outside) {
        if (header.ends_with('/') ? !path.starts_with(header) : path != header) continue;
        known = true;
        allowed |= starts_with_folder(file, folder);
      }
      if (!known) wrong.push_back("'" + path + "' is not in the table of outside headers");
      if (known && !allowed) wrong.push_back("'" + path + "' does not belong in '" + room + "'");
    } else if (parts.size() < 3) {
      wrong.push_back("'" + path + "' is not the path of a room's header");
    } else if (parts[1] == "system" && parts.size() > 3 && !may_include_kind(file, parts[2])) {
      wrong.push_back("'" + path + "' belongs to a kind of system, which '" + file + "' must not know");
    } else if (!house.floors.contains(parts[1])) {
      wrong.push_back("'" + path + "': no such room in the table of floors");
    } else if (face) {
      if (parts[1] == "cli") wrong.push_back("the public face includes '" + path + "'");
    } else if (parts[1] != room && house.floors.at(parts[1]) >= house.floors.at(room)) {
      wrong.push_back("'" + path + "' is not below '" + room + "'");
    }
  }
  return wrong;
}

House tables_of_this_house() {
  std::ifstream page(DEEPBOLTZ_SOURCE_DIR "/HACKING.md");
  return read_tables(page);
}

TEST(Includes, GoDownTheFloors) {
  const House house = tables_of_this_house();
  ASSERT_GE(house.floors.size(), 4u);
  ASSERT_GE(house.outside.size(), 4u);
  const fs::path root = DEEPBOLTZ_SOURCE_DIR "/deepboltz";
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".h" && entry.path().extension() != ".cpp") continue;
    std::stringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    const std::string file = entry.path().lexically_relative(root).generic_string();
    EXPECT_THAT(violations(house, file, text.str()), IsEmpty()) << "in deepboltz/" << file;
  }
}

// The word of a kind stands in its folder, in the table of kinds, and where its data and its verb are.
TEST(Kinds, AreNamedInTheTableAlone) {
  static const std::regex word("\\bratings\\b");
  const fs::path root = DEEPBOLTZ_SOURCE_DIR "/deepboltz";
  int in_table = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".h" && entry.path().extension() != ".cpp") continue;
    const std::string file = entry.path().lexically_relative(root).generic_string();
    if (file.starts_with("system/ratings/") || file.starts_with("data/") || file == "cli/recommend.cpp" ||
        file == "deepboltz.h")
      continue;
    std::ifstream text(entry.path());
    int number = 0;
    for (std::string line; std::getline(text, line);) {
      ++number;
      if (!std::regex_search(line, word)) continue;
      if (file == "system/kinds.cpp")
        ++in_table;
      else
        ADD_FAILURE() << "deepboltz/" << file << ":" << number << ": " << line;
    }
  }
  EXPECT_LE(in_table, 2);  // include and row
}

// The check itself, on a house of three rooms.
class IncludesOfAToyHouse : public testing::Test {
 protected:
  std::vector<std::string> check(const std::string& file, const std::string& text) {
    std::istringstream page(
        "| floor | room | what |\n|---|---|---|\n| 0 | `cellar` | coal |\n| 1 | `hall` | a hat |\n| 1 | `parlour` | "
        "tea |\n"
        "| headers | where |\n|---|---|\n| `fmt/` | everywhere |\n| `png.h` `pngconf.h` | `hall` `parlour/pictures` "
        "|\n");
    return violations(read_tables(page), file, text);
  }
};

TEST_F(IncludesOfAToyHouse, DownAndWithinIsAllowed) {
  EXPECT_THAT(check("hall/hat.h", "#include \"deepboltz/cellar/coal.h\"\n#include \"deepboltz/hall/hook.h\"\n"),
              IsEmpty());
  EXPECT_THAT(check("deepboltz.h", "#include \"deepboltz/hall/hat.h\"\n"), IsEmpty());
}

TEST_F(IncludesOfAToyHouse, UpSidewaysAndUnknownIsRefused) {
  EXPECT_THAT(check("cellar/coal.h", "#include \"deepboltz/hall/hat.h\"\n"),
              ElementsAre(HasSubstr("not below 'cellar'")));
  EXPECT_THAT(check("hall/hat.h", "#include \"deepboltz/parlour/tea.h\"\n"),
              ElementsAre(HasSubstr("not below 'hall'")));
  EXPECT_THAT(check("hall/hat.h", "#include \"deepboltz/attic/trunk.h\"\n"), ElementsAre(HasSubstr("no such room")));
  EXPECT_THAT(check("attic/trunk.h", ""), ElementsAre(HasSubstr("'attic' is not in the table")));
  EXPECT_THAT(check("hall/hat.h", "#include \"hook.h\"\n"), ElementsAre(HasSubstr("not in the table of outside")));
  EXPECT_THAT(check("hall/hat.h", "#include \"deepboltz/deepboltz.h\"\n"), ElementsAre(HasSubstr("not the path")));
}

TEST_F(IncludesOfAToyHouse, OutsideHeadersKeepToTheirFolder) {
  EXPECT_THAT(check("hall/a.cpp", "#include <png.h>\n#include <vector>\n#include <fmt/format.h>\n"), IsEmpty());
  EXPECT_THAT(check("parlour/pictures/a.cpp", "#include <pngconf.h>\n"), IsEmpty());
  EXPECT_THAT(check("parlour/a.cpp", "#include <png.h>\n"), ElementsAre(HasSubstr("does not belong in 'parlour'")));
  EXPECT_THAT(check("hall/a.cpp", "#include <jpeglib.h>\n"),
              ElementsAre(HasSubstr("not in the table of outside headers")));
}

}  // namespace
