"""HTML: whole pages, of which the article is kept, and fragments, of which everything is."""

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Literal

from lxml import etree

from store.errors import NoteError
from store.model import Block, Document
from store.read import front, shape
from store.read.article import UNREAD, Element, article

MAX_WEIGHED = 200_000
"""Tags in a page beyond which nothing is weighed and all of its text is kept."""

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
_LAYOUT = ("table", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6")
_WHOLE_PAGE = re.compile(r"<(?:!doctype|html|head|body)\b", re.IGNORECASE)


def read(text: str) -> Document:
    """An HTML file. Of a whole page, menus, notices and the like are left out."""
    meta, body, remarks = front.split(text)
    root = _parsed(body)
    if root is None:
        return Document((), meta, remarks=remarks)
    whole = _WHOLE_PAGE.search(body) and body.count("<") <= MAX_WEIGHED
    roots, skip = article(root) if whole else ([root], set())
    blocks = tuple(block for part in roots for block in _blocks(part, skip))
    said = _head(root)
    language = root.get("lang") or root.get("xml:lang") or ""
    return Document(blocks, {**_dated(said, roots), **meta}, _title(root, blocks, said, meta), language, remarks)


def fragment(text: str, first: int = 1) -> tuple[Block, ...]:
    """The blocks of a piece of HTML that begins at line ``first`` of its file."""
    root = _parsed(text)
    return () if root is None else _blocks(root, frozenset(), first - 1)


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
    """Text on its way to becoming blocks; ``line`` is the line last seen."""

    line: int = 1
    blocks: list[Block] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    first: int = 0
    last: int = 0
    bold: int = 0
    bold_only: bool = True
    broken: bool = False
    kinds: list[tuple[str, Kind, int]] = field(default_factory=list)
    row: Element | None = None

    def add(self, text: str) -> None:
        """Take text in, and note where it begins and ends."""
        if text.strip():
            self.first = self.first or self.line + text[: len(text) - len(text.lstrip())].count("\n")
            self.last = self.line + text.rstrip().count("\n")
            self.bold_only &= self.bold > 0
            self.broken = False
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
        self.text, self.first, self.last, self.bold_only, self.broken = [], 0, 0, True, False


def _blocks(root: Element, skip: AbstractSet[Element], offset: int = 0) -> tuple[Block, ...]:
    builder = _Builder()
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        if event == "start":
            builder.line = max(builder.line, element.sourceline or 0)
            if element.tag in UNREAD or element in skip:
                walker.skip_subtree()
            else:
                _open(builder, element)
                builder.add(element.text or "")
        else:
            if element.tag not in UNREAD and element not in skip:
                _close(builder, element)
            builder.add((element.tail or "") if element is not root else "")
    builder.flush()
    return tuple(replace(b, first=b.first + offset, last=b.last + offset) for b in builder.blocks)


def _open(builder: _Builder, element: Element) -> None:
    tag = element.tag
    builder.bold += tag in _BOLD
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
