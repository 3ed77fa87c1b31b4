// IDX files of LeCun, Cortes & Burges (MNIST), plain or gzipped: bytes, big-endian sizes.
//
//   00 00 08 D   type (08: unsigned bytes, the only one read) and number of dimensions
//   D × 4 bytes  the sizes
//   then the bytes
//
// Limits: data of 2 or 3 dimensions, labels of 1; the file must have exactly as many bytes as its sizes say.
#pragma once

#include <filesystem>

#include "deepboltz/data/dataset.h"
#include "deepboltz/data/read_options.h"
#include "deepboltz/io/bytes.h"

namespace deepboltz {

// (cases, units) or (cases, height, width). Uses options.height, width and invert. InputError "FILE: byte N: …"
Dataset parse_idx(ByteView bytes, const std::string& file, const ReadOptions& options = {});
std::vector<int> parse_idx_labels(ByteView bytes, const std::string& file);

// options.labels: the file with the labels. Without it, labels are looked for beside a file
// NAME-images-idx3-ubyte[.gz], as NAME-labels-idx1-ubyte[.gz]; another name has none.
Dataset read_idx(const std::filesystem::path& path, const ReadOptions& options = {});

// The two formats' bytes, for tests and conversions.
Bytes make_idx(const Dataset& data);
Bytes make_idx_labels(const std::vector<int>& labels);

}  // namespace deepboltz
