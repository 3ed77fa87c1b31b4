#include "deepboltz/data/read_data.h"
#include "deepboltz/system/graph/graph_recipe.h"

namespace deepboltz {

void data_settings(Section s, DataRecipe& data) {
  s.add("name", data.name, "a named data set (deepboltz data list), or \"file\"");
  s.add_path(
      "train", data.train,
      "training cases, where the name is \"file\": IDX, NPY, NPZ, CSV, MAT, CIFAR, FASTA, a folder of PNG or PGM; of "
      "documents libsvm, UCI docword, MatrixMarket, plain text in a folder or a line each");
  s.choose(
      "format", data.format, data_format_words(),
      "of the files; auto: by their first bytes, then by the endings of their names; a folder is of pictures where "
      "it holds any, else of text; of documents a .txt is text, otherwise a table");
  s.add_path("test", data.test, "test cases, where the name is \"file\"");
  s.add("train_where", data.train_where, "of an NPZ file: only these training cases, as in \"drawer 1..15\"");
  s.add("test_where", data.test_where, "of an NPZ file: only these test cases");
  s.add_path("train_labels", data.train_labels,
             "of an IDX or NPY file: the file with the labels of the training cases");
  s.add_path("test_labels", data.test_labels, "of an IDX or NPY file: the file with the labels of the test cases");
  s.add("data_key", data.data_key,
        "of an NPZ or MAT file: the array with the cases; empty: images, x, X or data; of MAT the only matrix");
  s.add("label_key", data.label_key,
        "of an NPZ or MAT file: the array with the labels; empty: labels, y or target if there; of MAT none");
  s.add("cases_in_columns", data.cases_in_columns, "of a MAT file: a column is a case");
  s.add("pixels_by_column", data.pixels_by_column, "of a MAT file: the pixels of a picture go down its columns");
  s.add("label_column", data.label_column,
        "of a CSV file: the column with the labels, by name or number (-1: the last)");
  s.add("identity", data.identity, {.low = 0, .high = 1},
        "of FASTA files, above 0: a sequence counts 1 / the number of sequences that agree with it at that share of "
        "sites");
  s.add_path("vocabulary", data.vocabulary, "of documents in files: the file with their words, one a line");
  s.add("words", data.words, {.low = 0, .high = 1'000'000},
        "of documents in files: so many of the most frequent words are counted; 0: all, of plain text without a "
        "vocabulary 2,000");
  s.add_path(
      "stop_words", data.stop_words,
      "of plain text without a vocabulary: a file with words that are not counted; empty: the usual English ones");
  s.add("colour", data.colour, "of PNG pictures: their red, green and blue; false: all as grey");
  s.add("invert", data.invert, "of files: dark ink on light paper");
  s.add("height", data.height, {.low = 0, .high = 16384},
        "of files of bare rows: that they are pictures of so many rows");
  s.add("width", data.width, {.low = 0, .high = 16384},
        "of files of bare rows: that they are pictures of so many columns");
  s.choose("binarise", data.binarise, {"none", "threshold", "each-time", "once"},
           "how grey values become bits: each-time draws anew at each presentation, test cases once");
  s.add("validation", data.validation, kFromZero,
        "so many cases at the end of the training set are held out; of documents, so many drawn from all");
  s.add("use_validation", data.use_validation,
        "train on the held-out cases after all: the last run, with choices made");
  s.add("labelled", data.labelled, kFromZero,
        "above 0: only the first so many training cases have labels; of the others log p(v) is learnt");
  s.add("patch_side", data.patch_side, {.low = 0, .high = 16384},
        "above 0: cases are patches of the pictures, of so many pixels a side, from anywhere in them");
  s.add("patches", data.patches, {.low = 1, .high = 100'000'000}, "so many patches of the training pictures");
  s.add("held_out_patches", data.held_out_patches, {.low = 1, .high = 100'000'000},
        "so many of the validation pictures, and so many of the test pictures");
  s.add("subtract_mean", data.subtract_mean, "of each patch its mean is subtracted");
  s.add("train_cases", data.train_cases, kFromZero, "above 0: only the first so many, or so many drawn by a generator");
  s.add("test_cases", data.test_cases, kFromZero, "the same for test cases");
}

}  // namespace deepboltz
