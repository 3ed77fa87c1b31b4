#!/usr/bin/env python3
"""How well test documents find the training documents of their label, by TF-IDF and by latent Dirichlet allocation.

  dev/baselines/retrieval.py TRAIN TEST [--topics 50] [--words 2000] [--seed 1]

TRAIN, TEST: lines "LABEL,LABEL,… ID:COUNT …", plain or gzipped. Every test document ranks the training documents by the cosine
between the two: of counts times log(documents / documents with the word), or of LDA's topic proportions. The figures are those of
`deepboltz evaluate --only retrieval` (deepboltz/task/retrieve.h).
"""
import argparse
import json

import numpy
import lda
import scores
from scipy.sparse import diags
from sklearn.preprocessing import normalize

RECALLS = (0.0002, 0.001, 0.002, 0.004, 0.016, 0.064, 0.256, 1)
RANKS = (1, 10, 100)


def labels_of(path):
    """The labels of every document with words."""
    out = []
    with lda.opened(path) as lines:
        for line in lines:
            words = line.split("#")[0].split()
            if any(":" in word for word in words):
                out.append(set() if ":" in words[0] else set(map(int, words[0].split(","))))
    return out


def shared(queries, stored):
    """(queries, stored): whether the two have a label in common."""
    labels = sorted(set().union(*queries, *stored))
    table = lambda cases: numpy.array([[label in case for label in labels] for case in cases], numpy.float32)
    return table(queries) @ table(stored).T > 0


def cosines(queries, stored):
    """nearness(first, last) of some queries; queries, stored: codes of rows of length one."""
    def nearness(first, last):
        block = queries[first:last] @ stored.T
        return block.toarray() if hasattr(block, "toarray") else block
    return nearness


def measure(nearness, wanted, ranks=RANKS, recalls=RECALLS):
    """nearness(first, last): (last − first, stored), larger is nearer, equal ones by number. wanted: (queries, stored)"""
    average, at_recall, at_rank = [], [], []
    for first in range(0, len(wanted), 500):
        for row, to_find in zip(nearness(first, min(first + 500, len(wanted))), wanted[first:first + 500]):
            if not to_find.any():
                continue
            found = to_find[scores.order_of(row)]
            places = numpy.flatnonzero(found) + 1
            average.append(scores.average_precision(found))
            counts = [int(numpy.ceil(recall * len(places))) for recall in recalls]
            at_recall.append([count / places[count - 1] for count in counts])
            at_rank.append([found[:rank].sum() / rank for rank in ranks])
    return {"retrieval_queries": len(average), "average_precision": scores.figure(average),
            **{f"precision_at_{rank}": scores.figure(column) for rank, column in zip(ranks, numpy.transpose(at_rank))},
            "precision_at_recall": [{"name": f"{100 * recall:g} %", "recall": recall, **scores.figure(column)}
                                    for recall, column in zip(recalls, numpy.transpose(at_recall))]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train"), parser.add_argument("test")
    for name, default in [("topics", 50), ("words", 2000), ("seed", 1), ("iterations", 30)]:
        parser.add_argument("--" + name, type=int, default=default)
    options = parser.parse_args()
    train, test = lda.read(options.train, options.words), lda.read(options.test, options.words)
    wanted = shared(labels_of(options.test), labels_of(options.train))
    weight = diags(numpy.log(train.shape[0] / numpy.maximum(1, (train > 0).sum(0).A1)))
    model = lda.fit(train, options)
    print(json.dumps({"tf_idf": measure(cosines(normalize(test @ weight), normalize(train @ weight)), wanted),
                      f"lda_{options.topics}": measure(cosines(normalize(model.transform(test)), normalize(model.transform(train))), wanted)}, indent=2))


if __name__ == "__main__":
    main()
