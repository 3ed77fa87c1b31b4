"""What a peer's script shares with the others: arguments, data, and the conversation with bench/compare.py.

A peer prints "ready NAME VERSION KERNELS" after one epoch to warm up. Then, for every line on standard input, it trains
one epoch and prints the seconds. The environment that compare.py starts it in sets the threads.
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


def blas_kernels():
    """The BLAS libraries loaded by this process, with their kernels and threads, as threadpoolctl reports them."""
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return "unknown, threadpoolctl is not installed"
    libraries = [library for library in threadpool_info() if library["user_api"] == "blas"]
    words = [
        f"{blas['internal_api']} {blas['version']}, {blas.get('architecture', 'kernels not named')}, {blas['num_threads']} thread(s)"
        for blas in libraries
    ]
    return "; ".join(words) or "no BLAS that threadpoolctl can see"


def serve(name, version, work, kernels=blas_kernels):
    work()
    print("ready", name, version, kernels(), flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        work()
        print(time.perf_counter() - start, flush=True)
