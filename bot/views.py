"""From what Recap says to Slack messages. Pure: plain data in, the arguments of ``chat.postMessage`` out."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import Any

from bot.mrkdwn import clip, link, literal, quoted, size
from intents.base import Answer, Choice, Citation, Intent, Line
from intents.chat import GRAMMAR
from store.load import Changes
from store.model import Scope

Block = dict[str, Any]
Message = dict[str, Any]

MAX_BLOCKS = 50
MAX_SECTION = 3_000
MAX_TEXT = 4_000
MAX_ALL_BLOCKS = 12_500
"""Slack refuses messages whose blocks hold more than about 13,000 characters; we count all of their JSON."""
SHORTEST_QUOTE = 60
LINE_BREAK = 2
"""How many characters a line break takes in JSON."""


@dataclass(frozen=True, slots=True)
class Item:
    """A sentence of our own (``number`` 0), or what is quoted from one place, under that source's number."""

    number: int
    lines: tuple[Line, ...]
    group: str = ""

    @property
    def source(self) -> Citation | None:
        """The one place that all its lines are quoted from."""
        return self.lines[0].source


def message(answer: Answer, *, asked: str = "") -> Message:
    """An answer as one message, however long it is: quotes are shortened until it fits, sources are not.

    ``asked`` restates the question where nobody else saw it.
    """
    head = _head(answer, asked)
    foot = _foot(answer)
    room = MAX_BLOCKS - len(head) - len(foot) - 1
    body, left = _body(_items(answer.lines), room, MAX_ALL_BLOCKS - _weight(head + foot) - 200)
    if left:
        body.append(_context(f"{left} more did not fit into this message: ask for something narrower."))
    return _message(_plain_text(answer), head + body + foot)


def changes(report: Changes) -> Message:
    """What a load did, with every rejected file (as many as fit), why, and what to do about it."""
    counts = (
        f"{len(report.added)} added, {len(report.changed)} changed, {len(report.removed)} removed, "
        f"{report.unchanged} unchanged"
    )
    summary = f"The notes are loaded: {counts}, {len(report.rejected)} rejected."
    named = [
        f"{title}: {clip(', '.join(files), 700)}"
        for title, files in (
            ("Added", report.added),
            ("Changed", report.changed),
            ("Removed", report.removed),
        )
        if files
    ]
    troubles = [
        f"• {'Rejected' if problem.rejected else 'Loaded, but note'}: "
        + ": ".join(filter(None, (clip(problem.file, 200), clip(problem.reason, 300), clip(problem.remedy, 300))))
        for problem in sorted(report.problems, key=lambda problem: not problem.rejected)
    ]
    return _message(summary, [_section(summary), *map(_context, named), *_listed(troubles)])


def help(intents: Mapping[str, Intent]) -> Message:
    """What Recap can be asked, an example for each, and how to narrow a question down."""
    asked = (intent for intent in intents.values() if intent.listed)
    lines = [f"• {clip(intent.help, 300)}\n   for example: _{clip(intent.example, 200)}_" for intent in asked]
    lines += [f"• {clip(line, 300)}" for line in GRAMMAR]
    opening = "Ask me what your team's conference notes say. I answer with their own words and name each source."
    closing = "Mention me in a channel, write to me directly, or use `/recap` and your question."
    return _message(opening, [_section(opening), *_listed(lines), _section(closing)])


def sentence(text: str) -> Message:
    """A sentence or two of our own, an error's too, with nothing in it that formats or mentions."""
    return _message("", [_section(clip(text, MAX_SECTION - 100))])


def _message(text: str, blocks: Sequence[Block]) -> Message:
    """The whole message. Slack looks for names and links in it only if told to, so we tell it not to."""
    return {
        "text": text or _first_text(blocks),
        "blocks": list(blocks),
        "unfurl_links": False,
        "unfurl_media": False,
        "link_names": False,
        "parse": "none",
    }


