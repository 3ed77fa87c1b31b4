// Runs the built command as a user would: a process of its own, in a folder of its own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace deepboltz::test {

struct Outcome {
  int code = 0;  // exit code; 128 + signal where a signal ended the process
  std::string out, err;
};

// A process that runs; wait() reads what it left.
class Process {
 public:
  // `file_limit`: bytes that a file may have at most, as on a full disk; 0: no limit.
  Process(const std::filesystem::path& folder, const std::vector<std::string>& arguments,
          const std::string& standard_output = {}, std::size_t file_limit = 0, const char* command = DEEPBOLTZ_COMMAND);
  void send(int signal) const;
  Outcome wait();

 private:
  std::filesystem::path out_, err_;
  pid_t id_ = 0;
};

// A folder for one test, empty at first, removed at the end; what runs in it finds no data sets but those drawn by the
// program.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }
  Outcome run(const std::vector<std::string>& arguments, const std::string& standard_output = {},
              std::size_t file_limit = 0) const;
  Process start(const std::vector<std::string>& arguments) const { return {path_, arguments}; }
  void write(const std::string& name, const std::string& text) const;
  std::string read(const std::string& name) const;

 private:
  std::filesystem::path path_;
};

}  // namespace deepboltz::test
