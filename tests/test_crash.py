"""A load that is killed at any moment leaves the old index or the new one, whole."""

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from store import schema
from store.errors import IndexProblem
from store.index import open_index
from store.load import reload

Held = Callable[[Path], dict[str, list[object]]]
ROOT = Path(__file__).parent.parent

# Loads argv[1] into argv[2]; dies at the SQL statement with the number argv[3], tells every file that is done.
CHILD = """
import os, pathlib, signal, sys
from store import schema
from store.load import reload
folder, index, last = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
connect, count = schema.connect, 0

def step(statement):
    global count
    count += 1
    if count == last:
        os.kill(os.getpid(), signal.SIGKILL)

def connect_and_count(path, **options):
    database = connect(path, **options)
    database.conn.set_trace_callback(step)
    return database

schema.connect = connect_and_count
reload(folder, index, progress=lambda done, total, *_: print(done, flush=True))
print("statements", count, flush=True)
"""


def child(folder: Path, index: Path, last: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CHILD, str(folder), str(index), str(last)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def run(folder: Path, index: Path, last: int = 0) -> tuple[int, str]:
    """The exit code and the last line of a load that dies at a statement (0: it does not)."""
    with child(folder, index, last) as process:
        told = process.communicate()[0].splitlines()
    return process.returncode, told[-1] if told else ""


def killed_after(lines: int, folder: Path, index: Path) -> None:
    """A load that is killed from outside once it told of that many files."""
    with child(folder, index) as process:
        assert process.stdout is not None
        for _ in range(lines):
            process.stdout.readline()
        process.kill()


def edit(notes: Path) -> None:
    """Work on the notes: one new, one changed, one gone, one renamed."""
    (notes / "new.md").write_text("# Manila\n\nManila shared its first file in Tokyo.\n")
    text = (notes / "boston-operators.rst").read_text()
    (notes / "boston-operators.rst").write_text(text.replace("Prometheus", "Zabbix"))
    (notes / "hanoi-2017.md").unlink()
    (notes / "berlin-2018.txt").rename(notes / "2016" / "berlin.txt")


def assert_sound(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'stems'").fetchall():
            connection.execute("INSERT INTO stems (stems) VALUES ('integrity-check')")


@pytest.fixture
def states(notes: Path, tmp_path: Path, held: Held) -> tuple[Path, dict[str, list[object]], dict[str, list[object]]]:
    """An index of the notes as they were, what it holds, and what it holds after the edit that was made since."""
    reload(notes, tmp_path / "old.db")
    edit(notes)
    reload(notes, tmp_path / "new.db")
    return tmp_path / "old.db", held(tmp_path / "old.db"), held(tmp_path / "new.db")


def test_a_load_killed_at_a_statement_leaves_the_old_index_or_the_new_one(
    notes: Path, tmp_path: Path, states: tuple[Path, dict[str, list[object]], dict[str, list[object]]], held: Held
) -> None:
    original, old, new = states
    assert old != new
    shutil.copy(original, tmp_path / "count.db")
    code, told = run(notes, tmp_path / "count.db")
    assert code == 0
    statements = int(told.removeprefix("statements "))
    moments = [*random.Random(1).sample(range(2, statements), 5), statements - 4]
    for moment in moments:
        path = tmp_path / f"{moment}.db"
        shutil.copy(original, path)
        code, _ = run(notes, path, moment)
        assert code == -signal.SIGKILL
        assert_sound(path)
        assert held(path) in (old, new)
        with closing(open_index(path)) as index:
            assert index.status().notes == 6
        reload(notes, path)
        assert held(path) == new
        assert_sound(path)


def test_a_load_killed_from_outside_leaves_the_old_index_or_the_new_one(
    notes: Path, tmp_path: Path, states: tuple[Path, dict[str, list[object]], dict[str, list[object]]], held: Held
) -> None:
    original, old, new = states
    for lines in (1, random.Random(2).randrange(2, 6), 6, 6):
        path = tmp_path / "killed.db"
        for left in tmp_path.glob("killed.db*"):
            left.unlink()
        shutil.copy(original, path)
        killed_after(lines, notes, path)
        assert_sound(path)
        assert held(path) in (old, new)
        reload(notes, path)
        assert held(path) == new


def test_a_first_load_that_is_killed_leaves_no_index_or_the_whole_one(notes: Path, tmp_path: Path, held: Held) -> None:
    code, told = run(notes, tmp_path / "whole.db")
    assert code == 0
    statements = int(told.removeprefix("statements "))
    whole = held(tmp_path / "whole.db")
    for moment in (1, 2, *random.Random(3).sample(range(3, statements), 3)):
        path = tmp_path / f"{moment}.db"
        assert run(notes, path, moment)[0] == -signal.SIGKILL
        assert_sound(path)
        try:
            open_index(path).close()
        except IndexProblem as problem:
            assert isinstance(problem, schema.OutdatedIndex)  # noqa: PT017 - either may be
        else:
            assert held(path) == whole
        assert reload(notes, path).notes == 6
        assert held(path) == whole


def test_an_open_index_goes_on_after_a_load_was_killed(notes: Path, tmp_path: Path) -> None:
    path = tmp_path / "recap.db"
    reload(notes, path)
    with closing(open_index(path)) as index:
        before = index.status(), index.facets
        edit(notes)
        assert run(notes, path, 50)[0] == -signal.SIGKILL
        assert (index.status(), index.facets) == before
        reload(notes, path)
        assert index.facets != before[1]
