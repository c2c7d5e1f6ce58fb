"""A few numbers in order, drawn: as Slack's chart, as a line of bars, and in words for those who cannot see them."""

from bot import limits
from bot.blocks import Block
from bot.mrkdwn import plain
from intents.base import Chart

BARS = "▁▂▃▄▅▆▇█"


def sparkline(chart: Chart) -> str:
    """One character for each point, the higher the more; a point without any is a dot.

    >>> sparkline(Chart("Kuryr", "mentions", (("Tokyo", 2), ("Austin", 0), ("Boston", 8))))
    '▂·█'
    """
    most = max((count for _, count in chart.points), default=0)
    return "".join(_bar(count, most) for _, count in chart.points)


def _bar(count: int, most: int) -> str:
    return BARS[-(-count * len(BARS) // most) - 1] if count > 0 else "·"


def spoken(chart: Chart) -> str:
    """The same in words, with what is counted unless the title says it.

    >>> spoken(Chart("Kuryr", "mentions", (("Tokyo 2015", 2), ("Austin 2016", 0))))
    'Kuryr (mentions) – Tokyo 2015: 2, Austin 2016: 0'
    """
    told = ", ".join(f"{label}: {count}" for label, count in chart.points) or "nothing"
    unit = "" if chart.unit.casefold() in chart.title.casefold() else f" ({chart.unit})"
    return f"{chart.title}{unit} – {told}"


def block(chart: Chart) -> Block | None:
    """Slack's own bar chart; None where it would not take it: no point, too many, or two of one name."""
    labels = [plain(label, limits.CHART_LABEL) for label, _ in chart.points]
    if not 1 <= len(labels) <= limits.CHART_POINTS or len(set(labels)) < len(labels):
        return None
    data = [{"label": label, "value": count} for label, (_, count) in zip(labels, chart.points, strict=True)]
    unit = chart.unit or "count"
    return {
        "type": "data_visualization",
        "title": plain(chart.title, limits.CHART_TITLE),
        "chart": {
            "type": "bar",
            "series": [{"name": plain(unit, limits.CHART_LABEL), "data": data}],
            "axis_config": {"categories": labels, "y_label": plain(unit, limits.CHART_TITLE)},
        },
    }
