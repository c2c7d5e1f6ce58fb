"""The quotes of an answer as blocks: as many as fit, shortened evenly, each with its whole source."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, zip_longest

from bot import limits
from bot.blocks import LINE_BREAK, Block, columns, context, section, shares, weight
from bot.layout import Item, Part, parts
from bot.mrkdwn import clip, link, literal, quoted, size
from intents.base import Citation, Line

SHORTEST_QUOTE = 60

Numbers = Mapping[Citation, int]


@dataclass(frozen=True, slots=True)
class Slab:
    """What is never torn apart: one item, or two of compared sides next to each other, under a title or none."""

    title: str
    cells: tuple[tuple[str, Item], ...]

    @property
    def wanted(self) -> int:
        """The room that all its quotes would take."""
        return sum(_wanted(line) for _, item in self.cells for line in item.lines)


def body(lines: Sequence[Line], numbers: Numbers, room: int, budget: int) -> tuple[list[Block], int]:
    """As many quotes as ``room`` blocks and ``budget`` units hold, and how many items are left over."""
    slabs = list(_slabs(lines, numbers))
    apart = 2 * len(slabs) <= room
    least = [weight(_blocks(slab, SHORTEST_QUOTE, numbers, apart)) for slab in slabs[:room]]
    kept = sum(total <= budget for total in accumulate(least))
    left = sum(len(slab.cells) for slab in slabs[kept:])
    bare = sum(weight(_blocks(slab, 0, numbers, apart)) for slab in slabs[:kept])
    given = shares([slab.wanted for slab in slabs[:kept]], budget - bare)
    blocks = [
        block for slab, share in zip(slabs[:kept], given, strict=True) for block in _blocks(slab, share, numbers, apart)
    ]
    return blocks, left


def pieces(lines: Sequence[Line], numbers: Numbers) -> Iterator[str]:
    """The same as plain paragraphs, one for each quote and its source, for who gets no blocks."""
    for slab in _slabs(lines, numbers):
        for place, (side, item) in enumerate(slab.cells):
            title = slab.title if not place else ""
            yield _heading(title, side) + _cell(item, 500 if item.source else 300, numbers)


def _slabs(lines: Sequence[Line], numbers: Numbers) -> Iterator[Slab]:
    told = list(parts(lines))
    several = len({part.title for part in told if not part.own}) > 1  # one event named and the next not looks odd
    for part in told:
        title = part.title if part.own or several or len(part.sources) > 1 else ""
        paired = False
        for cells in _rows(part, numbers):
            goes_on = paired and len(cells) == 2  # the columns are named above already
            yield Slab(title, tuple(("", item) for _, item in cells) if goes_on else cells)
            title, paired = "", len(cells) == 2


def _rows(part: Part, numbers: Numbers) -> Iterator[tuple[tuple[str, Item], ...]]:
    """One item after the other; of two sides, one of either where both fit next to each other."""
    named = [[(side, item) for item in items] for side, items in part.columns]
    for row in zip_longest(*named) if len(named) == 2 else ((cell,) for column in named for cell in column):
        cells = tuple(cell for cell in row if cell)
        if len(cells) == 2 and all(_width(side, item, numbers) <= limits.SECTION_FIELD for side, item in cells):
            yield cells
        else:
            yield from ((cell,) for cell in cells)


def _width(side: str, item: Item, numbers: Numbers) -> int:
    return size(_heading("", side) + _cell(item, limits.SECTION, numbers))


def _blocks(slab: Slab, share: int, numbers: Numbers, apart: bool) -> list[Block]:
    if len(slab.cells) == 2:
        given = shares([sum(map(_wanted, item.lines)) for _, item in slab.cells], share)
        texts = [
            _heading("", side) + _cell(item, part, numbers)
            for (side, item), part in zip(slab.cells, given, strict=True)
        ]
        return [columns(_heading(slab.title, "").strip(), *texts)]
    ((side, item),) = slab.cells
    top = _heading(slab.title, side)
    if item.source is None or not apart:
        return [section(top + _cell(item, min(share, limits.SECTION - size(top) - 200), numbers))]
    source = _sourced(item.source, numbers)
    return [section(top + _quotes(item, min(share, limits.SECTION - size(top) - 20))), context(source)]


def _heading(title: str, side: str) -> str:
    return "".join(f"*{clip(name, 150)}*\n" for name in (title, side) if name.strip())


def _cell(item: Item, share: int, numbers: Numbers) -> str:
    """An item as text, its source included; ``share`` is the room of its quotes."""
    if item.source is None:
        return _own(item, share)
    source = _sourced(item.source, numbers)
    return f"{_quotes(item, min(share, limits.SECTION - size(source) - 400))}\n{source}"


def _own(item: Item, share: int) -> str:
    given = shares([size(literal(line.text)) for line in item.lines], share)
    return "\n".join(clip(line.text, part) for line, part in zip(item.lines, given, strict=True)) or " "


def _quotes(item: Item, share: int) -> str:
    given = shares([*map(_wanted, item.lines)], share)
    return "\n".join(
        quoted(line.text, line.marks, max(part - LINE_BREAK, 0)) for line, part in zip(item.lines, given, strict=True)
    )


def _wanted(line: Line) -> int:
    return size(quoted(line.text, line.marks, limits.SECTION)) + LINE_BREAK


def _sourced(source: Citation, numbers: Numbers) -> str:
    return f"[{numbers[source]}] {whence(source)}"


def whence(source: Citation) -> str:
    """Where a quote stands, for people. Only what is absurdly long for a name is cut."""
    title = link(source.url, clip(source.title or source.file, 160))
    heading = " › ".join(clip(part, 80) for part in source.heading[-3:])
    file = clip(source.file, 200) if source.title else ""
    told = [title, clip(source.event, 100), clip(source.date, 20), clip(source.author, 100), heading]
    return " · ".join(part for part in [*told, " ".join(filter(None, (file, place(source))))] if part) or "–"


def place(source: Citation) -> str:
    """The page or lines; nothing where they are unknown."""
    if source.page:
        return f"page {source.page}"
    if not source.first:
        return ""
    return f"line {source.first}" if source.last <= source.first else f"lines {source.first}–{source.last}"
