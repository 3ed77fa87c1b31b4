// Options that a format does not know are refused, by one table.
#include "deepboltz/data/format_options.h"

#include "tests/io/refusal.h"
#include "tests/io/temp_folder.h"
#include <gmock/gmock.h>

#include "deepboltz/data/read_data.h"
#include "deepboltz/io/file.h"

namespace deepboltz {
namespace {

using ::testing::HasSubstr;
using testing::refusal;
using testing::TempFolder;

TEST(FormatOptions, AreRefusedWhereTheFormatDoesNotKnowThem) {
  TempFolder folder;
  write_file(folder / "a.csv", as_bytes("0,1\n"));
  write_file(folder / "a.svm", as_bytes("0 1:1\n"));
  write_file(folder / "a.fasta", as_bytes(">a\nAC\n"));
  const auto refused = [&](const char* name, const ReadOptions& options) {
    return refusal([&] { read_data(folder / name, options); });
  };
  EXPECT_THAT(refused("a.csv", {.data_key = "x"}), HasSubstr("data_key is for NPZ, MAT, and the file is read as CSV"));
  EXPECT_THAT(refused("a.csv", {.labels = "b"}), HasSubstr("labels is for IDX, NPY"));
  EXPECT_THAT(refused("a.csv", {.colour = true}), HasSubstr("colour is for PNG and PGM"));
  EXPECT_THAT(refused("a.csv", {.where = {{"a", 1, 2}}}), HasSubstr("where is for NPZ"));
  EXPECT_THAT(refused("a.svm", {.label_column = "0"}), HasSubstr("label_column is for CSV"));
  EXPECT_THAT(refused("a.svm", {.invert = true}), HasSubstr("invert is for"));
  EXPECT_THAT(refused("a.fasta", {.scale = 2}), HasSubstr("scale is for"));
  EXPECT_THAT(refused("a.fasta", {.words = 2}), HasSubstr("words is for"));
  EXPECT_THAT(refusal([] { require_no_options({.id_column = "0"}, "mnist"); }), HasSubstr("mnist: id_column is for"));
}

TEST(FormatOptions, OfTheTrainingFileHoldWhereTheFormatKnowsThem) {
  const ReadOptions of_training{.label_key = "y", .label_column = "class", .invert = true};
  const ReadOptions later = known_to(DataFormat::csv, of_training);
  EXPECT_EQ(later.label_key, "");
  EXPECT_EQ(later.label_column, "class");
  EXPECT_TRUE(later.invert);
  EXPECT_EQ(merged({.label_column = "species"}, later).label_column, "species");
  EXPECT_EQ(formats_with("label_key"), "NPZ, MAT");
}

}  // namespace
}  // namespace deepboltz
