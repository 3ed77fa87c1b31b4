#!/usr/bin/env python3
"""Times the same work by deepboltz and by other programs, alternating in one run.

    bench/compare.py build/release/bin/deepboltz [--python build/peers/bin/python] [--threads 2] [--batch 100] …
    bench/compare.py build/release/bin/deepboltz --work gibbs …
    bench/compare.py --setup build/peers         makes a virtual environment with the peers' current releases

epoch: an epoch of contrastive divergence; deepboltz counts draws. Every contender trains on 60,000 binary cases of
density 0.19. The time includes momentum, decay, shuffling and sampling. In a turn each contender trains one epoch, one
after the other. The ratio is a contender's time over the time of deepboltz in the same turn. The table has the median
over turns, the smallest and the largest. gibbs: the same with 20 sweeps of block Gibbs sampling of an RBM; --batch is
the number of chains.

Variables that hold OpenBLAS to old kernels or a small cache are cleared for every program (HOLD_BACK). The table is
followed by the kernels that each peer ran, as threadpoolctl reports them. A peer whose package is missing is skipped,
with a message.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import venv

PEERS = pathlib.Path(__file__).resolve().parent / "peers"
PACKAGES = ["numpy", "scikit-learn", "torch", "jax", "thrml", "threadpoolctl"]
HOLD_BACK = ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"]
WORK = {"epoch": ["numpy_cd1", "torch_cd1", "jax_cd1", "sklearn_pcd1"], "gibbs": ["thrml_gibbs"]}
SWEEPS = 20  # of a turn of gibbs; the peer counts as many


def environment():
    """This process's environment, in which every BLAS picks its own kernels and sizes."""
    return {name: value for name, value in os.environ.items() if name not in HOLD_BACK}


class Deepboltz:
    """One process a turn: `deepboltz bench`."""

    def __init__(self, options, math):
        self.name = f"deepboltz {math}"
        batch = "--batch" if options.work == "epoch" else "--chains"
        shape = ["--visible", options.visible, "--hidden", options.hidden, batch, options.batch]
        self.times = 1 if options.work == "epoch" else SWEEPS  # of what the command reports
        counts = ["--statistics", "sample"] if options.work == "epoch" else []
        self.command = [options.binary, "bench", options.work, *shape, *counts, "--threads", options.threads, "--math", math, "--json"]

    def turn(self):
        command = [str(word) for word in self.command]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment())
        self.result = json.loads(done.stdout)
        return self.times * self.result["seconds"]


class Peer:
    """A process of its own for the whole run, which trains when asked (peers/peer.py)."""

    def __init__(self, options, script):
        shape = ["--visible", options.visible, "--hidden", options.hidden, "--batch", options.batch]
        threads = str(options.threads)
        settings = {
            **environment(),
            **{f"{library}_NUM_THREADS": threads for library in ["OMP", "OPENBLAS", "MKL"]},
            "OMP_WAIT_POLICY": "passive",
            "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=" + ("false" if threads == "1" else "true"),
        }
        command = [options.python, PEERS / script, *shape, "--threads", threads]
        self.process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=settings,
        )
        greeting = self.process.stdout.readline().split(maxsplit=3)
        if greeting[:1] != ["ready"]:
            raise RuntimeError((self.process.stderr.read().strip() or "no answer").splitlines()[-1])
        self.name = f"{greeting[1]} {greeting[2]}"
        self.kernels = greeting[3].strip()

    def turn(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())


def set_up(folder):
    venv.create(folder, with_pip=True)
    subprocess.run([folder / "bin" / "pip", "install", "--quiet", *PACKAGES], check=True)


def spread(ratios):
    return f"{statistics.median(ratios):7.2f}  ({min(ratios):.2f} to {max(ratios):.2f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", nargs="?", type=pathlib.Path)
    parser.add_argument("--setup", type=pathlib.Path, metavar="FOLDER", help="make the environment of the peers, and end")
    parser.add_argument("--python", default=sys.executable, help="the Python that has the peers")
    parser.add_argument("--work", choices=WORK, default="epoch")
    parser.add_argument("--peers", nargs="*", help="scripts of bench/peers (default: all that do this work)")
    parser.add_argument("--math", nargs="*", default=["int16", "f32"])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--visible", type=int, default=784)
    parser.add_argument("--hidden", type=int, default=500)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--turns", type=int, default=5)
    options = parser.parse_args()
    if options.setup:
        return set_up(options.setup)
    if not options.binary:
        parser.error("BINARY, the deepboltz command, is missing")

    contenders = [Deepboltz(options, math) for math in options.math]
    for peer in options.peers or WORK[options.work]:
        try:
            contenders.append(Peer(options, peer + ".py"))
        except RuntimeError as error:
            print(f"{peer} is skipped: {error}", file=sys.stderr)
    times = {contender.name: [] for contender in contenders}
    for turn in range(options.turns):
        for contender in contenders:
            print(f"turn {turn + 1}/{options.turns}: {contender.name}", file=sys.stderr)
            times[contender.name].append(contender.turn())

    ours = times[contenders[0].name]
    print(f"{options.work}: {options.visible} × {options.hidden}, batch {options.batch}, {options.threads} thread(s), {options.turns} turns")
    print(f"{'':28} {'seconds':>10}   against {contenders[0].name}")
    for name, seconds in times.items():
        ratios = [theirs / own for theirs, own in zip(seconds, ours)]
        print(f"{name:28} {statistics.median(seconds):10.3f}   {spread(ratios)}")
    result = contenders[0].result
    for contender in contenders:
        if isinstance(contender, Peer):
            print(f"kernels of {contender.name}: {contender.kernels}")
    print(f"five products: {result['products_seconds']:.3f} s, {result['isa']}" if options.work == "epoch" else result["isa"])


if __name__ == "__main__":
    main()
