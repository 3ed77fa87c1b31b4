#include "deepboltz/cli/given_cases.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include <CLI/CLI.hpp>

#include "deepboltz/base/nearest_word.h"
#include "deepboltz/base/parse_number.h"
#include "deepboltz/cli/query_cases.h"
#include "deepboltz/data/classes.h"
#include "deepboltz/learn/visible_values.h"

namespace deepboltz {
namespace {

// What the layer takes, alone.
EnergyModel alone(const EnergyModel& model, LayerId part) {
  EnergyModel one(model.precision());
  const Layer& from = model.layer(part);
  Layer& layer = one.layer(one.add("visible", from.unit, from.units, Role::visible));
  layer.shift = from.shift.clone();
  layer.scale = from.scale.clone();
  return one;
}

// One document of the part's own words, each as often as it is said; of bits, whether it is said.
Column typed_words(const Trained& trained, const Unit& unit, const std::string& part, const std::string& text) {
  const Meaning& meaning = meaning_of(trained.system, part);
  require(!meaning.names.empty(),
          "--given {}: '{}' is no file and no number of a test case, and the part has no words to read it as a text",
          part, printable(text));
  std::vector<float> counts(meaning.names.size(), 0.0f);
  std::istringstream words(text);
  std::string word;
  bool any = false;
  while (words >> word) {
    const auto found = std::ranges::find(meaning.names, word);
    require(found != meaning.names.end(), "--given {}: the model does not know the word '{}'; the nearest one is '{}'",
            part, printable(word), nearest_word(word, meaning.names));
    float& count = counts[std::size_t(found - meaning.names.begin())];
    count = takes_numbers(unit) ? count + 1 : 1;
    any = true;
  }
  require(any, "--given {}: expected words, got none", part);
  auto rows = std::make_shared<SparseRows>();
  rows->cols = std::int64_t(counts.size());
  for (std::size_t k = 0; k < counts.size(); ++k)
    if (counts[k] > 0) {
      rows->column.push_back(std::uint32_t(k));
      rows->value.push_back(counts[k]);
    }
  rows->end_row();
  return {.name = part, .x = std::move(rows), .meaning = meaning};
}

Column given_part(Session& session, const Trained& trained, const EnergyModel& model, const std::string& part,
                  const std::string& what, const CaseOptions& options, Cases& run) {
  const Unit& unit = model.layer(*model.find(part)).unit;
  std::error_code too_long;  // a text may be no possible name of a file
  if (std::filesystem::exists(what, too_long)) {
    if (auto document = plain_document(meaning_of(trained.system, part), what, options)) {
      Column column = std::move(cases_of(documents_for(unit, std::move(*document))).columns.front());
      column.name = part;
      return column;
    }
    const EnergyModel takes = alone(model, *model.find(part));
    return read_part(session, what, options, trained, takes, part).columns.front();
  }
  const auto number = parse_number<std::int64_t>(what);
  if (!number) {
    Cases typed;
    typed.columns.push_back(typed_words(trained, unit, part, what));
    if (trained.recipe && trained.kind->show) trained.kind->show(*trained.recipe->values, Share::test, typed);
    return typed.columns.front();
  }
  if (run.count() == 0) run = cases_of_run(session, trained, "--given by the number of a case");
  require(*number >= 0 && *number < run.count(), "--given {}: the run has test cases 0 to {}, got {}", part,
          run.count() - 1, *number);
  const auto row = std::uint32_t(*number);
  Column column = select_rows(run, {&row, 1}).at(part);
  require(column.is_known(0), "--given {}: test case {} has no such part", part, *number);
  return column;
}

}  // namespace

const EnergyModel& machine_of_parts(const Trained& trained, const char* verb) {
  const EnergyModel* model = trained.kind->uses.parts ? trained.kind->uses.parts(trained.system) : nullptr;
  require(model != nullptr, "{}: --given is for a machine of several parts; '{}' has one", verb, trained.path.string());
  return *model;
}

Question question_of(Session& session, const Trained& trained, const std::vector<std::string>& words,
                     const CaseOptions& options) {
  const EnergyModel& model = machine_of_parts(trained, "--given");
  const std::vector<std::string> parts = parts_of(model);
  Question question;
  Cases run;
  for (const std::string& part : parts) question.given.lengths[part] = meaning_of(trained.system, part).words;
  for (const std::string& word : words) {
    const std::size_t at = word.find('=');
    require(at != std::string::npos && at > 0, "--given: expected PART=WHAT, as in {}=FILE, got '{}'", parts.front(),
            printable(word));
    const std::string part = word.substr(0, at);
    require(std::ranges::find(parts, part) != parts.end(), "--given: there is no part '{}'; expected {}",
            printable(part), list_of(parts));
    require(question.cases.find(part) == nullptr, "--given: the part '{}' is given twice", part);
    Column column = given_part(session, trained, model, part, word.substr(at + 1), options, run);
    require(question.cases.columns.empty() || question.cases.count() == column.cases(),
            "--given: part '{}' has {} cases, part '{}' has {}",
            question.given.names.empty() ? "" : question.given.names.front(), question.cases.count(), part,
            column.cases());
    question.cases.columns.push_back(std::move(column));
    question.given.names.push_back(part);
  }
  require(!question.given.names.empty(), "--given: expected at least one part ({})", list_of(parts));
  return question;
}

LayerId wanted_part(const EnergyModel& model, const Question& question, std::string name) {
  for (const std::string& part : parts_of(model))
    if (name.empty() && std::ranges::find(question.given.names, part) == question.given.names.end()) name = part;
  require(!name.empty(), "--want: all parts are given; there is nothing to infer");
  const auto id = model.find(name);
  require(id && model.layer(*id).role == Role::visible, "--want: there is no part '{}'; expected {}", printable(name),
          list_of(parts_of(model)));
  require(std::ranges::find(question.given.names, name) == question.given.names.end(),
          "--want: the part '{}' is given; there is nothing to infer", name);
  return *id;
}

void add_given_option(CLI::App& verb, std::vector<std::string>& given) {
  verb.add_option("--given", given,
                  "cases of several parts: PART=WHAT, a part that is known. WHAT: a file, the number of a test case of "
                  "the run, or words in quotes; may be given again")
      ->type_name("PART=WHAT");
}

}  // namespace deepboltz