def _head(answer: Answer, asked: str) -> list[Block]:
    blocks = [_context(f"You asked: {clip(asked, 300)}")] if asked else []
    blocks += [_context(text) for text in _corrections(answer)]
    blocks.append(_section(f"*{clip(answer.heading, 600) or 'No answer'}*"))
    small = [_scope(answer.scope), *(clip(notice, 300) for notice in answer.notices[:5])]
    told = "\n".join(filter(str.strip, small))
    return blocks + ([_context(told)] if told else [])


def _foot(answer: Answer) -> list[Block]:
    blocks = []
    if answer.choices:
        blocks.append(_section("\n".join(["You could ask:", *map(_choice, answer.choices[:10])])))
    if answer.more > 0:
        passages = "passage" if answer.more == 1 else "passages"
        blocks.append(_context(f"{answer.more} more {passages}: ask “more”."))
    return blocks


def _choice(choice: Choice) -> str:
    count = f" ({choice.count})" if choice.count else ""
    question = "" if choice.question == choice.label else f": “{clip(choice.question, 120)}”"
    return f"• {clip(choice.label, 100)}{count}{question}"


def _corrections(answer: Answer) -> list[str]:
    fixes = [(clip(fix.used, 80), clip(fix.typed, 80)) for fix in answer.corrections[:5]]
    if answer.refused:
        return [f"I read “{typed}” as *{used}*" for used, typed in fixes]
    return [f"Showing results for *{used}*; search instead for “{typed}”" for used, typed in fixes]


def _scope(scope: Scope) -> str:
    person = f"by {scope.person}" if scope.person else ""
    parts = [scope.event, scope.city, scope.year, scope.release, person]
    return "Only: " + " · ".join(clip(part, 80) for part in parts if part) if scope else ""


def _items(lines: Sequence[Line]) -> list[Item]:
    """The lines, quotes of one event together, sources numbered in the order a reader meets them."""
    numbers: dict[Citation, int] = {}
    items = []
    for group, lines_together in _gathered(lines):
        for source, same in groupby(lines_together, key=lambda line: line.source):
            number = numbers.setdefault(source, len(numbers) + 1) if source else 0
            items.append(Item(number, tuple(same), group))
    return items


def _gathered(lines: Sequence[Line]) -> Iterator[tuple[str, list[Line]]]:
    """Runs of quotes are sorted by event, first come first; a sentence of our own stays where it is."""
    for is_quote, run in groupby(lines, key=lambda line: line.source is not None):
        events: dict[tuple[str, int], list[Line]] = {}
        for place, line in enumerate(run):
            name = line.source.event if is_quote and line.source else ""
            events.setdefault((name, 0 if name else place), []).append(line)
        for (name, _), together in events.items():
            several = len({line.source for line in together}) > 1
            yield (name if several else ""), together


def _body(items: Sequence[Item], room: int, budget: int) -> tuple[list[Block], int]:
    """As many items as ``room`` blocks and ``budget`` units hold, and how many are left over."""
    apart = 2 * len(items) <= room
    least = [_weight(_of_item(item, _title(item), SHORTEST_QUOTE, apart)) for item in items[:room]]
    kept = sum(total <= budget for total in accumulate(least))
    items, left = items[:kept], len(items) - kept
    bare = _weight(_blocks(items, [0] * kept, apart))
    wanted = [sum(map(_wanted, item.lines)) for item in items]
    return _blocks(items, _shares(wanted, budget - bare), apart), left


def _wanted(line: Line) -> int:
    return size(quoted(line.text, line.marks, MAX_SECTION)) + LINE_BREAK


