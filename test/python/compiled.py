# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs dorefa-opt and dorefa-run for tests, on functions marked by attributes."""

import os
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

SOURCES = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("DOREFA_BUILD_DIR", SOURCES / "build"))
MARK = re.compile(
    r"(?:%\w+: )?([\w<>?!., ]+?)(?: \{([^}]*)\})?(?:, (?=%|tensor|f32|f64|i64|i32)|$)"
)


def tool(name):
    """The path of a tool; skips the test where it is not built."""
    path = BUILD / "bin" / name
    if not path.exists():
        pytest.skip(f"{path} is not built")
    return str(path)


def optimize(source, *passes):
    """What dorefa-opt makes of a module's text. Raises AssertionError."""
    done = subprocess.run(
        [tool("dorefa-opt"), *passes], input=source, text=True, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _marks(text):
    """[(type, mark)] of arguments or results; a mark is 'kind' or 'kind/name'."""
    out = []
    for kind, attributes in MARK.findall(text):
        mark = re.search(
            r'dorefa\.(input|labels|parameter|state|optimizer|loss|correct|output'
            r"|learning_rate|seed|step|gradient_scale|gradient|cotangent)"
            r'(?: = "([^"]*)")?',
            attributes,
        )
        name = ""
        if mark:
            name = mark.group(1) + (f"/{mark.group(2)}" if mark.group(2) else "")
        out.append((kind.strip(), name))
    return out


class Module:
    """A module on disk whose functions can be called."""

    def __init__(self, text, folder):
        self.text, self.folder = text, Path(folder)
        self.path = self.folder / "module.mlir"
        self.path.write_text(text)

    def signature(self, name):
        """([(type, mark)] of the arguments, the same of the results)."""
        line = re.search(rf"^ *func\.func @{name}\((.*)$", self.text, re.M).group(1)
        arguments, results = re.split(r"\) -> ", line, maxsplit=1)
        results = re.sub(r" (attributes \{.*\} )?\{$", "", results)
        return _marks(arguments), _marks(results.removeprefix("(").removesuffix(")"))

    def call(self, name, arguments, target="reference"):
        """The results in order. arguments: arrays and scalars in order."""
        out = self.folder / name
        command = [tool("dorefa-run"), "exec", str(self.path), f"--entry={name}"]
        command += [f"--target={target}", f"--out={out}"]
        for i, argument in enumerate(arguments):
            if isinstance(argument, np.ndarray):
                path = self.folder / f"{name}-arg{i}.npy"
                np.save(path, argument)
                command.append(f"--arg={path}")
            else:
                command.append(f"--arg={argument!r}")
        done = subprocess.run(command, text=True, capture_output=True)
        assert done.returncode == 0, done.stderr
        count = len(self.signature(name)[1])
        return [np.load(out / f"result{i}.npy") for i in range(count)]

    def call_marked(self, name, arguments):
        """The same by marks: dicts from 'kind' or 'kind/name' to a value."""
        wanted, results = self.signature(name)
        values = self.call(name, [arguments[mark] for _, mark in wanted])
        return {mark: value for (_, mark), value in zip(results, values)}
