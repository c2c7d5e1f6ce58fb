"""Admins add notes from Slack: files and messages are previewed, fixed, stored over nothing else, loaded, taken out."""

import asyncio
import threading
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from pressing import actions, patient, pressed, told

from bot import add_views, names
from bot.fix_forms import NO_EVENT
from bot.manifest import manifest
from bot.playground.workspace import ADMIN, ENGINEERING, GUEST, MEMBER, OTHER_BOT, PRIVATE, RANDOM
from bot.settings import Settings
from store import audit, switches
from store.errors import BotError
from store.index import open_index
from store.journal import DAY
from store.load import Changes, Problem, reload
from store.new_notes import INBOX

__all__ = ["patient"]

SETTINGS = Settings(notes=Path("n"), db=Path("d"), state=Path("s"), bot_token="xoxb-1")
TOKYO = "OpenStack Summit Tokyo 2015"
NOTE = f"# Marmots at the {TOKYO}\n\nOperators keep marmots to guard their clusters at night.\n".encode()
HOSTILE = b"---\ntitle: '<!channel> *x* `y`'\n---\n\nWords <https://evil.example|here> of <@U0ANN>.\n"


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "notes"
    made.mkdir()
    (made / "kuryr.md").write_text("# Kuryr\n\nKuryr connects containers with Neutron.\n")
    (made / "nova.md").write_text("# Nova\n\nNova has cells since Ocata.\n")
    return made


@asynccontextmanager
async def adding(folder, **changed):
    path = folder.parent / "recap.db"
    reload(folder, path)
    index = open_index(path)
    made = changed.pop("manifest", manifest(SETTINGS))
    load = changed.pop("load", partial(_load, folder, path))
    async with pressed(folder.parent, index, notes=folder, load=load, manifest=made, **changed) as bot:
        bot.index = index
        yield bot
    index.close()


def _load(folder, path, force, progress):
    return reload(folder, path, force=force, progress=progress)


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def drop(bot, *contents, user=ADMIN, text="", **named):
    """Drop files into the bot's direct messages; gives what it says to that."""
    shared = {f"marmots{number or ''}.md": data for number, data in enumerate(contents)} | named.pop("files", {})
    direct = bot.slack.direct(user)
    before = len(bot.seen(user, direct))
    dropped = await bot.do(bot.slack.drop, user, direct, shared, text, **named)
    said = [one for one in bot.slack.workspace.messages[direct] if one.thread_ts == dropped.ts]
    assert len(bot.seen(user, direct)) == before + 1
    return said


async def shortcut(bot, message, user=ADMIN):
    """Use the shortcut on a message; gives what only that person sees then."""
    await bot.do(bot.slack.shortcut, user, names.ADD_SHORTCUT, message)
    return [one for one in bot.slack.workspace.messages[message.channel] if one.seen_by == user]


async def press(bot, message, action, user=ADMIN):
    await bot.do(bot.slack.press, user, message, action)
    return message


async def test_a_dropped_file_is_previewed_added_asked_about_and_taken_out_again(folder):
    async with adding(folder) as bot:
        before = files(folder)
        (preview,) = await drop(bot, NOTE)
        assert files(folder) == before
        shown = told(preview.blocks)
        for words in (f"{TOKYO} (from its title)", "from-slack/marmots.md", "1 passage", "Operators keep marmots"):
            assert words in shown
        assert actions(preview) == [names.ADD, names.ADD_FIX, names.DISCARD]
        await press(bot, preview, names.ADD)
        assert f"1 passage, {TOKYO}" in preview.text
        assert files(folder) == {**before, f"{INBOX}/marmots.md": NOTE}
        assert bot.index.rows("SELECT event FROM notes WHERE file = ?", [f"{INBOX}/marmots.md"]) == [(TOKYO,)]
        await press(bot, preview, names.TAKE_OUT)
        assert "out of the notes again" in preview.text
        assert files(folder) == before
        assert not bot.index.rows("SELECT 1 FROM notes WHERE file LIKE ?", [f"{INBOX}%"])
        done = [(deed.admin, deed.action, deed.detail) for deed in audit.latest(bot.journal)]
        assert done == [
            (ADMIN, "take out a note", f"{INBOX}/marmots.md"), (ADMIN, "add a note", f"{INBOX}/marmots.md"),
        ]  # fmt: skip


