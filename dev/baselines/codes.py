#!/usr/bin/env python3
"""How well test cases find each other by binary codes of other methods, beside `deepboltz evaluate` of a run that hashes.

  dev/baselines/codes.py TRAIN TEST [--bits 20,32,128] [--words 2000] [--radius 4] [--seed 1]

TRAIN, TEST: documents, lines "LABEL,LABEL,… ID:COUNT …", plain or gzipped; or IDX files of pictures, whose labels lie beside them
(train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz). What is fitted is fitted on TRAIN. Every test case ranks the other test
cases; to be found are those that share a label with it; equal nearness is ranked by number.

Documents are log(1 + count) · log(documents / documents with the word), rows of length one. Codes of b bits:

  lsh        signs of b Gaussian projections of the documents, centred
  signs      signs of b dimensions of latent semantic analysis (the SVD of TRAIN); of principal components for pictures
  itq        the same, centred, after the rotation of iterative quantisation, 50 rounds
  spectral   spectral hashing of the same

shortlist: how many cases lie within --radius bits, and the share of queries with none. tf_idf: cosines of the documents, no codes;
shortlist_tf_idf: they rank the first 1,000 by the codes of itq. lsa_…_D: cosines of latent semantic analysis of 2, 10 and 128
dimensions; log: of log(1 + count), tf_idf: of the above before rows have length one, unit: after.
"""
import argparse
import gzip
import json

import numpy
from scipy.sparse import diags
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.preprocessing import normalize

import hashing
import lda
from retrieval import cosines, labels_of, measure, shared

RANKS = (1, 3, 7, 10, 15, 31, 63, 100, 127, 255, 511, 1023)
RECALLS = (0.002, 0.005, 0.01, 0.02, 0.1, 1)
SHORTLIST = 1000


def read_idx(path):
    raw = numpy.frombuffer(gzip.open(path).read(), numpy.uint8)
    sizes = raw[4:4 + 4 * raw[3]].view(">i4")
    return raw[4 + 4 * raw[3]:].reshape(sizes[0], -1)


def among_themselves(nearness):
    """A query does not rank itself: it comes last, and is not to be found."""
    def without_itself(first, last):
        block = numpy.array(nearness(first, last), numpy.float32)
        block[numpy.arange(last - first), numpy.arange(first, last)] = -numpy.inf
        return block
    return without_itself


def minus_distances(bits):
    """Minus the Hamming distances, from products of ±1 that floats hold exactly."""
    corners = numpy.where(bits, 1, -1).astype(numpy.float32)
    return lambda first, last: (corners[first:last] @ corners.T - corners.shape[1]) / 2


def reranked(nearness, by):
    """The first 1,000 by `nearness`, ranked by `by`; the others behind them."""
    def both(first, last):
        block, order = nearness(first, last), by(first, last)
        places = numpy.argsort(numpy.argsort(-block, axis=1, kind="stable"), axis=1, kind="stable")
        return numpy.where(places < SHORTLIST, order, block - block.shape[1] * 1e3)
    return both


def shortlist(nearness, cases, radius):
    sizes = numpy.concatenate([(nearness(i, min(i + 500, cases)) >= -radius).sum(1) for i in range(0, cases, 500)])
    return {"radius": radius, "shortlist": float(sizes.mean()), "empty_shortlists": float((sizes == 0).mean())}


def pictures(options):
    cases = [read_idx(path) / 255 for path in (options.train, options.test)]
    labels = read_idx(options.test.replace("images-idx3", "labels-idx1"))[:, 0]
    return cases, labels[:, None] == labels, {}


def documents(options):
    counts = [lda.read(path, options.words) for path in (options.train, options.test)]
    weight = diags(numpy.log(counts[0].shape[0] / numpy.maximum(1, (counts[0] > 0).sum(0).A1)))
    logs = [x.log1p() for x in counts]
    weighted = [x @ weight for x in logs]
    cases = [normalize(x) for x in weighted]
    labels = labels_of(options.test)
    exact = {"tf_idf": cosines(cases[1], cases[1])}
    for name, kind in (("lsa_log", logs), ("lsa_tf_idf", weighted), ("lsa_unit", cases)):
        for size in (2, 10, 128):
            model = TruncatedSVD(size, random_state=options.seed).fit(kind[0])
            codes = normalize(model.transform(kind[1]))
            exact[f"{name}_{size}"] = cosines(codes, codes)
    return cases, shared(labels, labels), exact


def reduced(cases, size, seed):
    """The dimensions that signs, itq and spectral hashing are made of."""
    size = min(size, cases[0].shape[1])
    kind = PCA if isinstance(cases[0], numpy.ndarray) else TruncatedSVD
    model = kind(size, random_state=seed).fit(cases[0])
    return [model.transform(x) for x in cases]


def dense(x):
    return x if isinstance(x, numpy.ndarray) else x.toarray()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train"), parser.add_argument("test")
    parser.add_argument("--bits", default="20,32,128")
    for name, default in [("words", 2000), ("radius", 4), ("seed", 1)]:
        parser.add_argument("--" + name, type=int, default=default)
    options = parser.parse_args()
    cases, wanted, exact = (pictures if "ubyte" in options.train else documents)(options)
    numpy.fill_diagonal(wanted, False)
    scores = lambda nearness: measure(among_themselves(nearness), wanted, RANKS, RECALLS)
    out = {name: scores(nearness) for name, nearness in exact.items()}
    for bits in map(int, options.bits.split(",")):
        train, test = reduced(cases, bits, options.seed)
        codes = {"lsh": hashing.lsh(dense(cases[0]), dense(cases[1]), bits, options.seed),
                 "signs": hashing.signs(test),
                 "itq": hashing.itq(train, test, options.seed),
                 "spectral": hashing.spectral(train, test, bits)}
        for name, code in codes.items():
            nearness = minus_distances(code)
            out[f"{name}_{bits}"] = {**scores(nearness), **shortlist(among_themselves(nearness), len(wanted), options.radius)}
        if "tf_idf" in exact:
            out[f"shortlist_tf_idf_{bits}"] = scores(reranked(among_themselves(minus_distances(codes["itq"])), exact["tf_idf"]))
    print(json.dumps(out, indent=2))


if __name__ == "__main__":
    main()
