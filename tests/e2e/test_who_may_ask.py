"""Who may ask: the own workspace's members, and whom the settings let in; checked anew with every press and form."""

import pytest

from bot.playground.workspace import BOT_USER, GENERAL, GUEST, RANDOM, SHARED, STRANGER
from e2e.served import ADA, ANN, BEN, buttons, shown

KURYR = "what was said about Kuryr?"
OUTSIDERS = [(GUEST, GENERAL, "guests"), (STRANGER, SHARED, "workspace")]
"""Who is not let in, where they are, and a word of the reason that they are told."""


def no_answer(text):
    return "Mestery" not in text and "Huawei" not in text


@pytest.mark.parametrize(("user", "channel", "reason"), OUTSIDERS)
def test_outsiders_are_refused_politely_and_privately(bot, user, channel, reason):
    refusal = bot.ask(user, channel, KURYR)
    assert refusal.seen_by == user
    assert reason in refusal.text
    assert no_answer(refusal.text)
    direct = bot.say(user, bot.slack.direct(user), KURYR)
    assert reason in direct.text
    assert reason in bot.command(user, channel, f"/recap {KURYR}").text
    assert reason in bot.command(user, channel, "/recap summary Kuryr").text


@pytest.mark.parametrize(("user", "channel", "reason"), OUTSIDERS)
def test_outsiders_get_nothing_by_shortcuts_searches_and_home(bot, user, channel, reason):
    said = bot.slack.post(ANN, channel, "Kuryr")
    bot.slack.shortcut(user, "recap_message", said)
    refusal = bot.one(channel)
    assert refusal.seen_by == user
    assert reason in refusal.text
    bot.slack.shortcut(user, "recap_search")
    assert reason in bot.one(bot.slack.direct(user)).text
    assert not bot.workspace.modal(user)
    bot.slack.open_home(user)
    home = bot.wait(lambda: bot.workspace.homes.get(user))
    assert reason in shown(home.blocks)
    assert "Tokyo" not in shown(home.blocks)
    bot.slack.open_messages_tab(user)
    bot.settle()
    assert bot.slack.direct(user) not in bot.workspace.prompts


@pytest.mark.parametrize(("user", "channel", "reason"), OUTSIDERS)
@pytest.mark.parametrize("action", ["recap:page:1", "recap:why", "recap:passage:0", "recap:export", "recap:rate"])
def test_outsiders_can_see_the_buttons_of_others_but_not_use_them(bot, user, channel, reason, action):
    answer = bot.ask(ANN, channel, "what was said about containers?")
    before = answer.text, answer.blocks
    bot.press(user, answer, action, "positive" if action == "recap:rate" else "")
    refusal = bot.one(channel)
    assert refusal.seen_by == user
    assert reason in refusal.text
    assert (answer.text, answer.blocks) == before
    assert not bot.workspace.modal(user)


def test_a_remark_of_an_outsider_in_a_thread_gets_silence(bot):
    root = bot.ask(ANN, GENERAL, KURYR).thread_ts
    bot.hush(GUEST, GENERAL, "and in Tokyo?", root)


def test_who_lost_a_right_loses_it_in_windows_that_are_open(bot):
    answer = bot.ask(BEN, GENERAL, KURYR)
    bot.slack.shortcut(BEN, "recap_search")
    form = bot.window(BEN, "recap.search")
    bot.slack.change(BEN, guest=True)
    try:
        bot.settle()
        suggested = bot.slack.suggest(BEN, form, "event", "tok")
        bot.wait(lambda: suggested.acked)
        assert form.options["event"] == []
        bot.slack.submit(BEN, form, {"question": "Kuryr"})
        bot.wait(lambda: "guests" in shown(form.blocks))
        bot.slack.close_view(BEN, form)
        bot.press(BEN, answer, "recap:export")
        assert "guests" in bot.one(GENERAL).text
    finally:
        bot.slack.change(BEN, guest=False)
    bot.settle()
    assert "2017-09" in bot.opened(BEN, answer, "recap:export", "recap.export")


def test_only_admins_load(bot):
    assert "RECAP_ADMINS" in bot.command(ANN, RANDOM, "/recap-reload").text
    bot.slack.open_home(ADA)
    home = bot.wait(lambda: bot.workspace.homes.get(ADA))
    assert "recap:load" in buttons(home)
    bot.press(ANN, home, "recap:load")
    assert "RECAP_ADMINS" in bot.one(bot.slack.direct(ANN)).text
    assert not bot.workspace.modal(ANN)


def test_settings_let_guests_and_other_teams_in(serve):
    bot = serve(RECAP_ALLOW_GUESTS="1", RECAP_ALLOW_TEAMS="T0OTHER")
    for user, channel, _ in OUTSIDERS:
        answer = bot.ask(user, channel, KURYR)
        assert not answer.seen_by
        assert "Mestery" in answer.text
        assert "Mestery" in bot.say(user, bot.slack.direct(user), KURYR).text
        assert "2017-09" in bot.opened(user, answer, "recap:export", "recap.export")
        bot.slack.post(user, channel, "and in Tokyo?", answer.thread_ts)
        assert "Mestery" in bot.one(channel).text


def test_another_bot_that_names_it_gets_silence(bot):
    bot.hush("U0CI", GENERAL, f"<@{BOT_USER}> {KURYR}")
