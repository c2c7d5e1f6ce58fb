"""An answer as plain text: what a person reads where nothing can be drawn."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from intents.base import Answer, Choice, Citation, Correction, Line


def as_text(answer: Answer) -> str:
    """The whole answer, quotes grouped by source, sources numbered in the order in which they are met."""
    return "\n".join(_lines(answer))


def _lines(answer: Answer) -> Iterator[str]:
    for correction in answer.corrections:
        before, after = around(correction, answer)
        yield f"{before}{correction.used}{after}"
    yield answer.heading
    numbers = numbered(answer)
    for event, quotes in by_event(answer.lines):
        yield ""
        if event:
            yield event
        for source, lines in quotes:
            yield from _quoted(source, lines, numbers)
    yield from answer.notices
    if answer.more:
        yield f"There is more: {answer.more} further passage{'s' if answer.more > 1 else ''}. Say “more”."
    if answer.choices:
        yield choices_line(answer)


def around(correction: Correction, answer: Answer) -> tuple[str, str]:
    """What to say before and after the word that was used; a refusal shows no results for it."""
    if answer.refused:
        return f"I read “{correction.typed}” as ", "."
    return "Showing results for ", f"; search instead for “{correction.typed}”."


def by_event(lines: Sequence[Line]) -> Iterator[tuple[str, list[tuple[Citation | None, list[Line]]]]]:
    """Lines as (event, [(source, its lines)]), in their order; an unknown event is empty."""
    for event, same in groupby(lines, key=lambda line: line.source.event if line.source else ""):
        yield event, [(source, list(quotes)) for source, quotes in groupby(same, key=lambda line: line.source)]


def _quoted(source: Citation | None, lines: list[Line], numbers: dict[Citation, int]) -> Iterator[str]:
    if source is None:
        yield from (line.text for line in lines)
        return
    yield "  " + " … ".join(line.text for line in lines).replace("\n", "\n  ")
    yield f"    [{numbers[source]}] {whence(source)}"


def numbered(answer: Answer) -> dict[Citation, int]:
    """The number of each source, from 1."""
    return {citation: number for number, citation in enumerate(answer.citations, 1)}


def whence(source: Citation) -> str:
    """Where a quote stands: date, author, heading, file and lines, address."""
    where = f", page {source.page}" if source.page else _line_range(source)
    parts = (
        source.date,
        source.author,
        " › ".join(source.heading),
        f"{source.file}{where}",
        source.url,
    )
    return " · ".join(part for part in parts if part)


def _line_range(source: Citation) -> str:
    if not source.first:
        return ""
    return f":{source.first}" if source.first == source.last else f":{source.first}-{source.last}"


def choices_line(answer: Answer) -> str:
    """What to go on with, in a line."""
    opening = "The nearest I have" if answer.refused else "Try" if not answer.corrections else "Or did you mean"
    return (
        f"{opening}: "
        + ", ".join(map(_choice, answer.choices))
        + ("" if answer.refused else "?" if answer.corrections else "")
    )


def _choice(choice: Choice) -> str:
    return f"{choice.label} ({choice.count})" if choice.count else f"“{choice.label}”"
