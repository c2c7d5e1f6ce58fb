"""What a stranger would check who knows Slack's rules and what the bot promises, but not how it is made."""

import json
import shutil
import sqlite3
from contextlib import closing
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from bot.playground.payloads import event_body
from bot.playground.workspace import BOT_ID, BOT_USER, ENGINEERING, GENERAL, PRIVATE, RANDOM, Channel
from e2e.served import ADA, ANN, BEN, HTTP, OPEN_TO_ALL, SOCKET, Served, buttons, refused, serving, shown
from store.load import reload

SAYING = ("chat.postMessage", "chat.postEphemeral", "chat.update", "response_url")
NAMED = f"<@{BOT_USER}> what was said about Kuryr?"

ATTACK = """---
title: "<!channel> *Title* <@U0BEN> `x` \u202eoops"
event: "Summit <!here> Oslo 2020"
author: "Eve <https://evil.example|Click> <!everyone>"
date: 2020-06-01
people: ["<@U0BEN>", "Mallory <!channel>"]
url: "javascript:alert(1)"
---

# <#C0ENG> heading & <b>more</b>

Quokkas <!channel> said <@U0BEN> that `code` ```fences``` and \u2067\u200bsigns\u2069 of
<https://evil.example|quokkas> &amp; *stars*.

A quokka file ../../etc/passwd is </script><script>alert(1)</script> harmless.
"""
ENDLESS = "A wombat " + "digs and digs and " * 4_000 + "rests.\n\n" + "".join(
    f"The wombat number {n} met {'x' * 900} and was glad of its wombat friends.\n\n" for n in range(60)
)  # fmt: skip


