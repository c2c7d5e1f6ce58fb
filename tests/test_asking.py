"""Whole deliveries in, calls of Slack's Web API out: where one can ask, followed threads, commands, load."""

import pytest
from slack_payloads import BOT_USER, TEAM, command, direct, event, mention
from slack_rig import TOKEN, rigged

from bot import views
from bot.asking import BUSY
from intents import INTENTS, reply
from store.following import follow
from store.journal import DAY

GREETING = views.greeting("/recap")["text"]


@pytest.fixture
async def bot(tmp_path):
    async with rigged(tmp_path) as rig:
        yield rig


@pytest.fixture
async def reader(tmp_path, index_path, index):
    """A bot that answers from the notes of the tests."""
    async with rigged(tmp_path, reply=lambda text, earlier: reply(text, index, earlier)) as rig:
        yield rig


def remark(text, ts="170.5", **fields):
    return direct(text, ts=ts, **({"channel": "C0ENG", "channel_type": "channel", "thread_ts": "170.1"} | fields))


QUESTION = mention(f"<@{BOT_USER}> what was said about Kuryr in Tokyo?", ts="170.1")


def headings(posts):
    return [post["text"].splitlines()[0] for post in posts]


async def test_the_one_who_was_answered_goes_on_without_a_mention(reader):
    await reader.deliver(QUESTION, remark("and Magnum?"))
    first, second = reader.posts()
    assert first["thread_ts"] == second["thread_ts"] == "170.1"
    assert "Magnum" in second["text"]


async def test_it_speaks_only_where_it_has_an_answer(reader, caplog):
    await reader.deliver(QUESTION, remark("Who wants lunch?", "170.2"), remark("what about Trove?", "170.3"))
    await reader.deliver(remark("and Magnum?", "170.4"))
    assert len(reader.posts()) == 2
    assert reader.journal.earlier("C0ENG:170.1", 1000.0, DAY) == (
        "what was said about Kuryr in Tokyo?",
        "and Magnum?",
    ), "what stays without an answer is not remembered either"
    assert caplog.text == ""


async def test_other_people_are_not_answered_without_a_mention(reader):
    await reader.deliver(QUESTION, remark("and Magnum?", user="U0BEN"))
    assert len(reader.posts()) == 1


async def test_threads_without_an_answer_of_ours_are_none_of_our_business(reader):
    await reader.deliver(QUESTION, remark("what about Magnum?", thread_ts="171.1"))
    assert len(reader.posts()) == 1


async def test_a_day_after_the_last_answer_a_thread_is_over(reader):
    await reader.deliver(QUESTION)
    reader.now += DAY - 1
    await reader.deliver(remark("and Magnum?", "170.2"))
    reader.now += DAY - 1
    await reader.deliver(remark("and Kuryr?", "170.3"))
    assert len(reader.posts()) == 3
    reader.now += DAY + 1
    await reader.deliver(remark("and Magnum?", "170.4"))
    assert len(reader.posts()) == 3


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_a_mention_inside_a_followed_thread_gets_one_answer(reader, order):
    both = (
        mention(f"<@{BOT_USER}> and Magnum?", ts="170.6", thread_ts="170.1"),
        remark(f"<@{BOT_USER}> and Magnum?", "170.6"),
    )
    await reader.deliver(QUESTION, *(both[place] for place in order))
    assert len(reader.posts()) == 2


async def test_stop_ends_it_with_a_reaction(reader):
    await reader.deliver(QUESTION, remark("stop", "170.2"), remark("and Magnum?", "170.3"))
    assert len(reader.posts()) == 1
    (reaction,) = reader.slack.sent("reactions.add")
    assert (reaction["channel"], reaction["timestamp"], reaction["name"]) == ("C0ENG", "170.2", "ok_hand")


async def test_stop_ends_it_with_a_word_where_reactions_are_not_allowed(reader):
    reader.slack.refuse("reactions.add", 200, {"ok": False, "error": "missing_scope"})
    await reader.deliver(QUESTION, remark("stop", "170.2"), remark("stop", "170.2"), remark("and Magnum?", "170.3"))
    assert [(post["text"], post["thread_ts"]) for post in reader.posts()[1:]] == [("OK.", "170.1")]


async def test_stop_with_a_mention_ends_it_too_and_a_mention_is_still_answered(reader):
    await reader.deliver(QUESTION, mention(f"<@{BOT_USER}> stop", ts="170.2", thread_ts="170.1"))
    await reader.deliver(remark("and Magnum?", "170.3"))
    assert len(reader.posts()) == 1
    await reader.deliver(mention(f"<@{BOT_USER}> and Magnum?", ts="170.4", thread_ts="170.1"))
    assert len(reader.posts()) == 2


