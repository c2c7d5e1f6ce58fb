"""``/recap admin fix``: an admin finds a note, puts right what is known of it in a form, and answers say so."""

import asyncio
import threading
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

import pytest
from pressing import patient, pressed, told

from bot import limits, names
from bot.fix_forms import NO_EVENT
from bot.playground.workspace import ADMIN, ENGINEERING, GUEST, MEMBER
from store import audit, switches
from store.errors import BotError
from store.fixable import differences, find, key, look, merged
from store.index import open_index
from store.load import reload
from store.model import Fixes
from store.sidecar import place, read, write
from store.workers import take_all

__all__ = ["patient"]

TOKYO, BOSTON = "OpenStack Summit Tokyo 2015", "OpenStack Summit Boston 2017"
HOSTILE = "<!channel> *bold* `x` <https://evil.example|good>"


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "notes"
    (made / "sub").mkdir(parents=True)
    (made / "kuryr.md").write_text(
        f"---\nauthor: Bob\n---\n# Kuryr in Tokyo\n\nKuryr came to the {TOKYO} with Neutron.\n"
    )
    (made / "sub/nova_cells.md").write_text("# Cells of Nova\n\nNova has cells since Ocata.\n")
    (made / "odd.md").write_text(f"---\ntitle: '{HOSTILE}'\n---\n\nGlance keeps pictures of zebras.\n")
    return made


@asynccontextmanager
async def fixing(folder, **changed):
    path = folder.parent / "recap.db"
    reload(folder, path)
    index = open_index(path)
    load = changed.pop("load", partial(_load, folder, path))
    async with pressed(folder.parent, index, notes=folder, load=load, **changed) as bot:
        bot.index = index
        yield bot
    index.close()


def _load(folder, path, force, progress):
    return reload(folder, path, force=force, progress=progress)


async def _at_work(desk):
    async with desk.loading:
        desk.at_work.begin("")
        await desk.in_thread(desk.reload, False, desk.at_work.note)


async def opened(bot, words, user=ADMIN):
    await bot.do(bot.slack.command, user, ENGINEERING, f"/recap admin fix {words}")
    return bot.slack.workspace.modal(user)


def field(view, name):
    (block,) = [block for block in view.blocks if block.get("block_id") == names.FIXES[name]]
    return block


def values(**said):
    return {names.FIXES[name]: value for name, value in said.items()}


async def choose_event(bot, view, typed, value):
    await bot.do(bot.slack.suggest, ADMIN, view, names.FIXES["event"], typed)
    bot.slack.select(ADMIN, view, names.FIXES["event"], value)


def last(bot, user=ADMIN):
    return bot.seen(user, ENGINEERING)[-1].text


async def test_a_form_shows_what_holds_and_what_is_changed_holds_from_then_on(folder):
    async with fixing(folder) as bot:
        view = await opened(bot, "kuryr.md")
        assert field(view, "title")["element"]["initial_value"] == "Kuryr in Tokyo"
        assert field(view, "event")["element"]["initial_option"]["value"] == TOKYO
        assert field(view, "author")["element"]["initial_value"] == "Bob"
        assert "initial_date" not in field(view, "date")["element"]
        assert field(view, "date")["hint"]["text"] == "Now: 2015-10."
        await choose_event(bot, view, "boston 20", BOSTON)
        await bot.do(
            bot.slack.submit, ADMIN, view, values(date="2017-05-09", author="Zoë", url="https://example.org/k")
        )
        assert bot.slack.workspace.modal(ADMIN) is None
        assert read(folder / "kuryr.md") == Fixes(None, BOSTON, "2017-05-09", "Zoë", "https://example.org/k")
        assert f"Event: *{BOSTON}* (before: {TOKYO})" in last(bot)
        assert "Author: *Zoë* (before: Bob)" in last(bot)
        assert "1 changed" in last(bot)
        await bot.do(bot.slack.command, MEMBER, ENGINEERING, "/recap kuryr")
        answer = told(bot.seen(MEMBER, ENGINEERING)[-1].blocks)
        assert BOSTON in answer
        assert "https://example.org/k" in answer
        reload, fix = audit.latest(bot.journal)
        assert (reload.action, fix.action) == ("reload", "fix a note")
        assert reload.detail == "0 added, 1 changed, 0 removed"
        assert audit.latest(bot.journal)[1].detail == "kuryr.md"


async def test_what_the_note_itself_says_is_told_and_taking_it_back_leaves_no_file(folder):
    write(folder / "kuryr.md", Fixes(author="Ann", event=BOSTON))
    async with fixing(folder) as bot:
        view = await opened(bot, "kuryr.md")
        assert field(view, "author")["hint"]["text"] == "The note itself: Bob"
        await choose_event(bot, view, "tokyo", TOKYO)
        await bot.do(bot.slack.submit, ADMIN, view, values(author="Bob"))
        assert not place(folder / "kuryr.md").exists()


