"""The index file as questions see it: clear words for a bad one, one state per question, any number of threads."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from conftest import NOTES

from store import schema
from store.errors import IndexProblem
from store.index import Index, open_index
from store.load import reload
from store.model import Scope
from store.search import Query, search

Held = Callable[[Path], dict[str, list[object]]]
PAGE = 4096
LOAD = "import sys, pathlib as p; from store.load import reload; reload(p.Path(sys.argv[1]), p.Path(sys.argv[2]))"


def load_elsewhere(folder: Path, index: Path) -> None:
    """A load by another process."""
    subprocess.run([sys.executable, "-c", LOAD, folder, index], check=True, cwd=Path(__file__).parent.parent)


def found(index: Index, *words: str) -> list[str]:
    return [hit.source.file for hit in search(index, Query(words)).hits]


def rewrite(folder: Path, word: str) -> None:
    """Two notes that always say the same word."""
    folder.mkdir(exist_ok=True)
    (folder / "one.md").write_text(f"# Morning\n\nThe {word} was seen by everybody in the hall.\n")
    (folder / "two.md").write_text(f"# Evening\n\nA second {word} flew over the river, and nobody looked up.\n")


def problem(path: Path) -> str:
    with pytest.raises(IndexProblem) as error:
        open_index(path)
    assert str(path) in str(error.value)
    return str(error.value)


# A file that cannot be used


def test_a_missing_index_is_told_and_not_made(index_path: Path) -> None:
    assert "recap load" in problem(index_path)
    assert not index_path.parent.exists()


def test_an_index_that_goes_away_is_told_at_the_next_question(index: Index) -> None:
    index.path.unlink()
    with pytest.raises(IndexProblem, match="There is no index at"):
        index.status()


def test_an_empty_file_is_told_and_filled_by_a_load(notes: Path, tmp_path: Path) -> None:
    path = tmp_path / "recap.db"
    path.touch()
    with pytest.raises(schema.OutdatedIndex, match=r"no notes yet.*recap load"):
        open_index(path)
    assert reload(notes, path).notes == 6


def test_a_file_without_a_finished_load_is_told(notes: Path, tmp_path: Path) -> None:
    def stop(done: int, total: int, *_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reload(notes, tmp_path / "recap.db", progress=stop)
    assert "no notes yet" in problem(tmp_path / "recap.db")


@pytest.mark.parametrize("content", [b"Some notes of mine.\n" * 300, b"x"])
def test_another_kind_of_file_is_refused_and_left_alone(notes: Path, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "README.md"
    path.write_bytes(content)
    assert "not a Recap index" in problem(path)
    assert "RECAP_DB" in problem(path)
    with pytest.raises(IndexProblem, match="not a Recap index"):
        reload(notes, path)
    assert path.read_bytes() == content
    assert sorted(tmp_path.iterdir()) == [path, notes]


def test_another_programs_database_is_refused_and_left_alone(notes: Path, tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE notes (id)")
    content = path.read_bytes()
    assert "not a Recap index" in problem(path)
    with pytest.raises(IndexProblem, match="RECAP_DB"):
        reload(notes, path)
    assert path.read_bytes() == content


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    assert "RECAP_DB" in problem(tmp_path)


def test_an_index_of_a_newer_version_is_refused_and_left_alone(index: Index, notes: Path, held: Held) -> None:
    before = held(index.path)
    alter(index, "PRAGMA user_version = 99")
    assert "newer Recap" in problem(index.path)
    with pytest.raises(IndexProblem, match=r"format 99"):
        reload(notes, index.path)
    assert held(index.path) == before


@pytest.mark.parametrize(
    "sql", ["UPDATE meta SET value = 'old' WHERE key = 'text_version'", "DELETE FROM meta WHERE key = 'text_version'"]
)
def test_an_index_of_an_older_version_is_told_and_rebuilt_by_a_load(index: Index, notes: Path, sql: str) -> None:
    alter(index, sql)
    with pytest.raises(schema.OutdatedIndex, match=r"earlier version.*recap load"):
        open_index(index.path)
    assert len(reload(notes, index.path).added) == 6
    assert open_index(index.path).status().notes == 6


def test_tables_of_an_older_version_make_room(
    index: Index, notes: Path, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = held(index.path)
    alter(index, "CREATE TABLE gone (id)", "ALTER TABLE notes DROP COLUMN language")
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    with pytest.raises(schema.OutdatedIndex):
        open_index(index.path)
    reload(notes, index.path)
    assert held(index.path) == before
    with closing(sqlite3.connect(index.path)) as connection:
        assert not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'gone'").fetchall()


def test_an_outdated_index_tells_the_folder_that_it_was_made_of(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    with pytest.raises(schema.OutdatedIndex) as error:
        open_index(index.path)
    assert error.value.folder == NOTES
    alter(index, "DROP TABLE meta")
    with pytest.raises(schema.OutdatedIndex) as error:
        open_index(index.path)
    assert error.value.folder is None


def test_a_connection_makes_a_file_only_where_it_should(tmp_path: Path) -> None:
    with pytest.raises(IndexProblem, match="no index"):
        schema.connect(tmp_path / "recap.db")
    assert not (tmp_path / "recap.db").exists()


def test_an_index_without_its_tables_is_damaged(index: Index) -> None:
    alter(index, "DROP TABLE meta")
    assert "damaged" in problem(index.path)


def test_an_index_whose_rows_lost_each_other_is_damaged(index: Index) -> None:
    alter(index, "UPDATE stems_content SET c2 = NULL")
    with pytest.raises(IndexProblem, match="damaged"):
        found(index, "kuryr")


def test_a_mistake_of_the_program_is_not_taken_for_damage(index: Index) -> None:
    with pytest.raises(ZeroDivisionError), index.snapshot():
        1 / 0  # noqa: B018
    assert found(index, "kuryr")


def alter(index: Index, *statements: str) -> None:
    index.close()
    with closing(sqlite3.connect(index.path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def ask_everything(index: Index) -> None:
    index.status()
    index.facets  # noqa: B018
    for word in ("kuyr", "loic", "zuul", "upgrades", "prometeus"):
        search(index, Query((word, "cells")))
    index.openings(Scope(year="2015"), 10)


@pytest.mark.parametrize("seed", range(3))
def test_damage_is_told_whichever_page_it_meets(index: Index, notes: Path, seed: int) -> None:
    chance = random.Random(seed)
    index.close()
    sound = index.path.read_bytes()
    told = 0
    for start in range(0, len(sound), PAGE):
        garbage = chance.choice((bytes(PAGE), chance.randbytes(PAGE), sound[:PAGE], sound[-PAGE:]))
        index.path.write_bytes(sound[:start] + garbage + sound[start + PAGE :])
        for use in (lambda: ask_everything(index), lambda: reload(notes, index.path)):
            try:
                use()
            except IndexProblem as error:
                told += str(index.path) in str(error)
        index.close()
        for left in index.path.parent.glob("*-*"):
            left.unlink()
    assert told > len(sound) / PAGE / 2


@pytest.mark.parametrize("kept", [1, 50, 99, 100, PAGE - 1, PAGE, 5 * PAGE, 10 * PAGE + 7])
def test_a_truncated_index_is_told(index: Index, kept: int) -> None:
    index.close()
    os.truncate(index.path, kept)
    with pytest.raises(IndexProblem, match="recap load"):
        ask_everything(index)


def test_damage_in_the_middle_of_a_question_is_told(index: Index, notes: Path) -> None:
    sound = index.path.read_bytes()

    def question() -> None:
        with index.snapshot():
            assert index.status().notes == 6
            with index.path.open("r+b") as file:
                file.seek(PAGE)
                file.write(b"\xff" * (len(sound) - PAGE))
            ask_everything(index)

    with pytest.raises(IndexProblem, match="damaged"):
        question()
    index.path.write_bytes(sound)
    assert found(index, "kuryr"), "a mended file is served without a restart"


def test_a_folder_that_may_not_be_written_is_told(guarded: Path) -> None:
    rewrite(guarded / "notes", "heron")
    (guarded / "shut").mkdir()
    reload(guarded / "notes", guarded / "shut" / "recap.db")
    (guarded / "shut").chmod(0o500)
    with pytest.raises(IndexProblem, match="RECAP_DB"):
        reload(guarded / "notes", guarded / "shut" / "new.db")
    (guarded / "shut" / "recap.db").chmod(0o400)
    with pytest.raises(IndexProblem, match="RECAP_DB"):
        reload(guarded / "notes", guarded / "shut" / "recap.db")
    with pytest.raises(IndexProblem, match="RECAP_DB"):
        reload(guarded / "notes", guarded / "shut" / "below" / "recap.db")


# One state per question


def test_a_question_sees_one_state_while_another_thread_loads(tmp_path: Path) -> None:
    folder, path = tmp_path / "notes", tmp_path / "recap.db"
    rewrite(folder, "heron")
    reload(folder, path)
    index = open_index(path)
    with index.snapshot():
        first = index.generation.number
        rewrite(folder, "stork")
        with ThreadPoolExecutor(1) as loader:
            loader.submit(reload, folder, path).result()
            other = loader.submit(found, index, "stork").result()
            loader.submit(index.close).result()
        assert len(other) == 2
        assert index.generation.number == first
        assert len(found(index, "heron")) == 2
        assert "stork" not in index.generation.vocabulary
        assert "heron" in index.generation.lexicon.vocabulary
    assert len(found(index, "stork")) == 2
    assert found(index, "heron") == []
    assert index.generation.number != first
    index.close()


def test_a_load_by_another_process_is_seen_without_reopening(tmp_path: Path) -> None:
    folder, path = tmp_path / "notes", tmp_path / "recap.db"
    rewrite(folder, "heron")
    reload(folder, path)
    index = open_index(path)
    assert len(found(index, "heron")) == 2
    rewrite(folder, "stork")
    load_elsewhere(folder, path)
    assert (found(index, "heron"), len(found(index, "stork"))) == ([], 2)
    index.close()


@pytest.mark.parametrize("whole", [True, False], ids=["with its log", "without its log"])
def test_an_index_that_is_deleted_and_rebuilt_is_seen_without_reopening(tmp_path: Path, whole: bool) -> None:
    folder, path = tmp_path / "notes", tmp_path / "recap.db"
    rewrite(folder, "heron")
    reload(folder, path)
    index = open_index(path)
    assert len(found(index, "heron")) == 2
    for file in tmp_path.glob("recap.db*" if whole else "recap.db"):
        file.unlink()
    rewrite(folder, "stork")
    load_elsewhere(folder, path)
    assert (found(index, "heron"), len(found(index, "stork"))) == ([], 2)
    rewrite(folder, "crane")
    assert len(reload(folder, path).changed) == 2
    assert (found(index, "stork"), len(found(index, "crane"))) == ([], 2)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    index.close()


def test_a_question_goes_on_while_its_index_is_deleted(tmp_path: Path) -> None:
    folder, path = tmp_path / "notes", tmp_path / "recap.db"
    rewrite(folder, "heron")
    reload(folder, path)
    index = open_index(path)
    with index.snapshot():
        assert index.status().notes == 2
        for file in tmp_path.glob("recap.db*"):
            file.unlink()
        assert len(found(index, "heron")) == 2
    index.close()


def test_many_threads_ask_while_loads_happen_and_none_sees_a_mixture(tmp_path: Path) -> None:
    folder, path = tmp_path / "notes", tmp_path / "recap.db"
    birds = ["heron", "stork", "crane", "egret"]
    rewrite(folder, birds[0])
    reload(folder, path)
    index = open_index(path)
    ready, done = threading.Barrier(5), threading.Event()

    def ask() -> set[str]:
        seen = set[str]()
        ready.wait()
        while not done.is_set():
            with index.snapshot():
                named = {bird for bird in birds if bird in index.generation.vocabulary}
                hits = {bird: found(index, bird) for bird in birds}
                counted = {bird for bird in birds if index.generation.lexicon.count(bird)}
            assert len(named) == 1, named
            assert counted == named
            assert {bird for bird in birds if hits[bird]} == named
            assert len(hits[named.pop()]) == 2
            seen |= counted
        index.close()
        return seen

    with ThreadPoolExecutor(4) as threads:
        asking = [threads.submit(ask) for _ in range(4)]
        ready.wait()
        try:
            for bird in birds * 3:
                rewrite(folder, bird)
                reload(folder, path)
        finally:
            done.set()
        assert all(one.result() for one in asking)
    index.close()


# Loads beside each other


def test_a_second_load_waits_for_the_first_or_tells_that_it_is_under_way(
    notes: Path, index_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def wait(done: int, total: int, *_: int) -> None:
        begun.set()
        go_on.wait()

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(reload, notes, index_path, progress=wait)
        begun.wait()
        with monkeypatch.context() as patch:
            patch.setattr(schema, "WAIT", 0.01)
            with pytest.raises(IndexProblem, match=r"another load.*try again"):
                reload(notes, index_path)
        second = threads.submit(reload, notes, index_path)
        go_on.set()
        assert len(first.result().added) == 6
        assert second.result().unchanged == 6


def test_first_loads_at_the_same_moment_leave_one_whole_index(notes: Path, index_path: Path, held: Held) -> None:
    together = threading.Barrier(4)

    def load() -> int:
        together.wait()
        return reload(notes, index_path).notes

    with ThreadPoolExecutor(4) as threads:
        assert [one.result() for one in [threads.submit(load) for _ in range(4)]] == [6] * 4
    assert reload(notes, index_path.with_name("fresh.db")).notes == 6
    assert held(index_path) == held(index_path.with_name("fresh.db"))


# What it holds


def test_the_status_counts_what_is_there(index: Index) -> None:
    status = index.status()
    assert (status.notes, status.events, status.schema, status.problems) == (6, 6, schema.VERSION, ())
    assert status.passages == len(index.hits(range(100)))


def test_hits_come_in_the_order_asked_for(index: Index) -> None:
    assert [hit.id for hit in index.hits([3, 999, 1, 2])] == [3, 1, 2]
    assert index.hits([]) == []


def test_openings_take_turns_between_notes(index: Index) -> None:
    hits = index.openings(Scope(year="2018"), 3)
    assert [hit.source.file for hit in hits[:2]] == ["berlin-2018.txt", "vancouver-2018.pdf"]
    assert len(hits) == 3
    assert index.openings(Scope(year="1999"), 3) == []


def test_facets_are_what_the_notes_have(index: Index) -> None:
    facets = index.facets
    assert [e.city for e in facets.events] == ["Tokyo", "Barcelona", "Hanoi", "Boston", "Vancouver", "Berlin"]
    assert all(event.notes == 1 for event in facets.events)
    assert facets.years == {"2015", "2016", "2017", "2018"}
    assert {"Liberty", "Mitaka", "Pike"} <= facets.releases
    assert "Loïc Dachary" in facets.people
    assert "Berit Holm" in facets.authors


def test_words_are_shown_as_they_are_written_most_often(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    for number, word in enumerate(("NOVA", "Nova", "Nova", "nova")):
        (tmp_path / "notes" / f"{number}.md").write_text(f"{word} was shown to {number} people.")
    reload(tmp_path / "notes", tmp_path / "recap.db")
    index = open_index(tmp_path / "recap.db")
    with index.snapshot():
        vocabulary = index.generation.vocabulary
        assert (vocabulary.shown("nova"), vocabulary.count("nova")) == ("Nova", 4)
    index.close()


def test_versions_are_words_of_their_own(index: Index) -> None:
    assert index.stem_count("9.2.0") == 1
    assert found(index, "9.2.0") == ["2015-10-tokyo-day-one.md"]
    assert index.stem_count("2") == 0


def test_stems_side_by_side_are_known(index: Index) -> None:
    assert index.together(("bare", "metal"))
    assert not index.together(("metal", "bare"))
    assert {"loic", "spoke"} <= index.beside("dachari")


def test_a_scope_may_admit_very_many_notes(index: Index) -> None:
    assert index.candidates('"kuryr"', 5, range(300_000))


def test_a_copy_of_the_index_file_is_an_index(index: Index, tmp_path: Path) -> None:
    shutil.copy(index.path, tmp_path / "copy 100% & more?.db")
    copy = open_index(tmp_path / "copy 100% & more?.db")
    assert found(copy, "kuryr") == found(index, "kuryr")
    copy.close()


def test_words_that_came_and_went_are_found_by_spelling_as_in_a_fresh_index(notes: Path, tmp_path: Path) -> None:
    for text in ("Heat was joined by Zephyranthes.", "Zephyrantes and Blizzard.", "Blizzards over Zephyranthes."):
        (notes / "weather.md").write_text(f"# Weather\n\n{text}\n")
        reload(notes, tmp_path / "grown.db")
    reload(notes, tmp_path / "fresh.db")
    with closing(open_index(tmp_path / "grown.db")) as grown, closing(open_index(tmp_path / "fresh.db")) as fresh:
        for typed in ("zephyranthus", "blizzart", "blizz", "kubernets", "kuber", "zephyrantes"):
            near = fresh.generation.vocabulary.near(typed)
            assert grown.generation.vocabulary.near(typed) == near != []


def test_the_counts_that_are_kept_are_those_of_the_rows(notes: Path, tmp_path: Path) -> None:
    path = tmp_path / "recap.db"
    reload(notes, path)
    (notes / "hanoi-2017.md").unlink()
    (notes / "new.md").write_text("Manila was new.\n\nSo was Zaqar.\n")
    reload(notes, path)
    with closing(open_index(path)) as index:
        rows = index.rows("SELECT (SELECT count(*) FROM notes), (SELECT count(*) FROM passages)")
        assert [(index.status().notes, index.status().passages)] == rows
        stems = dict(index.rows("SELECT term, doc FROM stem_counts"))
        assert {stem: index.stem_count(stem) for stem in (*stems, "nowhere")} == {**stems, "nowhere": 0}
