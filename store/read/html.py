"""HTML: whole pages, of which the article is kept, and fragments, of which everything is."""

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Literal

from lxml import etree

from store.errors import NoteError
from store.model import Block, Document
from store.read import front, leftovers, shape
from store.read.article import UNREAD, Element, article

MAX_WEIGHED = 200_000
"""Tags in a page beyond which nothing is weighed and all of its text is kept."""

LINK_LIST = 3
"""Blocks in a row that are nothing but links from which they are a list of other pages."""

MAX_LINK_LISTS = 0.25
"""Share of an article's text below which such lists are left out; else they are what it is about."""

LINKED = 0.9
"""Share of a block's characters in links from which it is nothing but a link."""

MAX_ROW = 2_000
"""Characters in a table's row beyond which its cells are read as paragraphs."""

Kind = Literal["heading", "paragraph", "item", "code"]

_PARAGRAPH: Kind = "paragraph"
_KINDS: dict[str, tuple[Kind, int]] = {
    **{f"h{rank}": ("heading", rank) for rank in range(1, 7)},
    **dict.fromkeys(("li", "dd", "tr"), ("item", 0)),
    **dict.fromkeys(("pre", "listing", "xmp"), ("code", 0)),
}
# fmt: off
_BREAKS = frozenset((
    "html", "body", "main", "article", "section", "header", "footer", "nav", "aside", "hgroup",
    "address", "div", "p", "blockquote", "center", "hr", "figure", "figcaption", "details", "summary",
    "form", "fieldset", "legend", "ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "thead",
    "tbody", "tfoot",
))
# fmt: on
_CELLS = ("td", "th")
_BOLD = ("b", "strong")
_CODE = ("code", "kbd", "samp", "tt", "var")
_LAYOUT = ("table", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6")
_FOOTNOTE = re.compile(r"#(?:fn|_?ftn|footnote|cite_note|cite_ref|r?ef-?\d)", re.IGNORECASE)
_WHOLE_PAGE = re.compile(r"<(?:!doctype|html|head|body)\b", re.IGNORECASE)


def read(text: str) -> Document:
    """An HTML file. Of a whole page, menus, notices and the like are left out."""
    meta, body, remarks = front.split(text)
    root = _parsed(body)
    if root is None:
        return Document((), meta, remarks=remarks)
    whole = _WHOLE_PAGE.search(body) and body.count("<") <= MAX_WEIGHED
    roots, skip = article(root) if whole else ([root], set())
    built = [_built(part, skip) for part in roots]
    blocks = tuple(block for part in built for block in (_without_link_lists(part) if whole else part.blocks))
    said = _head(root)
    language = root.get("lang") or root.get("xml:lang") or ""
    return Document(blocks, {**_dated(said, roots), **meta}, _title(root, blocks, said, meta), language, remarks)


def fragment(text: str, first: int = 1) -> tuple[Block, ...]:
    """The blocks of a piece of HTML that begins at line ``first`` of its file."""
    root = _parsed(text)
    built = () if root is None else _built(root, frozenset()).blocks
    return tuple(replace(b, first=b.first + first - 1, last=b.last + first - 1) for b in built)


def _parsed(text: str) -> Element | None:
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "ignore"), parser)
    except etree.XMLSyntaxError:  # nothing in it but comments or white space
        return None
    if any("depth" in str(entry.message) for entry in parser.error_log.filter_from_fatals()):
        raise NoteError("its HTML is nested too deeply", "save its text as plain text or Markdown")
    return root


def _title(root: Element, blocks: Sequence[Block], said: Mapping[str, str], meta: Mapping[str, object]) -> str:
    """The article's own first heading, else what the head says, else a heading outside the article."""
    heads = (block.text for block in blocks if block.level == 1)
    outside = (_words(e) for e in root.iter("h1"))
    candidates = (shape.title((), meta), *heads, said.get("og:title"), said.get("title"), *outside)
    return next(filter(None, candidates), "")


def _head(root: Element) -> dict[str, str]:
    """What the page says about itself in its head, under the names that it uses."""
    said: dict[str, str] = {}
    for element in root.iter("title", "meta", "link"):
        if element.tag == "title":
            said.setdefault("title", _words(element))
        elif element.tag == "link" and element.get("rel") == "canonical":
            said.setdefault("url", element.get("href", ""))
        elif name := (element.get("name") or element.get("property") or "").lower():
            said.setdefault(name, shape.one_line(element.get("content", "")))
    return {key: value for key, value in said.items() if value}


def _words(element: Element) -> str:
    return shape.one_line(str(etree.tostring(element, method="text", encoding="unicode", with_tail=False)))


def _dated(said: Mapping[str, str], roots: Iterable[Element]) -> dict[str, object]:
    """What the head says, with the day of publishing under ``date``."""
    times = (e.get("datetime", "") for root in roots for e in root.iter("time"))
    known = (said.get(key) for key in ("date", "article:published_time", "dc.date", "dcterms.created"))
    date = next(filter(None, known), None) or next(filter(None, times), "")
    url = said.get("url") or said.get("og:url", "")
    author = said.get("author") or said.get("article:author", "") or said.get("dc.creator", "")
    return {**said, **{k: v for k, v in (("date", date), ("url", url), ("author", author)) if v}}


