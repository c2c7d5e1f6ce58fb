"""A disk that is full, shut or damaged: what was kept stays, the old index serves or says what is wrong."""

import random
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from conftest import NOTES

from bot.ask import ask, replier
from reliability import works
from reliability.amounts import amount
from reliability.disks import empty, fill, mounted, unmount
from reliability.test_kill import ask_about, edit, is_sound, kept_questions, places_in, whole_backup
from store import gaps, new_notes, ratings, sidecar
from store.backup import back_up, restore
from store.errors import BotError, IndexProblem
from store.index import open_index
from store.journal import Journal
from store.load import reload

Tally = Callable[..., None]
DISK = 16_000_000
ROOM = 700_000
"""Bytes of room from which on everything that is tried here succeeds."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 MB: the log of a state file alone may grow to four."""
    place = tmp_path / "disk"
    if not mounted(place, DISK):
        pytest.skip("only root can mount a small disk")
    yield place
    unmount(place)


def asks_for_room(problem: BotError, where: Path) -> bool:
    """Whether a complaint is clear: it always should be."""
    told = str(problem)
    assert str(where) in told
    assert re.search(r"\broom\b", told), told
    assert not re.search("damaged|delete", told), told
    return True


def rooms(seed: int, times: int) -> list[int]:
    """Amounts of room, from none to more than enough."""
    chance = random.Random(seed)
    return [0, *(int(ROOM * chance.random() ** 2) for _ in range(times - 1))]


def test_a_load_onto_a_full_disk_leaves_the_old_index_and_says_so(
    disk: Path, notes: Path, tmp_path: Path, held, tally: Tally
) -> None:
    index = disk / "recap.db"
    reload(notes, tmp_path / "old.db")
    edit(notes)
    reload(notes, tmp_path / "new.db")
    old, new = held(tmp_path / "old.db"), held(tmp_path / "new.db")
    refused, tried = 0, rooms(1, amount(4, 200))
    for number, room in enumerate(tried):
        for left in disk.iterdir():
            left.unlink()
        shutil.copy(tmp_path / "old.db", index)
        with closing(open_index(index)) as reader:
            if number % 2:
                reader.close()
            fill(disk, room)
            try:
                reload(notes, index)
            except IndexProblem as problem:
                refused += asks_for_room(problem, disk)
            if number % 2 == 0:
                assert reader.status().notes == 6, "who has it open reads on"
        empty(disk)
        assert is_sound(index)
        assert held(index) in (old, new)
        reload(notes, index)
        assert held(index) == new
        assert {path.name for path in disk.iterdir()} <= {"recap.db", "recap.db.previous"}
    tally("loads onto a disk without enough room", len(tried), note=f"{refused} refused, each with a remedy")
    assert refused


def test_a_full_disk_is_not_taken_for_damage(disk: Path) -> None:
    reload(NOTES, disk / "recap.db")
    fill(disk, 0)
    with pytest.raises(IndexProblem, match="room") as told:
        open_index(disk / "recap.db")
    assert "delete" not in str(told.value)
    with pytest.raises(IndexProblem, match="room"):
        Journal(disk / "state.db")
    empty(disk)
    open_index(disk / "recap.db").close()


def test_what_was_kept_before_the_disk_was_full_stays_and_answers_go_on(disk: Path, tmp_path: Path, tally) -> None:
    reload(NOTES, tmp_path / "recap.db")
    told, failed, tried = [], 0, rooms(2, amount(4, 200))
    with closing(open_index(tmp_path / "recap.db")) as index, closing(Journal(disk / "state.db")) as journal:
        for number, room in enumerate(tried):
            fill(disk, room)
            for turn in range(10):
                user = f"U{number}-{turn}"
                asked = ask(
                    "what was said about Kuryr " + "x" * 100,
                    replier(index),
                    journal,
                    conversation=f"C:{user}",
                    memory=600.0,
                    surface="dm",
                    user=user,
                )
                assert asked.answer.intent == "find", "an answer for everybody"
                try:
                    if ratings.rate(journal, asked.ticket, user, True, time.time()):
                        told.append(("select 1 from ratings where ticket = ? and user = ?", asked.ticket, user))
                    gaps.file(journal, asked.ticket or user, user, "Kuryr", time.time())
                    told.append(("select 1 from gaps where ticket = ? and user = ?", asked.ticket or user, user))
                except sqlite3.Error:
                    failed += 1
            empty(disk)
            assert journal.record(surface="dm", intent="find", milliseconds=1, refused=False, now=time.time())
        lost = [one for one in told if not journal.db.execute(one[0], one[1:]).fetchone()]
    assert is_sound(disk / "state.db")
    note = f"{len(told)} ratings and gaps were kept; {failed} times there was no room, and it was said"
    tally("answers and ratings on a full disk, ten for each amount of room", 10 * len(tried), len(lost), note)
    assert not lost
    assert failed


