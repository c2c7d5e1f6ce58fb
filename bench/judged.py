"""Judged collections: documents, queries, and which documents answer which query, one JSON object a line.

A folder with ``documents.jsonl`` {"id", "title", "text"}, ``queries.jsonl`` {"id", "text"} and ``qrels.jsonl``
{"query", "document", "relevance"}; a relevance of 0 or less is a judgement against the document.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Document:
    """What is searched: the unit that is judged."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents, queries (text by id), and the relevance (above 0) of documents by query and document."""

    name: str
    documents: tuple[Document, ...]
    queries: Mapping[str, str]
    relevant: Mapping[str, Mapping[str, float]]


def read(folder: Path) -> Collection:
    """The collection in a folder; queries without a relevant document are left out, as they can tell nothing.

    Raises ValueError naming the file and line that cannot be read.
    """
    documents = tuple(
        Document(str(row["id"]), str(row.get("title") or ""), str(row["text"]))
        for row in _rows(folder / "documents.jsonl", "id", "text")
    )
    relevant: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for row in _rows(folder / "qrels.jsonl", "query", "document", "relevance"):
        if float(row["relevance"]) > 0:
            relevant[str(row["query"])][str(row["document"])] = float(row["relevance"])
    rows = _rows(folder / "queries.jsonl", "id", "text")
    queries = {str(row["id"]): str(row["text"]) for row in rows if str(row["id"]) in relevant}
    return Collection(folder.name, documents, queries, {id: relevant[id] for id in queries})


def _rows(path: Path, *wanted: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            raise ValueError(f"{path}, line {number} is not JSON.") from None
        if not isinstance(row, dict) or not row.keys() >= set(wanted):
            raise ValueError(f"{path}, line {number} needs {', '.join(wanted)}.")
        yield row
