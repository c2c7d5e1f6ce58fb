"""Whatever is killed, at whatever moment: what was there is there, and what comes next finds everything in order."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from conftest import NOTES

from reliability import works
from reliability.amounts import amount
from reliability.killing import Account, kills
from store import drafts, journal, previous, schema, sidecar
from store.atomic import ABANDONED, UNFINISHED
from store.backup import Places, back_up, restore
from store.checkup import look
from store.folder import SIDECAR
from store.index import Index, open_index
from store.journal import Journal
from store.load import reload
from store.model import Facets
from store.new_notes import INBOX

Held = Callable[[Path], dict[str, list[object]]]
Tally = Callable[..., None]
TIMES = amount(5, 200)
ROOT = Path(__file__).parent.parent.parent


def edit(notes: Path) -> None:
    """Work on the notes: one new, one changed, one gone, one renamed."""
    (notes / "new.md").write_text("# Manila\n\nManila shared its first file in Tokyo.\n")
    text = (notes / "boston-operators.rst").read_text()
    (notes / "boston-operators.rst").write_text(text.replace("Prometheus", "Zabbix"))
    (notes / "hanoi-2017.md").unlink()
    (notes / "berlin-2018.txt").rename(notes / "2016" / "berlin.txt")


def is_sound(path: Path) -> bool:
    """Whether nothing in a database is damaged, its full-text index included."""
    return not look(path).faults


def folders(tmp_path: Path, *originals: Path) -> Iterator[Path]:
    """A fresh folder with copies of files for every attempt; the one before is gone then."""
    for number in range(1_000_000):
        folder = tmp_path / f"attempt-{number}"
        shutil.rmtree(tmp_path / f"attempt-{number - 1}", ignore_errors=True)
        folder.mkdir()
        for original in originals:
            shutil.copy(original, folder)
        yield folder


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_load_that_is_killed_leaves_the_old_index_or_the_new_one(
    notes: Path, tmp_path: Path, held: Held, tally: Tally
) -> None:
    reload(notes, tmp_path / "recap.db")
    edit(notes)
    reload(notes, tmp_path / "new.db")
    old, new = held(tmp_path / "recap.db"), held(tmp_path / "new.db")
    facets = {name: facets_of(tmp_path / name) for name in ("recap.db", "new.db")}
    assert old != new
    readers = list[Index]()

    def attempts() -> Iterator[tuple[Path, Path]]:
        for number, folder in enumerate(folders(tmp_path, tmp_path / "recap.db")):
            while readers:
                readers.pop().close()
            if number % 3 == 0:  # somebody reads meanwhile, so that the load has to leave its log behind
                readers.append(open_index(folder / "recap.db"))
            yield notes, folder / "recap.db"

    account = Account()
    for kill in kills(works.load, attempts(), TIMES, works.part_of_load, account, seed=1):
        index = kill.arguments[1]
        assert is_sound(index)
        assert held(index) in (old, new)
        seen = facets["recap.db" if held(index) == old else "new.db"]
        assert [reader.facets for reader in readers] == [seen] * len(readers)
        assert facets_of(index) == seen
        reload(notes, index)
        assert held(index) == new
        assert is_sound(index)
        assert [reader.facets for reader in readers] == [facets["new.db"]] * len(readers)
        while readers:
            readers.pop().close()
        assert names(index.parent) <= {"recap.db", "recap.db.previous"}
    tally("kill -9 in a load of changed notes", account.hits, note=str(account))


def facets_of(index: Path) -> Facets:
    with closing(open_index(index)) as opened:
        return opened.facets


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="Linux tells of processes there")
def test_a_load_that_is_killed_leaves_no_process_behind(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    for number in range(45):
        line = f"In hall {number} Magnum met Kuryr, and both spoke of number {{}}.\n"
        (notes / f"{number}.md").write_text(f"# Report {number}\n\n" + "".join(map(line.format, range(1_000))))
    command = [sys.executable, "-c", LOAD, notes, tmp_path / "recap.db"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        helpers = [
            int(number) for number in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        ]
        process.kill()
    assert len(helpers) >= 2, "several processes read"
    patience = time.monotonic() + 30
    while left := [number for number in helpers if Path(f"/proc/{number}/exe").exists()]:
        assert time.monotonic() < patience, left
        time.sleep(0.05)


LOAD = """
import sys
from pathlib import Path
from store.load import reload
if __name__ == "__main__":
    reload(Path(sys.argv[1]), Path(sys.argv[2]), progress=lambda *far: print(far, flush=True))
