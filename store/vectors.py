"""The vectors of the passages: written at a load for what changed, read once for all questions of a generation.

A row holds the vectors of a passage's chunks one after the other, each number as a signed byte: the direction is all
that counts, and one byte keeps it (a cosine changes by less than 0.01).
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlite_utils import Database

from store.meaning import Model, chunks
from store.schema import meta, set_meta

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from store.index import Index

Progress = Callable[[int, int], None]

TOGETHER = 256
"""Passages embedded between two words of progress."""
COARSE = 400
"""Passages, the nearest as a whole, whose chunks are compared one by one."""
WHOLE = 0.3
"""What the passage as a whole counts beside its best chunk: it settles what a single sentence leaves open."""
KEY = "embeddings"
"""Under which the index keeps the name of the model that made its vectors."""


@dataclass(frozen=True)
class Space:
    """All passages as points: their numbers, their notes' numbers, and a row of unit length each."""

    ids: "NDArray[np.int64]"
    notes: "NDArray[np.int64]"
    means: "NDArray[np.float32]"


def embed_new(database: Database, model: Model, progress: Progress) -> int:
    """Give a vector to each passage that has none, within the caller's transaction; how many were made.

    Vectors of another model are dropped first; those of passages that only moved are taken over.
    """
    if meta(database).get(KEY) != model.name:
        database.conn.execute("DELETE FROM vectors")
        database.conn.execute("DROP TABLE IF EXISTS temp.spare_vectors")
    _take_over(database)
    rows = database.conn.execute(
        "SELECT id, text FROM passages WHERE id NOT IN (SELECT passage FROM vectors) ORDER BY id"
    ).fetchall()
    for start in range(0, len(rows), TOGETHER):
        some = rows[start : start + TOGETHER]
        made = zip(some, _embedded(model, [text for _, text in some]), strict=True)
        database.conn.executemany("INSERT INTO vectors VALUES (?, ?, ?)", [(id, _digest(t), v) for (id, t), v in made])
        progress(start + len(some), len(rows))
    set_meta(database, KEY, model.name)
    return len(rows)


def set_aside(database: Database, passages: Sequence[int]) -> None:
    """Take the vectors of passages away, but keep them until the connection ends: the same text may come back."""
    database.conn.execute(
        "CREATE TEMP TABLE IF NOT EXISTS spare_vectors (digest BLOB PRIMARY KEY, vectors BLOB) WITHOUT ROWID"
    )
    ids = [(id,) for id in passages]
    database.conn.executemany(
        "INSERT OR IGNORE INTO spare_vectors SELECT digest, vectors FROM vectors WHERE passage = ?", ids
    )
    database.conn.executemany("DELETE FROM vectors WHERE passage = ?", ids)


def _take_over(database: Database) -> None:
    if not database.conn.execute("SELECT 1 FROM temp.sqlite_master WHERE name = 'spare_vectors'").fetchone():
        return
    database.conn.create_function("text_digest", 1, _digest, deterministic=True)
    database.conn.execute(
        "INSERT INTO vectors SELECT p.id, s.digest, s.vectors FROM passages p "
        "JOIN spare_vectors s ON s.digest = text_digest(p.text) WHERE p.id NOT IN (SELECT passage FROM vectors)"
    )


def _embedded(model: Model, texts: Sequence[str]) -> Iterator[bytes]:
    """The row of each text."""
    import numpy as np

    cut = [chunks(text) for text in texts]
    vectors = model.embed([chunk for chunks_ in cut for chunk in chunks_])
    peaks = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-9)
    small = np.rint(vectors / peaks * 127).astype(np.int8)
    at = 0
    for chunks_ in cut:
        yield small[at : at + len(chunks_)].tobytes()
        at += len(chunks_)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()[:16]


def space(index: "Index", dimensions: int) -> Space:
    """Every passage that has vectors, by the mean of its chunks."""
    import numpy as np

    rows = index.rows("SELECT v.passage, p.note, v.vectors FROM vectors v JOIN passages p ON p.id = v.passage")
    means = np.empty((len(rows), dimensions), dtype=np.float32)
    for place, (_, _, data) in enumerate(rows):
        means[place] = _rows(data, dimensions).mean(axis=0)
    ids = np.array([id for id, _, _ in rows], dtype=np.int64)
    return Space(ids, np.array([note for _, note, _ in rows], dtype=np.int64), _unit(means))


def nearest(index: "Index", points: Space, question: "NDArray[np.float32]", notes: set[int] | None) -> dict[int, float]:
    """The passages nearest in meaning, best first, of some notes if given: number to the cosine of the best chunk.

    They are in the order of that cosine plus ``WHOLE`` times that of the passage as a whole.
    """
    import numpy as np

    near = points.means @ question
    if notes is not None:
        near = np.where(np.isin(points.notes, list(notes)), near, -1.0)
    best = np.argsort(-near)[:COARSE]
    ids = [int(points.ids[place]) for place in best if near[place] > -1.0]
    marks = ",".join("?" * len(ids))
    rows = index.rows(f"SELECT passage, vectors FROM vectors WHERE passage IN ({marks})", ids)  # noqa: S608 - only marks
    found = {id: float((_unit(_rows(data, len(question))) @ question).max()) for id, data in rows}
    whole = dict(zip(ids, (float(near[place]) for place in best), strict=False))
    return dict(sorted(found.items(), key=lambda pair: (-pair[1] - WHOLE * whole[pair[0]], pair[0])))


def _rows(data: bytes, dimensions: int) -> "NDArray[np.float32]":
    import numpy as np

    return np.frombuffer(data, dtype=np.int8).reshape(-1, dimensions).astype(np.float32)


def _unit(rows: "NDArray[np.float32]") -> "NDArray[np.float32]":
    import numpy as np

    unit: NDArray[np.float32] = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit
