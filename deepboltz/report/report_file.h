// A file of a run's folder pictures/ that a report shows: a PNG picture, an SVG drawing, or text.
#pragma once

namespace deepboltz {

struct ReportFile {
  const char *name, *title;
};

}  // namespace deepboltz
