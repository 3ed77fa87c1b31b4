#!/usr/bin/env python3
"""Whether a log Z that is said to be trusted is right: trained machines whose log Z is known.

    trust.py COMMAND FOLDER [--machines 300] [--depth 2] [--budget MINUTES]   the campaign
    trust.py COMMAND                                                          ten small machines, in a minute

Each machine is trained with settings drawn from its number, good ones and bad ones. Its log Z is enumerated. Then units
without connections join each side until neither can be enumerated: n of them add n log 2, and nothing else. The machine
is evaluated as it is then. A figure is wrong that is trusted, and more than four of its errors and more than 0.2 nats
off. FOLDER/results.jsonl keeps a line for each machine; a second call goes on after the last. The data sets are looked
for in DEEPBOLTZ_DATA; the small machines learn from cases that are drawn here, of six kinds that are far apart. Exit
code 1: a wrong figure, or fewer than eight in ten that are trusted.
"""
import argparse
import json
import math
import os
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import time

SIDE = 26  # units of a side that cannot be enumerated
DATA = pathlib.Path(os.environ.get("DEEPBOLTZ_DATA", "../shared/data"))
DENSITY = DATA / "binary_density"
SETS = {  # name: settings of [data]
    "adult": {"name": "adult", "binarise": "threshold"},
    "dna": {"name": "dna", "binarise": "threshold"},
    "nips": {"name": "nips", "binarise": "threshold"},
    "ocr-letters": {"name": "ocr-letters", "binarise": "threshold"},
    "plants": {"name": "file", "train": str(DENSITY / "plants.train.data.gz"), "format": "csv"},
    "bnetflix": {"name": "file", "train": str(DENSITY / "bnetflix.train.data.gz"), "format": "csv"},
    "rcv1": {"name": "file", "train": str(DENSITY / "rcv1.valid.data.gz"), "format": "csv"},
    "mnist": {"name": "mnist"},
    "omniglot": {"name": "omniglot"},
    "strokes": {"name": "strokes"},
}


def write_prototypes(path, cases=1000, units=36, kinds=6, flipped=0.02):
    draw = random.Random("prototypes")
    prototypes = [[draw.randrange(2) for _ in range(units)] for _ in range(kinds)]
    lines = []
    for _ in range(cases):
        lines.append(",".join(str(bit ^ (draw.random() < flipped)) for bit in draw.choice(prototypes)))
    path.write_text("\n".join(lines) + "\n")


def settings_of(number, depth, only=None):
    """The recipe of a machine: what a careful and what a careless user might write."""
    draw = random.Random(f"machine {depth} {number}")
    name = draw.choice(list(SETS)) if only is None else "prototypes"
    hidden = [draw.choice([4, 8, 12, 16, 18, 20])] if depth == 1 else [draw.choice([8, 12, 16, 20]), draw.choice([6, 10, 14])]
    train = {
        "epochs": draw.choice([1, 3, 10, 30, 100]),
        "batch": draw.choice([10, 50, 100]),
        "method": draw.choice(["cd", "pcd"]),
        "sweeps": draw.choice([1, 1, 5]),
        "rate": draw.choice([0.003, 0.02, 0.1, 0.3, 1.0]),
        "momentum": draw.choice([0.0, 0.5, 0.9]),
        "l2": draw.choice([0.0, 0.0, 0.0002]),
    }
    if depth > 1:
        train["method"] = "pcd"
    places = SETS[name] if only is None else {"name": "file", "train": only, "format": "csv"}
    data = dict(places, train_cases=draw.choice([20, 50, 500, 2000, 4000]))
    return name, data, hidden, train


def toml(value):
    return json.dumps(value)


def recipe(number, depth, only=None):
    name, data, hidden, train = settings_of(number, depth, only)
    data["train_cases"] = min(data["train_cases"], 1000) if only else data["train_cases"]
    lines = [f"seed = {number}", "[data]"] + [f"{k} = {toml(v)}" for k, v in data.items()]
    lines += ["[model]", f"hidden = {toml(hidden)}"]
    if depth > 1:
        for _ in hidden:
            lines += ["[[pretrain.stage]]", "epochs = 2"]
    lines += ["[train]"] + [f"{k} = {toml(v)}" for k, v in train.items()]
    lines += ["[monitor]", "every = 1000", "likelihood_every = 0", "pictures_every = 0", "checkpoint_every = 1000"]
    return name, "\n".join(lines) + "\n"


