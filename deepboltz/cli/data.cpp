#include <numeric>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/case_files.h"
#include "deepboltz/cli/checks.h"
#include "deepboltz/cli/download.h"
#include "deepboltz/cli/part_arrays.h"
#include "deepboltz/cli/shell_word.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/data/documents.h"
#include "deepboltz/data/format_options.h"
#include "deepboltz/data/listed_data.h"
#include "deepboltz/data/look.h"
#include "deepboltz/data/named_data.h"
#include "deepboltz/io/png.h"
#include "deepboltz/io/png_grid.h"
#include "deepboltz/recipe/read.h"

namespace deepboltz {

namespace {

void list(Session& session) {
  nlohmann::json json = nlohmann::json::array();
  std::string text;
  for (const ListedData& data : listed_data(data_places(read_environment()))) {
    nlohmann::json entry{{"name", data.name}, {"description", data.description}, {"place", data.place}};
    std::string sizes;
    for (const auto& [what, count] : data.sizes) {
      entry[what] = count;
      sizes += fmt::format("{}{} {}", sizes.empty() ? "" : ", ", count, what);
    }
    json.push_back(entry);
    text += fmt::format("{:<18} {:<21} {}; {}\n", data.name, data.place, data.description, sizes);
  }
  if (session.options.json)
    session.print(json);
  else
    session.print(text);
  session.console.say(
      "to be fetched: deepboltz data fetch NAME; to be copied: into a folder that DEEPBOLTZ_DATA names");
  session.console.next("deepboltz data show strokes --out strokes.png");
}

void fetch(Session& session, const std::string& name) {
  const NamedData& data = require_named_cases(name);
  DataPlaces places = data_places(read_environment());
  places.fetch = fetch_https;
  std::vector<std::string> files;
  for (const PublicFile& file : data.files) {
    session.console.say(fmt::format("{} …", file.path));
    files.push_back(locate(file, places).string());
  }
  if (session.options.json) {
    session.print(nlohmann::json{{"name", name}, {"files", files}});
  } else {
    std::string text;
    for (const std::string& file : files) text += file + "\n";
    session.print(text);
    if (files.empty()) session.console.say(fmt::format("{} is drawn by the program; nothing to fetch", name));
  }
  session.console.next(fmt::format("deepboltz data show {}", name));
}

struct ShowOptions {
  std::string name, out;
  bool documents = false, colour = false;
  std::int64_t words = 0;
  CaseOptions cases;
  std::int64_t count = 100;
  int magnify = 2;
};

// A data set by its name, or a file.
Look look(Session& session, const ShowOptions& options) {
  ReadOptions reading = read_options(options.cases);
  reading.documents = options.documents;
  reading.words = options.words;
  reading.colour = options.colour;
  if (!options.cases.vocabulary.empty()) reading.vocabulary = read_vocabulary(options.cases.vocabulary);
  if (find_named_data(options.name)) {
    require_no_options(reading, options.name);
    return look_at(load_named_data(session.context(), options.name,
                                   {.share = Share::train, .cases = {}, .key = session.key()},
                                   data_places(read_environment())));
  }
  std::error_code ignored;
  if (!std::filesystem::exists(options.name, ignored) && options.name.find_first_of("./") == std::string::npos)
    require_named_cases(options.name);
  return look_at(options.name, reading);
}

// Of files whose cases are no rows there is less to see.
bool show_content(Session& session, const ShowOptions& options) {
  std::error_code ignored;
  if (find_named_data(options.name) || !std::filesystem::exists(options.name, ignored)) return false;
  const auto first = first_recipe_of(session, options.name);
  if (!first) return false;
  if (session.options.json)
    session.print(nlohmann::json{{"name", options.name}, {"content", first->content}});
  else
    session.print(fmt::format("{}: {}\n", options.name, first->content));
  session.console.next("deepboltz init " + shell_word(options.name));
  return true;
}

// "who out which …"
std::string first_words(const std::vector<std::string>& vocabulary) {
  constexpr std::size_t kShown = 5;
  std::string text;
  for (std::size_t k = 0; k < std::min(kShown, vocabulary.size()); ++k) text += vocabulary[k] + " ";
  return text + "…";
}

void show(Session& session, const ShowOptions& options) {
  if (!options.out.empty()) {
    require(options.out.ends_with(".png"), "{}: cases are shown as a picture; expected a name that ends in .png",
            options.out);
    require_output(options.out, {options.name, options.cases.labels, options.cases.vocabulary});
  }
  if (show_content(session, options)) return;
  const Look seen = look(session, options);
  const Dataset& data = seen.data;
  for (const std::string& remark : data.remarks) session.console.say(remark);
  nlohmann::json json{{"name", data.name},       {"cases", data.cases()}, {"units", data.units()},
                      {"height", data.height},   {"width", data.width},   {"channels", data.channels},
                      {"classes", data.classes}, {"sha256", data.sha256}};
  std::string text = fmt::format("{}: {} cases of {} units", data.name, data.cases(), data.units());
  if (data.height > 0) text += fmt::format(", pictures {} × {}", data.height, data.width);
  if (data.channels > 1) text += fmt::format(" × {} colours", data.channels);
  text += data.classes > 0 ? fmt::format(", {} classes", data.classes) : ", no labels";
  if (!data.vocabulary.empty()) text += ", words " + first_words(data.vocabulary);
  if (data.empty_documents > 0) {
    json["empty_documents"] = data.empty_documents;
    text += fmt::format("; {} documents without words are left out", data.empty_documents);
  }
  for (const std::string& line : words_of(seen)) text += "\n" + line;
  text += fmt::format("\nsha256 of the contents {}\n", data.sha256);
  json.update({{"least", seen.least}, {"greatest", seen.greatest}, {"mean", seen.mean}, {"zeros", seen.zeros}});
  json.update({{"missing", 0}, {"scale", data.scale}, {"remarks", data.remarks}, {"columns", data.columns}});
  json.update({{"label_column", data.label_column}, {"class_names", data.class_names}});
  json["cases_of_class"] = seen.cases_of_class;
  if (!options.out.empty()) {
    require(data.height > 0, "{}: the cases are not pictures", options.name);
    write_png(options.out, picture_grid(data.x.view().slice(0, std::min(options.count, data.cases())), data.height,
                                        data.width, {.magnify = options.magnify, .channels = data.channels}));
    text += options.out + "\n";
    json["file"] = options.out;
  }
  if (session.options.json)
    session.print(json);
  else
    session.print(text);
  session.console.next("deepboltz init " + shell_word(options.name) + words_of(options.cases));
}

struct WriteOptions {
  std::string recipe, part = "test", out;
  bool bits = false;
};

// Cases of several parts: an array a part.
void write_arrays(Session& session, const WriteOptions& options, const Cases& cases) {
  require(!options.bits, "--bits: is for cases of one part");
  const std::vector<PartArray> arrays = part_arrays(session.context(), cases);
  write_npz(options.out, arrays);
  nlohmann::json json{{"file", options.out}, {"cases", cases.count()}};
  std::string text;
  for (const PartArray& array : arrays) {
    json["arrays"].push_back(array.name);
    text += fmt::format("{}{}", text.empty() ? "" : ", ", array.name);
  }
  if (session.options.json)
    session.print(json);
  else
    session.print(fmt::format("{}: {} cases, arrays {}\n", options.out, cases.count(), text));
  session.console.next("deepboltz train " + options.recipe);
}

// The cases of a recipe as real numbers, for other programs to learn from and to be measured on.
void write(Session& session, const WriteOptions& options) {
  const bool arrays = options.out.ends_with(".npz");
  require(arrays || !is_picture_name(options.out), "{}: expected a name that ends in .npy, .csv or .npz", options.out);
  const Recipe recipe = read_recipe(session.kinds, options.recipe);
  require_output(options.out, inputs_of(recipe));
  const auto sets = recipe.kind->load(session.context(), *recipe.values, data_places(read_environment()));
  const Share share = share_named(options.part);
  const Cases& cases = sets->of(share);
  require(cases.count() > 0, "{}: the recipe has no {} cases", options.recipe, options.part);
  const Column& column = cases.columns.front();
  const bool rows_alone = column.name == kVisibleColumn;
  if (arrays && !rows_alone) return write_arrays(session, options, cases);
  require(!arrays, "{}: cases of one part are written to a name that ends in .npy or .csv", options.out);
  require(rows_alone, "{}: its cases are '{}', not rows of numbers; parts are written to a name that ends in .npz",
          options.recipe, column.name);
  require(!options.bits || column.binarise != Binarisation::none,
          "--bits: the recipe draws no bits (data.binarise = \"none\", or units that take numbers)");
  Tensor rows(DType::f32, column.cases(), column.units());
  std::vector<std::uint32_t> all(std::size_t(column.cases()));
  std::iota(all.begin(), all.end(), 0u);
  present(session.context(), options.bits ? column.fixed() : Transform{Binarisation::none, {}}, column, all, {}, rows);
  write_rows(options.out, rows);
  if (session.options.json)
    session.print(nlohmann::json{{"file", options.out}, {"cases", rows.rows()}, {"units", rows.cols()}});
  else
    session.print(fmt::format("{}: {} cases of {} units\n", options.out, rows.rows(), rows.cols()));
  session.console.next("deepboltz train " + options.recipe);
}

}  // namespace

void add_data(CLI::App& program, Session& session) {
  CLI::App* verb = add_verb(program, session, "data", "list, fetch and show data sets; write the cases of a recipe",
                            "deepboltz data show strokes --out strokes.png");
  verb->require_subcommand(1);
  CLI::App* listing = add_verb(*verb, session, "list", "list the named data sets: size, and whether they are here",
                               "deepboltz data list");
  listing->callback([&session] { session.run = [&session] { list(session); }; });

  CLI::App* fetching = add_verb(*verb, session, "fetch", "download a data set into the cache, and check its SHA-256",
                                "deepboltz data fetch mnist");
  auto name = std::make_shared<std::string>();
  fetching->add_option("NAME", *name, "a name from the list")->required()->type_name("");
  fetching->callback([&session, name] { session.run = [&session, name] { fetch(session, *name); }; });

  CLI::App* showing = add_verb(*verb, session, "show", "show what is in a named data set, or in your own file",
                               "deepboltz data show strokes --out strokes.png");
  auto options = std::make_shared<ShowOptions>();
  showing->add_option("NAME", options->name, "a name from the list, or a file or folder")->required()->type_name("");
  showing->add_option("--out", options->out, "write a PNG with the first cases to this file")->type_name("FILE");
  showing->add_option("--count", options->count, "number of cases in the picture")
      ->check(at_least(1))
      ->type_name("N")
      ->capture_default_str();
  showing->add_option("--magnify", options->magnify, "how many screen pixels wide a pixel is")
      ->check(at_least(1, 32))
      ->type_name("N")
      ->capture_default_str();
  showing->add_flag("--documents", options->documents, "read .txt files and folders as plain text");
  showing->add_option("--words", options->words, "documents: count only the N most frequent words")
      ->check(at_least(1, 1'000'000))
      ->type_name("N");
  showing->add_flag("--colour", options->colour, "PNG: read red, green and blue");
  add_case_options(*showing, options->cases);
  showing->callback([&session, options] { session.run = [&session, options] { show(session, *options); }; });

  CLI::App* writing = add_verb(*verb, session, "write", "write the cases of a recipe as numbers, for other programs",
                               "deepboltz data write recipes/quickstart.toml --part test --out test.npy");
  auto written = std::make_shared<WriteOptions>();
  writing->add_option("RECIPE", written->recipe, "a recipe")->required()->type_name("");
  writing->add_option("--part", written->part, "train, validation or test")
      ->check(one_of({"train", "validation", "test"}))
      ->type_name("PART")
      ->capture_default_str();
  writing->add_flag("--bits", written->bits,
                    "write the bits that likelihoods and completions are measured on, in place of grey values");
  writing->add_option("--out", written->out, "a name that ends in .npy or .csv; of cases of several parts in .npz")
      ->required()
      ->type_name("FILE");
  writing->callback([&session, written] { session.run = [&session, written] { write(session, *written); }; });
}

}  // namespace deepboltz
