#!/usr/bin/env python3
"""Letters and digits from the frames of their utterances: linear SVM, logistic regression and an SVM with radial basis functions.

  dev/baselines/utterances.py NAME=FILE.npz[@COMPONENTS][+FILE.npz…] … [--slices 3,6,10] [--only linear_svm] [--shared NAME,NAME]
                              [--choose PATTERN] [--leave-out]

  dev/baselines/utterances.py pixels=lips.npz@60 mfcc=mfcc.npz concatenated=lips.npz@60+mfcc.npz

  deepboltz encode RUN --on train --out train.npz
  deepboltz encode RUN --on test --out test.npz
  dev/baselines/utterances.py both=train.npz,test.npz --choose '.2_'

FILE: arrays `features` (frames, numbers), `lengths`, `labels` and `share` (utterances,); the frames of an utterance follow each other.
The share is 0 for training, 1 for choosing, 2 for testing: of AVLetters repetitions 1, 2 and 3. With @COMPONENTS the mean over its
utterance is taken from every frame, and the principal components of frames that are not tested are its numbers. Files joined by + are
side by side.

FILE,FILE: the training and the test cases as `deepboltz encode` or `deepboltz data write` writes them, whose groups are the
utterances; FILE,FILE:ARRAY takes another array than `codes`. The training cases whose names begin with PATTERN are share 1.

The frames and their differences in time are averaged over equal slices of the utterance; the slices in a row, standardised, are its
features. The number of slices and C are those with which share 0 recognises share 1 best, the first of equal ones; then both are learnt
from. Printed are the percent correct on share 2, with the error of drawing the utterances, and the differences from the first set,
paired over them.

--shared: a classifier of one set is tested on another, and conversely; both have the same numbers a frame, as the joint features that a
machine infers from either part alone. Each set is standardised by itself. Ngiam et al. (2011).

--leave-out: each speaker in turn is tested, and the next one chooses, by the array `speaker` (utterances,) of the first file; means over
the speakers.
"""
import argparse
import json
import re
import warnings

import numpy
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

import scores

TRAIN, CHOOSE, TEST = 0, 1, 2
CLASSIFIERS = {"linear_svm": (lambda c: SVC(kernel="linear", C=c), (0.001, 0.003, 0.01, 0.03, 0.1)),
               "logistic": (lambda c: LogisticRegression(C=c, max_iter=500), (0.001, 0.003, 0.01, 0.03, 0.1, 1)),
               "radial_svm": (lambda c: SVC(C=c), (1, 3, 10, 30))}


def say(**line):
    print(json.dumps(line), flush=True)


def principal(utterances, train, components):
    """The utterances' frames, each less the mean of its utterance, as principal components of the training ones."""
    centred = [frames - frames.mean(0) for frames in utterances]
    learnt = numpy.concatenate([frames for frames, of_train in zip(centred, train) if of_train])
    mean = learnt.mean(0)
    _, directions = numpy.linalg.eigh((learnt - mean).T @ (learnt - mean) / len(learnt))
    return [(frames - mean) @ directions[:, -components:] for frames in centred]


def joined(text, choose):
    """The cases of two files as the arrays of one."""
    files, _, array = text.partition(":")
    whole = {"features": [], "lengths": [], "labels": [], "share": [], "speaker": []}
    for path, of_file in zip(files.split(","), (TRAIN, TEST)):
        file = numpy.load(path)
        cases = file[array or "codes"]
        groups = file["groups"].ravel() if "groups" in file else numpy.arange(len(cases))
        first = numpy.flatnonzero(numpy.concatenate([[True], groups[1:] != groups[:-1]]))
        names = [name.decode() for name in file["names"][first]]
        chooses = [of_file == TRAIN and bool(choose) and re.match(choose, name) is not None for name in names]
        whole["features"].append(cases)
        whole["lengths"].append(numpy.diff(numpy.append(first, len(groups))))
        whole["labels"].append(file["labels"].ravel()[first])
        whole["share"].append(numpy.where(chooses, CHOOSE, of_file))
        whole["speaker"].append(file["sources"].ravel()[first])
    return {name: numpy.concatenate(arrays) for name, arrays in whole.items()}


def opened(path, choose):
    return joined(path, choose) if "," in path else numpy.load(path)


