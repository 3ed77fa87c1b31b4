#include "deepboltz/cli/command.h"

#include <csignal>
#include <cstdio>
#include <new>

#include <CLI/CLI.hpp>
#include <fmt/ranges.h>

#include "deepboltz/base/nearest_word.h"
#include "deepboltz/cli/interrupt.h"
#include "deepboltz/cli/verbs.h"
#include "deepboltz/kernel/instruction_sets.h"

namespace deepboltz {

namespace {

constexpr int kOurBug = 70;
constexpr int kSignalled = 128;

int fail(Session& session, std::string message, int code) {
  for (char& c : message)
    if (c == '\n' || c == '\r') c = ' ';
  session.console.clear();
  fmt::print(stderr, "deepboltz: error: {}\n", message);
  return code;
}

std::vector<std::string> verb_names(const CLI::App& program) {
  std::vector<std::string> names;
  for (const CLI::App* verb : program.get_subcommands({})) names.push_back(verb->get_name());
  return names;
}

// The chosen verb, or the verb of a verb (data list), or the program.
const CLI::App& chosen(const CLI::App& program) {
  const CLI::App* at = &program;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  return *at;
}

// The help of the chosen verb, its usage with the words that lead to it.
std::string help(const CLI::App& program) {
  const CLI::App& verb = chosen(program);
  if (&verb == &program) return program.help();
  const CLI::App* above = verb.get_parent();
  return verb.help(above == &program ? "deepboltz" : "deepboltz " + above->get_name());
}

std::string unexpected(const CLI::App& program, const std::string& word) {
  const CLI::App& verb = chosen(program);
  std::string where = "deepboltz";
  std::vector<std::string> known;
  if (&verb != &program) where += " " + verb.get_name();
  if (!word.starts_with("-")) {
    known = verb_names(verb);
    if (known.empty()) return fmt::format("{}: unexpected argument \"{}\"; see {} --help", where, word, where);
    return fmt::format("{}: there is no verb \"{}\"; the nearest one is \"{}\"", where, word,
                       nearest_word(word, known));
  }
  for (const CLI::Option* option : verb.get_options())
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  const std::string flag = word.substr(0, word.find('='));
  return fmt::format("{}: there is no option {}; the nearest one is {}", where, flag, nearest_word(flag, known));
}

int run(int argc, char** argv, Session& session) {
  CLI::App program(
      "deepboltz: restricted and deep Boltzmann machines, trained, measured, sampled.\n"
      "A run is a folder; every verb but train takes one, or a model file.");
  program.name("deepboltz");
  program.set_help_flag("-h,--help", "print this text");
  program.footer(
      "deepboltz VERB --help has the options of a verb and an example.\n\n"
      "next: deepboltz train recipes/quickstart.toml");
  program.require_subcommand(1);
  program.get_formatter()->label("SUBCOMMAND", "VERB");
  program.get_formatter()->label("Subcommands", "Verbs");
  for (const auto add :
       {add_init,        add_train, add_resume, add_evaluate,  add_sample,     add_complete, add_classify, add_encode,
        add_reconstruct, add_hash,  add_search, add_recommend, add_topics,     add_explain,  add_inspect,  add_plot,
        add_report,      add_data,  add_doctor, add_bench,     add_completion, add_version})
    add(program, session);

  if (argc == 1) {
    session.print(program.help());
    return 0;
  }
  try {
    program.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    session.print(help(program));
    return 0;
  } catch (const CLI::ExtrasError&) {
    return fail(session, unexpected(program, program.remaining(true).front()), 2);
  } catch (const CLI::ParseError& error) {
    const CLI::App& verb = chosen(program);
    if (const std::vector<std::string> rest = program.remaining(true);
        !verb.get_subcommands({}).empty() && !rest.empty())
      return fail(session, unexpected(program, rest.front()), 2);
    if (dynamic_cast<const CLI::RequiredError*>(&error) && !verb.get_subcommands({}).empty())
      return fail(session,
                  fmt::format("deepboltz{}: expected a verb: {}", &verb == &program ? "" : " " + verb.get_name(),
                              fmt::join(verb_names(verb), ", ")),
                  2);
    return fail(session,
                fmt::format("{}: {}", &verb == &program ? "deepboltz" : "deepboltz " + verb.get_name(), error.what()),
                2);
  }
  if (session.options.quiet) session.console.be_quiet();
  if (!session.options.isa.empty()) limit_instruction_set(session.options.isa);
  session.run();
  if (const int signal = interrupted_by())
    return fail(session, "interrupted when the work was already done; nothing is lost", kSignalled + signal);
  return 0;
}

}  // namespace

int command(int argc, char** argv, std::span<const Kind> table) {
  catch_interrupts();
  std::signal(SIGXFSZ, SIG_IGN);  // a file that grows past a limit is an error of the write, not the end of the process
  Session session(table);
  try {
    return run(argc, argv, session);
  } catch (const Interrupted& stop) {
    const int signal = interrupted_by();
    return fail(session, stop.what(), 128 + (signal ? signal : SIGINT));
  } catch (const Error& error) {
    return fail(session, error.what(), error.exit_code());
  } catch (const std::bad_alloc&) {
    return fail(session, "not enough memory", 3);
  } catch (const std::exception& error) {
    return fail(session, fmt::format("this is our bug, please report it: {}", error.what()), kOurBug);
  } catch (...) {
    return fail(session, "this is our bug, please report it", kOurBug);
  }
}

}  // namespace deepboltz