def pad(source, target):
    """Adds units without connections to every layer that has fewer than SIDE. Returns how many."""
    raw = source.read_bytes()
    size = struct.unpack("<Q", raw[:8])[0]
    header, body = json.loads(raw[8 : 8 + size]), raw[8 + size :]
    meta = header.pop("__metadata__")
    more, layers = {}, []
    for line in meta["model/layers"].splitlines():
        words = line.split(" ")
        units = int(words[2])
        more[words[0]] = max(0, SIDE - units)
        words[2] = str(units + more[words[0]])
        layers.append(" ".join(words))
    meta["model/layers"] = "\n".join(layers) + "\n"
    out, place, new = b"", 0, {"__metadata__": meta}
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        data, shape, parts = body[first:last], entry["shape"], name.split("/")
        if parts[:2] == ["model", "layer"]:
            data += b"\0" * (4 * more[parts[2]])
            shape = [1, shape[1] + more[parts[2]]]
        elif parts[:2] == ["model", "connection"]:
            above, below = more[parts[3]], more[parts[2]]
            row = 4 * shape[1]
            data = b"".join(data[r * row : (r + 1) * row] + b"\0" * (4 * above) for r in range(shape[0]))
            shape = [shape[0] + below, shape[1] + above]
            data += b"\0" * (4 * below * shape[1])
        new[name] = {"dtype": entry["dtype"], "shape": shape, "data_offsets": [place, place + len(data)]}
        out += data
        place += len(data)
    text = json.dumps(new).encode()
    text += b" " * (-len(text) % 8)
    target.write_bytes(struct.pack("<Q", len(text)) + text + out)
    return sum(more.values())


def run(*words):
    done = subprocess.run([str(w) for w in words], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip())
    return done.stdout


def evaluate(command, run_folder, *more):
    return json.loads(run(command, "evaluate", run_folder, "--on", "train", "--cases", 20, "--only", "likelihood",
                          "--set", "evaluate.raise_cases=0", "--set", "evaluate.exact_cases=0", "--json", "--quiet", *more))


def machine(number, options, folder):
    name, text = recipe(number, options.depth, options.only)
    here = folder / str(number)
    shutil.rmtree(here, ignore_errors=True)
    (folder / "recipe.toml").write_text(text)
    run(options.command, "train", folder / "recipe.toml", "--out", here, "--quiet")
    exact = evaluate(options.command, here, "--budget", 0, "--set", "evaluate.ais_steps=4", "--set",
                     "evaluate.tempering_rounds=0", "--set", "evaluate.burn_in=1")["log_z_exact"]["value"]
    added = pad(here / "model.safetensors", folder / "model.safetensors")
    shutil.move(folder / "model.safetensors", here / "model.safetensors")
    begin = time.monotonic()
    found = evaluate(options.command, here, "--budget", options.budget)
    exact += added * math.log(2)
    line = {"machine": number, "set": name, "recipe": text, "exact": exact, "seconds": round(time.monotonic() - begin, 2)}
    for key, value in found.items():
        if key.startswith(("log_z", "free_energy", "temper", "trust")):
            line[key] = value
    shutil.rmtree(here)
    return line


def quoted(line):
    key = {"bridge": "log_z_bridge", "tempering": "log_z_tempering"}.get(line["trust"]["word"])
    return line[key] if key else None


def is_wrong(line):
    figure = quoted(line)
    if figure is None:
        return False
    off = abs(figure["value"] - line["exact"])
    return off > 0.2 and off > 4 * figure["standard_error"]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("command", type=pathlib.Path)
    options.add_argument("folder", type=pathlib.Path, nargs="?")
    options.add_argument("--machines", type=int, default=300)
    options.add_argument("--first", type=int, default=1)
    options.add_argument("--budget", type=float, default=1, help="minutes of one evaluation")
    options.add_argument("--depth", type=int, choices=[1, 2], default=1, help="hidden layers")
    options = options.parse_args()
    options.command = options.command.resolve()
    options.only = None
    with tempfile.TemporaryDirectory(prefix="deepboltz-trust-") as short:
        if options.folder is None:
            options.folder, options.machines = pathlib.Path(short), 10
            options.only = str(options.folder / "cases.csv")
            write_prototypes(pathlib.Path(options.only))
        return campaign(options)


def campaign(options):
    options.folder.mkdir(parents=True, exist_ok=True)
    results = options.folder / "results.jsonl"
    lines = [json.loads(text) for text in results.read_text().splitlines()] if results.exists() else []
    done = {line["machine"] for line in lines}
    for number in range(options.first, options.first + options.machines):
        if number in done:
            continue
        try:
            line = machine(number, options, options.folder)
        except RuntimeError as error:
            print(f"{number}: {error}", flush=True)
            line = {"machine": number, "error": str(error)}
        lines.append(line)
        with results.open("a") as file:
            file.write(json.dumps(line) + "\n")
        if "error" not in line:
            figure = quoted(line)
            print(f"{number:4} {line['set']:<12} exact {line['exact']:10.3f}  {line['trust']['word']:<10}"
                  + (f"{figure['value'] - line['exact']:+8.3f} ± {figure['standard_error']:.3f}" if figure else "")
                  + ("  WRONG" if is_wrong(line) else "") + f"  {line['seconds']} s", flush=True)
    measured = [line for line in lines if "error" not in line]
    wrong, named = sum(map(is_wrong, measured)), sum(quoted(line) is not None for line in measured)
    print(f"{len(measured)} machines: {named} figures trusted, {wrong} of them wrong")
    return 1 if wrong or named < 0.8 * options.machines else 0


if __name__ == "__main__":
    sys.exit(main())
