// Tar archives: ours, those of tar itself, and what must be refused.
#include "deepboltz/io/tar.h"

#include <algorithm>
#include <cstdlib>

#include "tests/io/refusal.h"
#include "tests/io/temp_folder.h"
#include <gmock/gmock.h>

#include "deepboltz/io/file.h"

namespace deepboltz {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::refusal;

// An archive of one empty file, with `text` at a place of its header, and the checksum made right.
Bytes with(std::size_t at, std::string_view text) {
  Bytes archive = make_tar({{"name", {}}});
  std::ranges::copy(text, archive.begin() + std::ptrdiff_t(at));
  if (at == 148) return archive;
  std::fill_n(archive.begin() + 148, 8, std::uint8_t(' '));
  unsigned sum = 0;
  for (std::size_t i = 0; i < 512; ++i) sum += archive[i];
  std::ranges::copy(fmt::format("{:06o}", sum), archive.begin() + 148);
  archive[154] = 0;
  return archive;
}

std::string refused(const Bytes& archive) {
  return refusal([&] { parse_tar(archive, "a.tar"); });
}

TEST(Tar, GivesBackWhatWasPutIn) {
  const Bytes small{1, 2, 3}, block(512, 7), large(1300, 9);
  const Bytes archive = make_tar({{"a/small", small}, {"block", block}, {"b/c/large", large}, {"empty", {}}});
  EXPECT_TRUE(is_tar(ByteView(archive).first(512)));
  const auto files = parse_tar(archive, "a.tar");
  ASSERT_EQ(files.size(), 4u);
  EXPECT_EQ(files[0].path, "a/small");
  EXPECT_THAT(files[0].bytes, ElementsAre(1, 2, 3));
  EXPECT_TRUE(std::ranges::equal(files[1].bytes, block));
  EXPECT_EQ(files[2].path, "b/c/large");
  EXPECT_TRUE(std::ranges::equal(files[2].bytes, large));
  EXPECT_TRUE(files[3].bytes.empty());
  EXPECT_TRUE(parse_tar(make_tar({}), "a.tar").empty());
}

// What tar itself writes, in each of its formats; names of more than 100 bytes need what a format adds to ustar.
TEST(Tar, ReadsWhatTarWrites) {
  if (std::system("tar --version > /dev/null 2>&1") != 0) GTEST_SKIP() << "there is no tar";
  testing::TempFolder folder;
  const std::string deep = std::string(60, 'd') + "/" + std::string(70, 'e');
  std::filesystem::create_directories(folder / ("in/" + deep));
  write_file(folder / "in/one", as_bytes("1"));
  write_file(folder / ("in/" + deep + "/two"), as_bytes(std::string(2000, '2')));
  for (const char* format : {"ustar", "gnu", "pax"}) {
    const std::string archive = (folder / (std::string(format) + ".tar")).string();
    ASSERT_EQ(
        std::system(fmt::format("tar --format={} --sort=name -C {} -cf {} .", format, (folder / "in").string(), archive)
                        .c_str()),
        0);
    const Bytes bytes = read_file(archive);
    EXPECT_TRUE(is_tar(ByteView(bytes).first(512)));
    const auto files = parse_tar(bytes, archive);
    ASSERT_EQ(files.size(), 2u) << format;
    EXPECT_EQ(files[0].path, deep + "/two") << format;
    EXPECT_EQ(files[0].bytes.size(), 2000u);
    EXPECT_EQ(files[1].path, "one");
    EXPECT_EQ(as_text(files[1].bytes), "1");
  }
}

TEST(Tar, RefusesPathsThatLeadElsewhere) {
  EXPECT_EQ(refused(with(0, "/etc/passwd")), "a.tar: byte 0: the path '/etc/passwd' is absolute");
  EXPECT_EQ(refused(with(0, "a/../../b")), "a.tar: byte 0: the path 'a/../../b' goes up");
  EXPECT_EQ(refused(with(0, std::string_view("\0\0\0\0", 4))), "a.tar: byte 0: a file without a name");
  EXPECT_EQ(refused(make_tar({{"a", {}}, {"./a", {}}})), "a.tar: byte 512: the path 'a' comes twice");
}

TEST(Tar, RefusesHeadersThatDoNotHold) {
  EXPECT_EQ(refused(with(148, "000001")), "a.tar: byte 0: a header whose checksum is wrong");
  EXPECT_EQ(refused(with(124, "0000000000x")), "a.tar: byte 124: a size is '0000000000x', expected an octal number");
  EXPECT_THAT(refused(with(124, "\x80\x01")), HasSubstr("expected an octal number"));
  EXPECT_EQ(refused(with(124, "77777777777")),
            "a.tar: byte 512: the file ends inside a file of the archive: 8589934591 bytes expected, 1024 left");
  EXPECT_EQ(refused(with(156, "2")), "a.tar: byte 156: 'name' is of type '2', expected files and folders");
  EXPECT_THAT(refused(with(156, "x")), "");
  EXPECT_THAT(refused(Bytes(300)), HasSubstr("the file ends inside the archive"));
}

TEST(Tar, RefusesPaxRecordsThatDoNotHold) {
  const auto pax = [](std::string_view records) {
    Bytes archive = make_tar({{"p", as_bytes(records)}, {"a", {}}});
    archive[156] = 'x';
    unsigned sum = 'x' - '0';
    for (std::size_t i = 148; i < 154; ++i) sum += unsigned(archive[i] - '0') << (3 * (153 - i));
    std::ranges::copy(fmt::format("{:06o}", sum), archive.begin() + 148);
    return archive;
  };
  EXPECT_EQ(parse_tar(pax("10 path=b\n"), "a.tar").at(0).path, "b");
  EXPECT_EQ(parse_tar(pax("11 mtime=1\n10 path=b\n"), "a.tar").at(0).path, "b");
  for (const char* wrong : {"8 path=b\n", "11 path=b\n", "path=b\n", "99999999999999999999 a=b\n", "2 a=b\n", "0 a\n"})
    EXPECT_THAT(refused(pax(wrong)), HasSubstr("a pax header that is not \"LENGTH KEY=VALUE\"")) << wrong;
  EXPECT_THAT(refused(pax("10 size=9\n")), HasSubstr("8 GiB"));
  EXPECT_THAT(refused(pax("13 path=../b\n")), HasSubstr("'../b' goes up"));
}

TEST(Tar, RefusesEveryShorterArchiveInOneLine) {
  const Bytes content(700, 5), archive = make_tar({{"a", content}, {"b", content}});
  for (std::size_t size = 0; size + 1024 < archive.size(); ++size) {
    const std::string line = refused(Bytes(archive.begin(), archive.begin() + std::ptrdiff_t(size)));
    ASSERT_THAT(line, HasSubstr("a.tar: byte ")) << size;
    ASSERT_EQ(line.find('\n'), std::string::npos);
  }
}

}  // namespace
}  // namespace deepboltz
