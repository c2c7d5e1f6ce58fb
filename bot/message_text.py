"""From a message in Slack to Markdown: what it says, in its own words, with names in place of ids. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from intents.markup import EMOJI, unescape_slack
from store.text import clean, count_words

LONGEST = 100_000
"""Characters of a message that are read; Slack itself takes 40,000."""
MOST_BLOCKS = 100
DEEPEST = 6
"""How far pieces of a message may lie within each other."""

Names = Mapping[str, str]
"""The names of people and channels by their ids."""
Part = Mapping[str, Any]

_ID = re.compile(r"[UWCGD][A-Z0-9]{2,30}")
_PIECES = re.compile(r"```(?P<code>.*?)```|(?P<inline>`[^`\n]+`)|<(?P<angle>[^<>\n]*)>", re.S)
_BOLD = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]*[^*\s])\*(?![\w*])")
_STRUCK = re.compile(r"(?<![\w~])~(?=\S)([^~\n]*[^~\s])~(?![\w~])")
_BULLET = re.compile(r"^([ \t]*)[•◦▪‣▸]\ufe0e?[ \t]+")
_LISTED = re.compile(r"(?:[-+*]|\d{1,4}[.)]) ")


def markdown(message: Part, names: Names) -> str:
    """What a message says, with what is forwarded in it. Where its text is but a fallback for blocks, these count."""
    said = _tidy(_mrkdwn(_string(message, "text"), names))
    shown = _tidy("\n\n".join(_blocks(message.get("blocks"), names)))
    own = shown if count_words(shown) > count_words(said) else said
    return "\n\n".join(filter(None, [own, *map(_tidy, _forwarded(message.get("attachments"), names))]))[:LONGEST]


def named_in(message: Part) -> list[str]:
    """The ids of people and channels that a message names, in order, each once."""
    found: dict[str, None] = {}
    for value in _strings(message, 0):
        for angle in re.findall(r"<[@#]([A-Z0-9]{3,31})\|?>", value):
            found.setdefault(angle)
    for piece in _all(message.get("blocks"), 0):
        for key in ("user_id", "channel_id"):
            if _ID.fullmatch(_string(piece, key)):
                found.setdefault(_string(piece, key))
    return list(found)


def _mrkdwn(text: str, names: Names) -> str:
    """Slack's markup as Markdown."""
    done, at = [], 0
    for match in _PIECES.finditer(text[:LONGEST]):
        done.append(_styled(text[at : match.start()]))
        if match["code"] is not None:
            done.append(_fenced(unescape_slack(match["code"])))
        elif match["inline"]:
            done.append(unescape_slack(match["inline"]))
        else:
            done.append(_reference(match["angle"], names))
        at = match.end()
    return "".join([*done, _styled(text[at:LONGEST])])


def _styled(text: str) -> str:
    bold = _BOLD.sub(r"**\1**", text)
    return _literal(unescape_slack(_STRUCK.sub(r"\1", bold)))


def _literal(text: str) -> str:
    """Text in which nothing is taken for a tag, and no shortcode for a picture."""
    return EMOJI.sub("", text).replace("<", "\\<")


def _reference(angle: str, names: Names) -> str:
    """A mention, channel or link; none of them calls anybody in the file."""
    target, _, label = unescape_slack(angle).partition("|")
    if target[:1] in ("@", "#"):
        return _named(target[1:], target[0], names, label)
    if target.startswith("!"):
        return _literal(label or target[1:].partition("^")[0])
    return _link(target, label)


def _named(id: str, sign: str, names: Names, label: str = "") -> str:
    unknown = "somebody" if sign == "@" else "a channel"
    name = _literal(_escaped(label.lstrip(sign) or names.get(id, "")))
    return (name if sign == "@" else f"#{name}") if name else unknown


def _link(url: str, label: str) -> str:
    if not re.match(r"https?://[^\s<>]+$", url):
        return _literal(label or url)
    if not label or label == url:
        return f"<{url}>"
    return f"[{_literal(_escaped(label))}](<{url}>)"


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]])", r"\\\1", text)


def _fenced(code: str) -> str:
    return f"\n\n```\n{code.strip(chr(10))}\n```\n\n"


def _blocks(blocks: object, names: Names) -> Iterator[str]:
    for block in _parts(blocks)[:MOST_BLOCKS]:
        kind = _string(block, "type")
        if kind == "rich_text":
            yield from (_rich(piece, names) for piece in _parts(block.get("elements")))
        elif kind == "markdown":
            yield _string(block, "text")
        elif kind == "header":
            yield f"## {_literal(_string(_part(block, 'text'), 'text'))}"
        elif kind == "table":
            yield from (_row(row, names) for row in _lists(block.get("rows")))
        else:
            texts = [block.get("text"), *_parts(block.get("fields")), *_parts(block.get("elements"))]
            yield from (_text_object(one, names) for one in texts if isinstance(one, Mapping))


