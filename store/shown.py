"""How an answer that is on somebody's screen came about, so that a press can ask for it again, changed."""

import json
from dataclasses import dataclass

from store.journal import DAY, MONTH, Journal, forget_old
from store.text import clean

LONGEST = 10_000
"""Characters of a question that are kept; longer ones are refused anyway."""
MOST_EARLIER, MOST_CHOICES = 20, 20


@dataclass(frozen=True, slots=True)
class Shown:
    """What was asked, where, by whom, and how it is shown now.

    ``earlier`` are the questions before it in its conversation, oldest first. ``intent`` is the one that was
    called by name, if one was. ``choices`` are the questions that the answer offered. ``page`` counts from 0,
    ``drop`` names the filters left out, ``size`` is S, M, L or nothing.
    """

    text: str
    surface: str = ""
    channel: str = ""
    user: str = ""
    thread: str = ""
    earlier: tuple[str, ...] = ()
    intent: str = ""
    choices: tuple[str, ...] = ()
    page: int = 0
    exact: bool = False
    drop: tuple[str, ...] = ()
    size: str = ""


def keep(journal: Journal, ticket: str, shown: Shown, now: float, days: float) -> None:
    """Keep how to ask for an answer again, in place of what was kept under the ticket before.

    It stays for ``days`` days (a month at most) from the first time; what is older than that goes. Where no text
    may be written, it is known for a day by this process alone.
    """
    tweak = {"page": shown.page, "exact": shown.exact, "drop": sorted(shown.drop), "size": shown.size}
    row = [ticket, now, shown.surface, shown.channel, shown.user, shown.thread, clean(shown.text)[:LONGEST]]
    row += [_listed(shown.earlier[-MOST_EARLIER:]), shown.intent, json.dumps(tweak)]
    row += [_listed(shown.choices[:MOST_CHOICES])]
    if journal.unwritten:
        journal.unwritten.show(ticket, shown, now)
        return
    with journal.writing() as db:
        forget_old(db, "shown", now - _lifetime(days), now)
        db.execute(
            "insert into shown (ticket, at, surface, channel, user, thread, text, earlier, intent, tweak, choices) "
            "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (ticket) do update set text = excluded.text, "
            "earlier = excluded.earlier, intent = excluded.intent, tweak = excluded.tweak, choices = excluded.choices",
            row,
        )


def read(journal: Journal, ticket: str, now: float, days: float) -> Shown | None:
    """How to ask for an answer again; None for a ticket that nobody was given, or that is too old."""
    if journal.unwritten:
        at, held = journal.unwritten.shown.get(ticket, (now, None))
        return held if now - at <= DAY else None
    row = journal.db.execute(
        "select text, surface, channel, user, thread, earlier, intent, choices, tweak from shown "
        "where ticket = ? and at >= ?",
        [ticket, now - _lifetime(days)],
    ).fetchone()
    if row is None:
        return None
    text, surface, channel, user, thread, earlier, intent, choices, tweak = row
    changed = json.loads(tweak)
    return Shown(
        text,
        surface,
        channel,
        user,
        thread,
        tuple(json.loads(earlier)),
        intent,
        tuple(json.loads(choices)),
        changed["page"],
        changed["exact"],
        tuple(changed["drop"]),
        changed["size"],
    )


def forget(journal: Journal, ticket: str) -> None:
    """Forget an answer that was never shown after all."""
    if journal.unwritten:
        journal.unwritten.shown.pop(ticket, None)
    with journal.writing() as db:
        db.execute("delete from shown where ticket = ?", [ticket])


def _lifetime(days: float) -> float:
    return min(days * DAY, MONTH)


def _listed(texts: tuple[str, ...]) -> str:
    return json.dumps([clean(text)[:LONGEST] for text in texts], ensure_ascii=False)