class Part:
    """A file: the frames of each utterance, with their differences in time."""
    def __init__(self, text, share, choose):
        path, _, components = text.partition("@")
        file = opened(path, choose)
        self.labels = file["labels"].ravel()
        self.share = file["share"].ravel() if share is None else share
        utterances = numpy.split(file["features"].astype(numpy.float64), numpy.cumsum(file["lengths"].ravel())[:-1])
        if components:
            utterances = principal(utterances, self.share != TEST, int(components))
        self.utterances = [numpy.hstack([x, numpy.gradient(x, axis=0) if len(x) > 1 else 0 * x]) for x in utterances]

    def sliced(self, slices):
        """(utterances, slices · numbers): means over equal slices, each of one frame at least."""
        def means(frames):
            ends = numpy.linspace(0, len(frames), slices + 1)
            return numpy.concatenate([frames[int(a):max(int(a) + 1, int(numpy.ceil(b)))].mean(0) for a, b in zip(ends, ends[1:])])

        return numpy.array([means(frames) for frames in self.utterances])


class Set:
    def __init__(self, text, choose="", share=None):
        self.name, _, files = text.partition("=")
        self.parts = [Part(file, share, choose) for file in files.split("+")]
        self.labels, self.share = self.parts[0].labels, self.parts[0].share
        for part in self.parts[1:]:
            if not (numpy.array_equal(part.labels, self.labels) and numpy.array_equal(part.share, self.share)):
                raise SystemExit(f"{text}: expected the same utterances in every file")

    def features(self, slices, learnt):
        x = numpy.hstack([part.sliced(slices) for part in self.parts])
        deviation = x[learnt].std(0)
        return (x - x[learnt].mean(0)) / numpy.where(deviation > 0, deviation, 1)


def chosen(of, make, strengths, slices):
    """Percent correct of the choosing share, slices and C."""
    learnt, held = of.share == TRAIN, of.share == CHOOSE
    tried = [(100 * make(c).fit(x[learnt], of.labels[learnt]).score(x[held], of.labels[held]), count, c)
             for count in slices for x in [of.features(count, learnt)] for c in strengths]
    return max(tried, key=lambda entry: entry[0])


def percent_right(of, asked, make, c, slices):
    """100 or 0 for each utterance that `asked` tests, after learning from the other shares of `of`."""
    test = asked.share == TEST
    model = make(c).fit(of.features(slices, of.share != TEST)[of.share != TEST], of.labels[of.share != TEST])
    return 100.0 * (model.predict(asked.features(slices, ~test)[test]) == asked.labels[test])


def compare(sets, names, slices, shared):
    by_name = {of.name: of for of in sets}
    for name in names:
        make, strengths = CLASSIFIERS[name]
        settings, right = {of.name: chosen(of, make, strengths, slices) for of in sets}, {}
        for of in sets:
            validation, count, c = settings[of.name]
            right[of.name] = percent_right(of, of, make, c, count)
            say(features=of.name, classifier=name, slices=count, C=c, validation_percent=validation,
                test_accuracy_percent=scores.figure(right[of.name]))
        for other in sets[1:]:
            say(features=f"{other.name} - {sets[0].name}", classifier=name,
                difference_percent=scores.paired(right[other.name], right[sets[0].name]))
        for learnt, asked in (shared, shared[::-1]) if shared else ():
            _, count, c = settings[learnt]
            say(features=f"learnt from {learnt}, tested on {asked}", classifier=name, slices=count, C=c,
                test_accuracy_percent=scores.figure(percent_right(by_name[learnt], by_name[asked], make, c, count)))


def leave_out(texts, names, slices, choose):
    speaker = opened(texts[0].partition("=")[2].split("+")[0].split("@")[0], choose)["speaker"].ravel()
    speakers, each = numpy.unique(speaker), {}
    for i, tested in enumerate(speakers):
        share = numpy.select([speaker == tested, speaker == speakers[(i + 1) % len(speakers)]], [TEST, CHOOSE], TRAIN)
        for of in (Set(text, choose, share) for text in texts):
            for name in names:
                make, strengths = CLASSIFIERS[name]
                _, count, c = chosen(of, make, strengths, slices)
                each.setdefault((of.name, name), []).append(percent_right(of, of, make, c, count).mean())
    for (of, name), values in each.items():
        say(features=of, classifier=name, left_out=[str(one) for one in speakers], each=values, test_accuracy_percent=scores.figure(values))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+")
    parser.add_argument("--slices", default="3,6,10")
    parser.add_argument("--only", choices=CLASSIFIERS, action="append")
    parser.add_argument("--shared", default="", help="two names, with a comma")
    parser.add_argument("--choose", default="", metavar="PATTERN", help="training cases of `encode` that choose, by their names")
    parser.add_argument("--leave-out", action="store_true", help="each speaker in turn")
    options = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    names, slices = options.only or list(CLASSIFIERS), [int(count) for count in options.slices.split(",")]
    if options.leave_out:
        leave_out(options.sets, names, slices, options.choose)
    else:
        compare([Set(text, options.choose) for text in options.sets], names, slices, options.shared.split(",") if options.shared else ())


if __name__ == "__main__":
    main()
