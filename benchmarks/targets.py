# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What is to be reached, and what the records say of it: a table of target,
reached and verdict. Ratios of one run; the median over shapes unless said."""

import statistics

from .table import by_work

# Times as fast as sgemm and as oneDNN's products of bytes, one thread, packed.
GEMM = {"W1A1": (16, 8), "W1A2": (10.5, 5.3), "W1A4": (9.5, 4.7), "W2A2": (5.9, 2.9),
        "W4A4": (3.4, 1.65), "W8A8": (2.1, 1.0), "f32": (1.0, None)}
# Network, bits: times as fast as PyTorch's float32, and as its fake-quantized step.
TRAINING = {("svhn-a", "(1,2,6)"): (3, 3.5), ("fashion-cnn", "(1,2,6)"): (2.5, 3.5)}
INFERENCE = {("svhn-a", "batch 1"): 4, ("svhn-a", "batch 128"): 5}
DETECTION = 4  # times as fast as in float, as LBW-Net's paper says
LEAST = "seconds_least"  # of all steps
COMPILE = {"dorefa, from text": 10, "dorefa, from the cache": 0.5}  # seconds


class Records:
    """Looks records up."""

    def __init__(self, records):
        self.records = records
        self.works = by_work(records)

    def find(self, **wanted):
        return [r for r in self.records if all(r.get(k) == v for k, v in wanted.items())]

    def pairs(self, ours, theirs):
        """Each record `ours` and the one of `theirs` that has its shape."""
        for record in self.find(**ours):
            other = self.find(shape=record["shape"], threads=record["threads"],
                              work=record["work"], **theirs)
            if other:
                yield record, other[0]

    def speedups(self, ours, theirs, seconds="seconds_median"):
        """Of each record `ours`, how many times as fast as `theirs` it is."""
        return [other[seconds] / record[seconds] for record, other in self.pairs(ours, theirs)]


def row(what, target, reached, holds):
    return [what, target, reached, "yes" if holds else "no"]


def times(value):
    return f"{value:.2f} x"


def mark(records):
    """Behind what was reached by the fastest steps, if one of them was seen once."""
    return "" if all(record["settled"] for record in records) else " (unsettled)"


def gemm_rows(found):
    """By medians, and by the best round where the program of kernels by hand tells
    medians alone. What the fastest steps come to stands beside: what disturbs a
    machine does not disturb engines that take turns alike."""
    by_hand = {"engine": "by hand, AVX2"}
    for pair, (sgemm, bytes_) in GEMM.items():
        strategy = "float" if pair == "f32" else "auto"
        ours = {"work": "packed product", "pair": pair, "engine": "dorefa", "strategy": strategy}
        for engine, target in (("OpenBLAS sgemm", sgemm), ("oneDNN int8", bytes_),
                               ("oneDNN int8, no tiles", bytes_)):
            compared = ours, {"engine": engine}
            ratios = found.speedups(*compared)
            if ratios and target:
                middle = statistics.median(ratios)
                reached = times(middle)
                # A ratio of another machine may be out of reach on this one.
                others = found.speedups(dict(by_hand, pair=pair), {"engine": engine})
                if others:
                    reached += f"; the kernel by hand {times(statistics.median(others))}"
                fastest = statistics.median(found.speedups(*compared, LEAST))
                yield row(f"packed {pair} against {engine}", times(target),
                          f"{reached}; fastest steps {times(fastest)}", middle >= target)
        compared = ours, dict(by_hand, pair=pair)
        ratios = found.speedups(*compared, "seconds_best_round")
        if ratios:
            middle, worst = statistics.median(ratios), min(ratios)
            fastest = found.speedups(*compared, LEAST)
            share = 0.9 if pair == "f32" else 0.97
            yield row(f"packed {pair} against the kernel by hand", f"{share} x, worst 0.93 x",
                      f"{times(middle)}, worst {times(worst)}"
                      + mark(sum(found.pairs(*compared), ()))
                      + f"; fastest steps {times(statistics.median(fastest))}, "
                      f"worst {times(min(fastest))}",
                      middle >= share and worst >= 0.93)


def float_rows(found):
    """Float layers of a training step, which are packed in each call, against the kernel
    of packed operands by hand, by the fastest steps of both. A last layer's ten outputs
    are ten of the sixteen columns that such a kernel has."""
    def rate(record):
        return record["gops"] * record["seconds_median"] / record[LEAST]

    by_hand = found.find(engine="by hand, AVX2", pair="f32")
    layers = found.find(work="layer of svhn-a", pair="32x32", strategy="float")
    for layer, name in (("conv0", "first convolution"), ("fc", "last layer")):
        records = [record for record in layers if record["shape"].startswith(f"{layer} ")]
        if by_hand and records:
            kernel = statistics.median(map(rate, by_hand))
            shares = {record["shape"].partition(" ")[2]: rate(record) / kernel
                      for record in records}
            yield row(f"svhn-a {name} in float against the kernel by hand", "90%",
                      ", ".join(f"{product} {share:.0%}" for product, share in shares.items())
                      + mark(records), min(shares.values()) >= 0.9)


def convolution_rows(found):
    """A convolution's rate against the packed product's of its shape as a matrix,
    by the fastest steps of both."""
    shares = {}
    for record in found.find(work="convolution", engine="dorefa", strategy="auto"):
        size, channels, filters, rest = record["shape"].split("x")
        if "/" in rest:
            continue  # no product of its shape is measured
        size, channels, filters, kernel = int(size), int(channels), int(filters), int(rest)
        matrix = f"{size * size}x{filters}x{channels * kernel * kernel}"
        for product in found.find(work="packed product", engine="dorefa", strategy="auto",
                                  shape=matrix, pair=record["pair"], threads=record["threads"]):
            shares.setdefault(channels >= 128, []).append((product, record))
    for wide, name, target in ((True, "128 or more channels", 0.85), (False, "64 channels", 0.75)):
        if wide in shares:
            ratios = [product[LEAST] / record[LEAST]
                      for product, record in shares[wide]]
            middle = statistics.median(ratios)
            yield row(f"whole convolution against its packed product, {name}", f"{target:.0%}",
                      f"{middle:.0%}, worst {min(ratios):.0%}" + mark(sum(shares[wide], ())),
                      middle >= target)


def network_rows(found):
    for (network, bits), (plain, fake) in TRAINING.items():
        ours = {"work": f"{network} training step", "pair": bits, "engine": "dorefa"}
        for engine, target in (("PyTorch float32", plain), ("PyTorch fake-quantized", fake)):
            for ratio in found.speedups(ours, {"engine": engine, "pair": bits}):
                yield row(f"{network} training step {bits} against {engine}", times(target),
                          times(ratio), ratio >= target)
    for (network, batch), target in INFERENCE.items():
        ours = {"work": f"{network} inference", "shape": batch, "engine": "dorefa"}
        for ratio in found.speedups(ours, {"engine": "PyTorch float32"}):
            yield row(f"{network} inference, {batch}, against PyTorch float32", times(target),
                      times(ratio), ratio >= target)


def detection_rows(found):
    ours = {"work": "scenes-detector inference", "engine": "dorefa, W4A8"}
    for engine in ("dorefa float", "PyTorch float32"):
        for ratio in found.speedups(ours, {"engine": engine}):
            yield row(f"scenes-detector inference, W4A8 against {engine}", times(DETECTION),
                      times(ratio), ratio >= DETECTION)


def memory_rows(found):
    for record in found.find(work="svhn-a training step", pair="(1,2,6)",
                             engine="PyTorch float32"):
        for engine, where in (("dorefa", ""), ("dorefa, shared library", " in a small host")):
            for ours in found.find(work=record["work"], pair="(1,2,6)", engine=engine,
                                   threads=record["threads"]):
                share = ours["bytes_peak"] / record["bytes_peak"]
                yield row(f"svhn-a training step{where}, peak memory against PyTorch float32",
                          "25%", f"{share:.0%}", share <= 0.25)


def thread_rows(found):
    """By the fastest steps: one thread is disturbed half as often as two."""
    for network in ("fashion-cnn", "svhn-a", "resnet18"):
        steps = sorted(found.find(work=f"{network} training step", pair="(1,2,6)",
                                  engine="dorefa"), key=lambda record: record["threads"])
        if len(steps) == 2 and steps[1]["threads"] == 2 * steps[0]["threads"]:
            ratio = steps[0][LEAST] / steps[1][LEAST]
            yield row(f"{network} training step, {steps[1]['threads']} threads against "
                      f"{steps[0]['threads']}", times(1.9), times(ratio) + mark(steps),
                      ratio >= 1.9)


def choice_rows(found):
    """The automatic choice against the best forced strategy of the same work, by
    the fastest step of each: what disturbs a machine makes a step longer, and some
    kernels more than others."""
    for kind in ("convolution", "packed product", "layer"):
        behind = []
        for (work, pair, shape, _), group in found.works.items():
            group = [record for record in group if record["engine"] == "dorefa"]
            ours = {r["strategy"]: r[LEAST] for r in group}
            if work.startswith(kind) and len(ours) > 1 and "auto" in ours:
                auto = ours.pop("auto")
                behind.append((auto / min(ours.values()), f"{pair} {shape}", mark(group)))
        if behind:
            near = sum(ratio <= 1.05 for ratio, _, _ in behind)
            worst, where, marked = max(behind)
            reached = f"{near} of {len(behind)}"
            if near < len(behind):
                reached += f"; {where} takes {times(worst)}{marked}"
            else:
                reached += max(marked for _, _, marked in behind)
            yield row(f"automatic choice within 5 % of the best strategy, {kind}",
                      f"{len(behind)} of {len(behind)}", reached, near == len(behind))


def compile_rows(found):
    for engine, seconds in COMPILE.items():
        for record in found.find(work="svhn-a compile", engine=engine):
            taken = record["seconds_median"]
            yield row(f"svhn-a training step, {engine.partition(', ')[2]}", f"{seconds} s",
                      f"{taken:.2f} s", taken <= seconds)


def summary(records):
    """The table; its head alone if nothing that has a target was measured."""
    found = Records(records)
    rows = [["target", "to reach", "reached", "holds"]]
    for part in (gemm_rows, float_rows, convolution_rows, network_rows, detection_rows,
                 memory_rows, thread_rows, choice_rows, compile_rows):
        rows += part(found)
    return rows
