# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the innermost loops of products are made of, by the assembly of several CPUs.

Spills are the regression that nothing else tells of: no loop here touches the stack.
"""

from collections import Counter

import pytest
from benchmarks import ours, predicted, process

SHAPE = (98, 128, 1152)


def loop_of(pair, strategy, cpu, folder):
    """(multiply-adds, Counter of the mnemonics, lines)."""
    assembly = predicted.assemble(SHAPE, strategy, pair, cpu, folder)
    macs, lines = predicted.hot_loop(assembly, strategy, pair)
    return macs, Counter(predicted.split(line)[0] for line in lines), lines


# The kernel of a tile of so many vectors of filters by rows, and how many times the
# loop's body holds it; one instruction of a kind for each. Nothing else counts,
# looks up or multiplies: the multiply-adds of the loop are those of its count.
LOOPS = [
    ("W1A1", "lookup", "znver3", "vpshufb", 12, 256),  # 2 x 1 pairs, 3 shares, 2 steps
    ("W1A2", "lookup", "znver3", "vpshufb", 12, 128),  # 2 x 3, 2 steps
    ("W1A4", "lookup", "znver3", "vpshufb", 16, 128),  # 2 x 2, the 4 steps of a drain
    ("W2A2", "lookup", "znver3", "vpshufb", 16, 64),  # 2 x 4, 2 steps
    ("W2A4", "lookup", "znver3", "vpshufb", 16, 64),  # 2 x 2, the 4 steps of a drain
    ("W2A6", "lookup", "znver3", "vpshufb", 8, 64),  # 2 x 4, a step and its drain
    ("W1A1", "popcount", "znver3", "vpshufb", 16, 128),  # 2 x 4, 2 steps
    ("W4A4", "integer", "znver3", "vpmaddubsw", 20, 32),  # 2 x 5, 2 steps
    ("W7A7", "integer", "znver3", "vpmaddubsw", 10, 32),  # 2 x 5, a step and its drain
    ("W8A8", "integer", "znver3", "vpmaddwd", 20, 16),  # 2 x 5, 2 steps
    ("W1A1", "popcount", "znver4", "vpopcntd", 24, 512),
    ("W1A2", "lookup", "sapphirerapids", "vpshufb", 12, 256),
    ("W4A4", "integer", "znver4", "vpdpbusd", 48, 64),
    ("W8A8", "integer", "znver4", "vpdpwssd", 48, 32),  # 2 x 12, 2 steps
    ("W1A1", "popcount", "neoverse-v2", "cnt", 4, 128),
    ("W2A2", "lookup", "neoverse-v2", "tbl", 16, 32),
    ("W4A4", "integer", "neoverse-v2", "udot", 8, 16),
]


@pytest.mark.parametrize("pair, strategy, cpu, name, count, each", LOOPS)
def test_instructions(pair, strategy, cpu, name, count, each, tmp_path):
    macs, names, lines = loop_of(pair, strategy, cpu, tmp_path)
    assert names[name] == count and macs == count * each
    assert not [line for line in lines if "(%rsp" in line or "[sp" in line]


def test_filter_gradient(tmp_path):
    """Four rows of tables by two vectors of indices: a lookup, a product of planes and
    a sum for each of the eight, and nothing that waits for memory but what they read."""
    g, x = (f"tensor<8x18x18x64x!dorefa.code<{code}>>" for code in ("6, bipolar", "2, unipolar"))
    source, assembly = tmp_path / "gradient.mlir", tmp_path / "gradient.s"
    source.write_text(f"""
func.func @f(%g: {g}, %x: {x}, %s: tensor<8xf32>) -> tensor<64x3x3x64xf32> {{
  %0 = dorefa.conv2d_grad_filter %g, %x cotangent_scale(%s : tensor<8xf32>)
      {{pads = array<i64: 1, 1, 1, 1>}} : {g}, {x} -> tensor<64x3x3x64xf32>
  return %0 : tensor<64x3x3x64xf32>
}}""")
    process.run([ours.DRIVER, "compile", str(source), "--emit=asm", "--strategy=lookup",
                 "--target=x86_64-linux-gnu:znver3", "-o", str(assembly)])
    wanted = {"vpshufb": 8, "vpmaddubsw": 8, "vpaddw": 8, "vbroadcasti128": 4, "vmovdqu": 2}
    found = []
    for lines in predicted.loops(assembly.read_text()):
        names = Counter(predicted.split(line)[0] for line in lines)
        if names["vpmaddubsw"]:
            assert not [line for line in lines if "(%rsp" in line]
            found.append({name: names[name] for name in wanted})
    assert wanted in found


def test_tables(tmp_path):
    """Eight tables of 32 codes: neighbours are parted by a permutation for each half,
    and what follows shuffles within halves, twice for each of six sums."""
    words, tables = "tensor<4x9x64xi32>", "tensor<4x64x144xi8>"
    source, assembly = tmp_path / "tables.mlir", tmp_path / "tables.s"
    source.write_text(f"""
func.func @f(%words: {words}) -> {tables} {{
  %empty = tensor.empty() : {tables}
  %0 = bitserial.pack_tables ins(%words : {words}) outs(%empty : {tables}) -> {tables}
  return %0 : {tables}
}}""")
    process.run([ours.DRIVER, "compile", str(source), "--emit=asm",
                 "--target=x86_64-linux-gnu:znver3", "-o", str(assembly)])
    names = [Counter(predicted.split(line)[0] for line in lines)
             for lines in predicted.loops(assembly.read_text())]
    made = [counted for counted in names if counted["vpaddb"]]
    assert made
    for counted in made:
        across = sum(counted[name] for name in counted if name.startswith("vperm"))
        assert across <= 2 and counted["vpshufb"] + counted["vpshufd"] == 12
        assert counted["vpaddb"] == 6


def test_a_spill_is_seen(tmp_path):
    """The control: 64 pairs of planes do not fit into 16 registers."""
    _, _, lines = loop_of("W8A8", "popcount", "znver3", tmp_path)
    assert [line for line in lines if "(%rsp" in line]
