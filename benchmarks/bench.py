#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Times the compiler's code and its peers in one run, in turns.

    scripts/bench [--quick] [--json=FILE] [--threads=N,N] [--only=TEXT]

Work: training steps and inference of the networks in models/, and single
quantized convolutions (floats in, floats out: quantize, pack, product,
corrections) over the shapes of ResNet-18. Peers: PyTorch in float32 and, for
training, as fake-quantized DoReFa-Net; without PyTorch they are left out, and
the output says so.

Engines take turns: one process each a round, the median of all steps of all
rounds. A shared machine drifts; ratios of one run do not. --quick is one short
round, which says that everything runs, and little else.

--json writes a list of {work, pair, shape, threads, engine, strategy,
seconds_median, gops, mac_per_cycle}; gops counts a multiply-add as two;
mac_per_cycle is null where cycles cannot be counted.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DRIVER = os.environ.get("DOREFA_RUN", os.path.join(ROOT, "build", "bin", "dorefa-run"))
PEER = os.path.join(ROOT, "benchmarks", "pytorch_peer.py")
# Debian's PyTorch belongs to the system's Python.
PYTHON = os.environ.get("DOREFA_PEER_PYTHON", "/usr/bin/python3")

# Output size, input channels, filters, kernel.
RESNET = [(56, 64, 64, 3), (28, 128, 128, 3), (14, 256, 256, 3), (7, 512, 512, 3)]
PAIRS = [(1, 1), (1, 2), (1, 4), (2, 2), (4, 4), (8, 8)]


def conv_module(size, channels, filters, kernel, bits):
    """A quantized convolution of float activations with constant weights'
    codes given as an argument, as inference runs it."""
    w, a = bits
    codes = f"tensor<{filters}x{kernel}x{kernel}x{channels}x!dorefa.code<{w}, bipolar>>"
    image = f"tensor<?x{size}x{size}x{channels}x"
    pad = kernel // 2
    return f"""
func.func @conv(%x: {image}f32>, %w: {codes}, %s: tensor<f32>) -> tensor<?x{size}x{size}x{filters}xf32> {{
  %a = dorefa.quantize_activation %x : {image}f32> -> {image}!dorefa.code<{a}, unipolar>>
  %z = dorefa.conv2d %a, %w filter_scale(%s : tensor<f32>) {{pads = array<i64: {pad}, {pad}, {pad}, {pad}>}}
      : {image}!dorefa.code<{a}, unipolar>>, {codes} -> tensor<?x{size}x{size}x{filters}xf32>
  return %z : tensor<?x{size}x{size}x{filters}xf32>
}}
"""


class Engine:
    """One command that prints or writes how long its steps took."""

    def __init__(self, name, command, strategy=None):
        self.name, self.command, self.strategy = name, command, strategy
        self.seconds = []

    def run(self, folder):
        if self.command[0] == PYTHON:
            out = subprocess.run(self.command, check=True, stdout=subprocess.PIPE, text=True)
            self.seconds.append(statistics.median(json.loads(out.stdout)["seconds"]))
            return
        report = os.path.join(folder, "report.json")
        subprocess.run(
            [*self.command, f"--json={report}"], check=True, stdout=subprocess.DEVNULL)
        with open(report) as file:
            self.seconds.append(json.load(file)["seconds_median"])


class Work:
    """What several engines do; the first one is compared with the others."""

    def __init__(self, name, pair, shape, threads, macs, engines):
        self.name, self.pair, self.shape = name, pair, shape
        self.threads, self.macs, self.engines = threads, macs, engines

    def records(self):
        for engine in self.engines:
            seconds = statistics.median(engine.seconds)
            yield {
                "work": self.name,
                "pair": self.pair,
                "shape": self.shape,
                "threads": self.threads,
                "engine": engine.name,
                "strategy": engine.strategy,
                "seconds_median": seconds,
                "gops": 2 * self.macs / seconds / 1e9 if self.macs else None,
                "mac_per_cycle": None,
            }


def ours(arguments, threads, repeat):
    return [DRIVER, "bench", *arguments, f"--threads={threads}", f"--repeat={repeat}"]


def peer(arguments, threads, steps):
    return [PYTHON, PEER, *arguments, f"--threads={threads}", f"--steps={steps}"]


