#include "deepboltz/data/text_data.h"

namespace deepboltz {

std::vector<std::string> english_stop_words() {
  return {
      "about",   "above",  "after",    "again",     "against", "all",    "also",    "am",      "an",         "and",
      "any",     "are",    "aren",     "as",        "at",      "be",     "became",  "because", "been",       "before",
      "being",   "below",  "between",  "both",      "but",     "by",     "can",     "cannot",  "could",      "did",
      "didn",    "do",     "does",     "doesn",     "doing",   "don",    "down",    "during",  "each",       "either",
      "etc",     "ever",   "every",    "few",       "for",     "from",   "further", "get",     "had",        "has",
      "hasn",    "have",   "haven",    "having",    "he",      "her",    "here",    "hers",    "herself",    "him",
      "himself", "his",    "how",      "however",   "if",      "in",     "into",    "is",      "isn",        "it",
      "its",     "itself", "just",     "ll",        "may",     "me",     "might",   "more",    "most",       "much",
      "must",    "my",     "myself",   "neither",   "no",      "nor",    "not",     "now",     "of",         "off",
      "on",      "once",   "only",     "or",        "other",   "ought",  "our",     "ours",    "ourselves",  "out",
      "over",    "own",    "re",       "same",      "shall",   "she",    "should",  "shouldn", "since",      "so",
      "some",    "such",   "than",     "that",      "the",     "their",  "theirs",  "them",    "themselves", "then",
      "there",   "these",  "they",     "this",      "those",   "though", "through", "to",      "too",        "under",
      "until",   "up",     "upon",     "us",        "ve",      "very",   "was",     "wasn",    "we",         "were",
      "weren",   "what",   "when",     "where",     "whether", "which",  "while",   "who",     "whom",       "whose",
      "why",     "will",   "with",     "within",    "without", "won",    "would",   "wouldn",  "yet",        "you",
      "your",    "yours",  "yourself", "yourselves"};
}

}  // namespace deepboltz
