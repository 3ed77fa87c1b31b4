#include <thread>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/verbs.h"
#include "deepboltz/kernel/instruction_sets.h"

namespace deepboltz {

void add_doctor(CLI::App& program, Session& session) {
  CLI::App* verb = add_verb(program, session, "doctor", "show what this machine has, and what the program uses of it",
                            "deepboltz doctor");
  verb->callback([&session] {
    session.run = [&session] {
      const InstructionSets sets = instruction_sets();
      const unsigned threads = std::thread::hardware_concurrency();
      if (session.options.json) {
        session.print(nlohmann::json{{"threads", threads},
                                     {"instruction_sets", sets.found},
                                     {"floats", sets.floats},
                                     {"integers", sets.integers}});
      } else {
        session.print(
            fmt::format("threads            {}\ninstruction sets   {}\n", threads, fmt::join(sets.found, " ")));
        session.print(fmt::format("floats run on      {}\nintegers run on    {}\n", sets.floats, sets.integers));
      }
      session.console.next("deepboltz bench epoch");
    };
  });
}

}  // namespace deepboltz
