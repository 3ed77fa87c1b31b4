// Every screen ends with the command that a user would type next. Each of them works, for each kind of data.
#include <set>
#include <sstream>

#include "tests/cli/command.h"
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "deepboltz/rng/draw.h"

namespace deepboltz::test {
namespace {

struct Data {
  const char* name;
  void (*write)(const Folder&);  // the files, and recipe.toml
};

constexpr const char* kLittle = R"(
[evaluate]
ais_steps = 40
ais_runs = 10
raise_cases = 10
raise_steps = 20
burn_in = 10
tempering_levels = 3
tempering_ladders = 4
tempering_rounds = 20
documents = 4
populations = 2
population_chains = 5
[monitor]
likelihood_every = 0
)";

std::string rows(std::uint32_t cases, std::uint32_t units, const char* header, bool bits) {
  std::string text = header;
  for (std::uint32_t r = 0; r < cases; ++r)
    for (std::uint32_t i = 0; i < units; ++i)
      text += (bits ? std::to_string(below(Key{1}.fold(r), i, 2)) : fmt::format("{:.3f}", normal(Key{2}, r, i))) +
              (i + 1 < units ? "," : "\n");
  return text;
}

void recipe(const Folder& folder, const std::string& text) { folder.write("recipe.toml", text + kLittle); }

const Data kData[] = {
    {"Pictures",
     [](const Folder& folder) {
       recipe(folder,
              "[data]\nname = \"bars-and-stripes\"\ntrain_cases = 200\ntest_cases = 40\nvalidation = 20\n"
              "[model]\nhidden = [6]\nlabels = true\n[train]\nepochs = 2\nbatch = 20\n");
     }},
    {"Table",
     [](const Folder& folder) {
       folder.write("table.csv", rows(80, 4, "width,height,depth,weight\n", false));
       recipe(folder,
              "[data]\nname = \"file\"\ntrain = \"table.csv\"\nvalidation = 20\n"
              "[model]\nvisible = \"gaussian\"\nhidden = [5]\n[train]\nepochs = 2\nbatch = 20\n");
     }},
    {"Bits",
     [](const Folder& folder) {
       folder.write("bits.csv", rows(80, 10, "", true));
       recipe(folder,
              "[data]\nname = \"file\"\ntrain = \"bits.csv\"\nvalidation = 20\n"
              "[model]\nhidden = [6]\n[train]\nepochs = 2\nbatch = 20\n");
     }},
    {"Documents",
     [](const Folder& folder) {
       std::string text;
       for (int i = 0; i < 20; ++i) text += "cat dog cat purr\nfox wolf forest fox fox\n";
       folder.write("pets.txt", text);
       recipe(folder,
              "[data]\nname = \"file\"\ntrain = \"pets.txt\"\ntest = \"pets.txt\"\n"
              "[model]\nvisible = \"counts\"\nhidden = [3]\n[train]\nepochs = 2\nbatch = 4\n");
     }},
    {"Ratings",
     [](const Folder& folder) {
       std::string text = "userId,movieId,rating,timestamp\n";
       for (std::uint32_t u = 0; u < 40; ++u)
         for (std::uint32_t f = 0; f < 60; ++f)
           if (uniform(Key{3}, u, f) < 0.8f)
             text += fmt::format("{},{},{},0\n", u + 1, f + 1, 1 + below(Key{4}, u * 60 + f, 5));
       folder.write("r.csv", text);
       folder.write("recipe.toml",
                    "[ratings]\nname = \"file\"\ntrain = \"r.csv\"\nhidden = 4\nepochs = 2\nbatch = 10\n");
     }},
    {"Sequences",
     [](const Folder& folder) {
       std::string text;
       for (std::uint32_t r = 0; r < 100; ++r) {
         text += ">s\n";
         for (std::uint32_t i = 0; i < 5; ++i) text += "ACW-"[below(Key{5}.fold(r), i, 4)];
         text += "\n";
       }
       folder.write("family.fasta", text);
       recipe(folder,
              "[data]\nname = \"file\"\ntrain = \"family.fasta\"\nvalidation = 20\n"
              "[model]\nvisible = \"softmax:21\"\nhidden = [4]\n[train]\nepochs = 2\nbatch = 20\n");
     }},
    {"Autoencoder",
     [](const Folder& folder) {
       folder.write("recipe.toml",
                    "system = \"stack\"\n[data]\nname = \"bars-and-stripes\"\ntrain_cases = 100\ntest_cases = 20\n"
                    "[model]\nhidden = [6, 4]\n[finetune]\nepochs = 2\nbatch = 20\n");
     }},
    {"BeliefNet",
     [](const Folder& folder) {
       folder.write("recipe.toml",
                    "system = \"stack\"\n[data]\nname = \"bars-and-stripes\"\ntrain_cases = 100\ntest_cases = 20\n"
                    "[model]\nstack = \"belief-net\"\nhidden = [6, 4]\nlabels = true\n[up_down]\nepochs = 2\n"
                    "[evaluate]\nais_steps = 40\nais_runs = 10\nburn_in = 10\ntempering_levels = 3\n"
                    "tempering_ladders = 4\ntempering_rounds = 20\nbound_draws = 3\n");
     }},
    {"Parts",
     [](const Folder& folder) {
       folder.write("recipe.toml",
                    "[data]\nname = \"tagged-strokes\"\ntrain_cases = 100\ntest_cases = 20\nvalidation = 20\n"
                    "[[pathway]]\nname = \"image\"\nbinarise = \"each-time\"\nhidden = [6]\n"
                    "[[pathway]]\nname = \"text\"\nvisible = \"counts\"\n[joint]\nunits = 5\n"
                    "[train]\nepochs = 2\nbatch = 20\nchains = 10\n"
                    "[evaluate]\ninformation_cases = 3\nais_steps = 20\nais_runs = 4\n");
     }},
};

std::vector<std::string> next_of(const Outcome& outcome) {
  const std::string mark = "next: deepboltz ";
  const std::size_t found = outcome.err.rfind(mark);
  std::vector<std::string> words;
  if (found == std::string::npos) return words;
  std::istringstream line(outcome.err.substr(found + mark.size(), outcome.err.find('\n', found) - found - mark.size()));
  for (std::string word; line >> word;) words.push_back(word);
  return words;
}

class Next : public ::testing::TestWithParam<Data> {};

TEST_P(Next, EveryLineWorks) {
  const Folder folder;
  GetParam().write(folder);
  std::set<std::vector<std::string>> seen;
  const auto follow = [&](std::vector<std::string> words, bool may_be_refused) {
    while (!words.empty() && seen.insert(words).second) {
      const Outcome outcome = folder.run(words);
      if (outcome.code == 2 && may_be_refused) return;  // a verb that this kind of system does not have
      EXPECT_EQ(outcome.code, 0) << fmt::format("deepboltz {}: {}", fmt::join(words, " "), outcome.err);
      if (outcome.code != 0) return;
      may_be_refused = false;
      words = next_of(outcome);
    }
  };
  follow({"train", "recipe.toml", "--dry-run"}, false);
  follow({"train", "recipe.toml", "--out", "run"}, false);
  for (const char* verb :
       {"inspect", "sample", "complete", "classify", "encode", "reconstruct", "hash", "topics", "explain", "recommend"})
    follow({verb, "run"}, true);
  follow({"sample", "run", "--out", "samples.csv"}, true);
  follow({"complete", "run", "--given", "image=0"}, true);
  follow({"search", "run", "--given", "image=0"}, true);
}

INSTANTIATE_TEST_SUITE_P(Kinds, Next, ::testing::ValuesIn(kData),
                         [](const auto& kind) { return std::string(kind.param.name); });

}  // namespace
}  // namespace deepboltz::test
