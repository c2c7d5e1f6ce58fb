"""A backup is whole or not there, a restore changes all or nothing, and neither loses what was there before."""

import json
import os
import re
import shutil
import sqlite3
import threading
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.__main__ import cli
from store import archive, journal
from store.archive import ABOUT, STATE, contents
from store.backup import Places, back_up, restore
from store.errors import BotError
from store.index import open_index
from store.journal import Journal
from store.load import reload


@pytest.fixture
def places(tmp_path, notes) -> Places:
    made = Places(notes, tmp_path / "data" / "recap.db", tmp_path / "data" / "state.db")
    (notes / "events.toml").write_text("# ours\n", encoding="utf-8")
    keep_question(made.state, "Kuryr")
    return made


def keep_question(state: Path, text: str) -> None:
    opened = Journal(state)
    opened.remember("C", text, 1.0)
    opened.close()


def questions(state: Path) -> list[str]:
    with closing(sqlite3.connect(state)) as db:
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)
        return [text for (text,) in db.execute("select text from questions order by id")]


@pytest.fixture
def saved(places, tmp_path) -> Path:
    file = tmp_path / "backups" / "one.zip"
    back_up(file, places)
    return file


def test_what_was_kept_comes_back_on_an_empty_machine(places, saved, tmp_path):
    there = Places(tmp_path / "new" / "notes", tmp_path / "new" / "recap.db", tmp_path / "new" / "state.db")
    there.notes.mkdir(parents=True)
    assert set(restore(saved, there)) == {there.state, there.notes / "events.toml"}
    assert questions(there.state) == ["Kuryr"]
    assert (there.notes / "events.toml").read_text(encoding="utf-8") == "# ours\n"
    assert there.state.stat().st_mode & 0o77 == 0
    keep_question(there.state, "Zun")
    assert questions(there.state) == ["Kuryr", "Zun"]


def test_the_index_is_kept_if_asked_for(places, tmp_path):
    reload(places.notes, places.index)
    assert back_up(tmp_path / "all.zip", places, with_index=True) == ("state.db", "index.db", "notes/events.toml")
    shutil.rmtree(places.index.parent)
    assert restore(tmp_path / "all.zip", places) == (places.state, places.index)
    index = open_index(places.index)
    assert index.status().notes == 6
    index.close()


def test_a_backup_is_for_its_owner_alone_and_leaves_nothing_else_behind(saved):
    assert saved.stat().st_mode & 0o77 == 0
    assert list(saved.parent.iterdir()) == [saved]


def test_a_backup_while_others_write_is_of_one_moment(places, tmp_path):
    done = threading.Event()

    def write() -> None:
        opened = Journal(places.state)
        number = 0
        while not done.is_set():
            with opened.writing() as db:
                for _ in range(2):  # together or not at all
                    db.execute("insert into greeted (channel, at) values (?, ?)", [f"C{number}", 1.0])
                    number += 1
        opened.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            back_up(tmp_path / f"{number}.zip", places)
    finally:
        done.set()
        writer.join()
    for number in range(5):
        copy = tmp_path / f"copy-{number}.db"
        archive.unpack(tmp_path / f"{number}.zip", STATE, contents(tmp_path / f"{number}.zip")[STATE], copy)
        with closing(sqlite3.connect(copy)) as db:
            assert db.execute("pragma integrity_check").fetchone() == ("ok",)
            assert db.execute("select count(*) from greeted").fetchone()[0] % 2 == 0


def test_a_backup_replaces_no_other_unasked(places, saved):
    before = saved.read_bytes()
    keep_question(places.state, "Zun")
    with pytest.raises(BotError, match="there already"):
        back_up(saved, places)
    assert saved.read_bytes() == before
    back_up(saved, places, force=True)
    assert saved.read_bytes() != before


def test_a_backup_that_appears_meanwhile_is_not_replaced(places, tmp_path):
    (tmp_path / "made").write_bytes(b"new")
    (tmp_path / "there").write_bytes(b"old")
    with pytest.raises(BotError, match="there already"):
        archive.publish(tmp_path / "made", tmp_path / "there", force=False)
    assert (tmp_path / "there").read_bytes() == b"old"


