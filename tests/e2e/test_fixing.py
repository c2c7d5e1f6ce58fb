"""What an admin puts right in Slack: it holds in answers at once, after a restart, and in an index made anew."""

import shutil
from importlib.resources import as_file, files

import pytest

from bot import names
from bot.playground.workspace import ENGINEERING
from e2e.served import ADA, ANN, HTTP, SOCKET, shown
from store.sidecar import read

NEUTRON = "2015-10-tokyo-neutron.md"


@pytest.fixture
def notes(tmp_path):
    """A folder of notes that a test may change."""
    with as_file(files("bot").joinpath("samples")) as samples:
        return shutil.copytree(samples, tmp_path / "notes")


def submit(bot, user, view, **values):
    delivery = bot.slack.submit(user, view, values)
    bot.wait(lambda: delivery.acked)


@pytest.mark.parametrize("serve", [SOCKET], indirect=True)
def test_a_fixed_note_stays_fixed_after_a_restart_and_without_the_index(serve, notes, tmp_path):
    bot = serve(RECAP_NOTES=str(notes), RECAP_DB=str(tmp_path / "own.db"))
    refused = bot.command(ANN, ENGINEERING, f"/recap admin fix {NEUTRON}")
    assert "RECAP_ADMINS" in refused.text

    bot.slack.command(ADA, ENGINEERING, f"/recap admin fix {NEUTRON}")
    form = bot.window(ADA, names.FIX_FORM)
    submit(bot, ADA, form, fix_author="Zelda Quill", fix_url="zelda.example")
    assert list(form.errors) == ["fix_url"]
    submit(bot, ADA, form, fix_url="https://zelda.example/tokyo")
    told = bot.one(ENGINEERING)
    assert told.seen_by == ADA
    assert "Author: *Zelda Quill*" in told.text
    assert "1 changed" in told.text
    assert bot.workspace.modal(ADA) is None
    assert "Zelda Quill" in shown(bot.ask(ANN, ENGINEERING, "what was said about Kuryr in Tokyo?").blocks)

    assert bot.end() == 0
    (tmp_path / "own.db").unlink()
    bot.start()
    answer = shown(bot.ask(ANN, ENGINEERING, "what was said about Kuryr in Tokyo?").blocks)
    assert "Zelda Quill" in answer
    assert "https://zelda.example/tokyo" in answer
    assert read(notes / NEUTRON).author == "Zelda Quill"
    assert "fix a note: 2015-10-tokyo-neutron.md" in bot.command(ADA, ENGINEERING, "/recap admin log").text


@pytest.mark.parametrize("serve", [HTTP], indirect=True)
def test_aliases_and_events_that_an_admin_writes_are_known_at_once(serve, notes, tmp_path):
    (notes / "offsite.md").write_text("# Marmots\n\nAt the Burrow Days Graz 2031 marmots guarded a Magnum cluster.\n")
    bot = serve(RECAP_NOTES=str(notes), RECAP_DB=str(tmp_path / "own.db"))
    assert "Kuryr" not in bot.ask(ANN, ENGINEERING, "what was said about zorblats?").text

    bot.slack.command(ADA, ENGINEERING, "/recap admin aliases")
    bot.press(ADA, bot.window(ADA, names.TABLE_FORM), names.TABLE_ADD)
    submit(bot, ADA, bot.window(ADA, names.ALIAS_FORM), alias_names="zorblats\nKuryr")
    assert "The notes are loaded" in bot.one(ENGINEERING).text
    assert "Kuryr" in bot.ask(ANN, ENGINEERING, "what was said about zorblats?").text

    bot.slack.command(ADA, ENGINEERING, "/recap admin events")
    form = bot.window(ADA, names.TABLE_FORM)
    submit(bot, ADA, form, table_text='[[event]]\nname = "Burrow Days Graz 2031"\nstart = "soon"')
    assert "is no date" in form.errors[names.TABLE_TEXT]
    submit(bot, ADA, form, table_text='[[event]]\nname = "Burrow Days Graz 2031"\naliases = ["the dig"]')
    assert "Wrote events.toml:" in bot.one(ENGINEERING).text
    assert "marmots guarded" in bot.ask(ANN, ENGINEERING, "Magnum at the dig").text

    bot.slack.command(ADA, ENGINEERING, "/recap admin events")
    form = bot.window(ADA, names.TABLE_FORM)
    (notes / "events.toml").write_text("# by hand\n")
    submit(bot, ADA, form, table_text="# in Slack\n")
    assert "Somebody changed events.toml meanwhile" in form.errors[names.TABLE_TEXT]
    assert (notes / "events.toml").read_text() == "# by hand\n"
