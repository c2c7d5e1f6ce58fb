"""Files read by several processes: the same results in the same order, whatever a process does."""

import multiprocessing
import os
import re
import resource
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from store import load, workers
from store.aliases import load_aliases
from store.events import load_events
from store.intake import Intake, Seen, Tables, Taken
from store.load import reload
from store.read import LIGHT, may_take_long
from store.workers import take_all

Held = Callable[[Path], dict[str, list[object]]]


class Fragile(Intake):
    """Dies of a file that is called so, never ends with others, and needs all of the memory for yet another one."""

    __slots__ = ()

    def take(self, file: str) -> Taken:
        if file.startswith("deadly"):
            os.kill(os.getpid(), signal.SIGKILL)
        if file.startswith("endless"):
            threading.Event().wait()
        if file.startswith("busy"):
            re.fullmatch(r"(a|a)*b", "a" * 60)  # in C, where nothing looks at signals or at other threads
        return super().take(file)

    def look(self, file: str) -> Seen:
        if file.startswith("greedy"):
            bytearray(workers.MEMORY * 2)
        return super().look(file)


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


def test_a_file_that_ends_or_keeps_its_process_is_rejected_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["a.txt", "deadly1.txt", "b.txt", "deadly2.txt", "busy.txt", "greedy.txt", "c.txt", "endless.txt", "d.txt"]
    monkeypatch.setattr(workers, "SECONDS", 1.0)
    monkeypatch.setattr(workers, "HANGS", 5.0)
    told = list(take_all(intake(folder_of(tmp_path, *names), Fragile), names, 2))
    assert [taken.file for taken in told] == names
    assert [taken.file for taken in told if taken.note] == ["a.txt", "b.txt", "c.txt", "d.txt"]
    assert [(p.file, p.reason) for taken in told for p in taken.problems] == [
        ("deadly1.txt", "Recap broke off while reading it"),
        ("deadly2.txt", "Recap broke off while reading it"),
        ("busy.txt", "takes too long to read"),
        ("greedy.txt", "takes too much memory to read"),
        ("endless.txt", "takes too long to read"),
    ]


def test_files_are_read_here_where_no_process_can_start(tmp_path: Path) -> None:
    names = ["a.txt", "b.txt"]
    told = list(take_all(intake(folder_of(tmp_path, *names), Stillborn), names, 2))
    assert [(taken.file, taken.note is not None) for taken in told] == [("a.txt", True), ("b.txt", True)]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root is free to become a user without room for another process")
def test_files_are_read_here_where_there_is_no_room_for_another_process() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        read = multiprocessing.get_context("fork").Process(
            target=without_room, args=(folder_of(Path(folder), "a.txt"),)
        )
        read.start()
        read.join()
    assert read.exitcode == 0


def without_room(folder: Path) -> None:
    """Ends well where a file is read although the system lets this user start nothing."""
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    os.setuid(12345)
    told = list(take_all(intake(folder), ["a.txt"], 2))
    os._exit(0 if [taken.note is not None for taken in told] == [True] else 1)


def test_a_file_that_killed_a_process_is_not_read_here_when_no_other_one_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["a.txt", "deadly.txt", "b.txt"]
    begun, start = [], workers._begun
    monkeypatch.setattr(workers, "_begun", lambda intake: None if begun else begun.append(1) or start(intake))
    told = list(take_all(intake(folder_of(tmp_path, *names), Fragile), names, 1))
    assert [(taken.file, taken.note is not None) for taken in told] == [
        ("a.txt", True), ("deadly.txt", False), ("b.txt", True),
    ]  # fmt: skip


def test_no_process_outlives_a_load_that_is_given_up(tmp_path: Path) -> None:
    names = [f"{number}.txt" for number in range(20)]
    telling = take_all(intake(folder_of(tmp_path, *names)), names, 2)
    next(telling)
    telling.close()
    assert not multiprocessing.active_children()


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


@pytest.mark.parametrize(
    ("file", "size", "long"),
    [("a.md", LIGHT, False), ("a.md", LIGHT + 1, True), ("a.rst", LIGHT, True), ("a", 9, False), ("a.PDF", 9, True)],
)
def test_what_may_take_long_is_told_by_size_and_format(file: str, size: int, long: bool) -> None:
    assert may_take_long(file, b"x" * size) is long
    assert may_take_long(file, b"%PDF-1.7")


def test_a_file_that_may_take_long_is_read_apart(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: Held
) -> None:
    reload(notes, tmp_path / "alone.db")
    apart: list[str] = []

    def take_apart(intake: Intake, files: list[str], count: int) -> Iterator[Taken]:
        apart.extend(files)
        return take_all(intake, files, count)

    monkeypatch.setattr(load, "may_take_long", may_take_long)
    monkeypatch.setattr(load, "take_all", take_apart)
    reload(notes, tmp_path / "apart.db")
    assert apart == ["vancouver-2018.pdf"]
    assert held(tmp_path / "alone.db") == held(tmp_path / "apart.db")


def test_an_index_is_the_same_where_no_process_starts(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: Held
) -> None:
    reload(notes, tmp_path / "alone.db")
    monkeypatch.setattr(load, "WORTH_WORKERS", 0)
    monkeypatch.setattr(workers, "_begun", lambda _: None)
    reload(notes, tmp_path / "here.db")
    assert held(tmp_path / "alone.db") == held(tmp_path / "here.db")


def test_an_index_is_the_same_whether_it_is_written_in_bulk(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: Held
) -> None:
    reload(notes, tmp_path / "usual.db")
    monkeypatch.setattr(load, "MANY", 2)
    reload(notes, tmp_path / "bulk.db")
    assert held(tmp_path / "usual.db") == held(tmp_path / "bulk.db")
