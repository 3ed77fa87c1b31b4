// A kind of system, as the engine knows it: one row of a table, one folder below system/. Everything that the command
// and the library do with systems of any kind (train, resume, evaluate, plot, inspect, …) goes through this row, and
// the word of a kind stands outside its folder in the table alone.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>

#include "deepboltz/data/locate.h"
#include "deepboltz/data/read_options.h"
#include "deepboltz/learn/stage.h"
#include "deepboltz/setting/refuse.h"
#include "deepboltz/setting/section.h"
#include "deepboltz/system/begin_options.h"
#include "deepboltz/system/drawing.h"
#include "deepboltz/system/measure.h"
#include "deepboltz/task/classify.h"
#include "deepboltz/task/complete.h"
#include "deepboltz/task/samples.h"

namespace deepboltz {

using Stages = std::vector<std::unique_ptr<Stage>>;

// The codes of cases: the means of a layer, (cases, units), and the layer's name.
struct Codes {
  Tensor x;
  std::string layer;
};

// Cases without what covers them, in the data's own numbers, and p(pixel is clear): (cases, units) each.
struct Uncovered {
  Tensor clean, clear;
};

// What some verbs need of a system. Null: this kind has no such thing.
struct Uses {
  // The machine that sample, complete, topics and explain work on.
  const EnergyModel* (*graph)(const System&) = nullptr;
  // The machine whose visible layer takes the cases; null: that of `graph`.
  const EnergyModel* (*takes)(const System&) = nullptr;
  // The machine of several parts that complete and search --given work on.
  const EnergyModel* (*parts)(const System&) = nullptr;
  // Samples of it; null: by chains of `graph`. InputError: there is nothing to draw from.
  Samples (*draw)(Context&, const System&, const SampleOptions&) = nullptr;
  // The hidden pixels of cases (task/complete.h); null: by chains of `graph`. InputError: it has no distribution.
  Completion (*complete)(Context&, const System&, ConstMatrix cases, ConstMatrix known,
                         const CompleteOptions&) = nullptr;
  // What covers cases found and taken away; the machine says itself which pixels are hidden.
  Uncovered (*uncover)(Context&, const System&, const SystemRecipe&, const Cases&, Key, const Report&) = nullptr;
  // Codes by the hidden layer of that name; empty: the top one, or the narrowest of an autoencoder. InputError: there
  // is no such layer.
  Codes (*codes)(Context&, const System&, const Cases&, const std::string& layer, const Report&) = nullptr;
  // Cases as they come back from their codes, in the data's own numbers: (cases, units).
  Tensor (*reconstruct)(Context&, const System&, const Cases&, const Report&) = nullptr;
  // Which class the visible cases are; `method` is the word of --method.
  Classification (*classes)(Context&, const System&, const SystemRecipe*, const Cases&, const std::string& method,
                            const Report&) = nullptr;
};

// What a file holds that only one kind takes, in words, and a recipe to begin with.
struct FirstRecipe {
  std::string content, text;
};

struct Kind {
  std::string_view word;
  // The table that marks a recipe as one of this kind; empty: the first kind of the table, or `system = "WORD"`.
  std::string_view mark = {};
  // What a system of this kind has beside train, resume, evaluate, inspect, plot and report.
  std::string_view verbs = {};

  std::unique_ptr<SystemRecipe> (*recipe)();
  void (*declare)(Section, SystemRecipe&);  // its settings, as far as the recipe has them
  // Fills in defaults that depend on other settings, then refuses contradictions.
  void (*check)(SystemRecipe&, const Refuse&) = nullptr;

  std::unique_ptr<CaseSets> (*load)(Context&, const SystemRecipe&, const DataPlaces&);
  // Chooses by the data what the recipe leaves open, and says what; null: nothing is ever open.
  std::string (*adapt)(const CaseSets&, SystemRecipe&) = nullptr;
  std::string (*sizes)(const CaseSets&) = nullptr;  // in words; null: cases, units, held-out and test cases
  // How files are read that are to be like that part of the training cases; null: as a file says of itself.
  ReadOptions (*reading)(const SystemRecipe&, const std::string& part) = nullptr;
  // How the columns of cases from elsewhere are shown, as those of that share are; null: as they are.
  void (*show)(const SystemRecipe&, Share, Cases&) = nullptr;

  // Of a file whose cases are no rows of numbers; absent: it is none of this kind. `name`: its path, as TOML. Null:
  // there are no such files.
  std::optional<FirstRecipe> (*first_recipe)(const std::filesystem::path&, const std::string& name) = nullptr;

  // The parts before any stage. InputError where recipe and cases do not fit together.
  System (*begin)(Context&, const SystemRecipe&, const CaseSets&, const BeginOptions&);
  // Made without work. They hold references to all three.
  Stages (*stages)(const SystemRecipe&, const CaseSets&, System&);
  // The verb to type after training; null: evaluate.
  std::string (*next)(const SystemRecipe&) = nullptr;

  void (*facts)(const Subject&, std::vector<Finding>&) = nullptr;  // what an evaluation says first
  std::span<const Measure> measures = {};
  std::span<const Drawing> drawings = {};
  Uses uses = {};
  bool integers = false;  // it is measured and drawn from on integers of 24 bits, unless --math says otherwise
  // Whether a file of format 1 or 2, which names no kind, is of this one; null: never. `recipe`: its note, or empty.
  bool (*is_old_file)(const EnergyModel&, const std::string& recipe) = nullptr;
};

// The table. Every look-up takes it as an argument, so that a test can pass a longer one. Its first row is what a
// recipe or an old file is of that names no kind.
std::span<const Kind> kinds();

// InputError: there is no such kind; the message names those that there are.
const Kind& kind_named(std::span<const Kind> table, std::string_view word);

}  // namespace deepboltz
