"""Every fault that is planted is found by name, and a healthy Recap is left in peace."""

import json
import os
import shutil
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from bot.__main__ import cli
from bot.doctor.check import Check, exit_status
from bot.doctor.environment import read, signing_secret
from bot.doctor.examination import examine
from bot.doctor.files import room
from bot.doctor.slack import clock_check, scopes_check
from bot.manifest import manifest
from bot.playground.server import Playground
from bot.playground.workspace import APP_TOKEN, BOT_TOKEN
from bot.settings import Settings
from store import journal, schema
from store.journal import Journal
from store.load import reload

SAMPLE = Path(__file__).parent / "notes"
NEWER_INDEX, NEWER = schema.VERSION + 1, len(journal.MIGRATIONS) + 1


@pytest.fixture(scope="module")
def slack():
    settings = Settings.from_env({}, slack=True, secrets=())
    with Playground(manifest(settings)) as workspace:
        yield workspace


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A folder with notes, an index of them and a state file."""
    folder = tmp_path_factory.mktemp("made")
    shutil.copytree(SAMPLE, folder / "notes")
    reload(folder / "notes", folder / "recap.db")
    Journal(folder / "recap-state.db").close()
    return folder


@pytest.fixture
def world(made, slack, tmp_path, monkeypatch):
    """A Recap in good health, and how to examine it."""
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / "home"
    shutil.copytree(made, home)
    with closing(sqlite3.connect(home / "recap.db")) as db, db:
        db.execute("update meta set value = ? where key = 'folder'", [str((home / "notes").resolve())])
    (home / ".env").touch(0o600)
    env = {
        "RECAP_NOTES": f"{home}/notes", "RECAP_DB": f"{home}/recap.db", "RECAP_ADMINS": "U0ADMIN",
        "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": slack.api_url,
    }  # fmt: skip
    world = SimpleNamespace(home=home, env=env, slack=slack, monkeypatch=monkeypatch, options={})
    world.examine = lambda: examine(env, home / ".env", **world.options)
    yield world
    slack.faults.heal()


def wrong(checks: list[Check]) -> dict[str, Check]:
    return {check.name: check for check in checks if check.level != "ok"}


def test_a_healthy_recap_has_nothing_wrong_with_it_and_is_left_as_it_was(world):
    before = {path: path.read_bytes() for path in world.home.rglob("*") if path.is_file()}
    checks = world.examine()
    assert not wrong(checks)
    named = {check.name for check in checks}
    assert named >= {
        "settings",
        "bot token",
        "scopes",
        "clock",
        "socket",
        "notes",
        "index",
        "freshness",
        "state",
        "disk",
    }
    assert {path: path.read_bytes() for path in before} == before
    assert not world.slack.sockets.opened


def _sql(path, *statements):
    with closing(sqlite3.connect(path)) as db, db:
        for statement in statements:
            db.execute(statement)


def _overwrite(path: Path, at: int, length: int) -> None:
    with path.open("r+b") as opened:
        opened.seek(at)
        opened.write(b"\xa5" * length)


def _narrow(world):
    app = world.slack.workspace.app
    world.monkeypatch.setattr(world.slack.workspace, "app", replace(app, scopes=app.scopes - {"im:write", "commands"}))


def _beside(world, note: str, text: str) -> Path:
    path = world.home / "notes" / f"{note}.recap.toml"
    path.write_text(text)
    return path


def _later(path: Path) -> None:
    os.utime(path, (time.time() + 60, time.time() + 60))


def _full(world):
    world.monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=5_000_000))


FAULTS = {
    "no bot token": (lambda w: w.env.pop("SLACK_BOT_TOKEN"), "SLACK_BOT_TOKEN", "error"),
    "swapped tokens": (lambda w: w.env.update(SLACK_APP_TOKEN=BOT_TOKEN), "SLACK_APP_TOKEN", "error"),
    "a rate in words": (lambda w: w.env.update(RECAP_RATE_PERSON="many"), "RECAP_RATE_PERSON", "error"),
    "one file for both": (lambda w: w.env.update(RECAP_STATE=w.env["RECAP_DB"]), "RECAP_STATE", "error"),
    "a slip in a name": (lambda w: w.env.update(RECAP_ADMIN="U0ADMIN"), "RECAP_ADMIN", "warning"),
    "nobody listed": (lambda w: w.env.pop("RECAP_ADMINS"), "admins", "warning"),
    "secrets for all": (lambda w: (w.home / ".env").chmod(0o644), ".env", "warning"),
    "a revoked token": (lambda w: w.env.update(SLACK_BOT_TOKEN="xoxb-9-9-gone"), "bot token", "error"),
    "a failing Slack": (lambda w: w.slack.faults.fail("auth.test", status=503, body="busy"), "bot token", "error"),
    "a proxy's page": (lambda w: w.slack.faults.fail("auth.test", body="<html>hello"), "bot token", "error"),
    "a cut line": (lambda w: w.slack.faults.fail("auth.test", cut=True), "bot token", "error"),
    "no such address": (lambda w: w.env.update(SLACK_API_URL="http://127.0.0.1:9/"), "socket", "error"),
    "missing scopes": (_narrow, "scopes", "error"),
    "no connections:write": (
        lambda w: w.slack.faults.fail("apps.connections.open", error="missing_scope"), "socket", "error"
    ),
    "a clock ahead": (lambda w: w.options.update(clock=lambda: time.time() + 400), "clock", "warning"),
    "no notes folder": (lambda w: shutil.rmtree(w.home / "notes"), "notes", "error"),
    "an empty folder": (lambda w: [shutil.rmtree(w.home / "notes"), (w.home / "notes").mkdir()], "notes", "error"),
    "no index": (lambda w: (w.home / "recap.db").unlink(), "index", "error"),
    "a text for an index": (lambda w: (w.home / "recap.db").write_text("notes " * 999), "index", "error"),
    "another's index": (lambda w: _sql(w.home / "recap.db", "pragma application_id = 7"), "index", "error"),
    "a newer index": (lambda w: _sql(w.home / "recap.db", f"pragma user_version = {NEWER_INDEX}"), "index", "error"),
    "an older index": (lambda w: _sql(w.home / "recap.db", "pragma user_version = 1"), "index", "warning"),
    "broken pages": (lambda w: _overwrite(w.home / "recap.db", 4096 * 5 + 8, 4096 * 4), "index", "error"),
    "a cut index": (lambda w: os.truncate(w.home / "recap.db", 4096 * 6), "index", "error"),
    "lost words": (lambda w: _sql(w.home / "recap.db", "delete from stems_data where id > 10"), "index", "error"),
    "a folder that moved": (lambda w: w.env.update(RECAP_NOTES=str(SAMPLE)), "folder of the index", "warning"),
    "a changed note": (lambda w: _later(w.home / "notes" / "hanoi-2017.md"), "freshness", "warning"),
    "a new note": (lambda w: (w.home / "notes" / "new.md").write_text("# New\n\nMore."), "freshness", "warning"),
    "a lost note": (lambda w: (w.home / "notes" / "hanoi-2017.md").unlink(), "freshness", "warning"),
    "broken fixes": (lambda w: _beside(w, "hanoi-2017.md", "date = 'soon'"), "fixes", "warning"),
    "fixes without a note": (lambda w: _beside(w, "gone.md", "title = 'x'"), "fixes", "warning"),
    "new fixes": (lambda w: _later(_beside(w, "hanoi-2017.md", "title = 'x'")), "freshness", "warning"),
    "a rejected note": (
        lambda w: [(w.home / "notes" / "x.bin").write_bytes(b"\0" * 99), reload(w.home / "notes", w.home / "recap.db")],
        "rejected notes", "warning",
    ),
    "a text for a state": (lambda w: (w.home / "recap-state.db").write_text("state " * 999), "state", "error"),
    "another's state": (lambda w: _sql(w.home / "recap-state.db", "pragma application_id = 7"), "state", "error"),
    "a newer state": (lambda w: _sql(w.home / "recap-state.db", f"pragma user_version = {NEWER}"), "state", "error"),
    "broken state pages": (lambda w: _overwrite(w.home / "recap-state.db", 4096 + 8, 4096 * 4), "state", "error"),
    "a state for all": (lambda w: (w.home / "recap-state.db").chmod(0o644), "state's permissions", "warning"),
    "a full disk": (_full, "disk", "error"),
    "no such model": (lambda w: w.env.update(RECAP_EMBEDDINGS=str(w.home / "notes")), "embeddings", "error"),
}  # fmt: skip


@pytest.mark.parametrize("fault", list(FAULTS))
def test_a_planted_fault_is_found_by_name_and_has_a_remedy(world, fault):
    plant, name, level = FAULTS[fault]
    plant(world)
    found = wrong(world.examine())
    assert name in found
    assert found[name].level == level
    assert len(found[name].text) > 10
    assert len(found[name].remedy) > 10 or found[name].remedy == "Make room."


def test_missing_scopes_are_named(world):
    _narrow(world)
    assert wrong(world.examine())["scopes"].text == "Missing: commands, im:write."


def test_all_faults_of_a_very_sick_recap_are_told_at_once(world):
    for fault in ("a rate in words", "missing scopes", "no notes folder", "a cut index", "a text for a state"):
        FAULTS[fault][0](world)
    assert {"RECAP_RATE_PERSON", "scopes", "notes", "index", "state"} <= wrong(world.examine()).keys()


def test_folders_that_may_not_be_read_or_written_are_found(guarded):
    (guarded / "notes").mkdir()
    (guarded / "notes" / "a.md").write_text("# A\n\nText.")
    (guarded / "notes" / "a.md").chmod(0)
    (guarded / "closed").mkdir(0o500)
    env = {"RECAP_NOTES": f"{guarded}/notes", "RECAP_DB": f"{guarded}/r.db", "RECAP_STATE": f"{guarded}/closed/s.db"}
    assert {"notes", "state"} <= wrong(examine(env, guarded / ".env", offline=True)).keys()


def test_odd_names_and_links_to_nowhere_that_a_load_rejected_are_told_as_rejected_alone(world):
    notes = world.home / "notes"
    (notes / "tab\tname.md").write_text("# Tab\n\nText.")
    (notes / "gone.md").symlink_to("nowhere.md")
    reload(notes, world.home / "recap.db")
    found = wrong(world.examine())
    assert found.keys() == {"rejected notes"}
    assert "gone.md, tab?name.md" in found["rejected notes"].text


@pytest.mark.parametrize("closed", ["notes", "notes/from-slack"])
def test_notes_that_may_only_be_read_are_told_as_such_and_are_no_fault(guarded, closed):
    inbox = guarded / "notes" / "from-slack"
    inbox.mkdir(parents=True)
    (guarded / "notes" / "a.md").write_text("# A\n\nText.")
    env = {"RECAP_NOTES": f"{guarded}/notes", "RECAP_DB": f"{guarded}/r.db", "RECAP_STATE": f"{guarded}/s.db"}

    def said():
        (found,) = [one for one in examine(env, guarded / ".env", offline=True) if one.name == "notes"]
        return found.level, "neither added nor fixed" in found.text

    assert said() == ("ok", False)
    (guarded / closed).chmod(0o500)
    assert said() == ("ok", True)


def test_a_load_in_flight_is_no_damage(world):
    with closing(sqlite3.connect(world.home / "recap.db", isolation_level=None)) as db:
        world.monkeypatch.setattr("store.checkup.WAIT", 0.01)
        db.execute("begin immediate")
        assert wrong(world.examine())["index"].level == "warning"


def test_without_slack_no_token_is_needed_and_nobody_is_called(world):
    del world.env["SLACK_BOT_TOKEN"], world.env["SLACK_APP_TOKEN"]
    world.options["offline"] = True
    calls = len(world.slack.calls)
    assert not wrong(world.examine())
    assert len(world.slack.calls) == calls


def test_a_bot_that_slack_calls_needs_a_signing_secret_of_slacks_shape(world):
    del world.env["SLACK_APP_TOKEN"]
    world.env["SLACK_SIGNING_SECRET"] = "8f742231b10e8888abcd99yyyzzz85a5"
    found = wrong(world.examine())
    assert found.keys() == {"signing secret"}
    world.env["SLACK_SIGNING_SECRET"] = "8f742231b10e8888abcd99abcdef85a5"
    assert not wrong(world.examine())
    world.env["SLACK_SIGNING_SECRET"] = ""
    world.options["http"] = True
    assert wrong(world.examine())["SLACK_SIGNING_SECRET"].level == "error"


def test_a_clock_that_is_far_off_is_an_error_only_where_slack_signs():
    date = "Fri, 20 Nov 2026 09:00:00 GMT"
    at = 1_795_165_200
    assert clock_check(date, at, http=True)[0].level == "ok"
    assert clock_check(date, at - 40, http=True)[0].level == "warning"
    assert clock_check(date, at + 400, http=True)[0].level == "error"
    assert clock_check("yesterday", at, http=True) == []


def test_scopes_that_slack_does_not_tell_are_a_warning():
    assert scopes_check(None, frozenset({"a"})).level == "warning"
    assert scopes_check("b,a", frozenset({"a"})).level == "ok"


def test_room_is_measured_against_what_a_load_writes():
    assert room(Path("/x"), 10**6, 0).level == "error"
    assert room(Path("/x"), 150 * 10**6, 0).level == "warning"
    assert room(Path("/x"), 10**9, 10**6).level == "ok"
    assert room(Path("/x"), 10**9, 10**9).level == "warning"


def test_no_secret_is_ever_told(world):
    world.env["SLACK_BOT_TOKEN"], world.env["SLACK_APP_TOKEN"] = "xoxb-hush hush", "xapp-1-hush"
    assert "hush" not in str(world.examine())
    settings, _ = read({"SLACK_SIGNING_SECRET": "hushhush"}, http=True, offline=True)
    assert "hush" not in str(signing_secret(settings))


def test_the_exit_status_tells_errors_and_if_asked_warnings():
    fine, odd, bad = (Check("a", level, "") for level in ("ok", "warning", "error"))
    assert [exit_status(checks, strict=False) for checks in ([fine], [fine, odd], [odd, bad])] == [0, 0, 1]
    assert [exit_status(checks, strict=True) for checks in ([fine], [fine, odd], [odd, bad])] == [0, 2, 1]


def test_the_command_prints_lines_or_json_and_exits_with_a_status(world):
    world.monkeypatch.chdir(world.home)
    env = {**world.env, "RECAP_ADMIN": "U0ADMIN"}
    text = CliRunner().invoke(cli, ["doctor", "--strict"], env=env)
    assert text.exit_code == 2
    assert "warning  RECAP_ADMIN" in text.stdout
    assert "Did you mean RECAP_ADMINS?" in text.stdout
    told = CliRunner().invoke(cli, ["doctor", "--json", "--offline"], env={**env, "RECAP_NOTES": "none"})
    assert told.exit_code == 1
    read = json.loads(told.stdout)
    assert not read["ok"]
    assert [check["name"] for check in read["checks"] if check["level"] == "error"] == ["notes"]