def _shares(wanted: Sequence[int], total: int) -> list[int]:
    """How much of ``total`` each gets: all that it wants, or an equal part of what the modest ones leave."""
    shares = [0] * len(wanted)
    left = total
    for done, place in enumerate(sorted(range(len(wanted)), key=wanted.__getitem__)):
        shares[place] = min(wanted[place], left // (len(wanted) - done))
        left -= shares[place]
    return shares


def _blocks(items: Sequence[Item], shares: Sequence[int], apart: bool) -> list[Block]:
    blocks, group = [], ""
    for item, share in zip(items, shares, strict=True):
        title = _title(item) if item.group != group else ""
        group = item.group
        blocks += _of_item(item, title, share, apart)
    return blocks


def _title(item: Item) -> str:
    return f"*{clip(item.group, 100)}*\n" if item.group else ""


def _of_item(item: Item, title: str, share: int, apart: bool) -> list[Block]:
    if item.source is None:
        return [_section(title + _own(item, min(share, MAX_SECTION - 200)))]
    source = f"[{item.number}] {_source(item.source)}"
    quote = title + _quotes(item, min(share, MAX_SECTION - size(title) - size(source) - 20))
    return [_section(quote), _context(source)] if apart else [_section(f"{quote}\n{source}")]


def _own(item: Item, share: int) -> str:
    shares = _shares([size(literal(line.text)) for line in item.lines], share)
    return "\n".join(clip(line.text, part) for line, part in zip(item.lines, shares, strict=True)) or " "


def _quotes(item: Item, share: int) -> str:
    shares = _shares([*map(_wanted, item.lines)], share)
    return "\n".join(
        quoted(line.text, line.marks, max(part - LINE_BREAK, 0)) for line, part in zip(item.lines, shares, strict=True)
    )


def _source(source: Citation) -> str:
    """Where a quote stands, for people. Only what is absurdly long for a name is cut."""
    title = link(source.url, clip(source.title or source.file, 160))
    heading = " › ".join(clip(part, 80) for part in source.heading[-3:])
    file = clip(source.file, 200) if source.title else ""
    parts = [title, clip(source.event, 100), clip(source.date, 20), clip(source.author, 100), heading]
    return " · ".join(part for part in [*parts, " ".join(filter(None, (file, _place(source))))] if part)


def _place(source: Citation) -> str:
    if source.page:
        return f"page {source.page}"
    if not source.first:
        return ""
    return f"line {source.first}" if source.last <= source.first else f"lines {source.first}–{source.last}"


def _plain_text(answer: Answer) -> str:
    """What notifications show and screen readers read, and what is sent where Slack refuses the blocks."""
    pieces = [*_corrections(answer), clip(answer.heading, 600) or "No answer"]
    for item in _items(answer.lines)[:20]:
        if item.source is None:
            pieces.append(_own(item, 300))
        else:
            pieces.append(f"{_quotes(item, 500)}\n[{item.number}] {_source(item.source)}")
    pieces += map(_choice, answer.choices[:10])
    while len(pieces) > 1 and size("\n".join(pieces)) > MAX_TEXT - 10:
        pieces.pop()
    return "\n".join(pieces)


def _listed(lines: Sequence[str]) -> list[Block]:
    """Lines in as few sections as hold them, and a word about those that do not fit."""
    blocks: list[Block] = []
    text, shown = "", 0
    for line in lines:
        if size(text) + size(line) > MAX_SECTION - 100:
            blocks.append(_section(text))
            text = ""
        if _weight(blocks) + size(text) + size(line) > MAX_ALL_BLOCKS - 4_000:
            break
        text, shown = f"{text}{line}\n", shown + 1
    rest = [f"… and {len(lines) - shown} more: see `recap status`."] if shown < len(lines) else []
    return blocks + [_section(part) for part in (text, *rest) if part]


def _section(text: str) -> Block:
    return {"type": "section", "text": _mrkdwn(text)}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [_mrkdwn(text)]}


def _mrkdwn(text: str) -> dict[str, Any]:
    """``verbatim`` keeps Slack from making links and mentions of bare words such as @channel."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _first_text(blocks: Sequence[Block]) -> str:
    return str(blocks[0]["text"]["text"]) or "Recap"


def _weight(blocks: Sequence[Block]) -> int:
    return len(json.dumps(list(blocks), ensure_ascii=False).encode("utf-16-le", "replace")) // 2
