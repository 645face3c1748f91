# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles a training step for GPUs, with what it must give.

    pack_training.py FOLDER MODEL --bits=W,A,G [--batch=8] [--steps=2] [--chips=sm_80,sm_90a]
        [--optimizer=sgd] [--only-speed]

writes FOLDER/step.so, random images and labels for dorefa-step, and in
FOLDER/expected each parameter, state and slot after the steps, as the reference
lowering computes them on this machine; without these with --only-speed.
dorefa-opt and dorefa-run are taken from the path.
"""

import argparse
import ctypes
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SEED, LEARNING_RATE = 1, 0.1


def run(*command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: status {done.returncode}\n{done.stderr}")


@dataclass
class Value:
    """A line of dorefa_signatures."""

    shape: tuple
    attributes: dict

    @property
    def name(self):
        """Of what is kept from step to step; the same as dorefa-step has."""
        kept = self.attributes.get("parameter") or self.attributes.get("state")
        slot = self.attributes.get("optimizer")
        return kept or (slot and f"optimizer.{slot}")


def read_signatures(library):
    """{function: ([arguments], [results])} of a shared library."""
    # Its kernels are loaded when one is launched: no driver is needed for this.
    text = ctypes.string_at(ctypes.addressof(ctypes.c_char.in_dll(ctypes.CDLL(library), "dorefa_signatures")))
    functions = {}
    for line in text.decode().splitlines():
        kind, *fields = line.split("\t")
        if kind == "function":
            functions[fields[0]] = last = ([], [])
            continue
        shape = tuple(int(size) for size in fields[2].split(",") if size)
        attributes = dict(field.split("=", 1) for field in fields[3:])
        last[kind == "result"].append(Value(shape, attributes))
    return functions


def call(module, name, signature, values, others, folder):
    """Calls a function by the reference lowering, and updates `values`, files by name."""
    arguments = []
    for value in signature[0]:
        known = values.get(value.name) or next(
            (others[key] for key in value.attributes if key in others), None)
        if known is None:
            sys.exit(f"'{name}' takes an argument that nothing is known for: {value}")
        arguments.append(f"--arg={known}")
    run("dorefa-run", "exec", module, f"--entry={name}", "--target=reference", f"--out={folder}", *arguments)
    for i, value in enumerate(signature[1]):
        if value.name:
            values[value.name] = folder / f"result{i}.npy"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("model")
    parser.add_argument("--bits", required=True)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--steps", type=int, default=2)
    parser.add_argument("--chips", default="sm_80,sm_90a")
    parser.add_argument("--optimizer", default="sgd")
    parser.add_argument("--only-speed", action="store_true")
    options = parser.parse_args()
    folder = Path(options.folder).absolute()
    (folder / "work").mkdir(parents=True, exist_ok=True)

    # Both are made of one module.
    module, library = folder / "work" / "step.mlir", folder / "step.so"
    w, a, g = options.bits.split(",")
    run("dorefa-opt", options.model, f"--dorefa-set-bits=w={w} a={a} g={g}",
        f"--dorefa-training-step=optimizer={options.optimizer}",
        "--symbol-privatize=exclude=init,train_step,evaluate", "--symbol-dce", "-o", module)
    run("dorefa-run", "compile", module, "--emit=shared", f"--target=cuda:{options.chips}", "-o", library)
    signatures = read_signatures(str(library))
    images = next(value for value in signatures["train_step"][0] if "input" in value.attributes)

    random = np.random.default_rng(3)
    files = {"input": folder / "images.npy", "labels": folder / "labels.npy"}
    # 256 levels, as images have: they compress.
    np.save(files["input"], random.integers(0, 256, (options.batch, *images.shape[1:]), np.uint8) / np.float32(255))
    np.save(files["labels"], random.integers(0, 10, options.batch).astype(np.int32))
    if not options.only_speed:
        values = {}
        call(module, "init", signatures["init"], values, {"seed": SEED}, folder / "work" / "init")
        for step in range(options.steps):
            call(module, "train_step", signatures["train_step"], values,
                 {**files, "seed": SEED, "step": step, "learning_rate": LEARNING_RATE},
                 folder / "work" / f"step{step}")
        (folder / "expected").mkdir(exist_ok=True)
        for name, path in values.items():
            np.save(folder / "expected" / (name.replace("/", ".") + ".npy"), np.load(path))
    for path in sorted((folder / "work").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (folder / "work").rmdir()


if __name__ == "__main__":
    main()
