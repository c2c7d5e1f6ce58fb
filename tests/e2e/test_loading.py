"""The notes, from the first start on: how they get in, who sees what of that, and what is asked meanwhile."""

import shutil
from importlib.resources import as_file, files

import pytest

from bot.playground.workspace import ENGINEERING
from e2e.served import ADA, ANN, shown

NEW = """---
title: Zurich notes
event: OpenInfra Days Zurich 2019
date: 2019-05-04
---

# Marmots

Cloud operators in Zurich keep marmots to guard their Magnum clusters at night.
"""


@pytest.fixture
def notes(tmp_path):
    """A folder of notes that a test may change."""
    with as_file(files("bot").joinpath("samples")) as samples:
        return shutil.copytree(samples, tmp_path / "notes")


def home(bot, user):
    before = bot.workspace.homes.get(user)
    was = before.hash if before else ""
    bot.slack.open_home(user)
    return bot.wait(lambda: (view := bot.workspace.homes.get(user)) and view.hash != was and view)


def test_without_an_index_the_notes_are_read_first_and_admins_read_them_again(serve, notes, tmp_path):
    bot = serve(RECAP_NOTES=str(notes), RECAP_DB=str(tmp_path / "own.db"))
    bot.wait(lambda: bot.logged("Loaded 14 notes"))
    assert "marmot" not in bot.ask(ANN, ENGINEERING, "what guards clusters at night?").text

    (notes / "zurich.md").write_text(NEW)
    (notes / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    bot.press(ADA, home(bot, ADA), "recap:load")
    report = bot.wait(lambda: (view := bot.workspace.modal(ADA)) and "1 added" in shown(view.blocks) and view)
    assert "broken.pdf" in shown(report.blocks)
    bot.wait(lambda: "Zurich notes" in shown(bot.workspace.homes[ADA].blocks))
    assert "Rejected files (1)" in shown(bot.workspace.homes[ADA].blocks)
    assert "broken.pdf" not in shown(home(bot, ANN).blocks)
    assert "marmot" in bot.ask(ANN, ENGINEERING, "what guards clusters at night?").text


def test_the_command_reports_in_place_and_does_not_empty_the_index_unasked(serve, notes, tmp_path):
    bot = serve(RECAP_NOTES=str(notes), RECAP_DB=str(tmp_path / "own.db"))
    (notes / "zurich.md").write_text(NEW)
    report = bot.command(ADA, ENGINEERING, "/recap-reload")
    bot.wait(lambda: "1 added" in report.text)
    for path in sorted(notes.iterdir())[:-2]:
        path.unlink()
    refusal = bot.command(ADA, ENGINEERING, "/recap-reload")
    bot.wait(lambda: "/recap-reload force" in refusal.text)
    assert "Mestery" in bot.ask(ANN, ENGINEERING, "what was said about Kuryr?").text
    forced = bot.command(ADA, ENGINEERING, "/recap-reload force")
    bot.wait(lambda: "removed" in forced.text)
    assert "Mestery" not in bot.ask(ANN, ENGINEERING, "what was said about Kuryr?").text
