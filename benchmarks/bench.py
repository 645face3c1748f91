#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Times the compiler's code and its peers in one run, in turns.

    scripts/bench [--quick] [--json=FILE] [--plot=FILE.svg] [--write]
        [--threads=FEW,MANY] [--only=TEXT] [--limits=SOURCE.cpp]

Training runs on MANY threads, all else on FEW (1,2).

Work: training steps and inference of the networks in models/; quantized
convolutions (floats in, floats out: quantize, pack, product, corrections) and
products of packed matrices over the shapes of ResNet-18. Peers: PyTorch in
float32 and, for training, as fake-quantized DoReFa-Net; NumPy's sgemm; with
--limits also the kernels that a C++ program was written for by hand, compiled
here (it takes --pairs, --shapes, --rounds and --json). A peer that is not
installed is left out, and the output says so.

Engines take turns: one process each a round, the median of all steps of all
rounds. A shared machine drifts; ratios of one run do not. --quick is one short
round, which says that everything runs, and little else.

--write puts the table into docs/benchmarks.md. --json writes a list of {work, pair, shape, threads, engine, strategy,
seconds_median, gops, mac_per_cycle}; gops counts a multiply-add as two;
mac_per_cycle is null: cycles are not counted.
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

PAGE = os.path.join(ROOT, "docs", "benchmarks.md")
SGEMM = os.path.join(ROOT, "benchmarks", "sgemm_peer.py")

# Pixels, channels, depth: a square, then ResNet-18's convolutions as matrices.
GEMMS = [(1024, 1024, 1024), (3136, 64, 576), (784, 128, 1152), (196, 256, 2304),
         (49, 512, 4608)]
# Output size, input channels, filters, kernel.
RESNET = [(56, 64, 64, 3), (28, 128, 128, 3), (14, 256, 256, 3), (7, 512, 512, 3)]
PAIRS = [(1, 1), (1, 2), (2, 2), (4, 4)]


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


