"""Files read by several processes: the same results in the same order, whatever a process does."""

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from store import load, workers
from store.aliases import load_aliases
from store.events import load_events
from store.intake import Intake, Tables, Taken
from store.load import reload
from store.workers import NoWorkers, take_all

Held = Callable[[Path], dict[str, list[object]]]


class Fragile(Intake):
    """Dies of a file that is called so, and never ends with another one."""

    __slots__ = ()

    def take(self, file: str) -> Taken:
        if file.startswith("deadly"):
            os.kill(os.getpid(), signal.SIGKILL)
        if file.startswith("endless"):
            threading.Event().wait()
        return super().take(file)


class Stillborn(Intake):
    """Cannot be sent to another process."""

    __slots__ = ()

    def __reduce__(self) -> object:
        return exit, (1,)


def intake(folder: Path, kind: type[Intake] = Intake) -> Intake:
    return kind(folder, 10_000, Tables(load_events(), load_aliases()))


def folder_of(tmp_path: Path, *files: str) -> Path:
    for file in files:
        (tmp_path / file).write_text(f"The note {file} tells of Kuryr and Magnum.\n")
    return tmp_path


def test_files_are_told_in_the_order_in_which_they_were_asked_for(tmp_path: Path) -> None:
    names = [f"{number}.txt" for number in range(80)]
    (folder_of(tmp_path, *names) / "7.txt").write_text("A long one tells of Kuryr.\n\n" * 300)
    (tmp_path / "9.txt").write_bytes(b"")
    told = list(take_all(intake(tmp_path), names, 2))
    assert [taken.file for taken in told] == names
    assert told == [intake(tmp_path).take(name) for name in names]
    assert [taken.file for taken in told if taken.note is None] == ["9.txt"]


def test_a_file_that_kills_its_process_is_rejected_and_no_other(tmp_path: Path) -> None:
    names = ["a.txt", "deadly1.txt", "b.txt", "c.txt", "deadly2.txt", "d.txt", "e.txt"]
    told = list(take_all(intake(folder_of(tmp_path, *names), Fragile), names, 2))
    assert [taken.file for taken in told] == names
    assert [p.file for taken in told for p in taken.problems] == ["deadly1.txt", "deadly2.txt"]
    assert [taken.file for taken in told if taken.note] == ["a.txt", "b.txt", "c.txt", "d.txt", "e.txt"]


def test_a_file_that_is_read_for_ever_is_rejected_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["a.txt", "endless.txt", "b.txt", "c.txt"]
    monkeypatch.setattr(workers, "HANGS", 0.5)
    told = list(take_all(intake(folder_of(tmp_path, *names), Fragile), names, 2))
    assert [(p.file, p.rejected) for taken in told for p in taken.problems] == [("endless.txt", True)]
    assert sum(taken.note is not None for taken in told) == 3


def test_processes_that_cannot_start_are_told_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(NoWorkers):
        next(take_all(intake(folder_of(tmp_path, "a.txt"), Stillborn), ["a.txt"], 2))


def test_no_process_outlives_a_load_that_is_given_up(tmp_path: Path) -> None:
    names = [f"{number}.txt" for number in range(20)]
    telling = take_all(intake(folder_of(tmp_path, *names)), names, 2)
    next(telling)
    telling.close()
    assert not workers.multiprocessing.active_children()


def test_an_index_is_the_same_whoever_read_the_files(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: Held
) -> None:
    (notes / "twice.md").write_bytes((notes / "hanoi-2017.md").read_bytes())
    (notes / "empty.md").touch()
    alone = reload(notes, tmp_path / "alone.db")
    monkeypatch.setattr(load, "WORTH_WORKERS", 0)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    together = reload(notes, tmp_path / "together.db")
    assert held(tmp_path / "alone.db") == held(tmp_path / "together.db")
    assert together.problems == alone.problems
    assert together.passages == alone.passages


def test_an_index_is_the_same_where_no_process_starts(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: Held
) -> None:
    def none(*_: object) -> object:
        raise NoWorkers

    reload(notes, tmp_path / "alone.db")
    monkeypatch.setattr(load, "WORTH_WORKERS", 0)
    monkeypatch.setattr(workers, "_started", none)
    reload(notes, tmp_path / "here.db")
    assert held(tmp_path / "alone.db") == held(tmp_path / "here.db")


def test_an_index_is_the_same_whether_it_is_written_in_bulk(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: Held
) -> None:
    reload(notes, tmp_path / "usual.db")
    monkeypatch.setattr(load, "MANY", 2)
    reload(notes, tmp_path / "bulk.db")
    assert held(tmp_path / "usual.db") == held(tmp_path / "bulk.db")
