# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The picture of a run, as SVG: networks beside PyTorch as bars; products as a
bar for each pair of bits, with the other strategies and the peers as marks."""

import statistics
from xml.sax.saxutils import escape

from .table import FORCED, by_work

WIDTH, LEFT, RIGHT = 940, 215, 85
SPAN = WIDTH - LEFT - RIGHT
OURS, OURS_FLOAT, OTHERS, INK, SOFT = "#1b6ca8", "#8fbbdb", "#b9b4ab", "#222222", "#777777"
STRATEGIES = {"popcount": "#d1495b", "lookup": "#2a9d8f", "integer": "#e9a23b",
              "float": "#7d6bb5"}
PEERS = {"OpenBLAS sgemm": "#555555", "oneDNN f32": "#777777", "oneDNN int8": "#999999",
         "oneDNN int8, no tiles": "#999999"}


class Drawing:
    def __init__(self):
        self.parts, self.y = [], 0

    def text(self, x, y, text, size=12, anchor="start", color=INK, weight="normal"):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{color}" '
                          f'text-anchor="{anchor}" font-weight="{weight}">{escape(text)}</text>')

    def bar(self, x, y, width, height, color):
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" '
                          f'height="{height}" rx="2" fill="{color}"/>')

    def line(self, x1, y1, x2, y2, color, width=1.0, dash=""):
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
                          f'stroke="{color}" stroke-width="{width}"'
                          + (f' stroke-dasharray="{dash}"' if dash else "") + "/>")

    def dot(self, x, y, color):
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{color}" '
                          'stroke="white" stroke-width="1.2"/>')

    def title(self, title, subtitle):
        self.y += 40
        self.text(16, self.y, title, 16, weight="bold")
        self.y += 18
        self.text(16, self.y, subtitle, 12, color=SOFT)
        self.y += 14

    def svg(self):
        return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{self.y + 24}" '
                f'viewBox="0 0 {WIDTH} {self.y + 24}" font-family="Helvetica, Arial, sans-serif">\n'
                '<rect width="100%" height="100%" fill="white"/>\n'
                + "\n".join(self.parts) + "\n</svg>\n")


def number(value):
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def draw_networks(drawing, records):
    works = by_work([r for r in records if "images_per_second" in r])
    # A work that one engine did alone shows nothing.
    works = {key: group for key, group in works.items() if len(group) > 1}
    if not works:
        return
    drawing.title("Networks", "Images a second; bars compare the engines of one work.")
    for (work, bits, shape, threads), group in works.items():
        drawing.y += 12
        drawing.text(16, drawing.y + 11, work, 12, weight="bold")
        drawing.text(16, drawing.y + 26, f"{bits}, {shape}, {threads} "
                     f"thread{'s' if threads > 1 else ''}", 11, color=SOFT)
        first = group[0]
        fastest = max(r["images_per_second"] for r in group)
        for record in group:
            rate = record["images_per_second"]
            width = 0.62 * SPAN * rate / fastest
            color = (OURS if record["engine"] == "dorefa" else
                     OURS_FLOAT if record["engine"].startswith("dorefa") else OTHERS)
            drawing.bar(LEFT, drawing.y, width, 15, color)
            beside = "" if record is first else (
                f" (dorefa: {first['images_per_second'] / rate:.1f} x)")
            drawing.text(LEFT + width + 6, drawing.y + 12,
                         f"{number(rate)}  {record['engine']}{beside}", 11)
            drawing.y += 19
        drawing.y += max(0, 2 - len(group)) * 19


def draw_products(drawing, records, work, title):
    records = [r for r in records if r["work"] == work]
    pairs = [p for p in dict.fromkeys(r["pair"] for r in records) if p not in ("f32", "int8")]
    if not pairs:
        return

    def median(**wanted):
        rates = [r["gops"] for r in records if all(r[k] == v for k, v in wanted.items())]
        return statistics.median(rates) if rates else None

    shapes = len({r["shape"] for r in records})
    threads = records[0]["threads"]
    drawing.title(f"{title}, {threads} thread{'s' if threads > 1 else ''}", f"GOPS, the median of {shapes} shape{'s' if shapes > 1 else ''}. "
                  "Bar: the automatic choice. Dots: each strategy, forced. Dashed: peers.")
    references = {name: median(engine=name) for name in PEERS if median(engine=name)}
    top = max([median(pair=p, engine="dorefa", strategy=s) or 0 for p in pairs
               for s in ("auto", *FORCED)] + list(references.values()))
    scale = SPAN / top
    x = LEFT
    for strategy, color in STRATEGIES.items():
        if median(strategy=strategy):
            drawing.dot(x, drawing.y + 8, color)
            drawing.text(x + 9, drawing.y + 12, strategy, 11)
            x += 28 + 7 * len(strategy)
    if median(engine="by hand, AVX2"):
        drawing.line(x, drawing.y + 1, x, drawing.y + 15, INK, 3)
        drawing.text(x + 8, drawing.y + 12, "by hand, AVX2", 11)
    drawing.y += 22
    # Labels of peers that are close together go to lines of their own.
    begin, ends, places = drawing.y, [], []
    for name, rate in sorted(references.items(), key=lambda item: item[1]):
        at = LEFT + rate * scale
        text = f"{name} {number(rate)}"
        half = 3.2 * len(text)
        center = min(max(at, LEFT + half), WIDTH - half - 4)
        level = next((i for i, end in enumerate(ends) if end < center - half - 6), len(ends))
        ends[level:level + 1] = [center + half]
        places.append((name, at, center, level, text))
    drawing.y = begin + 15 * len(ends) + 4
    bottom = drawing.y + 26 * len(pairs)
    for name, at, center, level, text in places:
        drawing.text(center, begin + 15 * level + 11, text, 11, "middle", SOFT)
        drawing.line(at, begin + 15 * level + 14, at, bottom, PEERS[name], 1, "4 3")
    for pair in pairs:
        auto = median(pair=pair, engine="dorefa", strategy="auto")
        middle = drawing.y + 12
        drawing.text(LEFT - 12, middle + 4, pair, 13, "end", weight="bold")
        if auto:
            drawing.bar(LEFT, middle - 9, auto * scale, 18, OURS)
            drawing.text(WIDTH - 16, middle + 4, number(auto), 12, "end", weight="bold")
        for strategy, color in STRATEGIES.items():
            rate = median(pair=pair, engine="dorefa", strategy=strategy)
            if rate:
                drawing.dot(LEFT + rate * scale, middle, color)
        hand = median(pair=pair, engine="by hand, AVX2")
        if hand:
            drawing.line(LEFT + hand * scale, middle - 11, LEFT + hand * scale, middle + 11, INK, 3)
        drawing.y += 26


def draw(machine, records):
    drawing = Drawing()
    drawing.text(16, 30, "dorefa: low-bit networks on bit arithmetic", 20, weight="bold")
    drawing.text(16, 50, machine, 11, color=SOFT)
    drawing.y = 50
    draw_networks(drawing, records)
    draw_products(drawing, records, "packed product", "Packed products")
    draw_products(drawing, records, "convolution", "Convolutions, floats in, floats out")
    return drawing.svg()
