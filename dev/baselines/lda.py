#!/usr/bin/env python3
"""Perplexity of documents by their words' frequencies and by latent Dirichlet allocation, beside the Replicated Softmax.

  dev/baselines/lda.py TRAIN TEST [--topics 50] [--words 2000] [--documents 50] [--rows FILE] [--seed 1]

TRAIN, TEST: lines "LABEL ID:COUNT …", or UCI's docword.… files, plain or gzipped. LDA is scikit-learn's variational one
(package python3-sklearn); log p of a document is its lower bound, log p(v) ≥ E_q[log p(v, θ)] + H(q), the topics' words at
their means, so that the perplexity is an upper bound, as published ones are. Printed per document, exp(−mean of log p/length), as published figures are, and per
corpus, exp(−Σ log p/Σ length); with the standard error over documents. The --documents of the protocol are drawn by the seed.
"""
import argparse
import gzip
import json
import pathlib

import numpy
from scipy.sparse import csr_matrix
from scipy.special import digamma, gammaln
from sklearn.decomposition import LatentDirichletAllocation


def opened(path):
    return (gzip.open if path.endswith(".gz") else open)(path, "rt")


def read_docword(path):
    """UCI's format: three numbers, then "DOCUMENT WORD COUNT", both from 1."""
    with opened(path) as lines:
        documents, words, entries = (int(next(lines)) for _ in range(3))
        table = numpy.loadtxt(lines, int).reshape(entries, 3)
    return csr_matrix((table[:, 2], (table[:, 0] - 1, table[:, 1] - 1)), (documents, words), dtype=numpy.float64)


def read(path, words):
    if pathlib.Path(path).name.startswith("docword."):
        return read_docword(path)
    rows, columns, counts, documents = [], [], [], 0
    with opened(path) as lines:
        for line in lines:
            pairs = [pair.split(":") for pair in line.split("#")[0].split() if ":" in pair]
            if not pairs:
                continue
            for word, count in pairs:
                rows.append(documents), columns.append(int(word) - 1), counts.append(int(count))
            documents += 1
    return csr_matrix((counts, (rows, columns)), (documents, words), dtype=numpy.float64)


def lda_log_p(model, x):
    """The bound of every document, the topics' words at their means."""
    alpha = numpy.full(model.n_components, model.doc_topic_prior_)
    words = model.components_ / model.components_.sum(1, keepdims=True)
    gamma = model._unnormalized_transform(x)
    log_theta = digamma(gamma) - digamma(gamma.sum(1, keepdims=True))
    out = (gammaln(alpha.sum()) - gammaln(alpha).sum() + ((alpha - gamma) * log_theta).sum(1)
           - gammaln(gamma.sum(1)) + gammaln(gamma).sum(1))
    for d in range(x.shape[0]):
        here = slice(x.indptr[d], x.indptr[d + 1])
        out[d] += x.data[here] @ numpy.log(numpy.exp(log_theta[d]) @ words[:, x.indices[here]])
    return out


def fit(train, options):
    return LatentDirichletAllocation(options.topics, learning_method="online", batch_size=256, max_iter=options.iterations,
                                     random_state=options.seed).fit(train)


def perplexity(log_p, length):
    per_word = log_p / length
    value = numpy.exp(-per_word.mean())
    return {"value": value, "standard_error": value * per_word.std(ddof=1) / numpy.sqrt(len(log_p)),
            "documents": len(log_p), "per_corpus": numpy.exp(-log_p.sum() / length.sum())}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train"), parser.add_argument("test")
    parser.add_argument("--rows", help="a file with the numbers of test documents, the protocol's first; default: drawn by the seed")
    for name, default in [("topics", 50), ("words", 2000), ("documents", 50), ("seed", 1), ("iterations", 30)]:
        parser.add_argument("--" + name, type=int, default=default)
    options = parser.parse_args()
    train, test = read(options.train, options.words), read(options.test, options.words)
    length = numpy.asarray(test.sum(1)).ravel()
    order = (numpy.loadtxt(options.rows, int) if options.rows
             else numpy.random.default_rng(options.seed).permutation(test.shape[0]))
    protocol = order[:options.documents]
    frequency = numpy.asarray(train.sum(0)).ravel() + 1
    unigram = test @ numpy.log(frequency / frequency.sum())
    out = {}
    for name, log_p in [("unigram", unigram), (f"lda_{options.topics}", lda_log_p(fit(train, options), test))]:
        out[name] = perplexity(log_p, length)
        out[name + "_protocol"] = perplexity(log_p[protocol], length[protocol])
    print(json.dumps(out, indent=2))


if __name__ == "__main__":
    main()
