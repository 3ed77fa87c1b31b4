// Writes an archive whose one tensor and one text say NUMBER. usage: fault_writer FILE NUMBER
#include <cstdio>
#include <cstdlib>

#include "deepboltz/io/safetensors.h"

int main(int, char** arguments) {
  using namespace deepboltz;
  const int number = std::atoi(arguments[2]);
  Archive archive;
  Tensor tensor(DType::f32, 300, 1000);
  for (int r = 0; r < 300; ++r)
    for (int c = 0; c < 1000; ++c) tensor.set(r, c, number);
  archive.add("number", std::move(tensor));
  archive.metadata["number"] = arguments[2];
  try {
    write_safetensors(arguments[1], archive);
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return error.exit_code();
  }
  return 0;
}
