#include "deepboltz/cli/verbs.h"

#include <CLI/CLI.hpp>

namespace deepboltz {

CLI::App* add_verb(CLI::App& program, Session& session, const char* name, const char* summary, const char* example) {
  CLI::App* verb = program.add_subcommand(name, summary);
  verb->set_help_flag("-h,--help", "print this text");
  verb->footer(fmt::format("Example:\n  {}", example));
  add_common_options(*verb, session.options);
  return verb;
}

}  // namespace deepboltz
