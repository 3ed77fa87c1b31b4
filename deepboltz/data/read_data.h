// Any file of data, by whatever reader fits it.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "deepboltz/data/dataset.h"
#include "deepboltz/data/read_options.h"

namespace deepboltz {

// The words for the formats, in the order of DataFormat: "auto", "idx", "npy", "npz", "csv", "image", "fasta",
// "libsvm", "docword", "mtx", "text", "mat", "cifar".
std::vector<std::string_view> data_format_words();

// The format that `wanted`, the file's first bytes, or else the ending of its name settle; a folder is of pictures
// where it holds any, else of text (`documents`: ReadOptions). A file that none of them settles has the format
// `otherwise`, where that one has no first bytes to be known by, or is a table. FileError: missing, unreadable.
DataFormat find_format(const std::filesystem::path& path, DataFormat wanted = DataFormat::automatic,
                       bool documents = false, DataFormat otherwise = DataFormat::automatic);

// Whether the format has documents whose words are numbers: libsvm, docword, MatrixMarket.
bool has_numbered_words(DataFormat format);

// Throws what the format's reader throws.
Dataset read_data(const std::filesystem::path& path, const ReadOptions& options = {});

}  // namespace deepboltz