def networks(threads, repeat, with_peer):
    batch = 128
    for model in ("fashion-cnn", "svhn-a"):
        file = os.path.join(ROOT, "models", f"{model}.mlir")
        for bits in ("1,2,6", "1,2,32"):
            engines = [
                Engine("dorefa", ours([file, "--entry=train_step", f"--bits={bits}",
                                       f"--batch={batch}"], threads, repeat), "auto"),
                Engine("dorefa float", ours([file, "--entry=train_step", "--bits=32,32,32",
                                             f"--batch={batch}"], threads, repeat), "float"),
            ]
            if with_peer:
                engines += [
                    Engine("PyTorch float32", peer([model], threads, repeat)),
                    Engine("PyTorch fake-quantized",
                           peer([model, f"--bits={bits}"], threads, repeat)),
                ]
            yield Work(f"{model} training step", f"({bits})", f"batch {batch}", threads,
                       None, engines)
        for size in (1, batch):
            engines = [Engine("dorefa", ours([file, "--entry=predict", "--bits=1,2,32",
                                              f"--batch={size}"], threads, repeat), "auto")]
            if with_peer:
                engines.append(Engine("PyTorch float32", peer(
                    [model, "--inference", f"--batch={size}"], threads, repeat)))
            yield Work(f"{model} inference", "(1,2)", f"batch {size}", threads, None, engines)


def convolutions(folder, threads, repeat, quick, with_peer):
    for shape in RESNET[:1] if quick else RESNET:
        size, channels, filters, kernel = shape
        for pair in PAIRS[:2] if quick else PAIRS:
            name = "x".join(map(str, shape))
            file = os.path.join(folder, f"conv-{name}-{pair[0]}-{pair[1]}.mlir")
            with open(file, "w") as out:
                out.write(conv_module(*shape, pair))
            engines = [
                Engine("dorefa", ours([file, "--entry=conv", "--batch=1",
                                       f"--strategy={strategy}"], threads, repeat), strategy)
                for strategy in ("auto", "popcount", "integer")
            ]
            if with_peer:
                engines.append(Engine("PyTorch float32", peer(
                    ["conv", "--inference", "--batch=1", "--shape=" + ",".join(map(str, shape))],
                    threads, repeat)))
            macs = size * size * channels * filters * kernel * kernel
            yield Work("convolution", f"W{pair[0]}A{pair[1]}", name, threads, macs, engines)


def has_peer():
    found = subprocess.run([PYTHON, "-c", "import torch"], stderr=subprocess.DEVNULL)
    return found.returncode == 0


def describe():
    """The machine and the compilers, in one line."""
    name, flags = "unknown processor", []
    with open("/proc/cpuinfo") as info:
        for line in info:
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                name = value.strip()
            if key.strip() == "flags":
                flags = value.split()
    known = [f for f in ("avx2", "avx512_vpopcntdq", "avx512_vnni") if f in flags]
    return f"{name}, {os.cpu_count()} cores, {' '.join(known)}"


def show(work):
    first = statistics.median(work.engines[0].seconds)
    for record in work.records():
        seconds = record["seconds_median"]
        rate = f"{record['gops']:9.0f} GOPS" if record["gops"] else ""
        if not rate and work.shape.startswith("batch"):
            rate = f"{int(work.shape.split()[1]) / seconds:9.0f} img/s"
        engine = record["engine"]
        if record["strategy"]:
            engine += f" ({record['strategy']})"
        print(f"{work.name:26} {work.pair:10} {work.shape:14} {work.threads:2} threads  "
              f"{engine:28} {1e3 * seconds:10.3f} ms {rate}  {seconds / first:6.2f}x", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--only", default="", help="works whose name holds this text")
    options = parser.parse_args()
    if not os.path.exists(DRIVER):
        sys.exit(f"{DRIVER} is not there: run scripts/build first")
    rounds, repeat = (1, 1) if options.quick else (3, 8)
    with_peer = has_peer()
    if not with_peer:
        print("no PyTorch (apt-get install python3-torch libopenblas0-pthread): no peers",
              file=sys.stderr)
    print(describe())
    records = []
    with tempfile.TemporaryDirectory() as folder:
        for threads in [int(t) for t in options.threads.split(",")][: 1 if options.quick else None]:
            works = [*networks(threads, repeat, with_peer),
                     *convolutions(folder, threads, repeat, options.quick, with_peer)]
            for work in works:
                if options.only not in f"{work.name} {work.pair} {work.shape}":
                    continue
                for _ in range(rounds):
                    for engine in work.engines:
                        engine.run(folder)
                show(work)
                records += work.records()
    if options.json:
        draft = f"{options.json}.tmp{os.getpid()}"
        with open(draft, "w") as out:
            json.dump(records, out, indent=1)
            out.write("\n")
        os.replace(draft, options.json)


main()
