"""The notes are read again by the clock and by the folder, unless an undo is to last or a load is at work."""

import asyncio
import sqlite3
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from slack_rig import rigged

from bot import fresh
from bot.admins import tell_all
from bot.settings import Settings
from store import switches
from store.errors import BotError
from store.intake import Problem
from store.load import Changes, TooMuchGone

SETTINGS = Settings(notes=Path("notes"), db=Path("r.db"), state=Path("s.db"), command="/notes")


async def nobody(text):
    """Whom nothing concerns."""


@asynccontextmanager
async def kept_fresh(bot, path, **changed):
    """The bot's notes are kept fresh; ``passed`` are the seconds that were waited for, ten times at most."""
    passed, settings = [], Settings(notes=path, db=path / "r.db", state=path / "s.db", **changed)

    async def pause(seconds):
        passed.append(seconds)
        if len(passed) > 10:
            await asyncio.Event().wait()
        await asyncio.sleep(0)

    task = asyncio.ensure_future(fresh.keep_fresh(bot.desk, settings, nobody, pause))
    try:
        yield passed
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(condition):
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


async def test_the_clock_loads_every_so_many_minutes(tmp_path):
    async with rigged(tmp_path) as bot, kept_fresh(bot, tmp_path, reload_every=15) as passed:
        await until(lambda: len(bot.loads) == 10)
        assert set(passed) == {900.0}
        assert set(bot.loads) == {False}


async def test_by_default_nothing_is_loaded_by_itself(tmp_path):
    async with rigged(tmp_path) as bot, kept_fresh(bot, tmp_path) as passed:
        (tmp_path / "a.md").write_text("Kuryr.")
        for _ in range(20):
            await asyncio.sleep(0)
        assert (passed, bot.loads) == ([], [])


async def test_a_change_in_the_folder_loads_and_hidden_files_do_not(tmp_path, monkeypatch):
    monkeypatch.setattr(fresh, "QUIET", 20)
    monkeypatch.setattr(fresh, "LATEST", 200)
    folder = tmp_path / "notes"
    folder.mkdir()
    async with rigged(tmp_path) as bot, kept_fresh(bot, folder, watch=True):
        number = 0

        def changed_and_seen():
            nonlocal number
            (folder / f"a{(number := number + 1) % 3}.md").write_text(f"Kuryr {number}")  # until the watch has begun
            return bot.loads

        await until(changed_and_seen)
    assert not fresh._is_a_note(fresh.Change.added, str(folder / ".a.md.swp"))
    assert not fresh._is_a_note(fresh.Change.added, str(folder / ".git" / "index"))


async def test_a_folder_that_is_not_there_is_tried_again_and_logged(tmp_path, caplog):
    async with rigged(tmp_path) as bot, kept_fresh(bot, tmp_path / "gone", watch=True) as passed:
        await until(lambda: len(passed) > 2)
        assert "cannot be watched" in caplog.text
        assert set(passed) == {fresh.AGAIN}


async def test_after_an_undo_nothing_is_loaded_by_itself(tmp_path):
    async with rigged(tmp_path) as bot:
        switches.switch(bot.journal, switches.PAUSED, on=True)
        assert not await fresh.load_quietly(bot.desk, SETTINGS, nobody)
        switches.switch(bot.journal, switches.PAUSED, on=False)
        assert await fresh.load_quietly(bot.desk, SETTINGS, nobody)
        assert len(bot.loads) == 1


async def test_a_load_at_work_is_not_disturbed(tmp_path):
    async with rigged(tmp_path) as bot, bot.desk.loading:
        assert not await fresh.load_quietly(bot.desk, SETTINGS, nobody)
        assert bot.loads == []


@pytest.mark.parametrize("error", [BotError("There is no folder."), ValueError("secret text")])
async def test_a_load_that_fails_is_logged_and_the_next_one_is_tried(tmp_path, caplog, error):
    tried = []

    def load(force, progress):
        tried.append(force)
        if len(tried) == 1:
            raise error
        return Changes(added=("a.md",))

    async with rigged(tmp_path, reload=load) as bot:
        assert not await fresh.load_quietly(bot.desk, SETTINGS, nobody)
        assert await fresh.load_quietly(bot.desk, SETTINGS, nobody)
        await bot.settle()
    assert "secret text" not in caplog.text
    assert "not be loaded" in caplog.text or "There is no folder." in caplog.text


async def test_a_state_file_that_fails_loads_nothing(tmp_path, monkeypatch):
    def fail(journal, name):
        raise sqlite3.OperationalError("disk I/O error")

    async with rigged(tmp_path) as bot:
        monkeypatch.setattr(switches, "is_on", fail)
        assert not await fresh.load_quietly(bot.desk, SETTINGS, nobody)
        assert bot.loads == []


async def test_admins_are_told_once_that_loading_fails_and_once_that_it_works_again(tmp_path):
    outcomes = [
        Changes(),
        BotError("The folder /srv/notes is gone."),
        BotError("The folder /srv/notes is gone."),
        ValueError("secret text"),
        Changes(problems=(Problem("b*.pdf", "It is locked.", "Save it without a password."),)),
        Changes(problems=(Problem("b*.pdf", "It is locked.", "Save it without a password."),)),
        TooMuchGone(3, 4, Path("/srv/notes")),
        Changes(),
        Changes(),
    ]

    def load(force, progress):
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    told = []

    async def tell(text):
        told.append(text)

    async with rigged(tmp_path, reload=load) as bot:
        for _ in range(9):
            await fresh.load_quietly(bot.desk, SETTINGS, tell)
    gone, unforeseen, locked, lost, well = told
    assert "/srv/notes is gone" in gone
    assert "secret" not in unforeseen
    assert "1 file" in locked
    assert "b*.pdf" in locked
    assert "/notes-reload dry-run" in locked
    assert "3 of 4 notes" in lost
    assert "give /notes-reload and press its button" in lost
    assert "--force" not in lost
    assert well == fresh.WELL_AGAIN


async def test_each_admin_is_written_to_directly_and_nobody_else(tmp_path):
    settings = Settings(
        notes=tmp_path, db=tmp_path / "r.db", state=tmp_path / "s.db", admins=frozenset({"U1", "U2", "S1"})
    )
    async with rigged(tmp_path) as bot:
        bot.slack.results["usergroups.users.list"] = {"users": ["U2", "U3"]}
        await tell_all(bot.desk, settings, bot.app.client, "It <!channel> fails.")
        opened = [call["users"] for call in bot.slack.sent("conversations.open")]
        posts = bot.slack.sent()
    assert opened == ["U1", "U2", "U3"]
    assert len(posts) == 3
    assert all("<!channel>" not in str(post) for post in posts)
