import logging
import sqlite3
from pathlib import Path

import pytest
from slack_payloads import BOT_USER, ODD_DELIVERIES, SILENT, click, command, direct, mention
from slack_rig import ADMIN, TOKEN, rigged

from bot.ask import SORRY, Asked, ask
from intents import INTENTS
from intents.base import Answer, Citation, Line
from store.errors import BotError
from store.journal import Journal
from store.load import TooMuchGone

ASK, RELOAD = "/recap", "/recap-reload"


@pytest.fixture
async def bot(tmp_path):
    async with rigged(tmp_path) as rig:
        yield rig


async def test_a_mention_is_answered_in_its_thread(bot):
    assert await bot.send(mention(ts="170.1")) == 200
    await bot.settle()
    (post,) = bot.posts()
    assert (post["channel"], post["thread_ts"]) == ("C0ENG", "170.1")
    assert post["text"].startswith("what of Kuryr? | 0 earlier")
    assert "> It grew." in str(post["blocks"])
    assert (post["unfurl_links"], post["unfurl_media"], post["link_names"], post["parse"]) == (
        False,
        False,
        False,
        "none",
    )
    assert ("chat.postMessage", f"Bearer {TOKEN}") in bot.slack.tokens


async def test_a_thread_is_one_conversation_and_a_new_one_starts_afresh(bot):
    for payload in (
        mention("<@U0BOT> Kuryr", ts="170.1"),
        mention("<@U0BOT> and in 2017?", ts="170.2", thread_ts="170.1"),
        mention("<@U0BOT> Nova", ts="171.1"),
    ):
        await bot.send(payload)
        await bot.settle()
    assert [(post["thread_ts"], post["text"].splitlines()[0]) for post in bot.posts()] == [
        ("170.1", "Kuryr | 0 earlier"),
        ("170.1", "and in 2017? | 1 earlier"),
        ("171.1", "Nova | 0 earlier"),
    ]


async def test_a_direct_message_is_answered_in_its_own_thread(bot):
    await bot.send(direct("Kuryr", ts="180.1"))
    await bot.settle()
    await bot.send(direct("Nova", ts="180.2", thread_ts="180.1"))
    await bot.settle()
    await bot.send(direct("Heat", ts="180.3"))
    await bot.settle()
    assert [(post["thread_ts"], post["text"].splitlines()[0]) for post in bot.posts()] == [
        ("180.1", "Kuryr | 0 earlier"),
        ("180.1", "Nova | 1 earlier"),
        ("180.3", "Heat | 1 earlier"),
    ]


async def test_a_command_is_answered_to_the_one_who_gave_it_and_restates_the_question(bot):
    assert await bot.send(command(text="Kuryr &amp; Nova", url=bot.slack.response_url)) == 200
    await bot.settle()
    (response,) = bot.responses()
    assert response["response_type"] == "ephemeral"
    assert response["blocks"][0]["elements"][0]["text"] == "You asked: Kuryr &amp; Nova"
    assert bot.posts() == []


@pytest.mark.parametrize("text", ["", "help", " HELP "])
async def test_help_shows_what_can_be_asked(bot, text):
    await bot.send(command(text=text, url=bot.slack.response_url))
    await bot.send(mention(f"<@{BOT_USER}> {text}"))
    await bot.settle()
    assert bot.asked == []
    for shown in (*bot.responses(), *bot.posts()):
        assert INTENTS["find"].example in str(shown["blocks"])


@pytest.mark.parametrize("name", SILENT)
async def test_what_is_no_question_is_acknowledged_and_left_alone(bot, name):
    if name not in ("an event that is no object",):  # Bolt itself cannot read that one
        assert await bot.send(SILENT[name]) == 200
    await bot.settle()
    assert (bot.posts(), bot.asked) == ([], [])


