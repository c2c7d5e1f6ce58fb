"""Files that are damaged, cut, emptied, exchanged or held by others: answers go on, or one is told what to do."""

import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from conftest import NOTES

import intents
from bot.ask import STATE_TROUBLE, ask, claim, finish, replier
from bot.doctor.files import state_checks
from reliability.amounts import amount
from store import following, gaps, journal, ratings, schema, shown, stats
from store.checkup import look
from store.errors import IndexProblem
from store.index import Index, open_index
from store.journal import Journal
from store.load import reload

Tally = Callable[..., None]
QUESTIONS = ("what was said about Kuryr", "summary of Tokyo", "kuyr", "which events do you know", "who spoke in 2017")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index, and with a state in which some people asked and rated."""
    folder = tmp_path_factory.mktemp("whole")
    reload(NOTES, folder / "recap.db")
    with closing(open_index(folder / "recap.db")) as index, closing(Journal(folder / "state.db")) as journal:
        for number in range(40):
            use_state(index, journal, f"U{number}")
    return folder


def use_state(index: Index, journal: Journal, user: str) -> None:
    """All that a question, a thumb and a button do with the state."""
    now = time.time()
    claim(journal, [f"Ev{user}"], now)
    asked = ask(
        "what was said about Kuryr",
        replier(index),
        journal,
        conversation="C:1.1",
        memory=600.0,
        surface="mention",
        channel="C",
        user=user,
        thread="1.1",
    )
    assert asked.answer.intent == "find", "whatever becomes of the state, there is an answer"
    finish(journal, [f"Ev{user}"], now)
    for work in (
        lambda: following.follow(journal, "C", "1.1", user, now),
        lambda: following.is_followed(journal, "C", "1.1", user, now),
        lambda: ratings.rate(journal, asked.ticket, user, False, now),
        lambda: ratings.explain(journal, asked.ticket, user, "old", "a remark", now),
        lambda: gaps.file(journal, asked.ticket, user, "Kuryr", now),
        lambda: gaps.open_groups(journal),
        lambda: shown.read(journal, asked.ticket, now, 30.0),
        lambda: stats.stats(journal, now),
    ):
        with suppress(*STATE_TROUBLE):
            work()


def damage(path: Path, chance: random.Random) -> None:
    """Change some bytes in a page or two, or put something else in the page's place."""
    with path.open("r+b") as file:
        pages = path.stat().st_size // 4096
        for page in chance.sample(range(pages), min(pages, chance.choice((1, 1, 2, 5)))):
            file.seek(page * 4096)
            content = bytearray(file.read(4096))
            for _ in range(chance.choice((1, 3, 30))):
                content[chance.randrange(4096)] = chance.randrange(256)
            file.seek(page * 4096)
            file.write(chance.choice((content, content, bytes(4096), chance.randbytes(4096))))


def test_a_damaged_index_answers_or_tells_what_to_do(whole: Path, tmp_path: Path, tally: Tally) -> None:
    chance, told, noticed, altered, times = random.Random(1), 0, 0, 0, amount(20, 1_000)
    path = tmp_path / "recap.db"
    with closing(open_index(whole / "recap.db")) as index:
        right = answers(index)
    for _ in range(times):
        shutil.copy(whole / "recap.db", path)
        damage(path, chance)
        try:
            with closing(open_index(path)) as index:
                altered += answers(index) != right
        except IndexProblem as problem:
            assert str(path) in str(problem)  # noqa: PT017
            told += 1
        noticed += faults(path)
        for left in tmp_path.glob("recap.db*"):
            left.unlink()
    assert reload(NOTES, path).notes == 6, "as the remedy says"
    note = f"{told} told when asked, {noticed} by doctor; {altered} changed an answer, since SQLite keeps no checksums"
    tally("pages of the index damaged", times, note=note)
    assert told


def answers(index: Index) -> list[list[str]]:
    """All that the questions bring to light."""
    return [[hit.passage.text for hit in intents.reply(text, index).hits] for text in QUESTIONS]


def faults(path: Path) -> bool:
    try:
        return bool(look(path).faults)
    except sqlite3.Error:
        return True


def test_a_damaged_state_costs_no_answer(whole: Path, tmp_path: Path, tally: Tally) -> None:
    chance, refused, noticed, times = random.Random(2), 0, 0, amount(20, 1_000)
    path = tmp_path / "state.db"
    with closing(open_index(whole / "recap.db")) as index:
        for number in range(times):
            shutil.copy(whole / "state.db", path)
            if number % 2:
                damage(path, chance)
            try:
                with closing(Journal(path)) as journal:
                    if number % 2 == 0:  # while it is open
                        damage(path, chance)
                    use_state(index, journal, "U5")
            except IndexProblem as problem:
                assert str(path) in str(problem)  # noqa: PT017
                refused += 1
            noticed += state_checks(path)[0].level != "ok"
            for left in tmp_path.glob("state.db*"):
                left.unlink()
    tally("pages of the state damaged", times, note=f"{refused} told at the start, {noticed} by doctor")


@pytest.mark.parametrize("content", [b"", b"\0" * 10_000, b"notes " * 2_000, b"SQLite format 3\0" + b"\xff" * 5_000])
def test_whatever_is_put_in_the_place_of_a_file_is_told_and_left_alone(tmp_path: Path, whole: Path, content) -> None:
    index, state = (Path(shutil.copy(whole / name, tmp_path)) for name in ("recap.db", "state.db"))
    index.write_bytes(content)
    state.write_bytes(content)
    with pytest.raises(IndexProblem, match="recap load") as told:
        open_index(index)
    assert str(index) in str(told.value)
    if content:  # an empty file is one that is still to be filled
        assert index.read_bytes() == content
        with pytest.raises(IndexProblem, match="move it out of the way") as told:
            Journal(state)
        assert str(state) in str(told.value)
        assert state.read_bytes() == content


def test_an_index_that_somebody_else_holds_is_read_on_and_a_load_waits_or_says_so(
    tmp_path: Path, whole: Path, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(shutil.copy(whole / "recap.db", tmp_path))
    monkeypatch.setattr(schema, "WAIT", 0.1)
    with closing(open_index(path)) as index, held_by_another(path):
        assert intents.reply(QUESTIONS[0], index).hits
        (notes / "new.md").write_text("# Manila\n\nManila shared its first file in Tokyo.\n")
        with pytest.raises(IndexProblem, match="in use by another load"):
            reload(notes, path)
    assert reload(notes, path).added == ("new.md",)


def test_a_state_that_somebody_else_holds_costs_time_and_memory_but_no_answer(
    tmp_path: Path, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = Path(shutil.copy(whole / "state.db", tmp_path))
    monkeypatch.setattr(journal, "PATIENCE", 0.05)
    with closing(open_index(whole / "recap.db")) as index, closing(Journal(state)) as opened:
        with held_by_another(state):
            use_state(index, opened, "UNEW")
        assert not opened.db.execute("select 1 from ratings where user = 'UNEW'").fetchone()
        use_state(index, opened, "UNEW")
        assert opened.db.execute("select helpful, remark from ratings where user = 'UNEW'").fetchone() == (
            0,
            "a remark",
        )


HOLD = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("begin exclusive")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held_by_another(path: Path) -> Iterator[None]:
    """Another process is writing into a database, and does not come to an end."""
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        yield
        other.stdin.close()
