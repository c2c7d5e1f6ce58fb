import sqlite3
import threading
from copy import deepcopy
from types import SimpleNamespace

import pytest
from pressing import MANIFEST, actions, library, more_notes, patient, pressed, told
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.admins import ADMINS_ONLY
from bot.again import TOO_OLD
from bot.manners import FOREIGN
from bot.manners import GUEST as REFUSED
from bot.playground.workspace import ADMIN, BOT_TOKEN, ENGINEERING, GENERAL, GUEST, MEMBER, RANDOM
from bot.reach import TOO_LATE
from bot.shortcuts import NO_TEXT
from bot.views import examples
from intents import INTENTS
from store import gaps
from store.index import Index, open_index
from store.load import Changes, reload

__all__ = ["library", "patient"]
BEN, DIRECT = "U0BEN", "D0ANN"


@pytest.fixture
async def bot(tmp_path, library):
    async with pressed(tmp_path, library) as rig:
        yield rig


def home(bot, user=MEMBER) -> str:
    return told(bot.slack.workspace.homes[user].blocks)


async def test_home_tells_what_recap_knows_and_offers_examples(bot):
    await bot.do(bot.slack.open_home, MEMBER)
    shown = home(bot)
    assert f"{bot.desk.index.status().notes} notes" in shown
    for event in bot.desk.index.facets.events:
        assert event.name in shown
    for question in examples(INTENTS):
        assert question in shown
    assert "recap:load" not in shown


async def test_home_tells_admins_more(bot):
    gaps.file(bot.journal, "t", MEMBER, "what of <!channel>?", bot.desk.clock())
    bot.desk.answer(SimpleNamespace(
        text="xylophone", conversation="c", memory=1.0, surface="dm", channel="D", user=MEMBER, thread=""
    ))  # fmt: skip
    await bot.do(bot.slack.open_home, ADMIN)
    shown = home(bot, ADMIN)
    assert "recap:load" in shown
    assert "what of &lt;!channel&gt;?" in shown
    assert "1 answer, 1 of them a refusal; thumbs: 0 up, 0 down" in shown
    assert bot.desk.index.status().folder in shown


async def test_home_tells_admins_of_rejected_files_and_everybody_what_is_new(tmp_path, notes):
    more_notes(notes)
    reload(notes, tmp_path / "recap.db")
    (notes / "empty.md").write_text("")
    (notes / "fresh.md").write_text("# A <!here> note\n\nIronic boots metal now, and does it well.\n")
    reload(notes, tmp_path / "recap.db")
    index = open_index(tmp_path / "recap.db")
    async with pressed(tmp_path, index) as bot:
        for user in (MEMBER, ADMIN):
            await bot.do(bot.slack.open_home, user)
        assert "empty.md" not in home(bot)
        assert "empty.md" in home(bot, ADMIN)
        for user in (MEMBER, ADMIN):
            assert "New since the last load" in home(bot, user)
            assert "<!here>" not in home(bot, user)
        assert "Report 3" not in home(bot).partition("New since")[2].partition("What I know")[0]
    index.close()


async def test_after_the_first_load_nothing_is_new(bot):
    await bot.do(bot.slack.open_home, MEMBER)
    assert "New since" not in home(bot)


async def test_home_is_there_without_an_index_and_without_a_state(tmp_path, caplog):
    async with pressed(tmp_path, Index(tmp_path / "nowhere.db")) as bot:
        await bot.do(bot.slack.open_home, ADMIN)
        assert "There are no notes yet" in home(bot, ADMIN)
        assert "no index at" in home(bot, ADMIN)
        bot.journal.db.execute("drop table gaps")
        await bot.do(bot.slack.open_home, ADMIN)
        assert "recap:load" in home(bot, ADMIN)
        assert "The state file fails" in home(bot, ADMIN)
        await bot.do(bot.slack.open_home, MEMBER)
        assert "The state file fails" not in home(bot)
    assert "Home tells nothing of it" in caplog.text


@pytest.mark.parametrize("user", [GUEST, "U0EVE"])
async def test_home_tells_nothing_to_those_who_may_not_ask(bot, user):
    await bot.do(bot.slack.open_home, user)
    assert {GUEST: REFUSED, "U0EVE": FOREIGN}[user].split(".")[0] in home(bot, user)
    assert "Kuryr" not in home(bot, user)


