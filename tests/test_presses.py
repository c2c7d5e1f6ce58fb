import asyncio
import sqlite3
import threading

import pytest
from pressing import actions, library, patient, pressed, told
from slack_bolt.request.async_request import AsyncBoltRequest

from bot import presses
from bot.again import TOO_OLD
from bot.ask import SORRY
from bot.desk import WORKERS
from bot.manners import GUEST as REFUSED
from bot.playground.workspace import BOT_TOKEN, ENGINEERING, GENERAL, GUEST, MEMBER, RANDOM
from bot.presses import FILED, FILED_BEFORE, NO_SUCH_PASSAGE, NOT_SHARED, SHARED_BEFORE
from bot.reach import NO_WINDOW, NOT_CHANGED, TOO_LATE
from store.gaps import unanswered
from store.index import Index

__all__ = ["library", "patient"]
BEN, SECRET = "U0BEN", "the merger"


@pytest.fixture
async def bot(tmp_path, library):
    async with pressed(tmp_path, library) as rig:
        yield rig


async def test_more_and_back_turn_the_page_in_the_same_message(bot):
    message = await bot.public("kuryr")
    first = message.text
    await bot.do(bot.slack.press, BEN, message, "recap:page:1")
    second = message.text
    assert "Report" in second
    assert second != first
    await bot.do(bot.slack.press, MEMBER, message, "recap:page:2")
    await bot.do(bot.slack.press, MEMBER, message, "recap:page:1")
    assert message.text == second
    await bot.do(bot.slack.press, BEN, message, "recap:page:0")
    assert message.text == first
    assert bot.seen(MEMBER, ENGINEERING) == [message], "and never a second one"
    assert not bot.slack.called("response_url")


async def test_a_private_answer_is_paged_by_its_response_url(bot):
    message = await bot.private("kuryr", channel=RANDOM)
    await bot.do(bot.slack.press, MEMBER, message, "recap:page:1")
    assert message.text.startswith("You asked: kuryr\n")
    assert {"recap:page:0", "recap:page:2", "recap:share"} <= set(actions(message))
    assert bot.seen(MEMBER, RANDOM) == [message]
    assert not bot.slack.called("chat.update")


async def test_several_people_who_press_the_same_at_once_see_one_page_further(bot):
    message = await bot.public("kuryr")
    for user in (MEMBER, BEN, MEMBER, BEN):
        bot.slack.press(user, message, "recap:page:1")
    await bot.settle()
    assert {"recap:page:0", "recap:page:2"} <= set(actions(message))
    assert bot.seen(MEMBER, ENGINEERING) == [message]


async def test_searching_exactly_and_dropping_a_filter_go_on_from_what_is_shown(bot):
    message = await bot.private("kuryrr in austin")
    assert "Only: Austin" in message.text
    await bot.do(bot.slack.press, MEMBER, message, "recap:drop:city")
    assert "Only:" not in message.text
    await bot.do(bot.slack.press, MEMBER, message, "recap:page:1")
    assert "recap:page:0" in actions(message)
    assert "Only:" not in message.text
    await bot.do(bot.slack.press, MEMBER, message, "recap:exact")
    assert "don’t mention “kuryrr”" in message.text
    assert "recap:page:0" not in actions(message)


async def test_a_choice_is_asked_in_place_under_a_ticket_of_its_own(bot):
    message = await bot.public("xylophone kuryr")
    before = bot.ticket()
    for user in (MEMBER, BEN):  # the second one had not seen yet that it changed
        bot.slack.press(user, message, "recap:choice:0")
    await bot.settle()
    assert message.text.startswith("What the notes say about Kuryr")
    assert "recap:page:1" in actions(message)
    assert before not in told(message.blocks)
    assert bot.seen(MEMBER, ENGINEERING) == [message]


async def test_a_chosen_question_is_what_the_next_one_in_the_conversation_goes_on_from(bot):
    message = await bot.public("xylophone kuryr")
    await bot.do(bot.slack.press, MEMBER, message, "recap:choice:0")
    assert bot.journal.earlier(f"{ENGINEERING}:{MEMBER}", bot.desk.clock(), 600.0) == ("xylophone kuryr", "Kuryr")


