"""Recap as one engine among others: its own index, its own reading of a question, its own order."""

import html
import re
import tempfile
from collections.abc import Sequence
from dataclasses import astuple, replace
from pathlib import Path

from bench.judged import Document
from bench.metrics import DEPTH
from bench.peers import Search
from intents import CUES, reply
from intents.find import query
from intents.understand import Question, understand
from store.index import Index, open_index
from store.load import reload
from store.model import Facets, Scope
from store.search import order
from store.text import words

PASSAGES = 5 * DEPTH
"""Passages that are ranked, so that ten documents come together."""

_GRAMMAR = re.compile(r"[\"“”„]|(?<!\S)-")


def recap(documents: Sequence[Document], folder: Path) -> Search:
    """Each document is a note, as good as its best passage; notes and index are kept in a new part of *folder*.

    A judged collection has no conferences, asks nothing that it does not answer, and its queries know no grammar: no
    filters, exact phrases or unwanted words are read out of a query, and the order is taken without the floor, the
    grouping of near-duplicates and the turns that notes take.
    """
    place = Path(tempfile.mkdtemp(dir=folder))
    ids = _written(documents, place / "notes")
    path = place / "recap.db"
    reload(place / "notes", path, force=True)
    index = open_index(path)

    def search(text: str) -> list[str]:
        found = order(
            index, query(unlimited(understand(_GRAMMAR.sub(" ", text), (), Facets(), intent="find"))), PASSAGES
        )
        return list(dict.fromkeys(ids[hit.source.file] for hit in found))[:DEPTH]

    return search


def unlimited(question: Question) -> Question:
    """A question without filters: a year, which limits an answer even where no note is of it, is a word again."""
    said = tuple(word for named in astuple(question.scope) for word in words(named) if word not in question.about)
    return replace(question, about=question.about + said, scope=Scope(), places=())


def by_order(index: Index) -> Search:
    """The passages of an index by Recap's order alone: no refusal, no grouping of near-duplicates."""

    def search(text: str) -> list[str]:
        return [str(hit.id) for hit in order(index, query(understand(text, (), index.facets, CUES)), DEPTH)]

    return search


def by_answers(index: Index) -> Search:
    """The passages that Recap answers with: none where it refuses, and one of those that say the same."""

    def search(text: str) -> list[str]:
        return [str(hit.id) for hit in reply(text, index).hits[:DEPTH]]

    return search


def _written(documents: Sequence[Document], folder: Path) -> dict[str, str]:
    """Every document as a page, and its id by the page's name."""
    folder.mkdir()
    names = {}
    for number, one in enumerate(documents):
        title, text = html.escape(one.title), html.escape(one.text)
        paragraphs = "".join(f"<p>{part}</p>" for part in text.split("\n\n"))
        name = f"{number:06}.html"
        head = f'<title>{title}</title><meta name="number" content="{number}">'  # no two pages are the same file
        page = f"<!DOCTYPE html><html><head>{head}</head><body>{paragraphs}</body></html>"
        Path(folder, name).write_text(page, encoding="utf-8")
        names[name] = one.id
    return names