async def test_home_that_cannot_be_shown_ends_in_a_log_line(bot, caplog):
    bot.slack.faults.fail("views.publish", error="not_enabled")
    await bot.do(bot.slack.open_home, MEMBER)
    assert "not_enabled" in caplog.text
    assert bot.seen(MEMBER, DIRECT) == []


async def test_an_example_on_home_is_answered_in_the_direct_messages(bot):
    await bot.do(bot.slack.open_home, MEMBER)
    await bot.do(bot.slack.press, MEMBER, bot.slack.workspace.homes[MEMBER], "recap:ask:0")
    (answer,) = bot.seen(MEMBER, DIRECT)
    assert answer.text.startswith(f"You asked: {INTENTS['find'].example}\n")
    await bot.do(bot.slack.press, MEMBER, answer, "recap:page:1")
    assert "recap:page:0" in actions(answer)
    assert answer.text.startswith("You asked: ")


async def test_the_thread_under_an_answered_example_goes_on_from_it(bot):
    await bot.do(bot.slack.open_home, MEMBER)
    await bot.do(bot.slack.press, MEMBER, bot.slack.workspace.homes[MEMBER], "recap:ask:0")
    (answer,) = bot.seen(MEMBER, DIRECT)
    earlier = bot.journal.earlier(f"{DIRECT}:{answer.ts}", bot.desk.clock(), 600.0)
    assert earlier == (INTENTS["find"].example,)


async def test_an_example_that_cannot_be_sent_ends_in_a_log_line_that_gives_nothing_away(bot, caplog):
    await bot.do(bot.slack.open_home, MEMBER)
    for _ in range(3):
        bot.slack.faults.fail("chat.postMessage", error="messages_tab_disabled")
    await bot.do(bot.slack.press, MEMBER, bot.slack.workspace.homes[MEMBER], "recap:ask:0")
    assert bot.seen(MEMBER, DIRECT) == []
    assert "messages_tab_disabled" in caplog.text
    assert "Kuryr" not in caplog.text


async def test_an_example_is_answered_also_where_the_state_cannot_be_written(bot, caplog, monkeypatch):
    def full(*values):
        raise sqlite3.OperationalError("disk is full")

    await bot.do(bot.slack.open_home, MEMBER)
    monkeypatch.setattr("store.shown.read", full)
    await bot.do(bot.slack.press, MEMBER, bot.slack.workspace.homes[MEMBER], "recap:ask:0")
    assert len(bot.seen(MEMBER, DIRECT)) == 1
    assert "nothing goes on from this answer" in caplog.text


async def test_the_agent_view_offers_nothing_to_those_who_may_not_ask(bot):
    await bot.do(bot.slack.open_messages_tab, GUEST)
    assert bot.slack.workspace.prompts == {}


async def test_the_agent_view_offers_questions_without_a_thread(bot):
    await bot.do(bot.slack.open_messages_tab, MEMBER)
    offered = bot.slack.workspace.prompts[DIRECT]["prompts"]
    assert 1 <= len(offered) <= 4
    assert INTENTS["find"].example in [prompt["message"] for prompt in offered]
    (call,) = bot.slack.called("assistant.threads.setSuggestedPrompts")
    assert "thread_ts" not in call.arguments


async def test_an_app_that_may_not_offer_questions_stays_quiet(tmp_path, library, caplog):
    manifest = deepcopy(MANIFEST)
    manifest["oauth_config"]["scopes"]["bot"] = ["chat:write", "users:read", "im:history"]
    async with pressed(tmp_path, library, manifest=manifest) as bot:
        await bot.do(bot.slack.open_messages_tab, MEMBER)
        assert bot.slack.called("assistant.threads.setSuggestedPrompts")
        assert bot.seen(MEMBER, DIRECT) == []
    assert caplog.text == ""


async def test_an_opening_of_any_shape_is_acknowledged(bot):
    for event in ({}, {"tab": "home"}, {"user": MEMBER, "channel": None, "tab": "messages"}):
        body = {"type": "event_callback", "event": {"type": "app_home_opened", **event}}
        response = await bot.app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
        assert response.status == 200
        await bot.settle()


