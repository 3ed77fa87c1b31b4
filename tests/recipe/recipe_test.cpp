// Laws of recipes: what is written reads back as the same value; every field refuses what it cannot be, with the line.
#include "tests/io/temp_folder.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deepboltz/base/nearest_word.h"
#include "deepboltz/io/file.h"
#include "deepboltz/recipe/read.h"
#include "deepboltz/recipe/settings.h"
#include "deepboltz/recipe/write.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/system/graph/graph_recipe.h"

namespace deepboltz {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

GraphRecipe& graph(const Recipe& recipe) { return static_cast<GraphRecipe&>(*recipe.values); }

Recipe parse(const std::string& text, const std::string& file = "r", const std::vector<std::string>& overrides = {}) {
  return parse_recipe(kinds(), text, file, overrides);
}
// What the text says to a graph.
GraphRecipe parse_graph(const std::string& text, const std::string& file = "r",
                        const std::vector<std::string>& overrides = {}) {
  return graph(parse(text, file, overrides));
}

TEST(Recipe, TakesTheNumberOfAColumnForItsNameAndNoOtherNumberForAText) {
  const std::string file = "[data]\nname = \"file\"\ntrain = \"a.csv\"\n";
  EXPECT_EQ(parse_graph(file, "r", {"data.label_column=-1"}).data.label_column, "-1");
  EXPECT_EQ(parse_graph(file + "id_column = 2\n").data.id_column, "2");
  EXPECT_THROW(parse_graph(file + "label_key = 2\n"), InputError);
}

TEST(KeptRecipe, MeansByAKeyThatItLacksWhatWasDoneBeforeTheKeyCame) {
  const auto held_out = [](const Recipe& recipe) { return graph(recipe).data.held_out; };
  EXPECT_EQ(held_out(parse("")), HeldOut::drawn);
  EXPECT_EQ(held_out(parse_kept_recipe(kinds(), "", "kept")), HeldOut::last);
  EXPECT_EQ(held_out(parse_kept_recipe(kinds(), "data.held_out = \"drawn\"", "kept")), HeldOut::drawn);
  const std::vector<std::string> set{"data.held_out=drawn"};
  EXPECT_EQ(held_out(parse_kept_recipe(kinds(), "", "kept", set)), HeldOut::drawn);
  EXPECT_EQ(held_out(parse(write_recipe(parse_kept_recipe(kinds(), "", "kept")))), HeldOut::last);
}

TEST(KeptRecipe, IsTheRecipeOfARunFolder) {
  const testing::TempFolder place;
  write_file(place / "recipe.toml", as_bytes("seed = 2"));
  EXPECT_EQ(graph(read_recipe(kinds(), place / "recipe.toml")).data.held_out, HeldOut::drawn);
  write_file(place / "checkpoint.safetensors", as_bytes("of a run"));
  EXPECT_EQ(graph(read_recipe(kinds(), place / "recipe.toml")).data.held_out, HeldOut::last);
}

// A recipe with every optional part, so that its settings are all that a graph has.
Recipe complete_recipe() {
  Recipe recipe = recipe_of(kinds().front());
  make_everything(recipe);
  graph(recipe).train.learner.optimizer = graph(recipe).pretrain->stages[0].learner.optimizer = AdamStep{};
  StageRecipe& train = graph(recipe).train;
  train.epochs = train.batch = 10;
  train.learner.rate.start = 0.05;
  train.learner.decay.l2 = 0;
  MonitorRecipe& monitor = graph(recipe).monitor;
  monitor.every = monitor.likelihood_every = monitor.pictures_every = monitor.checkpoint_every = 2;
  return recipe;
}

// Numbers for random recipes, one after the other.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : key_{seed, 1} {}
  double uniform() { return deepboltz::uniform(key_, 0, next_++); }
  std::int64_t below(std::int64_t bound) { return std::int64_t(uniform() * double(bound)); }
  double within(const Bounds& bounds) {
    const double low = std::max(bounds.low, -1e3), high = std::min(bounds.high, 1e3);
    return low + (high - low) * (0.001 + 0.998 * uniform() * uniform());
  }

