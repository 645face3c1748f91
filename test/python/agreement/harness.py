# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs functions of MLIR modules on the tool's targets and compares numbers.

A Program is one module: Functions, and calls of them with NumPy arguments and
the results that the NumPy model expects. A Machine compiles each program once
for each target (this is what costs time: programs run in parallel, one thread
for each processor) and calls every function through `dorefa-run exec`.

Integers, codes and results of integer products must be equal, in every bit
between the targets; other floats agree to a stated relative tolerance.
"""

import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Callable, List, Optional, Tuple

import numpy as np

# Float paths: sums of floats in another order, other exp, log and sqrt.
FLOAT = 1e-5

# Types


def tensor(shape, element="f32"):
    """tensor<2x?xf32> of (2, "?")."""
    return "tensor<" + "".join(f"{size}x" for size in shape) + element + ">"


def codes(shape, bits, kind="unipolar"):
    return tensor(shape, f"!dorefa.code<{bits}, {kind}>")


def attributes(**values):
    """{name = array<i64: 1, 2>, ..}: integers, sequences of them, True."""
    texts = []
    for name, value in values.items():
        if value is True:
            texts.append(name)
        elif isinstance(value, int):
            texts.append(f"{name} = {value} : i64")
        else:
            texts.append(f"{name} = array<i64: {', '.join(map(str, value))}>")
    return "{" + ", ".join(texts) + "}" if texts else ""


# Functions


@dataclass
class Value:
    """An SSA value: prints as its name."""

    name: str
    type: str

    def __str__(self):
        return self.name

    @property
    def typed(self):
        return f"{self.name} : {self.type}"


@dataclass
class Expected:
    """What a result must be: equal, or within rtol of it, each element or the
    tensor as a whole (see differences)."""

    value: np.ndarray
    rtol: float = 0.0
    whole: bool = False


def about(value, rtol=FLOAT, whole=False):
    return Expected(np.asarray(value), rtol, whole)


@dataclass
class Call:
    """label, arguments (arrays, or numbers for scalars), expected results.

    A result may be None: the targets must agree on it, whatever it is.
    """

    label: str
    arguments: list
    expected: List[Optional[Expected]]


@dataclass
class Function:
    """A public function under construction, and the calls to make of it."""

    name: str
    arguments: List[Value] = field(default_factory=list)
    lines: List[str] = field(default_factory=list)
    results: List[Tuple[str, Value]] = field(default_factory=list)
    calls: List[Call] = field(default_factory=list)

    def argument(self, kind):
        self.arguments.append(Value(f"%a{len(self.arguments)}", kind))
        return self.arguments[-1]

    def op(self, text, *types):
        """Adds one op; its results, one Value or a list of them."""
        name = f"%{len(self.lines)}"
        many = len(types) != 1
        self.lines.append(f"{name}{f':{len(types)}' if many else ''} = {text}")
        if not many:
            return Value(name, types[0])
        return [Value(f"{name}#{i}", kind) for i, kind in enumerate(types)]

    def returns(self, label, value):
        self.results.append((label, value))

    def call(self, label, arguments, expected):
        wrapped = [
            e if e is None or isinstance(e, Expected) else Expected(np.asarray(e))
            for e in expected
        ]
        assert len(arguments) == len(self.arguments), (self.name, label)
        assert len(wrapped) == len(self.results), (self.name, label)
        self.calls.append(Call(label, arguments, wrapped))

    @property
    def text(self):
        head = ", ".join(a.typed for a in self.arguments)
        types = ", ".join(v.type for _, v in self.results)
        body = "".join(f"  {line}\n" for line in self.lines)
        values = ", ".join(str(v) for _, v in self.results)
        return (
            f"func.func @{self.name}({head}) -> ({types}) {{\n"
            f"{body}  return {values} : {types}\n}}\n"
        )


class Program:
    """One module. `build` makes its functions, when they are first needed."""

    def __init__(self, name, build: Callable[[], List[Function]]):
        self.name = name
        self._build = build
        self._functions = None
        self._lock = Lock()

    def __str__(self):
        return self.name

    @property
    def functions(self):
        with self._lock:
            if self._functions is None:
                self._functions = self._build()
                names = [f.name for f in self._functions]
                assert len(set(names)) == len(names), names
            return self._functions

    @property
    def text(self):
        return "\n".join(f.text for f in self.functions)


# Comparison


def differences(actual, expected, bitwise=False):
    """None if `actual` is as expected, else a line that says how it is not.

    With rtol, |actual - expected| <= rtol (|expected| + mean |expected|): the
    mean over the finite elements, as a sum that cancels cannot be as precise
    as its value is small; or for the `whole` tensor |actual - expected| <= rtol
    |expected| in the Euclidean norm. Without, all must be equal, a NaN to a NaN
    and 0 to -0; `bitwise` tells these zeros apart too.
    """
    want = np.asarray(expected.value)
    if actual.shape != want.shape:
        return f"shape {actual.shape}, expected {want.shape}"
    if (actual.dtype.kind == "f") != (want.dtype.kind == "f"):
        return f"element type {actual.dtype}, expected {want.dtype}"
    a, w = actual.astype(np.float64), want.astype(np.float64)
    if expected.whole and not bitwise:
        norm, distance = np.linalg.norm(w), np.linalg.norm(a - w)
        if distance <= expected.rtol * norm:
            return None
        return f"|difference| {distance:.3g}, |expected| {norm:.3g}"
    same = (a == w) | (np.isnan(a) & np.isnan(w))
    if bitwise:
        same &= np.isnan(a) | (np.signbit(a) == np.signbit(w))
    elif expected.rtol:
        finite = np.isfinite(w)
        typical = np.mean(np.abs(w[finite])) if finite.any() else 0.0
        with np.errstate(invalid="ignore"):
            close = np.abs(a - w) <= expected.rtol * (np.abs(w) + typical)
        same |= close & finite
    if same.all():
        return None
    at = tuple(int(i) for i in np.argwhere(~same)[0])
    return (
        f"{np.count_nonzero(~same)} of {same.size} differ; "
        f"at {at} got {actual[at]!r}, expected {want[at]!r}"
    )


# Running


@dataclass(frozen=True)
class Options:
    """Options of `dorefa-run exec`; `passes` run in dorefa-opt before it."""

    target: str = "host"
    threads: Optional[int] = None
    strategy: Optional[str] = None
    passes: Tuple[str, ...] = ()
    order: Optional[str] = None  # of threads, on gpu-emulator
    kernels: Optional[str] = None  # of products, on gpu-emulator

    def __str__(self):
        text = " ".join([self.target, *self.passes])
        if self.threads:
            text += f" on {self.threads} threads"
        if self.order:
            text += f" {self.order}"
        chosen = [name for name in (self.strategy, self.kernels) if name]
        return text + (f" with {' '.join(chosen)}" if chosen else "")

    @property
    def flags(self):
        out = [f"--target={self.target}"]
        if self.threads:
            out.append(f"--threads={self.threads}")
        if self.strategy:
            out.append(f"--strategy={self.strategy}")
        if self.order:
            out.append(f"--thread-order={self.order}")
        if self.kernels:
            out.append(f"--kernels={self.kernels}")
        return out


REFERENCE, HOST = Options("reference"), Options("host")
BOTH = (REFERENCE, HOST)
# The cost model chooses among these by machine; tests of products run each.
EVERY = (REFERENCE, *(Options("host", None, s) for s in ("popcount", "integer")))


class Machine:
    """Compiles and calls programs; their results by (function, call)."""

    def __init__(self, binaries: Path, directory: Path):
        self.binaries, self.directory = binaries, directory
        self._pool = ThreadPoolExecutor(len(os.sched_getaffinity(0)))
        self._futures = {}

    def close(self):
        self._pool.shutdown(cancel_futures=True)

    def submit(self, program, options=HOST):
        """Starts a program ahead of the test that asks for it."""
        key = program.name, options
        if key not in self._futures:
            self._futures[key] = self._pool.submit(self._run, program, options)
        return self._futures[key]

    def results(self, program, options=HOST):
        """{(function name, call index): [arrays]}; AssertionError with the
        tool's message where it fails."""
        return self.submit(program, options).result()

    def path(self, program, *names):
        folder = self.directory / re.sub(r"\W", "_", program.name)
        return folder.joinpath(*names)

    def objects(self, program):
        """The compiled objects of a program so far."""
        return list(self.path(program, "cache").glob("*"))

    def tool(self, program, name, *arguments):
        """Runs a tool with the program's own cache of compiled code."""
        cache = {"DOREFA_CACHE_DIR": str(self.path(program, "cache"))}
        done = subprocess.run(
            [str(self.binaries / name), *map(str, arguments)],
            env={**os.environ, **cache},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert done.returncode == 0, (
            f"{name} ended with {done.returncode} on {program.name}:\n{done.stderr}"
        )
        return done.stdout

    def write(self, program):
        """The program's file, made if it is not there."""
        file = self.path(program, "program.mlir")
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            draft = file.with_suffix(f".{os.urandom(8).hex()}")
            draft.write_text(program.text)
            draft.rename(file)
        return file

    def _run(self, program, options):
        file = self.write(program)
        folder = self.path(program, re.sub(r"\W+", "-", str(options)))
        if options.passes:
            folder.mkdir(parents=True)
            changed = folder / "program.mlir"
            self.tool(program, "dorefa-opt", file, *options.passes, "-o", changed)
            file = changed
        out = {}
        for function in program.functions:
            for i, call in enumerate(function.calls):
                place = folder / f"{function.name}-{i}"
                place.mkdir(parents=True)
                out[function.name, i] = self._call(
                    program, file, function, call, options, place
                )
        return out

    def _call(self, program, file, function, call, options, place):
        arguments = []
        for i, argument in enumerate(call.arguments):
            if isinstance(argument, np.ndarray):
                np.save(place / f"a{i}.npy", argument)
                arguments.append(f"--arg={place / f'a{i}.npy'}")
            else:
                arguments.append(f"--arg={argument}")
        self.tool(
            program,
            "dorefa-run",
            "exec",
            file,
            f"--entry={function.name}",
            *arguments,
            f"--out={place / 'out'}",
            *options.flags,
        )
        return [
            np.load(place / "out" / f"result{i}.npy")
            for i in range(len(function.results))
        ]

    def check(self, program, runs=BOTH):
        """Fails unless every run gives what the model expects, and the runs
        the same bits where they must be equal."""
        outputs = [self.results(program, options) for options in runs]
        wrong = []
        for function in program.functions:
            for i, call in enumerate(function.calls):
                for j, (label, _) in enumerate(function.results):
                    got = [output[function.name, i][j] for output in outputs]
                    where = f"{function.name}, {call.label}, {label}"
                    wrong += compare(where, got, call.expected[j], runs)
        assert not wrong, f"{program.name}: {len(wrong)} results are wrong\n" + (
            "\n".join(wrong[:20])
        )


def compare(where, got, expected, runs):
    """Lines for what is wrong with one result of several runs."""
    wrong = []
    if expected is not None:
        for actual, options in zip(got, runs):
            text = differences(actual, expected)
            if text:
                wrong.append(f"{where} on {options}: {text}")
    if expected is None or not expected.rtol:
        for actual, options in zip(got[1:], runs[1:]):
            text = differences(actual, Expected(got[0]), bitwise=True)
            if text:
                wrong.append(f"{where}, {runs[0]} and {options}: {text}")
    return wrong
