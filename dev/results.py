#!/usr/bin/env python3
"""Keeps what a run reached, and makes the page of results.

  dev/results.py keep RUN TARGET [--note TEXT] [--with RUN …] [--name NAME]
                                                 copies recipe, metrics, log excerpt and evaluation of a run folder into
                                                 docs/results/NAME, and writes a line a figure into docs/results/ledger.csv
  dev/results.py page                            makes docs/results/README.md from ledger.csv and published.csv

--with: runs of the same recipe with other seeds or splits. A figure is then the mean over all runs. Its error is the
standard error of this mean, from the spread of the runs. The files kept are those of the first run.
--name: the recipe column of the ledger (default: the name of the folder).

TARGET is the row of the experiment in the project's list of targets. A figure replaces the previous figure of the same
target, recipe, data and metric.

The page begins with one table of all experiments; the details of each follow. Lines of prose end at 110 characters.
"""
import argparse
import csv
import json
import math
import pathlib
import re
import shutil
import statistics
import subprocess
import textwrap
import tomllib

RESULTS = pathlib.Path(__file__).resolve().parent.parent / "docs" / "results"
COLUMNS = ["target", "recipe", "data", "metric", "value", "error", "seeds", "commit", "note"]

# Keys of evaluation.json, and what they are called in the ledger.
METRICS = {
    "log_p": ("test_log_p", "forward AIS"),
    "log_p_reverse": ("test_log_p_reverse", "reverse AIS"),
    "raise": ("test_log_p_raise", "RAISE"),
    "ais_minus_raise": ("ais_minus_raise", "paired over the same cases"),
    "pseudo_log_p": ("test_pseudo_log_p", "pseudo-likelihood"),
    "bound": ("test_bound", "variational bound, forward AIS"),
    "importance": ("test_log_p_importance", "importance sampling, forward AIS"),
    "squared_error": ("test_squared_error", "of the reconstructed case"),
    "pca_squared_error": ("pca_squared_error", "as many principal components"),
    "true_log_p": ("true_log_p", "clamped AIS, first cases"),
    "bound_of_those": ("bound_of_those", "bound on the same first cases"),
    "log_z": ("log_z", "forward AIS"),
    "log_z_reverse": ("log_z_reverse", "reverse AIS"),
    "log_z_bridge": ("log_z_bridge", "Bennett's ratio of both directions"),
    "log_z_tempering": ("log_z_tempering", "parallel tempering"),
    "log_z_trajectory": ("log_z_trajectory", "swaps of the training's trajectory"),
    "log_z_exact": ("log_z_exact", "enumeration"),
    "log_p_exact": ("test_log_p_exact", "enumeration"),
    "perplexity": ("perplexity", "per document, of the protocol's documents"),
    "perplexity_per_corpus": ("perplexity_per_corpus", "per word of the protocol's documents"),
    "perplexity_of_all": ("perplexity_of_all", "per document, all test documents"),
    "perplexity_of_all_per_corpus": ("perplexity_of_all_per_corpus", "per word of all test documents"),
    "perplexity_by_ais": ("perplexity_by_ais", "per document, of the protocol's documents, AIS of each length"),
    "perplexity_at_bound": ("perplexity_at_bound", "per document, of the protocol's documents, mean field's bound"),
    "perplexity_of_all_at_bound": ("perplexity_of_all_at_bound", "per document, all test documents, mean field's bound"),
    "average_precision": ("average_precision", "documents found by codes"),
    "precision_at_1": ("precision_at_1", "documents found by codes"),
    "precision_at_10": ("precision_at_10", "documents found by codes"),
    "precision_at_100": ("precision_at_100", "documents found by codes"),
    **{f"precision_at_{rank}": (f"precision_at_{rank}", "documents found by codes") for rank in (3, 7, 15, 31, 63, 127, 255, 511, 1023)},
    "label_error_percent": ("clamping_error_percent", "by the label layer"),
    "label_error_percent_grey": ("clamping_error_percent_grey", "by the label layer, on grey values"),
    "classifier_error_percent": ("test_error_percent", "fine-tuned"),
    "rmse": ("rmse", "exact"),
    "rmse_mean_field": ("rmse_mean_field", "mean field"),
    "log_p_rating": ("log_p_rating", "exact"),
    "rmse_constant": ("rmse_constant", "the mean of all ratings"),
    "rmse_bias": ("rmse_bias", "user's and item's biases"),
    "rmse_factorisation": ("rmse_factorisation", "biased matrix factorisation, rank 50, same ratings"),
    "clear_share": ("clear_share", "pixels believed clear"),
    "recognition_percent": ("recognition_percent", "discriminant, denoised"),
    "recognition_percent_nearest": ("recognition_percent_nearest", "nearest picture, denoised"),
    "recognition_percent_inferred_mask": ("recognition_percent_inferred_mask", "correlation over the clear pixels"),
    "recognition_percent_rbm": ("recognition_percent_rbm", "discriminant, rebuilt by the clean machine alone"),
    "recognition_percent_lda": ("recognition_percent_lda", "discriminant"),
    "recognition_percent_pixels": ("recognition_percent_pixels", "nearest picture"),
    "recognition_percent_eigenfaces": ("recognition_percent_eigenfaces", "nearest by principal components"),
    "recognition_percent_blocks": ("recognition_percent_blocks", "better half of the blocks, cosine"),
}
# Figures of machines of several parts, each with an entry a part, a pair of parts or a way to see the cases.
PART_METRICS = {
    "inferred": "the part inferred from the others; of counts nats a word, else squared differences",
    "floor": "the same of the training means",
    "reconstruction": "the part from all parts",
    "information_nats_a_word": "log p(part | others) - log p(part), annealing",
    "information_nats": "log p(part | others) - log p(part), annealing",
    "log_p_nats_a_word": "annealing",
    "log_p_nats": "annealing",
    "predicted_map": "ranked by how well the other part fits",
    "retrieval_map": "cosine of the joint layer's means",
    "semantic_map": "cosine of class probabilities",
    "classification_map": "logistic regressions on the joint layer's means",
    "precision_at_50": "logistic regressions on the joint layer's means",
    "prec50_published": "precision at rank 51",
    "error_percent": "logistic regressions on the joint layer's means",
    "few_labels": "a tenth of the labels, ten draws",
    "layer_map": "logistic regressions on each layer, inferred from that part alone",
}
TAG_METRICS = {"tag_to_image_map": "", "image_to_tags_map": "", "precision_at_5": "", "word_recall": "", "word_precision": ""}
# The metric that stands for an experiment in the first table: every metric with a published figure, else the first of
# these that was measured.
HEADLINES = {
    "test_log_p_exact": "log p, nats",
    "test_bound": "bound on log p, nats",
    "test_log_p": "log p, nats",
    "perplexity": "perplexity",
    "test_error_percent": "errors, %",
    "test_error_percent_grey": "errors, %",
    "test_squared_error": "squared error",
    "average_precision": "average precision",
    "rmse": "RMSE",
    "rmse_factorisation": "RMSE",
    "tag_to_image_map": "tag to picture, mean average precision",
    "image_to_tags_map": "picture to tags, mean average precision",
    "precision_at_5": "precision of five tags",
    "semantic_map_image_to_text": "picture to text, mean average precision",
    "semantic_map_text_to_image": "text to picture, mean average precision",
    "error_percent_both": "errors, %",
    "recognition_percent": "people recognised, %",
    "inferred_text": "words inferred from the picture, nats",
}
WIDTH = 110  # of a line of prose
COMPLETION_TARGET = "8"  # completions of every machine belong to one row of the targets
COMPLETERS = {"model": "the machine", "mean_image": "mean image", "nearest_neighbour": "nearest training case"}


