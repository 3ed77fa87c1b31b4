#include <algorithm>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/case_files.h"
#include "deepboltz/cli/checks.h"
#include "deepboltz/cli/query_cases.h"
#include "deepboltz/cli/search_parts.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/io/file.h"
#include "deepboltz/io/sha256.h"
#include "deepboltz/task/captions.h"
#include "deepboltz/task/code_file.h"
#include "deepboltz/task/code_threshold.h"
#include "deepboltz/task/hash_index.h"
#include "deepboltz/task/rerank.h"
#include "deepboltz/task/tf_idf.h"

namespace deepboltz {

namespace {

struct SearchVerb {
  std::string model, query, index = "codes.index", rerank;
  std::optional<int> radius;
  std::int64_t top = 10;
  CaseOptions cases;
  PartSearch parts;
};

// The words of the stored documents and of the queries by their TF-IDF weights. No rows: cases are no documents.
struct Weighted {
  SparseRows stored, queries;

  std::string words(const SparseRows& rows, std::int64_t row, const std::vector<std::string>& vocabulary) const {
    return rows.rows() == 0 || vocabulary.empty() ? "" : telling_words(rows, row, vocabulary, kTellingWords);
  }
};

Weighted weighted_words(const CodeFile& file, const Cases& queries) {
  if (!file.documents) return {};
  const std::vector<double> weights = inverse_document_frequencies(*file.documents);
  return {tf_idf(*file.documents, weights), tf_idf(*nonzero_entries(queries.at(kVisibleColumn)), weights)};
}

std::string bits_of(const BinaryCodes& codes, std::int64_t number) {
  std::string bits;
  for (int i = 0; i < codes.bits(); ++i) bits += codes.bit(number, i) ? '1' : '0';
  return bits;
}

struct Found {
  Neighbour neighbour;
  std::optional<double> cosine = {};
};

// The nearest codes; or, of the codes within the radius or of the nearest 1,000, those with the most similar words.
std::vector<Found> find(const HashIndex& index, const BinaryCodes& asked, const Weighted& weighted, std::int64_t query,
                        const SearchVerb& options) {
  constexpr std::int64_t kShortlist = 1'000;
  const bool rerank = !options.rerank.empty();
  Wanted wanted{.radius = options.radius.value_or(asked.bits()), .most = options.top};
  if (rerank) wanted.most = options.radius ? index.codes().cases() : std::max(kShortlist, options.top);
  const std::vector<Neighbour> shortlist = index.find(asked.code(query), wanted);
  std::vector<Found> found;
  if (!rerank)
    for (const Neighbour& one : shortlist) found.push_back({one});
  else
    for (const auto& [one, cosine] : reranked(shortlist, weighted.queries, query, weighted.stored))
      if (std::int64_t(found.size()) < options.top) found.push_back({one, cosine});
  return found;
}

nlohmann::json to_json(const Caption& caption) {
  nlohmann::json json = nlohmann::json::object();
  if (!caption.name.empty()) json["name"] = caption.name;
  if (!caption.classes.empty()) json["classes"] = caption.classes;
  if (!caption.words.empty()) json["words"] = caption.words;
  return json;
}

// The index, as far as it fits the model and what is asked.
CodeFile open_index(const Trained& trained, const SearchVerb& options) {
  CodeFile file = read_codes(options.index, sha256(read_file(model_file_of(trained))));
  const int bits = file.codes.bits();
  require(!options.radius || *options.radius <= bits, "--radius: expected at most the {} bits of the codes, got {}",
          bits, options.radius.value_or(0));
  require(options.rerank.empty() || file.documents,
          "--rerank tf-idf: '{}' has no counts of words to compare by; hash of a model of documents (model.visible = "
          "\"counts\") writes them",
          options.index);
  const EnergyModel& machine = machine_of_cases(trained, "search");
  const std::int64_t words = machine.layer(machine.visible()).units;
  require(!file.documents || file.documents->cols == words, "{}: documents of {} words, but the model knows {}",
          options.index, file.documents ? file.documents->cols : 0, words);
  return file;
}

// The codes of the queries, by the layer that the index is of.
Tensor codes_of(Session& session, const Trained& trained, const CodeFile& file, const Cases& queries,
                const std::string& index) {
  try {
    Tensor codes = trained.kind->uses.codes(session.context(), trained.system, queries, file.layer, session.report()).x;
    require(codes.cols() == file.codes.bits(), "the index has codes of {} bits, the layer {} units", file.codes.bits(),
            codes.cols());
    return codes;
  } catch (const InputError& error) {
    throw InputError(fmt::format("{}: codes of layer '{}': {}", index, printable(file.layer), error.what()));
  }
}

void search(Session& session, const SearchVerb& options) {
  require(options.query.empty() || options.parts.given.empty(),
          "search: expected a QUERY or --given PART=WHAT, got both: '{}' and '{}'", printable(options.query),
          options.parts.given.empty() ? "" : printable(options.parts.given.front()));
  if (!options.parts.given.empty())
    return search_parts(session, options.model, options.top, options.cases, options.parts);
  require(!options.query.empty(), "search: expected a QUERY, or --given PART=WHAT");
  const Trained trained = open_trained(session, options.model);
  if (trained.kind->uses.codes == nullptr) refuse_verb(trained, "search");
  CodeFile file = open_index(trained, options);
  const int bits = file.codes.bits();
  const std::vector<std::string>& vocabulary = meaning_of(trained.system, kVisibleColumn).names;
  const Cases queries = query_cases(session, trained, options.query, options.cases, file.documents);
  const Tensor codes = codes_of(session, trained, file, queries, options.index);
  const BinaryCodes asked = threshold_codes(session.context(), codes, file.thresholds.to(codes.dtype()));
  const Weighted weighted = weighted_words(file, queries);
  const HashIndex index(std::move(file.codes));
  const std::vector<std::string> classes = class_words(queries);
  const auto of_query = [&](std::int64_t q) {
    return Caption{queries.names.empty() ? "" : queries.names[std::size_t(q)],
                   classes.empty() ? "" : classes[std::size_t(q)], weighted.words(weighted.queries, q, vocabulary)};
  };
  const auto of_case = [&](std::size_t number) {
    return Caption{file.names.empty() ? "" : file.names[number], file.classes.empty() ? "" : file.classes[number],
                   weighted.words(weighted.stored, std::int64_t(number), vocabulary)};
  };

  nlohmann::json json = nlohmann::json::array();
  std::string text;
  for (std::int64_t q = 0; q < asked.cases(); ++q) {
    const std::vector<Found> found = find(index, asked, weighted, q, options);
    nlohmann::json neighbours = nlohmann::json::array();
    if (asked.cases() > 1) text += fmt::format("query {}\n", q);
    text += fmt::format("code {}  {}\n", bits_of(asked, q), of_query(q).text());
    if (found.empty()) text += fmt::format("no code within {} bits\n", options.radius.value_or(bits));
    for (const auto& [neighbour, cosine] : found) {
      const Caption caption = of_case(neighbour.number);
      nlohmann::json one = to_json(caption);
      one["case"] = neighbour.number;
      one["distance"] = neighbour.distance;
      if (cosine) one["cosine"] = *cosine;
      text += fmt::format("{:>4} bits  {}{}  {}\n", neighbour.distance, cosine ? fmt::format("{:.3f}  ", *cosine) : "",
                          neighbour.number, caption.text());
      neighbours.push_back(std::move(one));
    }
    nlohmann::json query = to_json(of_query(q));
    query["query"] = q;
    query["code"] = bits_of(asked, q);
    query["neighbours"] = std::move(neighbours);
    json.push_back(std::move(query));
  }
  if (session.options.json)
    session.print(json);
  else
    session.print(text);
  session.console.next("deepboltz plot " + options.model);
}

}  // namespace

void add_search(CLI::App& program, Session& session) {
  CLI::App* verb = add_verb(program, session, "search",
                            "find the cases whose binary codes are nearest to a query, or whose other part fits a part",
                            "deepboltz search runs/first 0 --in codes.index");
  auto options = std::make_shared<SearchVerb>();
  verb->add_option("MODEL", options->model, "a run folder, or a model file")->required()->type_name("");
  verb->add_option("QUERY", options->query,
                   "the number of a test case of the run, a file of cases, or a text in quotes; without --given")
      ->type_name("");
  verb->add_option("--in", options->index, "the index that hash wrote")->type_name("FILE")->capture_default_str();
  verb->add_option("--radius", options->radius, "only codes at most this many bits away")
      ->check(at_least(0))
      ->type_name("BITS");
  verb->add_option("--top", options->top, "how many of the nearest")
      ->check(at_least(1))
      ->type_name("N")
      ->capture_default_str();
  verb->add_option("--rerank", options->rerank,
                   "tf-idf: order the codes within --radius, or the nearest 1,000, by the cosine of their words with "
                   "those of the query")
      ->check(one_of({"tf-idf"}))
      ->type_name("METHOD");
  add_part_search_options(*verb, options->parts);
  add_case_options(*verb, options->cases);
  verb->callback([&session, options] { session.run = [&session, options] { search(session, *options); }; });
}

}  // namespace deepboltz