async def test_an_emptied_field_and_the_choice_of_none_say_that_there_is_none(folder):
    async with fixing(folder) as bot:
        view = await opened(bot, "kuryr.md")
        await choose_event(bot, view, "", NO_EVENT)
        await bot.do(bot.slack.submit, ADMIN, view, values(author=""))
        assert read(folder / "kuryr.md") == Fixes(event="", author="")
        assert "Event: *none*" in last(bot)


async def test_a_new_event_may_be_typed(folder):
    async with fixing(folder) as bot:
        view = await opened(bot, "cells")
        await choose_event(bot, view, "Acme Day Graz 2024", "Acme Day Graz 2024")
        await bot.do(bot.slack.submit, ADMIN, view)
        assert read(folder / "sub/nova_cells.md") == Fixes(event="Acme Day Graz 2024")
        assert "Acme Day Graz 2024" in [event.name for event in bot.index.facets.events]


async def test_a_form_that_changes_nothing_writes_nothing(folder):
    async with fixing(folder) as bot:
        view = await opened(bot, "odd.md")
        await bot.do(bot.slack.submit, ADMIN, view)
        assert last(bot) == "Nothing was changed, so nothing was written."
        assert not place(folder / "odd.md").exists()
        assert audit.latest(bot.journal) == ()


async def test_what_is_wrong_is_told_at_its_field_and_the_form_stays(folder):
    async with fixing(folder) as bot:
        view = await opened(bot, "kuryr.md")
        await bot.do(bot.slack.submit, ADMIN, view, values(url="javascript:alert(1)", date="1815-06-18"))
        assert view.errors == {
            "fix_url": "Write an address that begins with https:// or http://.",
            "fix_date": "Write a date such as 2015-10-27, 2015-10 or 2015.",
        }
        assert bot.slack.workspace.modal(ADMIN) is view
        assert not place(folder / "kuryr.md").exists()


async def test_where_several_notes_fit_one_is_chosen_by_its_button(folder):
    async with fixing(folder) as bot:
        view = await opened(bot, "o")
        assert "3 notes fit “o”" in told(view.blocks)
        place = next(at for at, block in enumerate(view.blocks[1:4]) if "odd.md" in told([block]))
        await bot.do(bot.slack.press, ADMIN, view, f"{names.FIX}{place}")
        await bot.do(bot.slack.submit, ADMIN, bot.slack.workspace.modal(ADMIN), values(author="Ann"))
        assert read(folder / "odd.md") == Fixes(author="Ann")


async def test_of_a_great_many_notes_that_fit_the_latest_are_listed(folder):
    for number in range(30):
        (folder / f"talk-{number}.md").write_text(f"# Talk {number}\n\nTalk {number} was given in {1990 + number}.\n")
    async with fixing(folder) as bot:
        view = await opened(bot, "talk")
        assert "30 notes fit “talk”. These are the 20 latest" in told(view.blocks)
        assert told(view.blocks).count('"Fix"') == 20


async def test_where_none_fits_one_is_looked_for(folder):
    async with fixing(folder) as bot:
        view = await opened(bot, "zebras of Atlantis")
        assert "No note fits “zebras of Atlantis”" in told(view.blocks)
        await bot.do(bot.slack.suggest, ADMIN, view, names.FIX_NOTE, "nova")
        (offered,) = view.options[names.FIX_NOTE]
        assert (offered["text"]["text"], offered["description"]["text"]) == ("Cells of Nova", "sub/nova_cells.md")
        await bot.do(bot.slack.submit, ADMIN, view, {names.FIX_NOTE: offered["value"]})
        form = bot.slack.workspace.modal(ADMIN)
        await bot.do(bot.slack.submit, ADMIN, form, values(title="Cells"))
        assert read(folder / "sub/nova_cells.md").title == "Cells"
        assert "Title: *Cells*" in last(bot)


async def test_admins_go_on_from_a_passage_to_its_note(folder):
    async with fixing(folder) as bot:
        for user, offered in ((MEMBER, False), (ADMIN, True)):
            await bot.do(bot.slack.command, user, ENGINEERING, "/recap kuryr")
            await bot.do(bot.slack.press, user, bot.seen(user, ENGINEERING)[-1], f"{names.PASSAGE}0")
            assert ("Fix this note" in bot.modal(user)) == offered
        await bot.do(bot.slack.press, ADMIN, bot.slack.workspace.modal(ADMIN), f"{names.FIX}0")
        await bot.do(bot.slack.submit, ADMIN, bot.slack.workspace.modal(ADMIN), values(author="Ann"))
        assert bot.slack.workspace.modal(ADMIN) is None
        assert read(folder / "kuryr.md") == Fixes(author="Ann")
        assert "Author: *Ann*" in last(bot)


