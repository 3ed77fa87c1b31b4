"""CD-1 in JAX, float32: an epoch is one compiled scan over its batches."""

import jax
import jax.numpy as jnp
from peer import L2, MOMENTUM, RATE, arguments, binary_cases, serve

options = arguments()
cases = jnp.asarray(binary_cases(options))
rate = RATE / options.batch
steps = options.cases // options.batch


def step(state, seen):
    weight, velocity, visible_bias, hidden_bias, key = state
    key, for_hidden, for_visible = jax.random.split(key, 3)
    v0 = cases[seen]
    p0 = jax.nn.sigmoid(v0 @ weight + hidden_bias)
    h0 = (jax.random.uniform(for_hidden, p0.shape) < p0).astype(jnp.float32)
    mean = jax.nn.sigmoid(h0 @ weight.T + visible_bias)
    v1 = (jax.random.uniform(for_visible, mean.shape) < mean).astype(jnp.float32)
    p1 = jax.nn.sigmoid(v1 @ weight + hidden_bias)
    velocity = MOMENTUM * velocity + rate * (v0.T @ p0 - v1.T @ p1)
    weight = (1 - RATE * L2) * weight + velocity
    visible_bias = visible_bias + rate * (v0.sum(0) - v1.sum(0))
    hidden_bias = hidden_bias + rate * (p0.sum(0) - p1.sum(0))
    return (weight, velocity, visible_bias, hidden_bias, key), None


@jax.jit
def scan(state):
    key, shuffle = jax.random.split(state[4])
    order = jax.random.permutation(shuffle, options.cases)[: steps * options.batch].reshape(steps, options.batch)
    return jax.lax.scan(step, (*state[:4], key), order)[0]


key = jax.random.key(1)
state = (
    0.01 * jax.random.normal(key, (options.visible, options.hidden)),
    jnp.zeros((options.visible, options.hidden)),
    jnp.zeros(options.visible),
    jnp.zeros(options.hidden),
    key,
)


def epoch():
    global state
    state = jax.block_until_ready(scan(state))


serve("JAX-CD-1", jax.__version__, epoch)