async def test_several_files_at_once_each_get_a_preview_or_a_reason(folder):
    async with adding(folder) as bot:
        shared = {"a.docx": b"PK", "empty.md": b"", "kuryr.md": (folder / "kuryr.md").read_bytes(), "x.pdf": b"%PDF-"}
        good, *others = await drop(bot, NOTE, files=shared)
        assert actions(good)
        assert [actions(one) for one in others] == [[], [], [], []]
        for one, reason in zip(others, ("web page", "empty", "is in the notes already, as Kuryr", "PDF"), strict=True):
            assert reason in one.text
        assert bot.journal.db.execute("select count(*) from drafts").fetchone() == (1,)
        assert len(bot.slack.called("file")) == 4


@pytest.mark.parametrize("user", [MEMBER, GUEST])
async def test_what_others_drop_is_never_fetched_and_they_are_told_who_can(folder, user):
    async with adding(folder, allow_guests=True) as bot:
        (told_kindly,) = await drop(bot, NOTE, user=user)
        assert f"<@{ADMIN}> can share it" in told_kindly.text
        assert not bot.slack.called("file")
        await drop(bot, NOTE, user=user, checked=False)
        assert not bot.slack.called("files.info")
        assert not bot.slack.called("file")


async def test_a_question_that_comes_with_a_file_is_answered_unless_an_admin_adds_that(folder):
    async with adding(folder) as bot:
        answer, notice = await drop(bot, NOTE, user=MEMBER, text="what was said about kuryr?")
        assert "connects containers with" in told(answer.blocks)
        assert "can share it" in notice.text
        (answer,) = await drop(bot, user=ADMIN, text="what was said about kuryr?", files={"screen.png": b"x"})
        assert "connects containers with" in told(answer.blocks)
        (preview,) = await drop(bot, NOTE, text="please add these notes")
        assert names.ADD in actions(preview)


async def test_a_press_of_others_does_nothing(folder):
    async with adding(folder) as bot:
        said = bot.slack.post(MEMBER, ENGINEERING, "Marmots guard the clusters of Zurich at night.")
        assert "RECAP_ADMINS" in (await shortcut(bot, said, MEMBER))[-1].text
        (preview,) = await drop(bot, NOTE)
        before = files(folder)
        preview.channel = ENGINEERING  # as a forged press would have it
        for action in (names.ADD, names.ADD_FIX, names.DISCARD):
            await press(bot, preview, action, MEMBER)
        preview.channel = bot.slack.direct(ADMIN)
        await press(bot, preview, names.ADD)
        after = files(folder)
        assert len(after) == len(before) + 1
        await press(bot, preview, names.TAKE_OUT, MEMBER)
        assert files(folder) == after


async def test_a_message_becomes_a_note_with_its_author_date_and_address(folder):
    async with adding(folder) as bot:
        said = bot.slack.post(
            MEMBER, ENGINEERING,
            f"Marmots at the {TOKYO}\nSays <@U0BEN>: operators keep marmots &amp; goats, see <#C0GENERAL|general>.",
        )  # fmt: skip
        (preview,) = await shortcut(bot, said)
        shown = told(preview.blocks)
        for words in ("Marmots at the", "*Author:* ann", f"{TOKYO} (from its title)", "ben: operators", "#general"):
            assert words in shown
        await press(bot, preview, names.ADD)
        (added,) = files(folder / INBOX).values()
        head, body = added.decode().split("---\n")[1:]
        assert body.strip().endswith("Says ben: operators keep marmots & goats, see #general.")
        assert "author: ann" in head
        assert f"url: https://acme.slack.com/archives/{ENGINEERING}/p" in head
        (row,) = bot.index.rows("SELECT title, event, author, url FROM notes WHERE file LIKE ?", [f"{INBOX}%"])
        assert row[:3] == (f"Marmots at the {TOKYO}", TOKYO, "ann")
        assert f"<{row[3]}|" in preview.text
        (again,) = [one for one in await shortcut(bot, said) if one is not preview]
        assert "is in the notes already" in again.text


async def test_files_of_a_message_are_previewed_with_its_author_where_they_name_none(folder):
    async with adding(folder) as bot:
        own = b"---\nauthor: Jane Doe\n---\n" + NOTE
        said = bot.slack.drop(MEMBER, ENGINEERING, {"a.md": NOTE, "b.md": own, "c.png": b"x"}, "my notes")
        first, second, _ = await shortcut(bot, said)
        assert "*Author:* ann" in told(first.blocks)
        assert "*Author:* Jane Doe" in told(second.blocks)
        await press(bot, first, names.ADD)
        assert files(folder / INBOX)["a.md"] == NOTE
        assert 'author = "ann"' in files(folder / INBOX)["a.md.recap.toml"].decode()
        await press(bot, first, names.TAKE_OUT)
        assert files(folder / INBOX) == {}


