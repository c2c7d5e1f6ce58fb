"""What people made of answers: one row a person and answer, the last press wins."""

from dataclasses import dataclass

from store.journal import Journal
from store.text import clean

LONGEST_REASON, LONGEST_REMARK = 40, 1_000


@dataclass(frozen=True, slots=True)
class Usage:
    """How many answers were given, how many of them were refusals, and how many thumbs went up and down."""

    answers: int
    refused: int
    up: int
    down: int


def usage(journal: Journal, since: float) -> Usage:
    """What happened since a time, in seconds since 1970."""
    answers = "select count(*), coalesce(sum(refused), 0) from answers where at >= ?"
    thumbs = "select coalesce(sum(helpful), 0), coalesce(sum(1 - helpful), 0) from ratings where at >= ?"
    given, rated = (journal.db.execute(sql, [since]).fetchone() for sql in (answers, thumbs))
    return Usage(*given, *rated)


def rate(journal: Journal, ticket: str, user: str, helpful: bool, now: float) -> bool:
    """Keep what somebody thinks of an answer, in place of what they thought before; False for an unknown ticket.

    Whoever changes their mind takes the reason back with it; the same thumb again changes nothing.
    """
    with journal.writing(lasting=True) as db:
        known = "select 1 from answers where ticket = :ticket union all select 1 from shown where ticket = :ticket"
        if not db.execute(known, {"ticket": ticket}).fetchone():
            return False
        db.execute(
            "insert into ratings (ticket, user, at, helpful, reason, remark) values (?, ?, ?, ?, '', '') "
            "on conflict (ticket, user) do update "
            "set at = excluded.at, helpful = excluded.helpful, reason = '', remark = '' "
            "where helpful <> excluded.helpful",
            [ticket, user, now, int(helpful)],
        )
        return True


def explain(journal: Journal, ticket: str, user: str, reason: str, remark: str, now: float) -> bool:
    """Keep why somebody found an answer bad; False where they did not rate it so, or not any more.

    Where no question may be written, neither is a remark, which may quote it.
    """
    remark = "" if journal.unwritten else remark
    with journal.writing(lasting=True) as db:
        cursor = db.execute(
            "update ratings set reason = ?, remark = ?, at = ? where ticket = ? and user = ? and helpful = 0",
            [clean(reason)[:LONGEST_REASON], clean(remark)[:LONGEST_REMARK], now, ticket, user],
        )
        return cursor.rowcount == 1
