// Sequences as a user meets them: from a FASTA file to samples in FASTA, frequencies and logos.
#include "tests/cli/tiny_run.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "deepboltz/rng/draw.h"

namespace deepboltz::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kRecipe = R"(
[data]
name = "file"
train = "family.fasta"
identity = 0.9
validation = 40

[model]
visible = "softmax:21"
hidden = [6]

[train]
epochs = 300
batch = 20
method = "pcd"
chains = 50
rate = { kind = "linear", start = 0.1, end = 0.001, epochs = 300 }

[evaluate]
ais_steps = 50
ais_runs = 10
raise_cases = 0
burn_in = 50

[monitor]
likelihood_every = 0
)";

// Five sites; the last two are LK or VE together.
std::string family(std::uint32_t cases) {
  std::string text;
  for (std::uint32_t r = 0; r < cases; ++r) {
    text += ">s\n";
    for (std::uint32_t i = 0; i < 3; ++i) text += "ACW-"[below(Key{1}.fold(r), i, 4)];
    text += below(Key{2}, r, 2) == 0 ? "LK\n" : "VE\n";
  }
  return text;
}

TEST(Family, FromFastaToFastaAndLogos) {
  Folder folder;
  folder.write("family.fasta", family(1'000));
  const Outcome trained = train(folder, kRecipe);
  ASSERT_EQ(trained.code, 0) << trained.err;
  const Outcome evaluated = folder.run({"evaluate", "run", "--on", "validation", "--json"});
  ASSERT_EQ(evaluated.code, 0) << evaluated.err;
  const auto json = nlohmann::json::parse(evaluated.out);
  EXPECT_GT(double(json["samples_match"]["site"]), 0.9);
  EXPECT_GT(double(json["samples_match"]["connected"]), 0.9);
  EXPECT_GT(double(json["cases_match"]["connected"]), 0.6);
  // Three sites of four letters and a pair: −3 log 4 − log 2 at best, log 2 less of sites that do not know of each
  // other; of each site given the others −3 log 4.
  EXPECT_GT(double(json["log_p_exact"]["value"]), -3 * std::log(4) - 2 * std::log(2) + 0.2);
  EXPECT_LT(double(json["log_p_exact"]["value"]), -3 * std::log(4) - std::log(2) + 0.2);
  EXPECT_NEAR(double(json["pseudo_log_p"]["value"]), -3 * std::log(4), 0.3);
  ASSERT_EQ(folder.run({"sample", "run", "--count", "40", "--sweeps", "50", "--out", "drawn.fasta"}).code, 0);
  const std::string drawn = folder.read("drawn.fasta");
  EXPECT_THAT(drawn, StartsWith(">1\n"));
  EXPECT_EQ(std::count(drawn.begin(), drawn.end(), '>'), 40);
  EXPECT_EQ(folder.run({"evaluate", "run", "--test", "drawn.fasta", "--cases", "5"}).code, 0);
  const Outcome plotted = folder.run({"plot", "run", "--sweeps", "20"});
  for (const char* name : {"logo-weights.png", "logo-data.png", "logo-samples.png"})
    EXPECT_THAT(plotted.out, HasSubstr(name)) << plotted.err;
  EXPECT_EQ(folder.run({"encode", "run", "drawn.fasta"}).code, 0);
}

TEST(Family, WrongSequencesAreRefused) {
  Folder folder;
  folder.write("family.fasta", ">a\nAC\n>b\nACD\n");
  const Outcome unequal = train(folder, kRecipe);
  EXPECT_EQ(unequal.code, 2);
  EXPECT_THAT(unequal.err, HasSubstr("family.fasta:3: a sequence of 3 sites, where the first has 2"));
  folder.write("family.csv", "1,1,0\n1,0,0\n");
  std::string table = kRecipe;
  table.replace(table.find("family.fasta"), 12, "family.csv");
  table.replace(table.find("softmax:21"), 10, "softmax:3");
  table.replace(table.find("validation = 40"), 15, "validation = 0");
  EXPECT_THAT(train(folder, table.c_str()).err, HasSubstr("identity is for FASTA, and the file is read as CSV"));
  table.replace(table.find("identity = 0.9"), 14, "");
  const Outcome two = train(folder, table.c_str());
  EXPECT_EQ(two.code, 2);
  EXPECT_THAT(two.err, HasSubstr("expected one of 3 classes, one 1 and zeros, got 1 at case 0, column 1"));
  EXPECT_EQ(folder.run({"sample", "none", "--out", "a.fasta"}).code, 3);
}

}  // namespace
}  // namespace deepboltz::test
