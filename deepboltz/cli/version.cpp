#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "deepboltz/cli/verbs.h"
#include "deepboltz/system/save.h"

namespace deepboltz {

void add_version(CLI::App& program, Session& session) {
  CLI::App* verb =
      add_verb(program, session, "version", "print the versions of the program and of its files", "deepboltz version");
  verb->callback([&session] {
    session.run = [&session] {
      if (session.options.json)
        session.print(nlohmann::json{{"version", DEEPBOLTZ_VERSION}, {"model_format", kFormat}, {"devices", {"cpu"}}});
      else
        session.print(
            fmt::format("deepboltz {}\nmodel files of format 1 to {}\ndevices: cpu\n", DEEPBOLTZ_VERSION, kFormat));
      session.console.next("deepboltz --help");
    };
  });
}

}  // namespace deepboltz
