"""Every place where somebody can ask, as they see it."""

import pytest

from bot.playground import Impossible
from bot.playground.workspace import BOT_USER, ENGINEERING, GENERAL, PRIVATE, RANDOM, Channel
from e2e.served import ADA, ANN, BEN, buttons, refused, shown

HELP = "Ask me what your team's conference notes say"
KURYR = "what was said about Kuryr?"


@pytest.mark.parametrize("channel", [ENGINEERING, PRIVATE])
def test_a_mention_is_answered_in_its_thread_and_never_in_the_channel(bot, channel):
    asked = bot.slack.post(ANN, channel, f"<@{BOT_USER}> {KURYR}")
    answer = bot.one(channel)
    assert answer.thread_ts == asked.ts
    assert "Kyle Mestery" in answer.text
    assert not answer.seen_by
    assert answer not in bot.workspace.shown(BEN, channel)


def test_a_mention_in_a_thread_is_answered_under_the_root(bot):
    root = bot.slack.post(BEN, ENGINEERING, "Morning!")
    reply = bot.slack.post(ANN, ENGINEERING, f"<@{BOT_USER}> {KURYR}", root.ts)
    answer = bot.one(ENGINEERING)
    assert answer.thread_ts == root.ts != reply.ts


def test_who_was_answered_may_go_on_without_a_mention_and_gets_one_answer_with_one(bot):
    root = bot.ask(ANN, ENGINEERING, KURYR).thread_ts
    assert "Tokyo" in bot.say(ANN, ENGINEERING, "and in Tokyo?", root).text
    bot.ask(ANN, ENGINEERING, "what about Magnum?", root)
    bot.settle()


def test_in_a_followed_thread_it_speaks_only_if_it_has_an_answer(bot):
    root = bot.ask(ANN, ENGINEERING, KURYR).thread_ts
    for remark in ("Who wants lunch?", "what about unicorn breeding?", "I will be late on Monday.", "ok", ":+1:"):
        bot.slack.post(ANN, ENGINEERING, remark, root)
    bot.hush(BEN, ENGINEERING, "and in Tokyo?", root)
    asked = bot.slack.post(BEN, ENGINEERING, "What was said about Magnum?")
    bot.hush(ANN, ENGINEERING, "and in Tokyo?", asked.ts)


def test_thanks_get_a_reaction_at_most(bot):
    root = bot.ask(ANN, ENGINEERING, KURYR).thread_ts
    said = bot.hush(ANN, ENGINEERING, "thanks!", root)
    assert bot.wait(lambda: said.reactions) == {"+1": [BOT_USER]}


def test_stop_ends_it_in_that_thread(bot):
    root = bot.ask(ANN, ENGINEERING, KURYR).thread_ts
    said = bot.hush(ANN, ENGINEERING, "stop", root)
    assert bot.wait(lambda: list(said.reactions)) == ["ok_hand"]
    bot.hush(ANN, ENGINEERING, "and in Tokyo?", root)
    assert "Magnum" in bot.ask(ANN, ENGINEERING, "what about Magnum?", root).text
    other = bot.ask(ANN, ENGINEERING, KURYR).thread_ts
    bot.say(ANN, ENGINEERING, "and in Tokyo?", other)


@pytest.mark.parametrize("text", ["", ":wave:", "?", " … ", "👋", "help", "HELP!"])
def test_a_mention_that_says_nothing_gets_help(bot, text):
    asked = bot.slack.post(ANN, GENERAL, f"<@{BOT_USER}> {text}")
    answer = bot.one(GENERAL)
    assert HELP in answer.text
    assert answer.thread_ts == asked.ts


def test_invited_to_a_channel_it_says_once_in_two_lines_what_to_ask(bot):
    bot.workspace.channels["C0NEW"] = Channel("C0NEW", "new", {ANN, BEN})
    bot.slack.invite(ANN, "C0NEW")
    greeting = bot.one("C0NEW")
    assert len(greeting.text.splitlines()) == 2
    assert not greeting.thread_ts
    bot.slack.invite(ANN, "C0NEW", ADA)
    bot.slack.invite(BEN, "C0NEW")
    bot.settle()


