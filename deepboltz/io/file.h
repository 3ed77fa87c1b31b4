// Whole files, in and out. Writing never leaves half a file: a reader sees the old contents or the new ones.
//
// Protocol of write_file: a temporary file in the same folder, write, fsync, read back and compare, rename, fsync the
// folder. Reading back comes before the rename, so that bytes which did not arrive never replace a good file. When any
// system call fails, the temporary file is removed and the error names the file, what was tried, and the system's
// reason.
#pragma once

#include <filesystem>
#include <string>

#include "deepboltz/io/bytes.h"

namespace deepboltz {

inline constexpr std::uint64_t kFileLimit = std::uint64_t(4) << 30;  // bytes; no reader accepts a longer file

// The whole file. FileError: missing, unreadable, a folder. InputError: longer than `limit` (checked before memory is
// asked for).
Bytes read_file(const std::filesystem::path& path, std::uint64_t limit = kFileLimit);

// The first bytes of a file, at most `count`.
Bytes read_start(const std::filesystem::path& path, std::uint64_t count);

// Replaces `path` by the pieces, one after the other, by the protocol above. FileError when that fails.
void write_file(const std::filesystem::path& path, std::span<const ByteView> pieces);
void write_file(const std::filesystem::path& path, ByteView bytes);

// Removes temporary files that writers of `path`, killed in the middle, left behind. Only for the one owner of `path`.
void remove_leftovers(const std::filesystem::path& path);

// The same for every file that was ever written in `folder`, whether it was finished or not. Only for its one owner.
void remove_leftovers_in(const std::filesystem::path& folder);

}  // namespace deepboltz