@pytest.mark.parametrize("name", ODD_DELIVERIES)
async def test_what_nobody_listens_to_is_acknowledged(bot, name, caplog):
    assert await bot.send(ODD_DELIVERIES[name]) == 200
    await bot.settle()
    assert (bot.posts(), bot.responses(), caplog.text) == ([], [], "")


async def test_an_event_delivered_again_is_answered_once(bot):
    payload = mention(ts="170.1", event_id="Ev1")
    for body in (payload, payload, mention(ts="170.1", event_id="Ev2"), mention(ts="170.7", event_id="Ev1")):
        assert await bot.send(body) == 200
    await bot.settle()
    assert len(bot.posts()) == len(bot.asked) == 1


async def test_an_event_answered_before_a_restart_is_not_answered_again(tmp_path):
    payload = mention(event_id="Ev1")
    async with rigged(tmp_path) as before:
        await before.send(payload)
        await before.settle()
    async with rigged(tmp_path) as after:
        assert await after.send(payload) == 200
        await after.settle()
        assert after.posts() == []


async def test_an_event_claimed_by_a_process_that_died_is_answered_on_redelivery(tmp_path):
    died = Journal(tmp_path / "state.db")
    died.first_time(["Ev1", "C0ENG:170.1"], 999.0)
    died.close()
    async with rigged(tmp_path) as after:
        await after.send(mention(ts="170.1", event_id="Ev1"))
        await after.settle()
        assert len(after.posts()) == 1


async def test_twelve_questions_and_a_command_are_acknowledged_while_all_workers_are_busy(tmp_path):
    async with rigged(tmp_path, workers=2) as bot:
        bot.hold.clear()
        statuses = [await bot.send(mention(f"<@U0BOT> number {number}")) for number in range(12)]
        statuses.append(await bot.send(command(text="Kuryr", url=bot.slack.response_url)))
        statuses.append(await bot.send(click(bot.slack.response_url)))
        assert statuses == [200] * 14
        assert (bot.posts(), bot.responses(), bot.asked) == ([], [], [])
        bot.hold.set()
        await bot.slack.until(lambda: len(bot.posts()) == 12 and len(bot.responses()) == 1)
        assert sorted(bot.asked) == sorted(["Kuryr", *(f"number {number}" for number in range(12))])
        assert len({post["thread_ts"] for post in bot.posts()}) == 12


async def test_hostile_text_comes_back_harmless(bot):
    hostile = "&lt;!channel&gt; &lt;@U0ANN&gt; *x* <!here> &lt;https://e.x|y&gt;"
    await bot.send(mention(f"<@U0BOT> {hostile}"))
    await bot.send(command(text=hostile, url=bot.slack.response_url))
    await bot.settle()
    assert bot.asked[0].startswith("<!channel> <@U0ANN> *x* <https://e.x|y>")
    for sent in (*bot.posts(), *bot.responses()):
        assert "<" not in str(sent["blocks"]) + sent["text"]


async def test_a_question_of_60_kb_is_answered(bot):
    await bot.send(direct("x" * 60_000))
    await bot.settle()
    assert len(bot.asked[0]) == 10_001
    assert len(bot.posts()) == 1


async def test_a_rate_limit_is_waited_for_as_long_as_slack_says(bot):
    bot.slack.refuse("chat.postMessage", 429, {"ok": False, "error": "ratelimited"}, Retry_After="30")
    bot.slack.refuse("chat.postMessage", 429, {"ok": False, "error": "ratelimited"}, Retry_After="0")
    await bot.send(mention())
    await bot.settle()
    assert len(bot.posts()) == 3
    assert bot.slack.waits == [30.0, 0.0]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_server_error_is_tried_again(bot, status):
    bot.slack.refuse("chat.postMessage", status, "<html>sorry</html>")
    bot.slack.refuse("chat.postMessage", status, {"ok": False})
    await bot.send(mention())
    await bot.settle()
    assert len(bot.posts()) == 3
    assert bot.slack.waits == [0.5, 1.0]


