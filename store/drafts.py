"""Notes that an admin began to add, kept until they are added or discarded, for a day; and which ones were added."""

import json
from dataclasses import asdict, dataclass

from store.errors import BotError
from store.journal import DAY, Journal, forget_old
from store.model import NO_FIXES, Fixes

MOST, MOST_BYTES = 50, 50_000_000
"""How many drafts are kept at a time, and how large all of them are."""
FULL = (
    "As many notes wait to be added as I keep at a time. Add or discard some of them first; what is a day old goes "
    "by itself."
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What will be a note, begun by ``user``. ``name`` is that of its file, without a folder.

    ``made`` tells that ``data`` is the text of a message: ``fixes`` are written above it then, else beside the file.
    ``remark`` is something to know before it is added.
    """

    user: str
    name: str
    data: bytes
    fixes: Fixes = NO_FIXES
    made: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """A note that was added: its path in the notes folder, and the digest of its bytes."""

    user: str
    file: str
    digest: str


def keep(journal: Journal, ticket: str, draft: Draft, now: float) -> None:
    """Keep a draft for a day, in place of what is kept under the ticket. Raises ``BotError`` where there are too many.

    Where no text may be written it is known by this process alone.
    """
    if journal.unwritten:
        journal.unwritten.draft(ticket, draft, now)
        return
    row = [draft.user, draft.name, draft.data, json.dumps(asdict(draft.fixes)), int(draft.made), draft.remark]
    with journal.writing(lasting=True) as db:
        forget_old(db, "drafts", now - DAY, now)
        count, size = db.execute(
            "select count(*), sum(length(data)) from drafts where ticket <> ?", [ticket]
        ).fetchone()
        if count >= MOST or (count and size + len(draft.data) > MOST_BYTES):
            raise BotError(FULL)
        db.execute(
            "insert into drafts (ticket, at, user, name, data, fixes, made, remark) values (?, ?, ?, ?, ?, ?, ?, ?) "
            "on conflict (ticket) do update set name = excluded.name, fixes = excluded.fixes",
            [ticket, now, *row],
        )


def read(journal: Journal, ticket: str, now: float) -> Draft | None:
    """A draft; None where it was added, discarded, or is more than a day old."""
    if journal.unwritten:
        at, held = journal.unwritten.drafts.get(ticket, (now, None))
        return held if now - at <= DAY else None
    sql = "select user, name, data, fixes, made, remark from drafts where ticket = ? and at >= ?"
    row = journal.db.execute(sql, [ticket, now - DAY]).fetchone()
    if row is None:
        return None
    user, name, data, fixes, made, remark = row
    return Draft(user, name, data, Fixes(**json.loads(fixes)), bool(made), remark)


def drop(journal: Journal, ticket: str) -> None:
    """Forget a draft."""
    if journal.unwritten:
        journal.unwritten.drafts.pop(ticket, None)
        return
    with journal.writing(lasting=True) as db:
        db.execute("delete from drafts where ticket = ?", [ticket])


def note_added(journal: Journal, ticket: str, added: Added, now: float) -> None:
    """Note which file came of a draft, which waits no longer."""
    if journal.unwritten:
        journal.unwritten.drafts.pop(ticket, None)
    with journal.writing(lasting=True) as db:
        db.execute("delete from drafts where ticket = ?", [ticket])
        db.execute(
            "insert or replace into added (ticket, at, user, file, digest) values (?, ?, ?, ?, ?)",
            [ticket, now, added.user, added.file, added.digest],
        )


def added(journal: Journal, ticket: str) -> Added | None:
    """Which file came of a draft; None where none did, or it was taken out again."""
    row = journal.db.execute("select user, file, digest from added where ticket = ?", [ticket]).fetchone()
    return Added(*row) if row else None


def is_noted(journal: Journal, file: str) -> bool:
    """Whether a file is known to have come of a draft."""
    return journal.db.execute("select 1 from added where file = ?", [file]).fetchone() is not None


def note_taken_out(journal: Journal, ticket: str) -> None:
    """Forget which file came of a draft, since it is gone."""
    with journal.writing(lasting=True) as db:
        db.execute("delete from added where ticket = ?", [ticket])
