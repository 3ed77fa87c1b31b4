// Aligned protein sequences, FASTA or A3M, plain or gzipped: a header line ">NAME", then the sequence on one line or on
// several. A case is a sequence, a unit a letter at a site: `kLetters.size()` numbers a site, of which one is 255.
//
// In both formats lower-case letters and '.' are insertions against the alignment's columns and are left out; what
// remains must be equally long in every sequence and of the twenty amino acids and the gap '-'. Limits: 2 GiB of text,
// 10,000,000 sequences, 16,384 sites; reweighting 200,000 sequences.
#pragma once

#include <filesystem>
#include <string_view>

#include "deepboltz/data/dataset.h"
#include "deepboltz/data/read_options.h"
#include "deepboltz/io/bytes.h"

namespace deepboltz {

inline constexpr std::string_view kLetters = "-ACDEFGHIKLMNPQRSTVWY";

// Uses options.identity: above 0, each case gets the weight 1 / number of sequences, itself among them, that agree with
// it at that share of the sites or more (Cocco et al. 2018). InputError "FILE:LINE: …"
Dataset parse_sequences(ByteView bytes, const std::string& file, const ReadOptions& options = {});
Dataset read_sequences(const std::filesystem::path& path, const ReadOptions& options = {});

// The letters of one-hot rows, a line ">CASE" and a line of letters each: what a reader of FASTA takes back.
// x: (cases, sites · letters) f32 or f64; each site shows its largest number's letter.
std::string to_fasta(ConstMatrix x, std::string_view letters);

}  // namespace deepboltz
