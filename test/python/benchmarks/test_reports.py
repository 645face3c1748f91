# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the benchmarks say of records: targets, tables, the picture, hot loops."""

import sys
import xml.dom.minidom

import pytest
from benchmarks import plot, predicted, process, table, targets, work, works


def record(seconds, **values):
    return {"work": "packed product", "pair": "W1A2", "shape": "784x128x1152", "threads": 1,
            "engine": "dorefa", "strategy": None, "seconds_median": seconds,
            "seconds_best_round": seconds, "seconds_least": seconds, "settled": True,
            "gops": 1 / seconds, "mac_per_cycle": None, **values}


def products(auto, popcount, integer, sgemm):
    return [record(auto, strategy="auto", chosen="popcount"), record(popcount, strategy="popcount"),
            record(integer, strategy="integer"),
            record(sgemm, engine="OpenBLAS sgemm", pair="f32")]


def verdicts(records):
    return {row[0]: (row[2], row[3]) for row in targets.summary(records)[1:]}


def test_targets_hold():
    found = verdicts(products(1.0, 1.0, 2.0, 11.0))
    assert found["packed W1A2 against OpenBLAS sgemm"] == ("11.00 x; fastest steps 11.00 x", "yes")
    assert found["automatic choice within 5 % of the best strategy, packed product"] == (
        "1 of 1", "yes")


def test_targets_are_missed():
    found = verdicts(products(1.0, 1.0, 0.5, 10.0))
    assert found["packed W1A2 against OpenBLAS sgemm"] == ("10.00 x; fastest steps 10.00 x", "no")
    reached, holds = found["automatic choice within 5 % of the best strategy, packed product"]
    assert reached == "0 of 1; W1A2 784x128x1152 takes 2.00 x" and holds == "no"


def test_a_disturbed_machine_is_no_wrong_choice():
    choice = "automatic choice within 5 % of the best strategy, packed product"
    records = products(1.0, 1.0, 0.7, 10.0)
    for disturbed in records[:2]:
        disturbed["seconds_least"] = 0.6
    assert verdicts(records)[choice] == ("1 of 1", "yes")
    records[2]["seconds_least"] = 0.5
    assert verdicts(records)[choice] == ("0 of 1; W1A2 784x128x1152 takes 1.20 x", "no")


def test_what_was_seen_once_is_marked():
    choice = "automatic choice within 5 % of the best strategy, packed product"
    sgemm = "packed W1A2 against OpenBLAS sgemm"
    records = products(1.0, 1.0, 2.0, 11.0)
    records[1]["settled"] = False
    assert verdicts(records)[choice] == ("1 of 1 (unsettled)", "yes")
    assert verdicts(records)[sgemm] == ("11.00 x; fastest steps 11.00 x", "yes")
    disturbed = [dict(records[0], seconds_median=2.0), *records[1:]]
    assert verdicts(disturbed)[sgemm] == ("5.50 x; fastest steps 11.00 x", "no")
    # A work that is settled is the worst one.
    others = [dict(r, shape="49x512x4608") for r in products(1.0, 1.0, 0.5, 10.0)]
    assert verdicts(records + others)[choice] == ("1 of 2; W1A2 49x512x4608 takes 2.00 x", "no")
    others[0]["settled"] = False
    assert verdicts(records + others)[choice] == (
        "1 of 2; W1A2 49x512x4608 takes 2.00 x (unsettled)", "no")
    records.append(record(1.25, strategy="auto", work="convolution", shape="28x128x128x3",
                          settled=False))
    records.append(record(2.0, engine="by hand, AVX2", settled=False))
    found = verdicts(records)
    assert found["whole convolution against its packed product, 128 or more channels"] == (
        "80%, worst 80% (unsettled)", "no")
    assert found["packed W1A2 against the kernel by hand"] == (
        "2.00 x, worst 2.00 x (unsettled); fastest steps 2.00 x, worst 2.00 x", "yes")
    steps = [network(0.1, "dorefa"), network(0.19, "dorefa", 1, settled=False)]
    assert verdicts(steps)["svhn-a training step, 2 threads against 1"] == (
        "1.90 x (unsettled)", "yes")


