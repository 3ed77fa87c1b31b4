#!/usr/bin/env python3
"""Tags for pictures and pictures for tags, by other methods than multimodal machines.

  dev/baselines/tags.py TRAIN.npz TEST.npz [--held-out 450] [--seed 1]

TRAIN, TEST: arrays `image`, the blob words of each picture, and `text`, its tags, (cases, numbers) of 0 and 1.

  tag_to_image_map                a tag ranks the test pictures; MAP over the tags that training and test pictures have
  image_to_tags_map               a picture ranks all tags; MAP over the test pictures
  precision_at_5                  of that ranking
  word_recall, word_precision     when every picture gets its first five tags: means over the tags of the first figure; a tag that no
                                  picture gets has precision 0

  frequency     how often a tag is
  nearest       tags of the 20 or 100 nearest pictures, weighted by the cosine of blob words, plain or by log(pictures / pictures
                with the word); tags that they do not have are ordered by frequency
  ridge         ridge regression of the tags
  logistic      logistic regressions, one a tag, with one strength for all
  kernel        means of the training pictures' tags, weighted by exp(k·cosine)

Strengths are chosen by image_to_tags_map, and by tag_to_image_map where that chooses another, on training pictures that the seed draws. Pictures are ordered by theme: the last 450 are harder
than test pictures, and would choose strengths that are too great. Errors are those of drawing the test pictures: over them, and
for means over tags over bootstrap samples of them. Equal scores are ordered by number.
"""
import argparse
import json

import numpy
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import expit

import scores

RIDGES = (3, 10, 30, 100, 300, 1000, 3000)
PENALTIES = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3)
SHARPNESSES = (4, 8, 16, 32)
NEIGHBOURS = (20, 100)
TAGS = 5  # a picture


def unit_rows(x):
    return x / numpy.maximum(numpy.linalg.norm(x, axis=1, keepdims=True), 1e-12)


def frequency(train, tags, asked):
    return numpy.tile(tags.mean(0), (len(asked), 1))


def nearest(train, tags, asked, neighbours, weights):
    closeness = unit_rows(asked * weights) @ unit_rows(train * weights).T
    rows = numpy.argsort(-closeness, axis=1, kind="stable")[:, :neighbours]
    votes = numpy.array([closeness[i, of] @ tags[of] for i, of in enumerate(rows)])
    return votes + 1e-6 * tags.mean(0)


def ridge(train, tags, asked, strength):
    mean = tags.mean(0)
    return asked @ numpy.linalg.solve(train.T @ train + strength * numpy.eye(train.shape[1]), train.T @ (tags - mean)) + mean


def logistic(train, tags, asked, penalty):
    """Minimises the mean over pictures of Σ −log p(tag) + penalty/2·|weights|²."""
    words, (units, outputs) = csr_matrix(train), (train.shape[1], tags.shape[1])
    often = (tags.sum(0) + 0.5) / (len(tags) + 1)
    start = numpy.vstack([numpy.zeros((units, outputs)), numpy.log(often / (1 - often))])

    def loss(flat):
        weights, bias = flat.reshape(units + 1, outputs)[:-1], flat.reshape(units + 1, outputs)[-1]
        field = words @ weights + bias
        slope = (expit(field) - tags) / len(tags)
        value = (numpy.logaddexp(0, field) - tags * field).sum() / len(tags) + penalty / 2 * (weights ** 2).sum()
        return value, numpy.vstack([words.T @ slope + penalty * weights, slope.sum(0)]).ravel()

    best = minimize(loss, start.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 200, "gtol": 1e-6}).x.reshape(start.shape)
    return asked @ best[:-1] + best[-1]


def kernel(train, tags, asked, sharpness):
    weights = numpy.exp(sharpness * (unit_rows(asked) @ unit_rows(train).T))
    return weights @ tags / weights.sum(1, keepdims=True)