def gemm_module(m, n, k, bits, in_bytes):
    """A product of packed codes, words by words."""
    a, b = bits
    words, planes = (-(-k // 4), (1, 1)) if in_bytes else (-(-k // 32), bits)
    left = f"tensor<{m}x{words}x{planes[0]}xi32>"
    right = f"tensor<{words}x{planes[1]}x{n}xi32>"
    attributes = f" {{byte_bits = array<i64: {a}, {b}>}}" if in_bytes else ""
    return f"""
func.func @gemm(%a: {left}, %b: {right}) -> tensor<{m}x{n}xi32> {{
  %zero = arith.constant 0 : i32
  %empty = tensor.empty() : tensor<{m}x{n}xi32>
  %zeros = linalg.fill ins(%zero : i32) outs(%empty : tensor<{m}x{n}xi32>) -> tensor<{m}x{n}xi32>
  %c = bitserial.matmul ins(%a, %b : {left}, {right}) outs(%zeros : tensor<{m}x{n}xi32>){attributes}
      -> tensor<{m}x{n}xi32>
  return %c : tensor<{m}x{n}xi32>
}}
"""


class Engine:
    """`measure` runs some steps and returns the median of their seconds."""

    def __init__(self, name, measure, strategy=None):
        self.name, self.measure, self.strategy = name, measure, strategy
        self.seconds = []

    def run(self):
        self.seconds.append(self.measure())


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


def ours(file, entry, threads, repeat, *arguments):
    def measure():
        with tempfile.TemporaryDirectory() as folder:
            report = os.path.join(folder, "report.json")
            subprocess.run(
                [DRIVER, "bench", file, f"--entry={entry}", f"--threads={threads}",
                 f"--repeat={repeat}", f"--json={report}", *arguments],
                check=True, stdout=subprocess.DEVNULL)
            with open(report) as out:
                return json.load(out)["seconds_median"]

    return measure


def peer(script, threads, steps, *arguments):
    def measure():
        out = subprocess.run(
            [PYTHON, script, *arguments, f"--threads={threads}", f"--steps={steps}"],
            check=True, stdout=subprocess.PIPE, text=True)
        return statistics.median(json.loads(out.stdout)["seconds"])

    return measure


def by_hand(program, pair, shape):
    """The best of a hand-written program's strategies; `shape` is its number."""

    def measure():
        with tempfile.TemporaryDirectory() as folder:
            report = os.path.join(folder, "report.json")
            subprocess.run(
                [program, "--pairs", pair, "--shapes", str(shape), "--rounds", "5",
                 "--json", report], check=True, stdout=subprocess.DEVNULL)
            with open(report) as out:
                return min(record["seconds_median"] for record in json.load(out))

    return measure


def networks(few, many, repeat, peers):
    batch = 128
    for model in ("fashion-cnn", "svhn-a"):
        file = os.path.join(ROOT, "models", f"{model}.mlir")

        def step(*arguments):
            return ours(file, "train_step", many, repeat, f"--batch={batch}", *arguments)

        for bits in ("1,2,6", "1,2,32"):
            engines = [Engine("dorefa", step(f"--bits={bits}"), "auto"),
                       Engine("dorefa float", step("--bits=32,32,32"), "float")]
            if "torch" in peers:
                engines += [
                    Engine("PyTorch float32", peer(PEER, many, repeat, model)),
                    Engine("PyTorch fake-quantized",
                           peer(PEER, many, repeat, model, f"--bits={bits}")),
                ]
            yield Work(f"{model} training step", f"({bits})", f"batch {batch}", many,
                       None, engines)
        for size in (1, batch):
            engines = [Engine("dorefa", ours(file, "predict", few, repeat, "--bits=1,2,32",
                                             f"--batch={size}"), "auto")]
            if "torch" in peers:
                engines.append(Engine("PyTorch float32", peer(
                    PEER, few, repeat, model, "--inference", f"--batch={size}")))
            yield Work(f"{model} inference", "(1,2)", f"batch {size}", few, None, engines)


def write(folder, name, text):
    file = os.path.join(folder, name + ".mlir")
    with open(file, "w") as out:
        out.write(text)
    return file


def convolutions(folder, threads, repeat, quick, peers):
    for shape in RESNET[:1] if quick else RESNET:
        size, channels, filters, kernel = shape
        for pair in PAIRS[:2] if quick else PAIRS:
            name = "x".join(map(str, shape))
            file = write(folder, f"conv-{name}-{pair[0]}-{pair[1]}", conv_module(*shape, pair))
            engines = [
                Engine("dorefa", ours(file, "conv", threads, repeat, "--batch=1",
                                      f"--strategy={strategy}"), strategy)
                for strategy in ("auto", "popcount", "integer")
            ]
            if "torch" in peers:
                engines.append(Engine("PyTorch float32", peer(
                    PEER, threads, repeat, "conv", "--inference", "--batch=1",
                    "--shape=" + ",".join(map(str, shape)))))
            macs = size * size * channels * filters * kernel * kernel
            yield Work("convolution", f"W{pair[0]}A{pair[1]}", name, threads, macs, engines)


def gemms(folder, threads, repeat, quick, peers, limits):
    for number, (m, n, k) in enumerate(GEMMS[1:2] if quick else GEMMS):
        number += quick
        for pair in PAIRS[:1] if quick else PAIRS:
            name, label = f"{m}x{n}x{k}", f"W{pair[0]}A{pair[1]}"
            engines = []
            for strategy in ("popcount", "integer"):
                text = gemm_module(m, n, k, pair[::-1], strategy == "integer")
                file = write(folder, f"gemm-{name}-{label}-{strategy}", text)
                engines.append(
                    Engine("dorefa", ours(file, "gemm", threads, repeat), strategy))
            if "numpy" in peers:
                engines.append(Engine("BLAS sgemm", peer(
                    SGEMM, threads, repeat, f"--shape={m},{n},{k}")))
            if limits and threads == 1:  # the program has one
                engines.append(Engine("by hand, AVX2", by_hand(limits, label, number)))
            yield Work("packed product", label, name, threads, m * n * k, engines)


def find_peers():
    packages = {"torch": "python3-torch libopenblas0-pthread",
                "numpy": "python3-numpy libopenblas0-pthread"}
    found = set()
    for module, names in packages.items():
        if subprocess.run([PYTHON, "-c", f"import {module}"],
                          stderr=subprocess.DEVNULL).returncode == 0:
            found.add(module)
        else:
            print(f"no {module} (apt-get install {names}): its rows are left out",
                  file=sys.stderr)
    return found


def compile_limits(source, folder):
    program = os.path.join(folder, "limits")
    subprocess.run(["clang++-22", "-O3", "-march=native", "-std=c++17", source, "-o", program],
                   check=True)
    return program


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


def rows(work):
    """[work, bits, shape, threads, engine, ms, rate, times as long as the first]."""
    first = statistics.median(work.engines[0].seconds)
    for record in work.records():
        seconds = record["seconds_median"]
        rate = f"{record['gops']:.0f} GOPS" if record["gops"] else ""
        if not rate:
            rate = f"{int(work.shape.split()[1]) / seconds:.0f} img/s"
        engine = record["engine"]
        if record["strategy"]:
            engine += f", {record['strategy']}"
        yield [work.name, work.pair, work.shape, str(work.threads), engine,
               f"{1e3 * seconds:.3f}", rate, f"{seconds / first:.2f}"]


HEADS = ["work", "bits", "shape", "threads", "engine", "ms", "rate", "x first"]
WIDTHS = [26, 10, 16, 7, 24, 10, 14, 8]


def line(cells):
    return "  ".join(c.ljust(w) if i < 5 else c.rjust(w)
                     for i, (c, w) in enumerate(zip(cells, WIDTHS)))


def write_page(machine, works):
    """The table between the markers of docs/benchmarks.md."""
    begin, end = "<!-- begin: scripts/bench -->", "<!-- end: scripts/bench -->"
    with open(PAGE) as page:
        head, _, rest = page.read().partition(begin)
        _, found, tail = rest.partition(end)
    if not found:
        sys.exit(f"{PAGE}: no '{begin}' and '{end}' to write between")
    lines = [begin, f"Machine: {machine}.", "", "| " + " | ".join(HEADS) + " |",
             "|---" * len(HEADS) + "|"]
    lines += ["| " + " | ".join(row) + " |" for work in works for row in rows(work)]
    replace(PAGE, head + "\n".join(lines) + "\n" + end + tail)


def replace(file, text):
    """Whoever reads the file finds the old text or the new one."""
    draft = f"{file}.tmp{os.getpid()}"
    with open(draft, "w") as out:
        out.write(text)
    os.replace(draft, file)


def draw(machine, works):
    """A bar for each engine, as long as its speed is of the work's fastest."""
    height, left, width, y, parts = 16, 460, 360, 40, []
    for work in works:
        y += 10
        fastest = min(statistics.median(e.seconds) for e in work.engines)
        for row, engine in zip(rows(work), work.engines):
            part = fastest / statistics.median(engine.seconds)
            color = "#1b6ca8" if engine.name.startswith("dorefa") else "#b0b0b0"
            parts += [
                f'<text x="{left - 8}" y="{y + 11}" text-anchor="end">'
                f'{row[0]} {row[1]} {row[2]}, {row[3]} thr., {row[4]}</text>',
                f'<rect x="{left}" y="{y}" width="{width * part:.1f}" height="{height - 4}" '
                f'fill="{color}"/>',
                f'<text x="{left + width * part + 6:.1f}" y="{y + 11}">{row[6]}</text>',
            ]
            y += height
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 110}" '
            f'height="{y + 20}" font-family="sans-serif" font-size="11">\n'
            f'<rect width="100%" height="100%" fill="white"/>\n'
            f'<text x="8" y="20" font-size="13">Speed relative to the fastest engine of each '
            f'work. {machine}</text>\n' + "\n".join(parts) + "\n</svg>\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--plot", metavar="FILE.svg")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--only", default="", help="works whose name holds this text")
    parser.add_argument("--limits", metavar="SOURCE.cpp")
    options = parser.parse_args()
    if not os.path.exists(DRIVER):
        sys.exit(f"{DRIVER} is not there: run scripts/build first")
    rounds, repeat = (1, 1) if options.quick else (3, 8)
    peers = find_peers()
    counts = [int(t) for t in options.threads.split(",")]
    few, many = counts[0], counts[-1]
    machine = describe()
    print(machine)
    print(line(HEADS))
    done = []
    with tempfile.TemporaryDirectory() as folder:
        limits = compile_limits(options.limits, folder) if options.limits else None
        for work in [*networks(few, many, repeat, peers),
                     *convolutions(folder, few, repeat, options.quick, peers),
                     *gemms(folder, few, repeat, options.quick, peers, limits)]:
            if options.only not in f"{work.name} {work.pair} {work.shape}":
                continue
            for _ in range(rounds):
                for engine in work.engines:
                    engine.run()
            for row in rows(work):
                print(line(row), flush=True)
            done.append(work)
    if options.json:
        records = [record for work in done for record in work.records()]
        replace(options.json, json.dumps(records, indent=1) + "\n")
    if options.plot:
        replace(options.plot, draw(machine, done))
    if options.write:
        write_page(machine, done)


main()
