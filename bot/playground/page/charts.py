"""Where the bars of a chart stand and how high they are."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.playground.record import Payload

WIDTH, TOP, FLOOR = 560.0, 24.0, 150.0
"""In units of the drawing: its width, how high the highest bar reaches, and where all begin."""
SHARE, WIDEST = 0.62, 90.0
"""How much of its column a bar fills, and how wide it gets."""
FEW = 4
"""How many labels have room beside each other; more of them are turned."""


@dataclass(frozen=True)
class Bar:
    """A bar with its label, ``middle`` being where the label goes."""

    label: str
    value: float
    x: float
    y: float
    width: float
    height: float
    middle: float


def bars(chart: Payload) -> Iterator[Bar]:
    """The bars of a chart's first series; the bot sends no more than one."""
    points = chart["series"][0]["data"]
    most = max((point["value"] for point in points), default=0) or 1
    column = WIDTH / len(points)
    for place, point in enumerate(points):
        height = round((FLOOR - TOP) * max(point["value"], 0) / most, 1)
        width = round(min(column * SHARE, WIDEST), 1)
        left = round((place + 0.5) * column - width / 2, 1)
        yield Bar(
            point["label"], point["value"], left, FLOOR - height, width, height,
            round((place + 0.5) * column, 1),
        )  # fmt: skip


def spoken(block: Payload) -> str:
    """The chart in words."""
    points = block["chart"]["series"][0]["data"]
    return f"{block['title']}: " + ", ".join(f"{point['label']} {point['value']}" for point in points)
