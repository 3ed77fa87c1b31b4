#include "deepboltz/task/topics.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/case_files.h"
#include "deepboltz/cli/checks.h"
#include "deepboltz/cli/verbs.h"

namespace deepboltz {

namespace {

struct TopicsVerb {
  std::string model;
  std::int64_t words = 10;
};

void show_topics(Session& session, const TopicsVerb& options) {
  const Trained trained = open_trained(session, options.model);
  const EnergyModel& model = graph_of(trained, "topics");
  const std::vector<std::string>& vocabulary = meaning_of(trained.system, kVisibleColumn).names;
  require(!vocabulary.empty(), "{}: the model has no vocabulary, whose words its hidden units could raise",
          options.model);
  nlohmann::json json = nlohmann::json::array();
  for (const Topic& topic : topics(model, options.words)) {
    nlohmann::json words = nlohmann::json::array();
    for (const TopicWord& entry : topic.words)
      words.push_back({{"word", vocabulary[std::size_t(entry.word)]}, {"weight", entry.weight}});
    json.push_back({{"unit", topic.unit}, {"words", words}});
  }
  if (session.options.json)
    session.print(json);
  else
    session.print(topics_text(model, vocabulary, options.words));
  session.console.next("deepboltz explain " + options.model + " --case 0");
}

}  // namespace

void add_topics(CLI::App& program, Session& session) {
  CLI::App* verb = add_verb(program, session, "topics",
                            "list the words that each hidden unit raises most, the strongest units first",
                            "deepboltz topics runs/20newsgroups --words 8");
  auto options = std::make_shared<TopicsVerb>();
  verb->add_option("MODEL", options->model, "a run folder, or a model file")->required()->type_name("");
  verb->add_option("--words", options->words, "number of words for each unit")
      ->check(at_least(1, 1'000))
      ->type_name("N")
      ->capture_default_str();
  verb->callback([&session, options] { session.run = [&session, options] { show_topics(session, *options); }; });
}

}  // namespace deepboltz