async def test_the_response_to_a_command_is_tried_again_as_well(bot):
    bot.slack.refuse("response", 503, "sorry")
    bot.slack.refuse("response", 429, "rate_limited", Retry_After="7")
    await bot.send(command(text="Kuryr", url=bot.slack.response_url))
    await bot.settle()
    assert len(bot.responses()) == 3
    assert bot.slack.waits == [0.5, 7.0]


async def test_trying_again_comes_to_an_end(bot, caplog):
    for _ in range(4):
        bot.slack.refuse("chat.postMessage", 503, "sorry")
        bot.slack.refuse("response", 503, "sorry")
    await bot.send(mention())
    await bot.send(command(text="Kuryr", url=bot.slack.response_url))
    await bot.settle()
    assert (len(bot.posts()), len(bot.responses())) == (5, 4)
    assert caplog.text.count("could not be posted (HTTP 503)") == 2
    assert bot.posts()[-1]["channel"] == "D0ANN", "whoever asked is told"


async def test_a_wait_of_minutes_is_not_worth_it(bot, caplog):
    bot.slack.refuse("chat.postMessage", 429, {"ok": False, "error": "ratelimited"}, Retry_After="600")
    await bot.send(mention())
    await bot.settle()
    assert bot.slack.waits == []
    assert "could not be posted (ratelimited)" in caplog.text


async def test_a_line_that_breaks_while_posting_is_tried_again(bot):
    bot.slack.refuse("chat.postMessage", 0)
    await bot.send(mention())
    await bot.settle()
    assert len(bot.posts()) == 2
    assert bot.slack.waits == [0.5]
    assert len(bot.slack.sent("conversations.replies")) == 1, "first we look whether it arrived all the same"


@pytest.mark.parametrize("code", ["not_in_channel", "channel_not_found", "is_archived", "brand_new_error"])
async def test_a_refused_answer_ends_in_a_log_line_that_gives_nothing_away(bot, caplog, code):
    bot.slack.refuse("chat.postMessage", 200, {"ok": False, "error": code})
    await bot.send(mention("<@U0BOT> the secret merger"))
    await bot.settle()
    answer, notice = bot.posts()
    assert (answer["channel"], notice["channel"]) == ("C0ENG", "D0ANN")
    assert "where you asked me" in notice["text"]
    (record,) = caplog.records
    assert f"An answer could not be posted ({code}): " in record.getMessage()
    assert record.exc_info is None
    for hidden in ("merger", TOKEN, "U0ANN", "C0ENG"):
        assert hidden not in caplog.text


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_blocks_too_long"])
async def test_blocks_that_slack_refuses_are_left_away(bot, code):
    bot.slack.refuse("chat.postMessage", 200, {"ok": False, "error": code})
    bot.slack.refuse("response", 400, "invalid_blocks")
    await bot.send(mention())
    await bot.send(command(text="Kuryr", url=bot.slack.response_url))
    await bot.settle()
    for first, second in (bot.posts(), bot.responses()):
        assert second == {name: value for name, value in first.items() if name != "blocks"}


async def test_a_text_that_slack_finds_too_long_is_shortened(bot):
    long = Answer("find", "H", tuple(Line("word " * 400, Citation(f"{n}.md", "T")) for n in range(9)))
    async with rigged(bot.journal._path.parent / "other", reply=lambda text, earlier: long) as rig:
        for _ in range(2):
            rig.slack.refuse("chat.postMessage", 200, {"ok": False, "error": "msg_too_long"})
        await rig.send(mention())
        await rig.slack.until(lambda: len(rig.posts()) == 3)
        assert ["blocks" in post for post in rig.posts()] == [True, False, False]
        assert len(rig.posts()[1]["text"]) > 1_000 == len(rig.posts()[2]["text"])


