"""A run of marked questions as a person reads it in a terminal."""

from collections.abc import Mapping, Sequence

from rich import box
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from bot.evaluate import Change
from bot.judge import ALL
from intents.base import counted
from store.text import clean

FIGURES = {
    "hit@1": "hit@1",
    "hit@3": "hit@3",
    "MRR": "MRR",
    "parts": "parts",
    "shown": "shown",
    "wrong refusal": "wrongly\nrefused",
    "refused": "rightly\nrefused",
    "chat": "chat",
    "survived": "safe",
}
"""The columns, each with what a person reads above it."""
LISTED = 20
"""Changed questions that are listed."""


def show(console: Console, rows: Mapping[str, Mapping[str, float]]) -> None:
    """The table by kind of question: shares from 0 to 1, and what no question of a kind can tell left empty."""
    told = [name for name in FIGURES if name in rows[ALL]]
    drawn = Table("kind", "n ", *map(FIGURES.__getitem__, told), box=box.SIMPLE_HEAD, padding=0, pad_edge=False)
    drawn.columns[0].no_wrap = True
    for column in drawn.columns[1:]:
        column.justify, column.no_wrap, column.min_width = "right", True, 5
    for kind in sorted(rows, key=lambda kind: (kind == ALL, kind)):
        figures = [f"{rows[kind][name]:.2f}" if name in rows[kind] else "" for name in told]
        drawn.add_row(Text(clean(kind)), f"{rows[kind]['n']:.0f}", *figures, style="bold" if kind == ALL else "")
    console.print(drawn)


def show_confidence(console: Console, rows: Mapping[str, Mapping[str, float]]) -> None:
    """A line for each word that answers are marked with, telling how often it was deserved."""
    for name, row in rows.items():
        right = f"the best passage right in {row['hit@1']:.2f}, one of three in {row['hit@3']:.2f}"
        console.print(Text(f"{name:>8}  {counted(round(row['n']), 'answer')}, {right}"))


def show_changes(console: Console, changed: Sequence[Change], compared: int) -> None:
    """What fares better and worse than in an earlier run, worst first, out of ``compared`` questions of both."""
    better = sum(change.now > change.before for change in changed)
    worse = len(changed) - better
    counts = f"Against the earlier run: {better} better, {worse} worse, {compared - len(changed)} the same."
    lines = [Text(_line(change), style="red" if change.now < change.before else "green") for change in changed]
    left = [Text(f"… and {len(lines) - LISTED} more.")] if len(lines) > LISTED else []
    console.print(Group(Text(counts, style="bold"), *lines[:LISTED], *left))


def _line(change: Change) -> str:
    way = "worse " if change.now < change.before else "better"
    return f"{way} {change.before:.2f} → {change.now:.2f}  {clean(change.id)}  {clean(change.text)}"
