// Every verb does its work end to end, on data that take a moment.
#include <cmath>
#include <cstring>

#include "tests/cli/tiny_run.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "deepboltz/io/npy.h"
#include "deepboltz/io/png.h"

namespace deepboltz::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

std::string last_line(const std::string& text) {
  const std::size_t end = text.find_last_not_of('\n');
  const std::size_t begin = text.find_last_of('\n', end);
  return text.substr(begin + 1, end - begin);
}

// One deep run for all tests of this suite.
class Verbs : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = new Folder;
    trained = new Outcome(train(*folder, kDbm));
  }
  static void TearDownTestSuite() {
    delete folder;
    delete trained;
  }
  // Runs, and expects success and a screen that ends with the next command.
  static Outcome succeed(const std::vector<std::string>& arguments) {
    const Outcome outcome = folder->run(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_THAT(last_line(outcome.err), StartsWith("next: deepboltz ")) << outcome.err;
    return outcome;
  }
  static Folder* folder;
  static Outcome* trained;
};
Folder* Verbs::folder = nullptr;
Outcome* Verbs::trained = nullptr;

TEST_F(Verbs, TrainLeavesARun) {
  EXPECT_EQ(trained->code, 0) << trained->err;
  EXPECT_EQ(trained->out, "run\n");
  EXPECT_EQ(last_line(trained->err), "next: deepboltz evaluate run");
  for (const char* file : {"recipe.toml", "model.safetensors", "checkpoint.safetensors", "metrics.csv", "log.jsonl",
                           "pictures/train-chains.png"})
    EXPECT_TRUE(std::filesystem::exists(*folder / "run" / file)) << file;
}

TEST_F(Verbs, EvaluateMeasuresAndWritesJson) {
  const Outcome words = succeed({"evaluate", "run"});
  for (const char* name : {"bound ", "true log p", "log z", "label error percent", "classifier error percent"})
    EXPECT_THAT(words.out, HasSubstr(name));
  const Outcome json = succeed({"evaluate", "run", "--json"});
  EXPECT_EQ(json.out, folder->read("run/evaluation.json"));
  EXPECT_EQ(nlohmann::json::parse(json.out)["binarise"], "each-time");  // figures of other conventions are others
}

TEST_F(Verbs, EvaluateMeasuresOnePartAndKeepsTheOthers) {
  const Outcome all = succeed({"evaluate", "run", "--json", "--set", "evaluate.completion_cases=5"});
  EXPECT_THAT(all.out, HasSubstr("\"nearest_neighbour\""));
  for (const char* part : {"likelihood", "error", "completion"}) {
    const Outcome one = succeed({"evaluate", "run", "--json", "--only", part, "--set", "evaluate.completion_cases=5"});
    EXPECT_EQ(one.out, all.out) << part;
  }
  const Outcome others =
      succeed({"evaluate", "run", "--json", "--only", "error", "--cases", "10"});  // of other cases: nothing is kept
  EXPECT_THAT(others.out, Not(HasSubstr("log_z")));
  EXPECT_EQ(folder->run({"evaluate", "run", "--only", "completion"}).code, 2);
}

TEST_F(Verbs, EvaluateIsTheSameForAnyNumberOfThreads) {
  EXPECT_EQ(succeed({"evaluate", "run", "--json", "--threads", "1"}).out,
            succeed({"evaluate", "run", "--json", "--threads", "3"}).out);
}

TEST_F(Verbs, EvaluateAgreesInEveryMath) {
  const auto measure = [](const char* math) {
    return nlohmann::json::parse(succeed({"evaluate", "run", "--math", math, "--json"}).out);
  };
  const nlohmann::json doubles = measure("f64"), floats = measure("f32"), integers = measure("int24"),
                       coarse = measure("int16");
  for (const char* figure : {"log_z", "log_z_reverse", "bound", "true_log_p"})
    for (const nlohmann::json& other : {floats, integers, coarse}) {
      const auto of = [&](const nlohmann::json& measured, const char* part) {
        return measured[figure][part].get<double>();
      };
      EXPECT_NEAR(of(other, "value"), of(doubles, "value"),
                  4 * std::hypot(of(other, "standard_error"), of(doubles, "standard_error")))
          << figure;
    }
  EXPECT_EQ(measure("auto")["log_z"], integers["log_z"]);
  EXPECT_NE(floats["log_z"], integers["log_z"]);
}

