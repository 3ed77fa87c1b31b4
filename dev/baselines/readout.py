#!/usr/bin/env python3
"""Test error of a linear read-out of a Gaussian RBM's features of patches, beside pixels and k-means.

  dev/baselines/readout.py RUN CIFAR [--stride 3] [--deepboltz deepboltz] [--seed 1]

RUN: a run folder of recipes/cifar-features.toml. CIFAR: the folder with data_batch_1.first4000.bin.gz and test_batch.first1000.bin.gz (the binary version of CIFAR-10).
Every picture is cut into 8 × 8 patches, each less its mean; their codes (`deepboltz encode`) are added up over the four quarters of the picture (Coates, Ng & Lee 2011) and classified by logistic regression,
whose strength is chosen on the last 500 training pictures. K-means has as many centres as the RBM has hidden units, on whitened patches, and the soft code of that paper. Both read all training pictures.
scikit-learn is what classifies and clusters.
"""
import argparse
import gzip
import json
import pathlib
import subprocess
import tempfile

import numpy
from sklearn.cluster import MiniBatchKMeans
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

SIDE, PICTURE, HELD_OUT = 8, 32, 500
STRENGTHS = [1e-4, 1e-3, 1e-2, 1e-1]


def pictures(path):
    """Real values in [0, 1), (pictures, 32, 32, 3), and labels."""
    rows = numpy.frombuffer(gzip.open(path).read(), numpy.uint8).reshape(-1, 3073)
    x = rows[:, 1:].reshape(-1, 3, PICTURE, PICTURE).transpose(0, 2, 3, 1)
    return (x.astype(numpy.float32) + 0.5) / 256, rows[:, 0]


def patches(x, stride):
    """(pictures · places², 192), each less its mean."""
    windows = numpy.lib.stride_tricks.sliding_window_view(x, (SIDE, SIDE), axis=(1, 2))[:, ::stride, ::stride]
    flat = windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, SIDE * SIDE * 3)
    return flat - flat.mean(1, keepdims=True)


def pooled(codes, pictures_read):
    """Sums over the quarters of a picture, (pictures, 4 · features)."""
    places = int(round((len(codes) / pictures_read) ** 0.5))
    grid, middle = codes.reshape(pictures_read, places, places, -1), (places + 1) // 2
    quarters = [grid[:, rows, columns].sum((1, 2)) for rows in (slice(middle), slice(middle, None))
                for columns in (slice(middle), slice(middle, None))]
    return numpy.concatenate(quarters, 1)


def rbm_codes(options, x):
    with tempfile.TemporaryDirectory() as folder:
        numpy.save(f"{folder}/patches.npy", x)
        subprocess.run([options.deepboltz, "encode", options.run, f"{folder}/patches.npy", "--out", f"{folder}/codes.npy",
                        "--quiet"], check=True, stdout=subprocess.DEVNULL)
        return numpy.load(f"{folder}/codes.npy")


class KMeans:
    def __init__(self, x, centres, seed):
        self.mean = x.mean(0)
        value, vector = numpy.linalg.eigh(numpy.cov((x - self.mean).T))
        self.whiten = vector / numpy.sqrt(value + 0.01 * value.mean()) @ vector.T
        self.means = MiniBatchKMeans(centres, batch_size=10_000, n_init=3, random_state=seed).fit(self.white(x))

    def white(self, x):
        return ((x - self.mean) @ self.whiten).astype(numpy.float32)

    def codes(self, x):
        distance = self.means.transform(self.white(x))
        return numpy.maximum(0, distance.mean(1, keepdims=True) - distance).astype(numpy.float32)


def read_out(name, train, labels, test, test_labels):
    scale = StandardScaler().fit(train)
    train, test = scale.transform(train), scale.transform(test)

    def fitted(strength, x, y):
        return LogisticRegression(C=strength, max_iter=2_000).fit(x, y)

    held_out = {strength: fitted(strength, train[:-HELD_OUT], labels[:-HELD_OUT]).score(train[-HELD_OUT:], labels[-HELD_OUT:])
                for strength in STRENGTHS}
    strength = max(held_out, key=held_out.get)
    error = 1 - fitted(strength, train, labels).score(test, test_labels)
    print(json.dumps({"features": name, "inputs": train.shape[1], "C": strength,
                      "validation_error_percent": 100 * (1 - held_out[strength]), "test_error_percent": 100 * error,
                      "standard_error": 100 * float(numpy.sqrt(error * (1 - error) / len(test_labels)))}), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run"), parser.add_argument("cifar")
    parser.add_argument("--stride", type=int, default=3, help="pixels from patch to patch")
    parser.add_argument("--deepboltz", default="deepboltz", help="the program")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folder = pathlib.Path(options.cifar)
    (train, labels), (test, test_labels) = (pictures(folder / name) for name in ("data_batch_1.first4000.bin.gz", "test_batch.first1000.bin.gz"))
    read_out("pixels", train.reshape(len(train), -1), labels, test.reshape(len(test), -1), test_labels)
    train_patches, test_patches = patches(train, options.stride), patches(test, options.stride)
    codes = rbm_codes(options, train_patches)
    read_out("Gaussian RBM", pooled(codes, len(train)), labels, pooled(rbm_codes(options, test_patches), len(test)), test_labels)
    means = KMeans(train_patches[::7], codes.shape[1], options.seed)
    read_out("k-means", pooled(means.codes(train_patches), len(train)), labels, pooled(means.codes(test_patches), len(test)), test_labels)


main()