 private:
  Key key_;
  std::uint32_t next_ = 0;
};

struct Randomise {
  Dice& dice;
  const Bounds& bounds;

  std::int64_t whole() const {
    const double low = std::max(0.0, bounds.low);
    return std::int64_t(low) + dice.below(std::int64_t(std::min(90.0, bounds.high - low + 1)));
  }
  void operator()(bool* slot) const { *slot = dice.below(2) == 1; }
  void operator()(int* slot) const { *slot = int(whole()); }
  void operator()(std::int64_t* slot) const { *slot = whole(); }
  void operator()(std::uint64_t* slot) const { *slot = std::uint64_t(whole()) << 50; }
  void operator()(double* slot) const { *slot = dice.within(bounds); }
  void operator()(std::string* slot) const {
    slot->clear();
    for (int i = 0; i < 12; ++i) *slot += char(dice.below(126) + 1);
    *slot += "\"\\ é\n";
  }
  void operator()(std::vector<std::int64_t>* slot) const { *slot = {whole(), whole()}; }
  void operator()(std::vector<double>* slot) const { *slot = {dice.within(bounds), dice.within(bounds)}; }
  void operator()(Schedule* slot) const {
    slot->kind = Schedule::Kind(dice.below(5));
    slot->start = dice.within(bounds);
    slot->end = dice.within(bounds);
    slot->epochs = 1 + dice.uniform();
    slot->factor = 1 + dice.uniform();
  }
  void operator()(Unit* slot) const {
    const Unit units[] = {Spin{}, Binomial{1 + dice.below(9)}, Gaussian{}};
    *slot = units[dice.below(3)];
  }
  void operator()(const Choice& slot) const { slot.set(std::size_t(dice.below(std::int64_t(slot.names.size())))); }
  void operator()(const NumberList& slot) const { slot.set({dice.within(bounds), dice.within(bounds)}); }
};

// A recipe in which every field differs from its default, as far as the parts fit together.
Recipe random_recipe(std::uint64_t seed) {
  Recipe whole = complete_recipe();
  GraphRecipe& recipe = graph(whole);
  Dice dice(seed);
  recipe.pretrain->stages.resize(2);
  if (dice.below(2)) recipe.train.learner.optimizer = MomentumStep{};
  if (dice.below(3) == 0) recipe.pretrain.reset();
  if (dice.below(3) == 0) recipe.finetune.reset();
  for (const Setting& field : settings_of(whole).values)  // names first: the optimizer decides which fields there are
    if (std::holds_alternative<Choice>(field.slot)) std::visit(Randomise{dice, field.bounds}, field.slot);
  for (const Setting& field : settings_of(whole).values)
    if (!std::holds_alternative<Choice>(field.slot)) std::visit(Randomise{dice, field.bounds}, field.slot);
  recipe.data.name = "file";
  recipe.data.validation = 0;  // of a file of their own
  recipe.data.use_validation = false;
  recipe.train.learner.negative.kind = Negative::Kind::persistent;
  recipe.train.learner.math = Math::f32;  // the model is deep
  auto& sampler = recipe.train.learner.negative.sampler.kind;
  if (sampler == ChainSampler::Kind::length_exchange) sampler = ChainSampler::Kind::cast;  // of documents only
  recipe.train.learner.objective.kind = Objective::Kind::generative;
  if (recipe.model.labels) recipe.train.learner.recognition.sweeps = 0;
  recipe.data.labelled = 0;
  recipe.data.subtract_mean = false;
  recipe.model.standardise = Standardise::columns;
  if (recipe.pretrain || recipe.finetune)
    recipe.model.visible = recipe.model.hidden_unit = Bernoulli{};
  else
    recipe.evaluate.completion_cases = 0, recipe.data.invert = false, recipe.data.scale = 0,
    recipe.model.hidden_unit = Spin{};
  recipe.train.average = sampler == ChainSampler::Kind::trajectory ? 0 : 0.3;
  if (recipe.pretrain) {
    for (StageRecipe& stage : recipe.pretrain->stages) {
      stage.learner.negative.kind = Negative::Kind::persistent;
      stage.learner.negative.sampler.kind = ChainSampler::Kind::gibbs;
      stage.learner.math = Math::f32;
      stage.learner.objective.kind = Objective::Kind::generative;
      stage.learner.sparsity.resize(1);
    }
  }
  if (recipe.finetune) {
    recipe.finetune->output_labels = recipe.model.labels;
    recipe.finetune->backprop.rate_multipliers = {1, 0.5, 0.25};
    recipe.finetune->backprop.conjugate_gradients.decrease = 0.001;
    recipe.finetune->backprop.conjugate_gradients.curvature = 0.3 + 0.1 * dice.uniform();
  }
  return whole;
}

