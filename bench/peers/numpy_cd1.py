"""CD-1 as a careful user of NumPy writes it: float32, one product a line, momentum and decay in place."""

import numpy as np
from peer import L2, MOMENTUM, RATE, arguments, binary_cases, serve

options = arguments()
cases = binary_cases(options)
random = np.random.Generator(np.random.SFC64(1))
weight = (random.standard_normal((options.visible, options.hidden)) * 0.01).astype(np.float32)
velocity = np.zeros_like(weight)
visible_bias, hidden_bias = np.zeros(options.visible, np.float32), np.zeros(options.hidden, np.float32)
rate = np.float32(RATE / options.batch)


def logistic(x):
    np.negative(x, out=x)
    np.exp(x, out=x)
    x += 1
    return np.reciprocal(x, out=x)


def draw(p):
    return (random.random(p.shape, dtype=np.float32) < p).astype(np.float32)


def epoch():
    global weight
    order = random.permutation(len(cases))
    for first in range(0, len(cases), options.batch):
        v0 = cases[order[first : first + options.batch]]
        p0 = logistic(v0 @ weight + hidden_bias)
        v1 = draw(logistic(draw(p0) @ weight.T + visible_bias))
        p1 = logistic(v1 @ weight + hidden_bias)
        gradient = v0.T @ p0
        gradient -= v1.T @ p1
        gradient *= rate
        velocity[...] = MOMENTUM * velocity
        velocity[...] += gradient
        weight *= np.float32(1 - RATE * L2)
        weight += velocity
        visible_bias[...] += rate * (v0.sum(0) - v1.sum(0))
        hidden_bias[...] += rate * (p0.sum(0) - p1.sum(0))


serve("NumPy-CD-1", np.__version__, epoch)