async def test_why_tells_words_and_scores_in_a_window(bot):
    message = await bot.public("kuryrr in austin")
    await bot.do(bot.slack.press, BEN, message, "recap:why")
    assert all(word in bot.modal(BEN) for word in ("kuryrr", "Austin", "score"))
    assert bot.modal(MEMBER) == ""
    assert [call.method for call in bot.slack.calls if call.method.startswith("views")] == ["views.open"]


async def test_a_passage_opens_between_its_neighbours(bot):
    message = await bot.public("railway company")
    await bot.do(bot.slack.press, MEMBER, message, "recap:passage:0")
    for words in ("The doors opened late on day 5", "lost its second maintainer", "The week 5 ended"):
        assert words in bot.modal(MEMBER)


async def test_every_source_opens_its_own_passage(bot):
    message = await bot.public("kuryr")
    opened = [name for name in actions(message) if name.startswith("recap:passage:")]
    assert len(opened) > 3
    for name in opened:
        await bot.do(bot.slack.press, MEMBER, message, name)
        number = int(name.rpartition(":")[2]) + 1
        title = message.text.partition(f"[{number}] ")[2].partition(" ·")[0]
        assert f'"text": "{title}"' in bot.modal(MEMBER)


async def test_an_answer_is_exported_as_markdown(bot):
    message = await bot.public("kuryr in austin")
    await bot.do(bot.slack.press, MEMBER, message, "recap:export")
    assert "## Sources" in bot.modal(MEMBER)
    assert "Report 0" in bot.modal(MEMBER)


async def test_a_window_that_takes_a_while_opens_with_a_word_of_patience_in_time(tmp_path, library, monkeypatch):
    monkeypatch.setattr("bot.reach.SOON", 0.0)
    async with pressed(tmp_path, library) as bot:
        message = await bot.public("kuryr")
        await bot.do(bot.slack.press, MEMBER, message, "recap:why")
        first, last = (call.arguments["view"] for call in bot.slack.calls if call.method.startswith("views"))
        assert "One moment" in told(first["blocks"])
        assert "score" in told(last["blocks"])
        assert told(bot.slack.workspace.modal(MEMBER).blocks).count("score") > 1


async def test_a_window_that_cannot_be_filled_says_why(tmp_path, library, monkeypatch):
    monkeypatch.setattr("bot.reach.SOON", 0.0)
    async with pressed(tmp_path, library) as bot:
        message = await bot.public("kuryr")
        bot.journal.db.execute("delete from shown")
        bot.journal.db.conn.commit()
        await bot.do(bot.slack.press, MEMBER, message, "recap:why")
        assert TOO_OLD in bot.modal(MEMBER)


async def test_a_bug_behind_a_window_is_apologised_for_and_logged_without_the_question(bot, monkeypatch, caplog):
    def broken(*values):
        raise ValueError(SECRET)

    monkeypatch.setattr("bot.reach.SOON", 0.0)
    monkeypatch.setattr("bot.modals.why", broken)
    message = await bot.public("kuryr")
    await bot.do(bot.slack.press, MEMBER, message, "recap:why")
    assert SORRY in bot.modal(MEMBER)
    assert "ValueError" in caplog.text
    assert "merger" not in caplog.text


@pytest.mark.parametrize("action", ["recap:page:1", "recap:export", "recap:share"])
async def test_a_press_on_an_answer_that_is_too_old_says_so_to_the_one_who_pressed(bot, action, caplog):
    message = await bot.private("kuryr")
    text = message.text
    bot.journal.db.execute("update shown set at = at - 31 * 86400")
    bot.journal.db.conn.commit()
    await bot.do(bot.slack.press, MEMBER, message, action)
    assert [seen.text for seen in bot.seen(MEMBER, ENGINEERING)] == [text, TOO_OLD]
    assert bot.seen(BEN, ENGINEERING) == []
    assert caplog.text == ""


async def test_a_thumb_is_kept_once_a_person_and_the_last_press_wins(bot):
    message = await bot.public("kuryr")
    for user, thumb in ((MEMBER, "positive"), (BEN, "positive"), (MEMBER, "negative"), (MEMBER, "positive")):
        await bot.do(bot.slack.press, user, message, "recap:rate", thumb)
    rows = bot.journal.db.execute("select ticket, user, helpful from ratings order by user").fetchall()
    assert rows == [(bot.ticket(), MEMBER, 1), (bot.ticket(), BEN, 1)]
    assert bot.seen(MEMBER, ENGINEERING) == [message]