def _text_object(told: Part, names: Names) -> str:
    if told.get("type") not in ("mrkdwn", "plain_text"):
        return ""
    text = _string(told, "text")
    return _mrkdwn(text, names) if told["type"] == "mrkdwn" else _literal(text)


def _row(cells: Sequence[Any], names: Names) -> str:
    return "- " + " | ".join(filter(None, (_cell(cell, names) for cell in cells if isinstance(cell, Mapping))))


def _cell(cell: Part, names: Names) -> str:
    if cell.get("type") == "rich_text":
        return " ".join(_rich(piece, names) for piece in _parts(cell.get("elements")))
    return _literal(_string(cell, "text"))


def _rich(piece: Part, names: Names) -> str:
    kind, inside = _string(piece, "type"), _parts(piece.get("elements"))
    if kind == "rich_text_list":
        sign = "1." if piece.get("style") == "ordered" else "-"
        indent = piece.get("indent")
        lead = "    " * (min(indent, DEEPEST) if isinstance(indent, int) else 0)
        return "\n".join(f"{lead}{sign} {_rich(item, names)}" for item in inside)
    if kind == "rich_text_preformatted":
        return _fenced("".join(_string(one, "text") or _string(one, "url") for one in inside))
    line = "".join(_element(one, names) for one in inside)
    return "\n".join(f"> {part}" for part in line.splitlines()) if kind == "rich_text_quote" else line


def _element(one: Part, names: Names) -> str:
    kind, text = _string(one, "type"), _string(one, "text")
    if kind == "text":
        style = _part(one, "style")
        if style.get("code") and text.strip():
            return f"`{text}`"
        return f"**{_literal(text)}**" if style.get("bold") and text == text.strip() != "" else _literal(text)
    if kind == "link":
        return _link(_string(one, "url"), text)
    if kind in ("user", "channel"):
        return _named(_string(one, f"{kind}_id"), "@" if kind == "user" else "#", names)
    return _literal(_string(one, "range") or _string(one, "fallback"))


def _forwarded(attachments: object, names: Names) -> Iterator[str]:
    """What is attached, but not what Slack itself shows of pages that are linked."""
    for one in _parts(attachments)[:MOST_BLOCKS]:
        if one.get("from_url") and not one.get("is_share"):
            continue
        lines = [_mrkdwn(_string(one, name), names) for name in ("pretext", "title", "text")]
        lines += _blocks(one.get("blocks"), names)
        for forwarded in _parts(one.get("message_blocks")):
            if not lines[2]:
                lines += _blocks(_part(forwarded, "message").get("blocks"), names)
        yield "\n\n".join(filter(None, lines))


def _tidy(text: str) -> str:
    """Each line a paragraph of its own, unless it goes on from the one before; lists, quotes and code stay together."""
    done: list[str] = []
    fenced, before = False, ""
    for raw in clean(text.replace("\r\n", "\n")).split("\n"):
        line = _BULLET.sub(r"\1- ", raw).rstrip()
        bare = line.strip()
        if bare.startswith("```"):
            fenced, line = not fenced, bare
        elif not fenced:
            line = line if _LISTED.match(bare) else bare
            if before and bare and not _together(before, bare):
                done.append("")
        done.append(line)
        before = "" if fenced or bare.startswith("```") else bare
    return re.sub(r"\n{3,}", "\n\n", "\n".join(done)).strip("\n")


def _together(before: str, line: str) -> bool:
    """Whether a line belongs to the same paragraph, list or quote as the one before."""
    listed = bool(_LISTED.match(before)), bool(_LISTED.match(line))
    if any(listed) or before.startswith(">") or line.startswith(">"):
        return all(listed) or (before.startswith(">") and line.startswith(">"))
    return before[-1] not in ".!?:;*" and line[:1].islower()


def _strings(part: object, depth: int) -> Iterator[str]:
    """All texts within a message that are in Slack's markup."""
    for one in _all([part], depth):
        yield from (value for key in ("text", "pretext", "title") if isinstance(value := one.get(key), str))


def _all(parts: object, depth: int) -> Iterator[Part]:
    """All parts of a message, those within others, too."""
    for one in _parts(parts)[:MOST_BLOCKS] if depth <= DEEPEST else ():
        yield one
        for value in one.values():
            yield from _all([value] if isinstance(value, Mapping) else value, depth + 1)


def _parts(found: object) -> list[Part]:
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list | tuple) else []


def _lists(found: object) -> Iterable[Sequence[Any]]:
    return [one for one in found if isinstance(one, list)] if isinstance(found, list) else []


def _part(part: Part, name: str) -> Part:
    found = part.get(name)
    return found if isinstance(found, Mapping) else {}


def _string(part: Part, name: str) -> str:
    found = part.get(name)
    return found[:LONGEST] if isinstance(found, str) else ""