async def test_what_is_told_before_a_message_is_added(folder):
    async with adding(folder) as bot:
        secret = bot.slack.post(MEMBER, PRIVATE, "Marmots guard the clusters of Zurich.")
        bot.slack.post(MEMBER, PRIVATE, "And goats.", secret.ts)
        (preview,) = await shortcut(bot, secret)
        assert "not everybody sees" in preview.text
        assert "not the replies" in preview.text
        assert not preview.thread_ts
        reply = bot.slack.post(MEMBER, PRIVATE, "And zebras guard the networks of Zurich.", secret.ts)
        assert [one.thread_ts for one in await shortcut(bot, reply)] == ["", secret.ts]
        shared = bot.slack.drop(MEMBER, PRIVATE, {"a.md": NOTE})
        assert "not everybody sees" in (await shortcut(bot, shared))[-1].text
        nothing = bot.slack.post(MEMBER, ENGINEERING, ":tada:")
        assert "neither text nor a file" in (await shortcut(bot, nothing))[-1].text
        machine = bot.slack.post(OTHER_BOT, ENGINEERING, "A build of marmots is ready for all clusters of Zurich.")
        assert "*Author:* ci" in told((await shortcut(bot, machine))[-1].blocks)
        far = bot.slack.post(MEMBER, RANDOM, "Where I am no member, marmots guard the clusters of Zurich, too.")
        (preview,) = await shortcut(bot, far)
        await press(bot, preview, names.ADD)
        assert "*Added:*" in preview.text


async def test_hostile_text_formats_and_calls_nobody(folder):
    async with adding(folder) as bot:
        good, bad = await drop(bot, HOSTILE, files={"<!here>.docx": b"x"})
        for message in (good, bad, await press(bot, good, names.ADD)):
            shown = message.text + told([block for block in message.blocks if block["type"] != "actions"])
            assert not [sign for sign in ("<!", "<@", "<https://evil", "`y`", "*x*") if sign in shown]


async def test_what_waits_outlives_nothing_but_a_day_and_a_decision(folder):
    async with adding(folder) as bot:
        (preview,) = await drop(bot, NOTE)
        await press(bot, preview, names.DISCARD)
        assert "Nothing was added" in preview.text
        (preview,) = await drop(bot, NOTE)
        before = files(folder)
        bot.journal.db.execute("update drafts set at = at - ?", [DAY + 1])
        bot.journal.db.conn.commit()
        await press(bot, preview, names.ADD)
        assert "a day went by" in bot.slack.workspace.messages[preview.channel][-1].text
        assert files(folder) == before


async def test_pressing_twice_adds_once(folder):
    async with adding(folder) as bot:
        (preview,) = await drop(bot, NOTE)
        for _ in range(2):
            bot.slack.press(ADMIN, preview, names.ADD)
        await bot.settle()
        assert list(files(folder / INBOX)) == ["marmots.md"]


async def test_where_nothing_can_be_written_the_note_waits_on(folder):
    async with adding(folder) as bot:
        (preview,) = await drop(bot, NOTE)
        (folder / INBOX).write_text("in the way")
        await press(bot, preview, names.ADD)
        assert names.ADD in actions(preview)
        said = bot.slack.workspace.messages[preview.channel][-1]
        assert "could not be put into" in said.text
        (folder / INBOX).unlink()
        await press(bot, preview, names.ADD)
        assert "*Added:*" in preview.text


async def test_a_load_at_work_is_waited_for(folder):
    held, begun = threading.Event(), threading.Event()

    def load(force, progress):
        begun.set()
        assert held.wait(20)
        return reload(folder, folder.parent / "recap.db")

    async with adding(folder, load=load) as bot:
        (preview,) = await drop(bot, NOTE)
        bot.slack.command(ADMIN, ENGINEERING, "/recap-reload")
        await asyncio.to_thread(begun.wait, 20)
        bot.slack.press(ADMIN, preview, names.ADD)
        await bot.slack.until(lambda: "yours comes next" in preview.text)
        assert (folder / INBOX / "marmots.md").read_bytes() == NOTE
        held.set()
        await bot.settle()
        assert "*Added:*" in preview.text