async def test_a_thumb_down_asks_why_and_keeps_what_is_said(bot):
    message = await bot.public("kuryr")
    await bot.do(bot.slack.press, MEMBER, message, "recap:rate", "negative")
    form = bot.slack.workspace.modal(MEMBER)
    assert form.body["callback_id"] == "recap.feedback"
    await bot.do(bot.slack.submit, MEMBER, form, {"reason": "old", "remark": "It is of 2013."})
    rows = bot.journal.db.execute("select user, helpful, reason, remark from ratings").fetchall()
    assert rows == [(MEMBER, 0, "old", "It is of 2013.")]
    assert bot.slack.workspace.modal(MEMBER) is None


async def test_a_remark_that_cannot_be_kept_in_time_stays_in_its_form_and_can_be_sent_again(bot, monkeypatch):
    message = await bot.public("kuryr")
    await bot.do(bot.slack.press, MEMBER, message, "recap:rate", "negative")
    form = bot.slack.workspace.modal(MEMBER)
    monkeypatch.setattr(presses, "KEPT_WITHIN", 0.05)
    with bot.journal.writing():  # as another process may
        sent = asyncio.create_task(bot.do(bot.slack.submit, MEMBER, form, {"reason": "old", "remark": "Of 2013."}))
        while not form.errors:
            await asyncio.sleep(0.01)
    assert form.errors == {"remark": presses.NOT_KEPT}
    await sent
    monkeypatch.undo()
    await bot.do(bot.slack.submit, MEMBER, form, {"reason": "old", "remark": "Of 2013, really."})
    assert bot.slack.workspace.modal(MEMBER) is None
    assert bot.journal.db.execute("select remark from ratings").fetchall() == [("Of 2013, really.",)]


async def test_thumbs_and_remarks_are_kept_and_acknowledged_while_every_thread_is_at_work_on_answers(bot):
    message = await bot.public("kuryr")
    over = threading.Event()
    for _ in range(WORKERS):
        bot.desk.pool.submit(over.wait)
    try:
        await bot.do(bot.slack.press, MEMBER, message, "recap:rate", "negative")
        form = bot.slack.workspace.modal(MEMBER)
        await bot.do(bot.slack.submit, MEMBER, form, {"reason": "old", "remark": "It is of 2013."})
        assert bot.slack.workspace.modal(MEMBER) is None
        assert bot.journal.db.execute("select reason, remark from ratings").fetchall() == [("old", "It is of 2013.")]
    finally:
        over.set()


async def test_a_reason_that_is_none_of_ours_is_not_kept(bot):
    message = await bot.public("kuryr")
    await bot.do(bot.slack.press, MEMBER, message, "recap:rate", "negative")
    form = bot.slack.workspace.modal(MEMBER)
    form.values["reason"] = {"type": "radio_buttons", "selected_option": {"value": "'; drop table ratings"}}
    await bot.do(bot.slack.submit, MEMBER, form)
    assert bot.journal.db.execute("select helpful, reason from ratings").fetchall() == [(0, "")]


async def test_a_question_is_filed_for_the_note_keepers_once_a_person(bot):
    message = await bot.public("xylophone")
    for user in (MEMBER, MEMBER, BEN):
        await bot.do(bot.slack.press, user, message, "recap:tell")
    assert sorted((gap.user, gap.text) for gap in unanswered(bot.journal)) == [
        (MEMBER, "xylophone"),
        (BEN, "xylophone"),
    ]
    assert [seen.text for seen in bot.seen(MEMBER, ENGINEERING)][1:] == [FILED, FILED_BEFORE]


async def test_a_shared_answer_names_the_sharer_and_has_buttons_of_its_own(bot):
    message = await bot.private("kuryr")
    await bot.do(bot.slack.press, MEMBER, message, "recap:share")
    (shared,) = bot.seen(BEN, ENGINEERING)
    assert shared.text.startswith(f"Shared by <@{MEMBER}>: “kuryr”\n")
    assert "recap:share" not in actions(shared)
    text = message.text
    await bot.do(bot.slack.press, BEN, shared, "recap:page:1")
    assert shared.text.startswith(f"Shared by <@{MEMBER}>: “kuryr”\n")
    assert "recap:page:0" in actions(shared)
    assert message.text == text, "the private one stays where it is"
    await bot.do(bot.slack.press, BEN, shared, "recap:rate", "positive")
    assert bot.journal.db.execute("select user from ratings").fetchall() == [(BEN,)]


