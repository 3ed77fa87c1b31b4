"""Binary codes by other methods: golden vectors, and what each method promises."""
import sys
import unittest

try:
    import numpy
except ImportError:
    print("skipped: this Python has no NumPy (Debian: apt install python3-numpy)")
    sys.exit(0)

import hashing


class IterativeQuantisation(unittest.TestCase):
    def test_has_the_losses_of_the_specification(self):  # S9
        cases = numpy.array([[0.9, 0.1], [-0.2, 0.8], [-0.7, -0.5], [0.1, -0.6]])
        rotation, losses = hashing.rotation_of(cases - cases.mean(0), numpy.eye(2), 3)
        numpy.testing.assert_allclose(losses, [2.7975, 1.738606163860, 1.738606163860], atol=5e-13)
        numpy.testing.assert_allclose(abs(rotation[0]), [0.880471099922, 0.474099823035], atol=5e-13)

    def test_never_loses_more_and_turns_only(self):
        cases = numpy.random.default_rng(1).standard_normal((300, 12)) * numpy.arange(1, 13)
        rotation, losses = hashing.rotation_of(cases, numpy.eye(12), 30)
        self.assertTrue(all(b <= a + 1e-9 for a, b in zip(losses, losses[1:])))
        self.assertLess(losses[-1], losses[0])
        numpy.testing.assert_allclose(rotation.T @ rotation, numpy.eye(12), atol=1e-12)


class Spectral(unittest.TestCase):
    # On a rectangle 2 × 1 the smoothest sines are those of k = 1, 2 along the long side and k = 1 along the short one;
    # a bit changes at the middle, and at a quarter and three quarters.
    def test_cuts_a_rectangle_where_its_sines_change_sign(self):
        draws = numpy.random.default_rng(2).random((20_000, 2)) * [2, 1]
        probes = numpy.array([[0.2, 0.2], [0.7, 0.2], [1.3, 0.8], [1.8, 0.8]])
        bits = hashing.spectral(draws, probes, 3)
        splits = {tuple(column != column[0]) for column in bits.T}
        halves, quarters = (False, False, True, True), (False, True, True, False)
        self.assertEqual(splits, {halves, quarters})
        self.assertEqual(sum(tuple(column != column[0]) == halves for column in bits.T), 2)


class Lsh(unittest.TestCase):
    # Two cases at the angle t get different bits with probability t/π.
    def test_differs_by_the_angle(self):
        bits, angle = 20_000, 1.0
        train = numpy.array([[1.0, 1], [-1, -1]])
        codes = hashing.lsh(train, numpy.array([[1.0, 0], [numpy.cos(angle), numpy.sin(angle)]]), bits, seed=3)
        share = (codes[0] != codes[1]).mean()
        probability = angle / numpy.pi
        self.assertAlmostEqual(share, probability, delta=5 * (probability * (1 - probability) / bits) ** 0.5)


if __name__ == "__main__":
    unittest.main()
