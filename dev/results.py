#!/usr/bin/env python3
"""Keeps what a run reached, and makes the page of results.

  dev/results.py keep RUN TARGET [--note TEXT]   copies recipe, metrics, log excerpt and evaluation of a run folder into
                                                 docs/results/NAME, and writes a line a figure into docs/results/ledger.csv
  dev/results.py page                            makes docs/results/README.md from ledger.csv and published.csv

TARGET is the row of the experiment in the project's list of targets. A figure of the same target, recipe, data, metric
replaces the one before.
"""
import argparse
import csv
import json
import pathlib
import shutil
import subprocess
import tomllib

RESULTS = pathlib.Path(__file__).resolve().parent.parent / "docs" / "results"
COLUMNS = ["target", "recipe", "data", "metric", "value", "error", "seeds", "commit", "note"]

# Keys of evaluation.json, and what they are called in the ledger.
METRICS = {
    "log_p": ("test_log_p", "forward AIS"),
    "log_p_reverse": ("test_log_p_reverse", "reverse AIS"),
    "raise": ("test_log_p_raise", "RAISE"),
    "ais_minus_raise": ("ais_minus_raise", "paired over the same cases"),
    "bound": ("test_bound", "variational bound, forward AIS"),
    "true_log_p": ("true_log_p", "clamped AIS, first cases"),
    "bound_of_those": ("bound_of_those", "bound on the same first cases"),
    "log_z": ("log_z", "forward AIS"),
    "log_z_reverse": ("log_z_reverse", "reverse AIS"),
    "label_error_percent": ("clamping_error_percent", "by the label layer"),
    "classifier_error_percent": ("test_error_percent", "fine-tuned"),
}
COMPLETERS = {"model": "the machine", "mean_image": "mean image", "nearest_neighbour": "nearest training case"}


def read_csv(path):
    return list(csv.DictReader(path.open(newline=""))) if path.exists() else []


def commit():
    return subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=RESULTS).stdout.strip()


def figures(evaluation):
    """(data, metric, number, note) of every number of an evaluation.json."""
    data = evaluation["data"].removesuffix("/test")
    for key, (metric, note) in METRICS.items():
        if key in evaluation:
            yield data, metric, evaluation[key], "; ".join([note] + ([evaluation[key]["warning"]] if evaluation[key].get("warning") else []))
    for entry in evaluation.get("completion", []):
        for completer, name in COMPLETERS.items():
            for metric in ("log_loss", "rmse"):
                yield f"{data}/{entry['mask']}", f"completion_{metric}", entry[completer][metric], name


def keep(arguments):
    run = pathlib.Path(arguments.run)
    recipe = tomllib.loads((run / "recipe.toml").read_text())
    name = run.name
    folder = RESULTS / name
    folder.mkdir(parents=True, exist_ok=True)
    for file in ("recipe.toml", "metrics.csv", "evaluation.json"):
        shutil.copy(run / file, folder / file)
    lines = (run / "log.jsonl").read_text().splitlines()
    (folder / "log-excerpt.jsonl").write_text("\n".join(lines[:3] + ["…"] + lines[-3:]) + "\n")
    rows = read_csv(RESULTS / "ledger.csv")
    same = lambda row: (row["target"], row["recipe"], row["data"], row["metric"], row["note"].split(";")[0])
    for data, metric, number, note in figures(json.loads((run / "evaluation.json").read_text())):
        note = "; ".join(filter(None, [note, arguments.note]))
        row = dict(zip(COLUMNS, [arguments.target, name, data, metric, f"{number['value']:.4f}", f"{number['standard_error']:.4f}",
                                 str(recipe["seed"]), commit(), note]))
        rows = [r for r in rows if same(r) != same(row)] + [row]
    write_ledger(rows)


def write_ledger(rows):
    rows.sort(key=lambda r: (int(r["target"]), r["recipe"], r["data"], r["metric"], r["note"]))
    with (RESULTS / "ledger.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def page(_):
    published = {(r["target"], r["recipe"], r["data"], r["metric"]): f"{r['value']} ({r['source']})" for r in read_csv(RESULTS / "published.csv")}
    rows = read_csv(RESULTS / "ledger.csv")
    text = ["# Results", "", "Made by `dev/results.py page` from [ledger.csv](ledger.csv). Log-probabilities are nats a case, test cases binarised once by a",
            "recorded key; every figure carries its standard error. What the estimates are and which to trust: [estimates](../models/estimates.md).", ""]
    for recipe in dict.fromkeys(r["recipe"] for r in rows):
        text += [f"## {recipe}", ""]
        comment = RESULTS / recipe / "notes.md"
        if comment.exists():
            text += [comment.read_text().strip(), ""]
        for picture in sorted((RESULTS / recipe).glob("*.png")):
            text.append(f"![{picture.stem}]({recipe}/{picture.name})")
        text += ["", "| data | metric | value | standard error | published | seeds | commit | note |", "|---|---|---|---|---|---|---|---|"]
        for r in (r for r in rows if r["recipe"] == recipe):
            known = published.get((r["target"], r["recipe"], r["data"], r["metric"]), "")
            text.append(f"| {r['data']} | {r['metric']} | {r['value']} | {r['error']} | {known} | {r['seeds']} | {r['commit']} | {r['note']} |")
        text.append("")
    (RESULTS / "README.md").write_text("\n".join(text))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(required=True)
    keeper = verbs.add_parser("keep")
    keeper.add_argument("run")
    keeper.add_argument("target")
    keeper.add_argument("--note", default="")
    keeper.set_defaults(do=keep)
    verbs.add_parser("page").set_defaults(do=page)
    arguments = parser.parse_args()
    arguments.do(arguments)


if __name__ == "__main__":
    main()
