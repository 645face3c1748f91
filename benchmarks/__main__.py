# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Times the compiler's code and its peers in one run, in turns.

Works: training steps and inference of the networks in models/; compile time and
peak memory of a training step; quantized convolutions (floats in, floats out)
and products of packed matrices over the shapes of ResNet-18, by each strategy.
Peers, as far as they are installed: OpenBLAS's sgemm, oneDNN in float32 and of
bytes, PyTorch in float32 and as fake-quantized DoReFa-Net; with --limits also the
kernels that a C++ program was written for by hand (it takes --pairs, --shapes,
--rounds and --json). What is not installed is left out, and the output says so.

Everything runs in three passes, so that rounds of one engine lie minutes apart: what
disturbs a shared machine lasts for minutes. In a pass the engines of a work, and works
that are compared, take turns, one process each. Figures are the median of the rounds'
medians, and what a quiet machine would reach is the fastest step of all rounds. Works
with an engine whose fastest step was not seen by two processes, within 4 %, run in
further passes: products in four at most, whole networks in two. --quick is one short
pass over a few works, which says that everything runs, and little else.
"""

import argparse
import json
import os
import sys
import tempfile
import time

from . import machine, ours, passes, peers, plot, predicted, process, table, targets, works


def parse():
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one short pass over a few works")
    parser.add_argument("--json", metavar="FILE",
                        help="write a list of {work, pair, shape, threads, engine, strategy, "
                        "seconds_median, seconds_best_round, seconds_least, settled, gops, "
                        "mac_per_cycle}; settled says whether the least was seen twice; "
                        "gops counts a multiply-add as two; "
                        "mac_per_cycle is null where cycles cannot be counted")
    parser.add_argument("--plot", metavar="FILE.svg", help="draw a picture")
    parser.add_argument("--write", nargs="?", const=table.PAGE, metavar="PAGE.md",
                        help="put tables into docs/benchmarks.md, or the page of another "
                        "machine, and the picture beside it")
    parser.add_argument("--minutes", type=float, default=40, metavar="N",
                        help="after so many minutes no work begins a further pass (40)")
    parser.add_argument("--threads", default="1,2", metavar="FEW,MANY",
                        help="training runs on MANY, all else on FEW (1,2)")
    parser.add_argument("--pairs", default="targets", metavar="W1A2,...",
                        help="pairs of bits: targets (the default), all, or a list")
    parser.add_argument("--only", default="", metavar="TEXT,...",
                        help="works that hold one of these texts, and their peers: "
                        "'svhn-a,packed product W1A2'")
    parser.add_argument("--peers", default="all", metavar="NAME,...",
                        help="all, none, or some of " + ", ".join(peers.PACKAGES))
    parser.add_argument("--install-peers", action="store_true",
                        help="install the peers' Debian packages first (root)")
    parser.add_argument("--instructions", choices=list(machine.INSTRUCTIONS), default="all",
                        help="what all engines may use, peers too: all that this machine has, "
                        "or avx2, for figures beside those of machines that have no more")
    parser.add_argument("--limits", metavar="SOURCE.cpp", help="the program of kernels by hand")
    options = parser.parse_args()
    options.suffix = "" if options.instructions == "all" else f"-{options.instructions}"
    if options.write:  # fails before anything is measured
        table.split_page(options.write, f"scripts/bench{options.suffix}")
    options.only = works.Filter(options.only)
    if options.pairs in ("targets", "all"):
        options.pairs = works.ALL_PAIRS if options.pairs == "all" else \
            works.QUICK_PAIRS if options.quick else works.PAIRS
    else:
        options.pairs = tuple(options.pairs.split(","))
        for pair in options.pairs:
            if pair not in works.ALL_PAIRS:
                parser.error(f"--pairs: '{pair}'; expected targets, all or W1A1 to W8A8")
    chosen = {"all": tuple(peers.PACKAGES), "none": ()}.get(options.peers)
    options.peers = chosen if chosen is not None else tuple(options.peers.split(","))
    for name in options.peers:
        if name not in peers.PACKAGES:
            parser.error(f"--peers: '{name}'; expected all, none, {', '.join(peers.PACKAGES)}")
    try:
        counts = [int(count) for count in options.threads.split(",")]
    except ValueError:
        parser.error(f"--threads: '{options.threads}'; expected numbers")
    options.few, options.many = counts[0], counts[-1]
    return options


def show(text):
    """A line that the next one overwrites, on a terminal alone."""
    if sys.stderr.isatty():
        width = os.get_terminal_size(sys.stderr.fileno()).columns - 1
        print("\r\033[K" + text[:width], end="", file=sys.stderr, flush=True)


def groups(settings):
    """Yields the groups of wanted works."""
    for make, further in works.KINDS.values():
        for group in make(settings):
            wanted = {id(work) for work in group if settings.only.takes(str(work))}
            if wanted:
                # What the wanted works are compared with comes along.
                group = [work for work in group if id(work) in wanted or work.of_peers]
                yield passes.Group(group, 0 if settings.quick else further)


def main():
    options = parse()
    if options.install_peers:
        peers.install(options.peers or tuple(peers.PACKAGES))
    if not os.path.exists(ours.DRIVER) and os.sep in ours.DRIVER:
        sys.exit(f"{ours.DRIVER} is not there: run scripts/build first")
    notes = [machine.describe(ours.OPT)]
    instructions = machine.INSTRUCTIONS[options.instructions]
    ours.target = instructions.cpu
    if options.instructions != "all":
        notes[0] += f"; all engines keep to {options.instructions}"
    print(notes[0], flush=True)

    def note(text):
        notes.append(text)
        print(text, flush=True)

    records, forecast = [], []
    with tempfile.TemporaryDirectory() as folder:
        settings = works.Settings(
            options.few, options.many, options.quick, options.pairs,
            peers.Peers(options.peers, folder, note, options.limits, instructions), folder,
            options.only, options.instructions)
        start = time.monotonic()
        measured = passes.run(groups(settings), settings.rounds, lambda text: show(
            f"[{time.monotonic() - start:.0f} s] {text}"),
            lambda: time.monotonic() - start < 60 * options.minutes)
        show("")
        if measured:
            note(passes.unsettled(measured))
        for group in measured:
            found = [record for work in group.works for record in work.records()]
            records += found
            for _, rows in table.sections(found):
                print("\n" + table.as_text(rows), flush=True)
        if options.only.takes("predicted") and not options.quick:
            show("predicted")
            forecast = predicted.rows(settings.pairs, folder, records)
            show("")
            print("\n" + table.as_text(forecast), flush=True)
    reached = targets.summary(records)
    if len(reached) > 1:
        print("\n" + table.as_text(reached))
    if options.json:
        table.replace(options.json, json.dumps(records, indent=1) + "\n")
    if options.plot:
        table.replace(options.plot, plot.draw(notes[0], records))
    if options.write:
        picture = f"{os.path.splitext(options.write)[0]}{options.suffix}.svg"
        table.replace(picture, plot.draw(notes[0], records))
        table.write_page(page(notes, reached, records, forecast, os.path.basename(picture)),
                         f"scripts/bench{options.suffix}", options.write)


def page(notes, reached, records, forecast, picture):
    """What is generated of a page."""
    parts = ["Measured on " + "; ".join(notes) + ".", f"![The picture]({picture})"]
    sections = [("What was to be reached", reached), *table.sections(records),
                (predicted.TITLE, forecast)]
    for title, rows in sections:
        if len(rows) > 1:
            parts += [f"## {title}", table.as_markdown(rows)]
    return "\n\n".join(parts)


if __name__ == "__main__":
    try:
        main()
    except process.Failed as failure:
        sys.exit(f"scripts/bench: {failure}")
