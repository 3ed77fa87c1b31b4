#!/usr/bin/env python3
"""Kills training runs at random moments, resumes them, and compares every byte with a run that was never stopped.

    kills.py BINARY [--kills N] [--seed S] [--kind NAME] [--keep]

A kind of run is trained once, uninterrupted, on one thread. Then
  threads   the same on 2 and on 3 threads;
  kill -9   again and again: start (or resume, on 1, 2 or 3 threads, at random), SIGKILL at a random moment, until
            so many kills are spent; every second kill waits for the next file that is being written. Each finished
            run is compared, and a last one is driven to its end;
  signals   SIGTERM and SIGINT: exit code 143 or 130, one line that says how to go on, a checkpoint; then resumed;
  finished  resuming a finished run changes nothing.
Compared byte for byte: recipe.toml, model.safetensors, checkpoint.safetensors, metrics.csv.
A half-written file that stays behind in a finished run is a failure, too.

One line a kind; the last line is "N passed, N failed". Exit code 1 if anything failed. Standard library only.
"""

import argparse
import hashlib
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

COMPARED = ["recipe.toml", "model.safetensors", "checkpoint.safetensors", "metrics.csv"]
LIMIT = 600  # seconds that no single process may take, on any machine

RBM = """
[data]
name = "bars-and-stripes"
train_cases = 300
test_cases = 20
validation = 50
[model]
hidden = [12]
[monitor]
likelihood_every = 4
pictures_every = 3
"""

DBM = """
[data]
name = "strokes"
train_cases = 150
test_cases = 10
validation = 50
[model]
hidden = [16, 12]
labels = true
[[pretrain.stage]]
epochs = 2
batch = 20
[[pretrain.stage]]
epochs = 2
batch = 20
[train]
epochs = 3
method = "pcd"
batch = 20
chains = 20
sweeps = 2
optimizer = "nesterov"
centering.kind = "offsets"
[monitor]
likelihood_every = 3
pictures_every = 2
"""

GUESSED = """
[data]
name = "strokes"
train_cases = 150
test_cases = 10
validation = 50
[model]
hidden = [16, 12]
[train]
epochs = 6
batch = 20
chains = 20
centering.kind = "offsets"
recognition.sweeps = 1
[monitor]
likelihood_every = 3
pictures_every = 2
"""

STACK = """
system = "stack"
[data]
name = "strokes"
train_cases = 150
test_cases = 10
validation = 50
[monitor]
pictures_every = 2
[[pretrain.stage]]
epochs = 2
batch = 20
method = "cd"
rate = 0.05
[[pretrain.stage]]
epochs = 2
batch = 20
method = "cd"
rate = 0.05
[model]
"""

KINDS = {
    "dbm-recognition": GUESSED,
    "dbm-recognition-integers": GUESSED.replace("epochs = 6", 'epochs = 6\nmath = "int16"'),
    "rbm-pcd": RBM
    + """
[train]
epochs = 10
method = "pcd"
batch = 10
chains = 20
sweeps = 2
rate = { kind = "linear", start = 0.05, end = 0.001, epochs = 10 }
l2 = 0.0002
""",
    "rbm-cd-adam": RBM
    + """
[train]
epochs = 10
method = "cd"
batch = 10
sweeps = 1
optimizer = "adam"
rate = 0.002
statistics = "sample"
sparsity = { target = [0.2], cost = [0.1] }
""",
    "dbm-momentum": DBM
    + """
[finetune]
epochs = 5
batch = 20
optimizer = "momentum"
rate = 0.05
keep_input = 0.8
keep_hidden = 0.5
max_norm = 3.0
""",
    "dbm-conjugate-gradients": DBM
    + """
[finetune]
epochs = 4
batch = 50
optimizer = "conjugate-gradients"
output_only_epochs = 1
""",
    "autoencoder-adam": STACK
    + """
stack = "autoencoder"
hidden = [16, 6]
[finetune]
epochs = 5
batch = 20
optimizer = "adam"
rate = 0.01
code_noise = { kind = "linear", start = 0, end = 4, epochs = 3 }
""",
    "belief-net-up-down": STACK
    + """
stack = "belief-net"
hidden = [16, 12]
labels = true
[up_down]
epochs = 5
batch = 20
math = "int16"
rate = 0.02
sweeps = { kind = "linear", start = 1, end = 4, epochs = 5 }
[finetune]
epochs = 3
batch = 20
output = "labels"
optimizer = "momentum"
rate = 0.05
keep_hidden = 0.5
""",
    "multimodal": """
[data]
name = "tagged-strokes"
train_cases = 200
test_cases = 10
validation = 20
[[pathway]]
name = "image"
visible = "bernoulli"
binarise = "each-time"
hidden = [12]
hide = 0.25
[[pathway]]
name = "text"
visible = "counts"
hidden = [10, 8]
hide = 0.5
[joint]
units = 10
labels = true
[pretrain]
bias = "mean"
[[pretrain.stage]]
epochs = 3
batch = 20
[[pretrain.stage]]
epochs = 3
batch = 20
[[pretrain.stage]]
epochs = 3
batch = 20
[[pretrain.stage]]
epochs = 3
batch = 20
[train]
epochs = 5
batch = 20
method = "pcd"
chains = 20
sweeps = 2
[monitor]
cases = 50
checkpoint_every = 1
""",
}


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def half_written(folder):
    return [p for p in folder.rglob("*") if ".partial-" in p.name] if folder.is_dir() else []


