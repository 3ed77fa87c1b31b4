"""Run folders with one file changed."""

import math
import shutil

from damaged_files import Safetensors
from refusals.campaign import RECIPE


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
        "no stage": (meta("run/stage", None), name, "run/stage"),
        "unknown stage": (meta("run/stage", "tarin"), name, "tarin"),
        "no word whether it has begun": (meta("run/begun", None), name, "run/begun"),
        "of another kind": (meta("kind", "oracle"), name, "oracle"),
        "of an unknown part": (meta("parts", "model tree\n"), name, "tree"),
        "of a newer format": (meta("deepboltz", "99"), name, "99"),
        "of an older program": (meta("deepboltz", None), name, "older", "--from"),
        "pretraining without a machine": (meta("run/stage", "pretrain1"), name, "stage/1/"),
        "epoch in words": (meta("finetune/epoch", "x"), name, "finetune/epoch"),
        "epoch of −1": (meta("finetune/epoch", "-1"), name, "finetune/epoch"),
        "no batch": (meta("finetune/batch", None), name, "finetune/batch"),
        "a loss in words": (meta("finetune/cross_entropy", "low"), name, "finetune/cross_entropy", "low"),
        "a loss with more behind it": (meta("finetune/cross_entropy", "1.5x"), name, "finetune/cross_entropy", "1.5x"),
        "a loss that is NaN": (meta("finetune/cross_entropy", "nan"), name, "finetune/cross_entropy"),
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
    begin = ["train", run / "recipe.toml", "--from", "run", "--out", "new"]
    c.case("train: --only of no stage", begin + ["--only", "tuning"], 2, "tuning", "finetune", setup=copy(lambda f: None))
    c.case("train: --only without --from", begin[:2] + ["--out", "new", "--only", "train"], 2, "--from")
    for what, more in {"fewer epochs": "finetune.epochs=0", "epochs of another stage": "train.epochs=7"}.items():
        c.case(f"resume: {what}", ["resume", "run", "--set", more], 2, "--from", setup=copy(lambda f: None))
    model = (run / "model.safetensors").read_bytes()
    from_others = {
        "whose model is cut": (write("model.safetensors", model[:-9]), [], "model.safetensors", "byte"),
        "of other layers": (copy(lambda f: None), ["--set", "model.hidden=[6,4]"], "hidden2 5", "hidden2 4"),
        "of other data": (copy(lambda f: None), ["--set", "data.name=bars-and-stripes"], "784", "16"),
        "that is the new run": (copy(lambda f: None), ["--out", "run", "--overwrite"], "--from", "run"),
    }
    for what, (setup, more, *says) in from_others.items():
        args = begin[:4] + more if "--out" in more else begin + more
        c.case(f"train: from a run {what}", args, 2, *says, setup=setup)
    c.case("train: from a run that is not there", begin, 3, "run")
    c.case("train: from a run without a model", begin, 3, "model.safetensors", setup=copy(lambda f: (f / "model.safetensors").unlink()))
    whole_model = (run / "model.safetensors").read_bytes()
    name = "model.safetensors"
    file = Safetensors(whole_model)
    network = file.metadata["classifier/network"]
    file.metadata["classifier/network"] = network.replace("bernoulli", "bernouli", 1)
    for what, contents, *says in [
        ("cut", whole_model[:-9], "byte"),
        ("empty", b"", "byte"),
        ("of an unknown unit", file.pack(), "bernouli"),
        (
            "with NaN",
            Safetensors(whole_model).put_float("classifier/hidden1.weight", 3, math.nan).pack(),
            "hidden1.weight",
        ),
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


def damaged_trajectories(c, plain):
    """A run by trajectory tempering, of whose trajectory one thing is wrong; and a run without one."""
    run = c.train("moving", RECIPE.replace("epochs = 1\n", 'epochs = 1\nmethod = "pcd"\nsampler = "trajectory"\n'))
    name = "trajectory.safetensors"
    whole = (run / name).read_bytes() if not c.list_only else b""

    def write(contents):
        def setup(cwd):
            shutil.copytree(run, cwd / "run")
            (cwd / "run" / name).write_bytes(contents())

        return setup

    def changed(change):
        def contents():
            file = Safetensors(whole)
            change(file)
            return file.pack()

        return contents

    def renamed(old):
        return changed(lambda f: f.header.update({"other": f.header.pop(old)}))

    draw = ["sample", "run", "--sampler", "trajectory", "--sweeps", "2", "--out", "out.csv"]
    c.sound("sample --sampler trajectory", ["sample", run, "--sampler", "trajectory", "--sweeps", "2", "--out", "out.csv"])
    for what, contents, *says in [
        ("cut", lambda: whole[:-9], "byte"),
        ("empty", lambda: b"", "byte"),
        ("a model", lambda: (run / "model.safetensors").read_bytes(), "chains/0"),
        ("without the model's chains", renamed("chains/1"), "chains/1"),
        ("without a machine's chains", renamed("machine/0/chains/1"), "machine/0/chains/1"),
        ("without a machine's bias", renamed("machine/0/layer/hidden1/bias"), "machine/0/layer/hidden1/bias"),
        ("with a weight that is NaN", changed(lambda f: f.put_float("machine/0/layer/hidden1/bias", 0, math.nan)), "hidden1/bias"),
        ("with half a bit", changed(lambda f: f.put_float("machine/0/chains/0", 3, 0.5)), "0.5", "case 0, unit 3"),
    ]:
        for verb, args in [("sample", draw), ("evaluate", ["evaluate", "run"])]:
            c.case(f"{verb}: a trajectory, {what}", args, 2, name, *says, setup=write(contents))
    c.case("sample: no trajectory", ["sample", plain, *draw[2:]], 2, str(plain), name)
    c.case("sample: a trajectory of a model file", ["sample", plain / "model.safetensors", *draw[2:]], 2, name)
    c.case("sample: a trajectory and a label", ["sample", run, *draw[2:], "--label", "1"], 2, "label")