def test_direct_messages_are_answered_in_a_thread_of_their_own_with_a_status_meanwhile(bot):
    direct = bot.slack.direct(ANN)
    asked = bot.slack.post(ANN, direct, KURYR)
    answer = bot.one(direct)
    assert answer.thread_ts == asked.ts
    status = [call.arguments for call in bot.slack.called("assistant.threads.setStatus")]
    assert status[-1]["thread_ts"] == asked.ts
    assert status[-1]["status"]
    assert bot.workspace.status(direct, asked.ts) is None
    assert "Tokyo" in bot.say(ANN, direct, "and in Tokyo?", asked.ts).text
    again = bot.say(ANN, direct, "only 2017")
    assert again.thread_ts != asked.ts
    assert "Kuryr" in again.text


def test_the_agent_view_offers_questions_that_have_answers(bot):
    bot.slack.open_messages_tab(BEN)
    direct = bot.slack.direct(BEN)
    prompts = bot.wait(lambda: bot.workspace.prompts.get(direct))["prompts"]
    assert 0 < len(prompts) <= 4
    assert all(prompt["title"] and prompt["message"] for prompt in prompts)
    assert bot.say(BEN, direct, prompts[0]["message"]).thread_ts


def test_a_command_is_private_restates_the_question_and_works_where_the_bot_is_not(bot):
    answer = bot.command(ANN, RANDOM, f"/recap {KURYR}")
    assert answer.text.startswith(f"You asked: {KURYR}")
    assert "recap:share" in buttons(answer)
    assert answer not in bot.workspace.shown(BEN, RANDOM)
    assert not bot.slack.workspace.channels[RANDOM].members & {BOT_USER}
    follow_up = bot.command(ANN, RANDOM, "/recap and in Tokyo?")
    assert "Kuryr" in follow_up.text


@pytest.mark.parametrize("channel", [ENGINEERING, RANDOM, PRIVATE, "D0ANN"])
def test_sharing_names_the_sharer_and_happens_once(bot, channel):
    answer = bot.command(ANN, channel, f"/recap {KURYR}")
    with refused(bot, "not_in_channel"):
        bot.press(ANN, answer, "recap:share")
        shared = bot.one(channel)
    assert f"Shared by <@{ANN}>" in shared.text
    assert KURYR in shared.text
    assert not shared.seen_by
    assert "recap:share" not in buttons(shared)
    bot.press(ANN, answer, "recap:share")
    assert "already" in bot.one(channel).text


def test_help_is_made_from_the_intents(bot):
    answer = bot.command(ANN, ENGINEERING, "/recap help")
    assert HELP in answer.text
    for name in ("summary", "timeline", "compare", "who"):
        assert f"/recap {name}" in answer.text
    assert bot.command(ANN, ENGINEERING, "/recap").text == answer.text


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("/recap summary Kuryr", "Summary of Kuryr"),
        ("/recap-summary Kuryr", "Summary of Kuryr"),
        ("/recap timeline Kuryr", "Timeline of Kuryr"),
        ("/recap TIMELINE Kuryr", "Timeline of Kuryr"),
        ("/recap compare Tokyo and Barcelona", "Barcelona"),
        ("/recap who Kuryr", "Kuryr"),
        ("/recap find Kuryr", "What the notes say about Kuryr"),
        ("/recap ask Kuryr", "What the notes say about Kuryr"),
    ],
)
def test_a_first_word_that_is_a_subcommand_wins(bot, line, heading):
    answer = bot.command(ANN, ENGINEERING, line)
    assert heading in answer.text


def test_ask_makes_a_question_of_what_follows(bot):
    forced = bot.command(BEN, ENGINEERING, "/recap ask summary of Kuryr")
    assert "What the notes say about" in forced.text or "don’t mention" in forced.text


def test_the_message_shortcut_answers_privately_what_somebody_wrote(bot):
    for said in (bot.slack.post(BEN, RANDOM, "Do you remember Kuryr?"), bot.slack.post(BEN, ENGINEERING, "Kuryr!")):
        bot.slack.shortcut(ANN, "recap_message", said)
        answer = bot.one(said.channel)
        assert answer.seen_by == ANN
        assert "Kyle Mestery" in answer.text
        assert "recap:share" in buttons(answer)