async def test_an_answer_is_shared_once_however_often_it_is_pressed(bot):
    message = await bot.private("kuryr")
    for _ in range(3):
        bot.slack.press(MEMBER, message, "recap:share")
    await bot.settle()
    assert len(bot.seen(BEN, ENGINEERING)) == 1
    assert [seen.text for seen in bot.seen(MEMBER, ENGINEERING) if seen.text == SHARED_BEFORE] == [SHARED_BEFORE] * 2


async def test_an_answer_is_shared_where_the_bot_is_no_member(bot):
    message = await bot.private("kuryr", channel=RANDOM)
    await bot.do(bot.slack.press, MEMBER, message, "recap:share")
    (shared,) = bot.seen(BEN, RANDOM)
    assert shared.text.startswith(f"Shared by <@{MEMBER}>")
    await bot.do(bot.slack.press, BEN, shared, "recap:page:1")
    assert "recap:page:0" in actions(shared)
    assert bot.seen(BEN, RANDOM) == [shared]


async def test_an_answer_that_could_not_be_shared_can_be_shared_later(bot, caplog):
    message = await bot.private("kuryr")
    bot.slack.faults.fail("chat.postMessage", error="not_in_channel")
    bot.slack.faults.fail("response_url", status=404, body="expired_url")
    await bot.do(bot.slack.press, MEMBER, message, "recap:share")
    assert bot.seen(BEN, ENGINEERING) == []
    assert bot.seen(MEMBER, ENGINEERING)[-1].text == NOT_SHARED
    assert "kuryr" not in caplog.text
    await bot.do(bot.slack.press, MEMBER, message, "recap:share")
    assert len(bot.seen(BEN, ENGINEERING)) == 1


@pytest.mark.parametrize(
    "action",
    [
        {"action_id": "recap:page:99999", "value": "TICKET"},
        {"action_id": "recap:page:-1", "value": "TICKET"},
        {"action_id": "recap:page:٣", "value": "TICKET"},
        {"action_id": "recap:page:x", "value": "TICKET"},
        {"action_id": "recap:drop:file", "value": "TICKET"},
        {"action_id": "recap:size:XXL", "value": "TICKET"},
        {"action_id": "recap:unheard:of", "value": "TICKET"},
        {"action_id": "recap:rate", "value": "sideways:TICKET"},
        {"action_id": "recap:rate", "value": "up:no ticket; at all"},
        {"action_id": "recap:rate"},
        {"action_id": "recap:ask:0", "value": "  "},
        {"action_id": "another:app"},
    ],
    ids=str,
)
async def test_what_no_button_of_ours_says_does_nothing(bot, action, caplog):
    message = await bot.public("kuryr")
    text = message.text
    action = {name: value.replace("TICKET", bot.ticket()) for name, value in action.items()}
    message.blocks = [{"type": "actions", "block_id": "b", "elements": [{"type": "button", "text": {}, **action}]}]
    await bot.do(bot.slack.press, MEMBER, message, action["action_id"])
    assert ([seen.text for seen in bot.seen(MEMBER, ENGINEERING)], caplog.text) == ([text], "")
    assert bot.journal.db.execute("select * from ratings").fetchall() == []


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ("recap:page:1", "made-up"),
        ("recap:choice:7", "TICKET"),
        ("recap:exact", ""),
        ("recap:why", "' or 1=1 --"),
        ("recap:tell", "x" * 2000),
        ("recap:rate", "up:made-up"),
    ],
)
async def test_a_button_with_a_ticket_that_nobody_was_given_gets_one_word(bot, action, value, caplog):
    message = await bot.public("kuryr")
    value = value.replace("TICKET", bot.ticket())
    button = {"type": "button", "text": {}, "action_id": action, "value": value}
    message.blocks = [{"type": "actions", "block_id": "b", "elements": [button]}]
    await bot.do(bot.slack.press, MEMBER, message, action)
    assert [seen.text for seen in bot.seen(MEMBER, ENGINEERING)][1:] == [TOO_OLD]
    assert [seen.text for seen in bot.seen(BEN, ENGINEERING)][1:] == []
    assert unanswered(bot.journal) == ()
    assert caplog.text == ""


