"""What the index holds of one note."""

from dataclasses import dataclass

from store.index import Index
from store.model import Source


@dataclass(frozen=True, slots=True)
class Held:
    """A note in the index, and how many passages it has. Of ``source`` the parts that forms show are filled in."""

    source: Source
    passages: int


def by_file(index: Index, file: str) -> Held | None:
    """The note of a file; None where the index holds none."""
    return _held(index, "n.file = ?", file)


def by_url(index: Index, url: str) -> Held | None:
    """The note with an address, the first of several; None where the index holds none."""
    return _held(index, "n.url = ? AND n.url > ''", url)


def _held(index: Index, which: str, value: str) -> Held | None:
    sql = (
        "SELECT n.file, n.title, n.event, n.date, n.author, n.url, "  # noqa: S608 - conditions of ours
        f"(SELECT count(*) FROM passages p WHERE p.note = n.id) FROM notes n WHERE {which} ORDER BY n.file LIMIT 1"
    )
    for file, title, event, date, author, url, count in index.rows(sql, [value]):
        return Held(Source(file, title, event, date=date, author=author, url=url), count)
    return None