TEST(Recipe, WhatIsWrittenReadsBackAsTheSameValue) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const Recipe recipe = random_recipe(seed);
    const std::string text = write_recipe(recipe);
    const Recipe again = parse(text, "written.toml");
    const std::vector<Setting> before = settings_of(recipe).values, after = settings_of(again).values;
    ASSERT_EQ(before.size(), after.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
      EXPECT_EQ(before[i].key, after[i].key);
      EXPECT_EQ(toml(before[i]), toml(after[i])) << before[i].key;
    }
    EXPECT_EQ(text, write_recipe(again));
  }
}

TEST(Recipe, NumbersKeepAllTheirDigits) {
  const Recipe whole = recipe_of(kinds().front());
  GraphRecipe& recipe = graph(whole);
  recipe.model.weight_scale = 0.1 + 0.2;
  recipe.train.learner.rate = {
      .kind = Schedule::Kind::geometric, .start = 1.0 / 3, .end = 1e-7, .epochs = 3, .factor = 1};
  recipe.seed = (std::uint64_t(1) << 62) + 1;
  const GraphRecipe again = parse_graph(write_recipe(whole));
  EXPECT_EQ(again.model.weight_scale, recipe.model.weight_scale);
  EXPECT_EQ(again.train.learner.rate.start, 1.0 / 3);
  EXPECT_EQ(again.train.learner.rate.end, 1e-7);
  EXPECT_EQ(again.seed, recipe.seed);
}

TEST(Recipe, AnEmptyTextIsTheDefaults) {
  const std::string text = write_recipe(parse(""));
  EXPECT_EQ(text, write_recipe(recipe_of(kinds().front())));
  for (const char* open : {"epochs", "batch", "rate", "l2", "likelihood_every"})  // chosen by the data
    EXPECT_THAT(text, Not(HasSubstr(std::string("\n") + open + " = "))) << open;
}

