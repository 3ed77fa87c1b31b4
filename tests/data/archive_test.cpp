// A tar archive is read as the folder that it holds.
#include <cstring>
#include <map>

#include "tests/io/refusal.h"
#include "tests/io/temp_folder.h"
#include <gmock/gmock.h>

#include "deepboltz/data/read_data.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/gzip.h"
#include "deepboltz/io/png.h"
#include "deepboltz/io/tar.h"

namespace deepboltz {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::refusal;

class Archive : public ::testing::Test {
 protected:
  using Files = std::map<std::string, Bytes>;

  // The files as a folder, and as archives: as they are, below two folders, gzipped.
  void write(const Files& files) {
    std::vector<TarFile> flat, deep;
    for (const auto& [path, bytes] : files) {
      std::filesystem::create_directories((folder_ / ("set/" + path)).parent_path());
      write_file(folder_ / ("set/" + path), bytes);
      flat.push_back({path, bytes});
      deep.push_back({"top/set/" + path, bytes});
    }
    write_file(folder_ / "flat.tar", make_tar(flat));
    write_file(folder_ / "deep.tar", make_tar(deep));
    write_file(folder_ / "deep.tar.gz", gzip(make_tar(deep)));
  }

  void expect_all_alike(const ReadOptions& options) {
    const Dataset expected = read_data(folder_ / "set", options);
    for (const char* name : {"flat.tar", "deep.tar", "deep.tar.gz"}) {
      const Dataset data = read_data(folder_ / name, options);
      EXPECT_EQ(data.sha256, expected.sha256) << name;
      EXPECT_EQ(data.class_names, expected.class_names);
      EXPECT_EQ(data.vocabulary, expected.vocabulary);
      EXPECT_EQ(data.labels, expected.labels);
      EXPECT_EQ(data.remarks.size(), expected.remarks.size());
      ASSERT_EQ(data.case_names.size(), expected.case_names.size());
      for (std::size_t i = 0; i < data.case_names.size(); ++i)
        EXPECT_THAT(data.case_names[i], ::testing::EndsWith(expected.case_names[i]));
    }
  }

  static Bytes text(std::string_view words) { return {words.begin(), words.end()}; }

  testing::TempFolder folder_;
};

TEST_F(Archive, OfTextsIsTheFolderOfTheTexts) {
  write({{"pets/1", text("cat dog cat")},
         {"pets/.hidden", text("x")},
         {"pets/2.gz", gzip(text("dog"))},
         {"wild/3", text("fox wolf")},
         {"wild/deeper/4", text("bear")}});
  expect_all_alike({});
  EXPECT_THAT(read_data(folder_ / "deep.tar.gz").class_names, ElementsAre("pets", "wild"));
  EXPECT_EQ(read_data(folder_ / "deep.tar.gz").cases(), 3);
}

TEST_F(Archive, OfPicturesIsTheFolderOfThePictures) {
  const Bytes first = make_png({2, 2, 1, Bytes{0, 1, 2, 255}}), second = make_png({2, 2, 1, Bytes{9, 8, 7, 6}});
  write({{"b.png", second}, {"a.png", first}, {"notes", text("not a picture")}});
  expect_all_alike({});
  const Dataset data = read_data(folder_ / "flat.tar");
  EXPECT_EQ(data.height, 2);
  EXPECT_EQ(data.x.at(0, 3), 255);
  EXPECT_EQ(data.x.at(1, 0), 9);
}

TEST_F(Archive, ThatIsDamagedIsRefusedInOneLine) {
  write({{"a", text("cat dog")}, {"b", text("dog")}});
  const Bytes whole = read_file(folder_ / "flat.tar");
  write_file(folder_ / "cut.tar", ByteView(whole).first(700));
  EXPECT_THAT(refusal([&] { read_data(folder_ / "cut.tar"); }), HasSubstr("cut.tar: byte 519: the file ends inside"));
  Bytes packed = gzip(whole);
  packed.resize(packed.size() - 5);
  write_file(folder_ / "cut.tar.gz", packed);
  EXPECT_THAT(refusal([&] { read_data(folder_ / "cut.tar.gz"); }), HasSubstr("cut.tar.gz: byte "));
  write_file(folder_ / "up.tar", make_tar({{"../a", {}}}));
  EXPECT_THAT(refusal([&] { read_data(folder_ / "up.tar"); }), HasSubstr("the path '../a' goes up"));
  write_file(folder_ / "empty.tar", make_tar({{"a/.b", {}}}));
  EXPECT_THAT(refusal([&] { read_data(folder_ / "empty.tar"); }), HasSubstr("empty.tar: no files in the folder"));
}

}  // namespace
}  // namespace deepboltz