TEST_F(Verbs, IntegersAreForVerbsThatDraw) {
  const Outcome outcome = folder->run({"inspect", "run", "--math", "int24"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("--math: int24 is for verbs that train or draw"));
}

TEST_F(Verbs, SampleWritesPngNpyAndCsv) {
  succeed({"sample", "run", "--label", "1", "--count", "20", "--sweeps", "20", "--out", "ones.png"});
  const Image picture = parse_png_grey(as_bytes(folder->read("ones.png")), "ones.png");
  EXPECT_EQ(picture.width, 2 * (5 * 4 + 6 * 2 / 2));
  succeed({"sample", "run", "--count", "7", "--sweeps", "20", "--values", "draw", "--out", "draws.npy"});
  const std::string bytes = folder->read("draws.npy");
  const NpyArray array = parse_npy(as_bytes(bytes), "draws.npy");
  EXPECT_EQ(array.shape, (std::vector<std::int64_t>{7, 16}));
  for (std::int64_t i = 0; i < array.size(); ++i) EXPECT_TRUE(array.real(i) == 0 || array.real(i) == 1);
  succeed({"sample", "run", "--count", "3", "--sweeps", "20", "--out", "means.csv"});
  const std::string rows = folder->read("means.csv");
  EXPECT_EQ(std::count(rows.begin(), rows.end(), '\n'), 3);
}

TEST_F(Verbs, SampleShowsChainsOverTime) {
  succeed({"sample", "run", "--count", "3", "--sweeps", "20", "--frames", "5", "--apart", "2", "--out", "chains.png"});
  const Image picture = parse_png_grey(as_bytes(folder->read("chains.png")), "chains.png");
  EXPECT_EQ(picture.width, 2 * (5 * 4 + 6));
  EXPECT_EQ(picture.height, 2 * (3 * 4 + 4));
  const Outcome refused = folder->run({"sample", "run", "--frames", "5", "--out", "chains.npy"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("chains.npy: frames of chains are a picture"));
}

TEST_F(Verbs, SampleDependsOnTheSeedAlone) {
  const std::vector<std::string> sample{"sample", "run", "--count", "5", "--sweeps", "20", "--out", "a.csv", "--seed"};
  const auto with = [&](const char* seed, const char* threads) {
    std::vector<std::string> arguments = sample;
    arguments.insert(arguments.end(), {seed, "--threads", threads});
    succeed(arguments);
    return folder->read("a.csv");
  };
  EXPECT_EQ(with("3", "1"), with("3", "2"));
  EXPECT_NE(with("3", "1"), with("4", "1"));
}

TEST_F(Verbs, SampleBySamplersSaysHowWellTheyMix) {
  for (const char* sampler : {"gibbs", "parallel-tempering", "tempered-transitions", "cast"}) {
    const auto json = nlohmann::json::parse(succeed({"sample", "run", "--count", "10", "--sweeps", "60", "--sampler",
                                                     sampler, "--levels", "4", "--json", "--out", "a.csv"})
                                                .out);
    const nlohmann::json& mixing = json["mixing"];
    EXPECT_GE(double(mixing["autocorrelation_time"]), 1) << sampler;
    EXPECT_GT(double(mixing["ess"]), 10) << sampler;
    EXPECT_LT(double(mixing["r_hat"]), 1.5) << sampler;
    EXPECT_EQ(mixing.contains("acceptance"), sampler != std::string("gibbs"));
  }
  EXPECT_EQ(folder->run({"sample", "run", "--sampler", "cast", "--label", "1", "--out", "a.csv"}).code, 2);
  EXPECT_EQ(folder->run({"sample", "run", "--sampler", "cast", "--lowest", "1", "--out", "a.csv"}).code, 2);
  const Outcome without = folder->run({"sample", "run", "--sampler", "trajectory", "--out", "a.csv"});
  EXPECT_EQ(without.code, 2);
  EXPECT_THAT(without.err, HasSubstr("run: there is no trajectory.safetensors in this folder"));
}

TEST_F(Verbs, EvaluateSaysWhichLogZToTrust) {
  const auto json = nlohmann::json::parse(succeed({"evaluate", "run", "--only", "likelihood", "--json"}).out);
  const double exact = json["log_z_exact"]["value"];  // six or ten units above: enumerated
  for (const char* estimate : {"log_z", "log_z_reverse", "log_z_bridge", "log_z_tempering"})
    EXPECT_NEAR(double(json[estimate]["value"]), exact, 5 * double(json[estimate]["standard_error"]) + 0.1) << estimate;
  EXPECT_EQ(json["trust"]["word"], "exact");
  EXPECT_EQ(json["trust"]["reason"], "every state was visited");
}

TEST_F(Verbs, EvaluateNeedsNoMoreThanAModelAndATestFile) {
  const Folder other;
  const std::string rows = "1,0,1,1\n0,0,1,0\n1,1,1,1\n0,1,0,0\n";
  other.write("cases.csv", rows + rows);
  other.write(
      "recipe.toml",
      "[data]\nname = \"file\"\ntrain = \"cases.csv\"\n[model]\nhidden = [3]\n[train]\nepochs = 2\nbatch = 4\n");
  ASSERT_EQ(other.run({"train", "recipe.toml", "--out", "run"}).code, 0);
  std::filesystem::rename(other / "run/model.safetensors", other / "model.safetensors");
  std::filesystem::rename(other / "cases.csv", other / "test.csv");
  EXPECT_EQ(other.run({"evaluate", "model.safetensors"}).code, 3);
  const Outcome measured = other.run({"evaluate", "model.safetensors", "--test", "test.csv", "--json"});
  ASSERT_EQ(measured.code, 0) << measured.err;
  EXPECT_THAT(measured.err, HasSubstr("What is compared with training cases is left out"));
  const auto json = nlohmann::json::parse(measured.out);
  EXPECT_TRUE(json.contains("log_p_exact"));
  EXPECT_FALSE(json.contains("log_p_independent_units"));
}

TEST_F(Verbs, SamplesOfAClassBeginAtNoiseWhereTheDataAreGone) {
  const Folder other;
  const std::string rows = "1,0,1,no\n0,0,1,yes\n1,1,1,no\n0,1,0,yes\n";
  other.write("cases.csv", rows + rows);
  other.write("recipe.toml",
              "[data]\nname = \"file\"\ntrain = \"cases.csv\"\nlabel_column = \"3\"\n[model]\nhidden = [3]\n"
              "labels = true\n[train]\nepochs = 2\nbatch = 4\n");
  const Outcome outcome = other.run({"train", "recipe.toml", "--out", "run"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const std::vector<std::string> sample{"sample", "run", "--label", "yes", "--sweeps", "20", "--out", "yes.csv"};
  EXPECT_THAT(other.run(sample).err, HasSubstr("began at training cases of their class"));
  std::filesystem::remove(other / "cases.csv");
  const Outcome gone = other.run(sample);
  EXPECT_EQ(gone.code, 0);
  EXPECT_THAT(gone.err, HasSubstr("began at noise"));
}

// Another program can measure what evaluate measures.
TEST_F(Verbs, DataWritesTheBitsThatLikelihoodsAreOf) {
  succeed({"data", "write", "run/recipe.toml", "--bits", "--out", "bits.csv"});
  EXPECT_THAT(folder->read("bits.csv"), ::testing::MatchesRegex("[01,\n]+"));
  const auto bound = [](const Outcome& outcome) { return nlohmann::json::parse(outcome.out)["bound"]; };
  EXPECT_EQ(bound(succeed({"evaluate", "run", "--only", "likelihood", "--json"})),
            bound(succeed({"evaluate", "run", "--test", "bits.csv", "--only", "likelihood", "--json"})));
}

TEST_F(Verbs, CompleteKeepsWhatIsKnown) {
  folder->write("two.csv", "1,1,1,1,0,0,0,0,1,1,1,1,0,0,0,0\n1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0\n");
  succeed(
      {"complete", "run", "two.csv", "--mask", "left-half", "--burn-in", "20", "--sweeps", "20", "--out", "done.csv"});
  std::string first = folder->read("done.csv");
  first = first.substr(0, first.find('\n'));
  std::vector<double> row;
  for (std::size_t begin = 0; begin < first.size(); begin = first.find_first_of(",\n", begin) == std::string::npos
                                                                ? first.size()
                                                                : first.find_first_of(",\n", begin) + 1)
    row.push_back(std::stod(first.substr(begin)));
  ASSERT_EQ(row.size(), 16u);
  for (const int known : {2, 3, 6, 7, 10, 11, 14, 15})
    EXPECT_EQ(row[std::size_t(known)], known / 4 % 2 == 0 ? 1 : 0) << known;
  for (const char* mask : {"bottom-half", "centre", "random"})
    succeed({"complete", "run", "--mask", mask, "--count", "4", "--burn-in", "5", "--sweeps", "5", "--out",
             std::string(mask) + ".png"});
  succeed({"complete", "run", "two.csv", "--mask", "centre", "--method", "mean-field", "--out", "fast.npy"});
}

TEST_F(Verbs, EncodeWritesMeansOfHiddenUnits) {
  const Outcome csv = succeed({"encode", "run"});
  EXPECT_EQ(std::count(csv.out.begin(), csv.out.end(), '\n'), 60);
  EXPECT_EQ(std::count(csv.out.begin(), csv.out.end(), ','), 60 * 5);  // the top layer has 6 units
  EXPECT_EQ(succeed({"encode", "run", "--out", "codes.csv"}).out, "codes.csv\n");
  EXPECT_EQ(folder->read("codes.csv"), csv.out);
  succeed({"encode", "run", "--layer", "hidden1", "--out", "codes.npy"});
  const std::string bytes = folder->read("codes.npy");
  const NpyArray array = parse_npy(as_bytes(bytes), "codes.npy");
  EXPECT_EQ(array.shape, (std::vector<std::int64_t>{60, 10}));
  for (std::int64_t i = 0; i < array.size(); ++i) EXPECT_TRUE(array.real(i) > 0 && array.real(i) < 1);
  const Outcome json = succeed({"encode", "run", "--json"});
  EXPECT_THAT(json.out, HasSubstr("\"layer\": \"hidden2\""));
  folder->write("wide.csv", "1,0,1\n");
  EXPECT_THAT(folder->run({"encode", "run", "wide.csv"}).err, HasSubstr("cases of 3 units"));
  EXPECT_THAT(folder->run({"encode", "run", "--out", "codes.png"}).err, HasSubstr("codes are numbers"));
  EXPECT_THAT(folder->run({"encode", "run", "--layer", "label"}).err, HasSubstr("(hidden1, hidden2), got label"));
}

TEST_F(Verbs, ClassifyWritesLabelsWithProbabilities) {
  for (const char* method : {"network", "clamp"}) {
    const Outcome outcome = succeed({"classify", "run", "--method", method});
    EXPECT_THAT(outcome.out, StartsWith("index,label,p0,p1\n0,"));
    EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 61);
    EXPECT_THAT(outcome.err, HasSubstr("% of 60 cases are wrong"));
  }
  EXPECT_EQ(succeed({"classify", "run", "--out", "labels.csv"}).out, "labels.csv\n");
  EXPECT_EQ(folder->read("labels.csv"), succeed({"classify", "run"}).out);
}

TEST_F(Verbs, ClassifyReadsFilesOfOnesOwn) {
  folder->write(
      "labelled.csv",
      "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,class\n1,1,1,1,0,0,0,0,1,1,1,1,0,0,0,0,1\n1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,0\n");
  const Outcome csv = succeed({"classify", "run", "labelled.csv", "--label-column", "class"});
  EXPECT_THAT(csv.err, HasSubstr("of 2 cases are wrong"));
  std::filesystem::create_directories(*folder / "images");
  for (const int i : {0, 1}) {
    Image image{.height = 4, .width = 4, .channels = 1, .pixels = Bytes(16, 0)};
    for (std::size_t p = 0; p < 16; ++p) image.pixels[p] = (i == 0 ? p / 4 : p % 4) % 2 == 0 ? 255 : 0;
    write_png(*folder / "images" / fmt::format("{}.png", i), image);
  }
  std::string images = succeed({"classify", "run", "images"}).out;  // the same, and the name of each file
  for (const char* name : {",case\n", ",0.png\n", ",1.png\n"}) {
    ASSERT_THAT(images, HasSubstr(name));
    images.replace(images.find(name), std::strlen(name), "\n");
  }
  EXPECT_EQ(images, csv.out);
}

TEST_F(Verbs, InspectShowsLayers) {
  const Outcome words = succeed({"inspect", "run", "--recipe"});
  for (const char* text : {"hidden2", "dead", "weights visible - hidden1: 16 × 10", "[pretrain]"})
    EXPECT_THAT(words.out, HasSubstr(text));
  EXPECT_THAT(succeed({"inspect", "run", "--json"}).out, HasSubstr("\"parameters\": 576"));
}

TEST_F(Verbs, PlotAndReportMakeOnePage) {
  const Outcome plotted = succeed({"plot", "run", "--sweeps", "20"});
  for (const char* file : {"filters-1.png", "filters-2.png", "samples.png", "completion-left-half.png",
                           "completion-random.png", "curves.html"})
    EXPECT_TRUE(std::filesystem::exists(*folder / "run" / "pictures" / file)) << file;
  EXPECT_EQ(succeed({"report", "run"}).out, "run/report.html\n");
  EXPECT_THAT(folder->read("run/report.html"), StartsWith("<!DOCTYPE html>"));
  succeed({"report", "run", "run", "--out", "both.html"});
}

TEST_F(Verbs, AModelFileAloneIsEnough) {
  std::filesystem::create_directories(*folder / "models");
  std::filesystem::copy_file(*folder / "run" / "model.safetensors", *folder / "models" / "small.safetensors");
  succeed({"sample", "models/small.safetensors", "--sweeps", "5", "--out", "m.png"});
  succeed({"classify", "models/small.safetensors"});
  succeed({"complete", "models/small.safetensors", "--sweeps", "5", "--burn-in", "5", "--out", "m.png"});
  succeed({"inspect", "models/small.safetensors"});
  succeed({"evaluate", "models/small.safetensors"});
}

TEST_F(Verbs, DataListsShowsAndFetches) {
  EXPECT_THAT(succeed({"data", "list"}).out, HasSubstr("strokes"));
  EXPECT_THAT(succeed({"data", "show", "bars-and-stripes", "--out", "bars.png"}).out,
              HasSubstr("1000 cases of 16 units, pictures 4 × 4, 2 classes"));
  folder->write("own.csv", "0,1\n1,0\n");
  EXPECT_THAT(succeed({"data", "show", "own.csv"}).out, HasSubstr("2 cases of 2 units"));
  succeed({"data", "fetch", "strokes"});
}

TEST_F(Verbs, CompletionKnowsVerbsAndOptions) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const Outcome outcome = folder->run({"completion", shell});
    EXPECT_EQ(outcome.code, 0);
    EXPECT_THAT(outcome.out, HasSubstr("evaluate"));
    EXPECT_THAT(outcome.out, HasSubstr("label-column"));
  }
  folder->write("completion.bash",
                folder->run({"completion", "bash"}).out +
                    "COMP_WORDS=(deepboltz tr) COMP_CWORD=1; _deepboltz; [ \"${COMPREPLY[*]}\" = train ]\n");
  EXPECT_EQ(std::system(("bash " + (*folder / "completion.bash").string()).c_str()), 0);
}

TEST_F(Verbs, VersionAndHelp) {
  EXPECT_THAT(succeed({"version"}).out, StartsWith("deepboltz "));
  for (const char* verb : {"train", "resume", "evaluate", "sample", "complete", "classify", "topics", "explain",
                           "inspect", "plot", "report", "data", "doctor", "bench", "completion", "version"}) {
    const Outcome help = folder->run({verb, "--help"});
    EXPECT_EQ(help.code, 0);
    EXPECT_THAT(help.out, HasSubstr("Example:\n  deepboltz ")) << verb;
    EXPECT_THAT(help.out, HasSubstr("--json"));
  }
  EXPECT_THAT(folder->run({"train", "--help-recipe"}).out, HasSubstr("train.rate = (by the data)"));
}

TEST_F(Verbs, DoctorSaysWhatRunsOnWhat) {
  EXPECT_THAT(succeed({"doctor"}).out, HasSubstr("integers run on    "));
  const Outcome json = succeed({"doctor", "--json"});
  for (const char* key : {"threads", "instruction_sets", "floats", "integers"})
    EXPECT_THAT(json.out, HasSubstr(fmt::format("\"{}\": ", key)));
}

TEST_F(Verbs, IsaPinsTheInstructionSet) {
  const std::string plain = "SCALAR";  // every machine has it
  EXPECT_THAT(succeed({"doctor", "--isa", plain}).out, HasSubstr("integers run on    SCALAR"));
  EXPECT_EQ(folder->run({"doctor", "--isa", "AVX9"}).code, 2);
  const std::vector<std::string> sample{"sample", "run", "--count", "4", "--out", "best.npy"};
  auto pinned = sample;
  pinned.back() = "plain.npy";
  pinned.insert(pinned.end(), {"--isa", plain});
  succeed(sample);
  succeed(pinned);
}

TEST_F(Verbs, BenchTimesAnEpochAndItsProducts) {
  const std::vector<std::string> small{"bench",   "epoch", "--visible", "20", "--hidden", "10",
                                       "--cases", "500",   "--turns",   "1",  "--math"};
  for (const char* math : {"f32", "int16", "int24"}) {
    auto arguments = small;
    arguments.emplace_back(math);
    EXPECT_THAT(succeed(arguments).out, HasSubstr("ratio"));
    arguments.emplace_back("--json");
    const Outcome json = succeed(arguments);
    for (const char* key : {"seconds", "products_seconds", "ratio", "isa", "threads"})
      EXPECT_THAT(json.out, HasSubstr(fmt::format("\"{}\": ", key)));
    EXPECT_THAT(json.out, HasSubstr(fmt::format("\"math\": \"{}\"", math)));
    if (std::string(math) == "int24") continue;  // which has no mean field
    arguments.insert(arguments.end(), {"--hidden", "8", "5", "--density", "0.1"});
    succeed(arguments);
  }
}

TEST_F(Verbs, BenchTimesAnnealing) {
  for (const char* math : {"f32", "int16", "int24"}) {
    const Outcome json = succeed({"bench", "ais", "--visible", "20", "--hidden", "10", "--temperatures", "5", "--turns",
                                  "1", "--math", math, "--json"});
    for (const char* key : {"seconds", "products_seconds", "ratio", "isa", "threads", "runs", "temperatures"})
      EXPECT_THAT(json.out, HasSubstr(fmt::format("\"{}\": ", key)));
  }
}

TEST_F(Verbs, BenchTimesSweeps) {
  for (const char* math : {"f32", "int16", "int24"}) {
    const Outcome json = succeed({"bench", "gibbs", "--visible", "20", "--hidden", "10", "--sweeps", "5", "--turns",
                                  "1", "--math", math, "--json"});
    for (const char* key : {"seconds", "unit_updates_per_second", "isa", "threads"})
      EXPECT_THAT(json.out, HasSubstr(fmt::format("\"{}\": ", key)));
  }
}

TEST_F(Verbs, DryRunPrintsTheResolvedRecipeAndTrainsNothing) {
  const Outcome outcome =
      folder->run({"train", "recipe.toml", "--out", "never", "--dry-run", "--set", "train.rate=0.125"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("rate = 0.125\n"));
  EXPECT_THAT(outcome.err, HasSubstr("266 parameters"));
  EXPECT_FALSE(std::filesystem::exists(*folder / "never"));
  folder->write("resolved.toml", outcome.out);
  EXPECT_EQ(folder->run({"train", "resolved.toml", "--dry-run"}).out, outcome.out);
}

TEST_F(Verbs, QuietSaysNothing) { EXPECT_EQ(folder->run({"evaluate", "run", "--quiet"}).err, ""); }

TEST(OwnFiles, TrainEvaluateAndClassify) {
  const Folder folder;
  std::string csv = "a,b,c,d,class\n";
  for (int i = 0; i < 80; ++i) csv += i % 2 ? "1,1,0,0,1\n" : "0,0,1,1,0\n";
  folder.write("own.csv", csv);
  const Outcome trained = train(folder, kDbm,
                                {"--set", "data.name=file", "--set", "data.train=own.csv", "--set", "data.test=own.csv",
                                 "--set", "data.label_column=class", "--set", "data.train_cases=0", "--set",
                                 "data.validation=20", "--set", "finetune.epochs=40", "--set", "finetune.rate=0.5"});
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_EQ(folder.run({"evaluate", "run"}).code, 0);
  const Outcome classified = folder.run({"classify", "run", "own.csv", "--label-column", "class"});
  EXPECT_EQ(classified.code, 0) << classified.err;
  EXPECT_THAT(classified.err, HasSubstr("0.00"));  // two patterns, two classes
}

TEST(Rbm, EvaluatesByBothDirectionsAndRaise) {
  const Folder folder;
  ASSERT_EQ(train(folder, kRbm).code, 0);
  const Outcome outcome = folder.run({"evaluate", "run", "--on", "validation"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  for (const char* name : {"log p ", "log p reverse", "raise", "ais minus raise"})
    EXPECT_THAT(outcome.out, HasSubstr(name));
}

}  // namespace
}  // namespace deepboltz::test
