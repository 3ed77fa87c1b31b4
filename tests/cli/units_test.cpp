// Machines of spins, counts and real values, as a user meets them: train, evaluate, sample, plot; and wrong data.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "tests/cli/tiny_run.h"
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "deepboltz/rng/draw.h"

namespace deepboltz::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

constexpr int kColumns = 4;

const char* const kEnd = R"(
[train]
epochs = 30
batch = 50
method = "pcd"
chains = 50

[evaluate]
ais_steps = 200
ais_runs = 50
raise_cases = 20
raise_steps = 100
burn_in = 20
)";

std::string recipe(const std::string& visible, const std::string& more = "") {
  return "[data]\nname = \"file\"\ntrain = \"train.csv\"\ntest = \"test.csv\"\n[model]\nvisible = \"" + visible +
         "\"\nhidden = [8]\n" + more + kEnd +
         (visible == "gaussian" ? "[train.rate]\nkind = \"constant\"\nstart = 0.01\n" : "");
}

std::vector<std::vector<double>> rows_of(const std::string& csv) {
  std::vector<std::vector<double>> rows(1);
  std::string cell;
  for (const char c : csv) {
    if (c != ',' && c != '\n') {
      cell += c;
      continue;
    }
    rows.back().push_back(std::stod(cell));
    cell.clear();
    if (c == '\n') rows.emplace_back();
  }
  rows.pop_back();
  return rows;
}

std::string text_of(const std::vector<std::vector<double>>& rows) {
  std::string text;
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) text += fmt::format("{}{}", row[i], i + 1 < row.size() ? "," : "\n");
  return text;
}

// Two clusters in units of measurement of every size.
std::vector<std::vector<double>> clusters(std::uint64_t seed, std::uint32_t cases) {
  constexpr double kScale[kColumns] = {0.01, 1, 300, -5};
  std::vector<std::vector<double>> rows;
  for (std::uint32_t r = 0; r < cases; ++r) {
    rows.emplace_back();
    const double centre = uniform(Key{seed}, r, 0) < 0.5f ? -2 : 2;
    for (std::uint32_t i = 0; i < kColumns; ++i)
      rows.back().push_back(kScale[i] * (7 + centre + normal(Key{seed, 1}, r, i)));
  }
  return rows;
}

// The mean log-density of `test` under independent normals fitted to `train`.
double independent_log_p(const std::vector<std::vector<double>>& train, const std::vector<std::vector<double>>& test) {
  double sum = 0;
  for (std::size_t i = 0; i < train[0].size(); ++i) {
    double mean = 0, variance = 0;
    for (const auto& row : train) mean += row[i] / double(train.size());
    for (const auto& row : train) variance += (row[i] - mean) * (row[i] - mean) / double(train.size());
    for (const auto& row : test)
      sum -= (std::log(2 * std::numbers::pi * variance) + (row[i] - mean) * (row[i] - mean) / variance) / 2 /
             double(test.size());
  }
  return sum;
}

