// CIFAR-10's binary batches (Krizhevsky 2009), plain or gzipped: records of 3,073 bytes, the class 0–9 and a picture of
// 32 × 32 as a plane of red, one of green and one of blue. As cases the three colours of a pixel stand together.
#pragma once

#include <filesystem>

#include "deepboltz/data/dataset.h"
#include "deepboltz/data/read_options.h"
#include "deepboltz/io/bytes.h"

namespace deepboltz {

// Uses options.invert. InputError "FILE: byte N: …": a part of a record at the end, a class above 9.
Dataset parse_cifar(ByteView bytes, const std::string& file, const ReadOptions& options = {});
Dataset read_cifar(const std::filesystem::path& path, const ReadOptions& options = {});

}  // namespace deepboltz
