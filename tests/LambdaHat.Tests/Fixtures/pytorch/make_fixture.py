"""Networks, losses and gradients from PyTorch, for the tests of the checkpoint format and of the losses.

Run with PyTorch 1.13 (any later version gives the same to rounding): python3 make_fixture.py
Writes mlp/ and embedding/ beside this file, each a checkpoint (config.json, model.safetensors) and a fixture.npz with

  inputs, outputs                    float32, sample-major
  targets                            float32 regression targets; labels: int64 classes
  <loss>_losses, <loss>_mean         per-sample losses and their mean, float64, computed in float64
  <loss>_gradient                    gradient of the mean over the flat parameters (state_dict order), float64
  <tensor name>_sum                  the sum of every parameter tensor, float64

for the losses mse_sum (squared error summed over outputs), mse (mean over outputs) and cross_entropy.
"""

import json
import os
import struct

import numpy
import torch
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))


def save_file(tensors, path):
    """The safetensors format in ten lines; the safetensors package's save_file writes the same."""
    header, data = {}, b""
    for name, tensor in tensors.items():
        values = tensor.detach().contiguous().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def per_sample(loss, outputs, targets, labels):
    if loss == "mse_sum":
        return ((outputs - targets) ** 2).sum(dim=1)
    if loss == "mse":
        return ((outputs - targets) ** 2).mean(dim=1)
    return nn.functional.cross_entropy(outputs, labels, reduction="none")


def write(folder, model, forward_input, inputs, config):
    folder = os.path.join(HERE, folder)
    os.makedirs(folder, exist_ok=True)
    samples, outputs = len(inputs), model(forward_input)
    generator = torch.Generator().manual_seed(11)
    targets = torch.randn(outputs.shape, generator=generator)
    labels = torch.randint(0, outputs.shape[1], (samples,), generator=generator)
    arrays = {
        "inputs": inputs.numpy().astype(numpy.float32),
        "outputs": outputs.detach().numpy(),
        "targets": targets.numpy(),
        "labels": labels.numpy(),
    }
    for name, tensor in model.state_dict().items():
        arrays[name + "_sum"] = numpy.float64(tensor.double().sum().item())

    model.double()
    exact_input = forward_input.double() if forward_input.is_floating_point() else forward_input
    for loss in ("mse_sum", "mse", "cross_entropy"):
        model.zero_grad()
        losses = per_sample(loss, model(exact_input), targets.double(), labels)
        losses.mean().backward()
        arrays[loss + "_losses"] = losses.detach().numpy()
        arrays[loss + "_mean"] = numpy.float64(losses.mean().item())
        arrays[loss + "_gradient"] = torch.cat([p.grad.flatten() for p in model.parameters()]).numpy()
    model.float()

    numpy.savez(os.path.join(folder, "fixture.npz"), **arrays)
    # The two lines that save a model:
    save_file(model.state_dict(), os.path.join(folder, "model.safetensors"))
    json.dump(config, open(os.path.join(folder, "config.json"), "w"), indent=2)


def mlp():
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(6, 8), nn.GELU(approximate="tanh"), nn.Linear(8, 7), nn.ReLU(), nn.Linear(7, 5), nn.Tanh(), nn.Linear(5, 4))
    inputs = torch.randn(32, 6)
    layers = [
        {"type": "dense", "in": 6, "out": 8},
        {"type": "gelu", "approximate": "tanh"},
        {"type": "dense", "in": 8, "out": 7},
        {"type": "relu"},
        {"type": "dense", "in": 7, "out": 5},
        {"type": "tanh"},
        {"type": "dense", "in": 5, "out": 4},
    ]
    write("mlp", model, inputs, inputs, {"format": "lambdahat", "version": 1, "inputs": 6, "layers": layers, "loss": "mse"})


def embedding():
    torch.manual_seed(2)
    model = nn.Sequential(nn.Embedding(7, 3), nn.Flatten(), nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 7))
    tokens = torch.cartesian_prod(torch.arange(7), torch.arange(7))
    layers = [
        {"type": "embedding", "name": "0", "vocabulary": 7, "dimension": 3, "tokens": 2},
        {"type": "dense", "name": "2", "out": 5},
        {"type": "relu"},
        {"type": "dense", "name": "4", "out": 7},
    ]
    write("embedding", model, tokens, tokens, {"format": "lambdahat", "version": 1, "inputs": 2, "layers": layers, "loss": "cross-entropy",
                                              "data": {"spec": "modular-addition:7", "split": {"train_fraction": 1.0, "seed": 0}}})


if __name__ == "__main__":
    torch.set_num_threads(1)
    mlp()
    embedding()
