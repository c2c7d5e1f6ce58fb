"""Nothing twice and nothing lost, whatever Slack delivers again, refuses or breaks off."""

from contextlib import contextmanager

import pytest
from slack_payloads import ODD_DELIVERIES

from bot.playground.payloads import event_body
from bot.playground.workspace import BOT_USER, ENGINEERING, GENERAL, OTHER_BOT, RANDOM
from e2e.served import ADA, ANN, BEN, buttons, refused, shown

KURYR = "what was said about Kuryr?"
NAMED = f"<@{BOT_USER}> {KURYR}"
POST = "chat.postMessage"


@contextmanager
def held(bot):
    """What happens meanwhile reaches the bot only afterwards."""
    bot.slack.outbox.holding = True
    try:
        yield
    finally:
        bot.slack.outbox.release()


@pytest.mark.parametrize("same_envelope", [False, True])
def test_what_is_delivered_twice_is_answered_once(bot, same_envelope):
    before = len(bot.slack.deliveries)
    bot.slack.outbox.twice(2, same_envelope=same_envelope)
    assert "Mestery" in bot.say(ANN, ENGINEERING, NAMED).text
    events = {one.payload["event"]["type"] for one in bot.slack.deliveries[before:]}
    assert events == {"message", "app_mention"}, "Slack sends both for a mention"
    bot.slack.outbox.twice(same_envelope=same_envelope)
    bot.say(ANN, bot.slack.direct(ANN), KURYR)
    bot.settle()


def test_edits_deletions_unfurls_joins_and_bots_are_no_questions(bot):
    direct = bot.slack.direct(ANN)
    asked = bot.slack.post(ANN, direct, f"{KURYR} <https://example.org/page>")
    bot.one(direct)
    bot.slack.unfurl(asked, "A page")
    bot.slack.edit(ANN, asked, "what was said about Magnum?")
    bot.slack.delete(ANN, asked)
    said = bot.slack.post(BEN, ENGINEERING, "hello")
    bot.slack.edit(BEN, said, NAMED)
    bot.slack.invite(ANN, GENERAL, "U0BEN")
    bot.slack.post(OTHER_BOT, GENERAL, NAMED)
    bot.slack.post(OTHER_BOT, GENERAL, NAMED, subtype="bot_message")
    bot.settle()


def test_a_reply_told_to_the_channel_and_a_file_with_words_are_questions(bot):
    root = bot.slack.post(BEN, ENGINEERING, "hello")
    answer = bot.say(ANN, ENGINEERING, NAMED, root.ts, broadcast=True)
    assert answer.thread_ts == root.ts
    assert not answer.subtype
    bot.say(ANN, ENGINEERING, "and in Tokyo?", root.ts, broadcast=True)
    uploaded = bot.slack.upload(ANN, ENGINEERING, "plan.txt", b"a plan", NAMED)
    assert bot.one(ENGINEERING).thread_ts == uploaded.ts
    direct = bot.slack.direct(ANN)
    bot.slack.upload(ANN, direct, "plan.txt", b"a plan", KURYR)
    answer, notice = bot.wait(lambda: len(found := bot.news(direct)) > 1 and found)
    assert "Mestery" in answer.text
    assert "do not read files that you share" in notice.text
    bot.known += [answer, notice]


def test_what_it_does_not_know_is_acknowledged_and_ignored(bot):
    for payload in ODD_DELIVERIES.values():
        kind = {"event_callback": "events_api"}.get(payload.get("type", ""), "interactive")
        bot.slack.outbox.send("slash_commands" if "command" in payload else kind, payload)
    for event in ({"type": "star_added", "user": ANN}, {"type": "message", "channel_type": "im"}, {"type": "later"}):
        bot.slack.outbox.send("events_api", event_body(bot.workspace, event))
    bot.settle()


TWELVE = (
    "what was said about Kuryr?", "summary of containers", "timeline of Neutron", "compare Tokyo and Barcelona",
    "who spoke about security?", "Magnum in Tokio", "what did Kyle Mestery say?", "kuyr", "Swift in 2016",
    "how many people were in Tokyo?", "what was said about TripleO?", "summary of Barcelona 2016",
)  # fmt: skip


def test_twelve_questions_at_once_and_a_command_are_all_answered_once_and_none_late(serve):
    bot = serve()
    before = len(bot.slack.deliveries)
    with held(bot):
        texts = zip((ANN, BEN, ADA) * 4, TWELVE, strict=True)
        asked = [bot.slack.post(user, ENGINEERING, f"<@{BOT_USER}> {text}") for user, text in texts]
        bot.slack.command(BEN, RANDOM, f"/recap {KURYR}")
    go_on = []
    bot.slack.faults.fail(POST, until=lambda: go_on, times=12)
    bot.wait(lambda: not bot.slack.outbox.unacknowledged())
    go_on.append(True)
    bot.workspace.news.tell()
    bot.wait(lambda: len(bot.news(ENGINEERING)) == 12)
    assert {one.thread_ts for one in bot.news(ENGINEERING)} == {one.ts for one in asked}
    assert not [one.text for one in bot.news(ENGINEERING) if "wrong" in one.text or not one.blocks]
    bot.known += bot.news(ENGINEERING)
    assert "Mestery" in bot.one(RANDOM).text
    bot.slack.faults.heal()
    bot.settle()
    took = [one.acked_at - one.at for one in bot.slack.deliveries[before:] if one.acked_at]
    assert max(took) < 1, "no acknowledgement waits for an answer"


