"""Charts as SVG, readable on light and dark pages and without colours: every value stands beside what shows it."""

import html
import math
from collections.abc import Iterator, Mapping, Sequence

Bars = Mapping[str, Mapping[str, float]]
"""By label and by series: what a bar is as long as."""
Lines = Mapping[str, Sequence[tuple[float, float]]]
"""By series: the points of a line, from left to right."""

WIDTH, LABELS, ROW, GAP, TOP = 760, 150, 16, 12, 56
"""In pixels: the picture, the labels beside the bars, a bar with its margin, between labels, and above them."""
NUMBERS = 60
"""Pixels kept free for the number behind a bar."""
HEIGHT, LEFT, RIGHT, BOTTOM = 300, 70, 130, 40
"""In pixels: a chart of lines below its legend, and what is kept free beside and below the lines."""
COLOURS = ("#2678b8", "#d97706", "#2e9e4f", "#8c5bb5", "#7f7f7f", "#c2476b")

_STYLE = """<style>
.paper { fill: #ffffff } text { fill: #1f2328 } .grid { stroke: #d0d7de }
@media (prefers-color-scheme: dark) { .paper { fill: #0d1117 } text { fill: #e6edf3 } .grid { stroke: #30363d } }
</style>"""


def bars(title: str, shown: Bars, digits: int = 2, first: str = "") -> str:
    """A chart of lying bars, a group for each label, numbers behind them; the label of what is *first* is bold."""
    series = list(dict.fromkeys(name for values in shown.values() for name in values))
    longest = max((value for values in shown.values() for value in values.values()), default=0.0) or 1.0
    body, y = [], TOP
    for label, values in shown.items():
        middle = y + len(values) * ROW / 2 + 4
        body.append(_text(LABELS - 8, middle, label, anchor="end", weight="bold" if label == first else ""))
        for name, value in values.items():
            length = (WIDTH - LABELS - NUMBERS) * value / longest
            colour = COLOURS[series.index(name) % len(COLOURS)]
            body.append(f'<rect x="{LABELS}" y="{y}" width="{length:.1f}" height="{ROW - 3}" fill="{colour}"/>')
            body.append(_text(LABELS + length + 5, y + ROW - 5, f"{value:.{digits}f}"))
            y += ROW
        y += GAP
    return _picture(title, y, [*_legend(series), *body])


def lines(title: str, shown: Lines, across: str, up: str) -> str:
    """A chart of lines over two logarithmic axes, named *across* and *up*; each point's value stands above it."""
    xs = [x for points in shown.values() for x, _ in points]
    ys = [max(y, 1e-3) for points in shown.values() for _, y in points]
    low, high = math.floor(math.log10(min(ys))), math.ceil(math.log10(max(ys)) + 0.1)
    least, span = math.log10(min(xs)), math.log10(max(xs) / min(xs)) or 1.0

    def place(x: float, y: float) -> tuple[float, float]:
        right = (math.log10(x) - least) / span
        above = (math.log10(max(y, 1e-3)) - low) / max(1, high - low)
        return LEFT + 30 + right * (WIDTH - LEFT - RIGHT - 30), TOP + (1 - above) * (HEIGHT - BOTTOM)

    body = []
    for power in range(low, high + 1):
        _, y = place(min(xs), 10.0**power)
        body.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        body.append(_text(LEFT - 8, y + 4, f"{10.0**power:g}", anchor="end"))
    for x in sorted(set(xs)):
        body.append(_text(place(x, 10.0**low)[0], TOP + HEIGHT - BOTTOM + 18, f"{x:,.0f}", anchor="middle"))
    body.append(_text(WIDTH - RIGHT, TOP + HEIGHT - 4, across, anchor="end"))
    body.append(_text(8, 42, up))
    for (name, points), colour in zip(shown.items(), COLOURS * len(shown), strict=False):
        at = [place(x, y) for x, y in points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
        body.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        for (x, y), (_, value) in zip(at, points, strict=True):
            body.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>')
            body.append(_text(x, y - 9, f"{value:.1f}", anchor="middle"))
        body.append(_text(at[-1][0] + 26, at[-1][1] + 4, name, weight="bold"))
    return _picture(title, TOP + HEIGHT + 8, body)


def _picture(title: str, height: float, body: Sequence[str]) -> str:
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
            f' role="img" font-family="sans-serif" font-size="12"><title>{html.escape(title)}</title>',
            _STYLE,
            f'<rect class="paper" width="{WIDTH}" height="{height}"/>',
            _text(8, 20, title, weight="bold"),
            *body,
            "</svg>\n",
        ]
    )


def _legend(series: Sequence[str]) -> Iterator[str]:
    x = LABELS
    for name, colour in zip(series, COLOURS * len(series), strict=False):
        yield f'<rect x="{x}" y="32" width="11" height="11" fill="{colour}"/>'
        yield _text(x + 16, 42, name)
        x += 34 + 7 * len(name)


def _text(x: float, y: float, text: str, anchor: str = "", weight: str = "") -> str:
    more = f' text-anchor="{anchor}"' * bool(anchor) + f' font-weight="{weight}"' * bool(weight)
    return f'<text x="{x:.1f}" y="{y:.1f}"{more}>{html.escape(text)}</text>'
