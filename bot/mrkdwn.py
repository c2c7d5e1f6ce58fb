"""Text for Slack: what notes and people wrote stays literal, and only we set words in bold, link and mention."""

import json
import re
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

GAP = "\u200b"
"""A space without width: it keeps a formatting character from its word, or parts a word so that one works."""
LONGEST_ADDRESS = 600

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "`": "ˋ"})
_HIDDEN = re.compile(
    r"[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\ud800-\udfff\U000e0000-\U000e0fff]"
)
"""Control characters, those without width and those that turn the direction of what follows, our own words included.

The two joiners stay: some scripts and pictures need them.
"""
_CALL = re.compile(r"<(?=[!@#])")
_PERSON = re.compile(r"[UW][A-Z0-9]{2,30}")
_MARKUP = re.compile(r"[*_~]+")
_EMOJI = re.compile(r"(?<![\w:]):(?=[a-z0-9+-][\w+'-]*:)")


def size(text: str) -> int:
    """How long a text is inside a JSON payload, counted as Slack might at worst, in UTF-16 units."""
    return len(json.dumps(text, ensure_ascii=False).encode("utf-16-le", "replace")) // 2 - 2


def literal(text: str) -> str:
    """Text that Slack shows as it is: nothing in it formats, mentions, links or turns into a picture.

    Backticks become look-alikes, since nothing else stops them.

    >>> literal("<!channel> nova_api & `ls`")
    '&lt;!channel&gt; nova_api &amp; ˋlsˋ'
    """

    def apart(match: re.Match[str]) -> str:
        whole = match.string
        before, after = whole[: match.start()][-1:], whole[match.end() :][:1]
        if (before.isalnum() and after.isalnum()) or not (before.strip() or after.strip()):
            return match.group()  # inside a word, or all by itself, it formats nothing
        return GAP + GAP.join(match.group()) + GAP

    text = _EMOJI.sub(":" + GAP, _HIDDEN.sub("", text))
    return _MARKUP.sub(apart, text).translate(_ENTITIES)


def clip(text: str, limit: int) -> str:
    """Literal text on one line, cut to ``limit`` units (as ``size`` counts them)."""
    return _fitted(" ".join(text.split()), (), limit)


def quoted(text: str, marks: Sequence[tuple[int, int]], limit: int) -> str:
    """A quote, each line behind ``>``, marked words in bold; cut to ``limit`` units around the first mark."""
    return _fitted(text, marks, limit, lead="> ")


def plain(text: str, limit: int) -> str:
    """One line for where Slack formats nothing, as on buttons: at most ``limit`` UTF-16 units, and never empty."""
    line = _CALL.sub("<" + GAP, " ".join(_HIDDEN.sub("", text).split()))
    if units(line) > limit:
        line = line.encode("utf-16-le")[: 2 * limit - 2].decode("utf-16-le", "ignore").rstrip() + "…"
    return line or "–"


def units(text: str) -> int:
    """How long a text is as Slack counts it."""
    return len(text.encode("utf-16-le", "replace")) // 2


def mention(person: str) -> str:
    """A person's name that Slack shows and links, made of their id; nothing where that is none.

    >>> mention("U0ANN"), mention("U0ANN> <!channel")
    ('<@U0ANN>', '')
    """
    return f"<@{person}>" if _PERSON.fullmatch(person) else ""


def address(url: str) -> str:
    """A web address with nothing in it that ends a link's markup; nothing where it is none to click on."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    if not usable or len(url) > LONGEST_ADDRESS:
        return ""
    safe = quote(_HIDDEN.sub("", url), safe="!#$%&'()*+,/:;=?@[]~-._")
    return safe if size(safe.replace("&", "&amp;")) <= LONGEST_ADDRESS else ""


def link(url: str, label: str) -> str:
    """A link with an already literal label, or the label alone where the address is none to click on."""
    usable = address(url)
    return f"<{usable.replace('&', '&amp;')}|{label}>" if usable else label


def _fitted(text: str, marks: Sequence[tuple[int, int]], limit: int, lead: str = "") -> str:
    shown = _render(text, marks, 0, len(text), lead)
    length = len(text)
    while size(shown) > limit and length:
        length = min(length - 1, length * limit // (size(shown) + 1))
        shown = _render(text, marks, *_window(text, marks, length), lead)
    return shown


def _window(text: str, marks: Sequence[tuple[int, int]], length: int) -> tuple[int, int]:
    """Which ``length`` characters to show: the first ones, unless the first mark lies beyond them."""
    start = 0
    if marks and marks[0][1] > length:
        start = max(0, min(marks[0][0] - length // 4, len(text) - length))
    end = start + length
    if start and (space := text.find(" ", start, start + length // 4)) >= 0:
        start = space + 1
    if end < len(text) and (space := text.rfind(" ", end - length // 4, end)) > start:
        end = space
    return start, end


def _render(text: str, marks: Sequence[tuple[int, int]], start: int, end: int, lead: str) -> str:
    pieces, at = ["… " if start else ""], start
    for first, last in _joined(text, marks):
        if first >= at and last <= end and first < last:
            pieces += [literal(text[at:first]), _bold(text, first, last)]
            at = last
    pieces += [literal(text[at:end]), " …" if end < len(text) else ""]
    return "\n".join(lead + line for line in "".join(pieces).splitlines()) or lead


def _joined(text: str, marks: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Marks with nothing but a space between them are one."""
    joined: list[tuple[int, int]] = []
    for first, last in marks:
        if joined and text[joined[-1][1] : first] in ("", " "):
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def _bold(text: str, first: int, last: int) -> str:
    word = text[first:last]
    if word != word.strip() or "\n" in word:
        return literal(word)
    before = GAP if text[:first][-1:].strip() else ""
    after = GAP if text[last:][:1].strip() else ""
    return f"{before}*{literal(word)}*{after}"
