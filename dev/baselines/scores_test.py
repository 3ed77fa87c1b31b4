"""Scores of rankings: golden vectors, and errors against repeated experiments."""
import sys
import unittest

try:
    import numpy
except ImportError:
    print("skipped: this Python has no NumPy (Debian: apt install python3-numpy)")
    sys.exit(0)

import scores


class Rankings(unittest.TestCase):
    def test_have_the_scores_of_the_specification(self):  # T6
        values, relevant = numpy.array([0.9, 0.8, 0.8, 0.7, 0.6, 0.5]), numpy.array([0, 1, 0, 1, 0, 1], bool)
        found = relevant[scores.order_of(values)]
        self.assertAlmostEqual(scores.average_precision(found), 0.5, places=12)
        judged = scores.by_class(values[:, None], relevant[:, None], rank=3, samples=2)
        self.assertAlmostEqual(judged["classification_map"]["value"], 0.5, places=12)
        self.assertAlmostEqual(judged["precision_at_3"]["value"], 1 / 3, places=12)
        self.assertAlmostEqual(judged["precision_at_3_published"]["value"], 0.5, places=12)

    def test_have_interpolated_precisions_that_never_rise(self):  # relevant at ranks 2, 3, 4 and 8
        found = numpy.array([0, 1, 1, 1, 0, 0, 0, 1], bool)
        numpy.testing.assert_allclose(scores.interpolated_precisions(found), [0.75] * 8 + [0.5] * 3)
        ten = numpy.concatenate([numpy.ones(7, bool), [False], numpy.ones(3, bool)])  # 0.7 · 10 is above 7 in floating point
        self.assertEqual(scores.interpolated_precisions(ten)[7], 1)

    def test_leave_out_what_has_nothing_relevant(self):
        values, relevant = numpy.array([[3, 2, 1], [3, 2, 1]]), numpy.array([[0, 0, 0], [0, 1, 0]], bool)
        self.assertEqual(len(scores.rankings(values, relevant)), 1)

    # 300 experiments measure a deviation to 1/√600 = 4 %; the limit is 5 times that.
    def test_by_class_have_the_error_of_drawing_the_cases(self):
        draws, values, claimed = numpy.random.default_rng(1), [], []
        for seed in range(300):
            relevant = numpy.eye(3, dtype=bool)[draws.integers(3, size=120)]
            judged = scores.by_class(draws.standard_normal((120, 3)) + relevant, relevant, rank=20, samples=50, seed=seed)
            values.append(judged["classification_map"]["value"])
            claimed.append(judged["classification_map"]["standard_error"])
        self.assertAlmostEqual(numpy.mean(claimed) / numpy.std(values, ddof=1), 1, delta=0.2)


if __name__ == "__main__":
    unittest.main()
