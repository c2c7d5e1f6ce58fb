"""What a load removed can be brought back, and what a load would do can be seen before it does it."""

import sqlite3
import threading
from contextlib import closing

import pytest

from store import previous
from store.errors import BotError
from store.index import open_index
from store.load import reload


@pytest.fixture
def folder(tmp_path):
    notes = tmp_path / "notes"
    notes.mkdir()
    for name in ("kuryr", "nova", "swift"):
        (notes / f"{name}.md").write_text(f"# {name}\n\nEverybody asked about {name} in the hall.\n")
    reload(notes, tmp_path / "recap.db")
    return notes


@pytest.fixture
def path(folder):
    return folder.parent / "recap.db"


def files(path):
    with closing(sqlite3.connect(path)) as database:
        return [name for (name,) in database.execute("select file from notes order by file")]


def test_a_rehearsal_tells_what_a_load_would_do_and_does_nothing(folder, path):
    (folder / "nova.md").unlink()
    (folder / "zun.md").write_text("Zun runs containers without anything around them.\n")
    (folder / "odd.bin").write_bytes(b"\0\1\2")
    before = path.read_bytes()
    told = reload(folder, path, rehearse=True)
    assert (told.added, told.removed, [one.file for one in told.rejected]) == (("zun.md",), ("nova.md",), ["odd.bin"])
    assert files(path) == ["kuryr.md", "nova.md", "swift.md"]
    assert path.read_bytes() == before
    assert not previous.place(path).exists()
    done = reload(folder, path)
    assert (done.added, done.removed, done.problems) == (told.added, told.removed, told.problems)


def test_only_a_load_that_removes_notes_keeps_the_old_index(folder, path):
    (folder / "zun.md").write_text("Zun runs containers without anything around them.\n")
    reload(folder, path)
    assert not previous.place(path).exists()
    (folder / "zun.md").unlink()
    reload(folder, path)
    assert files(previous.place(path)) == ["kuryr.md", "nova.md", "swift.md", "zun.md"]
    assert previous.place(path).stat().st_mode & 0o077 == 0
    assert not list(path.parent.glob("*.part"))


def test_undo_brings_the_removed_notes_back_and_can_be_done_once(folder, path):
    index = open_index(path)
    (folder / "nova.md").unlink()
    reload(folder, path)
    assert index.status().notes == 2
    assert previous.undo(path) == 3
    assert index.status().notes == 3
    assert "nova" in index.generation.vocabulary.known(["nova"])
    with pytest.raises(BotError, match="nothing to undo"):
        previous.undo(path)
    index.close()


def test_whoever_reads_during_an_undo_reads_on_in_the_same_index(folder, path):
    (folder / "nova.md").unlink()
    reload(folder, path)
    index = open_index(path)
    with index.snapshot():
        assert index.status().notes == 2
        other = threading.Thread(target=previous.undo, args=[path])
        other.start()
        other.join(10)
        assert not other.is_alive()
        assert index.status().notes == 2
    assert index.status().notes == 3
    index.close()


def test_an_undo_gives_up_where_another_load_holds_the_index(folder, path, monkeypatch):
    monkeypatch.setattr(previous, "PATIENCE", 0)
    monkeypatch.setattr("store.schema.WAIT", 0.0)
    (folder / "nova.md").unlink()
    reload(folder, path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(BotError, match="in use by another load"):
            previous.undo(path)
    assert previous.place(path).exists()


def test_a_kept_index_that_is_damaged_stays_where_it_is(folder, path):
    previous.place(path).write_bytes(b"SQLite format 3\0" + b"x" * 4096)
    with pytest.raises(BotError, match="damaged"):
        previous.undo(path)
    assert previous.place(path).exists()
    assert files(path) == ["kuryr.md", "nova.md", "swift.md"]


def test_a_load_that_cannot_keep_the_old_index_removes_nothing(folder, path):
    (folder / "nova.md").unlink()
    previous.place(path).mkdir()
    with pytest.raises(BotError, match="cannot be kept"):
        reload(folder, path)
    assert files(path) == ["kuryr.md", "nova.md", "swift.md"]
