// A checkpoint whose writing fails, or is killed, at any system call leaves the last good one, or the new one.
#include <csignal>
#include <fstream>
#include <sstream>

#include "tests/io/temp_folder.h"
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include "deepboltz/io/file.h"
#include "deepboltz/io/safetensors.h"

namespace deepboltz {
namespace {

struct Outcome {
  int exit_code = 0;
  bool killed = false;
  std::string message;
  std::string call;  // the system call that was reached; empty: there are fewer calls than that
};

std::string contents(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// Runs the writer with its `call`-th system call failing by `mode`.
Outcome write_with_fault(const testing::TempFolder& folder, int number, int call, const std::string& mode) {
  const auto hit = folder / "hit", log = folder / "log", file = folder / "run/model.safetensors";
  std::filesystem::remove(hit);
  const pid_t child = fork();
  if (child == 0) {
    setenv("LD_PRELOAD", DEEPBOLTZ_FAIL_SYSCALL, 1);
    setenv("ASAN_OPTIONS", "verify_asan_link_order=0:detect_leaks=0", 1);
    setenv("FAULT_UNDER", (folder / "run").c_str(), 1);
    setenv("FAULT_CALL", std::to_string(call).c_str(), 1);
    setenv("FAULT_MODE", mode.c_str(), 1);
    setenv("FAULT_HIT", hit.c_str(), 1);
    if (freopen(log.c_str(), "w", stderr) == nullptr) _exit(99);
    execl(DEEPBOLTZ_FAULT_WRITER, "fault_writer", file.c_str(), std::to_string(number).c_str(), nullptr);
    _exit(99);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
          contents(log), contents(hit)};
}

int number_in(const std::filesystem::path& file) {
  const Archive archive = read_safetensors(file);
  const int number = std::stoi(archive.metadata.at("number"));
  EXPECT_EQ(archive.at("number").at(0, 0), number);
  EXPECT_EQ(archive.at("number").at(299, 999), number);
  return number;
}

std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename());
  return names;
}

class CheckpointFault : public ::testing::TestWithParam<const char*> {};

TEST_P(CheckpointFault, AtEverySystemCallTheOldOrTheNewOneLoads) {
  testing::TempFolder folder;
  const std::string mode = GetParam();
  const auto file = folder / "run/model.safetensors";
  std::filesystem::create_directory(folder / "run");
  ASSERT_EQ(write_with_fault(folder, 1, 0, mode).exit_code, 0);
  ASSERT_EQ(number_in(file), 1);
  int old_number = 1, number = 2;
  std::set<std::string> calls;
  for (int call = 1;; ++call, ++number) {
    ASSERT_LT(call, 100);
    const Outcome outcome = write_with_fault(folder, number, call, mode);
    const int found = number_in(file);
    ASSERT_TRUE(found == old_number || found == number) << "call " << call << ": " << outcome.call;
    old_number = found;
    if (outcome.call.empty()) {  // past the last call
      EXPECT_EQ(outcome.exit_code, 0);
      EXPECT_EQ(found, number);
      break;
    }
    calls.insert(outcome.call);
    if (mode == "kill") {
      EXPECT_TRUE(outcome.killed);
      remove_leftovers(file);
    } else if (mode == "short") {
      EXPECT_EQ(outcome.exit_code, 0) << outcome.message;
      EXPECT_EQ(found, number);
    } else if (outcome.exit_code != 0) {
      EXPECT_EQ(outcome.exit_code, 3) << outcome.message;
      EXPECT_THAT(outcome.message, ::testing::HasSubstr("model.safetensors"));
      EXPECT_EQ(std::count(outcome.message.begin(), outcome.message.end(), '\n'), 1);
    } else {
      EXPECT_EQ(outcome.call, "close") << "only closing a file that was read may fail without harm";
    }
    EXPECT_EQ(names_in(folder / "run"), std::vector<std::string>{"model.safetensors"}) << outcome.call;
  }
  EXPECT_THAT(calls, ::testing::IsSupersetOf({"open", "write", "fsync", "read", "close", "rename"}));
}

INSTANTIATE_TEST_SUITE_P(Modes, CheckpointFault, ::testing::Values("eio", "enospc", "kill", "short"),
                         [](const auto& mode) { return std::string(mode.param); });

}  // namespace
}  // namespace deepboltz
