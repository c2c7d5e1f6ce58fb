"""Slack's markup as HTML. Whatever is not one of the few tokens here is text, and escaped."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import groupby
from urllib.parse import urlsplit

from markupsafe import Markup, escape

TAGS = {"*": "b", "_": "i", "~": "s"}
GAP = "\u200b"
"""The bot puts these between a word and what would format it; Slack takes them for spaces, as we do."""

_FENCE = re.compile(r"```(.+?)```", re.DOTALL)
_QUOTE = re.compile(r"(?:&gt;|>) ?(.*)")
_ATOM = re.compile(r"`[^`\n]+`|<[^<>\n]+>")
_OPENER = re.compile(rf"(?<!\w)[*_~](?=[^\s{GAP}])")
_CLOSER = re.compile(rf"(?<=[^\s{GAP}])[*_~](?!\w)")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))  # in this order, so that nothing is undone twice

Names = Mapping[str, str]
"""What people and channels are called, by id."""


def html(text: str, names: Names) -> Markup:
    """A text in Slack's markup as HTML: fenced code, quotes, and lines with what is set off within them.

    >>> str(html("*Kuryr* &amp; <javascript:alert(1)|this>\\n> &lt;b&gt;", {}))
    '<p><b>Kuryr</b> &amp; this</p><blockquote>&lt;b&gt;</blockquote>'
    """
    parts = _FENCE.split(text)
    return Markup("").join(
        Markup("<pre>{}</pre>").format(literal(part.strip("\n"))) if place % 2 else _paragraphs(part, names)
        for place, part in enumerate(parts)
    )


def inline(text: str, names: Names, marks: str = "*_~") -> Markup:
    """Text on one line. ``marks`` are those that may still open something."""
    masked = _ATOM.sub(lambda atom: "\0" * len(atom.group()), text)
    closers: dict[str, list[int]] = {mark: [] for mark in marks}
    for found in _CLOSER.finditer(masked):
        closers.get(found.group(), []).append(found.start())
    pieces, at = [], 0
    for opener in _OPENER.finditer(masked):
        start, mark = opener.start(), opener.group()
        later = closers.get(mark, [])
        place = bisect_left(later, start + 2)
        if start < at or place == len(later):
            continue
        inside = inline(text[start + 1 : later[place]], names, marks.replace(mark, ""))
        pieces += [_atoms(text[at:start], names), Markup("<{0}>{1}</{0}>").format(TAGS[mark], inside)]
        at = later[place] + 1
    return Markup("").join([*pieces, _atoms(text[at:], names)])


def literal(text: str) -> str:
    """The text without Slack's own escapes, as it is to be read."""
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return text


def is_web(url: str) -> bool:
    """Whether a link may lead there."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _paragraphs(text: str, names: Names) -> Markup:
    lines = text.strip("\n").split("\n") if text.strip("\n") else []
    runs = groupby(lines, key=lambda line: bool(_QUOTE.match(line)))
    return Markup("").join(_run(run, names, quoted=quoted) for quoted, run in runs)


def _run(lines: Iterable[str], names: Names, *, quoted: bool) -> Markup:
    """Lines that are quoted together, or not."""
    shown = [inline(_QUOTE.sub(r"\1", line, count=1) if quoted else line, names) for line in lines]
    return Markup("<{0}>{1}</{0}>").format("blockquote" if quoted else "p", Markup("<br>").join(shown))


def _atoms(text: str, names: Names) -> Markup:
    """Code, links and mentions, and the plain text around them."""
    pieces, at = [], 0
    for atom in _ATOM.finditer(text):
        inner = atom.group()[1:-1]
        shown = (
            Markup("<code>{}</code>").format(literal(inner)) if atom.group().startswith("`") else _angle(inner, names)
        )
        pieces += [escape(literal(text[at : atom.start()])), shown]
        at = atom.end()
    return Markup("").join([*pieces, escape(literal(text[at:]))])


def _angle(inner: str, names: Names) -> Markup:
    """What stands between ``<`` and ``>``: a person, a channel, a call, or else a link."""
    target, _, label = inner.partition("|")
    if target.startswith(("@", "#", "!")):
        called = label or names.get(target[1:]) or target[1:]
        sign = "#" if target.startswith("#") else "@"
        return Markup('<span class="mention">{}{}</span>').format(sign, literal(called).removeprefix("@"))
    if not is_web(literal(target)):
        return escape(literal(label or target))
    return Markup('<a href="{}" rel="noopener noreferrer" target="_blank">{}</a>').format(
        literal(target), literal(label or target)
    )