def read_csv(path):
    return list(csv.DictReader(path.open(newline=""))) if path.exists() else []


def commit():
    return subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=RESULTS).stdout.strip()


def named_without_folder(data):
    """What an evaluation was of: a file of this machine, named by an absolute path, has its name alone."""
    path, slash, share = data.rpartition("/")
    return path.rsplit("/", 1)[-1] + slash + share if path.startswith("/") else data


def figures(evaluation):
    """(data, metric, number, note) of every number of an evaluation.json."""
    data = evaluation["data"].removesuffix("/test")
    if evaluation.get("retrieval_among") == "the cases themselves":
        data += "/test-by-test"
    for key, (metric, note) in METRICS.items():
        if "classifier_error_percent" not in evaluation:  # nothing else classifies
            metric = metric.replace("clamping_error_percent", "test_error_percent")
        if key in evaluation:
            yield data, metric, evaluation[key], "; ".join([note] + ([evaluation[key]["warning"]] if evaluation[key].get("warning") else []))
    for key, who in (("samples_match", "5,000 samples beside the training cases"), ("cases_match", "the measured cases beside the training cases")):
        for what, number in evaluation.get(key, {}).items():
            yield data, f"{what}_correlation", {"value": number, "standard_error": 0}, who
    for key, who in PART_METRICS.items():
        for name, number in evaluation.get(key, {}).items():
            warning = [number["warning"]] if number.get("warning") else []
            yield data, f"{key}_{name}", number, "; ".join([who] + warning)
    for key in TAG_METRICS:
        for suffix, who in (("", "the machine"), ("_frequency", "the tags' frequencies")):
            if key + suffix in evaluation:
                yield data, key + suffix, evaluation[key + suffix], who
    for point in evaluation.get("precision_at_recall", []):
        yield data, f"precision_at_recall_{point['recall']:g}", point, "training documents found by codes"
    for entry in evaluation.get("completion", []):
        for completer, name in COMPLETERS.items():
            for metric in ("log_loss", "rmse"):
                yield f"{data}/{entry['mask']}", f"completion_{metric}", entry[completer][metric], name