def test_what_kernels_by_hand_reach_is_beside():
    records = products(1.0, 1.0, 0.5, 10.0) + [record(2.0, engine="by hand, AVX2")]
    found = verdicts(records)
    assert found["packed W1A2 against OpenBLAS sgemm"] == (
        "10.00 x; the kernel by hand 5.00 x; fastest steps 10.00 x", "no")
    assert found["packed W1A2 against the kernel by hand"] == (
        "2.00 x, worst 2.00 x; fastest steps 2.00 x, worst 2.00 x", "yes")


def test_works_are_chosen_by_texts():
    some = works.Filter("svhn-a,packed product W1A2")
    assert some.takes("svhn-a training step") and some.takes("packed product W1A2 49x512x4608")
    assert not some.takes("packed product W1A1 49x512x4608") and not some.takes("predicted")
    assert works.Filter("layer of svhn-a conv1").may_take("layer of svhn-a")
    assert not some.may_take("layer of resnet18") and works.Filter().takes("convolution")


def test_a_peer_of_another_shape_is_not_compared():
    records = products(1.0, 1.0, 2.0, 11.0)
    records[-1]["shape"] = "1x1x1"
    assert "packed W1A2 against OpenBLAS sgemm" not in verdicts(records)


def network(seconds, engine, threads=2, **values):
    return record(seconds, work="svhn-a training step", pair="(1,2,6)", shape="batch 128",
                  engine=engine, threads=threads, gops=None, images_per_second=128 / seconds,
                  **values)


def test_networks():
    found = verdicts([network(0.1, "dorefa", bytes_peak=30), network(0.19, "dorefa", 1),
                      network(0.1, "dorefa, shared library", bytes_peak=20),
                      network(0.4, "PyTorch float32", bytes_peak=100)])
    assert found["svhn-a training step (1,2,6) against PyTorch float32"] == ("4.00 x", "yes")
    memory = "peak memory against PyTorch float32"
    assert found[f"svhn-a training step, {memory}"] == ("30%", "no")
    assert found[f"svhn-a training step in a small host, {memory}"] == ("20%", "yes")
    assert found["svhn-a training step, 2 threads against 1"] == ("1.90 x", "yes")


def test_convolutions_against_products():
    conv = {"work": "convolution", "shape": "28x128x128x3"}
    records = products(1.0, 1.0, 2.0, 11.0) + [record(1.25, strategy="auto", **conv)]
    assert verdicts(records)["whole convolution against its packed product, 128 or more channels"] \
        == ("80%, worst 80%", "no")


def test_float_layers_against_the_kernel_by_hand():
    layer = {"work": "layer of svhn-a", "pair": "32x32", "strategy": "float"}
    records = [record(seconds, pair="f32", engine="by hand, AVX2") for seconds in (1.0, 1.2, 0.8)]
    records += [record(1.05, **layer, shape="conv0 forward"),
                record(2.0, **layer, shape="conv0 backward-filter", seconds_least=1.1),
                record(1.3, **layer, shape="fc forward", settled=False),
                record(0.1, **dict(layer, pair="1x2", strategy="lookup"), shape="conv1 forward")]
    found = verdicts(records)
    assert found["svhn-a first convolution in float against the kernel by hand"] == (
        "forward 95%, backward-filter 91%", "yes")
    assert found["svhn-a last layer in float against the kernel by hand"] == (
        "forward 77% (unsettled)", "no")
    assert not any("in float" in target for target in verdicts(records[3:]))


def test_nothing():
    assert len(targets.summary([])) == 1 and table.sections([]) == []
    xml.dom.minidom.parseString(plot.draw("nothing & nobody", []))


def test_tables_and_picture():
    records = products(1.0, 1.0, 2.0, 11.0) + [network(0.1, "dorefa"), network(0.4, "PyTorch")]
    (networks, _), (title, rows) = table.sections(records)
    assert networks == "Networks" and title == "Packed products"
    assert dict(zip(*rows))["x OpenBLAS sgemm"] == "11.00"
    assert table.as_markdown(rows).count("\n") == 2
    drawn = xml.dom.minidom.parseString(plot.draw("a < b", records))
    assert len(drawn.getElementsByTagName("circle")) == 4  # two marks, two of the legend
    assert len(drawn.getElementsByTagName("rect")) == 4  # the paper, two networks, one pair


