"""What ``/recap admin`` tells admins, what it sets for a channel, and that questions keep to it."""

import pytest
from pressing import library, patient, pressed
from slack_payloads import command, mention
from slack_rig import ADMIN, rigged

from bot import names
from bot.playground.workspace import ADMIN as ADA
from bot.playground.workspace import ENGINEERING, MEMBER
from bot.settling import settle_answered
from store import audit, gaps, policies, ratings, shown, stats
from store.index import open_index
from store.journal import DAY, Journal
from store.load import Changes, reload
from store.policies import Policy
from store.shown import Shown

__all__ = ["library", "patient"]


@pytest.fixture
def journal(tmp_path):
    made = Journal(tmp_path / "state.db")
    yield made
    made.close()


@pytest.fixture
async def bot(tmp_path):
    async with rigged(tmp_path) as made:
        yield made


async def say(bot, text, user=ADMIN):
    await bot.deliver(command("/recap", text, url=bot.slack.response_url, user=user))
    return bot.responses()[-1]["text"]


def asked(journal, text, user="U0ANN", at=1000.0, *, refused=True, thumb=None, milliseconds=10):
    ticket = journal.record(surface="dm", intent="find", milliseconds=milliseconds, refused=refused, now=at)
    shown.keep(journal, ticket, Shown(text, "dm", "D1", user), at, 30)
    if thumb is not None:
        ratings.rate(journal, ticket, user, thumb, at)
    return ticket


def test_unanswered_filed_and_thumbed_down_questions_that_ask_the_same_are_one_group(journal):
    asked(journal, "what was said about Kuryr?")
    asked(journal, "kuryr", "U0BEN")
    filed = asked(journal, "Kuryr!", "U0CAT")
    gaps.file(journal, filed, "U0CAT", "Kuryr!", 1000.0)
    asked(journal, "anything about the kuryr", "U0DAN", refused=False, thumb=False)
    asked(journal, "when did Zun graduate?", refused=False, thumb=False)
    asked(journal, "what of Nova", refused=False, thumb=True)
    asked(journal, "what of Swift", refused=False)
    first, second = gaps.open_groups(journal)
    assert (len(first.questions), first.people) == (4, 4)
    assert "zun" in second.text.lower()


def test_a_group_that_is_settled_stays_so_until_somebody_asks_again(journal):
    asked(journal, "kuryr")
    asked(journal, "kuryr", "U0BEN", refused=False, thumb=False)
    (group,) = gaps.open_groups(journal)
    gaps.settle(journal, group.questions, 2000.0)
    assert gaps.open_groups(journal) == ()
    assert gaps.unanswered(journal) == ()
    asked(journal, "kuryr", at=3000.0)
    assert len(gaps.open_groups(journal)) == 1


async def test_admins_see_the_open_questions_and_mark_them_as_done(tmp_path, library):
    async with pressed(tmp_path, library) as bot:
        for user in (MEMBER, ADA):
            asked(bot.journal, "what was said about <!channel> zebras?", user, at=bot.desk.clock())
        asked(bot.journal, "okapi", at=bot.desk.clock())
        await bot.do(bot.slack.command, ADA, ENGINEERING, "/recap admin gaps")
        told = bot.seen(ADA, ENGINEERING)[-1]
        assert told.text.startswith("2 open questions, the most asked first.\n2 × what was said about &lt;!channel&gt;")
        assert "<!channel>" not in str(told.blocks)
        await bot.do(bot.slack.press, ADA, told, names.DONE)
        assert bot.seen(ADA, ENGINEERING)[-1].text == "1 open question, the most asked first.\n1 × okapi"
        assert [deed.action for deed in audit.latest(bot.journal)] == ["mark questions as done"]


async def test_a_load_settles_what_it_answers_and_nothing_else(tmp_path):
    notes, path = tmp_path / "notes", tmp_path / "r.db"
    notes.mkdir()
    (notes / "nova.md").write_text("# Nova\n\nNova has cells since Ocata.\n")
    reload(notes, path)
    index = open_index(path)
    async with pressed(tmp_path, index) as bot:
        asked(bot.journal, "okapi")
        asked(bot.journal, "zebras")
        asked(bot.journal, "nova", refused=False, thumb=False)
        (notes / "okapi.md").write_text("# Animals\n\nAn okapi lives in the data centre of Antwerp.\n")
        report = reload(notes, path)
        assert settle_answered(bot.desk, report) == 1
        assert sorted(group.text for group in gaps.open_groups(bot.journal)) == ["nova", "zebras"]
        assert settle_answered(bot.desk, Changes()) == 0
    index.close()


def test_figures_count_days_shares_times_and_topics(journal):
    now = 100 * DAY + 50
    asked(journal, "older", at=now - 20 * DAY)
    asked(journal, "old", at=now - 2 * DAY)
    for number in range(20):
        asked(journal, "what of Kuryr" if number % 2 else "nova cells", at=now, refused=number < 5, milliseconds=number)
    told = stats.stats(journal, now, days=3)
    assert told.days == (("1970-04-09", 1), ("1970-04-10", 0), ("1970-04-11", 20))
    assert (told.questions, told.answered, told.median, told.late) == (21, 15, 10, 18)
    assert ("kuryr", 10) in told.topics
    assert "what" not in dict(told.topics)