// The message with which a text is refused.
std::string refusal(const std::string& text, const std::vector<std::string>& overrides = {}) {
  try {
    parse(text, "r.toml", overrides);
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Recipe, FewLabelsAreForLabelRbms) {
  const std::string few = "data.labelled = 100\n";
  EXPECT_EQ(parse_graph(few + "model.labels = true\n").data.labelled, 100);
  EXPECT_THAT(refusal(few), StartsWith("r.toml:1: data.labelled: expected model.labels = true and one hidden layer"));
  EXPECT_THAT(refusal(few + "[model]\nlabels = true\n[train]\nmath = \"int16\"\n"),
              StartsWith("r.toml:5: train.math: integers need all labels"));
  EXPECT_THAT(refusal(few + "[model]\nlabels = true\n[train]\nbatch = 1\n"), StartsWith("r.toml:5: train.batch: "));
}

TEST(Recipe, DocumentsLearnByContrastiveDivergenceUnlessItSaysOtherwise) {
  const auto kind = [](const std::string& text) { return parse_graph(text).train.learner.negative.kind; };
  const std::string counts = "model.visible = \"counts\"\n";
  EXPECT_EQ(kind(""), Negative::Kind::persistent);
  EXPECT_EQ(kind(counts), Negative::Kind::from_data);
  EXPECT_EQ(kind(counts + "train.method = \"pcd\"\n"), Negative::Kind::persistent);
}

TEST(Recipe, UnitsAreWords) {
  EXPECT_EQ(parse_graph("[model]\nvisible = \"gaussian\"\n").model.visible, Unit(Gaussian{}));
  EXPECT_EQ(parse_graph("[model]\nvisible = \"gaussian\"\n[train]\nrate = 0.5\n").train.learner.rate.start, 0.5);
  EXPECT_EQ(parse_graph("[model]\nvisible = \"binomial:7\"\n").model.visible, Unit(Binomial{7}));
  EXPECT_EQ(parse_graph("[model]\nhidden_unit = \"spin\"\n").model.hidden_unit, Unit(Spin{}));
  const auto refused = [](const std::string& model, const std::string& more = "") {
    return refusal("[model]\n" + model + "\n" + more);
  };
  EXPECT_EQ(parse_graph("[model]\nvisible = \"softmax:21\"\n").model.visible, Unit(Softmax{21}));
  EXPECT_EQ(refused("hidden_unit = \"softmax:3\""),
            "r.toml:2: model.hidden_unit: expected \"bernoulli\", \"spin\", \"gaussian\", \"relu\" or "
            "\"binomial:TRIALS\", got "
            "\"softmax:3\"");
  EXPECT_THAT(refused("visible = \"binomial:0\""), StartsWith("r.toml:2: model.visible: expected "));
  EXPECT_THAT(refused("visible = \"spin\"", "[finetune]"), StartsWith("r.toml:2: model.visible: [finetune] is for"));
  EXPECT_THAT(refused("hidden_unit = \"spin\"", "[[pretrain.stage]]"),
              StartsWith("r.toml:2: model.hidden_unit: [pretrain] is for"));
  EXPECT_THAT(refused("visible = \"spin\"", "[evaluate]\ncompletion_cases = 5"),
              StartsWith("r.toml:4: evaluate.completion_cases: completions are of"));
  EXPECT_THAT(refused("visible = \"counts\"", "[train]\nmethod = \"pcd\"\nsampler = \"cast\""),
              StartsWith("r.toml:5: train.sampler: documents are of many lengths"));
  EXPECT_THAT(refused("", "[train]\nmethod = \"pcd\"\nsampler = \"length-exchange\""),
              HasSubstr("train.sampler: \"length-exchange\" is of documents"));
  const std::string rectified = "hidden_unit = \"relu\"", why = "with model.hidden_unit = \"relu\": its draws";
  EXPECT_THAT(refused(rectified, "[train]\nmethod = \"pcd\"\nsampler = \"cast\""),
              StartsWith("r.toml:5: train.sampler: expected \"gibbs\" " + why));
  EXPECT_THAT(refused(rectified + "\nlabels = true", "[train]\nobjective = \"hybrid\""),
              StartsWith("r.toml:5: train.objective: expected \"generative\" " + why));
  EXPECT_THAT(refused(rectified + "\nlabels = true", "[data]\nlabelled = 5"),
              StartsWith("r.toml:5: data.labelled: expected 0 " + why));
  EXPECT_THAT(refused("visible = \"gaussian\"", "[data]\ninvert = true"),
              StartsWith("r.toml:4: data.invert: \"gaussian\" units take the numbers as they are"));
}

TEST(Recipe, ObjectivesOtherThanGenerativeNeedLabelsAboveOneHiddenLayer) {
  const std::string hybrid = "[train]\nobjective = \"hybrid\"\n";
  EXPECT_EQ(refusal("[model]\nlabels = true\n" + hybrid), "accepted");
  EXPECT_THAT(refusal(hybrid),
              StartsWith("r.toml:2: train.objective: expected \"generative\" where there are no labels"));
  EXPECT_THAT(refusal(hybrid + "method = \"pcd\"\n[model]\nlabels = true\nhidden = [5, 4]\n"),
              StartsWith("r.toml:2: train.objective: expected \"generative\" for 2 hidden layers"));
  EXPECT_THAT(refusal(hybrid + "centering.kind = \"enhanced\"\n[model]\nlabels = true\n"),
              StartsWith("r.toml:3: train.centering.kind: "));
  EXPECT_THAT(refusal(hybrid + "math = \"int16\"\n[model]\nlabels = true\n"), StartsWith("r.toml:3: train.math: "));
  EXPECT_THAT(refusal("[train]\nobjective = \"both\"\n"), HasSubstr("\"hybrid\""));
  EXPECT_THAT(refusal("[train]\nmath = \"int16\"\nhidden_drift = 0.1\n"), StartsWith("r.toml:3: train.hidden_drift: "));
}

// The text of a complete recipe in which `key` has another value, and the line where it stands.
std::pair<std::string, int> spoiled(const std::string& key, const std::string& value) {
  Recipe recipe = complete_recipe();
  std::string text = write_recipe(recipe), out, section;
  int line = 0, found = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    std::string row = text.substr(begin, end - begin);
    begin = end + 1;
    ++line;
    if (row.starts_with("[["))
      section = "pretrain.stage[0].";
    else if (row.starts_with("["))
      section = row.substr(1, row.size() - 2) + ".";
    const std::size_t equals = row.find(" = ");
    if (equals != std::string::npos && section + row.substr(0, equals) == key) {
      row = row.substr(0, equals) + " = " + value;
      found = line;
    }
    out += row + "\n";
  }
  EXPECT_GT(found, 0) << key;
  return {out, found};
}

