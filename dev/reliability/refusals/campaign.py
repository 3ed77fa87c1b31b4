"""Runs the command on one bad input after another, and judges how each is refused."""

import os
import resource
import shutil
import subprocess
import sys

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


def verbs(model):
    """What each verb is asked with, beside the model."""
    return {
        "sample": ["sample", model, "--sweeps", "2", "--count", "2", "--out", "out.png"],
        "evaluate": ["evaluate", model],
        "complete": ["complete", model, "--sweeps", "2", "--burn-in", "1", "--count", "1", "--out", "out.png"],
        "classify": ["classify", model, "--out", "out.csv"],
        "encode": ["encode", model, "--out", "out.csv"],
        "inspect": ["inspect", model],
        "plot": ["plot", model, "--sweeps", "2", "--out", "pictures"],
    }
