#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Times inference of the detector: power-of-two weights and codes of activations,
so that its quantized layers are all integers, beside the float version of the same
graph and PyTorch (if it is installed), in turns.

    benchmarks/detector.py [--batch=N] [--threads=N] [--rounds=N] [--bits=W,A ..] [--json=FILE]

Prints the median of all rounds of each, and the ratio to the float version. Needs
a build; PyTorch is Debian's python3-torch. With --peer it is PyTorch's process.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OPT, DRIVER = (ROOT / "build" / "bin" / name for name in ("dorefa-opt", "dorefa-run"))
MODEL = ROOT / "models" / "scenes-detector.mlir"
STEPS = 20


def peer(batch, threads):
    """The graph of models/scenes-detector.mlir in PyTorch's float32, frozen."""
    import torch
    from torch import nn

    torch.set_num_threads(threads)

    def layer(inputs, outputs, kernel, stride):
        return [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
                nn.BatchNorm2d(outputs), nn.ReLU()]

    class Head(nn.Module):
        def __init__(self, channels, sizes=4):
            super().__init__()
            self.offsets = nn.Conv2d(channels, 4 * sizes, 1)
            self.logits = nn.Conv2d(channels, 11 * sizes, 1)

        def forward(self, x):
            rows = lambda y, columns: y.permute(0, 2, 3, 1).reshape(x.shape[0], -1, columns)
            return rows(self.offsets(x), 4), rows(self.logits(x), 11)

    class Detector(nn.Module):
        def __init__(self):
            super().__init__()
            self.fine = nn.Sequential(*layer(1, 16, 5, 2), *layer(16, 32, 3, 2), *layer(32, 32, 3, 1),
                                      *layer(32, 64, 3, 2), *layer(64, 64, 3, 1))
            self.coarse = nn.Sequential(*layer(64, 128, 3, 2), *layer(128, 128, 3, 1))
            self.small, self.large = Head(64), Head(128)

        def forward(self, x):
            fine = self.fine(x)
            parts = zip(self.small(fine), self.large(self.coarse(fine)))
            return tuple(torch.cat(part, 1) for part in parts)

    x = torch.rand(batch, 1, 80, 80).contiguous(memory_format=torch.channels_last)
    model = Detector().eval().to(memory_format=torch.channels_last)
    with torch.no_grad():
        model = torch.jit.freeze(torch.jit.trace(model, x))
        times = []
        for step in range(STEPS + 3):
            begin = time.perf_counter()
            model(x)
            times.append(time.perf_counter() - begin)
    return statistics.median(times[3:])


def ours(weights, activations, options):
    with tempfile.NamedTemporaryFile(suffix=".json") as report, \
            tempfile.NamedTemporaryFile(suffix=".mlir") as model:
        subprocess.run([OPT, MODEL, f"--dorefa-set-bits=weights=pow2 w={weights} a={activations} g=32",
                        "-o", model.name], check=True)
        subprocess.run([DRIVER, "bench", model.name, "--entry=predict", f"--batch={options.batch}",
                        f"--repeat={STEPS}", f"--threads={options.threads}", f"--json={report.name}"],
                       check=True, stdout=subprocess.DEVNULL)
        return json.loads(Path(report.name).read_text())["seconds_median"]


def theirs(options):
    done = subprocess.run([sys.executable, __file__, "--peer", f"--batch={options.batch}",
                           f"--threads={options.threads}"], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def has_pytorch():
    return subprocess.run([sys.executable, "-c", "import torch"], stderr=subprocess.DEVNULL).returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--bits", nargs="*", default=["6,8", "4,8", "4,4", "2,4"], metavar="W,A")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--peer", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer:
        print(json.dumps(peer(options.batch, options.threads)))
        return
    engines = {"float": lambda: ours(32, 32, options)}
    for pair in options.bits:
        weights, activations = pair.split(",")
        engines[f"weights pow2 {weights} bits, activations {activations} bits"] = \
            lambda pair=pair: ours(*pair.split(","), options)
    if has_pytorch():
        engines["PyTorch float"] = lambda: theirs(options)
    else:
        print("PyTorch is not installed and left out", file=sys.stderr)
    times = {name: [] for name in engines}
    for _ in range(options.rounds):
        for name, run in engines.items():
            times[name].append(run())
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(f"scenes-detector, inference, batch {options.batch}, {options.threads} threads, "
          f"median of {options.rounds} rounds\n")
    print("| | us an image | times float |\n|---|---|---|")
    for name, seconds in medians.items():
        print(f"| {name} | {1e6 * seconds / options.batch:.1f} | {medians['float'] / seconds:.2f} |")
    if options.json:
        Path(options.json).write_text(json.dumps(
            [{"work": "scenes-detector inference", "engine": name, "batch": options.batch,
              "threads": options.threads, "seconds": times[name]} for name in engines]) + "\n")


main()