TEST(EveryField, RefusesAnotherTypeAndNamesLineKeyAndWhatItExpects) {
  Recipe recipe = complete_recipe();
  for (const Setting& field : settings_of(recipe).values) {
    const auto [text, line] = spoiled(field.key, "1979-05-27");
    EXPECT_EQ(refusal(text),
              fmt::format("r.toml:{}: {}: expected {}, got a date or time", line, field.key, expected(field)));
    EXPECT_THAT(refusal("", {"pretrain.stage[0].optimizer=adam", "train.optimizer=adam", field.key + "=1979-05-27"}),
                StartsWith("--set " + field.key + ": "));
  }
}

TEST(EveryField, RefusesNumbersOutOfItsBounds) {
  int checked = 0;
  Recipe recipe = complete_recipe();
  for (const Setting& field : settings_of(recipe).values) {
    const bool list = std::holds_alternative<std::vector<std::int64_t>*>(field.slot) ||
                      std::holds_alternative<std::vector<double>*>(field.slot) ||
                      std::holds_alternative<NumberList>(field.slot);
    const bool whole = std::holds_alternative<int*>(field.slot) || std::holds_alternative<std::int64_t*>(field.slot) ||
                       std::holds_alternative<std::uint64_t*>(field.slot) ||
                       std::holds_alternative<std::vector<std::int64_t>*>(field.slot);
    const auto refuses = [&](double x) {
      const std::string value = whole ? fmt::format("{}", std::int64_t(x)) : fmt::format("{}", x);
      const auto [text, line] = spoiled(field.key, list ? "[" + value + "]" : value);
      EXPECT_THAT(refusal(text), StartsWith(fmt::format("r.toml:{}: {}: expected ", line, field.key))) << value;
      ++checked;
    };
    if (std::isfinite(field.bounds.low)) refuses(field.bounds.above_low ? field.bounds.low : field.bounds.low - 1);
    if (std::isfinite(field.bounds.high)) refuses(field.bounds.below_high ? field.bounds.high : field.bounds.high + 1);
  }
  EXPECT_GT(checked, 80);
}

TEST(EveryField, CanBeSetFromTheCommandLine) {
  std::uint64_t seed = 1;
  Recipe recipe = random_recipe(seed);
  while (!graph(recipe).finetune || !graph(recipe).pretrain) recipe = random_recipe(++seed);
  std::vector<std::string> overrides;
  for (const Setting& field : settings_of(recipe).values) overrides.push_back(field.key + "=" + toml(field));
  EXPECT_EQ(write_recipe(parse("", "r", overrides)), write_recipe(recipe));
}

