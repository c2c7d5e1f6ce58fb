"""Recap in a terminal: answers drawn with rich, a chat with memory, and progress of a load."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from bot.doctor.check import Check
from bot.layout import Item, Part, numbered, parts
from bot.plain import around, as_text, choices_line, drawn, how_sure, whence
from intents import reply
from intents.base import Answer, Citation, Line, counted
from store.errors import BotError
from store.index import Index, Status
from store.load import Changes, Problem
from store.model import Facets

WELCOME = "Ask what was said at a summit. /help says how, /quit ends. Earlier questions are remembered."
WIDE = 90
"""From how many columns on two sides stand next to each other."""
_LEVELS = {"ok": "green", "warning": "yellow", "error": "bold red"}


def show(console: Console, answer: Answer) -> None:
    """Draw one answer: quotes with the matched words in bold, each with its source; plain text into a pipe."""
    if not console.is_terminal:
        print(as_text(answer), file=console.file)
        return
    for correction in answer.corrections:
        before, after = around(correction, answer)
        console.print(Text.assemble(before, (correction.used, "bold"), after, style="yellow"))
    style = "bold" if not answer.refused else "bold yellow"
    console.print(Text.assemble((answer.heading, style), (how_sure(answer), "dim")))
    if answer.chart:
        console.print(Text(drawn(answer.chart), style="cyan"))
    numbers = numbered(answer)
    for part in parts(answer.lines):
        console.print(Text(f"\n{part.title}".rstrip(), style="bold blue"))
        console.print(_part(part, numbers, wide=console.width >= WIDE))
    for notice in answer.notices:
        console.print(Text(notice, style="dim"))
    if answer.more:
        console.print(Text(f"{answer.more} more: say “more”.", style="dim"))
    if answer.choices:
        console.print(Text(choices_line(answer), style="cyan"))


def _part(part: Part, numbers: Mapping[Citation, int], *, wide: bool) -> RenderableType:
    """What stands under one heading; two compared sides next to each other where there is room."""
    columns = [_column(side, items, numbers) for side, items in part.columns]
    if len(columns) != 2 or not wide:
        return Group(*columns)
    table = Table.grid(padding=(0, 2), expand=True)
    for _ in columns:
        table.add_column(ratio=1)
    table.add_row(*columns)
    return table


def _column(side: str, items: Iterable[Item], numbers: Mapping[Citation, int]) -> Group:
    name = [Text(side, style="bold")] if side else []
    return Group(*name, *(piece for item in items for piece in _item(item, numbers)))


def _item(item: Item, numbers: Mapping[Citation, int]) -> Iterator[RenderableType]:
    if item.source is None:
        yield from (Text(line.text) for line in item.lines)
        return
    yield Padding(Text(" … ").join(_marked(line) for line in item.lines), (0, 0, 0, 2))
    yield Padding(Text(f"[{numbers[item.source]}] {whence(item.source)}", style="dim"), (0, 0, 0, 4))


def _marked(line: Line) -> Text:
    text = Text(line.text)
    for start, end in line.marks:
        text.stylize("bold green", start, end)
    return text


def chat(index: Index, console: Console) -> None:
    """Ask and answer until the person leaves; one conversation."""
    _history()
    console.print(Text(WELCOME, style="dim"))
    answer_lines(index, console, iter(_typed, None))


def _history() -> None:
    with suppress(ImportError):  # arrow keys and history; not on every platform
        import_module("readline")


def _typed() -> str | None:
    try:
        return input("› ").strip()
    except (EOFError, KeyboardInterrupt):
        return None


def answer_lines(index: Index, console: Console, lines: Iterable[str]) -> None:
    """One question a line, one conversation, until the lines end or say so."""
    conversation: list[str] = []
    for line in map(str.strip, lines):
        if line in ("/quit", "/exit", "/q"):
            return
        if line:
            _answer(index, console, "help" if line == "/help" else line, conversation)


def _answer(index: Index, console: Console, text: str, conversation: list[str]) -> None:
    try:
        show(console, reply(text, index, conversation))
    except BotError as error:
        console.print(Text(str(error), style="red"))
    else:
        conversation.append(text)
    console.print()


@contextmanager
def loading(console: Console) -> Iterator[Callable[..., None]]:
    """A progress bar on standard error, where there is a terminal to draw it on, with counts and the time left."""
    columns = (
        TextColumn("Reading notes"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def show_far(done: int, total: int, passages: int = 0, rejected: int = 0) -> None:
            told = counted(passages, "passage") if passages else ""
            told += f", {rejected} rejected" if rejected else ""
            bar.update(task, completed=done, total=total, description=told)

        yield show_far


def report(console: Console, changes: Changes) -> None:
    """What a load did, and every file that has something to say."""
    counts = (
        ("added", len(changes.added)),
        ("changed", len(changes.changed)),
        ("removed", len(changes.removed)),
    )
    told = ", ".join(f"{count} {what}" for what, count in counts)
    console.print(
        Text(
            f"{told}, {changes.unchanged} unchanged, {len(changes.rejected)} rejected in {changes.seconds:.1f} s. "
            f"The index holds {counted(changes.notes, 'note')}, {counted(changes.passages, 'passage')}."
        )
    )
    for problem in changes.problems:
        console.print(_told(problem))


def _told(problem: Problem) -> Text:
    verdict = "rejected" if problem.rejected else "note"
    remedy = f": {problem.remedy}" if problem.remedy else ""
    return Text(f"  {verdict}  {problem.file}: {problem.reason}{remedy}", style="yellow")


def events(console: Console, facets: Facets) -> None:
    """The events that the notes are about, oldest first."""
    table = Table("event", "city", "date", "notes", box=None, header_style="bold")
    for event in facets.events:
        table.add_row(escape(event.name), escape(event.city), event.start, str(event.notes))
    console.print(table)


def status(console: Console, held: Status) -> None:
    """What the index holds."""
    console.print(
        Text(
            f"{counted(held.notes, 'note')}, {counted(held.passages, 'passage')}, {counted(held.events, 'event')}; "
            f"loaded {held.loaded_at} from {held.folder}; index format {held.schema}."
        )
    )
    for problem in held.problems:
        console.print(_told(Problem(*problem)))


def checks(console: Console, found: Sequence[Check]) -> None:
    """What an examination found, a line for each thing, and what to do below those that need it."""
    width = max(len(check.name) for check in found)
    for check in found:
        line = Text(f"{check.level:<7}  ", style=_LEVELS[check.level])
        console.print(line.append(f"{check.name:<{width}}  {check.text}", style="default"))
        if check.remedy:
            console.print(Text(f"{'':{width + 11}}{check.remedy}"))


def stdin_is_terminal() -> bool:
    """Whether somebody sits there who can type."""
    return sys.stdin is not None and sys.stdin.isatty()
