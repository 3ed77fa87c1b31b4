// Stacks as a user meets them: an autoencoder and a belief net, trained, stopped, taken up again, measured, used.
#include <chrono>
#include <cmath>
#include <csignal>
#include <thread>

#include "tests/cli/command.h"
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace deepboltz::test {
namespace {

using testing::HasSubstr;

constexpr const char* kData = R"(
system = "stack"
[data]
name = "strokes"
train_cases = 400
test_cases = 60
validation = 50
)";

constexpr const char* kPretraining = R"(
[pretrain]
means = true
[[pretrain.stage]]
epochs = 2
batch = 20
method = "cd"
[[pretrain.stage]]
epochs = 2
batch = 20
method = "cd"
rate = 0.01
)";

// A code of bits, by noise on it.
const std::string kAutoencoder = std::string(kData) + R"(
binarise = "none"
[model]
stack = "autoencoder"
hidden = [30, 8]
)" + kPretraining + R"(
[finetune]
average = 0.5
epochs = 20
batch = 20
optimizer = "adam"
rate = 0.001
code_noise = { kind = "linear", start = 0, end = 2, epochs = 2 }
keep_hidden = 0.9
)";

const std::string kBeliefNet = std::string(kData) + R"(
[model]
stack = "belief-net"
hidden = [30, 20, 25]
labels = true
[pretrain]
[[pretrain.stage]]
epochs = 2
batch = 20
method = "cd"
[[pretrain.stage]]
epochs = 2
batch = 20
method = "cd"
[[pretrain.stage]]
epochs = 2
batch = 20
method = "cd"
[up_down]
average = 0.5
epochs = 20
batch = 20
rate = 0.01
momentum = 0.5
[finetune]
epochs = 2
batch = 20
output = "labels"
[evaluate]
ais_steps = 100
ais_runs = 20
burn_in = 20
tempering_levels = 4
tempering_ladders = 10
tempering_rounds = 40
bound_draws = 5
)";

class Stack : public testing::TestWithParam<const std::string*> {
 protected:
  static Outcome succeed(const Folder& folder, const std::vector<std::string>& arguments) {
    const Outcome outcome = folder.run(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return outcome;
  }
  static void train(const Folder& folder, const std::string& recipe, std::vector<std::string> more = {}) {
    folder.write("recipe.toml", recipe);
    more.insert(more.begin(), {"train", "recipe.toml", "--out", "run"});
    succeed(folder, more);
  }
  static nlohmann::json figures(const Folder& folder) {
    return nlohmann::json::parse(succeed(folder, {"evaluate", "run", "--budget", "0", "--json"}).out);
  }
};
INSTANTIATE_TEST_SUITE_P(Each, Stack, testing::Values(&kAutoencoder, &kBeliefNet),
                         [](const auto& test) { return test.index == 0 ? "Autoencoder" : "BeliefNet"; });

TEST_P(Stack, ThreadsDoNotChangeABit) {
  Folder one, three;
  train(one, *GetParam(), {"--threads", "1"});
  train(three, *GetParam(), {"--threads", "3"});
  EXPECT_TRUE(one.read("run/model.safetensors") == three.read("run/model.safetensors"));
}

// Stopped at two moments of every stage that has epochs enough, by a signal that the run notices after an update.
TEST_P(Stack, StoppedAndResumedIsTheSame) {
  Folder whole, stopped;
  train(whole, *GetParam(), {"--threads", "1"});
  stopped.write("recipe.toml", *GetParam());
  Process process = stopped.start({"train", "recipe.toml", "--out", "run", "--threads", "1"});
  int code = -1;
  for (int stops = 0; stops < 6; ++stops) {
    for (int i = 0; i < 400 && !std::filesystem::exists(stopped / "run/checkpoint.safetensors"); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + 37 * stops));
    process.send(SIGINT);
    code = process.wait().code;
    if (code == 0) break;
    ASSERT_EQ(code, 128 + SIGINT);
    process = stopped.start({"resume", "run", "--threads", "1"});
  }
  if (code != 0) {
    EXPECT_EQ(process.wait().code, 0);
  }
  for (const char* file : {"run/model.safetensors", "run/metrics.csv"})
    EXPECT_TRUE(whole.read(file) == stopped.read(file)) << file;
}