TEST(UnknownKey, IsRefusedWithTheNearestKnownOne) {
  EXPECT_EQ(refusal("[train]\nepoch = 3\n"),
            "r.toml:2: train.epoch: unknown key; the nearest known one is \"train.epochs\"");
  EXPECT_EQ(refusal("sede = 3\n"), "r.toml:1: sede: unknown key; the nearest known one is \"seed\"");
  EXPECT_EQ(refusal("[trian]\nepochs = 3\n"), "r.toml:1: trian: unknown key; the nearest known one is \"train\"");
  EXPECT_EQ(refusal("[train]\nsparsity = { tarket = [0.1] }\n"),
            "r.toml:2: train.sparsity.tarket: unknown key; the nearest known one is \"train.sparsity.target\"");
  EXPECT_EQ(refusal("[[pretrain.stages]]\nepochs = 3\n"),
            "r.toml:1: pretrain.stages: unknown key; the nearest known one is \"pretrain.stage\"");
  EXPECT_EQ(refusal("\n[[pretrain.stage]]\nepochs = 3\n[[pretrain.stage]]\nbacth = 3\n"),
            "r.toml:5: pretrain.stage[1].bacth: unknown key; the nearest known one is \"pretrain.stage[1].batch\"");
  EXPECT_EQ(refusal("", {"train.rat=1"}), "--set train.rat: unknown key; the nearest known one is \"train.rate\"");
  EXPECT_EQ(refusal("train.rate = { kind = \"linear\", strat = 1 }\n"),
            "r.toml:1: train.rate: unknown key \"strat\"; the nearest known one is \"start\"");
}

TEST(UnknownName, IsRefusedWithTheNearestKnownOne) {
  EXPECT_EQ(refusal("[data]\nbinarise = \"eachtime\"\n"),
            "r.toml:2: data.binarise: expected one of \"none\", \"threshold\", \"each-time\", \"once\", got "
            "\"eachtime\"; did you mean \"each-time\"?");
}

TEST(Recipe, PartsThatDoNotFitAreRefusedWhereTheyStand) {
  const std::string deep = "model.hidden = [3, 4]\n\n[train]\n";
  EXPECT_THAT(refusal(deep + "method = \"cd\"\n"),
              StartsWith("r.toml:4: train.method: \"cd\" is for one hidden layer"));
  EXPECT_THAT(refusal(deep + "method = \"pcd\"\nsparsity.target = [0.1]\n"),
              StartsWith("r.toml:5: train.sparsity: expected one number a hidden layer (2)"));
  EXPECT_THAT(refusal(deep + "method = \"pcd\"\n[pretrain]\n"), StartsWith("r.toml:5: pretrain.stage: expected one"));
  EXPECT_THAT(refusal("data.train = \"a.csv\"\n"), StartsWith("r.toml:1: data.name: expected \"file\""));
  EXPECT_THAT(refusal("data.name = \"file\"\n"), StartsWith("r.toml:1: data.train: expected a path"));
  EXPECT_THAT(refusal("model.hidden = []\n"), StartsWith("r.toml:1: model.hidden: expected at least one"));
  EXPECT_THAT(refusal("train.adam.first = 0.5\n"), HasSubstr("only for optimizer = \"adam\""));
  EXPECT_THAT(refusal("[train.sparsity]\ntarget = [0.1, 0.2]\ncost = [1]\n"), HasSubstr("as many numbers"));
  EXPECT_THAT(refusal("train.rate = { kind = \"linear\", start = 1 }\n"), StartsWith("r.toml:1: train.rate: schedule"));
  EXPECT_THAT(refusal("[finetune]\noutput = \"labels\"\n"),
              StartsWith("r.toml:2: finetune.output: \"labels\" needs a label layer"));
  EXPECT_EQ(refusal("model.labels = true\n[finetune]\noutput = \"labels\"\naverage = 0.5\n"), "accepted");
  EXPECT_THAT(refusal("[train]\nsampler = \"trajectory\"\naverage = 0.1\n"), StartsWith("r.toml:3: train.average: "));
  EXPECT_THAT(refusal("[train]\naverage = 1.5\n"), StartsWith("r.toml:2: train.average: expected"));
}

