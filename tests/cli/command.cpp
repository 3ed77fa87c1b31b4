#include "tests/cli/command.h"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace deepboltz::test {

namespace fs = std::filesystem;

namespace {

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

void open_as(const fs::path& path, int descriptor) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (file < 0 || ::dup2(file, descriptor) < 0) ::_exit(99);
}

[[noreturn]] void become(const fs::path& folder, const std::vector<std::string>& arguments, const fs::path& out,
                         const fs::path& err, std::size_t file_limit, const char* command) {
  open_as(out, STDOUT_FILENO);
  open_as(err, STDERR_FILENO);
  if (::chdir(folder.c_str()) != 0) ::_exit(99);
  ::unsetenv("DEEPBOLTZ_DATA");
  ::setenv("DEEPBOLTZ_CACHE", (folder / ".cache").c_str(), 1);
  if (file_limit > 0) {
    const rlimit limit{file_limit, file_limit};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  std::vector<char*> words{const_cast<char*>(command)};
  for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  ::execv(command, words.data());
  ::_exit(99);
}

}  // namespace

Process::Process(const fs::path& folder, const std::vector<std::string>& arguments, const std::string& standard_output,
                 std::size_t file_limit, const char* command)
    : out_(standard_output.empty() ? folder / ".out" : fs::path(standard_output)), err_(folder / ".err") {
  id_ = ::fork();
  if (id_ < 0) throw std::runtime_error("cannot fork");  // its number would stand for every process in send()
  if (id_ == 0) become(folder, arguments, out_, err_, file_limit, command);
}

void Process::send(int signal) const { ::kill(id_, signal); }

Outcome Process::wait() {
  int status = 0;
  while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) continue;
  const int code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return {code, fs::is_regular_file(out_) ? text_of(out_) : "", text_of(err_)};
}

Folder::Folder() {
  std::string name = (fs::temp_directory_path() / "deepboltz-cli-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

Outcome Folder::run(const std::vector<std::string>& arguments, const std::string& standard_output,
                    std::size_t file_limit) const {
  return Process(path_, arguments, standard_output, file_limit).wait();
}

void Folder::write(const std::string& name, const std::string& text) const {
  std::ofstream(path_ / name, std::ios::binary) << text;
}

std::string Folder::read(const std::string& name) const { return text_of(path_ / name); }

}  // namespace deepboltz::test