@pytest.fixture(scope="session")
def wild(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the sample notes, one note that attacks, and one that does not end."""
    with as_file(files("bot").joinpath("samples")) as notes:
        folder = Path(shutil.copytree(notes, tmp_path_factory.mktemp("wild") / "notes"))
    (folder / "attack.md").write_text(ATTACK)
    (folder / "endless.md").write_text(f"---\ntitle: Wombats\nevent: Summit Perth 2021\n---\n\n{ENDLESS}")
    path = tmp_path_factory.mktemp("wild-index") / "recap.db"
    reload(folder, path)
    return path


@pytest.fixture(scope="module", params=[SOCKET, HTTP])
def shared(request, tmp_path_factory, wild):
    with serving(request.param, tmp_path_factory.mktemp("bot"), wild, **OPEN_TO_ALL) as served:
        yield served


def alive(text: str) -> list[str]:
    """What in a text Slack would act on."""
    return [part for part in ("<!", "<@", "<#", "<http", "<javascript", "\u202e", "\u2067") if part in text]


def marked_up(part) -> list[str]:
    """All texts of blocks in which Slack sees markup."""
    if isinstance(part, dict):
        own = [part["text"]] if part.get("type") == "mrkdwn" else []
        return [*own, *(text for value in part.values() for text in marked_up(value))]
    return [text for value in part for text in marked_up(value)] if isinstance(part, list) else []


def test_01_every_message_has_a_text_for_notifications_and_does_not_unfurl(bot: Served):
    bot.ask(ANN, ENGINEERING, "what was said about Kuryr?")
    bot.command(ANN, ENGINEERING, "/recap Kuryr")
    for call in bot.slack.calls:
        if call.method in SAYING:
            assert call.arguments["text"].strip()
        if call.method == "chat.postMessage":
            assert call.arguments["unfurl_links"] in (False, "false", "0")
            assert call.arguments["unfurl_media"] in (False, "false", "0")


def test_02_a_mention_may_stand_anywhere_and_in_either_form(bot):
    for text in (f"Hey <@{BOT_USER}>, what was said about Kuryr?", f"Kuryr <@{BOT_USER}|recap>"):
        assert "Mestery" in bot.say(ANN, ENGINEERING, text).text


def test_03_naming_somebody_in_a_question_calls_nobody(bot):
    answer = bot.ask(ANN, ENGINEERING, "what did <@U0BEN> say about <!subteam^S0ENG> Kuryr in <#C0ENG|eng>?")
    assert set(alive(answer.text + "".join(marked_up(answer.blocks)))) <= {"<http"}  # where a quote stands


def test_04_notes_that_attack_do_no_harm_in_messages(bot):
    for answer in (
        bot.ask(ANN, ENGINEERING, "what was said about quokkas?"),
        bot.ask(ANN, ENGINEERING, "summary of quokkas"),
        bot.ask(ANN, ENGINEERING, "timeline of quokkas"),
        bot.command(ANN, ENGINEERING, "/recap who quokkas"),
        bot.command(ANN, ENGINEERING, "/recap quokkas by Mallory"),
    ):
        found = answer.text + "".join(marked_up(answer.blocks))
        assert "uokka" in found
        assert not alive(found), found


def test_05_notes_that_attack_do_no_harm_in_windows_home_and_menus(bot):
    answer = bot.ask(ANN, ENGINEERING, "what was said about quokkas?")
    for action, name in (
        ("recap:why", "recap.why"),
        ("recap:passage:0", "recap.passage"),
        ("recap:export", "recap.export"),
    ):
        bot.press(ANN, answer, action)
        view = bot.window(ANN, name)
        assert not alive("".join(marked_up(view.blocks)))
        bot.slack.close_view(ANN, view)
    bot.slack.open_home(ADA)
    home = bot.wait(lambda: bot.workspace.homes.get(ADA))
    assert "Oslo" in shown(home.blocks)
    assert not alive("".join(marked_up(home.blocks)))
    bot.slack.shortcut(ANN, "recap_search")
    form = bot.window(ANN, "recap.search")
    for field, typed in (("event", "oslo"), ("person", "mall")):
        suggested = bot.slack.suggest(ANN, form, field, typed)
        bot.wait(lambda suggested=suggested: suggested.acked)
        assert {option["text"]["type"] for option in form.options[field]} == {"plain_text"}
    bot.slack.close_view(ANN, form)


def test_06_an_endless_note_is_shortened_but_its_sources_stay(bot):
    for question in ("what was said about wombats?", "summary of wombats", "wombat friends"):
        answer = bot.ask(ANN, ENGINEERING, question)
        assert "Wombats" in shown(answer.blocks)
        assert "endless.md" in shown(answer.blocks)
        assert len(answer.text) <= 4_000
        for action, name in (("recap:export", "recap.export"), ("recap:passage:0", "recap.passage")):
            bot.opened(ANN, answer, action, name)
        if "recap:page:1" in buttons(answer):
            bot.change(ANN, answer, "recap:page:1")


def test_07_an_endless_question_gets_one_polite_answer(bot):
    answer = bot.ask(ANN, ENGINEERING, "kuryr " * 6_500)
    assert "too long" in answer.text
    assert "too long" in bot.command(ANN, ENGINEERING, "/recap " + "kuryr " * 6_500).text


def test_08_a_question_of_many_lines_is_a_question(bot):
    assert "Mestery" in bot.ask(ANN, ENGINEERING, "what was said\n\n> about\n```Kuryr```\n?").text


def test_09_every_example_that_is_offered_has_an_answer(bot):
    bot.slack.open_messages_tab(ANN)
    direct = bot.slack.direct(ANN)
    prompts = bot.wait(lambda: bot.workspace.prompts.get(direct))["prompts"]
    assert 1 <= len(prompts) <= 4
    for prompt in prompts:
        bot.say(ANN, direct, prompt["message"])
    bot.slack.open_home(ANN)
    home = bot.wait(lambda: bot.workspace.homes.get(ANN))
    offered = [name for name in buttons(home) if name.startswith("recap:ask:")]
    assert len(offered) >= 3
    for name in offered:
        bot.press(ANN, home, name)
        assert "don’t mention" not in bot.one(direct).text


def test_10_a_press_on_what_is_long_gone_is_answered_in_words(bot):
    answer = bot.ask(ANN, ENGINEERING, "what was said about Kuryr?")
    for block in answer.blocks:
        for element in block.get("elements", ()):
            if "value" in element:
                element["value"] = "gone"
    before = len(bot.said())
    for action in ("recap:why", "recap:export", "recap:passage:0"):
        bot.press(ANN, answer, action)
        told = bot.wait(lambda: bot.news(ENGINEERING) or bot.workspace.modal(ANN))
        if bot.workspace.modal(ANN):
            bot.slack.close_view(ANN, bot.workspace.modal(ANN))
        else:
            assert told[0].seen_by == ANN
            bot.known += told
    assert len(bot.said()) - before <= 3


def test_11_the_same_form_sent_twice_is_answered_twice_at_most_and_never_with_an_error(bot):
    bot.slack.shortcut(ANN, "recap_search")
    form = bot.window(ANN, "recap.search")
    sent = [bot.slack.submit(ANN, form, {"question": "Kuryr"}) for _ in range(2)]
    bot.wait(lambda: all(one.acked for one in sent))
    bot.wait(lambda: "Mestery" in shown(form.blocks))
    assert not [one.error for one in sent if one.error]
    bot.slack.close_view(ANN, form)


def test_12_a_search_that_finds_nothing_says_so_in_its_window(bot):
    bot.slack.shortcut(ANN, "recap_search")
    form = bot.window(ANN, "recap.search")
    bot.slack.submit(ANN, form, {"question": "unicorn breeding"})
    bot.wait(lambda: "don’t mention" in shown(form.blocks))
    bot.slack.close_view(ANN, form)


def test_13_type_ahead_answers_what_nobody_would_type(bot):
    bot.slack.shortcut(ANN, "recap_search")
    form = bot.window(ANN, "recap.search")
    for typed in ("", "%", "'; drop table", "x" * 200, "\u202e", "🦘"):
        for field in ("event", "year", "person"):
            suggested = bot.slack.suggest(ANN, form, field, typed)
            bot.wait(lambda suggested=suggested: suggested.acked)
            assert not suggested.error
            assert len(form.options[field]) <= 100
    bot.slack.close_view(ANN, form)


@pytest.mark.parametrize("trouble", [{"status": 500}, {"cut": True}, {"error": "internal_error"}, {"body": "<html>"}])
@pytest.mark.parametrize("method", ["users.info", "assistant.threads.setStatus"])
def test_14_what_is_nice_to_have_costs_no_answer_where_it_fails(bot, method, trouble):
    user = "U0BEN"
    bot.slack.change(user, name="ben")
    bot.settle()
    with refused(bot, 500, 0, "internal_error", "<html>"):
        bot.slack.faults.fail(method, times=4, **trouble)
        assert "Mestery" in bot.say(user, bot.slack.direct(user), "what was said about Kuryr?").text
        bot.slack.faults.heal()


def test_15_stop_is_confirmed_even_where_reactions_fail(bot):
    root = bot.ask(ANN, ENGINEERING, "what was said about Kuryr?").thread_ts
    with refused(bot, "missing_scope"):
        bot.slack.faults.fail("reactions.add", error="missing_scope")
        assert bot.say(ANN, ENGINEERING, "stop", root).thread_ts == root
    bot.hush(ANN, ENGINEERING, "and in Tokyo?", root)


def test_16_a_channel_that_is_gone_meanwhile_gets_nothing_and_the_asker_a_word(bot):
    places = {"left": "not_in_channel", "archived": "is_archived", "deleted": "channel_not_found"}
    for number, (name, word) in enumerate(places.items()):
        place = bot.workspace.channels[f"C0GONE{number}"] = Channel(f"C0GONE{number}", name, {ANN, BOT_USER})
        bot.slack.outbox.holding = True
        bot.slack.post(ANN, place.id, NAMED)
        place.members.discard(BOT_USER) if name == "left" else None
        place.archived = name == "archived"
        if name == "deleted":
            del bot.workspace.channels[place.id]
        with refused(bot, word):
            bot.slack.outbox.release()
            told = bot.one(bot.slack.direct(ANN))
        assert "where you asked me" in told.text
        assert not bot.said(place.id)


def test_17_a_limit_that_lasts_ends_in_one_clear_word(bot):
    with refused(bot, 429):
        bot.slack.faults.fail("chat.postMessage", retry_after=3_600)
        bot.slack.post(ANN, ENGINEERING, NAMED)
        assert "Ask again in a minute" in bot.one(bot.slack.direct(ANN)).text
    bot.settle()


def test_18_slack_may_say_that_it_limits_events(bot):
    told = {"type": "app_rate_limited", "token": "x", "team_id": "T0ACME", "minute_rate_limited": 1, "api_app_id": "A0"}
    bot.slack.outbox.send("events_api", told)
    bot.settle()


def test_19_bots_are_known_by_any_sign(bot):
    direct = bot.slack.direct(ANN)
    said = {"type": "message", "channel": direct, "channel_type": "im", "text": "Kuryr"}
    signs = (
        {"user": BOT_USER},
        {"user": ANN, "bot_id": "B0CI"},
        {"user": ANN, "bot_profile": {"id": "B0CI"}},
        {"bot_id": BOT_ID, "subtype": "bot_message"},
        {"user": "USLACKBOT"},
        {"user": ANN, "subtype": "message_replied"},
        {"user": ANN, "hidden": True},
        {},
    )
    for sign in signs:
        event = {**said, "ts": bot.workspace.clock.stamp(), **sign}
        bot.slack.outbox.send("events_api", event_body(bot.workspace, event))
    bot.settle()


def test_20_the_same_message_under_another_event_id_is_answered_once(bot):
    bot.slack.post(ANN, ENGINEERING, NAMED)
    bot.one(ENGINEERING)
    (mention, *_) = reversed(bot.slack.delivered("app_mention"))
    bot.slack.outbox.send("events_api", {**mention.payload, "event_id": "Ev0OTHER"})
    bot.slack.outbox.send("events_api", mention.payload)
    bot.settle()


def test_21_two_people_in_one_thread_are_answered_each(bot):
    root = bot.slack.post(ANN, ENGINEERING, "hello")
    for user, text in ((ANN, "Kuryr"), (BEN, "Magnum")):
        assert text in bot.ask(user, ENGINEERING, f"what was said about {text}?", root.ts).text
    bot.slack.post(BEN, ENGINEERING, "and in Tokyo?", root.ts)
    assert bot.one(ENGINEERING).thread_ts == root.ts
    bot.hush(ADA, ENGINEERING, "and in Tokyo?", root.ts)


def test_22_a_remark_that_calls_somebody_else_is_not_for_the_bot(bot):
    root = bot.ask(ANN, ENGINEERING, "what was said about Kuryr?").thread_ts
    bot.hush(ANN, ENGINEERING, "<@U0BEN> and in Tokyo?", root)
    bot.hush(ANN, ENGINEERING, "<!here> and in Tokyo?", root)


def test_23_after_a_day_a_thread_is_followed_no_more(bot):
    root = bot.ask(ANN, ENGINEERING, "what was said about Kuryr?").thread_ts
    bot.settle()
    with closing(sqlite3.connect(bot.settings["RECAP_STATE"])) as state:
        (until,) = state.execute("select until from threads order by until desc limit 1").fetchone()
        assert 23.9 * 3600 < until - bot.workspace.clock.now() <= 48 * 3600
        state.execute("update threads set until = 1")
        state.commit()
    bot.hush(ANN, ENGINEERING, "and in Tokyo?", root)


def test_24_a_command_says_private_things_privately_everywhere(bot):
    for channel in (ENGINEERING, RANDOM, PRIVATE, bot.slack.direct(ANN)):
        bot.command(ANN, channel, "/recap what was said about Kuryr?")
        sent = bot.slack.called("response_url")[-1].arguments
        assert sent["response_type"] == "ephemeral"


def test_25_the_bot_asks_for_no_more_than_it_needs(bot):
    scopes = bot.workspace.app.scopes
    assert not {"chat:write.public", "users:read.email", "files:write", "channels:join", "admin"} & scopes
    assert {"app_mentions:read", "chat:write", "commands", "im:history"} <= scopes


def test_26_all_acknowledgements_come_within_a_second(bot):
    assert all(one.acked_at - one.at < 1 for one in bot.slack.deliveries if one.acked_at)


@pytest.mark.parametrize("damage", ["deleted", "spoilt"])
def test_27_a_state_file_that_fails_costs_no_answer(serve, damage):
    bot = serve()
    bot.ask(ANN, ENGINEERING, "what was said about Kuryr?")
    bot.settle()
    for path in Path(bot.settings["RECAP_STATE"]).parent.glob("state.db*"):
        path.unlink() if damage == "deleted" else path.write_bytes(b"nonsense" * 1_000)
    answer = bot.ask(ANN, ENGINEERING, "what was said about Magnum?")
    assert "Magnum" in answer.text
    assert "Magnum" in bot.command(ANN, RANDOM, "/recap what was said about Magnum?").text
    bot.log.clear()  # what failed may be traced, without anybody's words


def test_28_buttons_threads_and_greetings_outlive_a_restart(serve):
    bot = serve()
    answer = bot.ask(ANN, ENGINEERING, "what was said about containers?")
    private = bot.command(ANN, RANDOM, "/recap what was said about containers?")
    bot.workspace.channels["C0NEW"] = Channel("C0NEW", "new", {ANN, BEN})
    bot.slack.invite(ANN, "C0NEW")
    bot.one("C0NEW")
    bot.settle()
    bot.end()
    bot.workspace.channels["C0NEW"].members.discard(BOT_USER)
    bot.start()
    bot.slack.invite(ANN, "C0NEW")
    bot.change(ANN, answer, "recap:page:1")
    bot.change(ANN, private, "recap:page:1")
    assert "Tokyo" in bot.say(ANN, ENGINEERING, "only Tokyo", answer.thread_ts).text
    bot.settle()


def test_29_a_busy_bot_still_acknowledges_forms_and_menus(bot):
    bot.slack.shortcut(ANN, "recap_search")
    form = bot.window(ANN, "recap.search")
    for user in (ANN, BEN, ADA):
        for number in range(10):
            bot.slack.post(user, ENGINEERING, f"<@{BOT_USER}> summary of containers in {2010 + number}")
    suggested = bot.slack.suggest(ANN, form, "event", "tok")
    sent = bot.slack.submit(ANN, form, {"question": "Kuryr"})
    bot.wait(lambda: suggested.acked and sent.acked)
    bot.wait(lambda: len(bot.news(ENGINEERING)) == 30)
    bot.known += bot.news(ENGINEERING)
    bot.wait(lambda: "Mestery" in shown(form.blocks))


def test_30_a_first_message_in_general_without_a_mention_is_none_of_its_business(bot):
    bot.hush(ANN, GENERAL, "what was said about Kuryr?")
    bot.hush(ANN, ENGINEERING, "stop")
    bot.hush(ANN, ENGINEERING, "thanks!")


def test_31_nothing_that_was_sent_holds_a_token_or_a_path(bot):
    sent = json.dumps([call.arguments for call in bot.slack.calls if call.method in (*SAYING, "views.open")])
    for secret in ("xoxb-", "xapp-", "/tmp/", "Traceback"):
        assert secret not in sent