"""


def test_a_first_load_that_is_killed_leaves_no_index_or_the_whole_one(tmp_path: Path, held: Held, tally: Tally) -> None:
    reload(NOTES, tmp_path / "whole.db")
    whole = held(tmp_path / "whole.db")
    attempts = ((NOTES, folder / "recap.db") for folder in folders(tmp_path))
    account = Account()
    for kill in kills(works.load, attempts, TIMES, works.part_of_load, account, seed=2):
        index = kill.arguments[1]
        try:
            open_index(index).close()
        except (schema.OutdatedIndex, schema.IndexProblem):
            assert not index.exists() or (is_sound(index) and not look(index).version)
        else:
            assert is_sound(index)
            assert held(index) == whole
        assert reload(NOTES, index).notes == 6
        assert held(index) == whole
        assert names(index.parent) == {"recap.db"}
    tally("kill -9 in a first load", account.hits, note=str(account))


def test_an_undo_that_is_killed_leaves_the_index_of_before_or_of_after(
    notes: Path, tmp_path: Path, held: Held, tally: Tally
) -> None:
    reload(notes, tmp_path / "recap.db")
    before = held(tmp_path / "recap.db")
    edit(notes)
    reload(notes, tmp_path / "recap.db")
    after, kept = held(tmp_path / "recap.db"), previous.place(tmp_path / "recap.db")
    attempts = ((folder / "recap.db",) for folder in folders(tmp_path, tmp_path / "recap.db", kept))
    account = Account()
    for kill in kills(works.undo, attempts, TIMES, works.part_of_copying, account, seed=10):
        (index,) = kill.arguments
        assert is_sound(index)
        assert held(index) in (before, after)
        assert previous.place(index).exists() or held(index) == before
        if previous.place(index).exists():
            previous.undo(index)
        assert held(index) == before
        reload(notes, index)
        assert held(index) == after
        assert names(index.parent) <= {"recap.db", "recap.db.previous"}
    tally("kill -9 in the undoing of a load", account.hits, note=str(account))


def test_what_a_killed_load_left_of_a_kept_index_is_no_part_of_the_next_one(
    notes: Path, tmp_path: Path, held: Held
) -> None:
    index = tmp_path / "index" / "recap.db"
    reload(notes, index)
    before = held(index)
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("pragma journal_mode = wal")
        other.execute("create table other (thing)")
        other.commit()
        for tail in ("", "-wal", "-shm"):
            shutil.copy(tmp_path / f"other.db{tail}", index.with_name(f"recap.db.previous.part{tail}"))
    edit(notes)
    reload(notes, index)
    previous.undo(index)
    assert held(index) == before
    assert names(index.parent) == {"recap.db"}


def test_an_older_index_whose_migration_is_killed_is_the_older_or_the_new_one(
    tmp_path: Path, held: Held, tally: Tally
) -> None:
    reload(NOTES, tmp_path / "new.db")
    new = held(tmp_path / "new.db")
    older = Path(shutil.copy(tmp_path / "new.db", tmp_path / "recap.db"))
    with closing(sqlite3.connect(older)) as db:
        db.execute("update notes set title = 'once ' || title")
        db.execute(f"pragma user_version = {schema.VERSION - 1}")
        db.commit()
    old = held(older)
    attempts = ((NOTES, folder / "recap.db") for folder in folders(tmp_path, older))
    account = Account()
    for kill in kills(works.load, attempts, TIMES, works.part_of_load, account, seed=3):
        index = kill.arguments[1]
        assert is_sound(index)
        version = look(index).version
        assert held(index) == (new if version == schema.VERSION else old)
        reload(NOTES, index)
        assert held(index) == new
        assert names(index.parent) == {"recap.db"}
    tally("kill -9 in the migration of an older index", account.hits, note=str(account))


def test_an_older_state_whose_migration_is_killed_keeps_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tally: Tally
) -> None:
    older = tmp_path / "state.db"
    with monkeypatch.context() as patched:
        patched.setattr(journal, "MIGRATIONS", journal.MIGRATIONS[:1])
        with closing(Journal(older)) as opened:
            for number in range(50):
                opened.remember(f"C{number}", "what was said about Kuryr", time.time())
    attempts = ((folder / "state.db",) for folder in folders(tmp_path, older))
    account = Account()
    for kill in kills(works.open_state, attempts, TIMES, works.part_of_opening, account, seed=4):
        (state,) = kill.arguments
        assert is_sound(state)
        assert look(state).version in (1, len(journal.MIGRATIONS))
        with closing(Journal(state)) as opened:
            assert opened.db.execute("select count(*) from questions").fetchone() == (50,)
            assert opened.record(surface="dm", intent="find", milliseconds=1, refused=False, now=1.0)
        assert look(state).version == len(journal.MIGRATIONS)
        assert names(state.parent) == {"state.db"}
    tally("kill -9 in the migration of an older state", account.hits, note=str(account))


def kept_questions(state: Path) -> list[str]:
    with closing(sqlite3.connect(state)) as db:
        return [text for (text,) in db.execute("select text from questions order by id")]


def ask_about(state: Path, text: str) -> None:
    with closing(Journal(state)) as opened:
        opened.remember("C", text, time.time())


def places_in(folder: Path) -> Places:
    return Places(folder, folder / "recap.db", folder / "state.db")


@pytest.fixture
def backed_up(tmp_path: Path) -> tuple[Path, Path, Path]:
    """An index, a state that somebody asked in for the second time, and a backup of before that."""
    places = places_in(tmp_path)
    reload(NOTES, places.index)
    ask_about(places.state, "Kuryr")
    back_up(tmp_path / "kept.zip", places, with_index=True)
    ask_about(places.state, "Zun")
    return places.index, places.state, tmp_path / "kept.zip"


def let_a_day_pass(folder: Path) -> None:
    """What somebody left unfinished counts as abandoned now; there is one such folder for each kill at most."""
    left = list(folder.glob(f"{UNFINISHED}*"))
    assert len(left) <= 1
    for one in left:
        os.utime(one, (time.time() - ABANDONED - 1,) * 2)


def whole_backup(file: Path, folder: Path) -> list[str]:
    """The questions that a backup brings back on an empty machine."""
    shutil.rmtree(folder, ignore_errors=True)
    places = places_in(folder)
    restore(file, places)
    assert is_sound(places.index)
    assert is_sound(places.state)
    return kept_questions(places.state)


def test_a_backup_that_is_killed_leaves_the_old_one_or_the_new_one(
    tmp_path: Path, backed_up: tuple[Path, Path, Path], tally: Tally
) -> None:
    attempts = ((folder / "kept.zip", places_in(folder)) for folder in folders(tmp_path, *backed_up))
    account = Account()
    for kill in kills(works.keep, attempts, TIMES, works.part_of_copying, account, seed=5):
        file, places = kill.arguments
        assert whole_backup(file, tmp_path / "elsewhere") in (["Kuryr"], ["Kuryr", "Zun"])
        assert is_sound(places.state)
        assert is_sound(places.index)
        let_a_day_pass(file.parent)
        back_up(file, places, with_index=True, force=True)
        assert whole_backup(file, tmp_path / "elsewhere") == ["Kuryr", "Zun"]
        assert names(file.parent) == {"kept.zip", "recap.db", "state.db"}
    tally("kill -9 in a backup", account.hits, note=str(account))


def test_a_restore_that_is_killed_leaves_the_old_state_or_that_of_the_backup(
    tmp_path: Path, backed_up: tuple[Path, Path, Path], tally: Tally
) -> None:
    attempts = ((folder / "kept.zip", places_in(folder)) for folder in folders(tmp_path, *backed_up))
    account = Account()
    for kill in kills(works.put_back, attempts, TIMES, works.part_of_copying, account, seed=6):
        file, places = kill.arguments
        assert is_sound(places.index)
        assert is_sound(places.state)
        assert kept_questions(places.state) in (["Kuryr"], ["Kuryr", "Zun"])
        let_a_day_pass(file.parent)
        restore(file, places, force=True)
        assert kept_questions(places.state) == ["Kuryr"]
        assert ["Kuryr", "Zun"] in [kept_questions(aside) for aside in places.state.parent.glob(".state.db.before-*")]
        assert not list(file.parent.glob(f"{UNFINISHED}*"))
    tally("kill -9 in a restore", account.hits, note=str(account))


KEPT = {
    "answers": "select 1 from answers a join shown s on s.ticket = a.ticket where a.ticket = ? and ? = ''",
    "ratings": "select 1 from ratings where ticket = ? and user = ?",
    "remarks": "select 1 from ratings where ticket = ? and remark = ?",
    "gaps": "select 1 from gaps where ticket = ? and user = ?",
}


def test_what_people_were_told_to_be_kept_is_kept_whenever_the_bot_is_killed(tmp_path: Path, tally: Tally) -> None:
    reload(NOTES, tmp_path / "recap.db")
    attempts = ((folder / "recap.db", folder / "state.db") for folder in folders(tmp_path, tmp_path / "recap.db"))
    told, lost = 0, 0
    account = Account()
    for kill in kills(works.answer, attempts, TIMES, works.part_of_answering, account, seed=7):
        _, state = kill.arguments
        with closing(Journal(state)) as opened:
            missing = [one for one in kill.told if not opened.db.execute(KEPT[one[0]], one[1:]).fetchone()]
            told, lost = told + len(kill.told), lost + len(missing)
            assert opened.first_time(["next"], time.time())
        assert is_sound(state)
    tally("kill -9 while answers, ratings, remarks and gaps are kept", account.hits, lost, f"{told} kept; {account}")
    assert told
    assert not lost


def test_a_note_whose_adding_is_killed_waits_on_or_is_there_whole(tmp_path: Path, tally: Tally) -> None:
    works.waiting(tmp_path / "state.db")
    attempts = ((folder, folder / "state.db") for folder in folders(tmp_path, tmp_path / "state.db"))
    account = Account()
    for kill in kills(works.add, attempts, TIMES, works.part_of_writing, account, seed=8, closely=True):
        notes, state = kill.arguments
        inbox = notes / INBOX
        there = [path for path in inbox.glob("[!.]*") if not path.name.endswith(SIDECAR)]
        assert [path.read_bytes() for path in there] in ([], [works.TEXT])
        assert is_sound(state)
        with closing(Journal(state)) as opened:
            done = drafts.added(opened, works.TICKET)
            assert bool(done) != bool(drafts.read(opened, works.TICKET, time.time()))
        let_a_day_pass(inbox)
        if not done:
            works.add(kill.told.append, notes, state)
        assert sidecar.read(inbox / works.NOTE).title == "Manila"
        assert {path.name for path in inbox.iterdir()} == {works.NOTE, works.NOTE + SIDECAR}
        with closing(Journal(state)) as opened:
            assert drafts.added(opened, works.TICKET)
    tally("kill -9 while a note is added", account.hits, note=str(account))


def test_fixes_whose_writing_is_killed_are_the_old_ones_or_the_new_ones(tmp_path: Path, tally: Tally) -> None:
    note = tmp_path / "note.md"
    note.write_text("# Note\n\nManila.\n")
    sidecar.write(note, works.fixes(0))
    attempts = ((folder, 1) for folder in folders(tmp_path, note, sidecar.place(note)))
    account = Account()
    for kill in kills(works.fix, attempts, amount(15, 200), works.part_of_writing, account, seed=9, closely=True):
        folder, _ = kill.arguments
        assert sidecar.read(folder / "note.md") in ([works.fixes(1)] if kill.told else [works.fixes(0), works.fixes(1)])
        assert (folder / "note.md").read_text() == "# Note\n\nManila.\n"
        let_a_day_pass(folder)
        sidecar.write(folder / "note.md", works.fixes(2))
        assert names(folder) == {"note.md", f"note.md{SIDECAR}"}
    tally("kill -9 while a note is fixed", account.hits, note=str(account))
