#!/usr/bin/env python3
"""Gives every verb what it must refuse, and looks at how it refuses.

    bad_input.py BINARY [--only WORD] [--list] [--keep]

Each case must end within a minute with the promised exit code (2 usage or malformed content, 3 a file that cannot be
read or written, 4 a number that is not finite, 5 an absent device), say one line on standard error that starts with
"deepboltz: error: " and names the file, and the position where there is one, and leave no file behind or changed.
Sound inputs are tried first, so that a refusal is about the damage.

The last line is "N passed, N failed". Exit code 1 if anything failed. Standard library only.
"""

import argparse
import math
import os
import pathlib
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

import damaged_files as make
from damaged_files import Safetensors

SECONDS = 60  # of wall time a case may take, however busy the machine
MEMORY = 4 << 30  # of address space
PREFIX = "deepboltz: error: "
NOBODY = 65534

RECIPE = """[data]
name = "bars-and-stripes"
train_cases = 60
test_cases = 10
validation = 10
[model]
hidden = [4]
[train]
epochs = 1
[evaluate]
ais_steps = 50
ais_runs = 4
raise_cases = 2
raise_steps = 20
raise_chains = 2
burn_in = 5
[monitor]
likelihood_every = 0
pictures_every = 0
"""

LABELLED = """[data]
name = "strokes"
train_cases = 60
test_cases = 4
[model]
hidden = [6, 5]
labels = true
[[pretrain.stage]]
epochs = 1
[[pretrain.stage]]
epochs = 1
[train]
epochs = 1
method = "pcd"
chains = 10
[finetune]
epochs = 1
batch = 20
[evaluate]
ais_steps = 50
ais_runs = 4
exact_cases = 0
burn_in = 5
[monitor]
likelihood_every = 0
pictures_every = 0
"""


def state(folder):
    """Every file under a folder, with its size, time and contents' number."""
    return {
        str(p.relative_to(folder)): (s.st_size, s.st_mtime_ns, s.st_ino)
        for p in sorted(folder.rglob("*"))
        if p.is_file()
        for s in [p.stat()]
    }


class Campaign:
    def __init__(self, binary, folder, only):
        self.folder, self.only = folder, only
        self.binary = folder / "deepboltz"  # where everybody may read it
        shutil.copy(binary, self.binary)
        self.fixtures = folder / "fixtures"
        self.fixtures.mkdir()
        self.passed, self.failures, self.names = 0, [], []
        self.list_only = False

    # ---- running ----

    def launch(self, args, cwd, stdout=subprocess.PIPE, prepare=None):
        def child():
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            if prepare:
                prepare()

        environment = {k: v for k, v in os.environ.items() if not k.startswith(("DEEPBOLTZ", "XDG"))}
        environment["HOME"] = str(cwd)
        try:
            return subprocess.run(
                [str(self.binary), *map(str, args)],
                cwd=cwd,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=subprocess.PIPE,
                timeout=SECONDS,
                preexec_fn=child,
            )
        except subprocess.TimeoutExpired:
            return None

    def sound(self, name, args):
        """The undamaged input of some cases below: must be taken."""
        cwd = self.folder / "sound"
        cwd.mkdir(exist_ok=True)
        if self.list_only:
            return
        done = self.launch([*args, "--quiet"], cwd)
        self.judge(
            "sound: " + name,
            args,
            (
                []
                if done and done.returncode == 0
                else [
                    (
                        "no end"
                        if done is None
                        else f"exit code {done.returncode}, {done.stderr.decode(errors='replace')!r}"
                    )
                ]
            ),
        )

    def case(self, name, args, code, *says, setup=None, stdout=subprocess.PIPE, prepare=None, keeps=True, quiet=True):
        """`says`: what the line must contain. `setup(cwd)`: makes the case's own files. `keeps`: no file appears or
        changes. `quiet`: with --quiet at the end."""
        self.names.append(name)
        if self.list_only or (self.only and self.only not in name):
            return
        cwd = self.folder / f"case-{len(self.names)}"
        cwd.mkdir()
        if setup:
            setup(cwd)
        before = state(cwd), state(self.fixtures)
        words = list(args) + (["--quiet"] if quiet else [])
        done = self.launch(words, cwd, stdout, prepare)
        after = state(cwd), state(self.fixtures)
        faults = []
        if done is None:
            faults.append(f"no end within {SECONDS} s")
        else:
            text = done.stderr.decode(errors="replace")
            codes = code if isinstance(code, tuple) else (code,)
            if done.returncode not in codes:
                faults.append(f"exit code {done.returncode}, expected {' or '.join(map(str, codes))}")
            if not text.startswith(PREFIX) or text.count("\n") != 1 or not text.endswith("\n"):
                faults.append("standard error is not one line of an error")
            faults += [f"the line does not say {word!r}" for word in says if word not in text]
            if faults:
                faults.append(f"it said {text[:300]!r}")
        left = [f for b, a in zip(before, after) for f in a if f not in b or (keeps and a[f] != b[f])]
        left = [f for f in left if keeps or ".partial-" in f]
        if left:
            faults.append(f"files left or changed: {', '.join(left)}")
        self.judge(name, args, faults)
        if not faults:
            shutil.rmtree(cwd)

    def judge(self, name, args, faults):
        if not faults:
            self.passed += 1
            return
        self.failures.append(name)
        print(f"FAILED {name}: {' '.join(map(str, args))}\n    " + "\n    ".join(faults), flush=True)

    def fixture(self, name, contents):
        path = self.fixtures / name
        if not self.list_only or not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(contents if isinstance(contents, bytes) else contents.encode())
        return path

    def train(self, name, recipe):
        """A trained run, the raw material of damaged ones."""
        path = self.fixture(f"{name}.toml", recipe)
        run = self.fixtures / name
        done = self.launch(["train", path, "--out", run, "--quiet", "--threads", "1"], self.folder)
        if done is None or done.returncode != 0:
            sys.exit(f"{name}: the fixture cannot be trained: {done and done.stderr.decode(errors='replace')}")
        return run