async def test_while_automatic_reload_is_paused_a_note_is_stored_and_not_loaded(folder):
    async with adding(folder) as bot:
        (preview,) = await drop(bot, NOTE)
        switches.switch(bot.journal, switches.PAUSED, on=True)
        await press(bot, preview, names.ADD)
        assert "Automatic reload is paused" in preview.text
        assert (folder / INBOX / "marmots.md").exists()
        await press(bot, preview, names.TAKE_OUT)
        assert "Automatic reload is paused" in preview.text
        assert files(folder / INBOX) == {}


async def test_a_load_that_would_lose_most_notes_leaves_the_note_in_the_folder(folder):
    async with adding(folder) as bot:
        for number in range(8):
            (folder / f"more{number}.md").write_text(f"# More\n\nZebras number {number} graze.\n")
        reload(folder, folder.parent / "recap.db")
        (preview,) = await drop(bot, NOTE)
        for path in folder.glob("more*"):
            path.unlink()
        await press(bot, preview, names.ADD)
        assert "not in my answers yet" in preview.text
        assert names.TAKE_OUT in actions(preview)


async def test_a_load_that_fails_leaves_the_note_in_the_folder(folder):
    def load(force, progress):
        raise RuntimeError("nobody foresaw that")

    async with adding(folder, load=load) as bot:
        (preview,) = await drop(bot, NOTE)
        await press(bot, preview, names.ADD)
        assert "not in my answers yet" in preview.text
        assert "foresaw" not in preview.text
        await press(bot, preview, names.TAKE_OUT)
        assert "answers may still have it" in preview.text
        assert files(folder / INBOX) == {}


async def test_what_was_changed_since_is_not_taken_out(folder):
    async with adding(folder) as bot:
        (preview,) = await drop(bot, NOTE)
        await press(bot, preview, names.ADD)
        (folder / INBOX / "marmots.md").write_text("changed")
        await press(bot, preview, names.TAKE_OUT)
        assert (folder / INBOX / "marmots.md").read_text() == "changed"
        assert "changed since" in bot.slack.workspace.messages[preview.channel][-1].text


async def test_an_app_that_may_not_read_files_yet_says_what_to_do_and_goes_on_working(folder):
    older = manifest(SETTINGS)
    older["oauth_config"]["scopes"]["bot"].remove("files:read")
    async with adding(folder, manifest=older) as bot:
        for checked in (True, False):
            (said,) = await drop(bot, NOTE, checked=checked)
            assert "recap manifest" in said.text
        direct = bot.slack.direct(ADMIN)
        await bot.do(bot.slack.post, ADMIN, direct, "what was said about kuryr?")
        assert "connects containers with" in told(bot.slack.workspace.messages[direct][-1].blocks)


async def test_a_state_that_fails_is_told_and_nothing_is_stored(folder):
    async with adding(folder) as bot:
        bot.journal.db.execute("drop table drafts")
        bot.journal.db.conn.commit()
        (said,) = await drop(bot, NOTE)
        assert "state file fails" in said.text


async def fix(bot, preview, **values):
    """Open the form, fill some of its fields in, and send it off; gives the delivery."""
    await press(bot, preview, names.ADD_FIX)
    view = bot.slack.workspace.modal(ADMIN)
    return await bot.do(bot.slack.submit, ADMIN, view, {names.FIXES.get(name, name): v for name, v in values.items()})


async def choose(bot, preview, event):
    """Choose an event in the form by typing it."""
    await press(bot, preview, names.ADD_FIX)
    view = bot.slack.workspace.modal(ADMIN)
    await bot.do(bot.slack.suggest, ADMIN, view, names.FIXES["event"], event)
    offered = [option["value"] for option in view.options[names.FIXES["event"]]]
    await bot.do(bot.slack.submit, ADMIN, view, {names.FIXES["event"]: offered[0]})


async def test_details_are_fixed_before_a_file_is_added_which_itself_stays_as_it_is(folder):
    async with adding(folder) as bot:
        (preview,) = await drop(bot, b"# Marmots\n\nOperators keep marmots to guard their clusters.\n")
        assert "none found" in preview.text
        await choose(bot, preview, "tokyo 2015")
        assert f"{TOKYO} (as you set it)" in preview.text
        await fix(bot, preview, title="Marmots <!here>", author="Ann Lee", date="2015-10-27", add_file="Mar mots.md")
        assert "from-slack/mar-mots.md" in preview.text
        assert "<!here>" not in preview.text
        await press(bot, preview, names.ADD)
        row = ("Marmots <!here>", TOKYO, "2015-10-27", "Ann Lee")
        sql = "SELECT title, event, date, author FROM notes WHERE file = ?"
        assert bot.index.rows(sql, [f"{INBOX}/mar-mots.md"]) == [row]
        assert files(folder / INBOX)["mar-mots.md"].startswith(b"# Marmots\n")


