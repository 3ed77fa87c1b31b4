#include "deepboltz/io/file.h"

#include <csignal>
#include <fstream>

#include "tests/io/refusal.h"
#include "tests/io/temp_folder.h"
#include <gmock/gmock.h>
#include <sys/resource.h>

namespace deepboltz {
namespace {

using ::testing::HasSubstr;
using testing::refusal;
using testing::TempFolder;

int files_in(const TempFolder& folder) {
  return int(std::distance(std::filesystem::directory_iterator(folder.path()), {}));
}

TEST(File, GivesBackWhatWasWritten) {
  TempFolder folder;
  Bytes bytes(3'000'001);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = std::uint8_t(i * 7 + i / 251);
  write_file(folder / "a", bytes);
  EXPECT_EQ(read_file(folder / "a"), bytes);
  EXPECT_EQ(read_start(folder / "a", 10), Bytes(bytes.begin(), bytes.begin() + 10));
  write_file(folder / "a", Bytes());
  EXPECT_EQ(read_file(folder / "a"), Bytes());
  EXPECT_EQ(read_start(folder / "a", 10), Bytes());
  EXPECT_EQ(files_in(folder), 1);
}

TEST(File, LongerThanTheLimitIsRefusedWithItsSize) {
  TempFolder folder;
  write_file(folder / "a", Bytes(101));
  EXPECT_THROW(read_file(folder / "a", 100), InputError);
  EXPECT_THAT(refusal([&] { read_file(folder / "a", 100); }), HasSubstr("a: byte 100: the file has 101 bytes"));
  EXPECT_EQ(read_file(folder / "a", 101).size(), 101u);
  EXPECT_THAT(refusal([&] { read_file("/dev/zero", 100'000); }), HasSubstr("byte 100000: the file is longer"));
}

TEST(File, MissingFolderAndUnreadableAreFileErrorsThatSayWhy) {
  TempFolder folder;
  EXPECT_THROW(read_file(folder / "none"), FileError);
  EXPECT_THAT(refusal([&] { read_file(folder / "none"); }), HasSubstr("none: cannot open: No such file"));
  EXPECT_THAT(refusal([&] { read_file(folder.path()); }), HasSubstr("cannot read: Is a directory"));
  EXPECT_THAT(refusal([&] { read_start(folder.path(), 1); }), HasSubstr("cannot read: Is a directory"));
  EXPECT_THAT(refusal([&] { write_file(folder / "no/such", Bytes(1)); }), HasSubstr("cannot create: No such file"));
  EXPECT_THAT(refusal([&] { write_file(folder.path(), Bytes(1)); }), HasSubstr("cannot rename"));
}

TEST(File, WhatCannotBeWrittenInFullLeavesTheOldFileAndNoOther) {
  TempFolder folder;
  write_file(folder / "a", Bytes(10, 1));
  rlimit old;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &old), 0);
  const rlimit small = {4096, old.rlim_max};
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const std::string message = refusal([&] { write_file(folder / "a", Bytes(100'000, 2)); });
  setrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_THAT(message, HasSubstr("cannot write: File too large"));
  EXPECT_EQ(read_file(folder / "a"), Bytes(10, 1));
  EXPECT_EQ(files_in(folder), 1);
}

TEST(File, LeftoversOfKilledWritersAreRemovedAndOnlyThey) {
  TempFolder folder;
  for (const char* name : {"m", "m.partial-1", ".m.partial-77-0", ".m.partial-78-3", ".mm.partial-77-0"})
    std::ofstream(folder / name) << "x";
  remove_leftovers(folder / "m");
  EXPECT_EQ(files_in(folder), 3);
  EXPECT_FALSE(std::filesystem::exists(folder / ".m.partial-77-0"));
  remove_leftovers(folder / "no/such/folder/m");
}

TEST(File, LeftoversOfAFolderAreRemovedWhetherTheirFileWasFinishedOrNot) {
  TempFolder folder;
  for (const char* name : {"a.png", ".a.png.partial-77-0", ".b.png.partial-78-3", "c.partial-1", ".hidden"})
    std::ofstream(folder / name) << "x";
  remove_leftovers_in(folder / "");
  EXPECT_EQ(files_in(folder), 3);
  EXPECT_FALSE(std::filesystem::exists(folder / ".b.png.partial-78-3"));
  remove_leftovers_in(folder / "no/such/folder");
}

TEST(File, MessagesStayOnOneLine) {
  EXPECT_THAT(refusal([] { read_file("/no\nsuch\tfile"); }), HasSubstr("/no?such?file: cannot open"));
  EXPECT_EQ(printable("abc", 2), "ab…");
}

}  // namespace
}  // namespace deepboltz
