"""Which part of a web page is its article, and what stands around and in it that is not."""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from store.read import shape

LINK_DENSE = 0.7
"""Share of a block's characters in links from which it is a menu, outside an article."""

NEARLY_ALL = 0.9
"""Share of a page's prose from which a part of it is taken for the whole of its text."""

Element = etree._Element

# fmt: off
UNREAD = frozenset((
    "head", "script", "style", "template", "noscript", "iframe", "svg", "math", "object", "embed",
    "video", "audio", "canvas", "select", "button",
))
# fmt: on
"""Elements whose text is not for reading."""

_FURNITURE = frozenset(("nav", "aside", "footer", "form", "dialog", "menu"))
_ROLES = frozenset(
    (
        "navigation",
        "banner",
        "complementary",
        "contentinfo",
        "search",
        "dialog",
        "alertdialog",
        "menu",
        "menubar",
    )
)
_NAMES = re.compile(
    r"(?:^|[\W_])(?:menu|nav|navbar|navigation|cookies?|consent|gdpr|banner|sidebar|shar(?:e|ing)|sharedaddy|social"
    r"|related|comments?|respond|breadcrumbs?|newsletter|subscribe|popup|modal|skip-link|pagination|pager"
    r"|masthead|colophon|site-header|site-footer|page-footer)(?:$|[\W_])"
    r"|(?:^|\s)footer(?:$|\s)",
    re.IGNORECASE,
)
_PARAGRAPHS = frozenset(("p", "li", "pre", "blockquote", "dd", "td"))
_LISTS = frozenset(("ul", "ol", "dl"))
_MENUS = ("ul", "ol", "div", "table", "section", "p")


def article(root: Element) -> tuple[list[Element], set[Element]]:
    """The elements that hold the text of a page, and those in them to leave out."""
    furniture = _furniture(root)
    parts, menus = _holders(root, furniture)
    return parts, furniture | menus


@dataclass(slots=True)
class _Weight:
    """Characters in an element: all, those in links, and those in paragraphs outside links."""

    all: int = 0
    linked: int = 0
    prose: int = 0

    def add(self, other: "_Weight") -> None:
        self.all += other.all
        self.linked += other.linked
        self.prose += other.prose


def _weigh(root: Element, skip: AbstractSet[Element] = frozenset()) -> dict[Element, _Weight]:
    """What each element holds with all that is below it, less what is skipped."""
    weights = {element: _Weight() for element in root.iter()}
    links = paragraphs = hidden = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        step = 1 if event == "start" else -1
        links += step * (element.tag == "a")
        paragraphs += step * (element.tag in _PARAGRAPHS)
        hidden += step * (element.tag in UNREAD or element in skip)
        holder, text = (element, element.text) if event == "start" else (element.getparent(), element.tail)
        if event == "end" and holder is not None:
            weights[holder].add(weights[element])
        if holder is not None and text and not hidden:
            size = len(shape.one_line(text))
            weights[holder].add(_Weight(size, size * (links > 0), size * (paragraphs > 0 and not links)))
    return weights


def _furniture(root: Element) -> set[Element]:
    """What stands around an article; not what holds an article, or half of the page."""
    weights = _weigh(root)
    longest = max((weights[e].prose for e in root.iter("article")), default=0)  # comments are articles, too
    articles = [e for e in root.iter("article", "main") if e.tag == "main" or weights[e].prose * 2 >= longest]
    holders = {above for article in articles for above in (article, *article.iterancestors())}
    return {
        element
        for element in root.iter()
        if _is_furniture(element) and element not in holders and weights[element].all * 2 < weights[root].all
    }


def _is_furniture(element: Element) -> bool:
    if element.tag == "header":
        return not any(True for _ in element.iterancestors("article", "main"))
    return (
        element.tag in _FURNITURE
        or element.get("role", "").lower() in _ROLES
        or element.get("hidden") is not None
        or "display:none" in element.get("style", "").replace(" ", "").lower()
        or bool(_NAMES.search(f"{element.get('class', '')} {element.get('id', '')}"))
    )


def _holders(root: Element, skip: AbstractSet[Element]) -> tuple[list[Element], set[Element]]:
    """The elements that hold the text of a page, and the menus that still stand in them."""
    weights = _weigh(root, skip)
    mains = [e for e in root.iter() if e.tag == "main" or e.get("role") == "main"]
    for found in (set(root.iter("article")), set(mains)):
        outer = [e for e in root.iter() if e in found and found.isdisjoint(e.iterancestors())]
        if weights[root].all and sum(weights[e].all for e in outer) * 2 >= weights[root].all:
            return outer, set()
    densest = _densest(root, weights)
    return [densest], {e for e in densest.iter(*_MENUS) if _is_menu(e, weights, densest)}


def _densest(root: Element, weights: dict[Element, _Weight]) -> Element:
    """The innermost part that holds nearly all of the prose."""
    here: Element | None = root
    while here is not None:
        root, enough = here, NEARLY_ALL * weights[here].prose
        parts = (e for e in here if e.tag not in _PARAGRAPHS and e.tag not in _LISTS)
        here = next((e for e in parts if weights[e].prose and weights[e].prose >= enough), None)
    return root


def _is_menu(element: Element, weights: dict[Element, _Weight], whole: Element) -> bool:
    weight = weights[element]
    return (
        weight.linked > LINK_DENSE * weight.all
        and weight.all * 2 < weights[whole].all
        and len(list(islice(element.iter("a"), 3))) == 3
    )
