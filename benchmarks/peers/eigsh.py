"""Times scipy's eigsh (ARPACK) on the operator G = (2/n)·JᵀJ of a ReLU network, as a NumPy LinearOperator.

usage: python3 benchmarks/peers/eigsh.py FILE.npz PAIRS float32|float64 [TOLERANCE [COLUMNS]]      needs Debian's python3-scipy

FILE.npz holds x (samples × inputs), w0, b0, w1, b1 … (outputs × inputs, outputs) and s0, s1 … (samples × outputs), the slopes of ReLU at every unit, 0 or 1, as the bar `spectra` writes it: sums within a rounding of zero have either
slope, by the order and the type they were added in, and each is another matrix. Prints one line of JSON. TOLERANCE is eigsh's tol, 0 for the
precision of the type; COLUMNS its ncv, 2·PAIRS + 1 unless given.
"""

import json
import sys
import time

import numpy
import scipy
from scipy.sparse.linalg import LinearOperator, eigsh

CHUNK = 2000  # samples at once


class GaussNewton:
    """J·v by tangents forward, Jᵀ·u by cotangents backward, for all samples of a chunk at once: products of matrices only."""

    def __init__(self, x, layers, given, dtype):
        self.layers = [(w.astype(dtype), b.astype(dtype)) for w, b in layers]
        self.dtype, self.count, self.products = dtype, len(x), 0
        self.size = sum(w.size + b.size for w, b in layers)
        self.chunks = []
        for start in range(0, len(x), CHUNK):
            arriving, slopes = [numpy.ascontiguousarray(x[start:start + CHUNK], dtype=dtype)], []
            for (w, b), slope in zip(self.layers, given):
                z = arriving[-1] @ w.T + b
                slopes.append(numpy.ascontiguousarray(slope[start:start + CHUNK], dtype=dtype))
                arriving.append(z * slopes[-1])
            self.chunks.append((arriving, slopes))

    def tensors(self, v):
        place = 0
        for w, b in self.layers:
            dw = v[place:place + w.size].reshape(w.shape)
            place += w.size
            yield dw, v[place:place + b.size]
            place += b.size

    def multiply(self, v):
        self.products += 1
        directions = list(self.tensors(numpy.asarray(v, dtype=self.dtype).reshape(-1)))
        result = numpy.zeros(self.size, dtype=self.dtype)
        sums = list(self.tensors(result))
        last = len(self.layers) - 1
        for arriving, slopes in self.chunks:
            tangent = None
            for l, (dw, db) in enumerate(directions):
                moved = arriving[l] @ dw.T
                moved += db
                if tangent is not None:
                    moved += tangent @ self.layers[l][0].T
                if l < last:
                    moved *= slopes[l]
                tangent = moved
            cotangent = tangent
            cotangent *= 2 / self.count
            for l in range(last, -1, -1):
                sums[l][0][...] += cotangent.T @ arriving[l]
                sums[l][1][...] += cotangent.sum(axis=0)
                if l > 0:
                    cotangent = (cotangent @ self.layers[l][0]) * slopes[l - 1]
        return result


def peak_mebibytes():
    with open("/proc/self/status") as file:
        return next(round(int(line.split()[1]) / 1024, 1) for line in file if line.startswith("VmHWM:"))


def main():
    path, pairs, dtype = sys.argv[1], int(sys.argv[2]), numpy.dtype(sys.argv[3])
    tolerance = float(sys.argv[4]) if len(sys.argv) > 4 else 0
    columns = int(sys.argv[5]) if len(sys.argv) > 5 else 2 * pairs + 1
    with numpy.load(path) as file:
        x = file["x"]
        count = len(file.files) // 3
        layers = [(file[f"w{l}"], file[f"b{l}"]) for l in range(count)]
        slopes = [file[f"s{l}"] for l in range(count - 1)]
    start = time.perf_counter()
    operator = GaussNewton(x, layers, slopes, dtype)
    linear = LinearOperator((operator.size, operator.size), matvec=operator.multiply, dtype=dtype)
    # A start of our own, so that runs repeat.
    begin = numpy.random.default_rng(1).standard_normal(operator.size).astype(dtype)
    values, _ = eigsh(linear, k=pairs, which="LA", ncv=columns, tol=tolerance, v0=begin)
    seconds = time.perf_counter() - start
    print(json.dumps({
        "solve_seconds": round(seconds, 3), "products": operator.products, "columns": columns, "tolerance": tolerance, "peak_mib": peak_mebibytes(),
        "eigenvalues": [float(v) for v in values[::-1]], "numpy": numpy.__version__, "scipy": scipy.__version__}))


main()