TEST_F(Stack, AnAutoencoderIsMeasuredBesidePrincipalComponents) {
  Folder folder;
  train(folder, kAutoencoder);
  const nlohmann::json found = figures(folder);
  EXPECT_GT(found.at("squared_error").at("value"), 0.0);
  EXPECT_EQ(found.at("pca_components"), 8);
  EXPECT_FALSE(found.contains("log_p"));
  EXPECT_FALSE(found.contains("bound"));
  const Outcome codes = succeed(folder, {"encode", "run"});
  EXPECT_EQ(std::count(codes.out.begin(), codes.out.end(), '\n'), 60);
  EXPECT_EQ(std::count(codes.out.begin(), codes.out.begin() + std::ptrdiff_t(codes.out.find('\n')), ','), 7);
  EXPECT_THAT(succeed(folder, {"encode", "run", "--layer", "encode1"}).err, HasSubstr("30 numbers"));
  EXPECT_THAT(folder.run({"encode", "run", "--layer", "hidden1"}).err, HasSubstr("encode1, encode2, decode2, decode1"));
  EXPECT_THAT(succeed(folder, {"reconstruct", "run", "--json"}).out, HasSubstr("reconstructions.png"));
  EXPECT_FALSE(folder.read("reconstructions.png").empty());
  succeed(folder, {"plot", "run"});
  EXPECT_FALSE(folder.read("run/pictures/reconstructions.png").empty());
  succeed(folder, {"report", "run"});
}

TEST_F(Stack, ABeliefNetHasABoundAndClasses) {
  Folder folder;
  train(folder, kBeliefNet);
  const nlohmann::json found = figures(folder);
  EXPECT_LE(found.at("bound").at("value"), found.at("importance").at("value"));
  for (const char* error : {"label_error_percent", "classifier_error_percent", "error_percent_class_shares"})
    EXPECT_TRUE(found.contains(error)) << error;
  EXPECT_FALSE(found.contains("squared_error"));
  const std::string by_net = succeed(folder, {"classify", "run", "--method", "clamp"}).out;
  EXPECT_NE(by_net, succeed(folder, {"classify", "run"}).out);
  succeed(folder, {"plot", "run"});
  succeed(folder, {"inspect", "run"});
  succeed(folder, {"sample", "run", "--label", "3", "--sweeps", "20", "--count", "4", "--out", "threes.npy"});
  EXPECT_FALSE(folder.read("threes.npy").empty());
  EXPECT_THAT(folder.run({"sample", "run", "--label", "11"}).err, HasSubstr("there is no class '11'"));
  EXPECT_THAT(folder.run({"reconstruct", "run"}).err, HasSubstr("no part 'autoencoder'"));
}

TEST_F(Stack, CodesAreHashedAndFound) {
  Folder folder;
  train(folder, kAutoencoder);
  succeed(folder, {"hash", "run", "--out", "codes.npy"});
  const nlohmann::json found = nlohmann::json::parse(
      succeed(folder, {"search", "run", "7", "--in", "codes.index", "--top", "60", "--json"}).out);
  const nlohmann::json& neighbours = found.at(0).at("neighbours");
  ASSERT_EQ(neighbours.size(), 60u);
  int last = 0;
  bool itself = false;
  for (const nlohmann::json& neighbour : neighbours) {
    EXPECT_GE(neighbour.at("distance"), last);
    last = neighbour.at("distance");
    itself |= neighbour.at("case") == 7 && neighbour.at("distance") == 0;
  }
  EXPECT_TRUE(itself);
  const auto refused = [&](std::vector<std::string> arguments, const char* text) {
    const Outcome outcome = folder.run(arguments);
    EXPECT_EQ(outcome.code, 2) << text;
    EXPECT_THAT(outcome.err, HasSubstr(text));
  };
  refused({"search", "run", "7", "--radius", "9"}, "expected at most the 8 bits of the codes, got 9");
  refused({"search", "run", "60"}, "the run has test cases 0 to 59, got 60");
  refused({"search", "run", "some words"}, "has no words to read it as a text");
  refused({"search", "run", "7", "--in", "codes.npy"}, "codes.npy");
  refused({"hash", "run", "--out", "codes.csv"}, "ends in .npy");
  refused({"search", "run", "7", "--rerank", "tf-idf"}, "'codes.index' has no counts of words to compare by");
  succeed(folder, {"train", "recipe.toml", "--out", "other", "--set", "seed=5"});
  refused({"search", "other", "7"}, "another model made these codes");
  succeed(folder, {"hash", "run", "--threshold", "0.1", "--layer", "encode1", "--out", "wide.npy"});
  succeed(folder, {"search", "run", "0", "--in", "wide.index", "--radius", "30"});
}