# ---- what a verb is asked with, beside the model ----


def verbs(model):
    return {
        "sample": ["sample", model, "--sweeps", "2", "--count", "2", "--out", "out.png"],
        "evaluate": ["evaluate", model],
        "complete": ["complete", model, "--sweeps", "2", "--burn-in", "1", "--count", "1", "--out", "out.png"],
        "classify": ["classify", model, "--out", "out.csv"],
        "inspect": ["inspect", model],
        "plot": ["plot", model, "--sweeps", "2", "--out", "pictures"],
    }


def usage(c, rbm, dbm, recipe):
    two = [
        ("unknown verb", ["trian"], '"train"'),
        ("unknown verb, sampel", ["sampel", rbm], '"sample"'),
        ("unknown verb, clasify", ["clasify", dbm], '"classify"'),
        ("unknown option of the program", ["--verison"], "--verison"),
        ("train: no recipe", ["train"], "RECIPE"),
        ("train: two recipes", ["train", recipe, "other"], "other"),
        ("train: unknown option", ["train", recipe, "--otu", "run"], "--otu", "--out"),
        ("train: --set without a value", ["train", recipe, "--out", "run", "--set"], "--set"),
        ("train: --set without =", ["train", recipe, "--out", "run", "--set", "train.rate"], "train.rate"),
        ("train: --set without a key", ["train", recipe, "--out", "run", "--set", "=1"], "--set"),
        ("train: --out without a value", ["train", recipe, "--out"], "--out"),
        ("resume: no run", ["resume"], "RUN"),
        ("resume: another seed", ["resume", rbm, "--seed", "2"], "--seed"),
        ("resume: another math", ["resume", rbm, "--math", "f64"], "--math"),
        ("resume: unknown option", ["resume", rbm, "--set", "a=1"], "--set"),
        ("sample: no model", ["sample"], "MODEL"),
        ("sample: out is no known format", ["sample", rbm, "--out", "a.jpg"], "a.jpg", ".png"),
        ("sample: out without an ending", ["sample", rbm, "--out", "samples"], "samples"),
        ("sample: class 10 of 10", ["sample", dbm, "--label", "10", "--sweeps", "2"], "10"),
        ("sample: class −1", ["sample", dbm, "--label", "-1"], "--label"),
        ("sample: class in words", ["sample", dbm, "--label", "seven"], "--label", "seven"),
        ("sample: a class of a model without labels", ["sample", rbm, "--label", "1", "--sweeps", "2"], "label"),
        ("evaluate: no run", ["evaluate"], "RUN"),
        ("evaluate: unknown part", ["evaluate", rbm, "--on", "tset"], "tset"),
        ("evaluate: sets a field of training", ["evaluate", rbm, "--set", "train.rate=1"], "train.rate"),
        (
            "evaluate: sets an unknown field",
            ["evaluate", rbm, "--set", "evaluate.ais_stpes=9"],
            "ais_stpes",
            "ais_steps",
        ),
        ("evaluate: sets a text", ["evaluate", rbm, "--set", "evaluate.ais_steps=many"], "ais_steps"),
        ("evaluate: no steps", ["evaluate", rbm, "--set", "evaluate.ais_steps=0"], "ais_steps"),
        ("evaluate: one run", ["evaluate", rbm, "--set", "evaluate.ais_runs=1"], "ais_runs"),
        ("complete: unknown mask", ["complete", dbm, "--mask", "left-hlaf"], "left-hlaf", "left-half"),
        ("complete: a file for a mask", ["complete", dbm, "--mask", "mask.npy"], "mask.npy"),
        ("complete: unknown method", ["complete", dbm, "--method", "gibs"], "gibs"),
        ("complete: no model", ["complete"], "MODEL"),
        ("complete: out is no known format", ["complete", dbm, "--out", "a.gif"], "a.gif"),
        ("classify: unknown method", ["classify", dbm, "--method", "guess"], "guess"),
        ("classify: a model that has no labels", ["classify", rbm], "label"),
        ("classify: by a network that is not there", ["classify", rbm, "--method", "network"], "classifier"),
        ("classify: by labels that are not there", ["classify", rbm, "--method", "clamp"], "label"),
        ("classify: no model", ["classify"], "MODEL"),
        ("inspect: no model", ["inspect"], "MODEL"),
        ("inspect: two models", ["inspect", rbm, dbm], "unexpected"),
        ("plot: no model", ["plot"], "MODEL"),
        ("report: no run", ["report"], "RUN"),
        ("data: no verb", ["data"], "data"),
        ("data: unknown verb", ["data", "shwo"], "shwo", "show"),
        ("data show: no name", ["data", "show"], "NAME"),
        ("data show: unknown name", ["data", "show", "stroks"], "stroks", "strokes"),
        ("data fetch: unknown name", ["data", "fetch", "mnits"], "mnits", "mnist"),
        ("completion: unknown shell", ["completion", "cmd"], "cmd"),
        ("completion: no shell", ["completion"], "SHELL"),
        ("version: an argument", ["version", "now"], "now"),
    ]
    for name, args, *says in two:
        c.case(name, args, 2, *says, quiet=not str(args[-1]).startswith("-"))  # or it would be taken for a value
    numbers = {
        "--count": ["0", "-5", "x", "1000001"],
        "--sweeps": ["0", "-1", "1.5", "99999999999999999999"],
        "--threads": ["0", "-1", "two", "5000"],
        "--seed": ["-1", "x", "1.5"],
        "--math": ["f16", ""],
        "--values": ["median"],
    }
    for option, values in numbers.items():
        for value in values:
            c.case(
                f"sample: {option} {value or 'empty'}", ["sample", rbm, option, value, "--out", "out.png"], 2, option
            )
    for option, value in [("--count", "0"), ("--burn-in", "-1"), ("--chains", "0"), ("--sweeps", "0")]:
        c.case(f"complete: {option} {value}", ["complete", dbm, option, value], 2, option)
    c.case("evaluate: --cases 0", ["evaluate", rbm, "--cases", "0"], 2, "--cases")
    c.case("evaluate: --only nothing", ["evaluate", rbm, "--only", "nothing"], 2, "--only")
    c.case("evaluate: no completions", ["evaluate", rbm, "--only", "completion"], 2, "completion_cases")


