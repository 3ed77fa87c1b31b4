"""Recipes with one thing wrong."""

import damaged_files as make
from refusals.campaign import RECIPE


def recipes(c, recipe):
    def lines(*extra):  # a sound recipe, and one line more in its own section
        return RECIPE + "".join(extra)

    at = RECIPE.count("\n") + 1
    bad = {
        "unknown key": (RECIPE.replace("epochs = 1", "epochs = 1\nratee = 0.1"), ":10: ", "ratee", "rate"),
        "objective without labels": (RECIPE.replace("epochs = 1", 'epochs = 1\nobjective = "hybrid"'), ":10: ", "generative"),
        "unknown objective": (RECIPE.replace("epochs = 1", 'epochs = 1\nobjective = "hybird"'), ":10: ", "hybrid"),
        "negative drift": (RECIPE.replace("epochs = 1", "epochs = 1\nhidden_drift = -1"), ":10: ", "hidden_drift"),
        "identity above one": (RECIPE.replace("validation = 10", "validation = 10\nidentity = 1.5"), ":6: ", "identity"),
        "no extra words": (RECIPE.replace("hidden = [4]", 'hidden = [4]\nvisible = "counts:0"'), ":8: ", "counts:EXTRA"),
        "labels beside extra words": (RECIPE.replace("hidden = [4]", 'hidden = [4]\nvisible = "counts:3"\nlabels = true'), ":9: ", "extra words"),
        "softmax hidden units": (RECIPE.replace("hidden = [4]", 'hidden = [4]\nhidden_unit = "softmax:2"'), ":8: ", "softmax"),
        "whitened bits": (RECIPE.replace("hidden = [4]", 'hidden = [4]\nstandardise = "zca"'), ":8: ", "standardise", "gaussian"),
        "floor of nothing": (RECIPE.replace("hidden = [4]", "hidden = [4]\nwhitening_floor = 0"), ":8: ", "whitening_floor"),
        "mean of no patches": (RECIPE.replace("validation = 10", "validation = 10\nsubtract_mean = true"), ":6: ", "patches"),
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
        "average over more than all epochs": (RECIPE.replace("epochs = 1", "average = 1.5"), ":9: ", "average", "1.5"),
        "classes that start at no label layer": (lines('[finetune]\noutput = "labels"\n'), "output", "model.labels"),
        "recognition in six sweeps": (
            RECIPE.replace("epochs = 1", "recognition.sweeps = 6"),
            ":9: ",
            "recognition.sweeps",
        ),
        "recognition of one layer": (
            RECIPE.replace("epochs = 1", "recognition.sweeps = 1"),
            ":9: ",
            "recognition.sweeps",
        ),
        "recognition with labels": (
            RECIPE.replace("hidden = [4]", "hidden = [4, 3]\nlabels = true").replace(
                "epochs = 1", "recognition.sweeps = 1"
            ),
            ":10: ",
            "recognition.sweeps",
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