class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def hold(self, kind, what, holds, detail=""):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {kind}: {what}{': ' + detail if detail else ''}", flush=True)
        return holds


class Refused(Exception):
    """A run did not go on after a kill."""


class Kind:
    """One kind of run under test: its recipe, its uninterrupted run, and the folder all its runs live in."""

    def __init__(self, name, binary, folder, seed, tally):
        self.name, self.binary, self.folder, self.seed, self.tally = name, binary, folder, seed, tally
        self.recipe = folder / f"{name}.toml"
        self.recipe.write_text(KINDS[name])
        self.reference = folder / f"{name}-reference"
        self.kills = self.rounds = self.refusals = 0
        self.seconds = 0.0

    def draw(self, *purpose):
        return random.Random("/".join(map(str, (self.seed, self.name, *purpose))))

    def command(self, run, threads):
        go_on = (run / "recipe.toml").exists()
        words = ["resume", run] if go_on else ["train", self.recipe, "--out", run]
        return [str(w) for w in (self.binary, *words, "--threads", threads, "--quiet")]

    def start(self, run, threads):
        return subprocess.Popen(
            self.command(run, threads),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def finish(self, run, threads=1):
        """Runs or resumes to the end; true if it exits with 0."""
        process = self.start(run, threads)
        try:
            words = process.communicate(timeout=LIMIT)[1].strip()
        except subprocess.TimeoutExpired:
            process.kill()
            words = f"still running after {LIMIT} s"
        return (
            self.tally.hold(
                self.name,
                f"{run.name} on {threads} threads",
                process.returncode == 0,
                f"exit code {process.returncode}, {words!r}",
            )
            if process.returncode
            else True
        )

    def compare(self, run, what):
        different = [
            name
            for name in COMPARED
            if (self.reference / name).exists() != (run / name).exists()
            or (run / name).exists()
            and digest(self.reference / name) != digest(run / name)
        ]
        left = [p.name for p in half_written(run)]
        self.tally.hold(self.name, what, not different, f"{', '.join(different)} differ from the uninterrupted run's")
        self.tally.hold(self.name, f"{what}, half-written files", not left, f"left behind: {', '.join(left)}")
        if not different and not left:
            shutil.rmtree(run)

    def reference_run(self):
        begin = time.monotonic()
        whole = self.finish(self.reference)
        self.seconds = time.monotonic() - begin
        return whole and (self.reference / "checkpoint.safetensors").exists()

    def same_on_threads(self):
        for threads in (2, 3):
            run = self.folder / f"{self.name}-threads-{threads}"
            if self.finish(run, threads):
                self.compare(run, f"the run on {threads} threads")

    def kill_once(self, run, draw):
        """Starts or resumes, and kills. True: it was killed; False: it had finished before."""
        process = self.start(run, draw.choice([1, 2, 3]))
        aimed = draw.random() < 0.5
        until = time.monotonic() + draw.uniform(0, 0.7 * self.seconds)
        while process.poll() is None and time.monotonic() < until:
            time.sleep(min(0.002, max(0.0, until - time.monotonic())))
        while aimed and process.poll() is None and not half_written(run):
            time.sleep(0.0002)
        process.kill()
        words = process.communicate()[1].strip()
        if process.returncode == -signal.SIGKILL:
            self.kills += 1
            return True
        if process.returncode != 0:
            raise Refused(f"exit code {process.returncode}, {words!r}")
        return False

    def survive_kills(self, budget):
        draw = self.draw("kills")
        while self.kills < budget:
            self.rounds += 1
            run = self.folder / f"{self.name}-killed-{self.rounds}"
            before = self.kills
            try:
                while self.kills < budget and self.kill_once(run, draw):
                    pass
            except Refused as refusal:
                self.refusals += 1
                self.tally.hold(self.name, f"{run.name}, started after a kill", False, str(refusal))
                if self.refusals == 10:
                    return
                continue
            if self.finish(run):
                self.compare(run, f"the run that was killed {self.kills - before} times")

    def leave_a_checkpoint(self, number, code):
        """SIGTERM or SIGINT at a random moment of training."""
        draw, name = self.draw("signal", code), signal.Signals(number).name
        for attempt in range(20):  # the machine may be faster now, and the run finished before the signal
            run = self.folder / f"{self.name}-{name}-{attempt}"
            process = self.start(run, draw.choice([1, 2, 3]))
            while process.poll() is None and not (run / "recipe.toml").exists():
                time.sleep(0.001)
            time.sleep(draw.uniform(0, 0.7 * self.seconds / (1 + attempt)))
            if process.poll() is None:
                process.send_signal(number)
            words = process.communicate(timeout=LIMIT)[1].strip()
            if process.returncode != 0 and "already done" not in words:
                break
        told = words.startswith("deepboltz: error: interrupted") and "\n" not in words and str(run) in words
        self.tally.hold(
            self.name,
            f"{name}: exit code and line",
            process.returncode == code and told,
            f"expected {code}, got {process.returncode}, {words!r}",
        )
        self.tally.hold(self.name, f"{name}: a checkpoint", (run / "checkpoint.safetensors").exists())
        if self.finish(run):
            self.compare(run, f"the run that {name} stopped")

    def stay_finished(self):
        run = self.folder / f"{self.name}-again"
        shutil.copytree(self.reference, run)
        if self.finish(run):
            self.compare(run, "the finished run, resumed")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("binary", type=pathlib.Path)
    options.add_argument("--kills", type=int, default=20, help="in total, shared among the kinds")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--kind", choices=KINDS, action="append")
    options.add_argument("--keep", action="store_true", help="keep the folder, and name it")
    options = options.parse_args()

    kinds, tally, kills, begin = options.kind or list(KINDS), Tally(), 0, time.monotonic()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="deepboltz-kills-"))
    for i, name in enumerate(kinds):
        kind = Kind(name, options.binary.resolve(), folder, options.seed, tally)
        failed, start = tally.failed, time.monotonic()
        if kind.reference_run():
            kind.same_on_threads()
            kind.survive_kills((i + 1) * options.kills // len(kinds) - i * options.kills // len(kinds))
            kind.leave_a_checkpoint(signal.SIGTERM, 143)
            kind.leave_a_checkpoint(signal.SIGINT, 130)
            kind.stay_finished()
        else:
            tally.hold(name, "the uninterrupted run", False)
        kills += kind.kills
        print(
            f"{name:<24} {kind.kills:>4} kills in {kind.rounds} runs, SIGTERM, SIGINT, threads 1 2 3: "
            f"{'FAILED' if tally.failed > failed else 'same bits'} ({time.monotonic() - start:.0f} s)",
            flush=True,
        )
    if options.keep or tally.failed:
        print(f"kept: {folder}")
    else:
        shutil.rmtree(folder)
    print(f"{kills} kills, {time.monotonic() - begin:.0f} s")
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
