"""reStructuredText, Sphinx's roles and directives included as far as their words go."""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any, Literal, cast

from docutils import nodes
from docutils.core import publish_doctree

from store.model import Block, Document
from store.read import plain, shape

MAX_LENGTH = 500_000
MAX_LINE = 10_000
"""Characters of a file and of a line beyond which it is read as plain text: docutils is slow."""

MAX_SUBSTITUTED = 3_000_000
"""Characters of substitutions' definitions, times vertical bars that may call them, beyond which the same is done."""

MAX_BACK = 100
"""Lines around docutils' own idea of where a block stands in which it is looked for."""

Kind = Literal["heading", "paragraph", "item", "code"]

_SETTINGS: dict[str, Any] = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,
    "halt_level": 5,
    "warning_stream": "",
    "_disable_config": True,
    "syntax_highlight": "none",
    "smart_quotes": False,
}
_ROLE = re.compile(r":[\w:+.-]+:`([^`]*)`|`([^`]*)`_{0,2}|\|([^|]*)\|_{0,2}|(.*?)_{0,2}", re.DOTALL)
_DEFINED = re.compile(r"^[ \t]*\.\. \|.*(?:\n[ \t]+\S.*)*", re.MULTILINE)
_TARGET = re.compile(r"\s*<[^<>]*>\s*$")
_HIDDEN = (
    *(
        nodes.system_message,
        nodes.comment,
        nodes.image,
        nodes.raw,
        nodes.substitution_definition,
        nodes.target,
    ),
    *(nodes.docinfo, nodes.label, nodes.footnote_reference, nodes.generated),
)
_AS_PLAIN = "could not be parsed as reStructuredText, so it was read as plain text; check its nesting and substitutions"


def read(text: str) -> Document:
    """A reStructuredText file; what its directives would include or run stays out."""
    if _is_too_much(text):
        return replace(plain.read(text), remarks=(_AS_PLAIN,))
    try:
        tree = publish_doctree(text, settings_overrides=_SETTINGS)
    except MemoryError:
        raise
    except Exception:  # docutils meets deep nesting and circles of substitutions with whatever its code runs into
        return replace(plain.read(text), remarks=(_AS_PLAIN,))
    fields = _fields(tree)
    meta = {name: shape.one_line(_text(value)) for _, name, value in fields}
    return Document(tuple(_blocks(tree, {field for field, _, _ in fields}, text.split("\n"))), meta)


def _is_too_much(text: str) -> bool:
    defined = sum(len(match.group()) for match in _DEFINED.finditer(text))
    longest = max(map(len, text.split("\n")))
    return len(text) > MAX_LENGTH or longest > MAX_LINE or defined * text.count("|") > MAX_SUBSTITUTED


def _fields(tree: nodes.document) -> list[tuple[nodes.Element, str, nodes.Element]]:
    """``:Author:``, ``:Date:`` and the like at the top or below the title: node, name and value."""
    sections = [tree, *tree.findall(nodes.section)][:2]
    tops = [child for section in sections for child in section.children[:4]]
    found: list[tuple[nodes.Element, str, nodes.Element]] = []
    for top in tops:
        for field in top.children if isinstance(top, nodes.docinfo | nodes.field_list) else ():
            if isinstance(field, nodes.field):
                name, value = field.children
                found.append((field, name.astext().lower(), cast(nodes.Element, value)))
            elif isinstance(field, nodes.Element):
                found.append((field, field.tagname, field))
    return found


def _blocks(tree: nodes.document, taken: AbstractSet[nodes.Element], lines: Sequence[str]) -> Iterator[Block]:
    top = 1 + sum(isinstance(node, nodes.title | nodes.subtitle) for node in tree.children)
    line = 1
    for node in _leaves(tree, taken):
        kind, level = _kind(node, top)
        text = _text(node)
        text = text.strip("\n") if kind == "code" else shape.one_line(text)
        if text.strip():
            raw = node.rawsource.strip("\n").split("\n")
            line = _find(raw[0] or text.split()[0], node.line or 0, lines, line)
            yield Block(kind, text, line, min(line + len(raw) - 1, len(lines)), level)


def _leaves(tree: nodes.document, taken: AbstractSet[nodes.Element]) -> Iterator[nodes.Element]:
    """The elements that become blocks, in order: whatever holds words, and rows of tables."""
    waiting: list[nodes.Node] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, nodes.TextElement | nodes.row | nodes.field) and not isinstance(node, _HIDDEN):
            if node not in taken:
                yield node
        elif not isinstance(node, _HIDDEN) and "contents" not in getattr(node, "attributes", {}).get("classes", ()):
            waiting.extend(reversed(node.children))


def _kind(node: nodes.Element, top: int) -> tuple[Kind, int]:
    if isinstance(node, nodes.literal_block | nodes.doctest_block):
        return "code", 0
    if isinstance(node, nodes.row | nodes.field):
        return "item", 0
    parents = list(_parents(node))
    if isinstance(node, nodes.title | nodes.subtitle):
        depth = sum(isinstance(parent, nodes.section) for parent in parents)
        if not isinstance(node.parent, nodes.section | nodes.document):
            return "heading", shape.LOWEST
        return "heading", min(depth + top - 1 if depth else 1 + isinstance(node, nodes.subtitle), shape.LOWEST)
    bold = len(node.children) == 1 and isinstance(node.children[0], nodes.strong)
    if isinstance(node, nodes.rubric) or (bold and shape.is_bold_heading(node.astext())):
        return "heading", shape.LOWEST
    return ("item" if any(isinstance(p, nodes.list_item | nodes.definition) for p in parents) else "paragraph"), 0


def _parents(node: nodes.Node) -> Iterator[nodes.Node]:
    while node.parent is not None:
        node = node.parent
        yield node


def _text(node: nodes.Node) -> str:
    """An element's words; a row's cells and a field's name and value are set apart."""
    if isinstance(node, nodes.row):
        return " | ".join(filter(None, (_text(cell).strip() for cell in node.children)))
    if isinstance(node, nodes.field):
        return ": ".join(_text(part) for part in node.children)
    if isinstance(node, nodes.problematic):
        return _unmarked(node.astext())
    if isinstance(node, _HIDDEN):
        return ""
    if isinstance(node, nodes.Text):
        return node.astext()
    between = "" if isinstance(node, nodes.TextElement) else " "
    return between.join(_text(child) for child in node.children)


def _unmarked(raw: str) -> str:
    """The words of a role or reference that docutils does not know."""
    match = _ROLE.fullmatch(raw)
    words = next(filter(None, match.groups()), "") if match else raw
    return _TARGET.sub("", words)


def _find(head: str, hint: int, lines: Sequence[str], after: int) -> int:
    """The line, 1-based, on which a block begins.

    docutils tells a title's underline and a literal block's end, so its hint is checked against the file.
    """
    start = max(after, hint - MAX_BACK, 1)
    near = range(start, min(max(hint, start) + MAX_BACK, len(lines)) + 1)
    return next((number for number in near if head in lines[number - 1]), min(max(after, hint), len(lines)))
