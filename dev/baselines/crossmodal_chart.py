#!/usr/bin/env python3
"""Precision over recall of a machine of pictures and texts beside what `crossmodal.py` found, both ways, as a picture.

  dev/baselines/crossmodal_chart.py OUT.png CURVES.csv CROSSMODAL.jsonl

CURVES.csv: pictures/precision_recall.csv of a run, which `deepboltz plot` writes. CROSSMODAL.jsonl: the output of
`crossmodal.py --only retrieval` on the same test cases. Package python3-matplotlib.
"""
import csv
import json
import sys

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot

NAMES = {"retrieval": "machine, codes", "semantic": "machine, class probabilities"}
# Of crossmodal.py: the settings that found most.
RIVALS = {("cca", "cosine"): "CCA", ("scm", "correlation"): "semantic correlation matching"}


def main():
    out, curves, crossmodal = sys.argv[1:]
    own = list(csv.DictReader(open(curves, newline="")))
    rivals = [json.loads(line) for line in open(crossmodal)]
    figure, axes = pyplot.subplots(1, 2, figsize=(9, 4), layout="constrained")
    for side, way, title, query in zip(axes, ("image_to_text", "text_to_image"), ("picture → text", "text → picture"), ("image", "text")):
        for by, name in NAMES.items():
            points = [(float(row["recall"]), float(row["precision"])) for row in own if (row["way"], row["by"]) == (way, by)]
            side.plot(*zip(*points), label=name)
        for found in rivals:
            name = RIVALS.get((found["method"], found.get("nearness")))
            if name and found["image"] == "roots":
                points = [(point["recall"], point["value"]) for point in found[f"{query}_query_precision"]]
                side.plot(*zip(*points), linestyle="--", label=name)
        side.set(title=title, xlabel="recall", ylabel="precision", ylim=(0, None))
    axes[0].legend(frameon=False)
    figure.savefig(out, dpi=110)


if __name__ == "__main__":
    main()