def test_the_message_shortcut_works_within_threads(bot):
    root = bot.slack.post(BEN, ENGINEERING, "Morning!")
    said = bot.slack.post(BEN, ENGINEERING, "What about Kuryr?", root.ts)
    bot.slack.shortcut(ANN, "recap_message", said)
    answer = bot.one(ENGINEERING)
    assert (answer.seen_by, answer.thread_ts) == (ANN, root.ts)
    empty = bot.slack.post(BEN, ENGINEERING, ":tada:", root.ts)
    bot.slack.shortcut(ANN, "recap_message", empty)
    assert "no text" in bot.one(ENGINEERING).text


def test_the_global_shortcut_opens_a_search_with_names_from_the_index(bot):
    bot.slack.shortcut(ANN, "recap_search")
    form = bot.window(ANN, "recap.search")
    for field, typed, offered in (("event", "tok", "OpenStack Summit Tokyo 2015"), ("year", "20", "2015")):
        suggested = bot.slack.suggest(ANN, form, field, typed)
        bot.wait(lambda suggested=suggested: suggested.acked)
        assert offered in [option["value"] for option in form.options[field]]
    suggested = bot.slack.suggest(ANN, form, "person", "mes")
    bot.wait(lambda: suggested.acked)
    assert "Kyle Mestery" in [option["value"] for option in form.options["person"]]
    bot.slack.select(ANN, form, "event", "OpenStack Summit Tokyo 2015")
    bot.slack.submit(ANN, form, {"question": "Kuryr"})
    found = bot.wait(lambda: "Mestery" in shown(form.blocks) and form)
    assert "Huawei" not in shown(found.blocks), "that was in London"
    assert bot.workspace.modal(ANN) is form


def test_an_empty_search_cannot_be_sent(bot):
    bot.slack.shortcut(ANN, "recap_search")
    form = bot.window(ANN, "recap.search")
    with pytest.raises(Impossible):
        bot.slack.submit(ANN, form, {})
    bot.slack.close_view(ANN, form)


def home(bot, user):
    before = bot.workspace.homes.get(user)
    was = before.hash if before else ""
    bot.slack.open_home(user)
    return bot.wait(lambda: (view := bot.workspace.homes.get(user)) and view.hash != was and view)


def test_home_tells_what_it_knows_and_answers_examples(bot):
    view = home(bot, ANN)
    text = shown(view.blocks)
    assert "14 notes" in text
    assert "OpenStack Summit Tokyo 2015" in text
    assert "last loaded 20" in text
    assert "For admins" not in text
    assert "recap:load" not in buttons(view)
    bot.press(ANN, view, "recap:ask:0")
    answer = bot.one(bot.slack.direct(ANN))
    assert not answer.thread_ts
    assert bot.say(ANN, answer.channel, "and in Tokyo?", answer.ts).thread_ts == answer.ts


def test_home_tells_admins_more(bot):
    refusal = bot.ask(ANN, ENGINEERING, "what was said about unicorn breeding?")
    bot.press(ANN, refusal, "recap:tell")
    bot.one(ENGINEERING)
    view = home(bot, ADA)
    text = shown(view.blocks)
    assert "For admins" in text
    assert "unicorn breeding" in text
    assert "recap:load" in buttons(view)


def test_commands_may_be_called_otherwise_and_threads_left_alone_and_the_manifest_follows(serve):
    bot = serve(RECAP_COMMAND="/notes", RECAP_FOLLOW_THREADS="0")
    assert set(bot.workspace.app.commands) == {"/notes", "/notes-summary", "/notes-reload"}
    assert not {"message.channels", "message.groups"} & bot.workspace.app.events
    assert not {"channels:history", "groups:history"} & bot.workspace.app.scopes
    assert "`/notes timeline …`" in bot.command(ANN, ENGINEERING, "/notes help").text
    assert "Summary of Kuryr" in bot.command(ANN, ENGINEERING, "/notes-summary Kuryr").text
    assert "RECAP_ADMINS" in bot.command(ANN, ENGINEERING, "/notes-reload").text
    with pytest.raises(Impossible):
        bot.slack.command(ANN, ENGINEERING, "/recap Kuryr")

    root = bot.ask(ANN, ENGINEERING, KURYR).thread_ts
    bot.hush(ANN, ENGINEERING, "and in Tokyo?", root)
    assert "Tokyo" in bot.ask(ANN, ENGINEERING, "and in Tokyo?", root).text
