"""Notes that vanish, move or change while they are read: the old index serves, or a new one of what was there."""

import os
import random
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from reliability.amounts import amount
from reliability.test_kill import is_sound
from store import intake
from store.errors import BotError
from store.folder import contents
from store.load import reload

Tally = Callable[..., None]
CALM = 0.002
"""Seconds at most between two strokes of whoever works in the folder while it is read."""


def stroke(folder: Path, chance: random.Random) -> None:
    """One change of the kinds that people, programs and file systems make."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())  # nothing elsewhere
    path = chance.choice(files) if files else folder / "first.md"
    text = f"# Note {chance.randrange(10**6)}\n\nMagnum and Kuryr met in hall {chance.randrange(10**6)}.\n"
    match chance.randrange(9):
        case 0:
            path.unlink()
        case 1:
            path.rename(path.with_name(f"{chance.randrange(100)}{path.suffix}"))
        case 2:
            path.unlink()
            path.mkdir()
            (path / "inside.md").write_text(text)
        case 3:
            with path.open("a") as grows:
                grows.write("It grows and grows. " * chance.randrange(1_000))
        case 4:
            path.unlink()
            path.symlink_to(chance.choice((folder.with_name("outside.md"), "nowhere", path.name, "..")))
        case 5:
            os.truncate(path, chance.randrange(path.stat().st_size + 1))
        case 6:
            shutil.rmtree(chance.choice([one for one in folder.iterdir() if one.is_dir()]))
        case 7:
            path.unlink()
            os.mkfifo(path)
        case _:
            with (folder / f"new-{chance.randrange(10**6)}.md").open("x") as new:  # not into a pipe, which would wait
                new.write(text)


@contextmanager
def trouble(folder: Path, seed: int) -> Iterator[None]:
    """Somebody works in the folder meanwhile, and does not rest."""
    chance, over = random.Random(seed), threading.Event()

    def work() -> None:
        while not over.wait(chance.uniform(0, CALM)):
            with suppress(OSError, IndexError):
                stroke(folder, chance)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield
    finally:
        over.set()
        worker.join()


def many(folder: Path) -> None:
    """Enough notes for a load to take some time."""
    for number in range(30):
        place = folder / f"folder-{number % 3}"
        place.mkdir(exist_ok=True)
        (place / f"{number}.md").write_text(f"# Report {number}\n\nIn hall {number} Magnum met Kuryr, at {number}.\n")


def test_a_folder_that_changes_while_it_is_read_leaves_a_whole_index(tmp_path: Path, notes: Path, held, tally) -> None:
    many(notes)
    reload(notes, tmp_path / "first.db")
    old = held(tmp_path / "first.db")
    (tmp_path / "outside.md").write_text("# Outside\n\nNobody is to read or write this.\n")
    index, times, refused, rejected = tmp_path / "recap.db", amount(5, 500), 0, 0
    for number in range(times):
        folder = Path(shutil.copytree(notes, tmp_path / f"folder-{number}"))
        shutil.copy(tmp_path / "first.db", index)
        with trouble(folder, number):
            try:
                rejected += bool(reload(folder, index).rejected)
            except BotError as problem:
                assert str(folder) in str(problem)  # noqa: PT017
                assert held(index) == old
                refused += 1
        assert is_sound(index)
        with suppress(BotError):  # nothing may be left that could be read
            reload(folder, index, force=True)
            reload(folder, tmp_path / "afresh.db")
            assert held(index) == held(tmp_path / "afresh.db")
        for path in (*tmp_path.glob("recap.db*"), *tmp_path.glob("afresh.db*")):
            path.unlink()
        shutil.rmtree(folder)
    assert (tmp_path / "outside.md").read_text() == "# Outside\n\nNobody is to read or write this.\n"
    note = f"{rejected} loads told of files that they could not read, {refused} left the old index and said why"
    tally("loads of a folder in which somebody works without rest", times, note=note)


@pytest.mark.parametrize("instead", ["nothing", "an empty folder", "another folder"])
@pytest.mark.parametrize("after", [0, 35])
def test_a_folder_that_goes_away_while_it_is_read_takes_no_note_out_of_the_index(
    tmp_path: Path, notes: Path, held, monkeypatch: pytest.MonkeyPatch, instead: str, after: int
) -> None:
    many(notes)
    reload(notes, tmp_path / "recap.db")
    old = held(tmp_path / "recap.db")
    (notes / "new.md").write_text("# New\n\nManila.\n")
    read = 0

    def contents_until(*values: object) -> bytes:
        nonlocal read
        read += 1
        if read == after + 1:
            notes.rename(tmp_path / "elsewhere")
            if instead == "an empty folder":
                notes.mkdir()
            elif instead == "another folder":
                shutil.copytree(tmp_path / "elsewhere" / "folder-1", notes)
        return contents(*values)

    monkeypatch.setattr(intake, "contents", contents_until)
    with pytest.raises(BotError, match=str(notes)):
        reload(notes, tmp_path / "recap.db")
    assert held(tmp_path / "recap.db") == old
    monkeypatch.undo()
    if notes.exists():
        shutil.rmtree(notes)
    (tmp_path / "elsewhere").rename(notes)
    assert reload(notes, tmp_path / "recap.db").added == ("new.md",)