TEST(Recipe, ARecognitionModelIsForDeepMachinesWithoutLabels) {
  const std::string guessed = "train.recognition.sweeps = 2\n", deep = "model.hidden = [3, 4]\n";
  EXPECT_EQ(refusal(guessed + deep), "accepted");
  EXPECT_EQ(refusal(guessed + deep + "train.math = \"int16\"\n"), "accepted");
  EXPECT_EQ(refusal(guessed),
            "r.toml:1: train.recognition.sweeps: expected 0 with one hidden layer, whose posterior is "
            "exact without a guess");
  EXPECT_EQ(
      refusal(guessed + deep + "model.labels = true\n"),
      "r.toml:1: train.recognition.sweeps: expected 0 with labels, which are known while the machine learns and not "
      "when it encodes");
  EXPECT_EQ(refusal(guessed + deep + "model.hidden_unit = \"relu\"\n"),
            "r.toml:3: model.hidden_unit: a recognition model needs \"bernoulli\", \"spin\", \"binomial\" or "
            "\"gaussian\", got \"relu\"");
  EXPECT_THAT(refusal("[[pretrain.stage]]\nrecognition.sweeps = 1\n"), HasSubstr("unknown key"));
}

TEST(Recipe, WhatSamplersDoNotDoIsRefusedWhereItStands) {
  EXPECT_THAT(refusal("train.sampler = \"cast\"\ntrain.method = \"cd\"\n"),
              StartsWith("r.toml:1: train.sampler: moves persistent chains"));
  const std::string pcd = "train.method = \"pcd\"\n", cast = "train.sampler = \"cast\"\n";
  EXPECT_EQ(refusal(pcd + cast), "accepted");
  EXPECT_EQ(refusal("train.method = \"fpcd\"\n" + cast), "accepted");
  EXPECT_THAT(refusal(pcd + cast + "train.math = \"int16\"\n"), StartsWith("r.toml:2: train.sampler: integer math "));
  EXPECT_THAT(refusal("train.method = \"fpcd\"\ntrain.math = \"int16\"\n"),
              StartsWith("r.toml:1: train.method: integer math "));
  EXPECT_THAT(refusal("model.hidden = [3, 2]\n[train]\nmethod = \"pcd\"\n[[pretrain.stage]]\nmethod = \"pcd\"\n"
                      "sampler = \"cast\"\n[[pretrain.stage]]\n"),
              StartsWith("r.toml:6: pretrain.stage[0].sampler: the stages of a deep machine"));
}

TEST(Recipe, WhatIntegersDoNotDoIsRefusedWhereItStands) {
  const std::string integers = "train.math = \"int16\"\n";
  EXPECT_EQ(refusal(integers), "accepted");
  EXPECT_THAT(write_recipe(parse(integers)), HasSubstr("math = \"int16\"\n"));
  EXPECT_EQ(refusal(integers + "train.method = \"pcd\"\ntrain.optimizer = \"nesterov\"\n"), "accepted");
  const std::string deep = integers + "train.method = \"pcd\"\nmodel.hidden = [3, 4]\n";
  EXPECT_EQ(refusal(deep + "model.labels = true\n"), "accepted");
  EXPECT_THAT(refusal(deep + "train.mean_field.damping = 0.5\n"), StartsWith("r.toml:4: train.mean_field.damping: "));
  EXPECT_THAT(refusal(deep + "[[pretrain.stage]]\nmath = \"int16\"\n[[pretrain.stage]]\n"),
              HasSubstr("math: integers do not scale messages"));
  const std::string wide = "train.math = \"int24\"\n";
  EXPECT_EQ(refusal(wide), "accepted");
  EXPECT_THAT(write_recipe(parse(wide)), HasSubstr("math = \"int24\"\n"));
  EXPECT_THAT(refusal(wide + "train.method = \"pcd\"\nmodel.hidden = [3, 4]\n"),
              StartsWith("r.toml:1: train.math: \"int24\" has no mean field"));
  EXPECT_THAT(refusal(integers + "model.precision = \"f64\"\n"), StartsWith("r.toml:2: model.precision: "));
  EXPECT_EQ(refusal(integers + "data.binarise = \"none\"\n"), "accepted");
  EXPECT_THAT(refusal(wide + "data.binarise = \"none\"\n"), StartsWith("r.toml:2: data.binarise: "));
  EXPECT_THAT(refusal(integers + "train.optimizer = \"adam\"\n"), StartsWith("r.toml:2: train.optimizer: "));
  EXPECT_THAT(refusal(integers + "train.max_norm = 3\n"), StartsWith("r.toml:2: train.max_norm: "));
  const std::string sparse = integers + "train.sparsity = { target = [0.1], cost = [0.1] }\n";
  EXPECT_EQ(refusal(sparse), "accepted");
  EXPECT_THAT(refusal(sparse + "train.centering.kind = \"offsets\"\n"), StartsWith("r.toml:2: train.sparsity"));
  EXPECT_THAT(refusal(integers + "train.centering.kind = \"enhanced\"\n"),
              StartsWith("r.toml:2: train.centering.kind: "));
  EXPECT_THAT(refusal(integers + "train.mean_reconstruction = true\n"),
              StartsWith("r.toml:2: train.mean_reconstruction: "));
  EXPECT_THAT(refusal(integers + "train.batch = 40000\n"), StartsWith("r.toml:2: train.batch: "));
}