async def test_admins_see_figures_as_a_chart_and_as_text(tmp_path, library):
    async with pressed(tmp_path, library) as bot:
        asked(bot.journal, "kuryr", at=bot.desk.clock(), refused=False)
        await bot.do(bot.slack.command, ADA, ENGINEERING, "/recap admin stats")
        told = bot.seen(ADA, ENGINEERING)[-1]
        assert "1 question, 100 % of them answered" in told.text
        assert "kuryr (1)" in told.text
        assert told.blocks[0]["type"] == "data_visualization"


async def test_where_no_question_is_written_down_no_empty_list_is_taken_for_good_news(tmp_path):
    async with rigged(tmp_path, keep_days=0, settings={"keep_days": 0}) as bot:
        assert "RECAP_KEEP_DAYS=0" in await say(bot, "admin gaps")


async def test_figures_of_nothing_are_told_without_a_fault(bot):
    assert await say(bot, "admin stats") == "Nobody asked anything in the last 14 days."


async def test_an_admins_slip_is_answered_with_the_words_there_are_and_is_no_question(bot):
    assert "/recap admin aliases" in await say(bot, "admin alias")
    assert gaps.open_groups(bot.journal) == ()


@pytest.mark.parametrize("text", ["admin", "admin help", "ADMIN gaps", "admin stats", "admin channel off", "admin log"])
async def test_the_subcommand_is_for_admins_alone(bot, text):
    assert "RECAP_ADMINS" in await say(bot, text, user="U0ANN")
    assert policies.read(bot.journal, "C0ENG") == Policy()


async def test_a_question_that_begins_with_the_word_is_a_question(bot):
    await say(bot, "admin tools of horizon", user="U0ANN")
    assert bot.asked == ["admin tools of horizon"]


async def test_help_names_every_subcommand_and_the_log_tells_who_did_what(bot):
    told = await say(bot, "admin")
    assert all(f"/recap admin {name}" in told for name in ("gaps", "stats", "channel", "log", "help"))
    assert await say(bot, "admin log") == "No admin did anything yet."
    await say(bot, "admin channel off")
    assert f"<@{ADMIN}> channel policy: C0ENG off" in await say(bot, "admin log")


async def test_a_channels_rules_are_shown_changed_and_reset(bot):
    usual = "Here I answer mentions, and go on in the threads where I answered."
    assert (await say(bot, "admin channel")).startswith(usual)
    assert "mentions alone" in await say(bot, "admin channel mentions")
    assert "Only the asker sees answers." in await say(bot, "admin channel private")
    assert policies.read(bot.journal, "C0ENG") == Policy("mentions", "private")
    assert "Behind “channel” write" in await say(bot, "admin channel sideways")
    assert (await say(bot, "admin channel reset")).startswith(usual)
    assert policies.read(bot.journal, "C0ENG") == Policy()


async def test_a_channel_that_is_off_gets_no_answer_and_says_so_once_to_the_asker_alone(bot):
    policies.keep(bot.journal, "C0ENG", Policy("off"))
    await bot.deliver(mention(), mention())
    assert bot.asked == bot.posts() == []
    (whisper,) = bot.whispers()
    assert "switched off in this channel" in whisper["text"]
    assert "| 0 earlier" in await say(bot, "kuryr")


async def test_a_channel_of_mentions_alone_is_not_listened_to(bot):
    reply = mention("what of Nova?", type="message", channel_type="channel", thread_ts="17.1", ts="17.2")
    opening = mention(ts="17.1")
    await bot.deliver(opening)
    await bot.deliver({**reply, "event_id": "Ev1"})
    heard = len(bot.asked)
    policies.keep(bot.journal, "C0ENG", Policy("mentions"))
    reply["event"] |= {"ts": "17.3"}
    await bot.deliver({**reply, "event_id": "Ev2"})
    assert (heard, len(bot.asked)) == (2, 2)


async def test_private_answers_go_to_the_asker_alone(bot):
    policies.keep(bot.journal, "C0ENG", Policy(answers="private"))
    await bot.deliver(mention())
    assert bot.posts() == []
    (whisper,) = bot.whispers()
    assert (whisper["user"], whisper["channel"]) == ("U0ANN", "C0ENG")
    assert names.SHARE in str(whisper["blocks"])


async def test_a_channels_event_limits_questions_that_name_none(tmp_path, library):
    async with pressed(tmp_path, library) as bot:
        await bot.do(bot.slack.command, ADA, ENGINEERING, "/recap admin channel event boston 2013")
        assert "OpenStack Summit Boston 2013" in bot.seen(ADA, ENGINEERING)[-1].text
        await bot.do(bot.slack.command, ADA, ENGINEERING, "/recap admin channel event nowhere at all")
        assert "No note is about such an event" in bot.seen(ADA, ENGINEERING)[-1].text
        await bot.do(bot.slack.command, MEMBER, ENGINEERING, "/recap kuryr")
        limited = bot.seen(MEMBER, ENGINEERING)[-1]
        assert "Boston 2013" in limited.text
        assert "Austin" not in limited.text
        await bot.do(bot.slack.command, MEMBER, ENGINEERING, "/recap kuryr in austin")
        assert "Austin" in bot.seen(MEMBER, ENGINEERING)[-1].text
