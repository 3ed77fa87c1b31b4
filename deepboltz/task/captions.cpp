#include "deepboltz/task/captions.h"

#include "deepboltz/task/tf_idf.h"

namespace deepboltz {

std::string Caption::text() const {
  std::string text;
  for (const std::string* part : {&name, &classes, &words})
    if (!part->empty()) text += (text.empty() ? "" : " · ") + *part;
  return text;
}

std::vector<std::string> class_words(const Cases& cases) {
  const Column* column = cases.find(kTopicsColumn);
  if (column == nullptr) column = cases.find(kLabelColumn);
  std::vector<std::string> words;
  if (column == nullptr) return words;
  for (const std::vector<int>& classes : topics_of(cases)) {
    std::string& of_case = words.emplace_back();
    for (const int label : classes) of_case += (of_case.empty() ? "" : ", ") + class_name(column->meaning, label);
  }
  return words;
}

std::vector<std::string> telling_words(const SparseRows& documents, const std::vector<std::string>& vocabulary) {
  const SparseRows weighted = tf_idf(documents, inverse_document_frequencies(documents));
  std::vector<std::string> words;
  for (std::int64_t r = 0; r < weighted.rows(); ++r)
    words.push_back(telling_words(weighted, r, vocabulary, kTellingWords));
  return words;
}

std::vector<Caption> captions(const Cases& cases, bool documents) {
  std::vector<Caption> out(static_cast<std::size_t>(cases.count()));
  const std::vector<std::string> classes = class_words(cases);
  const Column& visible = cases.at(kVisibleColumn);
  std::vector<std::string> words;
  if (documents && !visible.meaning.names.empty())
    words = telling_words(*nonzero_entries(visible), visible.meaning.names);
  for (std::size_t c = 0; c < out.size(); ++c) {
    if (!cases.names.empty()) out[c].name = cases.names[c];
    if (!classes.empty()) out[c].classes = classes[c];
    if (!words.empty()) out[c].words = words[c];
  }
  return out;
}

}  // namespace deepboltz