// Documents of two kinds of words, the class; every one has a name. A code of two numbers, and one of bits.
const std::string kDocuments = R"(
system = "stack"
[data]
name = "file"
train = "train.svm"
test = "test.svm"
vocabulary = "words.txt"
validation = 20
[model]
stack = "autoencoder"
visible = "counts"
hidden = [10, 2]
top_unit = "gaussian"
)" + std::string(kPretraining) +
                               R"(
[finetune]
epochs = 30
batch = 20
optimizer = "adam"
rate = 0.01
)";

void write_documents(const Folder& folder) {
  for (const auto& [file, count] : {std::pair("train.svm", 100), std::pair("test.svm", 30)}) {
    std::string text;
    for (int d = 0; d < count; ++d) {
      const int half = d % 2;
      text += fmt::format("{}", half);
      for (int k = 0; k < 4; ++k)  // a step of 1 or 3 apart, so that none comes twice
        text += fmt::format(" {}:{}", 1 + 8 * half + (d / 2 + k * (1 + d / 7 % 2 * 2)) % 8, 1 + k % 3);
      text += fmt::format(" # story {}\n", d);
    }
    folder.write(file, text);
  }
  std::string words;
  for (int k = 0; k < 16; ++k) words += fmt::format("{}{}\n", k < 8 ? "cat" : "dog", char('a' + k));
  folder.write("words.txt", words);
}

TEST_F(Stack, CodesOfTwoNumbersAreAMapBesideLatentSemanticAnalysis) {
  Folder folder;
  write_documents(folder);
  train(folder, kDocuments);
  const nlohmann::json found = figures(folder);
  EXPECT_LT(found.at("reconstruction_loss"), found.at("reconstruction_loss_unigrams"));
  EXPECT_THAT(succeed(folder, {"plot", "run"}).out, HasSubstr("map.svg"));
  const std::string map = folder.read("run/pictures/map.svg");
  for (const char* text :
       {"Codes of the autoencoder", "Latent semantic analysis of two numbers", "<title>story 7 · 1 · dog"})
    EXPECT_THAT(map, HasSubstr(text));
  succeed(folder, {"report", "run"});
  EXPECT_THAT(folder.read("run/report.html"), HasSubstr("<iframe sandbox"));
  EXPECT_EQ(folder.read("run/report.html").find("<title>story"), std::string::npos);
}