def test_a_damaged_state_is_not_taken_for_a_backup(places, tmp_path):
    with places.state.open("r+b") as opened:
        opened.seek(4096 + 8)
        opened.write(b"\xa5" * 4096 * 4)
    with pytest.raises(BotError, match="recap doctor"):
        back_up(tmp_path / "b.zip", places)
    assert not (tmp_path / "b.zip").exists()


def test_nothing_to_keep_is_said(places, tmp_path):
    places.state.unlink()
    with pytest.raises(BotError, match="to keep yet"):
        back_up(tmp_path / "b.zip", places)


def test_a_restore_replaces_nothing_unasked_and_nothing_that_is_the_same(places, saved):
    assert restore(saved, places, force=True) in ((), (places.state,))
    keep_question(places.state, "Zun")
    (places.notes / "events.toml").write_text("# changed\n", encoding="utf-8")
    with pytest.raises(BotError, match="would be replaced") as told:
        restore(saved, places)
    assert str(places.state) in str(told.value)
    assert questions(places.state) == ["Kuryr", "Zun"]
    assert (places.notes / "events.toml").read_text(encoding="utf-8") == "# changed\n"


def test_what_a_restore_replaces_is_kept_under_another_name(places, saved):
    keep_question(places.state, "Zun")
    (places.notes / "events.toml").write_text("# changed\n", encoding="utf-8")
    restore(saved, places, force=True)
    assert questions(places.state) == ["Kuryr"]
    assert questions(places.state.with_name(".state.db.before-restore")) == ["Kuryr", "Zun"]
    assert (places.notes / ".events.toml.before-restore").read_text(encoding="utf-8") == "# changed\n"
    keep_question(places.state, "Magnum")
    restore(saved, places, force=True)
    assert questions(places.state.with_name(".state.db.before-restore-1")) == ["Kuryr", "Magnum"]


def test_what_stands_in_the_log_of_a_crashed_bot_is_kept_as_well(places, saved, tmp_path):
    opened = Journal(places.state)
    opened.remember("C", "Zun", 2.0)
    crashed = shutil.copytree(places.state.parent, tmp_path / "crashed")
    opened.close()
    assert (crashed / "state.db-wal").stat().st_size
    there = Places(places.notes, crashed / "recap.db", crashed / "state.db")
    restore(saved, there, force=True)
    assert questions(there.state) == ["Kuryr"]
    assert questions(crashed / ".state.db.before-restore") == ["Kuryr", "Zun"]


def test_a_damaged_state_is_replaced_and_kept(places, saved):
    places.state.write_bytes(b"no database" * 999)
    places.state.with_name("state.db-wal").write_bytes(b"no log")
    restore(saved, places, force=True)
    assert questions(places.state) == ["Kuryr"]
    assert places.state.with_name(".state.db.before-restore").read_bytes().startswith(b"no database")


def test_a_log_that_outlived_its_state_is_not_taken_for_that_of_the_new_one(places, saved):
    places.state.unlink()
    places.state.with_name("state.db-wal").write_bytes(b"of another file")
    restore(saved, places)
    assert questions(places.state) == ["Kuryr"]
    assert places.state.with_name(".state.db.before-restore-wal").read_bytes() == b"of another file"


def test_a_running_bot_has_to_be_stopped_first(places, saved):
    running = Journal(places.state)
    running.remember("C", "Zun", 2.0)
    with pytest.raises(BotError, match="Stop Recap first"):
        restore(saved, places, force=True)
    running.remember("C", "Magnum", 3.0)
    running.close()
    assert questions(places.state) == ["Kuryr", "Zun", "Magnum"]


def test_a_backup_of_a_newer_recap_is_refused(places, saved, monkeypatch):
    keep_question(places.state, "Zun")
    monkeypatch.setattr(journal, "MIGRATIONS", [])
    with pytest.raises(BotError, match="newer Recap"):
        restore(saved, places, force=True)
    assert questions(places.state) == ["Kuryr", "Zun"]


def packed(file: Path, about: object, **members: bytes) -> Path:
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr(ABOUT, json.dumps(about))
        for name, content in members.items():
            opened.writestr(name.replace("__", "/"), content)
    return file