def averaged(evaluations):
    """One evaluation of several: means over runs, with the standard errors of these means. A figure that one of the runs
    lacks is left out."""
    first = evaluations[0]

    def average(places, names):
        for name in [name for name in names if name in places[0]]:
            if not all(name in place for place in places):
                del places[0][name]
                continue
            values = [place[name]["value"] for place in places]
            places[0][name] = {"value": statistics.mean(values), "standard_error": statistics.stdev(values) / len(values) ** 0.5}

    if len(evaluations) > 1:
        average(evaluations, [*METRICS, *(key + suffix for key in TAG_METRICS for suffix in ("", "_frequency"))])
        for key in PART_METRICS:
            average([evaluation.get(key, {}) for evaluation in evaluations], list(first.get(key, {})))
    names = list(dict.fromkeys(evaluation["data"].removesuffix("/test") for evaluation in evaluations))
    first["data"] = names[0] if len(names) == 1 else f"{names[0]} to {names[-1].split('/')[-1]}"
    return first


def without_folders(recipe):
    """A recipe's text in which files of this machine, named by absolute paths, have their names alone."""
    return re.sub(r'= "/(?:[^"]*/)?([^"/]+)/?"', r'= "\1"', recipe)


def keep(arguments):
    run = pathlib.Path(arguments.run)
    runs = [run, *map(pathlib.Path, arguments.others)]
    recipes = [tomllib.loads((r / "recipe.toml").read_text()) for r in runs]
    seeds = " ".join(dict.fromkeys(str(recipe["seed"]) for recipe in recipes))
    name = arguments.name or run.name
    folder = RESULTS / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "recipe.toml").write_text(without_folders((run / "recipe.toml").read_text()))
    shutil.copy(run / "metrics.csv", folder / "metrics.csv")
    evaluations = [json.loads((r / "evaluation.json").read_text()) for r in runs]
    for evaluation in evaluations:
        evaluation["data"] = named_without_folder(evaluation["data"])
    (folder / "evaluation.json").write_text(json.dumps(evaluations[0], indent=2, ensure_ascii=False) + "\n")
    lines = (run / "log.jsonl").read_text().splitlines()
    (folder / "log-excerpt.jsonl").write_text("\n".join(lines[:3] + ["…"] + lines[-3:]) + "\n")
    rows = read_csv(RESULTS / "ledger.csv")
    same = lambda row: (row["target"], row["recipe"], row["data"], row["metric"], row["note"].split(";")[0])
    for data, metric, number, note in figures(averaged(evaluations)):
        note = "; ".join(filter(None, [note, arguments.note]))
        target = COMPLETION_TARGET if metric.startswith("completion_") else arguments.target
        row = dict(zip(COLUMNS, [target, name, data, metric, f"{number['value']:.4f}", f"{number['standard_error']:.4f}",
                                 seeds, commit(), note]))
        before = [r for r in rows if same(r) == same(row)]
        if any(r["value"] == row["value"] and r["error"] == row["error"] for r in before):
            continue  # measured by the commit that the line names
        rows = [r for r in rows if r not in before] + [row]
    write_ledger(rows)