async def test_thanks_get_a_reaction_at_most(reader, caplog):
    await reader.deliver(QUESTION, remark("thanks!", "170.2"))
    reader.slack.refuse("reactions.add", 200, {"ok": False, "error": "missing_scope"})
    await reader.deliver(remark("thx", "170.3"))
    assert len(reader.posts()) == 1
    assert [call["name"] for call in reader.slack.sent("reactions.add")] == ["+1", "+1"]
    assert caplog.text == ""


async def test_following_can_be_switched_off(tmp_path, index):
    answer = {"reply": lambda text, earlier: reply(text, index, earlier)}
    async with rigged(tmp_path, settings={"follow_threads": False}, **answer) as bot:
        await bot.deliver(QUESTION, remark("and Magnum?"), remark("stop", "170.7"))
        assert len(bot.posts()) == 1
        assert bot.slack.sent("reactions.add") == []


async def test_a_bug_in_an_answer_that_nobody_asked_for_is_logged_and_no_more(tmp_path, caplog):
    def broken(incoming):
        raise KeyError(incoming.text) if incoming.surface == "thread" else ValueError

    async with rigged(tmp_path, answer=broken) as bot:
        await bot.deliver(QUESTION)
        follow(bot.journal, "C0ENG", "170.1", "U0ANN", bot.now)
        await bot.deliver(remark("what about Magnum?"))
        assert len(bot.posts()) == 1
    assert "KeyError" in caplog.text
    assert "Magnum" not in caplog.text


async def test_a_state_that_fails_costs_the_following_and_no_answer(reader, caplog):
    reader.journal.db.execute("drop table threads")
    await reader.deliver(QUESTION, remark("and Magnum?"))
    assert len(reader.posts()) == 1
    assert "threads are not followed" in caplog.text


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast"])
async def test_a_file_or_a_broadcast_carries_a_question(reader, subtype):
    await reader.deliver(direct("what about Magnum?", subtype=subtype), QUESTION)
    await reader.deliver(remark("and Magnum?", subtype=subtype))
    assert len(reader.posts()) == 3


@pytest.mark.parametrize("text", ["", "?", ":wave:", "🎉", "…", "help"])
async def test_an_empty_mention_gets_help(bot, text):
    await bot.deliver(mention(f"<@{BOT_USER}> {text}"), direct(text))
    assert bot.asked == []
    for post in bot.posts():
        assert INTENTS["find"].example in str(post["blocks"])


async def test_a_channel_is_greeted_once_when_we_are_invited(tmp_path):
    joined = event({"type": "member_joined_channel", "user": BOT_USER, "channel": "C0ENG", "channel_type": "C"})
    async with rigged(tmp_path) as bot:
        await bot.deliver(joined, event(joined["event"]), event(joined["event"] | {"user": "U0ANN", "channel": "C1"}))
        assert [(post["channel"], post["text"]) for post in bot.posts()] == [("C0ENG", GREETING)]
        assert "thread_ts" not in bot.posts()[0]
        assert len(GREETING.splitlines()) == 2
    async with rigged(tmp_path) as bot:
        await bot.deliver(joined)
        assert bot.posts() == []


async def test_a_direct_message_shows_that_it_is_worked_on(bot):
    await bot.deliver(direct(ts="180.1"))
    assert [name for name, _ in bot.slack.calls if name in ("assistant.threads.setStatus", "chat.postMessage")] == [
        "assistant.threads.setStatus",
        "chat.postMessage",
    ]
    (status,) = bot.slack.sent("assistant.threads.setStatus")
    assert (status["channel_id"], status["thread_ts"]) == ("D0ANN", "180.1")


async def test_a_status_that_is_refused_costs_nothing(bot, caplog):
    bot.slack.refuse("assistant.threads.setStatus", 200, {"ok": False, "error": "missing_scope"})
    await bot.deliver(direct())
    assert len(bot.posts()) == 1
    assert caplog.text == ""


async def test_a_follow_up_at_the_top_of_direct_messages_leans_for_ten_minutes(bot):
    await bot.deliver(direct("Kuryr", ts="180.1"))
    bot.now += 599
    await bot.deliver(direct("and in 2017?", ts="180.2"))
    await bot.deliver(direct("more", ts="180.3", thread_ts="180.2"))
    bot.now += 601
    await bot.deliver(direct("Nova", ts="180.4"))
    assert headings(bot.posts()) == [
        "Kuryr | 0 earlier",
        "and in 2017? | 1 earlier",
        "more | 2 earlier",
        "Nova | 0 earlier",
    ]


