// Data in NumPy's files: one array (NPY), or several by name (NPZ).
//
// Cases: (cases, units) or (cases, height, width), on one of the scales of grey_range.h. Labels: whole numbers,
// one a case, from 0 to 65,535. Limits: those of io/npy.h and io/zip.h.
#pragma once

#include <filesystem>

#include "deepboltz/data/dataset.h"
#include "deepboltz/data/read_options.h"
#include "deepboltz/io/bytes.h"

namespace deepboltz {

// InputError "FILE: byte N: …" (for NPZ, N counts in the unpacked array, and the message names it).
Dataset parse_npy_data(ByteView bytes, const std::string& file, const ReadOptions& options = {});
Dataset parse_npz_data(ByteView bytes, const std::string& file, const ReadOptions& options = {});

// options.labels: an NPY file with the labels.
Dataset read_npy_data(const std::filesystem::path& path, const ReadOptions& options = {});
// options.data_key, label_key, where.
Dataset read_npz_data(const std::filesystem::path& path, const ReadOptions& options = {});

}  // namespace deepboltz
