# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Engines of others, as far as they are installed, each at its best.

OpenBLAS picks its kernels by a list of processors; one that is newer than the
list gets the slowest. So those that the processor can run are tried first, and
the fastest stays. What the caller's environment says of that is not passed on.
"""

import json
import os
import statistics
import subprocess
import sys

from . import machine, process
from .ours import ROOT
from .work import Engine, Sample

# Debian's PyTorch belongs to the system's Python.
PYTHON = os.environ.get("DOREFA_PEER_PYTHON", "/usr/bin/python3")
PROGRAMS = os.path.join(ROOT, "benchmarks", "programs")
COMPILER = os.environ.get("DOREFA_PEER_CXX", "clang++-22")
PACKAGES = {
    "openblas": ["libopenblas0-pthread"],
    "onednn": ["libdnnl-dev"],
    "torch": ["python3-torch", "libopenblas0-pthread"],
}
# Kernels of OpenBLAS, and the flag of the processors that can run them.
KERNELS = {"Haswell": "avx2", "SkylakeX": "avx512vl", "Cooperlake": "avx512_bf16",
           "SapphireRapids": "avx512_bf16"}


def install(names=tuple(PACKAGES)):
    packages = sorted({package for name in names for package in PACKAGES[name]})
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if os.geteuid():
        sys.exit(f"installing needs root: sudo {' '.join(command)}")
    subprocess.run(command, check=True)


class Peers:
    """What is installed of `wanted`; programs are compiled into `folder`. Notes
    on what there is, and on what there is not, go to `note`."""

    def __init__(self, wanted, folder, note, limits=None,
                 instructions=machine.INSTRUCTIONS["all"]):
        self.flags = machine.read()[1]
        self.instructions = instructions
        self.environment = {key: value for key, value in os.environ.items()
                            if key not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
        if instructions.torch:
            self.environment["ATEN_CPU_CAPABILITY"] = instructions.torch
        if instructions.onednn:
            self.environment["ONEDNN_MAX_CPU_ISA"] = instructions.onednn
        self.openblas = self.onednn = self.limits = None
        self.torch = False
        if "openblas" in wanted or "torch" in wanted:
            self._find_openblas(folder, note, "openblas" in wanted)
        if "onednn" in wanted:
            self._find_onednn(folder, note)
        if "torch" in wanted:
            self._find_torch(note)
        if limits:
            self.limits = os.path.join(folder, "limits")
            cpu = instructions.cpu if instructions.cpu != "host" else "native"
            subprocess.run([COMPILER, "-O3", f"-march={cpu}", "-std=c++17", limits,
                            "-o", self.limits], check=True)
            note(f"by hand: {os.path.basename(limits)}")

    def _compile(self, name, folder, *arguments):
        program = os.path.join(folder, name)
        process.run([COMPILER, "-O2", "-std=c++17", "-fopenmp", f"-I{ROOT}/include",
                     f"{PROGRAMS}/{name}.cpp", f"{ROOT}/lib/Driver/CycleCounter.cpp",
                     "-o", program, *arguments])
        return program

    @staticmethod
    def _missing(name, note, reason):
        note(f"{name} is left out: {reason} (apt-get install {' '.join(PACKAGES[name])}, "
             "or scripts/bench --install-peers)")

    def _find_openblas(self, folder, note, wanted):
        try:
            program = self._compile("openblas", folder, "-ldl")
            best = self._best_kernels(program)
        except (process.Failed, OSError) as failure:
            self._missing("openblas", note, str(failure).splitlines()[-1])
            return
        if best[1]:
            self.environment["OPENBLAS_CORETYPE"] = best[1]
        self.openblas = program if wanted else None
        note(best[2])

    def _best_kernels(self, program):
        """(seconds, value of OPENBLAS_CORETYPE, name)."""
        found = []
        candidates = [self.instructions.openblas] if self.instructions.openblas else \
            [None, *(k for k, flag in KERNELS.items() if flag in self.flags)]
        for kernels in candidates:
            environment = dict(self.environment, **({"OPENBLAS_CORETYPE": kernels} if kernels
                                                    else {}))
            out = json.loads(process.run([program, "--shape=384,384,384", "--steps=7"],
                                         environment).stdout)
            found.append((min(out["seconds"]), kernels, out["engine"]))
        return min(found, key=lambda entry: entry[0])

    def _find_onednn(self, folder, note):
        try:
            self.onednn = self._compile("onednn", folder, "-ldnnl")
            for kind in ("f32", "int8"):
                for isa in self._instructions(kind):
                    out = json.loads(self._run_onednn("gemm", kind, (256, 256, 256), 1, 1, isa))
                    saturates = kind == "int8" and not self._sums_exactly(isa)
                    note(f"{out['engine']} ({kind}{', which saturates' if saturates else ''})")
        except (process.Failed, OSError) as failure:
            self.onednn = None
            self._missing("onednn", note, str(failure).splitlines()[-1])

    def _find_torch(self, note):
        try:
            code = "import torch; print('PyTorch', torch.__version__)"
            note(process.run([PYTHON, "-c", code]).stdout.strip())
            self.torch = True
        except (process.Failed, OSError) as failure:
            self._missing("torch", note, str(failure).splitlines()[-1])

    # Engines; a list is empty where the peer is not there.

    def _measure(self, command, environment=None):
        def measure():
            done = process.run(command, environment or self.environment)
            out = json.loads(done.stdout)
            cycles = [c for c in out.get("cycles", []) if c is not None]
            return Sample(statistics.median(out["seconds"]), min(out["seconds"]),
                          statistics.median(cycles) if cycles else None, done.bytes_peak)

        return measure

    def sgemm(self, shape, threads, steps):
        if not self.openblas:
            return []
        return [Engine("OpenBLAS sgemm", self._measure(
            [self.openblas, f"--shape={join(shape)}", f"--threads={threads}",
             f"--steps={steps}"]))]

    def _instructions(self, kind):
        """Values of ONEDNN_MAX_CPU_ISA: all, and those of a processor without tiles
        (AMX), which are another machine within the machine."""
        if self.instructions.onednn:
            return [self.instructions.onednn]
        has_tiles = kind == "int8" and "amx_int8" in self.flags
        return ["DEFAULT"] + (["AVX512_CORE_VNNI"] if has_tiles else [])

    def _kept_to(self, isa):
        """The environment in which oneDNN uses no newer instructions."""
        return dict(self.environment, ONEDNN_MAX_CPU_ISA=isa)

    def _onednn_command(self, work, kind, shape, threads, steps):
        return [self.onednn, work, f"--type={kind}", f"--shape={join(shape)}",
                f"--threads={threads}", f"--steps={steps}"]

    def _run_onednn(self, work, kind, shape, threads, steps, isa):
        return process.run(self._onednn_command(work, kind, shape, threads, steps),
                           self._kept_to(isa)).stdout

    def _sums_exactly(self, isa):
        """Whether oneDNN's sums of products of bytes are what they should be."""
        largest = json.loads(process.run([self.onednn, "largest"], self._kept_to(isa)).stdout)
        return largest["sum"] == largest["exact"]

    def onednn_engines(self, work, kind, shape, threads, steps):
        if not self.onednn:
            return []
        command = self._onednn_command(work, kind, shape, threads, steps)
        return [Engine(f"oneDNN {kind}" + (", no tiles" if isa == "AVX512_CORE_VNNI" else ""),
                       self._measure(command, self._kept_to(isa)))
                for isa in self._instructions(kind)]

    def pytorch(self, network, threads, steps, *arguments, name="PyTorch float32"):
        if not self.torch:
            return []
        return [Engine(name, self._measure(
            [PYTHON, f"{PROGRAMS}/pytorch.py", network, *arguments, f"--threads={threads}",
             f"--steps={steps}"]))]

    def by_hand(self, pair, shape_number, threads):
        """The best of a hand-written program's strategies (it has one thread). Its
        steps are averages of two milliseconds of calls."""
        if not self.limits or threads != 1 or pair not in LIMITS_PAIRS:
            return []

        def measure():
            report = f"{self.limits}.json"
            done = process.run([self.limits, "--pairs", pair, "--shapes", str(shape_number),
                                "--rounds", "7", "--json", report])
            with open(report) as out:
                records = json.load(out)
            best = min(records, key=lambda record: record["seconds_median"])
            least = min(record["seconds_min"] for record in records)
            cycles = None
            if best.get("cycles") == "counted":
                cycles = best["m"] * best["n"] * best["k"] / best["mac_per_cycle"]
            return Sample(best["seconds_median"], least, cycles, done.bytes_peak)

        return [Engine("by hand, AVX2", measure)]


LIMITS_PAIRS = ("W1A1", "W1A2", "W1A4", "W1A6", "W2A2", "W2A4", "W2A6", "W4A4", "W8A8", "f32")


def join(numbers):
    return ",".join(map(str, numbers))
