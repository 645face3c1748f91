# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Assembles all kernels: training steps, evaluation and inference of every model, and
products of all pairs of bits by each strategy, for each chip.

    assemble_all.py [--only=TEXT] [--jobs=N]

prints a line for each module, and of kernels that spill registers where they do.
dorefa-opt, dorefa-run and LLVM's and NVIDIA's tools are taken from the path. Exit
status: 0 no kernel spills in the loop of its products, 1 one does, or is not taken.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from assemble import assemble, describe, describe_spill, has_disassembler, ptx_of

HERE = Path(__file__).parent
MODELS = HERE.parents[1] / "models"
CHIPS = ("sm_80", "sm_90", "sm_90a")
OUTLINE = ("--canonicalize", "--cse", "--gpu-launch-sink-index-computations", "--gpu-kernel-outlining",
           "--bitserial-bound-occupancy")


@dataclass
class Work:
    name: str
    chip: str
    commands: list  # the first one's output is the input of the second


@dataclass
class Outcome:
    kernels: int = 0
    registers: int = 0
    spilling: int = 0
    bad: bool = False
    notes: tuple = ()


def model_work():
    """A network with bipolar weights; two of them also with powers of two."""
    for model in sorted(MODELS.glob("*.mlir")):
        kinds = [("1,2,6", []), ("1,2,6", ["--freeze"])]
        if model.stem in ("fashion-cnn", "scenes-detector"):
            kinds.append(("5,8,6", ["--weights=pow2"]))
        for bits, options in kinds:
            name = " ".join([model.stem, bits, *(option.removeprefix("--") for option in options)])
            for chip in CHIPS:
                yield Work(name, chip, [["dorefa-run", "compile", model, f"--bits={bits}", "--training", *options,
                                         "--emit=ptx", f"--target=cuda:{chip}", "-o", "-"]])


def products(left):
    """Products of `left` bits with each number of bits: large, of any size, of images and of
    sums over the rows; those that make codes; bytes."""
    for right in range(1, 9):
        pair = f"{left}x{right}"
        yield from (f"matmul:4096x128x4096:{pair}", f"matmul:?x?x?:{pair}", f"conv:?x58x58x1x2x64,3x3:{pair}",
                    f"matmul:576x32x64:{pair}:transposed")
        if left * right <= 4:  # of more planes, packs are kernels of their own
            yield f"matmul:4096x128x4096:{pair}:codes=2"
        if left == right:
            yield from (f"matmul:4096x1024x4096:{pair}:bytes", f"matmul:?x?x?:{pair}:bytes",
                        f"conv:64x16x16x1x64x256,3x3:{pair}:bytes",
                        f"matmul:4096x1024x4096:{pair}:bytes,codes=2")


def product_work():
    for strategy in ("loop", "tensor", "warpgroup"):
        for chip in CHIPS:
            if strategy == "warpgroup" and chip != "sm_90a":
                continue
            for left in range(1, 9):
                yield Work(f"products {left}x1..8, {strategy}", chip, [
                    [sys.executable, HERE / "products.py", *products(left)],
                    ["dorefa-opt", f"--convert-bitserial-to-gpu=chip={chip} strategy={strategy}",
                     "--convert-bitserial-to-nvvm", *OUTLINE],
                    ["mlir-opt", f"--gpu-lower-to-nvvm-pipeline=cubin-chip={chip} cubin-features=+ptx80 "
                     "cubin-format=isa opt-level=3"]])


def do(work):
    text = None
    for command in work.commands:
        done = subprocess.run(list(map(str, command)), input=text, capture_output=True, text=True)
        if done.returncode != 0:
            return Outcome(bad=True, notes=(f"{command[0]}: status {done.returncode}: {done.stderr[-2000:]}",))
        text = done.stdout
    outcome, notes = Outcome(), []
    for ptx in ptx_of(text):
        with tempfile.TemporaryDirectory() as folder:
            cubin = Path(folder, "kernels.cubin")
            try:
                kernels, warnings = assemble(ptx, work.chip, cubin)
            except SystemExit as error:
                return Outcome(bad=True, notes=(str(error),))
            notes += warnings
            for kernel in kernels:
                if where := describe_spill(kernel, cubin):
                    notes.append(f"{describe(kernel)}: {where}")
                    outcome.spilling += 1
                    outcome.bad |= "outside" not in where
            outcome.kernels += len(kernels)
            outcome.registers = max([outcome.registers, *(kernel.registers for kernel in kernels)])
            outcome.bad |= bool(warnings)
    outcome.bad |= outcome.kernels == 0
    outcome.notes = tuple(notes)
    return outcome


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="", help="modules whose names contain this text")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    if not has_disassembler():
        print("there is no cuobjdump, so a kernel that spills anywhere counts as wrong", file=sys.stderr)
    work = [item for item in [*model_work(), *product_work()] if options.only in f"{item.name} {item.chip}"]
    print(f"{'work':36} {'chip':8} {'kernels':>8} {'registers':>10} {'spilling':>9}")
    kernels = spilling = bad = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for item, outcome in zip(work, pool.map(do, work)):
            print(f"{item.name:36} {item.chip:8} {outcome.kernels:8} {outcome.registers:10} {outcome.spilling:9}")
            for note in outcome.notes:
                print(f"  {note}")
            sys.stdout.flush()
            kernels += outcome.kernels
            spilling += outcome.spilling
            bad += outcome.bad
    print(f"{kernels} kernels, of which {spilling} spill registers; "
          f"{'none in the loop of its products' if not bad else f'{bad} modules are WRONG'}")
    return bad != 0 or not work


if __name__ == "__main__":
    sys.exit(main())