async def test_a_passage_that_is_not_there_any_more_says_so(bot):
    message = await bot.public("kuryr in austin")
    button = {"type": "button", "text": {}, "action_id": "recap:passage:99", "value": bot.ticket()}
    message.blocks = [{"type": "actions", "block_id": "b", "elements": [button]}]
    await bot.do(bot.slack.press, MEMBER, message, "recap:passage:99")
    assert bot.seen(MEMBER, ENGINEERING)[-1].text == NO_SUCH_PASSAGE


async def test_payloads_of_any_shape_are_acknowledged_and_harm_nobody(bot, caplog):
    for body in (
        {"type": "block_actions", "actions": [{"action_id": "recap:page:1", "value": 7}]},
        {"type": "block_actions", "actions": [{"action_id": "recap:why"}], "user": {"id": MEMBER}, "channel": "C"},
        {"type": "block_actions", "actions": [{"action_id": "recap:tell", "value": []}], "container": [], "view": 1},
        {
            "type": "view_submission",
            "view": {"type": "modal", "callback_id": "recap.feedback", "state": {"values": {"a": 1}}},
        },
        {
            "type": "view_submission",
            "view": {"type": "modal", "callback_id": "recap.feedback", "state": 3, "private_metadata": []},
        },
    ):
        response = await bot.app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
        assert response.status == 200
        await bot.settle()
    assert bot.seen(MEMBER, ENGINEERING) == []
    assert bot.journal.db.execute("select * from ratings").fetchall() == []


@pytest.mark.parametrize("code", ["message_not_found", "channel_not_found", "not_in_channel", "edit_window_closed"])
async def test_a_message_that_slack_does_not_let_us_change_is_replaced_by_its_response_url(bot, code):
    message = await bot.public("kuryr")
    bot.slack.faults.fail("chat.update", error=code)
    await bot.do(bot.slack.press, BEN, message, "recap:page:1")
    assert "recap:page:0" in actions(message)
    assert bot.seen(BEN, ENGINEERING) == [message]


async def test_where_nothing_can_be_changed_the_one_who_pressed_is_told_and_the_log_gives_nothing_away(bot, caplog):
    message = await bot.public("kuryr")
    bot.slack.faults.fail("chat.update", error="message_not_found")
    bot.slack.faults.fail("response_url", status=404, body="expired_url", times=2)
    await bot.do(bot.slack.press, BEN, message, "recap:page:1")
    assert [seen.text for seen in bot.seen(BEN, ENGINEERING)][1:] == [NOT_CHANGED]
    assert [seen.text for seen in bot.seen(MEMBER, ENGINEERING)][1:] == []
    assert "message_not_found" in caplog.text
    for hidden in ("kuryr", "Kuryr", BOT_TOKEN, BEN, "/response/"):
        assert hidden not in caplog.text


async def test_who_cannot_be_told_in_the_channel_is_told_directly(bot):
    message = await bot.private("kuryr", channel=RANDOM)
    bot.slack.faults.fail("response_url", status=404, body="used_url", times=2)
    await bot.do(bot.slack.press, MEMBER, message, "recap:page:1")
    (told_directly,) = bot.seen(MEMBER, "D0ANN")
    assert told_directly.text == NOT_CHANGED


async def test_a_limit_is_waited_for_and_the_message_is_changed_once(bot):
    message = await bot.public("kuryr")
    bot.slack.faults.fail("chat.update", retry_after=7)
    bot.slack.faults.fail("chat.update", status=503, body="sorry")
    await bot.do(bot.slack.press, BEN, message, "recap:page:1")
    assert bot.waits[0] == 7.0
    assert "recap:page:0" in actions(message)
    assert bot.seen(BEN, ENGINEERING) == [message]


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_too_long", "msg_blocks_too_long"])
async def test_blocks_that_slack_refuses_are_left_away(bot, code):
    message = await bot.public("kuryr")
    bot.slack.faults.fail("chat.update", error=code)
    await bot.do(bot.slack.press, BEN, message, "recap:page:1")
    assert [len(call.arguments.get("blocks", [])) > 0 for call in bot.slack.called("chat.update")] == [True, False]


