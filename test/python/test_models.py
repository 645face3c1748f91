# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The committed networks have the sizes that the papers give."""

import math
import re
from pathlib import Path

import pytest

MODELS = Path(__file__).resolve().parents[2] / "models"
SHAPE = re.compile(r"tensor<([0-9?x]+)x(?:f32|!dorefa\.code<[^>]*>)>")


def shape(text):
    return [int(d) if d != "?" else None for d in text.split("x")]


def parameters(text):
    """Name -> shape of every parameter."""
    return {name: shape(dims) for dims, name in re.findall(
        r'tensor<([0-9x]+)xf32> \{dorefa\.parameter = "([^"]*)"', text)}


def multiply_accumulates(text):
    """For each product in a file, sample by sample: outputs times taps."""
    total = 0
    for product in re.split(r"(?== (?:dorefa\.(?:conv2d|linear)|linalg\.(?:conv|matmul)))", text)[1:]:
        operands, result = re.split(r"outs\(|\n      -> ", product, maxsplit=1)
        weight = shape(SHAPE.findall(operands)[1])
        out = shape(SHAPE.search(result).group(1))
        total += math.prod(weight) * math.prod(out[1:-1])
    return total


def test_svhn_a_has_the_papers_size():
    text = (MODELS / "svhn-a.mlir").read_text()
    count = sum(math.prod(s) for s in parameters(text).values())
    assert round(count / 1e6, 2) == 2.08
    assert round(multiply_accumulates(text) / 1e6, 1) == 41.7


def test_resnet18_has_the_size_of_resnet18():
    text = (MODELS / "resnet18.mlir").read_text()
    count = sum(math.prod(s) for s in parameters(text).values())
    assert round(count / 1e6, 2) == 11.17
    assert round(multiply_accumulates(text) / 1e6) == 555


@pytest.mark.parametrize("letter, share", [("b", 0.5), ("c", 0.25), ("d", 0.125)])
def test_narrower_svhn_models(letter, share):
    full = parameters((MODELS / "svhn-a.mlir").read_text())
    narrow = parameters((MODELS / f"svhn-{letter}.mlir").read_text())
    assert narrow.keys() == full.keys()
    for name, dims in full.items():
        channels = dims[0] if name.startswith("fc") else dims[0] * share
        assert narrow[name][0] == channels, name


@pytest.mark.parametrize("path", sorted(MODELS.glob("*.mlir")), ids=lambda p: p.stem)
def test_every_argument_is_marked(path):
    text = path.read_text()
    arguments = re.search(r"@forward\((.*?)\n  \) -> \((.*?)\n  \) \{", text, re.S)
    for line in arguments.group(1).strip().splitlines():
        assert re.search(r"\{dorefa\.(input|boxes|labels|(parameter|state) = \"[^\"]+\", dorefa\.init = )", line), line
    states = re.findall(r'dorefa\.state = "([^"]*)"', arguments.group(1))
    assert re.findall(r'dorefa\.state = "([^"]*)"', arguments.group(2)) == states
    assert arguments.group(2).count("dorefa.output") == 1
