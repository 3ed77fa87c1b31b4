// What a question gives of cases of several parts: --given image=FILE, --given text="water sunset", --given image=12.
#pragma once

#include <string>
#include <vector>

#include "deepboltz/cli/case_files.h"
#include "deepboltz/task/given_parts.h"

namespace deepboltz {

// The machine of several parts. InputError: this kind of system has none.
const EnergyModel& machine_of_parts(const Trained& trained, const char* verb);

struct Question {
  Cases cases;       // a column a given part
  GivenParts given;  // their names, and the lengths that documents are taken to have
};

// Each word is PART=WHAT: a file of any format (of plain text one document), the number of a test case of the run, or a
// text of the part's words. Parts of one question have as many cases each. InputError: no such part, one that is given
// twice, a word that the part does not have (with the nearest one), parts of different numbers of cases.
Question question_of(Session& session, const Trained& trained, const std::vector<std::string>& words,
                     const CaseOptions& options);

// The part of that name, for --want; empty: the first that is not given. InputError: there is none, or it is given.
LayerId wanted_part(const EnergyModel& model, const Question& question, std::string name);

// --given of a verb.
void add_given_option(CLI::App& verb, std::vector<std::string>& given);

}  // namespace deepboltz