@pytest.mark.parametrize("code", ["expired_trigger_id", "exchanged_trigger_id"])
async def test_a_trigger_that_is_over_ends_in_one_word_to_press_again(bot, code, caplog):
    message = await bot.public("kuryr")
    bot.slack.faults.fail("views.open", error=code)
    await bot.do(bot.slack.press, MEMBER, message, "recap:why")
    assert [seen.text for seen in bot.seen(MEMBER, ENGINEERING)][1:] == [TOO_LATE]
    assert [seen.text for seen in bot.seen(BEN, ENGINEERING)][1:] == []
    assert code in caplog.text
    assert "kuryr" not in caplog.text.lower()


async def test_a_thumb_is_kept_also_where_the_form_behind_it_does_not_open(bot):
    message = await bot.public("kuryr")
    bot.slack.faults.fail("views.open", error="expired_trigger_id")
    await bot.do(bot.slack.press, MEMBER, message, "recap:rate", "negative")
    assert bot.journal.db.execute("select helpful from ratings").fetchall() == [(0,)]


async def test_a_window_that_was_closed_meanwhile_is_let_go(bot, monkeypatch):
    monkeypatch.setattr("bot.reach.SOON", 0.0)
    message = await bot.public("kuryr")
    bot.slack.faults.fail("views.update", error="not_found")
    await bot.do(bot.slack.press, MEMBER, message, "recap:why")
    assert [seen.text for seen in bot.seen(MEMBER, ENGINEERING)][1:] == []


async def test_a_line_that_breaks_ends_in_one_word(bot):
    message = await bot.public("kuryr")
    bot.slack.faults.fail("views.open", cut=True, times=9)
    await bot.do(bot.slack.press, MEMBER, message, "recap:why")
    assert [seen.text for seen in bot.seen(MEMBER, ENGINEERING)][1:] == [NO_WINDOW]


@pytest.mark.parametrize("action", ["recap:page:1", "recap:why", "recap:export", "recap:rate"])
async def test_rights_are_checked_again_on_every_press(bot, action):
    message = await bot.public("kuryr", channel=GENERAL)
    text = message.text
    await bot.do(bot.slack.press, GUEST, message, action, "positive" if action == "recap:rate" else "")
    assert message.text == text
    assert [seen.text for seen in bot.seen(GUEST, GENERAL)] == [text, REFUSED]
    assert bot.journal.db.execute("select * from ratings").fetchall() == []
    assert not bot.slack.called("views.open")


async def test_rights_are_checked_again_when_a_form_is_sent(bot):
    message = await bot.public("kuryr", channel=GENERAL)
    await bot.do(bot.slack.press, MEMBER, message, "recap:rate", "negative")
    form = bot.slack.workspace.modal(MEMBER)
    bot.slack.workspace.people[MEMBER].guest = True
    bot.desk.door.people.clear()
    await bot.do(bot.slack.submit, MEMBER, form, {"reason": "old"})
    assert bot.journal.db.execute("select reason from ratings").fetchall() == [("",)]


async def test_a_state_that_cannot_be_written_costs_no_press(bot, caplog, monkeypatch):
    message = await bot.public("kuryr")

    def full(*values):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("store.shown.keep", full)
    await bot.do(bot.slack.press, MEMBER, message, "recap:page:1")
    assert "recap:page:0" in actions(message)
    assert "the next press goes on from before" in caplog.text


async def test_a_bug_behind_a_press_ends_in_one_private_apology(bot, caplog, monkeypatch):
    message = await bot.public("kuryr")

    def broken(*values, **named):
        raise ValueError(SECRET)

    monkeypatch.setattr("bot.presses.again", broken)
    await bot.do(bot.slack.press, MEMBER, message, "recap:page:1")
    assert [seen.text for seen in bot.seen(MEMBER, ENGINEERING)][1:] == [SORRY]
    assert "ValueError" in caplog.text
    assert "merger" not in caplog.text


async def test_the_notes_that_are_gone_are_told_and_not_shown_in_place_of_the_answer(tmp_path, library):
    async with pressed(tmp_path, library) as bot:
        message = await bot.public("kuryr")
        bot.desk.__dict__["index"] = Index(tmp_path / "nowhere.db")
        text = message.text
        await bot.do(bot.slack.press, MEMBER, message, "recap:page:1")
        assert message.text == text
        assert "no index" in bot.seen(MEMBER, ENGINEERING)[-1].text
