import os
import sqlite3
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from store import journal as module
from store.errors import IndexProblem
from store.journal import DAY, LEASE, MAX_QUESTIONS, MAX_TEXT, MONTH, Journal


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "recap-state.db"


@pytest.fixture
def journal(path):
    opened = Journal(path)
    yield opened
    opened.close()


def again(path: Path) -> Journal:
    """The journal as the bot sees it after a restart."""
    return Journal(path)


def in_another_process(path: Path, code: str) -> None:
    script = f"import sys, pathlib as p, store.journal; j = store.journal.Journal(p.Path(sys.argv[1])); {code}"
    subprocess.run([sys.executable, "-c", script, str(path)], check=True, cwd=Path(__file__).parent.parent)


def test_an_event_is_new_once(journal):
    assert journal.first_time(["Ev1"], 0.0)
    assert not journal.first_time(["Ev1"], 1.0)
    journal.finish(["Ev1"], 2.0)
    assert not journal.first_time(["Ev1"], 3.0)


def test_an_event_known_by_any_of_its_names_is_not_new(journal):
    assert journal.first_time(["Ev1", "C1:1.1"], 0.0)
    assert not journal.first_time(["Ev2", "C1:1.1"], 0.0)
    assert journal.first_time(["Ev2"], 0.0), "a refused claim leaves nothing behind"


def test_a_finished_event_is_remembered_over_a_restart_for_a_day(journal, path):
    journal.first_time(["Ev1"], 0.0)
    journal.finish(["Ev1"], 10.0)
    journal.close()
    later = again(path)
    assert not later.first_time(["Ev1"], DAY)
    assert later.first_time(["Ev1"], DAY + 11)
    later.close()


def test_a_claim_of_this_process_holds_while_it_may_be_working(journal):
    journal.first_time(["Ev1"], 0.0)
    assert not journal.first_time(["Ev1"], LEASE)
    assert journal.first_time(["Ev1"], LEASE + 1)


def test_a_claim_of_a_process_that_died_is_given_anew_at_once(journal, path):
    in_another_process(path, "assert j.first_time(['Ev1'], 0.0)")
    assert journal.first_time(["Ev1"], 1.0)
    assert not journal.first_time(["Ev1"], 2.0)


def test_a_claim_of_before_a_restart_with_the_same_process_number_is_given_anew(journal, path):
    journal.first_time(["Ev1"], 0.0)
    later = again(path)  # as in a container, where every start is process 1
    assert later.first_time(["Ev1"], 1.0)
    later.close()


def test_a_claim_of_another_process_that_lives_is_respected(journal, path):
    child = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, pathlib; from store.journal import Journal; j = Journal(pathlib.Path(sys.argv[1]));"
            "j.first_time(['Ev1'], 0.0); print('claimed', flush=True); sys.stdin.read()",
            str(path),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parent.parent,
    )
    assert child.stdin
    assert child.stdout
    with child, child.stdout:
        assert child.stdout.readline() == b"claimed\n"
        assert not journal.first_time(["Ev1"], 1.0)
        child.stdin.close()
    assert journal.first_time(["Ev1"], 2.0)


def test_a_claim_from_another_machine_holds_for_its_lease(journal):
    journal.first_time(["Ev1"], 0.0)
    with sqlite3.connect(journal._path) as other:
        other.execute("update events set owner = 'elsewhere/1/abc'")
    other.close()
    assert not journal.first_time(["Ev1"], LEASE)
    assert journal.first_time(["Ev1"], LEASE + 1)


def test_of_many_threads_exactly_one_gets_an_event(journal):
    start, wins = threading.Barrier(8), []

    def claim() -> None:
        start.wait()
        if journal.first_time(["Ev1", "C1:1.1"], 0.0):
            wins.append(1)

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wins == [1]


def test_a_conversation_holds_its_questions_oldest_first(journal):
    journal.remember("C1:1.1", "what of Kuryr?", 0.0)
    journal.remember("C1:2.2", "what of Nova?", 1.0)
    journal.remember("C1:1.1", "and in 2017?", 2.0)
    assert journal.earlier("C1:1.1", 3.0, 600.0) == ("what of Kuryr?", "and in 2017?")
    assert journal.earlier("C1:3.3", 3.0, 600.0) == ()


def test_a_long_pause_ends_a_conversation(journal):
    for at, text in [(0.0, "old"), (1000.0, "first"), (1590.0, "second")]:
        journal.remember("D1:U1", text, at)
    assert journal.earlier("D1:U1", 2000.0, 600.0) == ("first", "second"), "what is said goes on from the start"
    assert journal.earlier("D1:U1", 2190.0, 600.0) == ("first", "second")
    assert journal.earlier("D1:U1", 2191.0, 600.0) == ()


def test_a_conversation_is_bounded_in_number_length_and_age(journal):
    for number in range(MAX_QUESTIONS + 5):
        journal.remember("C1:1.1", f"{number}" + "x" * 5 * MAX_TEXT, float(number))
    kept = journal.earlier("C1:1.1", 30.0, 600.0)
    assert len(kept) == MAX_QUESTIONS
    assert kept[-1].startswith(str(MAX_QUESTIONS + 4))
    assert {len(text) for text in kept} == {MAX_TEXT}
    journal.remember("C1:9.9", "later", MONTH + 100)
    assert journal.earlier("C1:1.1", MONTH + 100, 10 * MONTH) == ()


