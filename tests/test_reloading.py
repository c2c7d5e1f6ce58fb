"""What admins make of the notes from Slack: load, see what a load would do, end it, take it back."""

import asyncio
import threading
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from slack_payloads import click, command
from slack_rig import ADMIN, rigged

from bot import names
from bot.admins import is_admin
from bot.manifest import manifest
from bot.settings import Settings
from store import audit, switches
from store.load import Changes, TooMuchGone, reload

RELOAD = "/recap-reload"


def order(bot, text="", user=ADMIN):
    return command(RELOAD, text, url=bot.slack.response_url, user=user)


def press(bot, action, user=ADMIN, channel="D0ADMIN"):
    body = click(bot.slack.response_url)
    body["actions"][0] |= {"action_id": action, "value": "x"}
    body["user"]["id"], body["channel"]["id"] = user, channel
    return body


def told(bot):
    return [response["text"] for response in bot.responses()]


@asynccontextmanager
async def loading(path, **changed):
    """A bot whose load is at work until ``go_on`` is set; it has read 50 of 200 files."""
    begun, go_on = threading.Event(), threading.Event()

    def slow(force, progress):
        progress(50, 200, 1200, 1)
        begun.set()
        go_on.wait(10)
        progress(51, 200, 1200, 1)
        return Changes(added=("a.md",))

    async with rigged(path, workers=3, reload=slow, progress_after=(0.01, 0.01), **changed) as bot:
        bot.go_on = go_on
        await bot.send(order(bot))
        await asyncio.to_thread(begun.wait, 10)
        yield bot
        go_on.set()
        await bot.settle()


@pytest.fixture
def noted(tmp_path):
    """A folder of three notes, loaded where the rig's settings look for the index."""
    folder = tmp_path / "notes"
    folder.mkdir()
    for name in ("kuryr", "nova", "swift"):
        (folder / f"{name}.md").write_text(f"# {name}\n\nEverybody asked about {name} in the hall.\n")
    reload(folder, tmp_path / "r.db")
    return folder


@asynccontextmanager
async def real(folder):
    load = partial(_load, folder, folder.parent / "r.db")
    async with rigged(folder.parent, settings={"notes": folder}, reload=load) as bot:
        yield bot


def _load(folder, path, force, progress):
    return reload(folder, path, force=force, progress=progress)


