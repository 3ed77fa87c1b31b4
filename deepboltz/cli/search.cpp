#include <filesystem>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/base/parse_number.h"
#include "deepboltz/cli/case_files.h"
#include "deepboltz/cli/checks.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/data/documents.h"
#include "deepboltz/data/text_data.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/sha256.h"
#include "deepboltz/task/code_file.h"
#include "deepboltz/task/code_threshold.h"
#include "deepboltz/task/hash_index.h"

namespace deepboltz {

namespace {

struct SearchVerb {
  std::string model, query, index = "codes.index";
  std::optional<int> radius;
  std::int64_t top = 10;
  CaseOptions cases;
};

// A text that was typed, as a document of the model's words.
Cases typed_text(const Trained& trained, const std::string& text) {
  const Meaning& visible = meaning_of(trained.system, kVisibleColumn);
  require(!visible.names.empty(),
          "search: '{}' is no file and no number of a test case, and the model has no words to read it as a text",
          printable(text));
  ReadOptions options;
  options.documents = true;
  options.keep = options.vocabulary = visible.names;
  Dataset document = parse_text(as_bytes(text), "QUERY", options);
  require(document.cases() > 0, "search: none of the model's words is in '{}'", printable(text));
  const EnergyModel& machine = machine_of_cases(trained, "search");
  if (!takes_numbers(machine.layer(machine.visible()).unit)) document = word_presence(std::move(document));
  return cases_of(std::move(document));
}

// The query as cases: a test case of the run by its number, a file, or typed text.
Cases query_cases(Session& session, const Trained& trained, const SearchVerb& options) {
  if (std::filesystem::exists(options.query)) return read_cases(session, options.query, options.cases, trained);
  const auto number = parse_number<std::int64_t>(options.query);
  if (!number) return typed_text(trained, options.query);
  const Cases all = cases_of_run(session, trained, "search by the number of a case");
  require(*number >= 0 && *number < all.count(), "search: the run has test cases 0 to {}, got {}", all.count() - 1,
          *number);
  const auto row = std::uint32_t(*number);
  return select_rows(all, {&row, 1});
}

void search(Session& session, const SearchVerb& options) {
  const Trained trained = open_trained(session, options.model);
  if (trained.kind->uses.codes == nullptr) refuse_verb(trained, "search");
  CodeFile file = read_codes(options.index, sha256(read_file(model_file_of(trained))));
  const int bits = file.codes.bits();
  require(!options.radius || *options.radius <= bits, "--radius: expected at most the {} bits of the codes, got {}",
          bits, options.radius.value_or(0));
  const Cases queries = query_cases(session, trained, options);
  const Tensor codes =
      trained.kind->uses.codes(session.context(), trained.system, queries, file.layer, session.report()).x;
  const BinaryCodes asked = threshold_codes(session.context(), codes, file.thresholds.to(codes.dtype()));
  const HashIndex index(std::move(file.codes));
  const Wanted wanted{.radius = options.radius.value_or(bits), .most = options.top};

  nlohmann::json json = nlohmann::json::array();
  std::string text;
  for (std::int64_t q = 0; q < asked.cases(); ++q) {
    const std::vector<Neighbour> found = index.find(asked.code(q), wanted);
    nlohmann::json neighbours = nlohmann::json::array();
    if (asked.cases() > 1) text += fmt::format("query {}\n", q);
    if (found.empty()) text += fmt::format("no code within {} bits\n", wanted.radius);
    for (const Neighbour& neighbour : found) {
      nlohmann::json one{{"case", neighbour.number}, {"distance", neighbour.distance}};
      text += fmt::format("{:>4} bits  {}", neighbour.distance, neighbour.number);
      if (!file.names.empty()) {
        one["name"] = file.names[neighbour.number];
        text += "  " + file.names[neighbour.number];
      }
      text += "\n";
      neighbours.push_back(std::move(one));
    }
    json.push_back({{"query", q}, {"neighbours", std::move(neighbours)}});
  }
  if (session.options.json)
    session.print(json);
  else
    session.print(text);
  session.console.next("deepboltz plot " + options.model);
}

}  // namespace

void add_search(CLI::App& program, Session& session) {
  CLI::App* verb = add_verb(program, session, "search", "find the cases whose binary codes are nearest to a query",
                            "deepboltz search runs/first 0 --in codes.index");
  auto options = std::make_shared<SearchVerb>();
  verb->add_option("MODEL", options->model, "a run folder, or a model file")->required()->type_name("");
  verb->add_option("QUERY", options->query,
                   "the number of a test case of the run, a file of cases, or a text in quotes")
      ->required()
      ->type_name("");
  verb->add_option("--in", options->index, "the index that hash wrote")->type_name("FILE")->capture_default_str();
  verb->add_option("--radius", options->radius, "only codes at most this many bits away")
      ->check(at_least(0))
      ->type_name("BITS");
  verb->add_option("--top", options->top, "how many of the nearest")
      ->check(at_least(1))
      ->type_name("N")
      ->capture_default_str();
  add_case_options(*verb, options->cases);
  verb->callback([&session, options] { session.run = [&session, options] { search(session, *options); }; });
}

}  // namespace deepboltz
