#include "deepboltz/system/graph/graph_drawings.h"

#include "deepboltz/io/file.h"
#include "deepboltz/learn/source.h"
#include "deepboltz/report/family_pictures.h"
#include "deepboltz/report/run_pictures.h"
#include "deepboltz/task/topics.h"

namespace deepboltz {
namespace {

const EnergyModel& model_of(const Subject& of) { return part<EnergyModel>(of.system, "model"); }
const Meaning& visible_of(const Subject& of) { return meaning_of(of.system, kVisibleColumn); }

std::string no_pictures(const Subject& of) {
  return visible_of(of).values.empty() && has_picture_shape(model_of(of), visible_of(of))
             ? ""
             : "the cases are not pictures";
}

Drawn draw_pictures(Context& ctx, const Subject& of, const DrawingOptions& options,
                    const std::filesystem::path& folder) {
  RunPictureOptions pictures;
  pictures.meaning = visible_of(of);
  pictures.key = of.key;
  pictures.report = of.report;
  pictures.burn_in = options.sweeps;
  pictures.complete.burn_in = pictures.complete.sweeps = options.sweeps;
  State shown;
  if (of.cases.count() > 0) {
    const std::int64_t count = std::min(std::max(pictures.samples, pictures.completed), of.cases.count());
    shown = fixed_cases(ctx, model_of(of), of.cases, 0, count, false);
    pictures.cases = shown.x(model_of(of).visible());
  }
  return {draw_run_pictures(ctx, model_of(of), pictures, folder)};
}

std::string no_sequences(const Subject& of) {
  return visible_of(of).values.empty() ? "the cases are not sequences" : "";
}

Drawn draw_logos(Context& ctx, const Subject& of, const DrawingOptions& options, const std::filesystem::path& folder) {
  return {draw_family_pictures(ctx, model_of(of), letters_of(visible_of(of)), of.cases,
                               {.chains = 2'000, .burn_in = options.sweeps, .key = of.key, .report = of.report},
                               folder)};
}

std::string no_topics(const Subject& of) {
  return visible_of(of).names.empty() ? "the visible units have no words" : "";
}

Drawn write_topics(Context&, const Subject& of, const DrawingOptions&, const std::filesystem::path& folder) {
  constexpr std::int64_t kWords = 10;
  const std::filesystem::path file = folder / "topics.txt";
  write_file(file, as_bytes(topics_text(model_of(of), visible_of(of).names, kWords)));
  return {{file}};
}

constexpr ReportFile kTopics[] = {{"topics.txt", "Topics: the words that each hidden unit raises"}};

constexpr Drawing kDrawings[] = {{"pictures", draw_pictures, no_pictures, kRunPictures},
                                 {"logos", draw_logos, no_sequences, kFamilyPictures},
                                 {"topics", write_topics, no_topics, kTopics}};

}  // namespace

std::span<const Drawing> graph_drawings() { return kDrawings; }

}  // namespace deepboltz
