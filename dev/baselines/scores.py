"""Scores of rankings with their errors: the figures of deepboltz/task/ranking.h and class_ranking.h. NumPy only.

A ranking orders its items by score, the largest first, equal scores by number. `found` says, in that order, which items are
relevant.
"""
import math

import numpy


def order_of(scores):
    return numpy.argsort(-scores, kind="stable")


def average_precision(found):
    places = numpy.flatnonzero(found) + 1
    return (numpy.arange(1, len(places) + 1) / places).mean()


RECALLS = [tenths / 10 for tenths in range(11)]
ROUNDING = 1e-9  # 0.7 · 10 is above 7


def interpolated_precisions(found):
    """At each of RECALLS the greatest precision at that recall or a higher one."""
    places = numpy.flatnonzero(found) + 1
    greatest = numpy.maximum.accumulate((numpy.arange(1, len(places) + 1) / places)[::-1])[::-1]
    return [greatest[max(1, math.ceil(recall * len(places) - ROUNDING)) - 1] for recall in RECALLS]


def figure(values):
    """The mean of numbers of cases, draws or seeds."""
    return {"value": float(numpy.mean(values)), "standard_error": float(numpy.std(values, ddof=1) / len(values) ** 0.5)}


def paired(first, second):
    """The mean of first − second."""
    return figure(numpy.subtract(first, second))


def rankings(scores, relevant):
    """`found` of every row that has something relevant.   scores, relevant: (rankings, items)"""
    return [wanted[order_of(row)] for row, wanted in zip(scores, relevant) if wanted.any()]


def mean_average_precision(scores, relevant):
    """Over the rows, with the error of drawing them."""
    return figure([average_precision(found) for found in rankings(scores, relevant)])


def precision_at_recalls(scores, relevant):
    """A point for each of RECALLS, the mean over the rows of the interpolated precision."""
    columns = zip(*(interpolated_precisions(found) for found in rankings(scores, relevant)))
    return [{"recall": recall, **figure(column)} for recall, column in zip(RECALLS, columns)]


def copied(relevant, order, copies):
    """`found` of a sample of the items, which has some of them several times."""
    return numpy.repeat(relevant[order], copies[order])


def by_class(scores, relevant, rank=50, samples=200, seed=1):
    """Means over the classes, which rank cases, with the error of drawing the cases: the deviation over bootstrap samples.
    scores, relevant: (cases, classes); classes without cases are left out, in every sample."""
    classes = numpy.flatnonzero(relevant.any(0))
    orders = {k: order_of(scores[:, k]) for k in classes}

    def means(copies):
        found = [row for row in (copied(relevant[:, k], orders[k], copies) for k in classes) if row.any()]
        return [numpy.mean([average_precision(row) for row in found]), numpy.mean([row[:rank].mean() for row in found]),
                numpy.mean([row[:rank + 1].mean() for row in found])]

    draws = numpy.random.default_rng(seed)
    cases = len(scores)
    errors = numpy.std([means(numpy.bincount(draws.integers(cases, size=cases), minlength=cases)) for _ in range(samples)], axis=0, ddof=1)
    names = ("classification_map", f"precision_at_{rank}", f"precision_at_{rank}_published")
    return {name: {"value": float(value), "standard_error": float(error)}
            for name, value, error in zip(names, means(numpy.ones(cases, int)), errors)}