async def test_an_admin_loads_from_home_and_sees_the_report_in_a_window(tmp_path, library):
    loads = []

    def load(force, progress):
        loads.append(force)
        return Changes(added=("a.md", "<!channel>.md"))

    async with pressed(tmp_path, library, load=load) as bot:
        await bot.do(bot.slack.open_home, ADMIN)
        await bot.do(bot.slack.press, ADMIN, bot.slack.workspace.homes[ADMIN], "recap:load")
        assert "2 added" in bot.modal(ADMIN)
        assert "<!channel>" not in bot.modal(ADMIN)
        assert loads == [False]
        assert len(bot.slack.called("views.publish")) == 2


async def test_only_admins_load_from_home(bot):
    await bot.do(bot.slack.open_home, ADMIN)
    bot.slack.workspace.homes[MEMBER] = bot.slack.workspace.homes[ADMIN]
    await bot.do(bot.slack.press, MEMBER, bot.slack.workspace.homes[MEMBER], "recap:load")
    assert [seen.text for seen in bot.seen(MEMBER, DIRECT)] == [ADMINS_ONLY.format("Loading the notes")]
    assert bot.modal(MEMBER) == ""


async def test_a_load_at_work_shows_on_home(tmp_path, library):
    go_on = threading.Event()

    def load(force, progress):
        go_on.wait(10)
        return Changes()

    async with pressed(tmp_path, library, load=load) as bot:
        await bot.do(bot.slack.open_home, ADMIN)
        bot.slack.press(ADMIN, bot.slack.workspace.homes[ADMIN], "recap:load")
        await bot.slack.until(lambda: "Reading the notes" in bot.modal(ADMIN))
        bot.slack.open_home(ADMIN)
        await bot.slack.until(lambda: "Loading" in home(bot, ADMIN))
        go_on.set()
        await bot.settle()
        assert "Load the notes now" in home(bot, ADMIN)


async def test_a_message_is_answered_to_the_one_who_asks_and_can_be_shared(bot):
    written = await bot.do(bot.slack.post, BEN, ENGINEERING, "Does anybody know what became of Kuryr?")
    await bot.do(bot.slack.shortcut, MEMBER, "recap_message", written)
    answer = bot.seen(MEMBER, ENGINEERING)[-1]
    assert answer.text.startswith("You asked: Does anybody know")
    assert bot.seen(BEN, ENGINEERING) == [written]
    await bot.do(bot.slack.press, MEMBER, answer, "recap:share")
    (shared,) = bot.seen(BEN, ENGINEERING, written.ts)[1:]
    assert shared.text.startswith(f"Shared by <@{MEMBER}>")


async def test_a_message_in_a_thread_is_answered_in_the_thread(bot):
    root = await bot.do(bot.slack.post, BEN, ENGINEERING, "Kuryr!")
    reply = await bot.do(bot.slack.post, BEN, ENGINEERING, "what of kuryr?", root.ts)
    await bot.do(bot.slack.shortcut, MEMBER, "recap_message", reply)
    answer = bot.seen(MEMBER, ENGINEERING, root.ts)[-1]
    assert (answer.seen_by, answer.thread_ts) == (MEMBER, root.ts)
    assert "Kuryr" in answer.text


async def test_a_message_is_answered_where_the_bot_is_no_member(bot):
    written = await bot.do(bot.slack.post, BEN, RANDOM, "what of kuryr?")
    await bot.do(bot.slack.shortcut, MEMBER, "recap_message", written)
    assert "What the notes say about Kuryr" in bot.seen(MEMBER, RANDOM)[-1].text


async def test_a_message_leans_on_no_conversation_and_starts_none(bot):
    await bot.public("what of kuryr")
    before = bot.journal.db.execute("select conversation, text from questions").fetchall()
    written = await bot.do(bot.slack.post, BEN, ENGINEERING, "and in Austin?")
    await bot.do(bot.slack.shortcut, MEMBER, "recap_message", written)
    after = bot.journal.db.execute("select conversation, text from questions").fetchall()
    assert [row for row in after if row[0] == before[0][0]] == before