@dataclass(slots=True)
class _Builder:
    """Text on its way to becoming blocks; ``line`` is the line last seen, ``links`` whether blocks are links."""

    line: int = 1
    blocks: list[Block] = field(default_factory=list)
    links: list[bool] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    first: int = 0
    last: int = 0
    bold: int = 0
    link: int = 0
    linked: int = 0
    bold_only: bool = True
    broken: bool = False
    kinds: list[tuple[str, Kind, int]] = field(default_factory=list)
    row: Element | None = None

    def add(self, text: str, code: bool = False) -> None:
        """Take text in, and note where it begins and ends."""
        if not code and (not self.kinds or self.kinds[-1][1] != "code"):
            text = leftovers.without(text)
        if text.strip():
            self.first = self.first or self.line + text[: len(text) - len(text.lstrip())].count("\n")
            self.last = self.line + text.rstrip().count("\n")
            self.bold_only &= self.bold > 0
            self.broken = False
        self.linked += len(shape.one_line(text)) if self.link else 0
        self.text.append(text)
        self.line += text.count("\n")

    def flush(self) -> None:
        """Make a block of what has been taken in."""
        _, kind, level = self.kinds[-1] if self.kinds else ("", _PARAGRAPH, 0)
        text = "".join(self.text)
        text = text.strip("\n").rstrip() if kind == "code" else shape.one_line(text)
        if text.strip():
            if kind == "paragraph" and self.bold_only and shape.is_bold_heading(text):
                kind, level = "heading", shape.LOWEST
            self.blocks.append(Block(kind, text, self.first, self.last, level))
            self.links.append(not level and self.linked >= LINKED * len(text))
        self.text, self.first, self.last, self.linked, self.bold_only, self.broken = [], 0, 0, 0, True, False


def _without_link_lists(built: _Builder) -> Sequence[Block]:
    """An article's blocks less lists of links at its very start and end, and what introduces them."""
    blocks, size = built.blocks, len(built.blocks)
    start = sum(1 for _ in takewhile(lambda block: block.level, blocks))
    first = start + (start < size and blocks[start].text.endswith(":"))
    opening, closing = _list_length(built.links[first:]), _list_length(built.links[::-1])
    end = size - closing
    if closing and end and (blocks[end - 1].level or blocks[end - 1].text.endswith(":")):
        end -= 1
    kept = [*blocks[:start], *blocks[first + opening if opening else start : end]]
    enough = sum(len(block.text) for block in kept) > (1 - MAX_LINK_LISTS) * sum(len(block.text) for block in blocks)
    return kept if enough else blocks


def _list_length(links: Sequence[bool]) -> int:
    length = sum(1 for _ in takewhile(bool, links))
    return length if length >= LINK_LIST else 0


def _built(root: Element, skip: AbstractSet[Element]) -> _Builder:
    builder = _Builder()
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        if event == "start":
            builder.line = max(builder.line, element.sourceline or 0)
            if element.tag in UNREAD or element in skip or _is_footnote_mark(element):
                walker.skip_subtree()
            else:
                _open(builder, element)
                builder.add(element.text or "", code=element.tag in _CODE)
        else:
            if element.tag not in UNREAD and element not in skip and not _is_footnote_mark(element):
                _close(builder, element)
            builder.add((element.tail or "") if element is not root else "")
    builder.flush()
    return builder


def _is_footnote_mark(element: Element) -> bool:
    """Whether a link leads to a footnote or back from it, and has no words of its own."""
    mark = element.tag == "a" and _FOOTNOTE.match(element.get("href") or "")
    return bool(mark) and not any(c.isalpha() for c in _words(element))


def _open(builder: _Builder, element: Element) -> None:
    tag = element.tag
    builder.bold += tag in _BOLD
    builder.link += tag == "a"
    if tag == "br":
        _break(builder)
    elif builder.row is not None:
        between = " | " if tag in _CELLS and "".join(builder.text).strip() else " "
        builder.text.append(between if tag in _BREAKS or tag in _CELLS else "")
    elif tag in _BREAKS or tag in _CELLS or tag in _KINDS:
        builder.flush()
        builder.row = element if tag == "tr" and _is_data(element) else None
        if tag in _KINDS and (tag != "tr" or builder.row is not None):
            builder.kinds.append((tag, *_KINDS[tag]))


def _close(builder: _Builder, element: Element) -> None:
    tag = element.tag
    builder.bold -= tag in _BOLD
    builder.link -= tag == "a"
    if builder.row is not None and builder.row is not element:
        builder.text.append(" " if tag in _BREAKS else "")
        return
    if tag in _BREAKS or tag in _CELLS or tag in _KINDS:
        builder.flush()
    if builder.kinds and builder.kinds[-1][0] == tag:
        builder.kinds.pop()
    builder.row = None


def _break(builder: _Builder) -> None:
    """One break is white space, two are the end of a paragraph; in code, each ends a line."""
    if builder.kinds and builder.kinds[-1][1] == "code":
        builder.text.append("\n")
    elif builder.broken and builder.row is None:
        builder.flush()
    else:
        builder.text.append(" ")
        builder.broken = True


def _is_data(row: Element) -> bool:
    """Whether a table's row is one thing to read, rather than a means to lay out a page."""
    return next(row.iter(*_LAYOUT), None) is None and len(_words(row)) < MAX_ROW