TEST_F(Stack, DocumentsAreFoundWithTheirNamesClassesAndWords) {
  Folder folder;
  write_documents(folder);
  train(folder, kDocuments, {"--set", "model.top_unit=bernoulli", "--set", "model.hidden=[10, 6]"});
  EXPECT_EQ(folder.run({"plot", "run"}).code, 0);
  EXPECT_FALSE(std::filesystem::exists(folder / "run/pictures/map.svg"));
  succeed(folder, {"hash", "run"});
  const auto search = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"search", "run"});
    more.push_back("--json");
    return nlohmann::json::parse(succeed(folder, more).out).at(0);
  };
  const nlohmann::json nearest = search({"4", "--top", "30"});
  EXPECT_EQ(nearest.at("name"), "story 4");
  EXPECT_EQ(nearest.at("code").get<std::string>().size(), 6u);
  for (const nlohmann::json& one : nearest.at("neighbours")) {
    const int number = one.at("case");
    EXPECT_EQ(one.at("name"), fmt::format("story {}", number));
    EXPECT_EQ(one.at("classes"), std::to_string(number % 2));
    EXPECT_EQ(one.at("words").get<std::string>().substr(0, 3), number % 2 == 0 ? "cat" : "dog");
    EXPECT_FALSE(one.contains("cosine"));
  }
  const nlohmann::json reranked = search({"4", "--top", "30", "--rerank", "tf-idf"});
  ASSERT_EQ(reranked.at("neighbours").size(), 30u);
  EXPECT_EQ(reranked.at("neighbours").at(0).at("case"), 4);
  EXPECT_NEAR(reranked.at("neighbours").at(0).at("cosine"), 1, 1e-6);
  double last = 2;
  for (const nlohmann::json& one : reranked.at("neighbours")) {
    EXPECT_LE(one.at("cosine"), last);
    last = one.at("cosine");
    if (one.at("case").get<int>() % 2 == 1) {
      EXPECT_EQ(last, 0) << "documents of other words";
    }
  }
  // Typed words are a document; the list of a radius is what lies within it.
  EXPECT_EQ(search({"doga dogi DOGJ", "--rerank", "tf-idf"}).at("words"), "dogi, dogj");
  // A file of plain text is one document, however many lines it has.
  folder.write("query.txt", "doga\ndogi doga\n\ndogj\n");
  folder.write("letter", "From: doga, dogi\n\ndogj\n");
  for (const char* file : {"query.txt", "letter"}) EXPECT_EQ(search({file}).at("words"), "dogi, dogj");
  EXPECT_EQ(
      nlohmann::json::parse(succeed(folder, {"search", "run", "query.txt", "--format", "text", "--json"}).out).size(),
      2u);  // of the lines with words that it knows
  const std::string long_text(5'000, 'x');
  EXPECT_THAT(folder.run({"search", "run", long_text}).err, HasSubstr("the model knows 16 words"));
  for (const nlohmann::json& one : search({"4", "--radius", "0", "--rerank", "tf-idf"}).at("neighbours"))
    EXPECT_EQ(one.at("distance"), 0);
  EXPECT_THAT(succeed(folder, {"search", "run", "4", "--top", "1"}).out, HasSubstr("story 4 · 0 · cat"));
  EXPECT_THAT(folder.run({"search", "run", "nothing of these"}).err,
              HasSubstr("'nothing of these': there are no documents with words in them; the model knows 16 words"));
}

// The same documents as sparse lines and as a table of counts: training, held-out figures and codes to the bit.
TEST_F(Stack, SparseAndDenseDocumentsAreTheSame) {
  std::string metrics[2], codes[2];
  for (const bool sparse : {true, false}) {
    Folder folder;
    std::string text;
    for (int d = 0; d < 90; ++d) {
      for (int k = 0; k < 16; ++k) {
        const int count = (d * 7 + k * 5 + d * k) % 11 % 4;
        if (!sparse)
          text += fmt::format("{}{}", count, k < 15 ? "," : "");
        else if (count > 0)
          text += fmt::format("{}{}:{}", k > 0 ? " " : "", k + 1, count);
      }
      text += "\n";
    }
    const std::string name = sparse ? "counts.svm" : "counts.csv";
    folder.write(name, text);
    std::string recipe = kDocuments;
    for (const char* file : {"train.svm", "test.svm"})
      recipe.replace(recipe.find(file), std::string(file).size(), name);
    recipe.erase(recipe.find("vocabulary"), std::string("vocabulary = \"words.txt\"\n").size());
    train(folder, recipe, {"--threads", sparse ? "1" : "2"});
    metrics[sparse] = folder.read("run/metrics.csv");
    codes[sparse] = succeed(folder, {"encode", "run"}).out;
  }
  EXPECT_EQ(codes[0], codes[1]);
  EXPECT_FALSE(codes[0].empty());
  // The last two columns are times.
  EXPECT_EQ(metrics[0], metrics[1]);
}

// Machines have codes as well.
TEST_F(Stack, CodesOfAMachineAreHashed) {
  Folder folder;
  folder.write("recipe.toml",
               "[data]\nname = \"bars-and-stripes\"\ntrain_cases = 100\ntest_cases = 20\n[model]\nhidden = [10]\n"
               "[train]\nepochs = 2\n");
  succeed(folder, {"train", "recipe.toml", "--out", "run"});
  succeed(folder, {"hash", "run"});
  EXPECT_THAT(succeed(folder, {"search", "run", "3"}).out, HasSubstr("   0 bits  "));
  succeed(folder, {"reconstruct", "run"});
}

