#include "deepboltz/cli/command.h"

int main(int argc, char** argv) { return deepboltz::command(argc, argv, deepboltz::kinds()); }