@pytest.mark.parametrize(
    ("name", "text", "answered"),
    [
        ("/recap", "what of Kuryr?", "what of Kuryr? | 0 earlier"),
        ("/recap", "timeline Kuryr", "Kuryr | 0 earlier | timeline"),
        ("/recap", "ask timeline of Kuryr", "timeline of Kuryr | 0 earlier | find"),
        ("/recap-summary", "Kuryr", f"Kuryr | 0 earlier{' | summary' if 'summary' in INTENTS else ''}"),
    ],
)
async def test_a_command_answers_privately_and_restates_what_was_typed(bot, name, text, answered):
    await bot.deliver(command(name, text, url=bot.slack.response_url))
    (response,) = bot.responses()
    assert response["response_type"] == "ephemeral"
    assert f"You asked: {text}" in str(response["blocks"][0])
    assert answered in response["text"]
    assert (bot.posts(), bot.whispers()) == ([], [])


async def test_the_commands_can_be_called_otherwise(tmp_path):
    async with rigged(tmp_path, settings={"command": "/notes"}) as bot:
        await bot.deliver(command("/recap", "Kuryr", url=bot.slack.response_url))
        assert bot.responses() == []
        await bot.deliver(command("/notes", "Kuryr", url=bot.slack.response_url))
        await bot.deliver(command("/notes", "help", url=bot.slack.response_url))
        assert len(bot.responses()) == 2
        assert "/notes" in str(bot.responses()[1]["blocks"])
        assert "/recap" not in str(bot.responses()[1]["blocks"])


async def test_an_expired_address_of_a_command_ends_in_one_private_answer(bot):
    for status, body in ((404, "expired_url"), (404, {"ok": False, "error": "expired_url"})):
        bot.slack.refuse("response", status, body)
        await bot.deliver(command(text="Kuryr", url=bot.slack.response_url))
    assert [whisper["user"] for whisper in bot.whispers()] == ["U0ANN", "U0ANN"]
    bot.slack.refuse("response", 404, "expired_url")
    bot.slack.refuse("chat.postEphemeral", 200, {"ok": False, "error": "not_in_channel"})
    await bot.deliver(command(text="Nova", url=bot.slack.response_url))
    (post,) = bot.posts()
    assert post["channel"] == "D0ANN"
    assert "Nova" in post["text"]


@pytest.mark.parametrize("code", ["not_in_channel", "channel_not_found", "is_archived", "restricted_action"])
async def test_an_answer_that_cannot_be_posted_ends_in_one_private_word(bot, code):
    bot.slack.refuse("chat.postMessage", 200, {"ok": False, "error": code})
    await bot.deliver(mention())
    _, notice = bot.posts()
    assert notice["channel"] == "D0ANN"
    assert "thread_ts" not in notice


async def test_where_even_that_fails_the_log_says_so(bot, caplog):
    for _ in range(2):
        bot.slack.refuse("chat.postMessage", 200, {"ok": False, "error": "account_inactive"})
    await bot.deliver(mention("<@U0BOT> merger"))
    assert caplog.text.count("account_inactive") == 2
    assert "merger" not in caplog.text


async def test_whoever_asks_too_fast_is_told_once_and_privately(tmp_path):
    async with rigged(tmp_path, settings={"rate_person": 3}) as bot:
        for n in range(6):
            await bot.deliver(mention(f"<@{BOT_USER}> number {n}", ts=f"170.{n}"))
        await bot.deliver(mention(user="U0BEN"))
        assert len(bot.posts()) == len(bot.asked) == 4
        (notice,) = bot.whispers()
        assert (notice["user"], notice["channel"]) == ("U0ANN", "C0ENG")
        assert "3 questions" in notice["text"]
        bot.now += 61
        await bot.deliver(mention(ts="171.1"))
        assert len(bot.posts()) == 5


async def test_a_channel_has_a_limit_of_its_own(tmp_path):
    async with rigged(tmp_path, settings={"rate_channel": 2}) as bot:
        for n in range(5):
            await bot.deliver(mention(f"<@{BOT_USER}> number {n}", ts=f"170.{n}", user=f"U0{n % 2}"))
        await bot.deliver(mention(channel="C0OPS", ts="170.9"), direct(user="U00"))
        assert len(bot.posts()) == 4
        assert sorted(whisper["user"] for whisper in bot.whispers()) == ["U00", "U01"]