def five_tags(found, tags):
    """Mean recall and precision of words, of a table (pictures, tags) of those that pictures get."""
    right = (found & tags).sum(0)
    return (right / tags.sum(0)).mean(), (right / numpy.maximum(found.sum(0), 1)).mean()


def bootstrap(cases, measure, samples=200, seed=1):
    """measure(rows) of all cases, and its deviation over samples of them."""
    draws = numpy.random.default_rng(seed)
    errors = numpy.std([measure(numpy.sort(draws.integers(cases, size=cases))) for _ in range(samples)], axis=0, ddof=1)
    return [{"value": float(value), "standard_error": float(error)} for value, error in zip(measure(numpy.arange(cases)), errors)]


def measures(nearness, tags, judged):
    """judged: the numbers of the tags over which means are taken."""
    order = numpy.argsort(-nearness, axis=1, kind="stable")[:, :TAGS]
    found = numpy.zeros(tags.shape, bool)
    numpy.put_along_axis(found, order, True, 1)

    def words(rows):
        seen = judged[tags[rows][:, judged].any(0)]
        return five_tags(found[rows][:, seen], tags[rows][:, seen])

    recall, precision = bootstrap(len(tags), words)
    by_tag = scores.by_class(nearness[:, judged], tags[:, judged])
    return {"tag_to_image_map": by_tag["classification_map"], "tags": len(judged),
            "image_to_tags_map": scores.mean_average_precision(nearness, tags),
            f"precision_at_{TAGS}": scores.figure(numpy.take_along_axis(tags, order, 1).mean(1)),
            "word_recall": recall, "word_precision": precision}


def methods(train):
    """Name, settings to choose from, and the method as a function of training pictures, their tags, pictures and setting."""
    yield "frequency", (None,), lambda x, tags, asked, _: frequency(x, tags, asked)
    inverse = numpy.log(len(train) / numpy.maximum(1, train.sum(0)))
    for neighbours in NEIGHBOURS:
        for name, weights in (("", numpy.ones(train.shape[1])), ("_idf", inverse)):
            yield f"nearest_{neighbours}{name}", (None,), \
                lambda x, tags, asked, _, k=neighbours, w=weights: nearest(x, tags, asked, k, w)
    yield "ridge", RIDGES, ridge
    yield "logistic", PENALTIES, logistic
    yield "kernel", SHARPNESSES, kernel


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train"), parser.add_argument("test")
    parser.add_argument("--held-out", type=int, default=450, help="training pictures that choose the strengths")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    (x, tags), (asked, wanted) = ((of["image"].astype(float), of["text"] > 0) for of in map(numpy.load, (options.train, options.test)))
    judged = numpy.flatnonzero(tags.any(0) & wanted.any(0))
    drawn = numpy.random.default_rng([options.seed, 1]).permutation(len(x))
    held, learnt = drawn[:options.held_out], drawn[options.held_out:]
    noise = numpy.random.default_rng(options.seed).random(wanted.shape)
    print(json.dumps({"method": "random", **measures(noise, wanted, judged)}), flush=True)
    for name, settings, method in methods(x):
        best = {}
        for setting in settings if len(settings) > 1 else ():
            nearness = method(x[learnt], tags[learnt], x[held], setting)
            for measure, value in (("image_to_tags_map", scores.mean_average_precision(nearness, tags[held])["value"]),
                                   ("tag_to_image_map", scores.mean_average_precision(nearness.T, tags[held].T)["value"])):
                best[measure] = max(best.get(measure, (-1, None)), (value, setting), key=lambda entry: entry[0])
        chosen = {setting: measure for measure, (_, setting) in reversed(best.items())} or {settings[0]: None}
        for setting, measure in chosen.items():
            print(json.dumps({"method": name, "setting": setting, "chosen_by": measure,
                              **measures(method(x, tags, asked, setting), wanted, judged)}), flush=True)


if __name__ == "__main__":
    main()