def test_slack_is_waited_for_as_long_as_it_asks(bot):
    with refused(bot, 429):
        bot.slack.faults.fail(POST, retry_after=1)
        bot.ask(ANN, ENGINEERING, KURYR)
    first, second = bot.slack.called(POST)[-2:]
    assert (first.status, second.status) == (429, 200)
    assert second.at - first.at >= 1


TROUBLES = {
    "a limit": {"retry_after": 0},
    "a failing server": {"status": 503},
    "a failing server that did it": {"status": 503, "done": True},
    "a cut line": {"cut": True},
    "a cut line after it was done": {"cut": True, "done": True},
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_while_posting_ends_in_exactly_one_answer(bot, trouble):
    with refused(bot, 429, 503, 0):
        for channel, text in ((ENGINEERING, NAMED), (bot.slack.direct(ANN), KURYR)):
            bot.slack.faults.fail(POST, **TROUBLES[trouble])
            assert "Mestery" in bot.say(ANN, channel, text).text
    bot.settle()


@pytest.mark.parametrize("trouble", ["a limit", "a failing server", "a cut line"])
def test_trouble_while_responding_ends_in_exactly_one_answer(bot, trouble):
    with refused(bot, 429, 503, 0):
        bot.slack.faults.fail("response_url", **TROUBLES[trouble])
        answer = bot.command(ANN, RANDOM, f"/recap {KURYR}")
        assert "Mestery" in answer.text
        bot.slack.faults.fail("response_url", **TROUBLES[trouble])
        bot.change(ANN, answer, "recap:drop:year") if "recap:drop:year" in buttons(answer) else None
        bot.slack.faults.heal()
    bot.settle()


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_while_a_page_is_turned_ends_in_that_page(bot, trouble):
    answer = bot.ask(ANN, ENGINEERING, "what was said about containers?")
    with refused(bot, 429, 503, 0):
        bot.slack.faults.fail("chat.update", **TROUBLES[trouble])
        bot.change(ANN, answer, "recap:page:1")
    bot.settle()
    assert "recap:page:0" in buttons(answer)


@pytest.mark.parametrize("word", ["not_in_channel", "channel_not_found", "is_archived", "restricted_action"])
def test_who_cannot_be_answered_where_they_asked_is_told_privately(bot, word):
    with refused(bot, word):
        bot.slack.faults.fail(POST, error=word)
        bot.slack.post(ANN, ENGINEERING, NAMED)
        told = bot.one(bot.slack.direct(ANN))
    assert "where you asked me" in told.text
    bot.settle()
    bot.wait(lambda: bot.logged(word))


@pytest.mark.parametrize("word", ["msg_too_long", "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"])
def test_what_slack_does_not_take_in_its_form_is_sent_as_text(bot, word):
    with refused(bot, word):
        bot.slack.faults.fail(POST, error=word)
        answer = bot.ask(ANN, ENGINEERING, KURYR)
        assert "Mestery" in answer.text
        assert not answer.blocks
        bot.slack.faults.fail("response_url", status=400, body=word)
        assert "Mestery" in bot.command(ANN, RANDOM, f"/recap {KURYR}").text
    bot.settle()


@pytest.mark.parametrize(("channel", "shown_in"), [(ENGINEERING, ENGINEERING), (RANDOM, "D0ANN")])
def test_an_expired_response_address_ends_in_one_private_answer(bot, channel, shown_in):
    with refused(bot, "expired_url", "not_in_channel"):
        with held(bot):
            bot.slack.command(ANN, channel, f"/recap {KURYR}")
            bot.later(1801)
        answer = bot.one(shown_in)
    assert "Mestery" in answer.text
    assert answer.seen_by == ANN or shown_in.startswith("D")
    bot.settle()


@pytest.mark.parametrize("action", ["recap:why", "recap:passage:0", "recap:export"])
def test_an_expired_trigger_ends_in_one_private_word(bot, action):
    answer = bot.ask(ANN, ENGINEERING, KURYR)
    with refused(bot, "expired_trigger_id"):
        with held(bot):
            bot.slack.press(ANN, answer, action)
            bot.later(4)
        told = bot.one(ENGINEERING)
    assert told.seen_by == ANN
    assert "too long" in told.text
    bot.wait(lambda: bot.logged("expired_trigger_id"))


def test_an_expired_trigger_of_a_shortcut_ends_in_one_direct_word(bot):
    with refused(bot, "expired_trigger_id"):
        with held(bot):
            bot.slack.shortcut(ANN, "recap_search")
            bot.later(4)
        assert "too long" in bot.one(bot.slack.direct(ANN)).text


def test_a_thumb_counts_even_if_the_form_cannot_open(bot):
    answer = bot.ask(ANN, ENGINEERING, KURYR)
    with refused(bot, "expired_trigger_id"):
        with held(bot):
            bot.slack.press(ANN, answer, "recap:rate", "negative")
            bot.later(4)
        bot.one(ENGINEERING)
    bot.slack.open_home(ADA)
    bot.wait(lambda: (home := bot.workspace.homes.get(ADA)) and "1 down" in shown(home.blocks))


def test_what_slack_forgot_of_a_message_is_told(bot):
    answer = bot.ask(ANN, ENGINEERING, "what was said about containers?")
    with refused(bot, "message_not_found", "expired_url"):
        with held(bot):
            bot.slack.press(ANN, answer, "recap:page:1")
            bot.later(1801)
        bot.wait(lambda: "recap:page:0" in buttons(answer))
        bot.slack.faults.fail("chat.update", error="message_not_found")
        with held(bot):
            bot.slack.press(ANN, answer, "recap:page:2")
            bot.later(1801)
        assert "could not change" in bot.one(ENGINEERING).text


def test_who_asks_too_much_is_told_once_and_others_are_answered(serve):
    bot = serve(RECAP_RATE_PERSON="3", RECAP_RATE_CHANNEL="2")
    direct = bot.slack.direct(ANN)
    for _ in range(3):
        assert "Mestery" in bot.say(ANN, direct, KURYR).text
    assert "more than 3 questions in a minute" in bot.say(ANN, direct, KURYR).text
    bot.hush(ANN, direct, KURYR)
    bot.hush(ANN, ENGINEERING, NAMED)

    for user in (BEN, BEN):
        assert "Mestery" in bot.ask(user, GENERAL, KURYR).text
    told = bot.ask(ADA, GENERAL, KURYR)
    assert told.seen_by == ADA
    assert "more than 2 questions in a minute" in told.text
    assert "Mestery" in bot.ask(BEN, ENGINEERING, KURYR).text


def test_across_a_restart_nothing_is_answered_twice_and_nothing_is_lost(serve):
    bot = serve()
    bot.ask(ANN, ENGINEERING, KURYR)
    bot.say(ANN, bot.slack.direct(ANN), KURYR)
    answered = [one.payload for one in bot.slack.deliveries]
    assert bot.end() == 0
    asked = bot.slack.post(ANN, ENGINEERING, NAMED)
    bot.start()
    for payload in answered:
        bot.slack.outbox.send("events_api", payload)
    bot.later(60)
    bot.later(300)
    assert bot.one(ENGINEERING).thread_ts == asked.ts
    bot.settle()


def test_what_was_not_answered_since_the_process_died_is_answered_when_it_comes_again(serve):
    bot = serve()
    died = []
    bot.slack.faults.fail("users.info", until=lambda: died, times=2)
    for channel, text in ((ENGINEERING, NAMED), (bot.slack.direct(BEN), KURYR)):
        bot.slack.post(BEN, channel, text)
    bot.wait(lambda: bot.slack.called("users.info") and not bot.slack.outbox.unacknowledged())
    asked = [one.payload for one in bot.slack.deliveries]
    bot.kill()
    died.append(True)
    bot.slack.faults.heal()
    bot.workspace.news.tell()
    assert not bot.news()
    bot.start()
    for payload in [*asked, *asked]:
        bot.slack.outbox.send("events_api", payload)
    assert "Mestery" in bot.one(ENGINEERING).text
    assert "Mestery" in bot.one(bot.slack.direct(BEN)).text
    bot.settle()


def test_told_to_end_it_finishes_the_answer_in_flight_and_ends_well(serve):
    bot = serve()
    go_on = []
    bot.slack.faults.fail(POST, until=lambda: go_on)
    bot.slack.post(ANN, ENGINEERING, NAMED)
    bot.wait(lambda: bot.slack.called(POST))
    bot.process.terminate()
    bot.wait(lambda: bot.logged("to be finished first"))
    assert not bot.news()
    go_on.append(True)
    bot.workspace.news.tell()
    assert bot.ended(10) == 0
    assert "Mestery" in bot.one(ENGINEERING).text


def test_guests_stay_out_while_slack_does_not_say_who_is_one(serve):
    bot = serve()
    with refused(bot, "missing_scope"):
        bot.slack.faults.fail("users.info", error="missing_scope")
        told = bot.ask(ANN, ENGINEERING, KURYR)
    assert "who is a guest" in told.text
    bot.wait(lambda: bot.logged("recap manifest"))
