# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The records as tables for people: on the terminal, and in a page of docs.

A table is a list of rows of text; the first row is its head.
"""

import os

from .ours import ROOT

PAGE = os.path.join(ROOT, "docs", "benchmarks.md")
FORCED = ("popcount", "lookup", "integer", "float")


def key(record):
    return record["work"], record["pair"], record["shape"], record["threads"]


def by_work(records):
    """{(work, pair, shape, threads): its records}, in their order."""
    works = {}
    for record in records:
        works.setdefault(key(record), []).append(record)
    return works


def of_products(records, work):
    """Rows of one kind of product: GOPS of each strategy, and how many times as
    fast as the peers the automatic choice is."""
    records = [record for record in records if record["work"] == work]
    works = by_work(records)
    forced = [s for s in FORCED if any(r["strategy"] == s and r["pair"] != "f32" for r in records)]
    peers = list(dict.fromkeys(r["engine"] for r in records if r["engine"] != "dorefa"))
    counted = any(r["mac_per_cycle"] for r in records)
    rows = [["shape", "pair", "auto", "GOPS"] + (["MAC/cycle"] if counted else []) + forced
            + [f"x {peer}" for peer in peers]]
    for (_, pair, shape, threads), group in works.items():
        ours = {r["strategy"]: r for r in group if r["engine"] == "dorefa"}
        first = ours.get("auto") or ours.get("float")
        if not first:
            continue
        row = [shape, pair, first.get("chosen", first["strategy"]), f"{first['gops']:.0f}"]
        if counted:
            row.append(f"{first['mac_per_cycle']:.1f}" if first["mac_per_cycle"] else "")
        row += [f"{ours[s]['gops']:.0f}" if s in ours and first is not ours[s] else ""
                for s in forced]
        for peer in peers:
            # A peer has its own pair, f32 or int8, or the pair of this work.
            others = [r for p in (pair, "f32", "int8") for r in works.get((work, p, shape, threads), [])
                      if r["engine"] == peer]
            row.append(f"{first['gops'] / others[0]['gops']:.2f}" if others else "")
        rows.append(row)
    return rows


def of_networks(records):
    """Rows of whole networks: one for each engine."""
    records = [r for r in records if "images_per_second" in r or r["work"].endswith("compile")]
    memory = any("bytes_peak" in r for r in records)
    rows = [["work", "bits", "shape", "threads", "engine", "ms", "images/s", "x first"]
            + (["MiB at most"] if memory else [])]
    for group in by_work(records).values():
        for record in group:
            seconds = record["seconds_median"]
            rows.append([
                record["work"], record["pair"], record["shape"], str(record["threads"]),
                record["engine"], f"{1e3 * seconds:.2f}",
                f"{record['images_per_second']:.0f}" if "images_per_second" in record else "",
                f"{seconds / group[0]['seconds_median']:.2f}"])
            if memory:
                peak = record.get("bytes_peak")
                rows[-1].append(f"{peak / 2**20:.0f}" if peak else "")
    return rows


def as_text(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    numbers = [all(not row[i] or row[i][0] in "0123456789" for row in rows[1:])
               for i in range(len(rows[0]))]
    return "\n".join("  ".join(cell.rjust(w) if n else cell.ljust(w)
                               for cell, w, n in zip(row, widths, numbers)).rstrip()
                     for row in rows)


def as_markdown(rows):
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])


def sections(records):
    """(title, rows) of everything that was measured."""
    found = [("Networks", of_networks(records))]
    kinds = [("convolution", "Convolutions"), ("packed product", "Packed products")]
    kinds += [(work, f"Layers of {work.split()[-1]}") for work in
              dict.fromkeys(r["work"] for r in records if r["work"].startswith("layer"))]
    for work, title in kinds:
        found.append((title, of_products(records, work)))
    return [(title, rows) for title, rows in found if len(rows) > 1]


def split_page(page, what="scripts/bench"):
    """What stands before and behind the part of a page that `what` writes."""
    begin, end = f"<!-- begin: {what} -->", f"<!-- end: {what} -->"
    try:
        with open(page) as old:
            head, _, rest = old.read().partition(begin)
    except OSError as failure:
        raise SystemExit(f"{page}: {failure.strerror}") from None
    _, found, tail = rest.partition(end)
    if not found:
        raise SystemExit(f"{page}: no '{begin}' and '{end}' to write between")
    return head + begin, end + tail


def write_page(text, what="scripts/bench", page=PAGE):
    """Puts text between the markers of a page that name `what`."""
    head, tail = split_page(page, what)
    replace(page, f"{head}\n{text}\n{tail}")


def replace(file, text):
    """Whoever reads the file finds the old text or the new one."""
    draft = f"{file}.tmp{os.getpid()}"
    with open(draft, "w") as out:
        out.write(text)
    os.replace(draft, file)
