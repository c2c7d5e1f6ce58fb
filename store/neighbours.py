"""What stands around a passage in its note."""

from store.index import Index
from store.model import Hit


def around(index: Index, passage: int, reach: int = 1) -> tuple[list[Hit], int]:
    """A passage (by its number) between up to ``reach`` others on either side, in the note's order, and its place.

    Nothing and 0 where the index has no such passage (any more).
    """
    with index.snapshot():
        rows = index.rows(
            "SELECT id FROM passages WHERE note = (SELECT note FROM passages WHERE id = ?) ORDER BY id", [passage]
        )
        ids = [id for (id,) in rows]
        if passage not in ids:
            return [], 0
        place = ids.index(passage)
        start = max(place - reach, 0)
        return index.hits(ids[start : place + reach + 1]), place - start