def write_ledger(rows):
    rows.sort(key=lambda r: (int(r["target"]), r["recipe"], r["data"], r["metric"], r["note"]))
    with (RESULTS / "ledger.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def table(header, rows):
    return ["| " + " | ".join(cells) + " |" for cells in [header, ["---"] * len(header), *rows]] + [""]


def wrapped(markdown):
    """The same Markdown with every paragraph and list item filled to WIDTH; tables, code, headings, pictures as they are."""
    lines, paragraph = [], []

    def flush():
        if paragraph:
            item = re.match(r"([-*]|\d+\.) +", paragraph[0])
            text = " ".join(line.strip() for line in paragraph)
            # A space that must not become a line break: inside short code, and before what would begin a list or a heading.
            text = re.sub(r"`[^`]+`", lambda code: code[0].replace(" ", "\0" if len(code[0]) < 60 else " "), text)
            text = re.sub(r" (?=([-+*#>|]|\d+[.)]) )", "\0", text)
            filled = textwrap.fill(text, WIDTH, subsequent_indent=" " * len(item[0]) if item else "",
                                   break_long_words=False, break_on_hyphens=False)
            lines.extend(filled.replace("\0", " ").splitlines())
            paragraph.clear()

    fenced = False
    for line in markdown.splitlines():
        fence = line.startswith("```")
        new_item = re.match(r"([-*]|\d+\.) +\S", line)
        block = fenced or fence or line.lstrip().startswith("|") or line.startswith(("#", "![", "<"))
        verbatim = block or (line.startswith("    ") and not paragraph)
        if verbatim or not line.strip() or new_item:
            flush()
        if verbatim or not line.strip():
            lines.append(line.rstrip())
        else:
            paragraph.append(line)
        fenced ^= fence
    flush()
    return "\n".join(lines)


def machine(recipe):
    """A recipe's machine in a few words: kind and numbers of hidden units, and what is special about its training."""
    if "ratings" in recipe:
        return f"rating RBM, a case is {'a user' if recipe['ratings']['cases'] == 'user' else 'an item'}, {recipe['ratings']['hidden']} units"
    if "pathway" in recipe:
        ways = " and ".join("-".join(map(str, [way["name"], *way.get("hidden", [])])) for way in recipe["pathway"])
        deep = any(way.get("hidden") for way in recipe["pathway"])
        return f"{'multimodal DBM' if deep else 'RBM of several parts'}: {ways}, joint {recipe['joint']['units']}"
    model, train = recipe["model"], recipe.get("train", {})
    hidden, visible = model["hidden"], model.get("visible", "bernoulli")
    kinds = {"counts": "Replicated Softmax", "gaussian": "Gaussian RBM", "softmax": "Potts RBM"}
    if recipe.get("system") == "robust":
        return f"Robust BM, face {'-'.join(map(str, hidden))}, mask {recipe['mask']['hidden']}"
    kind = model["stack"].replace("-", " ") if "stack" in model else "DBM" if len(hidden) > 1 else "Over-Replicated Softmax" if visible.startswith("counts:") else kinds.get(visible.split(":")[0], "RBM")
    words = [f"{kind} {'-'.join(map(str, hidden))}"]
    words += ["with labels"] if model.get("labels") else []
    words += ["fine-tuned"] if recipe.get("finetune", {}).get("epochs") else []
    words += [train["math"]] if train.get("math", "f32") != "f32" else []
    words += [train["sampler"]] if train.get("sampler", "gibbs") != "gibbs" else []
    return ", ".join(words)


def rounded(value, error):
    """`value ± error` to two significant digits of the error."""
    if float(error) == 0:
        return value
    digits = min(4, max(0, 1 - math.floor(math.log10(float(error)))))  # the ledger has four
    return f"{float(value):.{digits}f} ± {float(error):.{digits}f}".replace("-", "−")


def overview(rows, published):
    """One row an experiment: system, data, what is measured, published, ours ± error, recipe."""
    lines = []
    for name in dict.fromkeys(r["recipe"] for r in rows):
        own = [r for r in rows if r["recipe"] == name]
        known = lambda r: published.get((r["target"], r["recipe"], r["data"], r["metric"]), "")
        chosen = [r for r in own if known(r)]
        if not chosen:
            chosen = [next((r for metric in HEADLINES for r in own if r["metric"] == metric), own[0])]
        recipe = tomllib.loads((RESULTS / name / "recipe.toml").read_text())
        for r in chosen:
            system = "biased matrix factorisation" if r["metric"] == "rmse_factorisation" else machine(recipe)
            measure = f"{HEADLINES.get(r['metric'], r['metric'])} ({r['note']})"
            lines.append([system, r["data"], measure, known(r).replace("-", "−", 1) if known(r).startswith("-") else known(r),
                          rounded(r["value"], r["error"]), f"[{name}](#{name})"])
    return table(["system", "data", "measure", "published", "ours ± error", "recipe"], lines)


def completion_tables(rows):
    """A table a data set and metric: a row a mask, a column a completer; the machines of all recipes side by side."""
    text = []
    sets = dict.fromkeys((r["data"].split("/")[0], r["metric"]) for r in rows)
    for data, metric in sets:
        chosen = [r for r in rows if r["data"].startswith(data + "/") and r["metric"] == metric]
        cells, columns = {}, []
        for r in chosen:
            who = r["note"].split(";")[0]
            column = r["recipe"] if who == COMPLETERS["model"] else who
            columns += [column] if column not in columns else []
            cells[r["data"].split("/")[1], column] = f"{r['value']} ± {r['error']}"
        columns.sort(key=lambda c: c in COMPLETERS.values())
        title = {"completion_log_loss": "log loss, nats per hidden pixel", "completion_rmse": "root mean square error"}[metric]
        text += [f"{data}, {title}:", ""]
        masks = dict.fromkeys(mask for mask, _ in cells)
        text += table(["hidden", *columns], [[mask, *(cells.get((mask, c), "") for c in columns)] for mask in masks])
    return text


INTRODUCTION = """The first table has one row for each experiment. The details follow, a section each.

- Log-probabilities are nats for each case. Test cases are binarised once, by a recorded key.
- The error is one standard error. The ledger says what it is the error of.
- The column "measure" names the method and repeats every warning of the program.
- [Estimates](../models/estimates.md) explains the methods and says which to trust.

`dev/results.py page` makes this page from [ledger.csv](ledger.csv) and [published.csv](published.csv)."""


def page(_):
    published = {(r["target"], r["recipe"], r["data"], r["metric"]): f"{r['value']} ({r['source']})" for r in read_csv(RESULTS / "published.csv")}
    rows = read_csv(RESULTS / "ledger.csv")
    completions = [r for r in rows if r["metric"].startswith("completion_")]
    rows = [r for r in rows if r not in completions]
    text = ["# Results", "", wrapped(INTRODUCTION), "", *overview(rows, published)]
    for recipe in dict.fromkeys(r["recipe"] for r in rows):
        text += [f"## {recipe}", ""]
        comment = RESULTS / recipe / "notes.md"
        if comment.exists():
            text += [wrapped(comment.read_text().strip()), ""]
        for picture in sorted((RESULTS / recipe).glob("*.png")):
            text.append(f"![{picture.stem}]({recipe}/{picture.name})")
        known = lambda r: published.get((r["target"], r["recipe"], r["data"], r["metric"]), "")
        text += ["", *table(["data", "metric", "value", "standard error", "published", "seeds", "commit", "note"],
                            [[r["data"], r["metric"], r["value"], r["error"], known(r), r["seeds"], r["commit"], r["note"]] for r in rows if r["recipe"] == recipe])]
    if completions:
        text += ["## Completion", "", wrapped((RESULTS / "completion.md").read_text().strip()), "", *completion_tables(completions)]
    (RESULTS / "README.md").write_text("\n".join(text).rstrip() + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(required=True)
    keeper = verbs.add_parser("keep")
    keeper.add_argument("run")
    keeper.add_argument("target")
    keeper.add_argument("--note", default="")
    keeper.add_argument("--with", dest="others", nargs="+", default=[])
    keeper.add_argument("--name")
    keeper.set_defaults(do=keep)
    verbs.add_parser("page").set_defaults(do=page)
    arguments = parser.parse_args()
    arguments.do(arguments)


if __name__ == "__main__":
    main()
