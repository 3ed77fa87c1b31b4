#!/usr/bin/env python3
"""Pictures and texts of one category find each other, and their categories are found, by other methods than multimodal machines.

  dev/baselines/crossmodal.py TRAIN.npz TEST.npz [--draws 10] [--share 0.1] [--only retrieval] [--seed 1]

TRAIN, TEST: arrays `image` and `text` of counts, `lda` of topic proportions, (cases, numbers) each, and `labels`, (cases,) from 0.
A picture is its shares of visual words, or their roots; a text its topic proportions, or the roots of its shares of words.

retrieval: every test case of one side ranks the test cases of the other; relevant are those of its category; MAP over all ranks,
equal ones by number, and the interpolated precision at eleven recalls; by the cosine, and by that of rows less their means (correlation).

  cca    canonical correlations, 7 dimensions, covariances plus a ridge in mean variances (correlation matching, CM)
  scm    logistic regressions on both sides of it, whose class posteriors are compared (semantic correlation matching)
  sm     logistic regressions on the inputs themselves, whose class posteriors are compared (semantic matching)

classification: every category ranks the test cases; MAP, precision at 50, and what the published scorer calls precision at 50.

  logistic              multinomial logistic regression on standardised inputs
  one_versus_rest       logistic regressions, one a class, with one strength for all, their probabilities divided by their sum, as
                        deepboltz/task/one_versus_rest.h has them
  chi_square            ridge regression of the classes by the kernel exp(−2·χ²) of pictures

few_labels: a share of the training labels, drawn by class; test pictures without their texts. Ten principal components of the texts
are predicted from the pictures by ridge regression on all training pairs.

  logistic                            on pictures
  logistic_on_predicted_text          on predicted texts, those of training pictures by five-fold cross-fitting
  text_classifier_on_predicted_text   fitted to true texts, given predicted ones

Strengths are chosen by MAP on a fifth of the training cases, with few labels by five-fold cross-validation of MAP among the labelled
ones. The ridges of cca, the 1,000 of predicted text and C = 1 of scm are fixed. Errors are those of drawing the test cases, with few labels of drawing the labels. Rasiwasia et al. (2010).
scikit-learn (package python3-sklearn) fits the logistic regressions.
"""
import argparse
import json
import warnings

import numpy
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.linear_model import Ridge
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.multiclass import OneVsRestClassifier

import scores

STRENGTHS = (3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 1, 10)
RIDGES = (0.1, 0.3, 1, 3, 10)
DIMENSIONS, COMPONENTS, TEXT_RIDGE = 7, 10, 1000


def say(**line):
    print(json.dumps(line), flush=True)


def shares(counts):
    return counts / counts.sum(1, keepdims=True)


def standardised(train, *others):
    mean, deviation = train.mean(0), train.std(0)
    deviation[deviation == 0] = 1
    return [(x - mean) / deviation for x in (train, *others)]


def inverse_root(covariance):
    values, vectors = numpy.linalg.eigh(covariance)
    return vectors / numpy.sqrt(numpy.maximum(values, 1e-12)) @ vectors.T


def canonical(x, y, ridge):
    """The projections of both sides as functions of other cases."""
    def covariance(z):
        own = numpy.cov(z.T, bias=True)
        return own + ridge * numpy.trace(own) / len(own) * numpy.eye(len(own))

    means = x.mean(0), y.mean(0)
    roots = inverse_root(covariance(x)), inverse_root(covariance(y))
    left, _, right = numpy.linalg.svd(roots[0] @ ((x - means[0]).T @ (y - means[1]) / len(x)) @ roots[1])
    maps = roots[0] @ left[:, :DIMENSIONS], roots[1] @ right[:DIMENSIONS].T
    return [lambda z, mean=mean, projection=projection: (z - mean) @ projection for mean, projection in zip(means, maps)]


def logistic(strength):
    return LogisticRegression(C=strength, max_iter=2000)


def one_versus_rest(strength):
    return OneVsRestClassifier(logistic(strength))


def class_map(posteriors, labels, classes):
    """MAP over the classes that the cases have."""
    return scores.mean_average_precision(posteriors.T, (labels[:, None] == classes).T)["value"]


def best_strength(x, labels, folds, make=logistic):
    """The strength of the greatest MAP on the held-out parts of the folds."""
    def judged(strength):
        return numpy.mean([class_map(model.predict_proba(x[held]), labels[held], model.classes_) for learnt, held in folds
                           for model in [make(strength).fit(x[learnt], labels[learnt])]])

    return max(STRENGTHS, key=judged)


def cosines(queries, stored, centred):
    rows = [z - z.mean(1, keepdims=True) if centred else z for z in (queries, stored)]
    queries, stored = (z / numpy.linalg.norm(z, axis=1, keepdims=True) for z in rows)
    return queries @ stored.T


def say_retrieval(method, sides, labels, **settings):
    relevant = labels[:, None] == labels
    for name in ("cosine", "correlation"):
        nearness = cosines(*sides, name == "correlation")
        say(method=method, **settings, nearness=name, image_query_map=scores.mean_average_precision(nearness, relevant),
            text_query_map=scores.mean_average_precision(nearness.T, relevant),
            image_query_precision=scores.precision_at_recalls(nearness, relevant),
            text_query_precision=scores.precision_at_recalls(nearness.T, relevant))


