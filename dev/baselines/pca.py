#!/usr/bin/env python3
"""Squared errors of test cases that few numbers describe: principal components, and logistic ones for values in [0, 1].

  dev/baselines/pca.py TRAIN TEST [--components 6,18,30] [--logistic 6,18] [--rounds 60]

TRAIN, TEST: IDX files of bytes, which become [0, 1], or NPY arrays (cases, units), which stay as they are. Errors are sums over the
units of a case, means over the test cases, with the standard error of that mean. Everything is fitted on TRAIN.

Logistic principal components (Schein, Saul & Ungar 2003): means s(b + z·W), s the logistic function, maximise the likelihood of the
training cases over b, W and a z of each case, by Newton steps of all z and of all columns of W in turn. A test case gets the z that
is most likely given b and W.
"""
import argparse
import gzip
import json

import numpy
from scipy.special import expit

RIDGE = 1e-3  # keeps Newton's matrices regular where a unit is 0 in all cases


def read(path):
    if path.endswith(".npy"):
        return numpy.load(path).astype(numpy.float64)
    raw = numpy.frombuffer((gzip.open if path.endswith(".gz") else open)(path, "rb").read(), numpy.uint8)
    sizes = raw[4:4 + 4 * raw[3]].view(">i4")
    return raw[4 + 4 * raw[3]:].reshape(sizes[0], -1) / 255


def squared_error(x, means):
    errors = ((x - means) ** 2).sum(1)
    return {"value": float(errors.mean()), "standard_error": float(errors.std(ddof=1) / len(errors) ** 0.5)}


def principal(train, test, sizes):
    mean = train.mean(0)
    values, directions = numpy.linalg.eigh((train - mean).T @ (train - mean) / len(train))
    out = {"variance": float(values.sum()), "test_variance": squared_error(test, mean)}
    for size in sizes:
        basis = directions[:, -size:]
        out[f"pca_{size}_squared_error"] = squared_error(test, mean + (test - mean) @ basis @ basis.T)
    return out


def losses(x, field):
    """−log p of every value."""
    return numpy.logaddexp(0, field) - x * field


def newton(x, z, weights, bias):
    """z after a Newton step of each row of x, halved where it would not be better.   z: (rows, k), weights: (k, columns)"""
    k = len(weights)
    field = z @ weights + bias
    mean = expit(field)
    slope = (x - mean) @ weights.T - RIDGE * z
    pairs = (weights[:, None] * weights[None]).reshape(k * k, -1)
    curvature = ((mean * (1 - mean)) @ pairs.T).reshape(-1, k, k) + RIDGE * numpy.eye(k)
    step = numpy.linalg.solve(curvature, slope[..., None])[..., 0]
    cost = lambda z: losses(x, z @ weights + bias).sum(1) + RIDGE / 2 * (z ** 2).sum(1)
    before, share = cost(z), numpy.ones((len(x), 1))
    for _ in range(8):
        worse = cost(z + share * step) > before
        if not worse.any():
            break
        share[worse] /= 2
    share[cost(z + share * step) > before] = 0
    return z + share * step


def logistic(train, test, size, rounds):
    mean = train.mean(0).clip(1e-3, 1 - 1e-3)
    bias = numpy.log(mean / (1 - mean))
    _, _, right = numpy.linalg.svd(train[:4000] - train.mean(0), full_matrices=False)
    weights = right[:size] * 4
    z = (train - train.mean(0)) @ right[:size].T
    for _ in range(rounds):
        z = newton(train, z, weights, bias)
        with_bias = newton(train.T, numpy.column_stack([weights.T, bias]), numpy.column_stack([z, numpy.ones(len(z))]).T, 0)
        weights, bias = with_bias[:, :-1].T, with_bias[:, -1]
        scale = z.std(0)  # z and W share a scale: z keeps deviation 1
        z, weights = z / scale, weights * scale[:, None]
    codes = numpy.zeros((len(test), size))
    for _ in range(30):
        codes = newton(test, codes, weights, bias)
    means = lambda z: expit(z @ weights + bias)
    return {f"logistic_pca_{size}_squared_error": squared_error(test, means(codes)),
            f"logistic_pca_{size}_training": squared_error(train, means(z))}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train"), parser.add_argument("test")
    for name, default in [("components", "6,18,30"), ("logistic", "")]:
        parser.add_argument("--" + name, default=default)
    parser.add_argument("--rounds", type=int, default=60)
    options = parser.parse_args()
    train, test = read(options.train), read(options.test)
    sizes = lambda text: [int(size) for size in text.split(",") if size]
    out = principal(train, test, sizes(options.components))
    for size in sizes(options.logistic):
        out.update(logistic(train, test, size, options.rounds))
    print(json.dumps(out, indent=2))


if __name__ == "__main__":
    main()