async def test_no_limit_is_a_limit_of_zero(tmp_path):
    async with rigged(tmp_path, settings={"rate_person": 0, "rate_channel": 0}) as bot:
        for n in range(40):
            await bot.send(mention(ts=f"170.{n:03}"))
        await bot.settle()
        assert len(bot.posts()) == 40


async def test_deliveries_again_do_not_count(tmp_path):
    async with rigged(tmp_path, settings={"rate_person": 2}) as bot:
        for _ in range(4):
            await bot.deliver(mention(ts="170.1"))
        await bot.deliver(mention(ts="170.2"))
        assert (len(bot.posts()), bot.whispers()) == (2, [])


async def test_guests_and_strangers_are_refused_privately(bot):
    bot.slack.people = {"U0GUEST": {"is_restricted": True}, "U0OTHER": {"is_stranger": True, "team_id": "T0002"}}
    await bot.deliver(mention(user="U0GUEST", ts="170.1"), mention(user="U0OTHER", ts="170.2"))
    await bot.deliver(mention(user="U0FAR", ts="170.3", user_team="T0002", source_team="T0002"))
    await bot.deliver(direct(user="U0GUEST"), command(text="x", url=bot.slack.response_url, user="U0GUEST"))
    assert bot.asked == []
    assert [whisper["user"] for whisper in bot.whispers()] == ["U0GUEST", "U0OTHER", "U0FAR"]
    assert [post["channel"] for post in bot.posts()] == ["D0ANN"]
    assert len(bot.responses()) == 1
    assert "guests" in bot.responses()[0]["text"]


async def test_a_refused_person_is_not_followed_about(bot):
    bot.slack.people = {"U0GUEST": {"is_restricted": True}}
    await bot.deliver(mention(user="U0GUEST", ts="170.1"), remark("what about Magnum?", user="U0GUEST"))
    assert (bot.posts(), len(bot.whispers())) == ([], 1)


async def test_a_refusal_in_a_thread_is_shown_in_that_thread(bot):
    bot.slack.people = {"U0GUEST": {"is_ultra_restricted": True}}
    await bot.deliver(mention(user="U0GUEST", ts="170.1"), mention(user="U0GUEST", ts="170.2", thread_ts="169.1"))
    assert [whisper.get("thread_ts") for whisper in bot.whispers()] == [None, "169.1"]


async def test_what_changed_about_a_person_counts_at_once(bot):
    await bot.deliver(mention())
    bot.slack.people = {"U0ANN": {"is_restricted": True}}
    await bot.deliver(mention())
    assert len(bot.posts()) == 2, "what Slack said is believed for minutes"
    await bot.deliver(event({"type": "user_change", "user": {"id": "U0ANN", "team_id": TEAM}}), mention())
    assert (len(bot.posts()), len(bot.whispers())) == (2, 1)


async def test_beyond_what_can_be_answered_in_time_people_are_asked_to_come_back(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.asking.MOST_WAITING", 5)
    async with rigged(tmp_path) as bot:
        bot.hold.clear()
        for n in range(9):
            assert await bot.send(mention(f"<@{BOT_USER}> number {n}", ts=f"170.{n}")) == 200
        await bot.slack.until(bot.whispers)
        bot.hold.set()
        await bot.settle()
        assert len(bot.posts()) == 5
        assert [whisper["text"] for whisper in bot.whispers()] == [BUSY]


async def test_twelve_direct_messages_and_a_command_at_once_are_each_answered_once(tmp_path):
    async with rigged(tmp_path, workers=4) as bot:
        bot.hold.clear()
        for n in range(12):
            assert await bot.send(direct(f"number {n}", ts=f"180.{n:02}")) == 200
        assert await bot.send(command(text="Kuryr", url=bot.slack.response_url)) == 200
        bot.hold.set()
        await bot.settle()
        assert {post["thread_ts"] for post in bot.posts()} == {f"180.{n:02}" for n in range(12)}
        assert (len(bot.posts()), len(bot.responses())) == (12, 1)


async def test_nothing_that_is_refused_leaves_words_or_tokens_in_the_log(bot, caplog):
    bot.slack.people = {"U0GUEST": {"is_restricted": True}}
    bot.slack.refuse("users.info", 200, {"ok": False, "error": "missing_scope"})
    await bot.deliver(mention("<@U0BOT> merger"), mention("<@U0BOT> merger", user="U0GUEST"))
    assert "missing_scope" in caplog.text
    for hidden in ("merger", TOKEN):
        assert hidden not in caplog.text