TEST(Recipe, TextThatIsNotTomlIsRefusedWithItsLine) {
  EXPECT_THAT(refusal("seed = 1\nseed == 2\n"), StartsWith("r.toml:2: "));
  EXPECT_THAT(refusal("seed = 1\nseed = 2\n"), StartsWith("r.toml:2: "));
  EXPECT_THAT(refusal("title = \"\xff\"\n"), StartsWith("r.toml:1: "));
  EXPECT_THAT(refusal(std::string(100'000, '[')), StartsWith("r.toml:1: "));
  EXPECT_EQ(refusal(std::string(300, '[') + "\n").find('\n'), std::string::npos);
}

TEST(Recipe, SchedulesAreANumberOrATable) {
  const GraphRecipe recipe = parse_graph(
      "[train]\nrate = { kind = \"linear\", start = 0.05, end = 0.0, epochs = 100 }\nmomentum = 0.9\n", "r");
  EXPECT_EQ(recipe.train.learner.rate.kind, Schedule::Kind::linear);
  EXPECT_EQ(recipe.train.learner.rate.at(50, 0), 0.025);
  EXPECT_EQ(recipe.train.learner.momentum.start, 0.9);
}

TEST(Recipe, OverridesComeLastAndBareWordsAreTexts) {
  const GraphRecipe recipe =
      parse_graph("seed = 1\n", "r", std::vector<std::string>{"seed=2", "data.binarise=threshold", "seed=3"});
  EXPECT_EQ(recipe.seed, 3u);
  EXPECT_EQ(recipe.data.binarise, Binarisation::threshold);
  EXPECT_THAT(refusal("", {"seed"}), StartsWith("--set: expected key=value"));
}

TEST(Recipe, AMissingFileIsAFileError) { EXPECT_THROW(read_recipe(kinds(), "/nonexistent/r.toml"), FileError); }

TEST(EditDistance, CountsInsertionsDeletionsReplacementsAndExchanges) {
  EXPECT_EQ(edit_distance("train", "train"), 0u);
  EXPECT_EQ(edit_distance("trian", "train"), 1u);
  EXPECT_EQ(edit_distance("epoch", "epochs"), 1u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
}

TEST(Recipe, EveryFieldIsDescribed) {
  const std::string text = describe_settings(kinds());
  Recipe recipe = complete_recipe();
  for (const Setting& field : settings_of(recipe).values) {
    EXPECT_THAT(text, HasSubstr(field.key + " = "));
    EXPECT_FALSE(field.meaning.empty());
  }
}

TEST(Recipe, TakesTitlesInAnyScript) {
  const std::string title = "\xC3\xA9 \xE3\x81\x82 \xEF\xBB\x9F \xF0\x9F\x8E\xB2";  // é あ ﻟ 🎲
  const Recipe recipe = parse("# " + title + "\ntitle = \"" + title + "\"\n", "r.toml", {});
  EXPECT_EQ(recipe.values->title, title);
  EXPECT_EQ(parse(write_recipe(recipe)).values->title, title);
}

}  // namespace
}  // namespace deepboltz