async def test_hostile_titles_stay_literal_and_long_names_fit(folder):
    deep = folder.joinpath(*(["d" * 200] * 4))
    deep.mkdir(parents=True)
    (deep / "long.md").write_text(f"---\ntitle: {'T' * 300}\nevent: {'E' * 190} 2015\n---\n\nLong names were read.\n")
    async with fixing(folder) as bot:
        for file in ("odd.md", "long.md"):
            view = await opened(bot, file)
            assert len(str(view.body["private_metadata"])) < limits.METADATA
            assert "<!channel>" not in told([block for block in view.blocks if block["type"] != "input"])
        await bot.do(bot.slack.submit, ADMIN, view, values(author="Ann"))
        assert read(deep / "long.md") == Fixes(author="Ann")
        await bot.do(bot.slack.submit, ADMIN, await opened(bot, "odd.md"), values(title=f"New {HOSTILE}"))
        assert "<!channel>" not in last(bot)
        assert read(folder / "odd.md").title == f"New {HOSTILE}"
        view = await opened(bot, "")
        await bot.do(bot.slack.suggest, ADMIN, view, names.FIX_NOTE, "")
        assert len(view.options[names.FIX_NOTE]) == 4


async def test_what_somebody_else_changed_meanwhile_is_not_overwritten(folder):
    async with fixing(folder) as bot:
        view = await opened(bot, "kuryr.md")
        write(folder / "kuryr.md", Fixes(author="Eve"))
        await bot.do(bot.slack.submit, ADMIN, view, values(author="Ann"))
        assert "Somebody changed" in view.errors["fix_title"]
        assert read(folder / "kuryr.md") == Fixes(author="Eve")


async def test_fixes_that_cannot_be_read_are_told_and_put_aside_by_saving(folder):
    place(folder / "kuryr.md").write_text("no toml")
    async with fixing(folder) as bot:
        view = await opened(bot, "kuryr.md")
        assert "kuryr.md.recap.toml: is not valid TOML" in told(view.blocks)
        await bot.do(bot.slack.submit, ADMIN, view, values(author="Ann"))
        assert read(folder / "kuryr.md") == Fixes(author="Ann")
        assert (folder / ".kuryr.md.recap.toml.before").read_text() == "no toml"


async def test_a_note_that_is_gone_and_a_folder_that_cannot_be_written_to_are_told(folder, monkeypatch):
    async with fixing(folder) as bot:
        view = await opened(bot, "kuryr.md")

        def fail(path, data, mode):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("store.sidecar.write_whole", fail)
        await bot.do(bot.slack.submit, ADMIN, view, values(author="Ann"))
        assert view.errors["fix_title"].startswith("kuryr.md.recap.toml cannot be written (Permission denied)")
        (folder / "kuryr.md").unlink()
        await bot.do(bot.slack.submit, ADMIN, view, values(author="Ann"))
        assert "kuryr.md is not in the notes folder any more" in last(bot)
        await bot.do(bot.slack.command, ADMIN, ENGINEERING, "/recap admin fix kuryr.md")
        assert "not in the notes folder any more" in last(bot)


async def test_a_link_out_of_the_folder_is_never_written_behind(folder, tmp_path):
    async with fixing(folder) as bot:
        view = await opened(bot, "cells")
        outside = tmp_path / "outside"
        (folder / "sub").rename(outside)
        (folder / "sub").symlink_to(outside)
        await bot.do(bot.slack.submit, ADMIN, view, values(author="Ann"))
        assert "leads out of the notes folder" in last(bot)
        assert sorted(path.name for path in outside.iterdir()) == ["nova_cells.md"]


@pytest.mark.parametrize("user", [MEMBER, GUEST])
async def test_nobody_else_may_open_choose_look_or_send(folder, user):
    async with fixing(folder) as bot:
        assert await opened(bot, "kuryr.md", user) is None
        assert "RECAP_ADMINS" in last(bot, user) or "guest" in last(bot, user)
        chooser, form = await opened(bot, ""), await opened(bot, "kuryr.md")
        theirs, value = replace(chooser, user=user), key("kuryr.md")
        bot.slack.workspace.modals[user] = [theirs]
        await bot.do(bot.slack.suggest, user, theirs, names.FIX_NOTE, "nova")
        assert theirs.options == {names.FIX_NOTE: []}
        theirs.options[names.FIX_NOTE] = [{"text": {"type": "plain_text", "text": "x"}, "value": value}]
        await bot.do(bot.slack.submit, user, theirs, {names.FIX_NOTE: value})
        assert "kuryr.md" not in bot.modal(user)
        bot.slack.workspace.modals[user] = [replace(form, user=user)]
        await bot.do(bot.slack.submit, user, replace(form, user=user), values(author="Mallory"))
        assert not place(folder / "kuryr.md").exists()
        assert audit.latest(bot.journal) == ()


