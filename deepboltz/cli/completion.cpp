// Shell completion, generated from the verbs and options themselves.
#include <CLI/CLI.hpp>

#include "deepboltz/cli/checks.h"
#include "deepboltz/cli/verbs.h"

namespace deepboltz {

namespace {

struct Word {
  std::string name, meaning;
};

std::vector<Word> verbs(const CLI::App& app) {
  std::vector<Word> words;
  for (const CLI::App* verb : app.get_subcommands({})) words.push_back({verb->get_name(), verb->get_description()});
  return words;
}

std::vector<Word> flags(const CLI::App& app) {
  std::vector<Word> words;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) words.push_back({"--" + name, option->get_description()});
  return words;
}

std::string joined(const std::vector<Word>& words) {
  std::string text;
  for (const Word& word : words) text += (text.empty() ? "" : " ") + word.name;
  return text;
}

// Text within single quotes of a shell; zsh's _describe also splits at colons.
std::string quoted(const std::string& text, bool escape_colons = false) {
  std::string out;
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else if (c == ':' && escape_colons)
      out += "\\:";
    else
      out += c;
  }
  return "'" + out + "'";
}

std::string bash(const CLI::App& program) {
  std::string cases;
  for (const CLI::App* verb : program.get_subcommands({}))
    cases += fmt::format("    {}) words={} ;;\n", verb->get_name(),
                         quoted(joined(verbs(*verb)) + " " + joined(flags(*verb))));
  return fmt::format(
      "# bash completion: source <(deepboltz completion bash)\n"
      "_deepboltz() {{\n"
      "  local word=${{COMP_WORDS[COMP_CWORD]}} words\n"
      "  case ${{COMP_WORDS[1]}} in\n{}"
      "    *) words={} ;;\n"
      "  esac\n"
      "  [ \"$COMP_CWORD\" -gt 1 ] || words={}\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
      "  [[ $word == -* ]] || [ \"$COMP_CWORD\" = 1 ] || COMPREPLY+=($(compgen -f -- \"$word\"))\n"
      "}}\n"
      "complete -o filenames -F _deepboltz deepboltz\n",
      cases, quoted(joined(verbs(program))), quoted(joined(verbs(program)) + " --help"));
}

std::string zsh(const CLI::App& program) {
  const auto described = [](const std::vector<Word>& words) {
    std::string text;
    for (const Word& word : words) text += " " + quoted(word.name + ":" + word.meaning);
    return text;
  };
  std::string cases;
  for (const CLI::App* verb : program.get_subcommands({}))
    cases +=
        fmt::format("    {}) choices=({}{}) ;;\n", verb->get_name(), described(verbs(*verb)), described(flags(*verb)));
  return fmt::format(
      "#compdef deepboltz\n"
      "# zsh completion: source <(deepboltz completion zsh)\n"
      "_deepboltz() {{\n"
      "  local -a choices\n"
      "  if (( CURRENT == 2 )); then\n"
      "    choices=({})\n"
      "    _describe verb choices\n"
      "    return\n"
      "  fi\n"
      "  case $words[2] in\n{}"
      "  esac\n"
      "  _describe option choices\n"
      "  _files\n"
      "}}\n"
      "compdef _deepboltz deepboltz\n",
      described(verbs(program)), cases);
}

std::string fish(const CLI::App& program) {
  std::string text = "# fish completion: deepboltz completion fish | source\n";
  for (const CLI::App* verb : program.get_subcommands({})) {
    text += fmt::format("complete -c deepboltz -n __fish_use_subcommand -f -a {} -d {}\n", verb->get_name(),
                        quoted(verb->get_description()));
    const std::string here = fmt::format("'__fish_seen_subcommand_from {}'", verb->get_name());
    for (const Word& word : verbs(*verb))
      text += fmt::format("complete -c deepboltz -n {} -a {} -d {}\n", here, word.name, quoted(word.meaning));
    for (const Word& word : flags(*verb))
      text += fmt::format("complete -c deepboltz -n {} -l {} -d {}\n", here, word.name.substr(2), quoted(word.meaning));
  }
  return text;
}

}  // namespace

void add_completion(CLI::App& program, Session& session) {
  CLI::App* verb =
      add_verb(program, session, "completion", "print the shell completion: source <(deepboltz completion bash)",
               "deepboltz completion bash > ~/.local/share/bash-completion/completions/deepboltz");
  auto shell = std::make_shared<std::string>();
  verb->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(one_of({"bash", "zsh", "fish"}))
      ->type_name("");
  verb->callback([&program, &session, shell] {
    session.run = [&program, &session, shell] {
      session.print(*shell == "bash" ? bash(program) : *shell == "zsh" ? zsh(program) : fish(program));
    };
  });
}

}  // namespace deepboltz
