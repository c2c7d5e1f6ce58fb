"""What admins did, and when: written with every action, and never changed afterwards."""

from dataclasses import dataclass

from store.journal import Journal
from store.text import clean

LONGEST = 200
"""Characters of a detail that are kept."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One action of an admin; ``at`` is in seconds since 1970, ``admin`` a Slack ID."""

    at: float
    admin: str
    action: str
    detail: str


def note(journal: Journal, admin: str, action: str, detail: str, now: float) -> None:
    """Write an action down. A ``detail`` names a file or channel, never a question."""
    with journal.writing() as db:
        db.execute(
            "insert into audit (at, admin, action, detail) values (?, ?, ?, ?)",
            [now, admin, action, clean(detail)[:LONGEST]],
        )


def latest(journal: Journal, limit: int = 20) -> tuple[Deed, ...]:
    """The last actions, newest first."""
    rows = journal.db.execute("select at, admin, action, detail from audit order by id desc limit ?", [limit])
    return tuple(Deed(*row) for row in rows)
