"""Block Gibbs sampling of an RBM by THRML: 100 chains, all units of a layer a block. A turn is 20 sweeps of both layers.

Its spins are ±1; couplings and fields of a random machine of that size serve as well as a trained one's for the time.
"""

from importlib.metadata import version

import jax
import jax.numpy as jnp
from peer import arguments, serve
from thrml import Block, SamplingSchedule, SpinNode, sample_states
from thrml.models import IsingEBM, IsingSamplingProgram, hinton_init

SWEEPS = 20

options = arguments()
visible = [SpinNode() for _ in range(options.visible)]
hidden = [SpinNode() for _ in range(options.hidden)]
edges = [(v, h) for v in visible for h in hidden]
weights = 0.01 * jax.random.normal(jax.random.key(0), (len(edges),))
model = IsingEBM(visible + hidden, edges, jnp.zeros(len(visible) + len(hidden)), weights, jnp.array(1.0))
blocks = [Block(visible), Block(hidden)]
program = IsingSamplingProgram(model, blocks, clamped_blocks=[])
schedule = SamplingSchedule(n_warmup=SWEEPS, n_samples=1, steps_per_sample=1)


@jax.jit
def run(key):
    def chain(key):
        start, sweeps = jax.random.split(key)
        return sample_states(sweeps, program, schedule, hinton_init(start, model, blocks, ()), [], [Block(visible)])

    return jax.vmap(chain)(jax.random.split(key, options.batch))


def sweeps():
    jax.block_until_ready(run(jax.random.key(1)))


serve("THRML-Gibbs", version("thrml"), sweeps)