def test_a_backup_onto_a_full_disk_is_refused_and_leaves_nothing(disk: Path, tmp_path: Path, tally: Tally) -> None:
    places = places_in(tmp_path)
    reload(NOTES, places.index)
    with closing(Journal(places.state)) as journal:
        journal.remember("C", "Kuryr", time.time())
    back_up(disk / "kept.zip", places)
    refused, tried = 0, rooms(3, amount(4, 200))
    for room in tried:
        fill(disk, room)
        try:
            back_up(disk / "new.zip", places, with_index=True)
        except BotError as problem:
            refused += asks_for_room(problem, disk)
            assert {path.name for path in disk.iterdir()} == {"kept.zip", "ballast"}
        else:
            assert whole_backup(disk / "new.zip", tmp_path / "elsewhere") == ["Kuryr"]
            (disk / "new.zip").unlink()
        empty(disk)
    assert whole_backup_of_state(disk / "kept.zip", tmp_path / "elsewhere") == ["Kuryr"]
    tally("backups onto a disk without enough room", len(tried), note=f"{refused} refused, each with a remedy")
    assert refused


def test_a_restore_onto_a_full_disk_leaves_what_is_there_or_is_done(disk: Path, tmp_path: Path, tally: Tally) -> None:
    there = places_in(tmp_path)
    reload(NOTES, there.index)
    ask_about(there.state, "Kuryr")
    back_up(tmp_path / "kept.zip", there, with_index=True)
    places = places_in(disk)
    refused, tried = 0, rooms(4, amount(4, 200))
    for room in tried:
        for left in disk.iterdir():
            left.unlink()
        ask_about(places.state, "Zun")
        fill(disk, room)
        try:
            restore(tmp_path / "kept.zip", places, force=True)
        except BotError as problem:
            refused += asks_for_room(problem, tmp_path)
        empty(disk)
        assert is_sound(places.state)
        assert kept_questions(places.state) in (["Kuryr"], ["Zun"])
        restore(tmp_path / "kept.zip", places, force=True)
        assert kept_questions(places.state) == ["Kuryr"]
        assert not list(disk.glob(".recap-*"))
    tally("restores onto a disk without enough room", len(tried), note=f"{refused} refused, each with a remedy")
    assert refused


def test_notes_and_fixes_that_a_full_disk_has_no_room_for_leave_nothing_and_say_so(disk: Path, tally: Tally) -> None:
    note = disk / "note.md"
    note.write_text("# Note\n\nManila.\n")
    old, refused, tried = works.fixes(0), 0, rooms(5, amount(6, 200))
    sidecar.write(note, old)
    for number, room in enumerate(tried, 1):
        fill(disk, room % 50_000)
        new = works.fixes(number % 99)
        for work in (
            lambda new=new: sidecar.write(note, new),
            lambda: new_notes.add(disk, "manila.md", works.TEXT * 3),
        ):
            try:
                work()
            except BotError as problem:
                refused += asks_for_room(problem, Path("note.md" if "note.md" in str(problem) else disk))
        empty(disk)
        assert sidecar.read(note) in (old, new)
        assert note.read_text() == "# Note\n\nManila.\n"
        assert not list(disk.rglob(".recap-*"))
        assert all(path.read_bytes() == works.TEXT * 3 for path in (disk / "from-slack").glob("*"))
        shutil.rmtree(disk / "from-slack", ignore_errors=True)
        sidecar.write(note, old)
    tally("notes added and fixed without enough room", 2 * len(tried), note=f"{refused} refused, each with a remedy")
    assert refused


def test_on_a_disk_that_became_read_only_everything_says_so(disk: Path, tmp_path: Path) -> None:
    places = places_in(disk)
    reload(NOTES, places.index)
    ask_about(places.state, "Kuryr")
    mount_again(disk, "ro")
    for work in (
        lambda: open_index(places.index),
        lambda: reload(NOTES, places.index, force=True),
        lambda: Journal(places.state),
        lambda: Journal(disk / "other.db"),
        lambda: back_up(disk / "kept.zip", places),
        lambda: back_up(tmp_path / "kept.zip", places),
    ):
        with pytest.raises(BotError) as told:
            work()
        assert str(disk) in str(told.value)
        assert not re.search("damaged|delete", str(told.value))
    mount_again(disk, "rw")
    ask_about(places.state, "Magnum")
    reload(NOTES, places.index)
    assert is_sound(places.index)
    assert kept_questions(places.state) == ["Kuryr", "Magnum"]


def mount_again(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(disk)], check=True)


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """No file may grow any longer, as under a quota; to SQLite that is another error than a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


@pytest.mark.parametrize("size", [0, 5_000, 40_000])
def test_where_files_may_not_grow_nothing_is_taken_for_damage(notes: Path, tmp_path: Path, held, size: int) -> None:
    places = places_in(tmp_path)
    reload(notes, places.index)
    ask_about(places.state, "Kuryr")
    old = held(places.index)
    edit(notes)
    with files_of_at_most(size):
        for work in (lambda: reload(notes, places.index), lambda: back_up(tmp_path / "kept.zip", places)):
            with pytest.raises(BotError) as told:
                work()
            assert asks_for_room(told.value, tmp_path)
    assert is_sound(places.index)
    assert held(places.index) == old
    assert not (tmp_path / "kept.zip").exists()
    assert reload(notes, places.index).notes == 6
    back_up(tmp_path / "kept.zip", places)


def whole_backup_of_state(file: Path, folder: Path) -> list[str]:
    shutil.rmtree(folder, ignore_errors=True)
    restore(file, places_in(folder))
    return kept_questions(folder / "state.db")
