"""Command lines that mean nothing, and devices that are not there."""

from refusals.campaign import RECIPE, verbs


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
        ("resume: unknown option", ["resume", rbm, "--sett", "a=1"], "--set"),
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
