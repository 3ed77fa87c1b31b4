#include "deepboltz/data/format_options.h"
#include "deepboltz/data/read_data.h"
#include "deepboltz/system/layered/layered_recipe.h"

namespace deepboltz {

namespace {

// "NPZ, MAT: the array with the labels": the formats that know the option, and what it means.
std::string of_formats(std::string_view option, const std::string& meaning) {
  return formats_with(option) + ": " + meaning;
}

}  // namespace

void data_settings(Section s, DataRecipe& data) {
  s.add("name", data.name, "name of a data set (see deepboltz data list), or \"file\" for your own files");
  s.add_path("train", data.train,
             "name = \"file\": the file with the training cases. Numbers and pictures: IDX, NPY, NPZ, CSV, MAT, CIFAR, "
             "a folder of PNG or PGM. Sequences: FASTA. Documents: libsvm, UCI docword, MatrixMarket, a folder of "
             "texts, a file with one text on each line");
  s.choose("format", data.format, data_format_words(),
           "format of the files. auto looks at the first bytes, then at the ending of the name. A folder holds "
           "pictures if any is in it, and texts otherwise. A .txt file is a table, unless the recipe is for documents");
  s.add_path("test", data.test, "name = \"file\": the file with the test cases");
  s.add_path("validation_file", data.validation_file,
             "name = \"file\": the file with the validation cases. Empty: data.validation holds out training cases");
  s.add("train_where", data.train_where,
        of_formats("where", "use only these training cases, as in \"drawer 1..15\"; several conditions by commas"));
  s.add("validation_where", data.validation_where, of_formats("where", "use only these validation cases"));
  s.add("test_where", data.test_where, of_formats("where", "use only these test cases"));
  s.add_path("train_labels", data.train_labels, of_formats("labels", "the file with the labels of the training cases"));
  s.add_path("validation_labels", data.validation_labels,
             of_formats("labels", "the file with the labels of the validation cases"));
  s.add_path("test_labels", data.test_labels, of_formats("labels", "the file with the labels of the test cases"));
  s.add("data_key", data.data_key,
        of_formats("data_key", "the array with the cases. Empty: images, x, X or data in NPZ, the only matrix in MAT"));
  s.add("validation_data_key", data.validation_data_key,
        of_formats("data_key", "the array with the validation cases. Empty: data_key"));
  s.add("test_data_key", data.test_data_key, of_formats("data_key", "the array with the test cases. Empty: data_key"));
  s.add("label_key", data.label_key,
        of_formats("label_key", "the array with the labels. Empty: labels, y or target in NPZ, none in MAT"));
  s.add("validation_label_key", data.validation_label_key,
        of_formats("label_key", "the array with the labels of the validation cases. Empty: label_key"));
  s.add("test_label_key", data.test_label_key,
        of_formats("label_key", "the array with the labels of the test cases. Empty: label_key"));
  s.add("cases_in_columns", data.cases_in_columns, of_formats("cases_in_columns", "each column is a case"));
  s.add("pixels_by_column", data.pixels_by_column,
        of_formats("pixels_by_column", "pixels are stored column by column"));
  s.add_name_or_number(
      "label_column", data.label_column,
      of_formats("label_column",
                 "the column with the labels, by name or number (-1 is the last). Empty: the one that is called "
                 "label, class, target or species. \"none\": no column has labels"));
  s.add_name_or_number(
      "id_column", data.id_column,
      of_formats("id_column",
                 "the column that numbers or names the cases, by name or number. Empty: a first column without a "
                 "name, or one that is called as ids are. \"none\": every column but the label is a unit"));
  s.add_name_or_number("text_column", data.text_column,
                       of_formats("text_column",
                                  "the column with a text a case, by name or number: a table of documents. Empty: a "
                                  "table of numbers"));
  s.add("scale", data.scale, kFromZero,
        of_formats("scale",
                   "the number that stands for ink, as 16 of scanned digits. 0: found, said, and kept with "
                   "the model"));
  s.add("identity", data.identity, {.low = 0, .high = 1},
        of_formats("identity",
                   "above 0, a sequence has the weight 1/n, where n sequences agree with it at this share of the "
                   "sites"));
  s.add_path("vocabulary", data.vocabulary, "documents: the file with the words, one on each line");
  s.add("words", data.words, {.low = 0, .high = 1'000'000},
        "documents: count only this number of words, the most frequent ones. 0 counts all words, or 2,000 of plain "
        "text without a vocabulary");
  s.add_path("stop_words", data.stop_words,
             "plain text without a vocabulary: a file with words to leave out. Empty: the usual English ones");
  s.add("colour", data.colour, of_formats("colour", "read red, green and blue. false reads pictures as grey"));
  s.add("invert", data.invert, of_formats("invert", "the pictures show dark ink on light paper: invert them"));
  s.add("height", data.height, {.low = 0, .high = 16384}, "height of the pictures, for files that do not tell it");
  s.add("width", data.width, {.low = 0, .high = 16384}, "width of the pictures, for files that do not tell it");
  s.choose("binarise", data.binarise, {"none", "threshold", "each-time", "once"},
           "how grey values become bits. each-time draws the bits of a training case anew at each presentation; test "
           "cases are drawn once");
  s.add("validation", data.validation, kFromZero, "number of training cases to hold out, on which choices are made");
  s.choose("held_out", data.held_out, {"last", "drawn"},
           "which training cases are held out. drawn: at random, by the seed, each class in its share. last: the last "
           "ones of the file; documents are drawn even so, without regard to classes");
  s.came_later(data.held_out, HeldOut::last);
  s.add("use_validation", data.use_validation,
        "train on the held-out cases too: for the last run, when all choices are made");
  s.add("labelled", data.labelled, kFromZero,
        "above 0: use the labels of only this number of training cases, the first ones. The others teach log p(v)");
  s.add("patch_side", data.patch_side, {.low = 0, .high = 16384},
        "above 0: cut square patches with this side, in pixels, from random places of the pictures");
  s.add("patches", data.patches, {.low = 1, .high = 100'000'000}, "number of training patches");
  s.add("held_out_patches", data.held_out_patches, {.low = 1, .high = 100'000'000},
        "number of validation patches, and number of test patches");
  s.add("subtract_mean", data.subtract_mean, "subtract the mean of each patch from it");
  s.choose("rules",
           {.names = {"1", "2"},
            .get = [&data] { return std::size_t(data.rules - kFirstRules); },
            .set = [&data](std::size_t i) { data.rules = kFirstRules + std::int64_t(i); }},
           "version of the rules by which scale, header, classes and words of a file are found; a run keeps its own");
  s.came_later(data.rules, std::int64_t(kFirstRules));
  s.add("train_cases", data.train_cases, kFromZero,
        "above 0: use only this number of training cases, the first ones; a generator draws this number");
  s.add("test_cases", data.test_cases, kFromZero, "above 0: use only this number of test cases, the first ones");
}

}  // namespace deepboltz