def test_text_that_no_encoding_can_hold_is_remembered_without_those_characters(journal):
    journal.remember("C1:1.1", "what\udcff of\0 Kuryr", 0.0)
    assert journal.earlier("C1:1.1", 1.0, 600.0) == ("what of Kuryr",)


def test_an_answer_leaves_one_row_without_words_or_names(journal, path):
    tickets = {journal.record(surface="dm", intent="find", milliseconds=12, refused=False, now=5.0) for _ in range(3)}
    assert len(tickets) == 3
    with sqlite3.connect(path) as other:
        rows = other.execute("select * from answers").fetchall()
    other.close()
    assert {row[1:] for row in rows} == {(5.0, "dm", "find", 12, 0)}
    assert {row[0] for row in rows} == tickets


def test_the_file_is_readable_by_its_owner_alone(journal, path):
    journal.remember("C1:1.1", "x", 0.0)
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_the_file_is_in_wal_mode_and_has_a_version(journal, path):
    with sqlite3.connect(path) as other:
        assert other.execute("pragma journal_mode").fetchone() == ("wal",)
        assert other.execute("pragma user_version").fetchone() == (len(module.MIGRATIONS),)
    other.close()


def test_what_is_to_last_is_on_the_disk_once_it_is_done(journal):
    def level() -> int:
        return journal.db.execute("pragma synchronous").fetchone()[0]

    with journal.writing():
        assert level() == 1, "it may be gone after a power cut"
    with journal.writing(lasting=True):
        assert level() == 2
    assert level() == 1
    with pytest.raises(ZeroDivisionError), journal.writing(lasting=True):
        1 / 0  # noqa: B018
    assert level() == 1


def test_an_older_file_is_migrated_and_keeps_what_it_holds(journal, path, monkeypatch):
    journal.remember("C1:1.1", "kept", 0.0)
    journal.close()

    def add_helpful(db) -> None:
        db.table("answers").add_column("helpful", int)

    monkeypatch.setattr(module, "MIGRATIONS", [*module.MIGRATIONS, add_helpful])
    later = again(path)
    assert later.earlier("C1:1.1", 1.0, 600.0) == ("kept",)
    assert "helpful" in {column.name for column in later.db.table("answers").columns}
    later.close()
    again(path).close()  # the second opening has nothing left to do


def test_a_newer_file_is_refused_and_left_as_it_is(journal, path):
    journal.close()
    with sqlite3.connect(path) as other:
        other.execute("pragma user_version = 99")
    other.close()
    before = path.read_bytes()
    with pytest.raises(IndexProblem, match="newer version") as caught:
        again(path)
    assert str(path) in str(caught.value)
    assert "RECAP_STATE" in str(caught.value)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"this is no database, " * 50, b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_damaged_file_is_refused_with_a_remedy(tmp_path, content):
    path = tmp_path / "state.db"
    path.write_bytes(content)
    with pytest.raises(IndexProblem, match="damaged: move it out of the way") as caught:
        again(path)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == content


def test_a_file_with_a_damaged_page_is_refused(journal, path):
    for number in range(50):
        journal.remember(f"C{number}:1.1", "x" * 900, 0.0)
    journal.db.execute("pragma wal_checkpoint(truncate)").fetchone()
    journal.close()
    content = bytearray(path.read_bytes())
    content[5 * 4096 :] = b"\xaa" * (len(content) - 5 * 4096)
    path.write_bytes(content)
    with pytest.raises(IndexProblem, match="damaged"):
        again(path)


def test_another_programs_database_is_refused(tmp_path):
    path = tmp_path / "theirs.db"
    with sqlite3.connect(path) as other:
        other.execute("create table money (amount)")
    other.close()
    with pytest.raises(IndexProblem, match="no state file of Recap"):
        again(path)


def test_an_empty_file_becomes_a_state_file(tmp_path):
    path = tmp_path / "empty.db"
    path.touch()
    journal = again(path)
    assert journal.first_time(["Ev1"], 0.0)
    journal.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_told(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(IndexProblem, match="cannot be made"):
        again(tmp_path / "state.db")
    tmp_path.chmod(0o700)


def test_a_path_that_is_a_folder_is_told(tmp_path):
    with pytest.raises(IndexProblem, match="cannot be opened") as caught:
        again(tmp_path)
    assert str(tmp_path) in str(caught.value)


def test_a_path_below_a_file_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(IndexProblem, match="RECAP_STATE"):
        again(tmp_path / "file" / "state.db")


def test_a_file_that_is_taken_away_is_made_anew_for_all_threads(journal, path):
    assert journal.first_time(["Ev1"], 0.0)
    with ThreadPoolExecutor(2) as pool:
        meet = threading.Barrier(2)

        def claim(key: str) -> bool:
            meet.wait()
            return journal.first_time([key], 1.0)

        assert all(pool.map(claim, ["Ev2", "Ev3"])), "both threads have the file open"
        for file in path.parent.iterdir():
            file.unlink()
        assert journal.first_time(["Ev4"], 2.0)
        assert list(pool.map(claim, ["Ev4", "Ev4"])) == [False, False], "they share the new file"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_is_replaced_by_something_else_is_refused_and_left_alone(journal, path):
    for file in path.parent.iterdir():
        file.unlink()
    path.write_bytes(b"no database" * 1000)
    for _ in range(2):
        with pytest.raises(IndexProblem, match="move it out of the way"):
            journal.earlier("c", 0.0, 1.0)
    assert path.read_bytes() == b"no database" * 1000