async def test_a_bug_becomes_an_apology_and_a_log_without_the_question(tmp_path, caplog):
    def broken(text, earlier):
        raise ValueError(text)

    async with rigged(tmp_path, reply=broken) as bot:
        await bot.send(mention("<@U0BOT> the secret merger"))
        await bot.slack.until(bot.posts)
        assert bot.posts()[0]["text"] == SORRY
    assert "ValueError" in caplog.text
    assert "test_slack.py" in caplog.text, "the log says where"
    assert "merger" not in caplog.text


async def test_an_error_for_people_is_shown_to_them(tmp_path, caplog):
    def missing(text, earlier):
        raise BotError("There is no index at <x> yet.")

    async with rigged(tmp_path, reply=missing) as bot:
        await bot.send(command(text="Kuryr", url=bot.slack.response_url))
        await bot.slack.until(bot.responses)
        assert "There is no index at &lt;x&gt; yet." in bot.responses()[0]["text"]
    assert caplog.text == ""


@pytest.mark.parametrize("surface", ["mention", "command"])
async def test_an_error_outside_of_an_answer_is_apologised_for_too(tmp_path, caplog, surface):
    def broken(incoming):
        raise KeyError(incoming.text)

    async with rigged(tmp_path, answer=broken) as bot:
        await bot.send(
            mention("<@U0BOT> merger", ts="170.1")
            if surface == "mention"
            else command(text="merger", url=bot.slack.response_url)
        )
        await bot.slack.until(lambda: bot.posts() or bot.responses())
        (sent,) = [*bot.posts(), *bot.responses()]
        assert sent["text"] == SORRY
        assert sent.get("thread_ts", "170.1") == "170.1"
    assert "KeyError" in caplog.text
    assert "merger" not in caplog.text


async def test_a_state_file_that_cannot_be_written_does_not_cost_the_answer(tmp_path, caplog):
    def answer(incoming):
        bot.journal.db.execute("drop table questions")
        return ask(
            incoming.text,
            lambda text, earlier: Answer("find", "Here it is"),
            bot.journal,
            conversation="c",
            memory=1.0,
            surface="dm",
        )

    async with rigged(tmp_path, answer=answer) as bot:
        await bot.send(direct())
        await bot.slack.until(bot.posts)
        assert bot.posts()[0]["text"] == "Here it is"
    assert "is not recorded" in caplog.text


async def test_a_state_file_that_is_locked_costs_neither_the_answer_nor_the_memory_of_it(tmp_path, caplog, monkeypatch):
    monkeypatch.setattr("store.journal.PATIENCE", 0.01)
    async with rigged(tmp_path) as bot:
        other = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
        other.execute("begin immediate")
        for _ in range(2):
            await bot.send(mention(ts="170.1"))
            await bot.settle()
        other.close()
        (post,) = bot.posts()
        assert post["text"].startswith("what of Kuryr? | 0 earlier"), "an answer and no apology"
    assert "a restart may answer this again" in caplog.text
    assert "Kuryr" not in caplog.text


async def test_a_state_file_that_is_replaced_while_in_use_does_not_cost_the_answer(tmp_path, caplog):
    async with rigged(tmp_path) as bot:
        for file in tmp_path.glob("state.db*"):
            file.unlink()
        (tmp_path / "state.db").write_bytes(b"no database" * 1000)
        for _ in range(2):
            await bot.send(mention(ts="170.1"))
            await bot.settle()
        (post,) = bot.posts()
        assert post["text"].startswith("what of Kuryr? | 0 earlier")
    assert "stands alone" in caplog.text


async def test_a_state_file_that_is_locked_while_an_answer_is_posted_brings_no_apology_behind_it(tmp_path, monkeypatch):
    monkeypatch.setattr("store.journal.PATIENCE", 0.01)
    other = sqlite3.connect(tmp_path / "state.db", isolation_level=None, check_same_thread=False)

    def answer(incoming):
        other.execute("begin immediate")
        return Asked(Answer("find", "Here it is"))

    async with rigged(tmp_path, answer=answer) as bot:
        await bot.send(mention())
        await bot.settle()
        other.close()
        assert [post["text"] for post in bot.posts()] == ["Here it is"]


