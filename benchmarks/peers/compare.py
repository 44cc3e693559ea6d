"""Times LambdaHat's chain-steps against the plain PyTorch loop in one run, network by network, in turns.

usage: python3 benchmarks/peers/compare.py [ROUNDS [SECONDS [PARAMETERS…]]]      needs Debian's python3-torch

Writes benchmarks/results/chain-steps.md and chain-steps.json. With numbers of parameters only those networks are timed and the other rows kept: a row is
one run, ours and PyTorch's in turns.
"""

import json
import os
import platform
import subprocess
import sys

NETWORKS = [("10,20,20,10", 8.0, 0.4), (",".join(["50"] * 5), 4.0, 0.4), (",".join(["160"] * 5), 2.0, 0.7),
            (",".join(["300"] * 12), 1.4, 0.7), (",".join(["900"] * 13), 1.2, 0.7)]
rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
seconds = sys.argv[2] if len(sys.argv) > 2 else "5"
here = os.path.dirname(os.path.abspath(__file__))
root = os.path.dirname(os.path.dirname(here))
project = os.path.join(root, "benchmarks", "LambdaHat.Benchmarks")
# Debian's OpenBLAS does not know recent processors and falls back to its oldest kernels; name the fastest that this one can run.
with open("/proc/cpuinfo") as file:
    cpuinfo = file.read()
core = "SkylakeX" if " avx512f" in cpuinfo else "Haswell" if " avx2" in cpuinfo else None
environment = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
if core:
    environment["OPENBLAS_CORETYPE"] = core


def run(*command):
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment).stdout.decode().splitlines()[-1])


results = os.path.join(root, "benchmarks", "results")
os.makedirs(results, exist_ok=True)
only = {int(p) for p in sys.argv[3:]}
kept = {}
if only:
    with open(os.path.join(results, "chain-steps.json")) as file:
        kept = {row["parameters"]: row for row in json.load(file)["rows"]}
subprocess.run(["dotnet", "build", "-c", "Release", project, "-v", "q", "--nologo"], check=True, stdout=subprocess.DEVNULL)
executable = os.path.join(project, "bin", "Release", "net10.0", "LambdaHat.Benchmarks")
rows = []
for widths, target, share in NETWORKS:
    layers = [int(w) for w in widths.split(",")]
    parameters = sum(i * o for i, o in zip(layers, layers[1:]))
    if only and parameters not in only:
        rows.append(kept[parameters])
        continue
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(run(executable, "chain-steps", widths, seconds))
        loops = [run("/usr/bin/python3", os.path.join(here, "pytorch_loop.py"), widths, seconds, threads) for threads in (str(os.cpu_count()), "1")]
        theirs.append(min(loops, key=lambda t: t["median_microseconds"]))
    ratios = sorted(t["median_microseconds"] / o["median_microseconds"] for o, t in zip(ours, theirs))
    middle = sorted(ours, key=lambda o: o["median_microseconds"])[len(ours) // 2]
    peer = sorted(theirs, key=lambda t: t["median_microseconds"])[len(theirs) // 2]
    rows.append({"widths": widths, "parameters": parameters, "rounds": rounds, "seconds": float(seconds), "ratio": ratios[len(ratios) // 2], "ratios": ratios, "target_ratio": target,
                 "target_share": share, "lambdahat": middle, "pytorch": peer})
    print(f"{middle['parameters']:>9} parameters: {ratios[len(ratios) // 2]:.2f}x (target {target}), {100 * middle['share_of_ceiling']:.0f} % of the ceiling (target {100 * share:.0f})", flush=True)

model = next((line.split(":")[1].strip() for line in cpuinfo.splitlines() if line.startswith("model name")), platform.processor())
machine = f"{os.cpu_count()} cores, {model}, {platform.system()} {platform.release()}"
with open(os.path.join(results, "chain-steps.json"), "w") as file:
    json.dump({"machine": machine, "rows": rows}, file, indent=1)
    file.write("\n")
with open(os.path.join(results, "chain-steps.md"), "w") as file:
    file.write("# Chain-steps against a plain PyTorch loop\n\n")
    file.write(f"`python3 benchmarks/peers/compare.py ROUNDS SECONDS` (in the last column) on {machine}; PyTorch {rows[0]['pytorch']['torch']} (Debian), OpenBLAS kernels {core or 'as found'}.\n")
    file.write("A step: minibatch of 500 from memory, loss, gradient, noise, update. Ours: throughput of one chain a core; PyTorch: one chain, with all threads or with one, whichever is faster.\n")
    file.write("Ratio: median of the rounds' ratios of median times. Ceiling: 1024³ products of our own kernel, one on each core, in the same process.\n\n")
    file.write("| ratio (target) | share of the ceiling (target) | parameters | widths | ours, µs a chain-step | PyTorch, µs a step (threads) | GFLOP/s | ceiling, GFLOP/s | bytes allocated a step | rounds × seconds |\n|---|---|---|---|---|---|---|---|---|---|\n")
    for row in rows:
        o, t, layers = row["lambdahat"], row["pytorch"], row["widths"].split(",")
        name = f"{layers[0]} ×{len(layers)}" if len(set(layers)) == 1 else row["widths"]
        file.write(f"| **{row['ratio']:.2f}×** ({row['target_ratio']}×) | {100 * o['share_of_ceiling']:.0f} % ({100 * row['target_share']:.0f} %) | {o['parameters']:,} | {name} | "
                   f"{o['median_microseconds']:.1f} | {t['median_microseconds']:.1f} ({t['threads']}) | {o['gflops']:.0f} | {o['ceiling_gflops']:.0f} | {o['bytes_allocated_per_step']} | {row['rounds']} × {row['seconds']:g} |\n")
