"""A clock that jumps: nothing that people gave is lost, nothing that should go stays, and answers go on."""

import random
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.ask import ask
from intents.base import Answer
from reliability.amounts import amount
from store import drafts, following, gaps, ratings, shown, stats
from store.drafts import Draft
from store.journal import DAY, MONTH, Journal

Tally = Callable[..., None]
START = 1_800_000_000.0
YEARS = 3_650 * DAY
JUMPS = (0.0, 0.0, -3_600.0, -DAY, DAY, 40 * DAY, YEARS, -YEARS)


def answered(journal: Journal, user: str, now: float) -> str:
    """Ask something and follow up on it; gives the ticket."""
    asked = ask(
        f"what was said about Kuryr by {user}",
        lambda text, earlier: Answer("find", f"{len(earlier)}"),
        journal,
        conversation="C:1.1",
        memory=600.0,
        surface="mention",
        clock=lambda: now,
        channel="C",
        user=user,
        thread="1.1",
    )
    assert asked.ticket, "whatever the clock says, there is an answer, and it can be gone on from"
    assert shown.read(journal, asked.ticket, now, 30.0)
    following.follow(journal, "C", "1.1", user, now)
    assert following.is_followed(journal, "C", "1.1", user, now)
    assert stats.stats(journal, now).questions
    return asked.ticket


def test_a_jumping_clock_loses_no_feedback_and_keeps_no_text_too_long(tmp_path: Path, tally: Tally) -> None:
    times = amount(10, 300)
    for seed in range(times):
        chance, real, given = random.Random(seed), START, list[tuple[str, str]]()
        with closing(Journal(tmp_path / f"{seed}.db")) as journal:
            for number in range(12):
                real += chance.choice((1.0, 60.0, 3_600.0, DAY))
                now, user = real + chance.choice(JUMPS), f"U{number}"
                ticket = answered(journal, user, now)
                assert journal.first_time([f"Ev{number}"], now)
                assert not journal.first_time([f"Ev{number}"], now)
                assert ratings.rate(journal, ticket, user, False, now)
                assert ratings.explain(journal, ticket, user, "old", "a remark", now)
                assert gaps.file(journal, ticket, user, "Kuryr", now)
                drafts.keep(journal, ticket, Draft(user, "manila.md", b"Manila"), now)
                given.append((ticket, user))
            rows = journal.db.execute("select ticket, user, reason, remark from ratings").fetchall()
            assert sorted(rows) == sorted((*one, "old", "a remark") for one in given)
            assert len(gaps.unanswered(journal)) == len(given)
            journal.purge(real)  # the clock is right again, and Recap starts
            later = real + DAY + 3_600.0
            assert journal.earlier("C:1.1", later, 600.0) == (), "no conversation lasts for ever"
            assert not any(following.is_followed(journal, "C", "1.1", user, later + 3 * DAY) for _, user in given)
            answered(journal, "ULATE", real + MONTH + 2 * DAY)
            drafts.keep(journal, "late", Draft("ULATE", "late.md", b"Late"), real + MONTH + 2 * DAY)
            for table in ("questions", "shown", "drafts"):
                assert journal.db.execute(f"select count(*) from {table}").fetchone() == (1,), table
    tally("clocks that jump a dozen times, by an hour to ten years", times)


@pytest.mark.parametrize("jump", [-DAY, -3_600.0, 300.0])
def test_a_conversation_goes_on_over_a_small_jump(tmp_path: Path, jump: float) -> None:
    with closing(Journal(tmp_path / "state.db")) as journal:
        journal.remember("C:1.1", "Kuryr", START)
        assert journal.earlier("C:1.1", START + jump, 600.0) == ("Kuryr",)


@pytest.mark.parametrize("jump", [0.0, -3_600.0, -YEARS, YEARS])
def test_where_no_text_may_be_kept_none_is_whatever_the_clock_says(tmp_path: Path, jump: float) -> None:
    with closing(Journal(tmp_path / "state.db")) as journal:
        ticket = answered(journal, "U1", START)
        drafts.keep(journal, "draft", Draft("U1", "manila.md", b"Manila"), START)
        assert ratings.rate(journal, ticket, "U1", True, START)
    with closing(Journal(tmp_path / "state.db", keep_days=0)) as journal:
        journal.purge(START + jump)
        for table in ("questions", "shown", "drafts"):
            assert journal.db.execute(f"select count(*) from {table}").fetchone() == (0,), table
        assert journal.db.execute("select helpful from ratings").fetchall() == [(1,)]
