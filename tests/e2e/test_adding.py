"""Admins add notes from Slack to a bot that runs: from files and messages, over a restart, and out again."""

import shutil
from importlib.resources import as_file, files

import pytest

from bot import names
from bot.playground.workspace import ENGINEERING
from e2e.served import ADA, ANN, OPEN_TO_ALL, buttons, refused

TOKYO = "OpenStack Summit Tokyo 2015"
NOTE = f"# Marmots at the {TOKYO}\n\nOperators keep marmots to guard their Magnum clusters at night.\n".encode()
QUESTION = "what guards clusters at night?"


@pytest.fixture
def notes(tmp_path):
    """A folder of notes that the bot may write into."""
    with as_file(files("bot").joinpath("samples")) as samples:
        return shutil.copytree(samples, tmp_path / "notes")


@pytest.fixture
def bot(serve, notes, samples, tmp_path):
    """A bot with an index of these notes."""
    own = shutil.copy(samples, tmp_path / "own.db")
    return serve(RECAP_NOTES=str(notes), RECAP_DB=str(own), **OPEN_TO_ALL)


def test_a_dropped_file_waits_over_a_restart_is_added_answers_and_is_taken_out(bot, notes):
    direct = bot.slack.direct(ADA)
    bot.slack.outbox.twice()
    bot.slack.drop(ADA, direct, {"../marmots.md": NOTE})
    preview = bot.one(direct)
    assert f"{TOKYO} (from its title)" in preview.text
    bot.end()
    bot.start()
    bot.change(ADA, preview, names.ADD)
    bot.wait(lambda: f"1 passage, {TOKYO}" in preview.text)
    assert (notes / "from-slack" / "marmots.md").read_bytes() == NOTE
    assert "marmots" in bot.ask(ANN, ENGINEERING, QUESTION).text
    bot.change(ADA, preview, names.TAKE_OUT)
    assert not list((notes / "from-slack").iterdir())
    assert "marmots" not in bot.ask(ANN, ENGINEERING, QUESTION).text
    log = bot.command(ADA, ENGINEERING, "/recap admin log").text
    assert "add a note: from-slack/marmots.md" in log
    assert "take out a note: from-slack/marmots.md" in log


def test_a_message_is_previewed_for_the_admin_alone_fixed_and_added(bot, notes):
    said = bot.hush(ANN, ENGINEERING, "Marmots guard the Magnum clusters of <#C0GENERAL|general> at night.")
    bot.slack.shortcut(ADA, names.ADD_SHORTCUT, said)
    preview = bot.one(ENGINEERING)
    assert preview.seen_by == ADA
    bot.press(ADA, preview, names.ADD_FIX)
    form = bot.window(ADA, names.ADD_FORM)
    bot.slack.submit(ADA, form, {names.FIXES["title"]: "Guards", names.FIXES["author"]: "Ann Member"})
    bot.wait(lambda: "Guards" in preview.text)
    bot.change(ADA, preview, names.ADD)
    bot.wait(lambda: names.TAKE_OUT in buttons(preview))
    (file,) = (notes / "from-slack").iterdir()
    assert file.name.endswith("-guards.md")
    answer = bot.ask(ANN, ENGINEERING, QUESTION)
    assert "Guards" in str(answer.blocks)
    assert "Ann Member" in str(answer.blocks)


def test_what_is_of_others_is_not_fetched_and_what_slack_holds_back_is_told(bot, notes):
    direct = bot.slack.direct(ANN)
    bot.slack.drop(ANN, direct, {"marmots.md": NOTE})
    assert "<@U0ADA> can share it" in bot.one(direct).text
    bot.slack.shortcut(ANN, names.ADD_SHORTCUT, bot.hush(ANN, ENGINEERING, "Marmots guard clusters."))
    assert "RECAP_ADMINS" in bot.one(ENGINEERING).text
    assert not bot.slack.called("file")
    direct = bot.slack.direct(ADA)
    bot.slack.faults.fail("file", status=302, body="Found", headers={"Location": "https://example.org/?redir"})
    with refused(bot, 302):
        bot.slack.drop(ADA, direct, {"marmots.md": NOTE})
        assert "recap manifest" in bot.one(direct).text
    assert "Mestery" in bot.say(ADA, direct, "what was said about Kuryr?").text
    assert not (notes / "from-slack").exists()
