"""What a peer's script shares with the others: arguments, data, and the conversation with bench/compare.py.

A peer says "ready NAME VERSION" once it has warmed up; then for every line on standard input it trains one epoch
and prints the seconds that this took. Threads are set by the environment that compare.py starts it in.
"""

import argparse
import sys
import time


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=60_000)
    parser.add_argument("--visible", type=int, default=784)
    parser.add_argument("--hidden", type=int, default=500)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


RATE, MOMENTUM, L2, DENSITY = 0.05, 0.5, 2e-4, 0.19


def binary_cases(options, dtype="float32"):
    """(cases, visible), each entry 1 with probability DENSITY."""
    import numpy

    random = numpy.random.default_rng(0)
    return (random.random((options.cases, options.visible), dtype="float32") < DENSITY).astype(dtype)


def serve(name, version, work):
    work()
    print("ready", name, version, flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        work()
        print(time.perf_counter() - start, flush=True)
