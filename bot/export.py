"""An answer as Markdown with its sources, for documents and wikis. The notes' words stay words there, too."""

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.layout import Item, Part, numbered, parts
from bot.mrkdwn import address
from bot.plain import place
from intents.base import Answer, Chart, Citation

_MARKUP = re.compile(r"[\\`*_~\[\]|$@^]")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_ADDRESS = re.compile(r"(?i)(:)(?=//)|((?<=\bwww)\.)")
_OPENING = re.compile(r"^(?:([#+=-])|(\d+)(?=[.)]))")
_UNSEEN = re.compile(r"[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

Numbers = Mapping[Citation, int]


def markdown(answer: Answer, asked: str = "") -> str:
    """The answer: heading, quotes as blockquotes, two compared sides as a list of two, then the numbered sources.

    Ends with a line break; nothing in it but our own links links, and no HTML of a note's is HTML here.
    """
    numbers = numbered(answer)
    told = [f"# {literal(answer.heading) or 'Recap'}"]
    told += [f"Asked: {literal(asked)}"] if asked.strip() else []
    told += [f"Read “{literal(fix.typed)}” as “{literal(fix.used)}”." for fix in answer.corrections]
    told += _chart(answer.chart) if answer.chart else []
    told += [block for part in parts(answer.lines) for block in _part(part, numbers)]
    told += [literal(notice) for notice in answer.notices]
    told += ["## Sources", "\n".join(_sources(numbers))] if numbers else []
    return "\n\n".join(filter(None, told)) + "\n"


def literal(text: str) -> str:
    """Text on one line that Markdown shows as it is: no format, link, HTML or picture comes of it.

    >>> literal("# <b>nova_api</b> [x](http://y)")
    '\\\\# &lt;b&gt;nova\\\\_api&lt;/b&gt; \\\\[x\\\\](http\\\\://y)'
    """
    line = _MARKUP.sub(r"\\\g<0>", " ".join(_UNSEEN.sub("", text).split())).translate(_ENTITIES)
    line = _ADDRESS.sub(lambda match: "\\" + match.group(), line)
    return _OPENING.sub(_kept, line)


def _kept(match: re.Match[str]) -> str:
    """What would open a heading or a list stays a character: a backslash before the mark, or behind the number."""
    mark, number = match.groups()
    return f"\\{mark}" if mark else f"{number}\\"


def _chart(chart: Chart) -> list[str]:
    rows = [f"| {literal(label)} | {count} |" for label, count in chart.points]
    head = [f"| {literal(chart.title)} | {literal(chart.unit)} |", "| --- | ---: |"]
    return ["\n".join([*head, *rows])] if rows else []


def _part(part: Part, numbers: Numbers) -> Iterator[str]:
    if part.title:
        yield f"## {literal(part.title) or '–'}"
    for side, items in part.columns:
        blocks = [_item(item, numbers) for item in items]
        yield from [_listed(side, blocks)] if side else blocks


def _listed(side: str, blocks: Sequence[str]) -> str:
    inside = "\n\n".join(blocks).replace("\n", "\n  ")
    return f"- **{literal(side) or '–'}**\n\n  {inside}"


def _item(item: Item, numbers: Numbers) -> str:
    if item.source is None:
        return "\n\n".join(filter(None, (literal(line.text) for line in item.lines)))
    lines = [line for quote in item.lines for line in quote.text.splitlines() if line.strip()]
    quoted = "\\\n".join(literal(line) for line in lines)
    return "> " + f"{quoted} \\[{numbers[item.source]}\\]".replace("\n", "\n> ")


def _sources(numbers: Numbers) -> Iterator[str]:
    for source, number in numbers.items():
        yield f"{number}. " + " · ".join(filter(None, [_titled(source), *map(literal, _told(source))]))


def _titled(source: Citation) -> str:
    title, url = literal(source.title), address(source.url)
    return f"[{title or literal(source.file)}](<{url}>)" if url else title


def _told(source: Citation) -> list[str]:
    return [source.event, source.date, source.author, " › ".join(source.heading), source.file + place(source)]
