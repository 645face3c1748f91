# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Engines of this compiler: `dorefa-run bench` in a process of its own."""

import json
import os
import statistics
import sys
import tempfile

from . import process
from .work import Engine, Sample

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DRIVER = os.environ.get("DOREFA_RUN", os.path.join(ROOT, "build", "bin", "dorefa-run"))
OPT = os.environ.get("DOREFA_OPT", os.path.join(ROOT, "build", "bin", "dorefa-opt"))
HOST = os.path.join(ROOT, "benchmarks", "programs", "host.py")
STRATEGIES = ("popcount", "lookup", "integer", "float")
# What code is generated for: "host", or the name of a CPU.
target = "host"


def model(name):
    return os.path.join(ROOT, "models", f"{name}.mlir")


def run(file, entry, threads, repeat, *arguments):
    """The report of `dorefa-run bench`, and what the process used."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "report.json")
        done = process.run([DRIVER, "bench", file, f"--entry={entry}", f"--threads={threads}",
                            f"--repeat={repeat}", f"--json={path}", f"--target={target}",
                            *arguments])
        with open(path) as report:
            return json.load(report), done


def engine(file, entry, threads, repeat, strategy, *arguments, name="dorefa", seconds=0,
           compiles=True):
    """Times `entry` of `file`: `repeat` calls, and in all processes but the first as
    many more as take so many seconds. Code that was compiled before comes from the
    cache of objects; so does all but the first process of an engine, or all, if none
    `compiles`: what the compiler needs is in no peak of memory then."""
    timed = Engine(name, None, strategy)
    if not compiles:
        timed.prepare = lambda: run(file, entry, threads, 1, f"--strategy={strategy}",
                                    *arguments)

    def measure():
        calls = repeat
        if timed.samples:
            calls = max(repeat, int(seconds / timed.samples[0].seconds))
        report, done = run(file, entry, threads, calls, f"--strategy={strategy}", *arguments)
        return Sample(report["seconds_median"], report["seconds_min"],
                      report.get("cycles_median"), done.bytes_peak)

    timed.measure = measure
    return timed


def hosted_step(name, bits, batch, threads, steps, folder):
    """The training step out of a shared library, in a process without a compiler."""
    library, signatures = (os.path.join(folder, f"{name}-{bits}.{end}") for end in ("so", "mlir"))

    def prepare():
        process.run([DRIVER, "compile", model(name), "--training", f"--bits={bits}",
                     f"--target={target}", "--in-place", "--emit=shared", "-o",
                     library])
        w, a, g = bits.split(",")
        process.run([OPT, model(name), f"--dorefa-set-bits=w={w} a={a} g={g}",
                     "--dorefa-training-step=optimizer=adam", "-o", signatures])

    def measure():
        done = process.run([sys.executable, "-S", "-E", HOST, library, signatures,
                            f"--batch={batch}", f"--threads={threads}", f"--steps={steps}"])
        seconds = json.loads(done.stdout)["seconds"]
        return Sample(statistics.median(seconds), min(seconds), bytes_peak=done.bytes_peak)

    return Engine("dorefa, shared library", measure, "auto", prepare=prepare)


def has_option(command, option):
    return option in process.run([DRIVER, command, "--help"]).stdout


def compile_seconds(file, entry, *arguments):
    """Seconds until the function can be called. A driver that does not report
    them is timed as a whole, with one call."""
    report, done = run(file, entry, 1, 1, *arguments)
    return Sample(report.get("seconds_compile", done.seconds), bytes_peak=done.bytes_peak)


def has_no_kernel(failure, strategy):
    """Whether a call failed as there is no such kernel for these bits or here."""
    return failure.status == 3 or f"no {strategy} kernel" in failure.message


def plan(file, folder, *arguments):
    """The products of a file, as `dorefa-run plan` reports them."""
    report = os.path.join(folder, "plan.json")
    process.run([DRIVER, "plan", file, f"--target={target}", f"--json={report}", *arguments])
    with open(report) as out:
        return json.load(out)["layers"]


class Layers:
    """The products of a network. One process measures all, in turns; when one of them
    is asked for again, another process measures all anew."""

    def __init__(self, file, folder, *arguments):
        self.arguments = (file, folder, *arguments)
        self.products = self._measure()

    def _measure(self):
        products = plan(*self.arguments)
        self.left = {(layer["layer"], layer["product"], cost["strategy"]):
                     cost["seconds_measured"] for layer in products
                     for cost in layer["strategies"]}
        return products

    def engine(self, layer, product, strategy):
        key = (layer, product, strategy)

        def measure():
            if key not in self.left:
                self._measure()
            seconds = self.left.pop(key)
            return Sample(seconds, least=seconds)

        return Engine("dorefa", measure, strategy)


def can_compile(file, entry, strategy):
    """Whether the driver has this strategy for this product."""
    try:
        run(file, entry, 1, 1, f"--strategy={strategy}", "--batch=1")
    except process.Failed as failure:
        if has_no_kernel(failure, strategy):
            return False
        raise
    return True
