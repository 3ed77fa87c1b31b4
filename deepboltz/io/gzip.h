// Deflate data with a bounded output: gzip files (RFC 1952), the raw streams inside zip files (RFC 1951), and the zlib
// streams inside MAT-files (RFC 1950), by zlib.
//
// Limits: the output never grows past `limit`, and memory is asked for only up to what the input can hold (deflate
// expands at most 1032 times).
#pragma once

#include <string>

#include "deepboltz/io/bytes.h"

namespace deepboltz {

inline constexpr std::uint64_t kLargestExpansion = 1032;  // of deflate: 258 bytes from 2 bits

bool is_gzip(ByteView bytes);

// All members of a gzip file, one after the other. InputError "FILE: byte N: …": truncated, damaged, followed by other
// bytes, or longer than `limit`; N counts in the compressed file.
Bytes gunzip(ByteView compressed, const std::string& file, std::uint64_t limit);

// The first `count` bytes of it (fewer if it is shorter), for a look at a header. InputError as above.
Bytes gunzip_start(ByteView compressed, const std::string& file, std::uint64_t count);

Bytes gzip(ByteView bytes);

// A raw deflate stream that must use up `compressed` and give exactly `size` bytes. `position`: of the stream in
// `file`.
Bytes inflate_raw(ByteView compressed, const std::string& file, std::uint64_t position, std::uint64_t size);
Bytes deflate_raw(ByteView bytes);

// The same of a zlib stream, with its checksum; and the first `count` bytes of one (fewer if it is shorter).
Bytes inflate_zlib(ByteView compressed, const std::string& file, std::uint64_t position, std::uint64_t size);
Bytes inflate_zlib_start(ByteView compressed, const std::string& file, std::uint64_t position, std::uint64_t count);
Bytes deflate_zlib(ByteView bytes);

}  // namespace deepboltz
