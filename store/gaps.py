"""Questions that the notes do not answer, filed for those who keep the notes."""

from dataclasses import dataclass

from store.journal import Journal
from store.text import clean

LONGEST = 1_000
"""Characters of a question that are filed."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that somebody wants answered by the notes; ``at`` is in seconds since 1970."""

    text: str
    user: str
    at: float


def file(journal: Journal, ticket: str, user: str, text: str, now: float) -> bool:
    """File a question, once a person and ticket; False where that was done before."""
    with journal.writing() as db:
        cursor = db.execute(
            "insert into gaps (at, text, user, ticket, done) values (?, ?, ?, ?, 0) on conflict do nothing",
            [now, clean(text)[:LONGEST], user, ticket],
        )
        return cursor.rowcount == 1


def unanswered(journal: Journal, limit: int = 200) -> tuple[Gap, ...]:
    """The open questions, newest first."""
    rows = journal.db.execute(
        "select text, user, at from gaps where done = 0 order by at desc, id desc limit ?", [limit]
    )
    return tuple(Gap(*row) for row in rows)