async def test_questions_of_one_conversation_are_answered_one_after_the_other(tmp_path):
    async with rigged(tmp_path, workers=4) as bot:
        bot.hold.clear()
        for n in range(4):
            await bot.send(mention(f"<@U0BOT> question {n}", ts=f"170.{n}", event_id=f"Ev{n}", thread_ts="169.1"))
        bot.hold.set()
        await bot.settle()
        assert bot.asked == [f"question {n}" for n in range(4)]
        answers = {post["text"].partition("\n")[0] for post in bot.posts()}
        assert answers == {f"question {n} | {n} earlier" for n in range(4)}


async def test_deliveries_known_by_heart_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.asking.REMEMBERED", 3)
    async with rigged(tmp_path) as bot:
        for n in range(4):
            await bot.send(mention(ts=f"170.{n}", event_id=f"Ev{n}"))
        await bot.settle()
        assert len(bot.desk.taken) == 3
        assert len(bot.desk.turns) == 0


async def test_only_admins_may_load(bot):
    await bot.send(command(RELOAD, url=bot.slack.response_url, user="U0ANN"))
    await bot.settle()
    (response,) = bot.responses()
    assert "RECAP_ADMINS" in response["text"]
    assert response["response_type"] == "ephemeral"
    assert bot.loads == []


@pytest.mark.parametrize(("text", "force"), [("", False), ("force", True)])
async def test_an_admin_loads_and_sees_the_report_in_place_of_the_first_word(bot, text, force):
    assert await bot.send(command(RELOAD, text, url=bot.slack.response_url, user=ADMIN)) == 200
    await bot.slack.until(lambda: len(bot.responses()) == 2)
    first, last = bot.responses()
    assert (first["text"], first["replace_original"]) == ("Reading the notes …", False)
    assert last["text"].startswith("The notes are loaded: 1 added, 0 changed, 0 removed, 0 unchanged, 0 rejected.")
    assert last["replace_original"] is True
    assert {first["response_type"], last["response_type"]} == {"ephemeral"}
    assert bot.loads == [force]


@pytest.mark.parametrize("error", [BotError("No such folder: set RECAP_NOTES."), TooMuchGone(6, 9, Path("n"))])
async def test_a_load_that_fails_says_why(tmp_path, error):
    def fail(force, progress):
        raise error

    async with rigged(tmp_path, reload=fail) as bot:
        await bot.send(command(RELOAD, url=bot.slack.response_url, user=ADMIN))
        await bot.slack.until(lambda: len(bot.responses()) == 2)
        text = bot.responses()[1]["text"]
        assert "nothing was changed" in text or text == str(error)
        assert ("/recap-reload force" in text) is isinstance(error, TooMuchGone)


async def test_no_log_of_any_level_holds_a_token_or_a_question(bot, caplog):
    caplog.set_level(logging.DEBUG)
    bot.slack.refuse("chat.postMessage", 503, "sorry")
    bot.slack.refuse("response", 503, "sorry")
    await bot.send(mention("<@U0BOT> merger"))
    await bot.send(command(ASK, "merger", url=bot.slack.response_url))
    await bot.settle()
    for hidden in (TOKEN, "merger", "/response/me?"):
        assert hidden not in caplog.text


def test_an_asked_question_knows_its_ticket(tmp_path):
    journal = Journal(tmp_path / "state.db")
    asked = ask("q", lambda text, earlier: Answer("find", "H"), journal, conversation="c", memory=9.0, surface="dm")
    rows = journal.db.execute("select ticket, surface, intent, refused from answers").fetchall()
    assert rows == [(asked.ticket, "dm", "find", 0)]
    assert isinstance(asked, Asked)
    journal.close()
