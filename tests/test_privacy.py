"""People see what is kept of them and can have it deleted; where no question may be written, none is."""

import json
from contextlib import closing

import pytest
from pressing import library, patient, pressed
from slack_payloads import command, mention
from slack_rig import ADMIN, rigged

from bot import names
from bot.playground.workspace import ENGINEERING, MEMBER
from store import audit, following, gaps, privacy, ratings, shown
from store.errors import BotError
from store.journal import DAY, Journal
from store.privacy import Kept
from store.shown import Shown

__all__ = ["library", "patient"]
BEN = "U0BEN"
SECRET = "the merger with Okapi"


@pytest.fixture
def journal(tmp_path):
    made = Journal(tmp_path / "state.db")
    yield made
    made.close()


def asked(journal, user, text, *, thread="17.1", channel="C0ENG", earlier=()):
    ticket = journal.record(surface="mention", intent="find", milliseconds=1, refused=False, now=1000.0)
    shown.keep(journal, ticket, Shown(text, "mention", channel, user, thread, tuple(earlier)), 1000.0, 30)
    journal.remember(f"{channel}:{thread}", text, 1000.0)
    return ticket


def everything(path):
    """All that can be read of a state file, with what its log holds."""
    return b"".join(part.read_bytes() for part in sorted(path.parent.glob(path.name + "*"))).decode("latin-1")


def test_what_is_kept_of_a_person_is_counted(journal):
    ticket = asked(journal, "U0ANN", "kuryr")
    ratings.rate(journal, ticket, "U0ANN", False, 1000.0)
    gaps.file(journal, ticket, "U0ANN", "kuryr", 1000.0)
    following.follow(journal, "C0ENG", "17.1", "U0ANN", 1000.0)
    audit.note(journal, "U0ANN", "reload", "", 1000.0)
    assert privacy.kept(journal, "U0ANN") == Kept(1, 1, 1, 1, 1)
    assert privacy.kept(journal, "U0BEN") == Kept(0, 0, 0, 0, 0)


def test_forgetting_somebody_leaves_what_others_asked_without_their_words(journal):
    ticket = asked(journal, "U0ANN", SECRET)
    other = asked(journal, "U0BEN", "and nova?", earlier=[SECRET])
    asked(journal, "U0ANN", SECRET, channel="D0ANN", thread="18.1")
    journal.remember("C0ENG:U0ANN", SECRET, 1000.0)
    journal.remember("D0DIRECT:19.1", SECRET, 1000.0)
    ratings.rate(journal, ticket, "U0ANN", False, 1000.0)
    ratings.explain(journal, ticket, "U0ANN", "other", SECRET, 1000.0)
    gaps.file(journal, ticket, "U0ANN", SECRET, 1000.0)
    audit.note(journal, "U0ANN", "reload", "", 1000.0)
    privacy.forget(journal, "U0ANN", "D0DIRECT")
    assert privacy.kept(journal, "U0ANN") == Kept(0, 0, 0, 0, 1)
    left = {table: journal.db.execute(f"select * from {table}").fetchall() for table in journal.db.table_names()}
    assert SECRET not in json.dumps(left)
    assert shown.read(journal, other, 1000.0, 30).text == "and nova?"
    assert journal.earlier("C0ENG:17.1", 1000.0, 60.0) == ("and nova?",)


def test_an_id_that_ends_like_another_is_another_person(journal):
    journal.remember("C0ENG:U0ANN", "kuryr", 1000.0)
    journal.remember("C0ENG:XU0ANN", "nova", 1000.0)
    privacy.forget(journal, "U0ANN")
    assert journal.earlier("C0ENG:XU0ANN", 1000.0, 60.0) == ("nova",)
    assert journal.earlier("C0ENG:U0ANN", 1000.0, 60.0) == ()


async def test_anybody_sees_what_is_kept_of_them_and_forgets_it_by_a_press(tmp_path, library):
    async with pressed(tmp_path, library) as bot:
        for user in (MEMBER, BEN):
            await bot.do(bot.slack.command, user, ENGINEERING, "/recap kuryr")
        await bot.do(bot.slack.command, MEMBER, ENGINEERING, "/recap privacy")
        assert "1 question of yours" in bot.seen(MEMBER, ENGINEERING)[-1].text
        await bot.do(bot.slack.command, MEMBER, ENGINEERING, "/recap forget-me")
        sure = bot.seen(MEMBER, ENGINEERING)[-1]
        assert privacy.kept(bot.journal, MEMBER).answers == 1
        await bot.do(bot.slack.press, MEMBER, sure, names.FORGET)
        assert bot.seen(MEMBER, ENGINEERING)[-1].text.startswith("I have forgotten you")
        assert privacy.kept(bot.journal, MEMBER).answers == 0
        assert privacy.kept(bot.journal, BEN).answers == 1


async def test_a_question_about_privacy_is_a_question(tmp_path):
    async with rigged(tmp_path) as bot:
        await bot.deliver(command("/recap", "privacy of tenants", url=bot.slack.response_url))
        assert bot.asked == ["privacy of tenants"]


async def test_where_nothing_may_be_kept_no_word_reaches_the_file_and_conversations_go_on(tmp_path):
    async with rigged(tmp_path, keep_days=0) as bot:
        await bot.deliver(mention(f"<@U0BOT> {SECRET}", ts="17.1"))
        await bot.deliver(mention("<@U0BOT> and then?", ts="17.2", thread_ts="17.1"))
        await bot.deliver(command("/recap", SECRET, url=bot.slack.response_url, user=ADMIN))
        assert "1 earlier" in bot.posts()[-1]["text"]
        ticket, *_ = bot.journal.unwritten.shown
        assert shown.read(bot.journal, ticket, 1000.0, 0).text == SECRET
        assert shown.read(bot.journal, ticket, 1001.0 + DAY, 0) is None
        ratings.rate(bot.journal, ticket, "U0ANN", False, 1000.0)
        ratings.explain(bot.journal, ticket, "U0ANN", "other", SECRET, 1000.0)
        with pytest.raises(BotError, match="RECAP_KEEP_DAYS=0"):
            gaps.file(bot.journal, ticket, "U0ANN", SECRET, 1000.0)
        privacy.forget(bot.journal, "U0ANN")
        assert shown.read(bot.journal, ticket, 1000.0, 0) is None
        assert "mention" in everything(tmp_path / "state.db")
        assert SECRET not in everything(tmp_path / "state.db")


def test_the_memory_of_a_process_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr("store.unwritten.MOST", 3)
    with closing(Journal(tmp_path / "state.db", 0)) as journal:
        for number in range(9):
            journal.remember(f"c{number}", "q", 1.0)
            shown.keep(journal, f"t{number}", Shown("q"), 1.0, 0)
        assert list(journal.unwritten.shown) == ["t6", "t7", "t8"]
        assert list(journal.unwritten.questions) == ["c6", "c7", "c8"]


@pytest.mark.parametrize(("days", "left"), [(30, 1), (2, 0), (0, 0)])
def test_at_the_start_goes_what_may_not_be_kept_any_longer(tmp_path, days, left):
    with closing(Journal(tmp_path / "state.db")) as before:
        ticket = asked(before, "U0ANN", SECRET)
        gaps.file(before, ticket, "U0ANN", SECRET, 1000.0)
    with closing(Journal(tmp_path / "state.db", days)) as journal:
        journal.purge(1000.0 + 3 * DAY)
        assert journal.db.execute("select count(*) from shown").fetchone()[0] == left
        assert journal.db.execute("select count(*) from questions").fetchone()[0] == left
        assert len(gaps.unanswered(journal)) == (days > 0)
