"""What admins decided for a channel: what is heard there, who sees answers, which event questions are about."""

from dataclasses import astuple, dataclass

from store.journal import Journal

OFF, MENTIONS, THREADS = "off", "mentions", "threads"
PUBLIC, PRIVATE = "public", "private"


@dataclass(frozen=True, slots=True)
class Policy:
    """A channel's rules; whatever is empty is as everywhere.

    ``hears`` is ``off`` (nothing), ``mentions`` (these alone) or ``threads`` (those that we answered in, too);
    ``answers`` is ``public`` or ``private`` (to the asker alone); ``event`` is what a question is limited to that
    names no event itself.
    """

    hears: str = ""
    answers: str = ""
    event: str = ""


NO_POLICY = Policy()
"""That of a channel for which nobody decided anything."""


def read(journal: Journal, channel: str) -> Policy:
    """A channel's rules, empty ones where nobody made any."""
    row = journal.db.execute("select hears, answers, event from policies where channel = ?", [channel]).fetchone()
    return Policy(*row) if row else Policy()


def keep(journal: Journal, channel: str, policy: Policy) -> None:
    """Make these the rules of a channel, in place of what was there; empty ones take them away."""
    with journal.writing(lasting=True) as db:
        db.execute("delete from policies where channel = ?", [channel])
        if policy != Policy():
            db.execute(
                "insert into policies (channel, hears, answers, event) values (?, ?, ?, ?)", [channel, *astuple(policy)]
            )