async def test_a_load_at_work_is_told_and_another_one_follows_it(folder):
    begun, go_on = threading.Event(), threading.Event()
    loads = []

    def slow(force, progress):
        loads.append(force)
        begun.set()
        go_on.wait(10)
        return _load(folder, folder.parent / "recap.db", force, progress)

    async with fixing(folder, load=slow) as bot:
        view = await opened(bot, "kuryr.md")
        running = asyncio.ensure_future(_at_work(bot.desk))
        await asyncio.to_thread(begun.wait, 10)
        bot.slack.submit(ADMIN, view, values(author="Ann"))
        await bot.slack.until(lambda: any("being read already" in one.text for one in bot.seen(ADMIN, ENGINEERING)))
        assert "Author: *Ann*" in last(bot)
        go_on.set()
        await running
        await bot.settle()
        assert len(loads) == 2
        assert bot.index.rows("SELECT author FROM notes WHERE file = 'kuryr.md'") == [("Ann",)]


async def test_after_an_undo_a_fix_waits_for_the_next_load(folder):
    async with fixing(folder) as bot:
        switches.switch(bot.journal, switches.PAUSED, on=True)
        await bot.do(bot.slack.submit, ADMIN, await opened(bot, "kuryr.md"), values(author="Ann"))
        assert "it counts from the next /recap-reload on" in last(bot)
        assert read(folder / "kuryr.md") == Fixes(author="Ann")
        view = await opened(bot, "kuryr.md")
        assert field(view, "author")["element"]["initial_value"] == "Ann"


def test_notes_are_found_by_file_title_event_and_author_also_nearly_so(folder):
    reload(folder, folder.parent / "recap.db")
    index = open_index(folder.parent / "recap.db")
    wanted = {
        "kuryr.md": ["kuryr.md"],
        "nova_cells.md": ["sub/nova_cells.md"],
        "bob tokyo": ["kuryr.md"],
        "kuyr": ["kuryr.md"],
        "zebra": [],
        "": ["kuryr.md", "odd.md", "sub/nova_cells.md"],
    }
    assert {typed: [note.file for note in find(index, typed)] for typed in wanted} == wanted
    assert len({key(note.file) for note in find(index, "")}) == 3
    with pytest.raises(BotError, match="not among the notes"):
        look(index, folder, "gone.md", 1_000)
    index.close()


def test_a_note_that_may_take_long_is_read_apart_and_once(folder, monkeypatch):
    calls = []

    def apart(intake, files, count):
        calls.append(files)
        return take_all(intake, files, count)

    (folder / "long.md").write_text("# Long\n\n" + "Every word of it was said in Tokyo. " * 1_500)
    write(folder / "long.md", Fixes(author="Ann"))
    reload(folder, folder.parent / "recap.db")
    monkeypatch.setattr("store.fixable.take_all", apart)
    index = open_index(folder.parent / "recap.db")
    for _ in range(2):
        note = look(index, folder, "long.md", 1_000_000)
        assert (note.shown.author, note.own.author, note.own.title) == ("Ann", "", "Long")
    assert calls == [["long.md"]]
    (folder / "long.md").write_bytes(b"\0" * 300_000)
    with pytest.raises(BotError, match="cannot be read"):
        look(index, folder, "long.md", 1_000_000)
    index.close()


def test_only_what_differs_from_the_note_itself_is_fixed(folder):
    write(folder / "kuryr.md", Fixes(title="Kuryr in Tokyo", author="Ann"))
    reload(folder, folder.parent / "recap.db")
    index = open_index(folder.parent / "recap.db")
    note = look(index, folder, "kuryr.md", 1_000_000)
    untouched = {"title": "Kuryr in Tokyo", "event": TOKYO, "date": "2015-10", "author": "Ann", "url": ""}
    assert merged(note, untouched) == note.fixed
    new = merged(note, {**untouched, "author": "Bob", "url": "https://a.example"})
    assert new == Fixes(title="Kuryr in Tokyo", url="https://a.example")
    assert list(differences(note, new)) == [("author", "Ann", "Bob"), ("url", "", "https://a.example")]
    index.close()