@pytest.mark.parametrize(
    "about",
    [
        None, [], {}, {"recap": "backup", "format": 2, "files": {}}, {"recap": "backup", "format": 1, "files": []},
        {"recap": "backup", "format": 1, "files": {"state.db": "0"}},
        {"recap": "backup", "format": 1, "files": {"../state.db": "0"}},
    ],
)  # fmt: skip
def test_what_is_no_backup_of_ours_is_refused(places, tmp_path, about):
    keep_question(places.state, "Zun")
    with pytest.raises(BotError):
        restore(packed(tmp_path / "odd.zip", about), places, force=True)
    assert questions(places.state) == ["Kuryr", "Zun"]


@pytest.mark.parametrize(
    "name", ["notes/../../events.toml", "/etc/events.toml", "notes//events.toml", "notes/a.md", "x"]
)
def test_a_backup_reaches_no_file_but_ours(places, tmp_path, name):
    about = {"recap": "backup", "format": 1, "files": {name: "0"}}
    before = sorted(tmp_path.rglob("*"))
    file = packed(tmp_path / "odd.zip", about, **{name: b"x"})
    with pytest.raises(BotError, match="no backup"):
        restore(file, places, force=True)
    assert sorted(tmp_path.rglob("*")) == sorted([*before, file])


@given(at=st.floats(0, 1), byte=st.integers(0, 255), cut=st.booleans())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_backup_that_was_damaged_restores_what_was_kept_or_nothing(places, saved, tmp_path, at, byte, cut):
    there = Places(tmp_path / "x" / "notes", tmp_path / "x" / "recap.db", tmp_path / "x" / "state.db")
    shutil.rmtree(tmp_path / "x", ignore_errors=True)
    there.notes.mkdir(parents=True)
    data = bytearray(saved.read_bytes())
    place = min(int(at * len(data)), len(data) - 1)
    data[place] = byte
    file = tmp_path / "damaged.zip"
    file.write_bytes(data[:place] if cut else data)
    try:
        restore(file, there)
    except BotError:
        assert not there.state.exists()
        assert not list(there.notes.iterdir())
    else:
        assert questions(there.state) == ["Kuryr"]


class Died(BaseException):
    """As if the power went."""


@pytest.mark.parametrize("step", range(8))
def test_a_restore_that_is_interrupted_loses_nothing_and_can_be_run_again(places, saved, monkeypatch, step):
    keep_question(places.state, "Zun")
    (places.notes / "events.toml").write_text("# changed\n", encoding="utf-8")
    left = [step]

    def dying(real):
        def call(*values, **named):
            left[0] -= 1
            if left[0] < 0:
                raise Died
            return real(*values, **named)

        return call

    with monkeypatch.context() as patch:
        patch.setattr(os, "link", dying(os.link))
        patch.setattr(Path, "replace", dying(Path.replace))
        patch.setattr("store.backup.to_disk", dying(archive.to_disk))
        try:
            restore(saved, places, force=True)
        except Died:
            pass
        else:
            assert step >= 6
    assert questions(places.state) in (["Kuryr"], ["Kuryr", "Zun"])
    restore(saved, places, force=True)
    assert questions(places.state) == ["Kuryr"]
    kept = [path for path in places.state.parent.iterdir() if ".before-restore" in path.name]
    assert ["Kuryr", "Zun"] in [questions(path) for path in kept]
    replaced = [path.read_text(encoding="utf-8") for path in places.notes.glob(".events*")]
    assert "# changed\n" in replaced


def test_the_commands_tell_what_they_did(places, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    env = {"RECAP_NOTES": str(places.notes), "RECAP_DB": str(places.index), "RECAP_STATE": str(places.state)}
    told = CliRunner().invoke(cli, ["backup", "b.zip"], env=env)
    assert told.exit_code == 0
    assert re.fullmatch(r"b\.zip: state\.db, notes/events\.toml; [1-9][\d.,]* (bytes|kB|MB)\.\n", told.stdout)
    places.state.unlink()
    again = CliRunner().invoke(cli, ["restore", "b.zip"], env=env)
    assert again.stdout == f"Restored {places.state}.\n"
    (places.notes / "events.toml").unlink()
    events = CliRunner().invoke(cli, ["restore", "b.zip"], env=env)
    assert events.stdout == f"Restored {places.notes / 'events.toml'}.\nTake that into the index with: recap load\n"
    assert "already" in CliRunner().invoke(cli, ["restore", "b.zip"], env=env).stdout