def test_page(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- begin: scripts/bench -->\nold\n<!-- end: scripts/bench -->\nafter\n")
    table.write_page("new", page=page)
    assert page.read_text() == ("before\n<!-- begin: scripts/bench -->\nnew\n"
                                "<!-- end: scripts/bench -->\nafter\n")
    page.write_text("no markers")
    with pytest.raises(SystemExit, match="to write between"):
        table.write_page("new", page=page)
    with pytest.raises(SystemExit, match="none.md: No such file"):
        table.split_page(tmp_path / "none.md")


def test_process():
    done = process.run([sys.executable, "-c", "print('x' * 100_000)"])
    assert len(done.stdout) == 100_001 and done.bytes_peak > 2**20 and done.seconds > 0
    with pytest.raises(process.Failed, match="exit status 3") as failure:
        process.run([sys.executable, "-c", "import sys; sys.exit(3)"])
    assert failure.value.status == 3


def test_memory_is_that_of_the_child():
    small, large = (process.run([sys.executable, "-c", f"x = bytearray({n}); x[::4096] = "
                                 f"b'1' * len(x[::4096])"]).bytes_peak for n in (2**20, 2**26))
    assert large - small > 2**25


def test_what_rounds_come_to():
    always = work.Engine("always", None, samples=[work.Sample(t) for t in (1, 3, 4)])
    same = work.Engine("same", None, samples=always.samples)
    assert same.seconds() == always.seconds() == 3
    assert same.least() is None  # of a step, which nobody noted
    known = work.Engine("known", None, samples=[work.Sample(3, 2), work.Sample(4, 1)])
    assert known.least() == 1 and known.best_round() == 3


LOOPS = """
f:
.LBB0_1:
\tmovl\t$0, %eax
.LBB0_2:
\tvpandd\t(%rdi), %zmm0, %zmm1
\tvpopcntd\t%zmm1, %zmm1
\tvpaddd\t%zmm1, %zmm2, %zmm2
\taddq\t$64, %rdi
\tcmpq\t%rsi, %rdi
\tjne\t.LBB0_2
\tvpopcntd\t%zmm1, %zmm1
\tjne\t.LBB0_1
.LBB0_3:
\tdecl\t%eax
\tjne\t.LBB0_3
"""


def test_hot_loop():
    macs, loop = predicted.hot_loop(LOOPS, "popcount", "W1A2")
    assert macs == 256 and len(loop) == 6 and loop[1].startswith("\tvpopcntd")
    assert predicted.hot_loop(LOOPS, "integer", "W1A2")[0] == 0


@pytest.mark.parametrize("strategy, pair, instructions, macs", [
    ("integer", "W4A4", [("vpmaddubsw", "%ymm0, %ymm1, %ymm2"), ("vpmaddwd", "%ymm0, %ymm1, %ymm2")], 32),
    ("integer", "W8A8", [("vpmaddwd", "%ymm0, %ymm1, %ymm2")], 16),
    ("integer", "W4A4", [("udot", "v0.4s, v1.16b, v2.16b")], 16),
    ("popcount", "W1A1", [("vpshufb", "%ymm0, %ymm1, %ymm2")] * 2, 256),
    ("popcount", "W2A2", [("cnt", "v0.16b, v1.16b")], 32),
    ("lookup", "W1A2", [("vpshufb", "%ymm0, %ymm1, %ymm2")], 128),
    ("lookup", "W1A1", [("vpshufb", "%ymm0, %ymm1, %ymm2")], 256),
    ("lookup", "W2A2", [("vpshufb", "%ymm0, %ymm1, %ymm2")], 64),
])
def test_macs(strategy, pair, instructions, macs):
    assert predicted.macs_of(strategy, pair, instructions) == macs
