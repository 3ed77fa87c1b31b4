#!/usr/bin/env python3
"""Mean log p of real-valued cases by independent normals, a Gaussian of full covariance and mixtures of them, beside a Gaussian RBM.

  dev/baselines/gaussians.py TRAIN VALIDATION TEST [--components 2,4,8] [--ridges 1e-5] [--seed 1]

TRAIN, VALIDATION, TEST: .npy files (cases, units), as `deepboltz data write RECIPE --part PART --out FILE.npy` leaves them: the very cases that the RBM has.
The Gaussian has the ridge, of those tried, that the validation cases like best, in mean variances; the mixture its ridge and its number of components. Mixtures are scikit-learn's
(package python3-sklearn), fitted by EM from k-means. Nats a case, in the data's own units, with the standard error over cases.
"""
import argparse
import json

import numpy
from sklearn.mixture import GaussianMixture

RIDGES = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2]


def figure(log_p):
    return {"value": float(log_p.mean()), "standard_error": float(log_p.std(ddof=1) / numpy.sqrt(len(log_p)))}


def gaussian_log_p(mean, covariance, x):
    factor = numpy.linalg.cholesky(covariance)
    z = numpy.linalg.solve(factor, (x - mean).T)
    return -0.5 * (z * z).sum(0) - numpy.log(numpy.diag(factor)).sum() - 0.5 * len(mean) * numpy.log(2 * numpy.pi)


def best(validation, test, candidates):
    """The candidate, of (settings, log p as a function of cases), with the greatest mean on the validation cases."""
    scored = [(log_p(validation).mean(), settings, log_p) for settings, log_p in candidates]
    score, settings, log_p = max(scored, key=lambda entry: entry[0])
    return {**settings, "validation": float(score), **figure(log_p(test))}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train"), parser.add_argument("validation"), parser.add_argument("test")
    parser.add_argument("--components", default="2,4,8", help="of mixtures: numbers tried, with commas")
    parser.add_argument("--ridges", default="1e-5", help="of mixtures: tried, with commas, in mean variances")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    train, validation, test = (numpy.load(path).astype(numpy.float64)
                               for path in (options.train, options.validation, options.test))
    mean, variance = train.mean(0), train.var(0).mean()
    covariance = numpy.cov(train.T, bias=True)
    print(json.dumps({"independent": best(validation, test, [
        ({}, lambda x: gaussian_log_p(mean, numpy.diag(numpy.diag(covariance)), x))])}))
    print(json.dumps({"gaussian": best(validation, test, [
        ({"ridge": ridge},
         lambda x, ridge=ridge: gaussian_log_p(mean, covariance + ridge * variance * numpy.eye(len(mean)), x))
        for ridge in RIDGES])}))
    mixtures = []
    for count in map(int, options.components.split(",")):
        for ridge in map(float, options.ridges.split(",")):
            model = GaussianMixture(count, reg_covar=ridge * variance, random_state=options.seed, max_iter=50, tol=0.1).fit(train)
            mixtures.append(({"components": count, "ridge": ridge}, model.score_samples))
            print(json.dumps({"components": count, "ridge": ridge, "validation": float(model.score(validation))}), flush=True)
    print(json.dumps({"mixture": best(validation, test, mixtures)}))


if __name__ == "__main__":
    main()