class Units : public testing::Test {
 protected:
  Outcome succeed(const std::vector<std::string>& arguments) {
    const Outcome outcome = folder.run(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return outcome;
  }
  void train(const std::string& visible, const std::string& more = "") {
    folder.write("recipe.toml", recipe(visible, more));
    succeed({"train", "recipe.toml", "--out", "run"});
  }
  // What train says of data that the units cannot take.
  std::string refused(const std::string& visible, const std::string& train, const std::string& more = "") {
    folder.write("train.csv", train);
    folder.write("test.csv", train);
    folder.write("recipe.toml", recipe(visible, more));
    const Outcome outcome = folder.run({"train", "recipe.toml", "--out", "refused"});
    EXPECT_EQ(outcome.code, 2) << outcome.err;
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
    EXPECT_FALSE(std::filesystem::exists(folder / "refused"));
    return outcome.err;
  }
  Folder folder;
};

TEST_F(Units, RealValuesFromTrainingToPictures) {
  const auto known = clusters(1, 1'000), unknown = clusters(2, 200);
  folder.write("train.csv", text_of(known));
  folder.write("test.csv", text_of(unknown));
  std::string held_out = recipe("gaussian");
  held_out.insert(held_out.find("[model]"), "validation = 100\n");
  folder.write("recipe.toml", held_out);
  succeed({"train", "recipe.toml", "--out", "run"});
  const auto json = nlohmann::json::parse(succeed({"evaluate", "run", "--json"}).out);
  // In the data's own units: above independent normals, which know nothing of the two clusters (0.8 nats better at
  // best), and not above the truth by more than its error.
  const double log_p = json["log_p"]["value"], error = json["log_p"]["standard_error"];
  EXPECT_GT(log_p, independent_log_p(known, unknown) + 0.3);
  double truth = 0;
  for (const auto& row : unknown) {
    constexpr double kScale[kColumns] = {0.01, 1, 300, -5};
    double density = 0, jacobian = 0;
    for (double centre : {-2.0, 2.0}) {
      double square = 0;
      for (std::size_t i = 0; i < kColumns; ++i) square += std::pow(row[i] / kScale[i] - 7 - centre, 2);
      density += std::exp(-square / 2) / 2;
    }
    for (double scale : kScale) jacobian += std::log(std::abs(scale));
    truth += (std::log(density) - kColumns * std::log(2 * std::numbers::pi) / 2 - jacobian) / double(unknown.size());
  }
  EXPECT_LT(log_p, truth + 3 * error);
  EXPECT_NEAR(json["raise"]["value"], log_p, 4 * double(json["raise"]["standard_error"]) + 4 * error);
  // While training, the same kind of density: of 100 other cases, hence with an error of their own.
  std::string last = folder.read("run/metrics.csv");
  last = last.substr(last.rfind("train,30,") + 6);
  last.erase(last.find_last_not_of(",\n") + 1);
  const double floor = std::stod(last.substr(last.rfind(',') + 1));  // the last that is not empty
  last.erase(last.rfind(','));
  const double watched = std::stod(last.substr(last.rfind(',') + 1));  // log_p_validation
  EXPECT_GT(watched, floor + 0.3);
  EXPECT_NEAR(watched, log_p, 5 * error * std::sqrt(3));
  EXPECT_EQ(json["binarise"], "none");
  EXPECT_TRUE(json.contains("log_jacobian"));
  EXPECT_THAT(succeed({"evaluate", "run"}).out, HasSubstr("log-density in the data's own units"));

  succeed({"sample", "run", "--count", "200", "--sweeps", "100", "--values", "draw", "--out", "draws.csv"});
  const auto draws = rows_of(folder.read("draws.csv"));
  ASSERT_EQ(draws.size(), 200u);
  for (std::size_t i = 0; i < kColumns; ++i) {  // of the data's size, whatever that is
    double mean = 0, of_data = 0;
    for (const auto& row : draws) mean += row[i] / 200;
    for (const auto& row : known) of_data += row[i] / 1'000;
    EXPECT_NEAR(mean / of_data, 1, 0.2) << i;
  }
  EXPECT_THAT(succeed({"plot", "run", "--sweeps", "20"}).out, HasSubstr("samples.png"));  // 4 units: 2 × 2
  EXPECT_THAT(succeed({"inspect", "run"}).out, HasSubstr("4 gaussian units"));
  succeed({"report", "run"});
  const Outcome completed = folder.run({"complete", "run"});
  EXPECT_EQ(completed.code, 2);
  EXPECT_THAT(completed.err, HasSubstr("expected binary pixels"));
  EXPECT_EQ(succeed({"evaluate", "run", "--math", "f64", "--json"}).code, 0);
}

TEST_F(Units, RealValuesWithLabelsAreClassified) {
  std::string with_labels;
  for (const auto& row : clusters(1, 600)) {
    for (double x : row) with_labels += fmt::format("{},", x);
    with_labels += row[1] < 7 ? "low\n" : "high\n";
  }
  folder.write("train.csv", with_labels);
  folder.write("test.csv", with_labels);
  std::string labelled = recipe("gaussian", "labels = true\n");
  labelled.insert(labelled.find("[model]"), "label_column = \"-1\"\n");
  folder.write("recipe.toml", labelled);
  succeed({"train", "recipe.toml", "--out", "run"});
  const auto json = nlohmann::json::parse(succeed({"evaluate", "run", "--json"}).out);
  EXPECT_LT(double(json["label_error_percent"]["value"]), 10);  // the clusters are four deviations apart
  EXPECT_THAT(succeed({"classify", "run"}).out, HasSubstr("\n1,"));
}

double mean_of(const std::vector<std::vector<double>>& rows) {
  double sum = 0;
  for (const auto& row : rows)
    for (const double x : row) sum += x / double(row.size() * rows.size());
  return sum;
}

// Patches of drawn digits, whitened inside the model: log p, samples and pictures are of the patches themselves.
TEST_F(Units, WhitenedPatchesFromTrainingToPictures) {
  const std::string patches =
      "[data]\nname = \"strokes\"\ntrain_cases = 200\ntest_cases = 100\npatch_side = 4\npatches = 1_000\n"
      "held_out_patches = 300\n[model]\nvisible = \"gaussian\"\nhidden = [8]\nstandardise = \"zca\"\n"
      "whitening_floor = 1e-3\n" +
      std::string(kEnd) + "[train.rate]\nkind = \"constant\"\nstart = 0.002\n";
  folder.write("patches.toml", patches);
  succeed({"train", "patches.toml", "--out", "run"});
  EXPECT_THAT(folder.read("run/metrics.csv"), HasSubstr(",dead_units,"));
  const auto json = nlohmann::json::parse(succeed({"evaluate", "run", "--json"}).out);
  succeed({"data", "write", "patches.toml", "--part", "train", "--out", "train.csv"});
  succeed({"data", "write", "patches.toml", "--out", "test.csv"});
  const auto known = rows_of(folder.read("train.csv")), unknown = rows_of(folder.read("test.csv"));
  ASSERT_EQ(known.size(), 1'000u);
  ASSERT_EQ(unknown.size(), 300u);
  ASSERT_EQ(unknown[0].size(), 16u);
  // Neighbouring pixels are alike: independent normals miss much of the density.
  EXPECT_GT(double(json["log_p_exact"]["value"]), independent_log_p(known, unknown) + 3);
  EXPECT_NE(double(json["log_jacobian"]), 0);
  succeed({"sample", "run", "--count", "200", "--sweeps", "50", "--values", "draw", "--out", "draws.csv"});
  EXPECT_NEAR(mean_of(rows_of(folder.read("draws.csv"))), mean_of(known), 0.1);
  EXPECT_THAT(succeed({"plot", "run", "--sweeps", "20"}).out, HasSubstr("filters-1.png"));
}

TEST_F(Units, CountsFromTrainingToSamples) {
  std::vector<std::vector<double>> counts;
  for (std::uint32_t r = 0; r < 400; ++r) {
    counts.emplace_back();
    const double p = uniform(Key{3}, r, 99) < 0.5f ? 0.2 : 0.8;
    for (std::uint32_t i = 0; i < 5; ++i) {  // five units are no picture
      counts.back().push_back(0);
      for (std::uint32_t trial = 0; trial < 3; ++trial)
        counts.back().back() += uniform(Key{4}, r, 3 * i + trial) < float(p) ? 1 : 0;
    }
  }
  folder.write("train.csv", text_of(counts));
  folder.write("test.csv", text_of(counts));
  train("binomial:3");
  const auto json = nlohmann::json::parse(succeed({"evaluate", "run", "--json"}).out);
  EXPECT_LT(double(json["log_p"]["value"]), 0);  // a probability
  EXPECT_GT(double(json["log_p"]["value"]), -5 * std::log(4));
  succeed({"sample", "run", "--count", "50", "--sweeps", "20", "--values", "draw", "--out", "draws.csv"});
  for (const auto& row : rows_of(folder.read("draws.csv")))
    for (double x : row) EXPECT_TRUE(x == 0 || x == 1 || x == 2 || x == 3) << x;
  const Outcome plot = succeed({"plot", "run", "--sweeps", "20"});
  EXPECT_THAT(plot.err, HasSubstr("not pictures: curves only"));
  EXPECT_THAT(plot.out, EndsWith("curves.html\n"));
  folder.write("above.csv", "0,1,2,3,4\n0,0,0,0,0\n");
  const Outcome above = folder.run({"evaluate", "run", "--test", "above.csv"});
  EXPECT_EQ(above.code, 2);
  EXPECT_THAT(above.err, HasSubstr("above.csv: expected whole numbers from 0 to 3, got 4 at case 0, column 4"));
}

TEST_F(Units, SpinsShowPixels) {
  std::string spins = kRbm;
  spins.replace(spins.find("hidden = [10]"), 13, "visible = \"spin\"\nhidden_unit = \"spin\"\nhidden = [10]");
  folder.write("spins.toml", spins);
  succeed({"train", "spins.toml", "--out", "run"});
  const auto json = nlohmann::json::parse(succeed({"evaluate", "run", "--json"}).out);
  EXPECT_LT(double(json["log_p"]["value"]), 0);
  EXPECT_FALSE(json.contains("log_jacobian"));
  succeed({"sample", "run", "--count", "20", "--sweeps", "20", "--values", "draw", "--out", "draws.csv"});
  for (const auto& row : rows_of(folder.read("draws.csv")))
    for (double x : row) EXPECT_TRUE(x == 0 || x == 1) << x;  // pixels, not spins
  EXPECT_THAT(succeed({"plot", "run", "--sweeps", "20"}).out, HasSubstr("samples.png"));
}

// Rectified linear units learn, draw and encode by every plain method; a log-probability is refused by name.
TEST_F(Units, RectifiedLinearUnitsTrainAndDraw) {
  const auto reconstruction = [&](const std::string& epoch) {
    const std::string metrics = folder.read("run/metrics.csv");
    std::string line = metrics.substr(metrics.find("train," + epoch + ","));
    for (int comma = 0; comma < 4; ++comma) line = line.substr(line.find(',') + 1);
    return std::stod(line.substr(0, line.find(',')));
  };
  for (const std::string method : {"cd", "pcd", "fpcd"}) {
    std::string bars = kRbm;
    bars.replace(bars.find("hidden = [10]"), 13, "hidden_unit = \"relu\"\nhidden = [20]");
    bars.replace(bars.find("epochs = 3"), 10, "epochs = 40");
    bars.replace(bars.find("\"pcd\""), 5, "\"" + method + "\"");
    folder.write("relu.toml", bars);
    succeed({"train", "relu.toml", "--out", "run", "--overwrite"});
    EXPECT_LT(reconstruction("40"), 0.8 * reconstruction("1")) << method;
    const Outcome refused = folder.run({"evaluate", "run"});
    EXPECT_EQ(refused.code, 2);
    EXPECT_EQ(
        refused.err,
        "deepboltz: error: evaluate: 'hidden1' is of relu units, whose draws have no normaliser: no energy and no "
        "log-probability has them\n");
    succeed({"sample", "run", "--count", "20", "--sweeps", "20", "--values", "draw", "--out", "draws.csv"});
    for (const auto& row : rows_of(folder.read("draws.csv")))
      for (double x : row) EXPECT_TRUE(x == 0 || x == 1) << x;
  }
  const Outcome tempered = folder.run({"sample", "run", "--sampler", "cast"});
  EXPECT_EQ(tempered.code, 2);
  EXPECT_THAT(tempered.err, HasSubstr("sample: 'hidden1' is of relu units"));
  succeed({"encode", "run", "--out", "codes.csv"});
  for (const auto& row : rows_of(folder.read("codes.csv")))
    for (double x : row) EXPECT_GE(x, 0);
  EXPECT_THAT(succeed({"inspect", "run"}).out, HasSubstr("20 relu units"));
  EXPECT_THAT(succeed({"plot", "run", "--sweeps", "20"}).out, HasSubstr("samples.png"));
  succeed({"report", "run"});
}

TEST_F(Units, RectifiedLinearUnitsSeeNumbersFromZeroOn) {
  std::vector<std::vector<double>> rows;
  for (std::uint32_t r = 0; r < 400; ++r) {
    const bool high = uniform(Key{3}, r, 99) < 0.5f;
    rows.emplace_back();
    for (std::uint32_t i = 0; i < 4; ++i)
      rows.back().push_back(300 * std::max(0.0, (high ? 4 : -1) + double(normal(Key{4}, r, i))));
  }
  folder.write("train.csv", text_of(rows));
  folder.write("test.csv", text_of(rows));
  train("relu");
  succeed({"sample", "run", "--count", "400", "--sweeps", "50", "--values", "draw", "--out", "draws.csv"});
  double of_data = 0, of_model = 0;
  for (const auto& row : rows) of_data += (row[0] + row[1] + row[2] + row[3]) / (4 * double(rows.size()));
  for (const auto& row : rows_of(folder.read("draws.csv")))
    for (double x : row) {
      EXPECT_GE(x, 0);
      of_model += x / 1'600;
    }
  EXPECT_NEAR(of_model / of_data, 1, 0.3);
  EXPECT_THAT(refused("relu", "1,2\n3,-4\n"), HasSubstr("expected numbers from 0 on for relu units, got -4 at case 1"));
  EXPECT_THAT(refused("relu", "1,2\n3,2\n"), HasSubstr("a relu unit needs values that vary"));
}

TEST_F(Units, WrongDataAreRefusedBeforeAnyWork) {
  EXPECT_THAT(refused("gaussian", "1,2\n3,nan\n"), HasSubstr("train.csv:2: column 2: a missing value, 'nan'"));
  EXPECT_THAT(refused("gaussian", "1,2\n3,1e39\n"), HasSubstr("expected finite numbers"));
  EXPECT_THAT(refused("gaussian", "1,2\n3,2\n5,2\n"), HasSubstr("column 1 is 2 in every case"));
  EXPECT_THAT(refused("binomial:2", "1,2\n3,2\n"), HasSubstr("from 0 to 2, got 3 at case 1, column 0"));
  EXPECT_THAT(refused("binomial:2", "1,2\n0.5,2\n"), HasSubstr("got 0.5"));
  EXPECT_THAT(refused("binomial:2", "1,2\n-1,2\n"), HasSubstr("got -1"));
  EXPECT_THAT(refused("gaussian", "1,2\n3,4\n", "hidden_unit = \"gaussian\"\n"), HasSubstr("is no distribution"));
  EXPECT_THAT(refused("gaussian", "1,2\n3,4\n", "[finetune]\n"), HasSubstr("[finetune] is for \"bernoulli\" units"));
  EXPECT_THAT(refused("binomial:2", "1,2\n0,2\n", "standardise = \"zca\"\n"),
              HasSubstr("model.standardise: \"zca\" is for \"gaussian\" units"));
  EXPECT_THAT(refused("poisson", "1,2\n3,4\n"), HasSubstr("\"binomial:TRIALS\""));
}

}  // namespace
}  // namespace deepboltz::test
