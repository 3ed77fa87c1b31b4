// Plain text as bags of words: a document a line of a file (plain or gzipped), or a file each in a folder, where
// folders inside it, if there are any, are the classes.
//
// A word is a run of letters of any script with the marks upon them, capitals made small; everything else parts words.
// Scripts without spaces (Chinese, Japanese, Thai) give phrases in place of words, which is said. Text that is not
// UTF-8 becomes it (io/utf8.h). Words of the stop list and words of one letter are left out. The vocabulary is
// options.vocabulary, or the options.words most frequent words (0: 2,000), of equals the first in the alphabet.
#pragma once

#include <filesystem>
#include <span>

#include "deepboltz/data/dataset.h"
#include "deepboltz/data/read_options.h"
#include "deepboltz/io/bytes.h"

namespace deepboltz {

// Words too common to say anything: about 150 of English.
std::vector<std::string> english_stop_words();

Dataset parse_text(ByteView bytes, const std::string& file, const ReadOptions& options = {});
// Each of the texts, in UTF-8, is a document.
Dataset parse_texts(std::span<const std::string> texts, const std::string& file, const ReadOptions& options = {});
// InputError: no words, a zero byte. FileError: a folder without files.
Dataset read_text_data(const std::filesystem::path& path, const ReadOptions& options = {});

}  // namespace deepboltz
