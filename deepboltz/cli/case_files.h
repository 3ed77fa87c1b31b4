// Cases of one's own, in and out: any file that data/read_data.h reads, as wide as the model; PNG, NPY or CSV written.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "deepboltz/cli/run_folder.h"
#include "deepboltz/cli/session.h"
#include "deepboltz/data/dataset.h"
#include "deepboltz/data/read_options.h"

namespace CLI {
class App;
}

namespace deepboltz {

// What verbs say of the files that they take.
inline constexpr const char* kCaseFormats =
    "PNG, PGM, NPY, NPZ, MAT, CSV, IDX, CIFAR, a folder of pictures; documents as libsvm, docword, MatrixMarket, text";

// How a file is to be read, as far as the file does not say it itself.
struct CaseOptions {
  std::string format, labels, data_key, label_key, label_column, id_column, text_column, where, vocabulary;
  double scale = 0;  // 0: not given
  bool cases_in_columns = false, pixels_by_column = false;
  std::optional<bool> invert = {};  // absent: as the training cases were read
};
void add_case_options(CLI::App& verb, CaseOptions& options);
// What a file holds whose cases are no rows of numbers, by the kind of system that takes it; absent: nothing of the
// kind.
std::optional<FirstRecipe> first_recipe_of(const Session& session, const std::string& file);
// The options as they are typed, each with a space before it.
std::string words_of(const CaseOptions& options);
// What a verb must not write over: what it reads, and `file` with what the options name beside it.
std::vector<std::filesystem::path> inputs_of(const Trained& trained, const std::string& file,
                                             const CaseOptions& options);
// All of it but the vocabulary, which is a file to be read.
ReadOptions read_options(const CaseOptions& options);

// Says what the reader took for what, and how many documents were left out, where there were any.
void say_remarks(Session& session, const Cases& cases);

// Cases that are to be like the training cases: read by the scale, orientation, keys, columns and classes of these, as
// far as the options do not say otherwise. Says what say_remarks says, and warns of another share of ink. InputError
// that names both when the cases are not as wide as the model.
Cases read_cases(Session& session, const std::filesystem::path& path, const CaseOptions& options,
                 const Trained& trained, Share share = Share::test);

// The same for a part of cases: the column `part`, as `takes` has it in its only visible layer.
Cases read_part(Session& session, const std::filesystem::path& path, const CaseOptions& options, const Trained& trained,
                const EnergyModel& takes, const std::string& part, Share share = Share::test);

// The cases of the run's own data, as its recipe declares them.
std::unique_ptr<CaseSets> sets_of_run(Session& session, const Trained& trained, const char* who);
// The same; null where their files are not here, which `words` are then said of.
std::unique_ptr<CaseSets> sets_at_hand(Session& session, const Trained& trained, const char* who, const char* words);
// Of them the test cases, else the held-out ones, else those of training.
Cases cases_of_run(Session& session, const Trained& trained, const char* who);

// A matrix by the ending of the name: .npy (float32), .csv. InputError for another ending.
void write_rows(const std::filesystem::path& path, ConstMatrix rows);
// A line a row, the shortest decimals that are the same float.
std::string csv_rows(ConstMatrix rows);
// PNG goes by a picture that the caller makes; InputError unless the ending is .png, .npy or .csv.
bool is_picture_name(const std::filesystem::path& path);

}  // namespace deepboltz