async def test_a_message_without_text_gets_a_word(bot):
    written = await bot.do(bot.slack.post, BEN, ENGINEERING, "")
    await bot.do(bot.slack.shortcut, MEMBER, "recap_message", written)
    assert bot.seen(MEMBER, ENGINEERING)[-1].text == NO_TEXT


async def test_a_message_of_any_length_and_content_is_answered_harmlessly(bot):
    text = "&lt;!channel&gt; <@U0BEN> `ls` \u202e " + "kuryr and more " * 2_000
    written = await bot.do(bot.slack.post, BEN, ENGINEERING, text)
    await bot.do(bot.slack.shortcut, MEMBER, "recap_message", written)
    answer = bot.seen(MEMBER, ENGINEERING)[-1]
    assert answer.seen_by == MEMBER
    for hidden in ("<!channel>", "<@U0BEN>", "\u202e"):
        assert hidden not in answer.text + told(answer.blocks)


async def test_a_stranger_is_refused_by_shortcut_too(bot):
    written = await bot.do(bot.slack.post, BEN, GENERAL, "what of kuryr?")
    await bot.do(bot.slack.shortcut, GUEST, "recap_message", written)
    assert bot.seen(GUEST, GENERAL)[-1].text == REFUSED
    await bot.do(bot.slack.shortcut, GUEST, "recap_search")
    assert bot.modal(GUEST) == ""


async def test_the_search_form_offers_names_while_one_types(bot):
    await bot.do(bot.slack.shortcut, MEMBER, "recap_search")
    form = bot.slack.workspace.modal(MEMBER)
    for field, typed, first in (
        ("event", "tok", "OpenStack Summit Tokyo 2015"),
        ("event", "Tokio", "OpenStack Summit Tokyo 2015"),
        ("event", "ha noi", "OpenInfra Days Hanoi 2017"),
        ("year", "20", "2018"),
        ("person", "dachary", "Loïc Dachary"),
        ("person", "loic", "Loïc Dachary"),
    ):
        await bot.do(bot.slack.suggest, MEMBER, form, field, typed)
        assert form.options[field][0]["value"] == first, (field, typed)
    await bot.do(bot.slack.suggest, MEMBER, form, "event", "qqqqqq")
    assert form.options["event"] == []
    await bot.do(bot.slack.suggest, MEMBER, form, "event", "")
    assert len(form.options["event"]) == len(bot.desk.index.facets.events)


async def test_names_are_offered_while_all_workers_are_busy(tmp_path, library):
    go_on = threading.Event()
    async with pressed(tmp_path, library) as bot:
        for _ in range(4):
            bot.desk.pool.submit(go_on.wait, 10)
        bot.slack.shortcut(MEMBER, "recap_search")
        form = await bot.slack.until(lambda: bot.slack.workspace.modal(MEMBER))
        bot.slack.suggest(MEMBER, form, "event", "tok")
        await bot.slack.until(lambda: form.options.get("event"))
        go_on.set()


async def test_names_are_not_offered_to_those_who_may_not_ask(bot):
    await bot.do(bot.slack.shortcut, MEMBER, "recap_search")
    form = bot.slack.workspace.modal(MEMBER)
    delivery = await bot.do(bot.slack.suggest, GUEST, form, "event", "tok")
    assert delivery.ack == {"options": []}


async def test_names_that_cannot_be_read_are_none(tmp_path):
    async with pressed(tmp_path, Index(tmp_path / "nowhere.db")) as bot:
        await bot.do(bot.slack.shortcut, MEMBER, "recap_search")
        form = bot.slack.workspace.modal(MEMBER)
        delivery = await bot.do(bot.slack.suggest, MEMBER, form, "event", "tok")
        assert delivery.ack == {"options": []}


async def search(bot, text="kuryr", **values):
    await bot.do(bot.slack.shortcut, MEMBER, "recap_search")
    form = bot.slack.workspace.modal(MEMBER)
    for field, value in values.items():
        await bot.do(bot.slack.suggest, MEMBER, form, field, value)
    await bot.do(bot.slack.submit, MEMBER, form, {"question": text, **values})
    return bot.slack.workspace.modal(MEMBER)


async def test_a_search_is_answered_in_its_window(bot):
    view = await search(bot)
    assert "What the notes say about Kuryr" in bot.modal(MEMBER)
    assert "recap:share" not in actions(view)
    assert "recap:rate" not in actions(view)
    assert (bot.seen(MEMBER, DIRECT), bot.seen(MEMBER, ENGINEERING)) == ([], [])


