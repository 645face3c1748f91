# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Gradients of the functions in test/Autodiff against central differences.

Every function marked dorefa.differentiate in the files of FILES is run. A line
`// domain: LOW HIGH` above one says where its floats are drawn from (-2 to 2
otherwise).
"""

import re

import numpy as np
import pytest
from compiled import SOURCES, Module, optimize

FILES = [
    f"{folder}/{name}.mlir"
    for folder, names in {
        "Arith": ["rules"],
        "Math": ["rules"],
        "Tensor": ["rules"],
        "Linalg": ["elementwise", "contractions", "generic", "convolutions"],
        "Tosa": ["elementwise", "shapes", "windows"],
    }.items()
    for name in names
]
FUNCTION = re.compile(
    r"((?://.*\n)*)func\.func @(\w+)\((.*)\) -> .* attributes \{dorefa\.differentiate\}"
)
TYPES = {"f64": np.float64, "f32": np.float32, "i32": np.int32, "i1": np.bool_}


def draw(kind, low, high, rng):
    """A random array of an MLIR tensor type; 3 for a dynamic size.

    Floats keep a distance from each other, for the sake of maxima.
    """
    *sizes, element = re.fullmatch(r"tensor<(.*)>", kind).group(1).split("x")
    shape = [3 if size == "?" else int(size) for size in sizes]
    if element == "i1":
        return rng.integers(0, 2, shape).astype(np.bool_)
    if element == "i32":
        return rng.integers(0, 3, shape).astype(np.int32)
    size = int(np.prod(shape))
    spread = (rng.permutation(size) + rng.uniform(0.2, 0.45)) / size
    return (low + (high - low) * spread).reshape(shape).astype(TYPES[element])


def check(module, name, low, high):
    """Compares <gradient, direction> for each float argument."""
    rng = np.random.default_rng(len(name))
    values = [draw(kind, low, high, rng) for kind, _ in module.signature(name)[0]]
    result = module.call(name, values)[0]
    single = np.float32 in (value.dtype for value in [*values, result])
    step, tolerance = (2e-3, 1e-2) if single else (1e-5, 1e-6)
    weight = rng.uniform(-1, 1, result.shape).astype(result.dtype)
    cotangents = [weight] if result.ndim else []
    if not result.ndim:
        weight = np.ones((), result.dtype)
    gradients = module.call(f"{name}_grad", values + cotangents)[1:]
    floats = [i for i, value in enumerate(values) if value.dtype.kind == "f"]
    assert len(gradients) == len(floats)
    for i, gradient in zip(floats, gradients):
        direction = rng.uniform(-1, 1, values[i].shape).astype(values[i].dtype)
        ends = []
        for sign in (1, -1):
            moved = list(values)
            moved[i] = values[i] + (sign * step * direction).astype(values[i].dtype)
            ends.append(module.call(name, moved)[0].astype(np.float64))
        difference = np.sum((ends[0] - ends[1]) * weight) / (2 * step)
        terms = gradient.astype(np.float64) * direction
        scale = max(np.sum(np.abs(terms)), abs(difference), 1e-3)
        assert abs(difference - terms.sum()) < tolerance * scale, f"{name}: {i}"


@pytest.mark.parametrize("path", FILES)
def test_file(path, tmp_path):
    text = (SOURCES / "test" / "Autodiff" / path).read_text()
    functions = FUNCTION.findall(text)
    assert len(functions) == text.count("dorefa.differentiate}")
    module = Module(optimize(text, "--dorefa-autodiff"), tmp_path)
    for comment, name, _ in functions:
        domain = re.search(r"// domain: (\S+) (\S+)", comment)
        low, high = map(float, domain.groups()) if domain else (-2.0, 2.0)
        check(module, name, low, high)
