// Data sets that are called by a name.
//
//   mnist              60,000 / 10,000 handwritten digits, 28 × 28 grey (LeCun, Cortes & Burges); files, see locate.h
//   omniglot           24,345 / 8,115 characters of 50 alphabets, 28 × 28 grey (Lake, Salakhutdinov & Tenenbaum 2015):
//                      drawers 1–15 / 16–20 of every character; label: the alphabet; file omniglot/omniglot_28x28.npz
//   adult, dna, nips, ocr-letters, nltcs, plants, bnetflix
//                      binary sets with validation cases of their own (Larochelle & Murray 2011; Lowd & Davis 2010);
//                      files binary_density/NAME.{train,valid,test}.data.gz
//   ocr-letters-classes
//                      42,152 / 10,000 of the same letters with their 26 classes; the last 10,000 of training are the
//                      validation cases of ocr-letters (ocr_letters.h); folder ocr_letters
//   20newsgroups       11,268 / 7,505 messages of 20 groups, counts of 2,000 words (Lang 1995; the bag of words of
//                      Miao, Yu & Blunsom 2016); folder 20newsgroups
//   reuters21578       9,603 / 3,299 news, ModApte split, counts of 2,000 words, several topics each: no labels (Lewis
//                      1997); folder reuters21578
//   nips-papers        1,350 / 150 papers, counts of 7,605 words (UCI, Newman 2008, cut); folder nips_bow
//   cifar10            4,000 / 1,000 colour photographs of 10 classes, 32 × 32, the first ones of the set (Krizhevsky
//                      2009); folder cifar10_subset
//   frey               1,565 / 400 frames of one face, 28 × 20 grey, in an order drawn once (Roweis & Saul 2000);
//                      file frey_faces/frey_rawface.mat
//   olivetti, orl      320 / 80 faces of 40 people, 64 × 64 or 112 × 92 grey, eight and two of each (Samaria & Harter
//                      1994); file olivetti/olivettifaces.mat, folder orl_faces
//   face-patches       103,500 / 20,700 / 41,400 patches of the faces of olivetti, 25 × 25 real values, of people who
//                      are in one part only (face_patches.h)
//   curves             curves through three points, drawn by the program (curves.h)
//   strokes            digits drawn by the program (strokes.h)
//   letters            capital letters drawn by the program
//   bars-and-stripes   4 × 4 (toy_data.h)
//   shifter            2 × 8 (toy_data.h)
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "deepboltz/data/dataset.h"
#include "deepboltz/data/locate.h"
#include "deepboltz/data/share.h"
#include "deepboltz/rng/key.h"
#include "deepboltz/tensor/context.h"

namespace deepboltz {

struct NamedData {
  std::string_view name, description;
  std::int64_t train_cases, test_cases;  // of the files; of a generator, unless the caller asks for other numbers
  std::vector<PublicFile> files;         // empty: drawn by the program
  Dataset (*read)(const NamedData&, Share, const DataPlaces&) = nullptr;  // a part of the files
  std::int64_t validation_cases = 0;  // a part of its own; 0: none, the caller splits the training cases
  Dataset (*draw)(Context&, std::int64_t cases, Key) = nullptr;  // of a generator
};

std::span<const NamedData> named_data();                  // the list above
const NamedData* find_named_data(std::string_view name);  // nullptr: there is none

struct NamedDataOptions {
  Share share = Share::train;
  std::optional<std::int64_t> cases = {};  // of a generator; files are read as they are
  Key key = {};                            // of a generator; train and test are drawn apart
};

// InputError: no such name, or no such part; the counts above do not hold. FileError: a file is not there (locate.h).
Dataset load_named_data(Context& ctx, std::string_view name, const NamedDataOptions& options, const DataPlaces& places);

}  // namespace deepboltz
