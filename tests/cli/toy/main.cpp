// The command with one kind of system more: what a new kind brings, and nothing else.
#include "tests/system/toy_kind.h"

#include "deepboltz/cli/command.h"

int main(int argc, char** argv) { return deepboltz::command(argc, argv, deepboltz::testing::kinds_and_toy()); }