def devices(c, rbm, dbm, recipe):
    asked = {**verbs(dbm), "train": ["train", recipe, "--out", "run"]}
    for verb, args in asked.items():
        c.case(f"{verb}: --device cuda", [*args, "--device", "cuda"], 5, "cuda")
    for device in ["cuda:0", "cuda:99"]:
        c.case(f"sample: --device {device}", [*verbs(rbm)["sample"], "--device", device], 5, device)
    for device in ["tpu", "cud", "", "cpu:1"]:
        c.case(f"sample: --device {device or 'empty'}", [*verbs(rbm)["sample"], "--device", device], 2, "--device")


def recipes(c, recipe):
    def lines(*extra):  # a sound recipe, and one line more in its own section
        return RECIPE + "".join(extra)

    at = RECIPE.count("\n") + 1
    bad = {
        "unknown key": (RECIPE.replace("epochs = 1", "epochs = 1\nratee = 0.1"), ":10: ", "ratee", "rate"),
        "unknown section": (lines("[trian]\nepochs = 2\n"), "trian", "train"),
        "unknown key at the top": ("sede = 1\n" + RECIPE, ":1: ", "sede", "seed"),
        "no TOML": (lines("this is not TOML\n"), f":{at}"),
        "section not closed": (lines("[train\n"), f":{at}"),
        "text not closed": (lines('x = "abc\n'), f":{at}"),
        "key twice": (RECIPE.replace("epochs = 1", "epochs = 1\nepochs = 2"), ":10"),
        "section twice": (lines("[train]\nrate = 1\n"), f":{at}"),
        "text for a number": (RECIPE.replace("epochs = 1", 'epochs = "one"'), ":9: ", "epochs"),
        "fraction for a count": (RECIPE.replace("epochs = 1", "epochs = 1.5"), ":9: ", "epochs"),
        "negative count": (RECIPE.replace("epochs = 1", "epochs = -1"), ":9: ", "epochs"),
        "count beyond 64 bits": (RECIPE.replace("epochs = 1", "epochs = 99999999999999999999"), ":9"),
        "true for a number": (RECIPE.replace("epochs = 1", "epochs = true"), ":9: ", "epochs"),
        "list for a number": (RECIPE.replace("epochs = 1", "epochs = [1]"), ":9: ", "epochs"),
        "section for a number": (lines("[train.epochs]\nx = 1\n").replace("epochs = 1\n", ""), "epochs"),
        "number for a section": ("train = 3\n" + RECIPE.replace("[train]\nepochs = 1\n", ""), ":1: ", "train"),
        "empty batch": (RECIPE.replace("epochs = 1", "batch = 0"), ":9: ", "batch"),
        "negative rate": (RECIPE.replace("epochs = 1", "rate = -0.1"), ":9: ", "rate"),
        "rate not a number": (RECIPE.replace("epochs = 1", "rate = nan"), ":9: ", "rate"),
        "infinite rate": (RECIPE.replace("epochs = 1", "rate = inf"), ":9: ", "rate"),
        "momentum of one": (RECIPE.replace("epochs = 1", "momentum = 1.0"), ":9: ", "momentum"),
        "unknown schedule": (
            RECIPE.replace("epochs = 1", 'rate = { kind = "liner", start = 1, end = 0, epochs = 2 }'),
            ":9: ",
            "liner",
        ),
        "schedule with an unknown field": (
            RECIPE.replace("epochs = 1", 'rate = { kind = "linear", star = 1 }'),
            ":9: ",
            "star",
        ),
        "unknown method": (RECIPE.replace("epochs = 1", 'method = "cdd"'), ":9: ", "method", "cdd"),
        "unknown optimizer": (RECIPE.replace("epochs = 1", 'optimizer = "adamm"'), ":9: ", "adamm"),
        "no hidden layer": (RECIPE.replace("[4]", "[]"), ":7: ", "hidden"),
        "hidden layer of nothing": (RECIPE.replace("[4]", "[0]"), ":7: ", "hidden"),
        "number for a list": (RECIPE.replace("[4]", "4"), ":7: ", "hidden"),
        "texts in a list": (RECIPE.replace("[4]", '["4"]'), ":7: ", "hidden"),
        "sparsity of a layer too many": (
            RECIPE.replace("epochs = 1", "sparsity = { target = [0.1, 0.1], cost = [1, 1] }"),
            "sparsity",
        ),
        "sparsity target of two": (
            RECIPE.replace("epochs = 1", "sparsity = { target = [2.0], cost = [1] }"),
            "sparsity",
        ),
        "stages for one layer": (lines("[[pretrain.stage]]\nepochs = 1\n[[pretrain.stage]]\nepochs = 1\n"), "stage"),
        "unknown key of a stage": (lines("[[pretrain.stage]]\nepohcs = 1\n"), f":{at + 1}: ", "epohcs"),
        "unknown data": (
            RECIPE.replace("bars-and-stripes", "bars-and-strips"),
            "data.name",
            "bars-and-strips",
            "bars-and-stripes",
        ),
        "file without a path": (RECIPE.replace("bars-and-stripes", "file"), "train"),
        "all cases held out": (RECIPE.replace("validation = 10", "validation = 60"), "data.validation"),
        "labels that nothing has": (
            RECIPE.replace("bars-and-stripes", "file")
            .replace("[data]", '[data]\ntrain = "u.npy"')
            .replace("hidden = [4]", "hidden = [4]\nlabels = true"),
            "model.labels",
        ),
        "fine-tuning without labels": (
            RECIPE.replace("bars-and-stripes", "file").replace("[data]", '[data]\ntrain = "u.npy"')
            + "[finetune]\nepochs = 1\n",
            "finetune",
        ),
        "bytes, not text": (b"\xff\xfe\x00\x01" * 50, ""),
        "a zero byte": (RECIPE.replace("epochs = 1", "epochs = 1\0"), ":9"),
        "brackets without end": ("a = " + "[" * 20000, ":1"),
        "twenty megabytes": ("# a long remark\n" * 1_300_000, ""),
    }
    for name, (text, *says) in bad.items():
        path = c.fixture(f"recipes/{name.replace(' ', '-').replace(',', '')}.toml", text)

        def own_data(cwd):
            (cwd / "u.npy").write_bytes(make.npy((40, 16)))

        of_data = name in (
            "unknown data",
            "file without a path",
            "all cases held out",
            "labels that nothing has",
            "fine-tuning without labels",
        )  # found out beside the data; the line names the key
        c.case(
            f"recipe: {name}",
            ["train", path, "--out", "run"],
            2,
            *([] if of_data else [path.name]),
            *says,
            setup=own_data,
        )
    c.case("recipe: missing", ["train", "nowhere.toml", "--out", "run"], 3, "nowhere.toml")
    c.case("recipe: a folder", ["train", c.fixtures, "--out", "run"], 3, str(c.fixtures))
    c.case("recipe: below a file", ["train", recipe / "x.toml", "--out", "run"], 3, "x.toml")
    for key, value, *says in [
        ("train.rte", "1", "train.rate"),
        ("train.rate", "abc", "rate"),
        ("train.rate", "-1", "rate"),
        ("train.epochs", "1.5", "epochs"),
        ("trian.rate", "1", "train"),
        ("model.hidden", "[]", "hidden"),
        ("train", "1", "train"),
        ("train.rate", "", "rate"),
        ("train.rate", "[", "rate"),
        ("data.name", "strokez", "strokes"),
        ("model.precision", "f16", "precision"),
    ]:
        c.case(f"--set {key}={value}", ["train", recipe, "--out", "run", "--set", f"{key}={value}"], 2, *says)
    c.case(
        "--set of a layer beyond memory",
        ["train", recipe, "--out", "run", "--set", "model.hidden=[4000000000000]"],
        (2, 3),
        keeps=False,
    )  # the folder has its recipe by then
    c.case(
        "a rate that explodes",
        ["train", recipe, "--out", "run", "--set", "train.rate=1e300", "--set", "train.epochs=5"],
        4,
        "update",
        keeps=False,
    )