async def test_a_long_load_moves_a_bar_in_direct_messages_and_leaves_the_command_its_few_posts(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.screens.PACE", 0.01)
    async with loading(tmp_path) as bot:
        await bot.slack.until(lambda: len(bot.slack.sent("chat.update")) >= 5)
        (post,) = bot.posts()
        assert post["channel"] == "D0ADMIN"
        assert "50 of 200, 1200 passages, 1 rejected" in post["text"]
        assert "█████░░░░░░░░░░░░░░░ 25 %" in str(post["blocks"])
        bot.go_on.set()
        await bot.settle()
        assert bot.slack.sent("chat.update")[-1]["text"].startswith("The notes are loaded: 1 added")
        assert [text.split(":")[0] for text in told(bot)] == [
            "Reading the notes …",
            "Reading the notes … How far I am stands in our direct messages; the report comes here, too.",
            "The notes are loaded",
        ]


async def test_where_no_direct_message_can_be_sent_the_command_tells_and_never_more_than_five_times(tmp_path):
    go_on = threading.Event()

    def slow(force, progress):
        progress(1, 2)
        go_on.wait(10)
        return Changes()

    async with rigged(tmp_path, workers=2, reload=slow, progress_after=(0.01, 0.01)) as bot:
        bot.slack.refuse("chat.postMessage", body={"ok": False, "error": "messages_tab_disabled"})
        await bot.send(order(bot))
        await bot.slack.until(lambda: len(bot.responses()) == 3)
        go_on.set()
        await bot.settle()
        assert [text.partition(":")[0] for text in told(bot)] == [
            "Reading the notes …",
            "Reading the notes … 1 of 2",
            "Reading the notes … 1 of 2",
            "The notes are loaded",
        ]


async def test_a_second_load_is_told_who_is_at_it_and_how_far(tmp_path):
    async with loading(tmp_path) as bot:
        await bot.send(order(bot))
        await bot.slack.until(lambda: any(text.startswith("The notes are being") for text in told(bot)))
        busy = next(text for text in told(bot) if text.startswith("The notes are being"))
        assert busy.startswith(f"The notes are being read already for <@{ADMIN}>. Reading the notes … 50 of 200")


async def test_the_next_load_begins_once_the_first_is_done(tmp_path):
    async with loading(tmp_path) as bot:
        bot.go_on.set()
        await bot.settle()
        await bot.deliver(order(bot))
        assert told(bot)[-1].startswith("The notes are loaded")
        assert not bot.desk.loading.locked()


@pytest.mark.parametrize("way", ["command", "button"])
async def test_a_load_ends_when_an_admin_cancels_it(tmp_path, way):
    async with loading(tmp_path) as bot:
        await bot.send(order(bot, "cancel") if way == "command" else press(bot, names.CANCEL))
        await bot.slack.until(lambda: any("ends as soon as" in text for text in told(bot)))
        bot.go_on.set()
        await bot.settle()
        assert told(bot)[-1] == "The load was cancelled; the notes stay as they were."
        assert [deed.action for deed in audit.latest(bot.journal)] == ["cancel a load"]


async def test_with_no_load_at_work_there_is_nothing_to_cancel(tmp_path):
    async with rigged(tmp_path) as bot:
        await bot.deliver(order(bot, "cancel"))
        assert told(bot) == ["No load is at work, so there is nothing to cancel."]


async def test_a_rehearsal_reports_and_changes_nothing(noted):
    async with real(noted) as bot:
        (noted / "nova.md").unlink()
        (noted / "swift.md").unlink()
        (noted / "zun.md").write_text("Zun runs containers.\n")
        before = (noted.parent / "r.db").read_bytes()
        await bot.deliver(order(bot, "dry-run"))
        assert told(bot)[-1].startswith("Nothing was changed. A load would tell: 1 added, 0 changed, 2 removed")
        assert (noted.parent / "r.db").read_bytes() == before
        assert audit.latest(bot.journal) == ()


async def test_a_great_loss_waits_for_a_press_and_undo_takes_it_back(noted):
    async with real(noted) as bot:
        (noted / "nova.md").unlink()
        (noted / "swift.md").unlink()
        await bot.deliver(order(bot))
        asked = bot.responses()[-1]
        assert "2 of 3 notes are no longer in the folder, so nothing was changed" in asked["text"]
        assert names.FORCE in str(asked["blocks"])
        await bot.deliver(press(bot, names.FORCE, user="U0ANN"))
        assert "RECAP_ADMINS" in told(bot)[-1]
        await bot.deliver(press(bot, names.FORCE))
        assert "2 removed" in bot.slack.sent("chat.update")[-1]["text"]
        await bot.deliver(order(bot, "undo"))
        assert told(bot)[-1].startswith("The index of before the last removal is back: 3 notes.")
        assert switches.is_on(bot.journal, switches.PAUSED)
        await bot.deliver(order(bot, "undo"))
        assert told(bot)[-1].startswith("There is nothing to undo")
        await bot.deliver(order(bot, "force"))
        assert not switches.is_on(bot.journal, switches.PAUSED)
        assert [(deed.admin, deed.action) for deed in audit.latest(bot.journal)] == [
            (ADMIN, "reload"), (ADMIN, "undo a load"), (ADMIN, "reload"),
        ]  # fmt: skip


async def test_an_undo_with_nothing_to_undo_leaves_automatic_reload_alone(noted):
    async with real(noted) as bot:
        await bot.deliver(order(bot, "undo"))
        assert not switches.is_on(bot.journal, switches.PAUSED)


async def test_what_the_command_does_not_know_is_told_and_loads_nothing(tmp_path):
    async with rigged(tmp_path) as bot:
        await bot.deliver(order(bot, "everything"))
        assert "I do not know “everything”" in told(bot)[-1]
        assert bot.loads == []


@pytest.mark.parametrize("text", ["", "force", "dry-run", "cancel", "undo", "nonsense"])
async def test_whatever_follows_the_command_it_is_for_admins_alone(tmp_path, text):
    async with rigged(tmp_path) as bot:
        await bot.deliver(order(bot, text, user="U0ANN"))
        (response,) = bot.responses()
        assert (response["response_type"], "RECAP_ADMINS" in response["text"]) == ("ephemeral", True)
        assert bot.loads == []


async def test_the_members_of_a_listed_group_are_admins_until_they_leave_it(tmp_path):
    async with rigged(tmp_path, settings={"admins": frozenset({"S0KEEPERS"})}) as bot:
        bot.slack.results["usergroups.users.list"] = {"users": ["U0ANN"]}
        await bot.deliver(order(bot, user="U0ANN"), order(bot, user="U0BEN"))
        assert len(bot.loads) == 1
        assert len(bot.slack.sent("usergroups.users.list")) == 1
        bot.slack.results["usergroups.users.list"] = {"users": []}
        bot.now += 61
        await bot.deliver(order(bot, user="U0ANN"))
        assert len(bot.loads) == 1


async def test_a_group_that_slack_does_not_show_lets_nobody_in_and_the_log_says_what_is_missing(tmp_path, caplog):
    async with rigged(tmp_path, settings={"admins": frozenset({"S0KEEPERS", ADMIN})}) as bot:
        bot.slack.refuse("usergroups.users.list", body={"ok": False, "error": "missing_scope"})
        await bot.deliver(order(bot, user="U0ANN"))
        assert bot.loads == []
        assert "usergroups:read" in caplog.text
        await bot.deliver(order(bot))
        assert len(bot.loads) == 1


async def test_nobody_is_no_admin(tmp_path):
    async with rigged(tmp_path) as bot:
        settings = Settings(notes=tmp_path, db=tmp_path / "r", state=tmp_path / "s", admins=frozenset({""}))
        assert not await is_admin(bot.desk, settings, bot.app.client, "")


def test_the_scope_for_groups_is_asked_for_only_where_one_is_listed():
    settings = Settings(notes=Path("n"), db=Path("d"), state=Path("s"), admins=frozenset({"U0ANN"}))
    for listed in (False, True):
        made = manifest(replace(settings, admins=frozenset({"S0KEEPERS"})) if listed else settings)
        assert ("usergroups:read" in made["oauth_config"]["scopes"]["bot"]) is listed


async def test_a_load_that_fails_under_a_press_says_so_in_its_place(tmp_path):
    def fail(force, progress):
        raise TooMuchGone(6, 9, tmp_path)

    async with rigged(tmp_path, reload=fail) as bot:
        await bot.deliver(press(bot, names.FORCE))
        assert "6 of 9 notes" in bot.slack.sent("chat.update")[-1]["text"]


@pytest.mark.parametrize("action", [names.FORCE, names.CANCEL, names.DONE, f"{names.FIX}0", names.TABLE_ADD])
async def test_whoever_forges_a_press_of_an_admins_button_changes_nothing(tmp_path, action):
    async with rigged(tmp_path) as bot:
        await bot.deliver(press(bot, action, user="U0ANN"))
        (response,) = bot.responses()
        assert "is for the people listed in RECAP_ADMINS" in response["text"]
        assert (bot.loads, audit.latest(bot.journal)) == ([], ())
