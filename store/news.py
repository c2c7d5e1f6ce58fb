"""What the last load brought."""

from store.index import Index


def news(index: Index, limit: int = 10) -> tuple[str, ...]:
    """The titles of the notes that the last load with any news added or changed, the added ones first.

    Nothing where all that the index holds came with that load: then everything is new.
    """
    with index.snapshot():
        total = index.rows("SELECT count(*) FROM notes")[0][0]
        last = index.rows("SELECT number, added FROM loads ORDER BY number DESC LIMIT 1")
        if not last or last[0][1] >= total:
            return ()
        rows = index.rows(
            "SELECT coalesce(nullif(n.title, ''), n.file) FROM changes c JOIN notes n ON n.file = c.file "
            "WHERE c.load = ? AND c.kind IN ('added', 'changed') ORDER BY c.kind, c.file LIMIT ?",
            [last[0][0], limit],
        )
        return tuple(title for (title,) in rows)
