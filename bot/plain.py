"""An answer as plain text: what a person reads where nothing can be drawn."""

from collections.abc import Iterator, Mapping

from bot.charts import sparkline, spoken
from bot.layout import HOW_SURE, Item, Part, numbered, parts
from intents.base import Answer, Chart, Choice, Citation, Correction


def as_text(answer: Answer) -> str:
    """The whole answer, quotes under their headings, sources numbered in the order in which they are met."""
    return "\n".join(_lines(answer))


def _lines(answer: Answer) -> Iterator[str]:
    for correction in answer.corrections:
        before, after = around(correction, answer)
        yield f"{before}{correction.used}{after}"
    yield answer.heading + how_sure(answer)
    if answer.chart:
        yield drawn(answer.chart)
    numbers = numbered(answer)
    for part in parts(answer.lines):
        yield from _part(part, numbers)
    yield from answer.notices
    if answer.more:
        yield f"There is more: {answer.more} further passage{'s' if answer.more > 1 else ''}. Say “more”."
    if answer.choices:
        yield choices_line(answer)


def how_sure(answer: Answer) -> str:
    """What stands behind the heading to tell how well the notes support it."""
    return f" ({HOW_SURE[answer.confidence]})" if answer.confidence else ""


def drawn(chart: Chart) -> str:
    """A chart in one line: a bar for each number, then the numbers."""
    return f"{sparkline(chart)}  {spoken(chart)}"


def around(correction: Correction, answer: Answer) -> tuple[str, str]:
    """What to say before and after the word that was used; a refusal shows no results for it."""
    if answer.refused:
        return f"I read “{correction.typed}” as ", "."
    return "Showing results for ", f"; search instead for “{correction.typed}”."


def _part(part: Part, numbers: Mapping[Citation, int]) -> Iterator[str]:
    yield ""
    if part.title:
        yield part.title
    for side, items in part.columns:
        if side:
            yield f"  {side}:"
        for item in items:
            yield from _quoted(item, numbers)


def _quoted(item: Item, numbers: Mapping[Citation, int]) -> Iterator[str]:
    if item.source is None:
        yield from (line.text for line in item.lines)
        return
    yield "  " + " … ".join(line.text for line in item.lines).replace("\n", "\n  ")
    yield f"    [{numbers[item.source]}] {whence(item.source)}"


def whence(source: Citation) -> str:
    """Where a quote stands: date, author, heading, file and lines, address."""
    told = (
        source.date,
        source.author,
        " › ".join(source.heading),
        source.file + place(source),
        source.url,
    )
    return " · ".join(part for part in told if part)


def place(source: Citation) -> str:
    """What follows a file's name: its page or lines."""
    if source.page:
        return f", page {source.page}"
    if not source.first:
        return ""
    return f":{source.first}" if source.first == source.last else f":{source.first}-{source.last}"


def choices_line(answer: Answer) -> str:
    """What to go on with, in a line."""
    return f"{_opening(answer)}: " + ", ".join(map(_choice, answer.choices)) + ("?" if _doubts(answer) else "")


def _opening(answer: Answer) -> str:
    if answer.refused:
        return "For example" if answer.asks else "The nearest I have"
    return "Or did you mean" if _doubts(answer) else "Try"


def _doubts(answer: Answer) -> bool:
    """Whether it may not be what was meant."""
    return bool(answer.corrections) and not answer.refused


def _choice(choice: Choice) -> str:
    return f"{choice.label} ({choice.count})" if choice.count else f"“{choice.label}”"
