"""Binary codes by other methods: locality-sensitive hashing, signs, iterative quantisation, spectral hashing. NumPy only.

Functions take training cases, if they fit anything, and other cases, (cases, dimensions), and give the bits of the others,
(cases, bits).
"""
import numpy


def principal(train, dimensions):
    """Mean, and the directions of most variance, (dimensions of a case, directions)."""
    mean = train.mean(0)
    values, directions = numpy.linalg.eigh(numpy.cov(train, rowvar=False))
    return mean, directions[:, numpy.argsort(-values, kind="stable")[:dimensions]]


def signs(cases):
    """A bit a dimension: whether it is above 0."""
    return cases > 0


def lsh(train, cases, bits, seed):
    """Signs of Gaussian projections of the centred cases (Charikar 2002)."""
    directions = numpy.random.default_rng(seed).standard_normal((train.shape[1], bits))
    return (cases - train.mean(0)) @ directions > 0


def rotation_of(centred, rotation, rounds):
    """Iterative quantisation (Gong & Lazebnik 2011): the rotation after some rounds, and the loss of each, |B − VR|²."""
    losses = []
    for _ in range(rounds):
        corners = numpy.where(centred @ rotation >= 0, 1.0, -1.0)
        losses.append(((corners - centred @ rotation) ** 2).sum())
        left, _, right = numpy.linalg.svd(corners.T @ centred)
        rotation = (left @ right).T
    return rotation, losses


def itq(train, cases, seed, rounds=50):
    """Signs of the centred cases after the rotation that brings the training cases nearest to the corners of a cube."""
    mean, size = train.mean(0), train.shape[1]
    start, _ = numpy.linalg.qr(numpy.random.default_rng(seed).standard_normal((size, size)))
    rotation, _ = rotation_of(train - mean, start, rounds)
    return (cases - mean) @ rotation >= 0


def spectral(train, cases, bits):
    """Spectral hashing (Weiss, Torralba & Fergus 2008): signs of the smoothest sines along the principal directions."""
    mean, directions = principal(train, min(bits, train.shape[1]))
    low, high = ((train - mean) @ directions).min(0), ((train - mean) @ directions).max(0)
    extent = high - low
    waves = [(k / extent[d], k, d) for d in range(len(extent)) for k in range(1, bits + 1)]
    along = (cases - mean) @ directions - low
    columns = [numpy.sin(numpy.pi / 2 + numpy.pi * k * along[:, d] / extent[d]) > 0 for _, k, d in sorted(waves)[:bits]]
    return numpy.transpose(columns)
