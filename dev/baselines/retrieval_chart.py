#!/usr/bin/env python3
"""Precision over recall as a picture, of runs and of what `retrieval.py` measured.

  dev/baselines/retrieval_chart.py OUT.png NAME=FILE …

FILE: a run's evaluation.json, or the output of `retrieval.py`, each of whose methods becomes a line. Package python3-matplotlib.
"""
import json
import sys

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot


def main():
    out, *entries = sys.argv[1:]
    figure, axes = pyplot.subplots(figsize=(6, 4), layout="constrained")
    for entry in entries:
        name, file = entry.split("=", 1)
        measured = json.load(open(file))
        lines = {name: measured} if "precision_at_recall" in measured else measured
        for method, found in lines.items():
            points = [(100 * point["recall"], 100 * point["value"]) for point in found["precision_at_recall"]]
            axes.plot(*zip(*points), marker="o", markersize=3, label=method.replace("_", " "))
    axes.set(xscale="log", xlabel="recall, %", ylabel="precision, %")
    axes.set_xticks(ticks := [0.02, 0.1, 0.4, 1.6, 6.4, 25.6, 100], [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.legend(frameon=False)
    figure.savefig(out, dpi=110)


if __name__ == "__main__":
    main()