def damaged_models(c, run):
    """Model files with one thing wrong; says: what the line must have beside the file's name."""
    whole = (run / "model.safetensors").read_bytes()
    weight, bias = "connection/visible/hidden1/weight", "layer/hidden1/bias"

    def changed(change):
        file = Safetensors(whole)
        change(file)
        return file.pack()

    def metadata(key, value):
        return changed(lambda f: f.metadata.update({key: value}) if value is not None else f.metadata.pop(key))

    def entry(tensor, key, value):
        return changed(lambda f: f.header[tensor].update({key: value}))

    layers = Safetensors(whole).metadata["layers"]
    header = len(whole) - len(Safetensors(whole).data) - 8
    models = {
        "empty": (b"", "byte 0"),
        "five bytes": (whole[:5], "byte"),
        "header cut": (whole[: 8 + header // 2], "byte"),
        "data cut": (whole[:-7], "byte"),
        "no data": (whole[: 8 + header], "byte"),
        "bytes behind the data": (whole + b"\0" * 4, "byte"),
        "random bytes": (bytes((i * 197 + 31) % 256 for i in range(5000)), "byte"),
        "a header of 2⁶³ bytes": (struct.pack("<Q", 1 << 63) + whole[8:], "byte"),
        "a header of nothing": (struct.pack("<Q", 0) + whole[8:], "byte"),
        "no JSON": (Safetensors(whole).pack(b"{" * header), "byte"),
        "a list for a header": (Safetensors(whole).pack(b"[1, 2]"), "byte"),
        "a text file": (b"hello, world\n" * 100, "byte"),
        "a picture": (make.png(28, 28), "byte"),
        "newer format": (metadata("deepboltz", "2"), "'2'"),
        "format in words": (metadata("deepboltz", "one"), "'one'"),
        "no format": (metadata("deepboltz", None), "deepboltz"),
        "no layers": (metadata("layers", None), "layers"),
        "layers empty": (metadata("layers", ""), "layers"),
        "layers cut": (metadata("layers", layers[:-9]), ""),
        "no connections": (metadata("connections", None), "connections"),
        "unknown unit": (metadata("layers", layers.replace("bernoulli", "bernouli", 1)), "bernouli"),
        "unknown role": (metadata("layers", layers.replace(" hidden", " hiden", 1)), "hiden"),
        "layer of −1 units": (metadata("layers", layers.replace("784", "-1")), "-1"),
        "layer of 10¹⁹ units": (
            metadata("layers", layers.replace("784", "10000000000000000000")),
            "10000000000000000000",
        ),
        "layer of 785 units": (metadata("layers", layers.replace("784", "785")), "785"),
        "a layer twice": (metadata("layers", layers + layers.splitlines()[0] + "\n"), "visible"),
        "unknown layer connected": (metadata("connections", "visible hidden9\n"), "hidden9"),
        "a connection twice": (metadata("connections", "visible hidden1\n" * 2), "hidden1"),
        "a layer to itself": (metadata("connections", "visible visible\n"), "visible"),
        "unknown precision": (metadata("precision", "f16"), "f16"),
        "another precision": (metadata("precision", "f64"), ""),
        "a weight missing": (changed(lambda f: (f.header.update({"other": f.header.pop(weight)}))), weight),
        "a weight transposed": (entry(weight, "shape", Safetensors(whole).header[weight]["shape"][::-1]), "784"),
        "a shape that lies": (entry(weight, "shape", [10, 10]), "byte"),
        "a shape beyond 2⁶³": (entry(weight, "shape", [1 << 40, 1 << 40]), "byte"),
        "a negative shape": (entry(weight, "shape", [-1, 6]), "byte"),
        "an unknown dtype": (entry(weight, "dtype", "F99"), "F99"),
        "offsets that overlap": (entry(bias, "data_offsets", [0, 24]), "byte"),
        "offsets beyond the file": (entry(weight, "data_offsets", [10**9, 10**9 + 18816]), "byte"),
        "a weight that is NaN": (changed(lambda f: f.put_float(weight, 7, math.nan)), weight),
        "an infinite weight": (changed(lambda f: f.put_float(weight, 7, math.inf)), weight),
        "a bias that is NaN": (changed(lambda f: f.put_float(bias, 0, math.nan)), bias),
        "a recipe that is none": (metadata("note/recipe", "this is no recipe"), "recipe"),
        "a recipe with an unknown key": (metadata("note/recipe", "[train]\nratee = 1\n"), "ratee"),
    }
    paths = {}
    for i, (name, (contents, *says)) in enumerate(models.items()):
        path = c.fixture(f"models/{i}.safetensors", contents)
        paths[name] = path
        for verb in ["inspect", "sample"]:
            c.case(f"{verb}: a model, {name}", verbs(path)[verb], 2, path.name, *says)
    for name in ["data cut", "newer format", "a weight transposed", "a weight that is NaN"]:
        for verb in ["evaluate", "complete", "classify", "plot"]:
            c.case(f"{verb}: a model, {name}", verbs(paths[name])[verb], 2, paths[name].name)
    empty_folder = c.fixtures / "empty"
    empty_folder.mkdir(exist_ok=True)
    for verb in verbs(""):
        c.case(f"{verb}: no such model", verbs("nowhere.safetensors")[verb], 3, "nowhere.safetensors")
        c.case(f"{verb}: an empty folder", verbs(empty_folder)[verb], 3, str(empty_folder))
    for verb in ["resume", "report"]:
        c.case(f"{verb}: no such run", [verb, "nowhere"], 3, "nowhere")
        c.case(f"{verb}: an empty folder", [verb, empty_folder], 3, str(empty_folder))
        c.case(f"{verb}: a file", [verb, run / "recipe.toml"], 3, "recipe.toml")


def damaged_runs(c, run):
    """A copy of a run with one file changed."""

    def copy(change):
        def setup(cwd):
            shutil.copytree(run, cwd / "run")
            change(cwd / "run")

        return setup

    def write(name, contents):
        return copy(lambda folder: (folder / name).write_bytes(contents))

    def checkpoint(change):
        file = Safetensors((run / "checkpoint.safetensors").read_bytes())
        change(file)
        return write("checkpoint.safetensors", file.pack())

    def meta(key, value):
        return checkpoint(lambda f: f.metadata.update({key: value}) if value is not None else f.metadata.pop(key))

    whole, recipe = (run / "checkpoint.safetensors").read_bytes(), (run / "recipe.toml").read_text()
    name = "checkpoint.safetensors"
    resumed = {
        "checkpoint cut": (write(name, whole[:-100]), name, "byte"),
        "checkpoint empty": (write(name, b""), name, "byte"),
        "checkpoint is a model": (copy(lambda f: shutil.copy(f / "model.safetensors", f / name)), name),
        "no phase": (meta("run/phase", None), name, "run/phase"),
        "unknown phase": (meta("run/phase", "tarin"), name, "tarin"),
        "stages in words": (meta("run/stages", "two"), name, "stages"),
        "stages of −1": (meta("run/stages", "-1"), name, "stages"),
        "a million stages": (meta("run/stages", "1000000"), name, "stages"),
        "pretraining without a stage": (
            checkpoint(
                lambda f: f.metadata.update({"run/phase": "pretrain", "run/stages": "0", "learning/epoch": "0"})
            ),
            name,
        ),
        "epoch in words": (meta("finetune/epoch", "x"), name, "finetune/epoch"),
        "epoch of −1": (meta("finetune/epoch", "-1"), name, "finetune/epoch"),
        "no batch": (meta("finetune/batch", None), name, "finetune/batch"),
        "a tensor missing": (
            checkpoint(lambda f: f.header.update({"other": f.header.pop("model/layer/hidden1/bias")})),
            name,
            "layer/hidden1/bias",
        ),
        "a weight that is NaN": (
            checkpoint(lambda f: f.put_float("model/layer/hidden1/bias", 0, math.nan)),
            name,
            "layer/hidden1/bias",
        ),
        "recipe changed": (write("recipe.toml", recipe.replace("epochs = 1\n", "epochs = 2\n", 1).encode()), "recipe"),
        "data changed": (meta("run/data", "0" * 64), "data"),
        "recipe malformed": (write("recipe.toml", b"[train\n"), "recipe.toml:1"),
    }
    for what, (setup, *says) in resumed.items():
        c.case(f"resume: {what}", ["resume", "run"], 2, *says, setup=setup)
    c.case("resume: no recipe", ["resume", "run"], 3, "recipe.toml", setup=copy(lambda f: (f / "recipe.toml").unlink()))
    classifier = (run / "classifier.safetensors").read_bytes()
    name = "classifier.safetensors"
    file = Safetensors(classifier)
    network = file.metadata["network"]
    file.metadata["network"] = network.replace("logistic", "logistik", 1)
    for what, contents, *says in [
        ("cut", classifier[:-9], "byte"),
        ("empty", b"", "byte"),
        ("of an unknown unit", file.pack(), "logistik"),
        ("with NaN", Safetensors(classifier).put_float("hidden1.weight", 3, math.nan).pack(), "hidden1.weight"),
    ]:
        c.case(
            f"classify: a classifier, {what}",
            ["classify", "run", "--out", "out.csv"],
            2,
            name,
            *says,
            setup=write(name, contents),
        )
    c.case(
        "report: metrics malformed",
        ["report", "run"],
        2,
        "metrics.csv:2",
        setup=write("metrics.csv", b"stage,epoch\ntrain,x,y,z\n"),
    )
    c.case(
        "report: evaluation malformed", ["report", "run"], 2, "evaluation.json", setup=write("evaluation.json", b"{")
    )
    for verb in ["sample", "classify", "report"]:
        args = [verb, "run"] + (["--out", "out.png", "--sweeps", "2"] if verb == "sample" else [])
        c.case(
            f"{verb}: the run's model is cut",
            args,
            2,
            "model.safetensors",
            setup=copy(lambda f: (f / "model.safetensors").write_bytes((run / "model.safetensors").read_bytes()[:-9])),
        )
    c.case(
        "train: the run exists",
        ["train", run / "recipe.toml", "--out", "run"],
        2,
        "run",
        "--overwrite",
        setup=copy(lambda f: None),
    )
    c.case(
        "train: a folder of something else",
        ["train", run / "recipe.toml", "--out", "full"],
        2,
        "full",
        setup=lambda cwd: ((cwd / "full").mkdir(), (cwd / "full" / "thesis.txt").write_text("mine")),
    )
    c.case(
        "train: --overwrite of something else",
        ["train", run / "recipe.toml", "--out", "full", "--overwrite"],
        2,
        "full",
        setup=lambda cwd: ((cwd / "full").mkdir(), (cwd / "full" / "thesis.txt").write_text("mine")),
    )
    c.case(
        "train: out is a file",
        ["train", run / "recipe.toml", "--out", "file"],
        3,
        "file",
        setup=lambda cwd: (cwd / "file").write_text("x"),
    )


def damaged_data(c, rbm, dbm):
    n = 784
    good_npy, good_png, good_idx = make.npy((3, 28, 28)), make.png(28, 28), make.idx((3, 28, 28))
    good_npz = make.npz(x=make.npy((3, n)), y=make.npy((3,), b"\0\1\2"))
    sound = {
        "a.npy": good_npy,
        "a.png": good_png,
        "a-idx3-ubyte": good_idx,
        "a-idx3-ubyte.gz": make.packed(good_idx),
        "a.csv": make.csv(3, n),
        "a.npz": good_npz,
    }
    for name, contents in sound.items():
        path = c.fixture(f"data/{name}", contents)
        c.sound(f"classify {name}", ["classify", dbm, path])
        c.sound(f"data show {name}", ["data", "show", path])
    flipped = bytearray(good_png)
    flipped[len(flipped) // 2] ^= 0x55
    zipped = bytearray(good_npz)
    zipped[60] ^= 0x55
    crc = bytearray(make.packed(good_idx))
    crc[-6] ^= 1
    bad = {
        "empty.npy": (b"", ""),
        "magic.npy": (b"\x93NUMPX" + good_npy[6:], ""),
        "cut-header.npy": (good_npy[:40], "byte"),
        "cut.npy": (good_npy[:-5], "byte"),
        "longer.npy": (good_npy + b"12345", "byte"),
        "version.npy": (make.npy((3, n), version=9), "byte"),
        "header.npy": (make.npy((3, n), header="{'descr': }"), "byte"),
        "no-shape.npy": (make.npy((3, n), header="{'descr': '|u1', 'fortran_order': False, }"), "byte"),
        "object.npy": (make.npy((3, n), dtype="|O"), "byte"),
        "complex.npy": (make.npy((3, n), bytes(8 * 3 * n), dtype="<c8"), "byte"),
        "negative.npy": (
            make.npy((3, n), header="{'descr': '|u1', 'fortran_order': False, 'shape': (-3, 784), }"),
            "byte",
        ),
        "huge.npy": (
            make.npy((3, n), header="{'descr': '|u1', 'fortran_order': False, 'shape': (9000000000000000000, 784), }"),
            "byte",
        ),
        "nan.npy": (make.npy((3, n), make.floats(3 * n, math.nan, 1000), dtype="<f4"), "byte"),
        "inf.npy": (make.npy((3, n), make.floats(3 * n, math.inf, 1000), dtype="<f4"), "byte"),
        "no-cases.npy": (make.npy((0, n)), ""),
        "one-number.npy": (make.npy((), b"\1"), ""),
        "empty.csv": (b"", ""),
        "ragged.csv": (make.csv(2, n) + b"0,1\n", ":3"),
        "word.csv": (make.csv(3, n, r1c5="abc"), ":2"),
        "nan.csv": (make.csv(3, n, r2c0="nan"), ":3"),
        "inf.csv": (make.csv(3, n, r2c0="1e999"), ":3"),
        "hole.csv": (make.csv(3, n, r1c3=""), ":2"),
        "names-only.csv": (",".join(f"x{i}" for i in range(n)).encode() + b"\n", ""),
        "quote.csv": (b'"0,1\n' + make.csv(2, n), ":"),
        "bytes.csv": (bytes(range(256)) * 20, ":"),
        "empty.png": (b"", ""),
        "cut.png": (good_png[:60], "byte"),
        "flipped.png": (bytes(flipped), "byte"),
        "no.png": (b"this is no picture", ""),
        "huge.png": (make.png(28, 28, declared=(200_000, 200_000)), "byte"),
        "rows-missing.png": (make.png(10, 28, declared=(28, 28)), "byte"),
        "depth.png": (make.png(28, 28, depth=3), "byte"),
        "kind.png": (make.png(28, 28, kind=5), "byte"),
        "nothing.png": (make.png(28, 28, declared=(0, 28)), "byte"),
        "empty-idx3-ubyte": (b"", ""),
        "cut-idx3-ubyte": (good_idx[:-9], "byte"),
        "cut-header-idx3-ubyte": (good_idx[:9], "byte"),
        "longer-idx3-ubyte": (good_idx + b"123", "byte"),
        "magic-idx3-ubyte": (make.idx((3, 28, 28), magic=7), "byte"),
        "kind-idx3-ubyte": (make.idx((3, 28, 28), kind=0x55), "byte"),
        "lying-idx3-ubyte": (make.idx((3, 28, 28), sizes=(4_000_000_000, 28, 28)), "byte"),
        "overflow-idx3-ubyte": (make.idx((3, 28, 28), sizes=(4294967295,) * 3), "byte"),
        "cut-idx3-ubyte.gz": (make.packed(good_idx)[:-12], "byte"),
        "sum-idx3-ubyte.gz": (bytes(crc), "byte"),
        "text-idx3-ubyte.gz": (b"no gzip at all", "byte"),
        "cut.npz": (good_npz[:-30], "byte"),
        "flipped.npz": (bytes(zipped), "byte"),
        "empty.npz": (b"", ""),
        "no-array.npz": (make.npz(), ""),
        "unknown-names.npz": (make.npz(a=make.npy((3, n)), b=make.npy((3, n))), ""),
        "labels-missing.npz": (make.npz(x=make.npy((3, n)), y=make.npy((2,), b"\0\1")), ""),
    }
    for name, (contents, *says) in bad.items():
        path = c.fixture(f"data/{name}", contents)
        c.case(f"classify: {name}", ["classify", dbm, path, "--out", "out.csv"], 2, name, *says)
        c.case(f"data show: {name}", ["data", "show", path, "--out", "out.png"], 2, name, *says)
    recipe = c.fixture("own.toml", RECIPE.replace("bars-and-stripes", "file"))
    for name in ["nan.npy", "cut.npy", "ragged.csv", "cut-idx3-ubyte", "flipped.png", "empty.csv"]:
        c.case(
            f"train: {name}",
            ["train", recipe, "--out", "run", "--set", f"data.train={c.fixtures / 'data' / name}"],
            2,
            name,
        )
    narrow = {
        "narrow.npy": make.npy((3, 700)),
        "narrow.csv": make.csv(3, 783),
        "wide.csv": make.csv(3, 786),
        "small.png": make.png(20, 20),
        "small-idx3-ubyte": make.idx((3, 14, 14)),
    }
    for name, contents in narrow.items():
        path = c.fixture(f"data/{name}", contents)
        for verb, args in [("classify", ["--out", "out.csv"]), ("complete", ["--out", "out.png", "--sweeps", "2"])]:
            c.case(f"{verb}: {name}", [verb, dbm, path, *args], 2, name, "784")
        c.case(f"evaluate: {name}", ["evaluate", dbm, "--test", path], 2, name, "784")
    data = c.fixtures / "data"
    for name, contents in {
        "few-labels-idx1-ubyte": make.idx((2,), b"\0\1"),
        "flat-labels.npy": make.npy((3, 2)),
        "negative-labels.npy": make.npy((3,), struct.pack("<3q", 0, -1, 2), dtype="<i8"),
        "nan-labels.npy": make.npy((3,), struct.pack("<3f", 0, math.nan, 2), dtype="<f4"),
        "half-labels.npy": make.npy((3,), struct.pack("<3f", 0, 0.5, 2), dtype="<f4"),
        "huge-labels.npy": make.npy((3,), struct.pack("<3q", 0, 1 << 40, 2), dtype="<i8"),
    }.items():
        path = c.fixture(f"data/{name}", contents)
        source = data / ("a-idx3-ubyte" if "ubyte" in name else "a.npy")
        c.case(f"classify: {name}", ["classify", dbm, source, "--labels", path, "--out", "out.csv"], 2, name)
    outside = c.fixture("data/class-77.npy", make.npy((3,), bytes([0, 77, 2])))
    c.case(
        "evaluate: a class that the model lacks",
        ["evaluate", dbm, "--test", data / "a.npy", "--labels", outside],
        2,
        "77",
    )
    c.case(
        "classify: a class that the model lacks",
        ["classify", dbm, data / "a.npy", "--labels", outside, "--out", "out.csv"],
        2,
        "77",
    )
    for name, args, *says in [
        ("--label-column of no such name", ["a.csv", "--label-column", "species"], "species"),
        ("--label-column 900", ["a.csv", "--label-column", "900"], "900"),
        ("--data-key of no such array", ["a.npz", "--data-key", "pixels"], "pixels"),
        ("--label-key of no such array", ["a.npz", "--label-key", "digit"], "digit"),
        ("--where of no such array", ["a.npz", "--where", "writer 1..2"], "writer"),
        ("--where that is no range", ["a.npz", "--where", "y 5..x"], "y 5..x"),
        ("--where that leaves nothing", ["a.npz", "--where", "y 8..9"], ""),
    ]:
        c.case(f"classify: {name}", ["classify", dbm, data / args[0], *args[1:], "--out", "out.csv"], 2, *says)
    c.case(
        "classify: --labels missing",
        ["classify", dbm, data / "a.npy", "--labels", "nowhere.npy", "--out", "out.csv"],
        3,
        "nowhere.npy",
    )
    for verb in ["classify", "complete"]:
        c.case(f"{verb}: no such file", [verb, dbm, "nowhere.npy", "--out", "out.csv"], 3, "nowhere.npy")
    c.case("data show: no such file", ["data", "show", "nowhere.npy"], 3, "nowhere.npy")
    c.case("evaluate: no such file", ["evaluate", dbm, "--test", "nowhere.npy"], 3, "nowhere.npy")
    c.case(
        "train: no such data", ["train", recipe, "--out", "run", "--set", "data.train=nowhere.npy"], 3, "nowhere.npy"
    )
    c.case("train: data that are not here", ["train", recipe, "--out", "run", "--set", "data.name=mnist"], 3, "mnist")
    c.case(
        "train: test data of another width",
        [
            "train",
            recipe,
            "--out",
            "run",
            "--set",
            f"data.train={data / 'a.npy'}",
            "--set",
            f"data.test={data / 'narrow.npy'}",
            "--set",
            "data.validation=0",
        ],
        2,
        "784",
    )
    folder = c.fixtures / "pictures"
    c.fixture("pictures/1.png", make.png(28, 28))
    c.fixture("pictures/2.png", make.png(20, 20))
    c.case("classify: pictures of two sizes", ["classify", dbm, folder, "--out", "out.csv"], 2, "2.png")
    c.fixture("no-pictures/a.txt", "words")
    c.case(
        "classify: a folder without pictures",
        ["classify", dbm, c.fixtures / "no-pictures", "--out", "out.csv"],
        2,
        "no-pictures",
    )


def outputs(c, rbm, dbm, recipe):
    """Places that cannot be written."""
    asked = verbs(dbm)
    for verb in ["sample", "complete", "classify"]:
        args = asked[verb][:-1]
        ending = ".csv" if verb == "classify" else ".png"
        c.case(f"{verb}: into no such folder", [*args, "nowhere/out" + ending], 3, "nowhere")
        c.case(
            f"{verb}: onto a folder",
            [*args, "out" + ending],
            3,
            "out" + ending,
            setup=lambda cwd, e=ending: (cwd / ("out" + e)).mkdir(),
        )
        c.case(f"{verb}: into /proc", [*args, "/proc/out" + ending], 3, "/proc/out")
    c.case("train: into /proc", ["train", recipe, "--out", "/proc/run"], 3, "/proc/run")
    c.case("report: into no such folder", ["report", rbm, "--out", "nowhere/page.html"], 3, "nowhere")
    c.case(
        "data show: into no such folder", ["data", "show", "bars-and-stripes", "--out", "nowhere/out.png"], 3, "nowhere"
    )

    def no_room():  # every file ends at 64 bytes, as on a full disk
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))

    for verb in ["sample", "complete", "classify"]:
        c.case(f"{verb}: no room for the file", asked[verb], 3, "out.", prepare=no_room)
    c.case("plot: no room for the files", asked["plot"], 3, "pictures/", prepare=no_room)
    c.case("report: no room for the page", ["report", rbm, "--out", "page.html"], 3, "page.html", prepare=no_room)
    c.case(
        "data show: no room for the picture",
        ["data", "show", "bars-and-stripes", "--out", "out.png"],
        3,
        "out.png",
        prepare=no_room,
    )
    c.case("train: no room for the run", ["train", recipe, "--out", "run"], 3, "run/", prepare=no_room)

    def full(cwd):
        shutil.copytree(rbm, cwd / "run")

    c.case("evaluate: no room for the figures", ["evaluate", "run"], 3, "evaluation.json", setup=full, prepare=no_room)
    for name, args in [
        ("classify", ["classify", dbm]),
        ("inspect", ["inspect", rbm]),
        ("version", ["version"]),
        ("data list", ["data", "list"]),
        ("completion", ["completion", "bash"]),
        ("train --help-recipe", ["train", "--help-recipe"]),
        ("--help", ["--help"]),
        ("train --dry-run", ["train", recipe, "--dry-run"]),
    ]:
        with open("/dev/full", "wb") as device:
            c.case(
                f"{name}: standard output is full", args, 3, "standard output", stdout=device, quiet=name != "--help"
            )

    if os.geteuid() == 0:

        def closed(cwd):
            cwd.chmod(0o555)

        def as_nobody():
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)

        prepare = as_nobody
    else:

        def closed(cwd):
            cwd.chmod(0o555)

        prepare = None
    for verb in ["sample", "complete", "classify", "plot"]:
        c.case(f"{verb}: a folder that may not be written", asked[verb], 3, setup=closed, prepare=prepare)
    c.case(
        "train: a folder that may not be written",
        ["train", recipe, "--out", "run"],
        3,
        "run",
        setup=closed,
        prepare=prepare,
    )

    def unreadable(cwd):
        (cwd / "model.safetensors").write_bytes((rbm / "model.safetensors").read_bytes())
        (cwd / "model.safetensors").chmod(0)

    c.case(
        "inspect: a file that may not be read",
        ["inspect", "model.safetensors"],
        3,
        "model.safetensors",
        setup=unreadable,
        prepare=prepare,
    )

    disk = c.folder / "disk"
    disk.mkdir()
    if (
        os.geteuid() == 0
        and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", disk], stderr=subprocess.DEVNULL
        ).returncode
        == 0
    ):
        try:
            for verb in ["sample", "complete", "classify"]:
                out = disk / ("out.csv" if verb == "classify" else "out.png")
                (disk / "filler").write_bytes(b"\0" * 8192)
                c.case(f"{verb}: a full disk", [*asked[verb][:-1], out], 3, str(out))
                left = [p.name for p in disk.iterdir() if p.name != "filler"]
                if left:
                    c.judge(f"{verb}: a full disk, afterwards", [], [f"left: {left}"])
            c.case("train: a full disk", ["train", recipe, "--out", disk / "run"], 3, str(disk))
        finally:
            subprocess.run(["umount", disk], check=False)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("binary", type=pathlib.Path)
    options.add_argument("--only", default="", metavar="WORD", help="cases whose name contains the word")
    options.add_argument("--list", action="store_true", help="names of the cases; runs none")
    options.add_argument("--keep", action="store_true", help="keep the folder, and name it")
    options = options.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="deepboltz-bad-input-"))
    folder.chmod(0o755)
    begin = time.monotonic()
    c = Campaign(options.binary.resolve(), folder, options.only)
    rbm, dbm = c.train("rbm", RECIPE), c.train("dbm", LABELLED)
    recipe = c.fixtures / "rbm.toml"
    c.list_only = options.list
    for verb, args in verbs(dbm).items():
        if verb != "evaluate":  # writes into the run
            c.sound(verb, args)
    c.sound("resume", ["resume", rbm])
    usage(c, rbm, dbm, recipe)
    devices(c, rbm, dbm, recipe)
    recipes(c, recipe)
    damaged_models(c, dbm)
    damaged_runs(c, dbm)
    damaged_data(c, rbm, dbm)
    outputs(c, rbm, dbm, recipe)
    if options.list:
        print("\n".join(c.names))
    if options.keep:
        print(f"kept: {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{len(c.names)} bad inputs, {time.monotonic() - begin:.0f} s")
    print(f"{c.passed} passed, {len(c.failures)} failed")
    return 1 if c.failures else 0


if __name__ == "__main__":
    sys.exit(main())
