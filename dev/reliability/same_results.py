#!/usr/bin/env python3
"""Six small experiments whose results must not change: keeps them, and compares.

    same_results.py keep COMMAND FOLDER         trains and evaluates by COMMAND, writes FOLDER/NAME-THREADS.json
    same_results.py compare FOLDER FOLDER       names every tensor, metric and figure that differs

A file holds SHA-256 of every tensor, the values of metrics.csv by column, and the figures of evaluation.json by key.
The data sets are looked for in DEEPBOLTZ_DATA.
"""
import argparse
import csv
import hashlib
import json
import os
import struct
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
RECIPES = os.path.join(HERE, "..", "..", "recipes")
FEW = ["evaluate.ais_steps=200", "evaluate.ais_runs=20", "evaluate.burn_in=20", "evaluate.tempering_rounds=20",
       "evaluate.tempering_levels=5", "evaluate.tempering_ladders=4"]
SMALL = ["data.train_cases=2000", "data.test_cases=300", "data.validation=300", "data.use_validation=false",
         "monitor.cases=100", "monitor.likelihood_every=1", "monitor.pictures_every=0", "train.epochs=2"]
RBM = FEW + SMALL + ["model.hidden=[40]", "evaluate.raise_cases=20", "evaluate.raise_steps=50",
                     "evaluate.completion_cases=20", "evaluate.completion_burn_in=20",
                     "evaluate.completion_sweeps=20"]
DBM = FEW + SMALL + ["model.hidden=[40,30]", "pretrain.stage[0].epochs=1", "pretrain.stage[1].epochs=1",
                     "finetune.epochs=2", "evaluate.exact_cases=20", "evaluate.exact_steps=50"]
EXPERIMENTS = {  # name: recipe, settings, options of evaluate
    "rbm-float": ("mnist-rbm", RBM + ["train.math=f32"], []),
    "rbm-int16": ("mnist-rbm", RBM + ["train.math=int16"], []),
    "dbm-labels": ("mnist-dbm-labels", DBM, []),
    "documents": ("20newsgroups", ["data.train_cases=1000", "data.test_cases=100", "data.validation=100",
                                   "data.use_validation=false", "train.epochs=2", "model.hidden=[10]",
                                   "monitor.cases=50", "monitor.likelihood_every=1", "evaluate.ais_steps=100",
                                   "evaluate.population_chains=20", "evaluate.documents=10"], []),
    "potts": ("kunitz-rbm", FEW + ["data.train={data}/protein_msa/Kunitz_domain_MSA.fasta.gz", "data.train_cases=1500",
                                   "data.validation=200", "train.epochs=2", "model.hidden=[10]", "monitor.every=1",
                                   "monitor.cases=100"], ["--on", "validation"]),
    "recommender": ("movielens-100k-item", ["ratings.epochs=2", "ratings.hidden=10"], []),
}


def tensors(path):
    """SHA-256 of each tensor, by the name that it has within its part."""
    with open(path, "rb") as file:
        size = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(size))
        body = file.read()
    found = {}
    for name, entry in header.items():
        if name == "__metadata__" or name.startswith(("names/", "data/")):
            continue
        first, last = entry["data_offsets"]
        for part in ("model/", "classifier/"):
            name = name.removeprefix(part)
        found[name] = hashlib.sha256(body[first:last]).hexdigest()
    return found


def leaves(value, prefix=""):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{prefix}/{key}")
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from leaves(inner, f"{prefix}/{i}")
    else:
        yield prefix, value


def run(command, arguments):
    done = subprocess.run([command, *arguments, "--quiet"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)}: {done.stderr.strip()}")


def keep(command, folder):
    os.makedirs(folder, exist_ok=True)
    data = os.environ.get("DEEPBOLTZ_DATA", "")
    for name, (recipe, settings, options) in EXPERIMENTS.items():
        for threads in (1, 2, 3):
            with tempfile.TemporaryDirectory() as place:
                out = os.path.join(place, "run")
                sets = [word for s in settings for word in ("--set", s.replace("{data}", data))]
                common = ["--threads", str(threads)]
                run(command, ["train", os.path.join(RECIPES, recipe + ".toml"), "--out", out, *sets, *common])
                run(command, ["evaluate", out, *options, *common])
                found = {"tensors": {}}
                for file in ("model.safetensors", "classifier.safetensors"):
                    if os.path.exists(os.path.join(out, file)):
                        found["tensors"].update(tensors(os.path.join(out, file)))
                with open(os.path.join(out, "metrics.csv"), newline="") as file:
                    rows = list(csv.DictReader(file))
                found["metrics"] = {f"{i}/{key}": value for i, row in enumerate(rows) for key, value in row.items()
                                    if value}
                with open(os.path.join(out, "evaluation.json")) as file:
                    found["figures"] = dict(leaves(json.load(file)))
                with open(os.path.join(folder, f"{name}-{threads}.json"), "w") as file:
                    json.dump(found, file, indent=1)
                print(f"{name} on {threads} threads: {len(found['tensors'])} tensors, {len(found['metrics'])} metrics, "
                      f"{len(found['figures'])} figures", flush=True)


def compare(before, after):
    different = 0
    names = sorted(set(os.listdir(before)) & set(os.listdir(after)))
    for name in names:
        with open(os.path.join(before, name)) as one, open(os.path.join(after, name)) as two:
            old, new = json.load(one), json.load(two)
        for part in old:
            for key, value in old[part].items():
                got = new[part].get(key)
                if got != value:
                    different += 1
                    print(f"{name}: {part} {key}: {value} became {got}")
    print(f"{len(names)} files compared, {different} differences")
    return different == 0 and bool(names)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["keep", "compare"])
    parser.add_argument("first", help="the command, or the folder with the results before")
    parser.add_argument("second", help="a folder")
    options = parser.parse_args()
    if options.what == "keep":
        keep(os.path.abspath(options.first), options.second)
    else:
        sys.exit(0 if compare(options.first, options.second) else 1)


if __name__ == "__main__":
    main()
