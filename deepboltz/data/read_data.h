// Any file of data, by whatever reader fits it.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "deepboltz/data/dataset.h"
#include "deepboltz/data/read_options.h"

namespace deepboltz {

// "idx", "npy", "npz", "csv", "image", "fasta", "libsvm", "docword", "mtx", "text", "mat", "cifar", "auto"; nothing for
// another word.
std::optional<DataFormat> parse_data_format(std::string_view word);

// The format that options.format, the file's first bytes, or else the ending of its name settle (`counts`:
// ReadOptions). FileError: missing, unreadable.
DataFormat find_format(const std::filesystem::path& path, DataFormat wanted = DataFormat::automatic,
                       bool counts = false);

// Throws what the format's reader throws.
Dataset read_data(const std::filesystem::path& path, const ReadOptions& options = {});

}  // namespace deepboltz