def retrieval(train, test, folds, seed):
    relevant = test["labels"][:, None] == test["labels"]
    noise = numpy.random.default_rng(seed).random(relevant.shape)
    say(method="random", image_query_map=scores.mean_average_precision(noise, relevant))
    for root, ridge in ((False, 1e-4), (True, 0.1)):
        image = [numpy.sqrt(shares(of["image"])) if root else shares(of["image"]) for of in (train, test)]
        project = canonical(image[0], train["lda"], ridge)
        learnt, asked = ([project[0](x), project[1](of["lda"])] for x, of in zip(image, (train, test)))
        settings = {"image": "roots" if root else "shares", "text": "lda", "ridge": ridge}
        say_retrieval("cca", asked, test["labels"], **settings)
        posteriors = [logistic(1).fit(x, train["labels"]).predict_proba(y) for x, y in zip(learnt, asked)]
        say_retrieval("scm", posteriors, test["labels"], **settings)
    posteriors, strengths = [], []
    for part in ("image", "text"):
        x, y = standardised(*(numpy.sqrt(shares(of[part])) for of in (train, test)))
        strengths.append(best_strength(x, train["labels"], folds))
        posteriors.append(logistic(strengths[-1]).fit(x, train["labels"]).predict_proba(y))
    say_retrieval("sm", posteriors, test["labels"], image="roots", text="roots of words", strengths=strengths)


def inputs(of):
    image, words = numpy.sqrt(shares(of["image"])), numpy.log1p(of["text"])
    return {"image": image, "lda": of["lda"], "words": words, "image and words": numpy.hstack([image, words])}


def chi_square(x, y):
    return numpy.exp(-2 * numpy.array([((row - y) ** 2 / numpy.maximum(row + y, 1e-9)).sum(1) for row in x]))


def say_classes(method, posteriors, labels, **settings):
    say(method=method, **settings, **scores.by_class(posteriors, labels[:, None] == numpy.arange(posteriors.shape[1])))


def classification(train, test, folds):
    of_train, of_test, labels = inputs(train), inputs(test), train["labels"]
    for name in of_train:
        x, y = standardised(of_train[name], of_test[name])
        for method, make in (("logistic", logistic), ("one_versus_rest", one_versus_rest)):
            strength = best_strength(x, labels, folds, make)
            say_classes(method, make(strength).fit(x, labels).predict_proba(y), test["labels"], inputs=name, strength=strength)
    kernel = chi_square(shares(train["image"]), shares(train["image"]))
    targets = numpy.eye(labels.max() + 1)[labels]
    fitted = lambda rows, ridge: numpy.linalg.solve(kernel[numpy.ix_(rows, rows)] + ridge * numpy.eye(len(rows)),
                                                    targets[rows] - targets[rows].mean(0))
    learnt, held = folds[0]
    ridge = max(RIDGES, key=lambda ridge: class_map(kernel[numpy.ix_(held, learnt)] @ fitted(learnt, ridge), labels[held],
                                                    numpy.arange(targets.shape[1])))
    posteriors = chi_square(shares(test["image"]), shares(train["image"])) @ fitted(numpy.arange(len(labels)), ridge) + targets.mean(0)
    say_classes("chi_square", posteriors, test["labels"], inputs="image", ridge=ridge)


def labelled(labels, share, draws):
    """Cases of every class in its share, two at least."""
    return numpy.concatenate([draws.permutation(numpy.flatnonzero(labels == k))[:max(2, round(share * (labels == k).sum()))]
                              for k in range(labels.max() + 1)])


def predicted_text(image, text, asked):
    """Components of the text: predicted for each training picture by the others' folds, and for the pictures asked."""
    fold, out = numpy.arange(len(image)) % 5, numpy.zeros_like(text)
    for k in range(5):
        out[fold == k] = Ridge(alpha=TEXT_RIDGE).fit(image[fold != k], text[fold != k]).predict(image[fold == k])
    return out, Ridge(alpha=TEXT_RIDGE).fit(image, text).predict(asked)


def few_labels(train, test, share, draws, seed):
    image, asked = standardised(*(numpy.sqrt(shares(of["image"])) for of in (train, test)))
    text = numpy.sqrt(shares(train["text"]))
    left, size, _ = numpy.linalg.svd(text - text.mean(0), full_matrices=False)
    text = left[:, :COMPONENTS] * size[:COMPONENTS] / size[0]
    predicted, predicted_asked = standardised(*predicted_text(image, text, asked))
    (text,), labels = standardised(text), train["labels"]
    sides = {"logistic": (image, asked), "logistic_on_predicted_text": (predicted, predicted_asked),
             "text_classifier_on_predicted_text": (text, predicted_asked)}
    found = {method: [] for method in sides}
    for draw in range(draws):
        rows = labelled(labels, share, numpy.random.default_rng([seed, draw]))
        folds = list(StratifiedKFold(5, shuffle=True, random_state=seed).split(rows, labels[rows]))
        for method, (x, y) in sides.items():
            strength = best_strength(x[rows], labels[rows], folds)
            posteriors = logistic(strength).fit(x[rows], labels[rows]).predict_proba(y)
            found[method].append(class_map(posteriors, test["labels"], numpy.arange(posteriors.shape[1])))
    for method, values in found.items():
        say(method=method, share_of_labels=share, draws=draws, classification_map=scores.figure(values),
            above_logistic=scores.paired(values, found["logistic"]), each=values)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train"), parser.add_argument("test")
    parser.add_argument("--only", choices=("retrieval", "classification", "few_labels"))
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--share", type=float, default=0.1, help="of the training labels")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    train, test = (dict(numpy.load(path)) for path in (options.train, options.test))
    train["labels"], test["labels"] = train["labels"].ravel(), test["labels"].ravel()
    folds = [train_test_split(numpy.arange(len(train["labels"])), test_size=0.2, stratify=train["labels"], random_state=options.seed)]
    if options.only in (None, "retrieval"):
        retrieval(train, test, folds, options.seed)
    if options.only in (None, "classification"):
        classification(train, test, folds)
    if options.only in (None, "few_labels"):
        few_labels(train, test, options.share, options.draws, options.seed)


if __name__ == "__main__":
    main()