async def test_details_of_a_message_are_fixed_and_its_file_follows_its_title(folder):
    async with adding(folder) as bot:
        said = bot.slack.post(MEMBER, ENGINEERING, "Marmots guard the clusters of Zurich at night.")
        (preview,) = await shortcut(bot, said)
        await fix(bot, preview, title="Goats", author="", url="https://example.org/goats")
        await choose(bot, preview, "An Own Event")
        assert "An Own Event (as you set it)" in preview.text
        assert "-goats.md" in preview.text
        await press(bot, preview, names.ADD)
        ((title, author, url),) = bot.index.rows("SELECT title, author, url FROM notes WHERE event = 'An Own Event'")
        assert (title, author, url) == ("Goats", "", "https://example.org/goats")


async def test_what_cannot_be_is_told_at_its_field_and_nothing_changes(folder):
    async with adding(folder) as bot:
        (preview,) = await drop(bot, NOTE)
        before = preview.text
        sent = await fix(bot, preview, url="nowhere", add_file=".md")
        assert sent.ack["response_action"] == "errors"
        assert set(sent.ack["errors"]) == {names.FIXES["url"], names.FILE_NAME}
        assert preview.text == before
        await press(bot, preview, names.DISCARD)
        await bot.do(
            bot.slack.submit, ADMIN, bot.slack.workspace.modal(ADMIN), {names.FIXES["url"]: "", names.FILE_NAME: "a"}
        )
        assert "Nothing was added" in preview.text


async def test_what_slack_does_not_tell_of_a_message_is_left_out(folder):
    async with adding(folder) as bot:
        await shortcut(bot, bot.slack.post(MEMBER, RANDOM, ":tada:"))  # so that it is known who the admin is
        said = bot.slack.post(MEMBER, ENGINEERING, "Marmots guard the clusters of <@U0BEN> in <#C0NONE> at night.")
        bot.slack.faults.fail("users.info", times=9, error="user_not_found")
        bot.slack.faults.fail("chat.getPermalink", error="channel_not_found")
        (preview,) = await shortcut(bot, said)
        assert "clusters of somebody in a channel at night" in told(preview.blocks)
        assert "*Author:* none" in preview.text
        await press(bot, preview, names.ADD)
        (note,) = files(folder / INBOX).values()
        assert b"url:" not in note
        assert b"author:" not in note
        assert b"date:" in note


async def test_a_channel_that_a_message_names_by_id_alone_is_looked_up(folder):
    async with adding(folder) as bot:
        said = bot.slack.post(MEMBER, ENGINEERING, "Marmots guard the clusters of <#C0GENERAL> at night.")
        assert "clusters of #general at night" in told((await shortcut(bot, said))[0].blocks)


async def test_several_notes_are_added_and_taken_out_at_once_with_one_load(folder):
    loads = []

    def load(force, progress):
        loads.append(force)
        return reload(folder, folder.parent / "recap.db")

    async with adding(folder, load=load) as bot:
        before = files(folder)
        first, second, _, offer = await drop(bot, NOTE, NOTE.replace(b"Marmots", b"Goats"), files={"x.docx": b""})
        assert "2 notes wait above" in offer.text
        await press(bot, offer, names.ADD_ALL, MEMBER)
        assert files(folder) == before
        await press(bot, first, names.DISCARD)
        (third,) = await drop(bot, files={"third.md": b"# Third\n\nZebras graze.\n"})
        offer.blocks[1]["elements"][0]["value"] += f" {third.blocks[-1]['elements'][0]['value']}"
        await press(bot, offer, names.ADD_ALL)
        assert offer.text.startswith("*Added:* 2 notes.")
        assert "added or discarded" in offer.text
        assert sorted(files(folder / INBOX)) == ["marmots1.md", "third.md"]
        assert len(loads) == 1
        await press(bot, second, names.ADD_FIX)
        assert "was added already" in bot.slack.workspace.messages[second.channel][-1].text
        await press(bot, second, names.ADD)
        assert actions(second) == [names.TAKE_OUT]
        await press(bot, offer, names.TAKE_OUT_ALL)
        assert "2 notes out of the notes again" in offer.text
        assert files(folder) == before
        assert len(loads) == 2