// log p of real values is a density in their own units: eight times the numbers are an eighth of the density a column.
TEST_F(Stack, ABoundOfRealValuesIsInTheirUnits) {
  const auto bound = [](double unit) {
    Folder folder;
    std::string table = "a,b,c\n";
    for (int r = 0; r < 60; ++r)
      table += fmt::format("{},{},{}\n", unit * (r % 7), unit * (r % 5 - 2), unit * (r % 11));
    folder.write("table.csv", table);
    train(folder,
          "system = \"stack\"\n[data]\nname = \"file\"\ntrain = \"table.csv\"\ntest = \"table.csv\"\n[model]\n"
          "stack = \"belief-net\"\nvisible = \"gaussian\"\nhidden = [4, 3]\n[pretrain]\n"
          "[[pretrain.stage]]\nepochs = 2\nmethod = \"cd\"\nrate = 0.01\n"
          "[[pretrain.stage]]\nepochs = 2\nmethod = \"cd\"\n"
          "[evaluate]\nais_steps = 100\nais_runs = 10\nburn_in = 10\ntempering_levels = 3\n"
          "tempering_ladders = 4\ntempering_rounds = 20\nbound_draws = 5\n");
    return figures(folder).at("bound").at("value").get<double>();
  };
  EXPECT_NEAR(bound(1) - bound(8), 3 * std::log(8.0), 1e-6);
}

TEST_F(Stack, ABeliefNetOfGreyPixelsHasNoLogP) {
  Folder folder;
  train(folder, kBeliefNet, {"--set", "data.binarise=none", "--set", "up_down.epochs=1"});
  const nlohmann::json found = figures(folder);
  EXPECT_FALSE(found.contains("bound"));
  EXPECT_TRUE(found.contains("label_error_percent"));
  const Outcome asked = folder.run({"evaluate", "run", "--only", "likelihood"});
  EXPECT_EQ(asked.code, 2);
  EXPECT_THAT(asked.err, HasSubstr("log p is defined for binary cases only"));
}

// Each recipe says what is wrong with one setting.
TEST_F(Stack, RefusesWhatDoesNotFitTogether) {
  const auto refused = [](const std::string& recipe, const std::vector<std::string>& more, const char* text) {
    Folder folder;
    folder.write("recipe.toml", recipe);
    std::vector<std::string> arguments{"train", "recipe.toml", "--out", "run"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = folder.run(arguments);
    EXPECT_EQ(outcome.code, 2) << text;
    EXPECT_THAT(outcome.err, HasSubstr(text));
    EXPECT_FALSE(std::filesystem::exists(folder / "run"));
  };
  refused(kAutoencoder, {"--set", "model.labels=true"}, "an autoencoder has no label layer");
  refused(kAutoencoder, {"--set", "model.hidden=[30]"}, "expected one [[pretrain.stage]] a hidden layer (1), got 2");
  refused(kAutoencoder, {"--set", "model.top_unit=counts"}, "expected \"bernoulli\" or \"gaussian\", got \"counts\"");
  refused(kAutoencoder, {"--set", "model.top_unit=gaussian"}, "is for the code of an autoencoder with \"bernoulli\"");
  refused(kAutoencoder, {"--set", "finetune.rate_multipliers=[1, 2]"}, "(4) or [], got 2");
  refused(kAutoencoder, {"--set", "model.visible=relu"}, "have no log p");
  refused(kBeliefNet, {"--set", "model.labels=false"}, "needs a label layer to start from");
  refused(kBeliefNet, {"--set", "model.top_unit=gaussian"}, "expected \"bernoulli\" at the top of a belief net");
  refused(std::string(kData) + "[model]\nhidden = [5]\n", {}, "there is nothing to train");
  refused(kBeliefNet, {"--set", "data.labelled=10"}, "a stack uses every label, or none");
}

TEST_F(Stack, VerbsOfOtherKindsSayWhichItHas) {
  Folder folder;
  train(folder, kAutoencoder, {"--set", "finetune.epochs=1"});
  for (const auto& [verb, says] : {std::pair("topics", "encode, reconstruct"),
                                   std::pair("complete", "an autoencoder has no distribution to complete cases by")}) {
    const Outcome outcome = folder.run({verb, "run"});
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.err, HasSubstr(says));
  }
}

}  // namespace
}  // namespace deepboltz::test
