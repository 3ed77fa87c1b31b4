"""CD-1 in PyTorch, float32: fused addmm, uniform numbers by rand (faster than torch.bernoulli)."""

import torch
from peer import L2, MOMENTUM, RATE, arguments, binary_cases, serve

options = arguments()
torch.set_num_threads(options.threads)
torch.set_grad_enabled(False)
cases = torch.from_numpy(binary_cases(options))
weight = torch.randn(options.visible, options.hidden) * 0.01
velocity = torch.zeros_like(weight)
visible_bias, hidden_bias = torch.zeros(options.visible), torch.zeros(options.hidden)
rate = RATE / options.batch


def draw(p):
    return (torch.rand(p.shape) < p).float()


def epoch():
    order = torch.randperm(len(cases))
    for first in range(0, len(cases), options.batch):
        v0 = cases[order[first : first + options.batch]]
        p0 = torch.addmm(hidden_bias, v0, weight).sigmoid_()
        v1 = draw(torch.addmm(visible_bias, draw(p0), weight.t()).sigmoid_())
        p1 = torch.addmm(hidden_bias, v1, weight).sigmoid_()
        velocity.mul_(MOMENTUM).addmm_(v0.t(), p0, alpha=rate).addmm_(v1.t(), p1, alpha=-rate)
        weight.mul_(1 - RATE * L2).add_(velocity)
        visible_bias.add_(v0.sum(0) - v1.sum(0), alpha=rate)
        hidden_bias.add_(p0.sum(0) - p1.sum(0), alpha=rate)


# threadpoolctl cannot see the MKL inside PyTorch's own library.
serve("PyTorch-CD-1", torch.__version__, epoch, lambda: f"PyTorch's own, {torch.backends.cpu.get_cpu_capability()}")
