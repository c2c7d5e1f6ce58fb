"""What the state file holds of a person, and how it forgets them."""

import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlite_utils import Database

from store.journal import Journal


@dataclass(frozen=True, slots=True)
class Kept:
    """How many rows there are of a person.

    ``deeds`` are what they did as an admin, which stays; ``drafts`` are notes that they began to add.
    """

    answers: int
    ratings: int
    filed: int
    threads: int
    deeds: int
    drafts: int = 0


def kept(journal: Journal, user: str) -> Kept:
    """What is kept of somebody; ``answers`` are those that can be gone on from, each with its question."""
    tables = tuple((table, "user") for table in ("shown", "ratings", "gaps", "threads"))
    tables += (("audit", "admin"), ("drafts", "user"))
    counts = [
        journal.db.execute(f"select count(*) from {table} where {column} = ?", [user]).fetchone()[0]  # noqa: S608 - fixed text
        for table, column in tables
    ]
    if journal.unwritten:
        counts[0] += sum(shown.user == user for _, shown in journal.unwritten.shown.values())
        counts[-1] += sum(draft.user == user for _, draft in journal.unwritten.drafts.values())
    return Kept(*counts)


def forget(journal: Journal, user: str, direct: str = "") -> None:
    """Take out all that is kept of somebody but what they did as an admin.

    ``direct`` is the channel of direct messages with them, if it is known. Questions that others asked stay, without
    what this person had asked before them in the same thread.
    """
    if journal.unwritten:
        journal.unwritten.clear(user)  # whose words these are is not worth telling apart: they are gone soon anyway
    with journal.writing(lasting=True) as db:
        asked = db.execute("select channel, thread, text from shown where user = ?", [user]).fetchall()
        places = {f"{channel}:{thread}" for channel, thread, _ in asked}
        channels = {channel for channel, *_ in asked if channel.startswith("D")} | ({direct} - {""})
        _forget_questions(db, user, places, {text for *_, text in asked}, channels)
        for table in ("shown", "ratings", "gaps", "threads", "drafts"):
            db.execute(f"delete from {table} where user = ?", [user])  # noqa: S608 - names of ours


def _forget_questions(
    db: Database, user: str, places: Collection[str], texts: Collection[str], channels: Collection[str]
) -> None:
    """Conversations of their own go whole, from others go their questions, and so from what these lean on."""
    known = {name: json.dumps(sorted(values)) for name, values in (("places", places), ("texts", texts))}
    values = {"user": f":{user}", **known, "channels": json.dumps(sorted(channels))}
    db.execute(
        "delete from questions where substr(conversation, -length(:user)) = :user "
        "or substr(conversation, 1, instr(conversation, ':') - 1) in (select value from json_each(:channels)) "
        "or (conversation in (select value from json_each(:places)) and text in (select value from json_each(:texts)))",
        values,
    )
    leaning = db.execute(
        "select ticket, earlier from shown where channel || ':' || thread in (select value from json_each(:places))",
        values,
    )
    for ticket, earlier in leaning.fetchall():
        others = [text for text in json.loads(earlier) if text not in texts]
        db.execute("update shown set earlier = ? where ticket = ?", [json.dumps(others, ensure_ascii=False), ticket])
