"""Markdown with front matter, and with whatever HTML stands in it."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from store.model import Block, Document
from store.read import front, html, leftovers, prose, shape

MAX_INLINE = 20_000
"""Characters of one paragraph that are searched for emphasis and links; a longer one is taken as it is."""

_PARSER = MarkdownIt("commonmark", {"maxNesting": 60}).enable("table").disable("inline")
_FENCE = re.compile(r"\s{0,3}(```|~~~)")
_TIGHT_HEADING = re.compile(r"(#{2,6})([^#\s].*)")
_OPENS_TAG = re.compile(r"\s*</?[a-zA-Z]")
_HIDES = re.compile(r"<(/?)(?:script|style|iframe|svg|template|noscript)\b", re.IGNORECASE)
Kind = Literal["heading", "paragraph", "item", "code"]

_FOOTNOTE = re.compile(r"\[?\^?\d{1,3}\]?")


def read(text: str) -> Document:
    """A Markdown file; line numbers count from its top, front matter included."""
    meta, body, remarks = front.split(text)
    env: dict[str, object] = {}
    tokens = _PARSER.parse(_tidied(body), env)
    return Document(tuple(_blocks(tokens, env)), meta, remarks=remarks)


def _tidied(text: str) -> str:
    """What is no text left out and ``##Heading`` given its space, but in fenced code."""
    lines, fence = [], ""
    for line in leftovers.without(text).split("\n"):
        if match := _FENCE.match(line):
            fence = "" if fence == match[1] else fence or match[1]
        elif not fence:
            line = _TIGHT_HEADING.sub(r"\1 \2", line) if line.startswith("##") else line
        lines.append(line)
    return "\n".join(lines)


def _blocks(tokens: Sequence[Token], env: dict[str, object]) -> Iterator[Block]:
    stream = iter(tokens)
    lists, level, lines = 0, 0, (0, 0)
    for token in stream:
        lines = (token.map[0] + 1, token.map[1]) if token.map else lines
        if token.type in ("bullet_list_open", "ordered_list_open", "bullet_list_close", "ordered_list_close"):
            lists += token.nesting
        elif token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "tr_open":
            row = takewhile(lambda cell: cell.type != "tr_close", stream)
            cells = [_text(_children(cell, env)) for cell in row if cell.type == "inline"]
            yield from _block("item", " | ".join(filter(None, cells)), lines)
        elif token.type == "inline":
            yield from _inline(_children(token, env), lines, level, "item" if lists else "paragraph")
            level = 0
        elif token.type in ("fence", "code_block", "html_block"):
            yield from _literal(token, lines)


def _literal(token: Token, lines: tuple[int, int]) -> Iterator[Block]:
    """Code, or HTML or prose set like code."""
    if token.type == "html_block" or (token.type == "code_block" and _OPENS_TAG.match(token.content)):
        yield from html.fragment(token.content, lines[0])
    elif prose.is_prose(token.content, token.info):
        yield from prose.blocks(token.content, lines[0] + (token.type == "fence"))
    else:
        yield from _block("code", token.content.strip("\n"), lines)


def _inline(children: Sequence[Token], lines: tuple[int, int], level: int, kind: Kind) -> Iterator[Block]:
    text = _text(children)
    if not level and kind == "paragraph" and _is_bold(children) and shape.is_bold_heading(text):
        level = shape.LOWEST
    yield from _block("heading" if level else kind, text, lines, level)


def _block(kind: Kind, text: str, lines: tuple[int, int], level: int = 0) -> Iterator[Block]:
    if text.strip():
        yield Block(kind, text, lines[0], max(lines), level)


def _children(token: Token, env: dict[str, object]) -> list[Token]:
    if len(token.content) > MAX_INLINE:
        return [Token("text", "", 0, content=token.content)]
    children: list[Token] = []
    _PARSER.inline.parse(token.content, _PARSER, env, children)
    return children


def _text(children: Sequence[Token]) -> str:
    """The words alone: links by their text, without images, tags and footnote numbers."""
    parts: list[str] = []
    links: list[int] = []
    hidden = False
    for token in children:
        match token.type:
            case "html_inline":
                tag = _HIDES.match(token.content)
                hidden = not tag[1] if tag else hidden
                parts.append(" " if token.content.startswith("<br") else "")
            case "link_open":
                links.append(len(parts))
            case "link_close" if links:
                start = links.pop()
                if _FOOTNOTE.fullmatch("".join(parts[start:])):
                    parts[start:] = ["\0"]
            case "softbreak" | "hardbreak":
                parts.append(" ")
            case "text" | "text_special" | "code_inline" if not hidden:
                parts.append(token.content)
    return shape.one_line("".join(parts).replace("[\0]", "").replace("\0", ""))


def _is_bold(children: Sequence[Token]) -> bool:
    kinds = [token.type for token in children if token.type != "text" or token.content.strip()]
    return kinds[:1] == ["strong_open"] and kinds.index("strong_close") == len(kinds) - 1 if kinds else False