async def test_a_search_is_limited_to_what_was_selected(bot):
    await search(bot, event="OpenStack Summit Tokyo 2015")
    assert "Gal Marrow introduced" in bot.modal(MEMBER)
    assert "Report" not in bot.modal(MEMBER)
    await search(bot, year="2013", person="Ann Writer")
    assert "2013-05-01" in bot.modal(MEMBER)
    assert "2014-05-01" not in bot.modal(MEMBER)


async def test_an_answer_in_a_window_is_paged_in_it_and_opens_others_on_top(bot):
    view = await search(bot)
    await bot.do(bot.slack.press, MEMBER, view, "recap:page:1")
    assert "recap:page:0" in actions(view)
    await bot.do(bot.slack.press, MEMBER, view, "recap:why")
    assert bot.slack.workspace.modals[MEMBER][0] is view
    assert "score" in bot.modal(MEMBER)


async def test_a_press_in_a_window_that_is_too_old_is_told_directly(bot):
    view = await search(bot)
    bot.journal.db.execute("delete from shown")
    bot.journal.db.conn.commit()
    await bot.do(bot.slack.press, MEMBER, view, "recap:page:1")
    assert [seen.text for seen in bot.seen(MEMBER, DIRECT)] == [TOO_OLD]


async def test_a_search_that_takes_a_while_is_acknowledged_with_a_word_of_patience(tmp_path, library, monkeypatch):
    go_on = threading.Event()
    monkeypatch.setattr("bot.reach.SOON", 0.0)
    async with pressed(tmp_path, library, hurdle=lambda: go_on.wait(10)) as bot:
        await bot.do(bot.slack.shortcut, MEMBER, "recap_search")
        form = bot.slack.workspace.modal(MEMBER)
        delivery = bot.slack.submit(MEMBER, form, {"question": "kuryr"})
        await bot.slack.until(lambda: delivery.acked)
        assert "One moment" in bot.modal(MEMBER)
        go_on.set()
        await bot.settle()
        assert "What the notes say about Kuryr" in bot.modal(MEMBER)


async def test_a_search_by_somebody_who_may_not_ask_any_more_says_so_in_the_window(bot):
    await bot.do(bot.slack.shortcut, MEMBER, "recap_search")
    form = bot.slack.workspace.modal(MEMBER)
    bot.slack.workspace.people[MEMBER].guest = True
    bot.desk.door.people.clear()
    await bot.do(bot.slack.submit, MEMBER, form, {"question": "kuryr"})
    assert "I am not open to guests" in bot.modal(MEMBER)


async def test_a_search_form_whose_trigger_is_over_ends_in_one_word(bot, caplog):
    bot.slack.faults.fail("views.open", error="expired_trigger_id")
    await bot.do(bot.slack.shortcut, MEMBER, "recap_search")
    assert [seen.text for seen in bot.seen(MEMBER, DIRECT)] == [TOO_LATE]
    assert BOT_TOKEN not in caplog.text


async def test_a_form_of_any_shape_is_acknowledged(bot):
    for state in (None, {}, {"values": 3}, {"values": {"question": {"question": {"value": 7}}}}):
        view = {"type": "modal", "id": "V1", "callback_id": "recap.search", "state": state}
        body = {"type": "view_submission", "user": {"id": MEMBER}, "team": {"id": "T0ACME"}, "view": view}
        response = await bot.app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
        assert response.status == 200
        await bot.settle()


async def test_who_asks_too_much_is_told_so_also_beside_messages(tmp_path, library):
    async with pressed(tmp_path, library, rate_person=1) as bot:
        await search(bot)
        assert "What the notes say about Kuryr" in bot.modal(MEMBER)
        await search(bot)
        assert "more than 1 question in a minute" in bot.modal(MEMBER)
        written = await bot.do(bot.slack.post, BEN, ENGINEERING, "what of kuryr?")
        await bot.do(bot.slack.shortcut, MEMBER, "recap_message", written)
        assert "more than 1 question in a minute" in bot.seen(MEMBER, ENGINEERING)[-1].text