@pytest.mark.parametrize("trouble", ["paused", "failing", "refused"])
async def test_several_notes_that_cannot_be_read_are_in_the_folder(folder, trouble):
    def load(force, progress):
        raise BotError("Not now.") if trouble == "refused" else RuntimeError

    async with adding(folder, load=load) as bot:
        *_, offer = await drop(bot, NOTE, NOTE + b"More.\n")
        if trouble == "paused":
            switches.switch(bot.journal, switches.PAUSED, on=True)
        await press(bot, offer, names.ADD_ALL)
        said = {"paused": "Automatic reload is paused", "failing": "Something went wrong", "refused": "Not now."}
        assert said[trouble] in offer.text
        assert "2 notes in the notes folder, but not in my answers yet" in offer.text
        assert len(files(folder / INBOX)) == 2
        assert names.TAKE_OUT_ALL in actions(offer)


async def test_more_files_than_are_read_are_told(folder):
    async with adding(folder) as bot:
        said = await drop(bot, files={f"{number}.docx": b"x" for number in range(12)})
        assert len(said) == 11
        assert "first 10 files only" in said[-1].text


async def test_the_same_content_that_came_meanwhile_is_not_added_again(folder):
    async with adding(folder) as bot:
        (preview,) = await drop(bot, NOTE)
        (folder / "own.md").write_bytes(NOTE)
        await press(bot, preview, names.ADD)
        assert "already, in own.md" in bot.slack.workspace.messages[preview.channel][-1].text
        assert not (folder / INBOX).exists()


async def test_a_note_whose_details_cannot_be_kept_beside_it_waits_on(folder, monkeypatch):
    def full(*values):
        raise BotError("The disk is full.")

    async with adding(folder) as bot:
        (preview,) = await drop(bot, NOTE)
        await fix(bot, preview, author="Ann Lee")
        with monkeypatch.context() as patch:
            patch.setattr("store.sidecar.write", full)
            await press(bot, preview, names.ADD)
        assert "disk is full" in bot.slack.workspace.messages[preview.channel][-1].text
        assert files(folder / INBOX) == {}
        await press(bot, preview, names.ADD)
        assert sorted(files(folder / INBOX)) == ["marmots.md", "marmots.md.recap.toml"]


async def test_a_note_that_a_load_rejects_is_told_with_the_reason(folder):
    def load(force, progress):
        return Changes(problems=(Problem(f"{INBOX}/marmots.md", "too odd", "write it anew"),))

    async with adding(folder, load=load) as bot:
        (preview,) = await drop(bot, NOTE)
        await press(bot, preview, names.ADD)
        assert "too odd (write it anew)" in preview.text


async def test_what_is_out_already_is_not_taken_out_again(folder):
    async with adding(folder) as bot:
        (preview,) = await drop(bot, NOTE)
        await press(bot, preview, names.ADD)
        for _ in range(2):
            bot.slack.press(ADMIN, preview, names.TAKE_OUT)
        await bot.settle()
        assert "taken out already" in bot.slack.workspace.messages[preview.channel][-1].text
        assert [deed.action for deed in audit.latest(bot.journal)] == ["take out a note", "add a note"]


@pytest.mark.parametrize(
    ("admins", "said"),
    [
        ({"U0ADA", "U0BEN", "S0ENG"}, "<@U0ADA> or <@U0BEN> can share it"),
        ({"S0ENG"}, "One of them can share it"),
        (set(), "can name them in RECAP_ADMINS"),
    ],
)
def test_who_can_add_is_told_as_far_as_it_is_known(admins, said):
    assert said in add_views.not_yours(admins)["text"]


async def test_a_message_of_no_event_is_of_none_whatever_its_title_says(folder):
    async with adding(folder) as bot:
        said = bot.slack.post(MEMBER, ENGINEERING, f"Marmots of the {TOKYO}\nThey guard clusters at night.")
        (preview,) = await shortcut(bot, said)
        assert TOKYO in preview.text
        await press(bot, preview, names.ADD_FIX)
        view = bot.slack.workspace.modal(ADMIN)
        await bot.do(bot.slack.suggest, ADMIN, view, names.FIXES["event"], "")
        await bot.do(bot.slack.submit, ADMIN, view, {names.FIXES["event"]: NO_EVENT})
        assert "*Event:* none, as you set it" in preview.text
        await press(bot, preview, names.ADD)
        assert bot.index.rows("SELECT event FROM notes WHERE file LIKE ?", [f"{INBOX}%"]) == [("",)]
