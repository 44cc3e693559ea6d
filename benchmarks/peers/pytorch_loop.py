"""A plain PyTorch loop of localised SGLD on a deep linear network, timed.

usage: python3 pytorch_loop.py WIDTHS [SECONDS [THREADS]]     e.g.  python3 pytorch_loop.py 50,50,50,50,50 5

One chain; as many PyTorch threads as given, or one a core. A step is a minibatch of 500 drawn from 20,000 samples in memory, loss, gradient, noise and update. Prints one JSON object.
"""

import json
import math
import os
import sys
import time

import torch

widths = [int(w) for w in sys.argv[1].split(",")]
seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 5.0
samples, batch, step_size, gamma = 20_000, 500, 1e-10, 1.0
nbeta = samples / math.log(samples)

torch.set_num_threads(int(sys.argv[3]) if len(sys.argv) > 3 else os.cpu_count())
torch.manual_seed(1)
center = [torch.randn(o, i) / math.sqrt(i) for i, o in zip(widths, widths[1:])]
weights = [w.clone().requires_grad_() for w in center]
x = torch.rand(samples, widths[0]) * 20 - 10
with torch.no_grad():
    y = x
    for w in center:
        y = y @ w.T
trace = []


def step():
    i = torch.randint(samples, (batch,))
    h = x[i]
    for w in weights:
        h = h @ w.T
    loss = ((h - y[i]) ** 2).mean()
    gradients = torch.autograd.grad(loss, weights)
    with torch.no_grad():
        for w, w0, g in zip(weights, center, gradients):
            drift = nbeta * g + gamma * (w - w0)
            w.add_(drift, alpha=-step_size / 2).add_(torch.randn_like(w), alpha=math.sqrt(step_size))
    trace.append(nbeta * loss.item())


for _ in range(20):
    step()
times, count, start = [], 20, time.perf_counter()
while time.perf_counter() - start < seconds or len(times) < 5:
    began = time.perf_counter()
    for _ in range(count):
        step()
    elapsed = time.perf_counter() - began
    times.append(elapsed / count * 1e6)
    count = max(3, int(count * seconds / 10 / elapsed))
times.sort()
print(json.dumps({
    "widths": sys.argv[1],
    "parameters": sum(w.numel() for w in weights),
    "threads": torch.get_num_threads(),
    "torch": torch.__version__,
    "microseconds": times[0],
    "median_microseconds": times[len(times) // 2],
}))
