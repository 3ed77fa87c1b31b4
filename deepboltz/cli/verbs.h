// The verbs of the command line, one file each. add_VERB puts the verb, its options and its help on the program; when
// it is called, session.run is what it does.
#pragma once

#include "deepboltz/cli/session.h"

namespace CLI {
class App;
}

namespace deepboltz {

void add_init(CLI::App& program, Session& session);
void add_train(CLI::App& program, Session& session);
void add_resume(CLI::App& program, Session& session);
void add_evaluate(CLI::App& program, Session& session);
void add_sample(CLI::App& program, Session& session);
void add_complete(CLI::App& program, Session& session);
void add_classify(CLI::App& program, Session& session);
void add_recommend(CLI::App& program, Session& session);
void add_encode(CLI::App& program, Session& session);
void add_reconstruct(CLI::App& program, Session& session);
void add_hash(CLI::App& program, Session& session);
void add_search(CLI::App& program, Session& session);
void add_topics(CLI::App& program, Session& session);
void add_explain(CLI::App& program, Session& session);
void add_inspect(CLI::App& program, Session& session);
void add_plot(CLI::App& program, Session& session);
void add_report(CLI::App& program, Session& session);
void add_data(CLI::App& program, Session& session);
void add_doctor(CLI::App& program, Session& session);
void add_bench(CLI::App& program, Session& session);
void add_completion(CLI::App& program, Session& session);
void add_version(CLI::App& program, Session& session);

// A verb with its common options, one example that runs, and what comes after it.
CLI::App* add_verb(CLI::App& program, Session& session, const char* name, const char* summary, const char* example);

}  // namespace deepboltz
