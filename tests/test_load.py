"""Loading: the index holds exactly what the folder holds, and each load tells what it did."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import intake, load, schema
from store.errors import BotError
from store.index import open_index
from store.load import Changes, TooMuchGone, reload
from store.search import Query, search
from store.text import stem

Held = Callable[[Path], dict[str, list[object]]]

CONTENTS = {
    "kuryr": b"# Kuryr in Tokyo\n\nKuryr was shown with Neutron, and Network Functions Virtualization (NFV) named.\n",
    "ceph": "Loïc spoke about Ceph at the OpenStack Summit Tokyo 2015, in the autumn.\n".encode(),
    "long": b"# Upgrades\n\n"
    + b"Nova and NOVA and nova were upgraded with much care. " * 40
    + b"\n\n## More\n\nNova.\n",
    "page": b"<html><title>Nova</title><body><p>Nova (and Load Balancing (LB)) was shown in Boston.</p></body></html>",
    "remark": b"---\ntitle: [broken\n---\n\nSwift was shown with three copies of everything.\n",
    "signed": b"---\ntitle: Shares\nauthor: Zoe Quill\n---\n\nManila shared its first file with everybody.\n",
    "western": "Ein Vortrag über Größe und Maß von Rechenzentren in München.\n".encode("latin-1"),
    "empty": b"",
    "binary": b"\0\1\2" * 50,
    "aliases": b'same = [["SFT", "Swift"], ["NTR", "Neutron"]]\n',
    "fix": b'title = "Fixed"\nevent = "OpenStack Summit Boston 2017"\n',
    "unfit": b'date = "yesterday"\n',
    "events": b'[[event]]\nname = "Acme Cloud Day Graz 2024"\ncity = "Graz"\nstart = "2024-05-06"\n',
}
NAMES = (
    "a.md",
    "b.txt",
    "c.html",
    "d.rst",
    "sub/e.md",
    "sub/f",
    "a.docx",
    "aliases.toml",
    "events.toml",
    "a.md.recap.toml",
    "b.txt.recap.toml",
)
TABLES = {"aliases.toml": "aliases", "events.toml": "events"}


def write(folder: Path, name: str, text: str | bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def told(changes: Changes) -> tuple[list[str], list[str], list[str], int]:
    return list(changes.added), list(changes.changed), list(changes.removed), changes.unchanged


def loaded(folder: Path, index: Path) -> Changes | None:
    """What a load did, whatever leaves; None where there was nothing to load."""
    try:
        return reload(folder, index, force=True)
    except BotError:
        return None


def change(folder: Path, name: str, what: str, other: str) -> None:
    """One step of somebody's work on the notes."""
    path = folder / name
    if what == "rename" and path.exists() and name not in TABLES and other not in TABLES:
        write(folder, other, path.read_bytes())
        path.unlink() if other != name else None
    elif what == "remove":
        path.unlink(missing_ok=True)
    elif what not in ("rename", "aliases", "events"):
        write(folder, name, CONTENTS[TABLES.get(name, what)])


steps = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(("remove", "rename", *CONTENTS)), st.sampled_from(NAMES)),
    min_size=1,
    max_size=4,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(loads=st.lists(steps, min_size=2, max_size=3))
def test_after_any_changes_the_index_is_the_one_that_would_be_made_from_scratch(
    loads: list[list[tuple[str, str, str]]], held: Held
) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder, index = Path(place, "notes"), Path(place, "recap.db")
        folder.mkdir()
        write(folder, "a.md", CONTENTS["kuryr"])
        before = loaded(folder, index)
        for number, work in enumerate(loads):
            for step in work:
                change(folder, *step)
            known = held(index)
            changes, fresh = loaded(folder, index), loaded(folder, Path(place, f"{number}.db"))
            if changes is None or fresh is None:
                assert changes is fresh
                assert held(index) == known
                continue
            assert held(index) == held(Path(place, f"{number}.db"))
            assert changes.notes == fresh.notes == len(fresh.added)
            assert sorted(changes.problems, key=str) == sorted(fresh.problems, key=str)
            assert changes.notes == len(changes.added) + len(changes.changed) + changes.unchanged
            again = loaded(folder, index)
            assert again is not None
            assert told(again) == ([], [], [], changes.notes)
            assert held(index) == held(Path(place, f"{number}.db"))
        assert before is not None


def test_the_first_load_tells_everything(notes: Path, index_path: Path) -> None:
    changes = reload(notes, index_path)
    assert len(changes.added) == changes.notes == 6
    assert changes.passages == len(open_index(index_path).hits(range(100)))
    assert (changes.changed, changes.removed, changes.unchanged, changes.problems) == ((), (), 0, ())
    assert changes.seconds > 0


def test_each_kind_of_change_is_told(notes: Path, index_path: Path) -> None:
    reload(notes, index_path)
    write(notes, "new.md", "Manila was new.")
    write(notes, "berlin-2018.txt", "Berlin was rewritten.")
    (notes / "hanoi-2017.md").unlink()
    write(notes, "boston-operators.rst", b"\0" * 100)
    changes = reload(notes, index_path)
    assert told(changes) == (["new.md"], ["berlin-2018.txt"], ["boston-operators.rst", "hanoi-2017.md"], 3)
    assert [problem.file for problem in changes.rejected] == ["boston-operators.rst"]
    assert changes.notes == 5


def test_only_new_and_changed_files_are_read(notes: Path, index_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def noted(name: str, data: bytes) -> object:
        read.append(name)
        return parse(name, data)

    parse = intake.parse
    monkeypatch.setattr(intake, "parse", noted)
    reload(notes, index_path)
    assert len(read) == 6
    read.clear()
    os.utime(notes / "berlin-2018.txt")
    write(notes, "new.md", "Manila was new.")
    reload(notes, index_path)
    assert read == ["new.md"]


@pytest.mark.parametrize("table", TABLES)
def test_a_changed_table_has_all_notes_read_again(notes: Path, index_path: Path, table: str) -> None:
    reload(notes, index_path)
    write(notes, table, CONTENTS[TABLES[table]])
    assert told(reload(notes, index_path)) == ([], list(load.scan(notes)), [], 0)
    assert told(reload(notes, index_path)) == ([], [], [], 6)
    (notes / table).unlink()
    assert len(reload(notes, index_path).changed) == 6


def test_a_new_version_of_the_readers_has_all_notes_read_again(
    notes: Path, index_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reload(notes, index_path)
    monkeypatch.setattr(intake, "READER_VERSION", "next")
    assert len(reload(notes, index_path).changed) == 6


def test_a_teams_own_events_and_aliases_are_used(notes: Path, index_path: Path) -> None:
    write(notes, "events.toml", CONTENTS["events"])
    write(notes, "aliases.toml", CONTENTS["aliases"])
    write(notes, "graz.md", "# Acme Cloud Day Graz 2024\n\nSwift was shown.")
    reload(notes, index_path)
    index = open_index(index_path)
    assert [(e.city, e.start) for e in index.facets.events if "Graz" in e.name] == [("Graz", "2024-05-06")]
    assert [hit.source.file for hit in search(index, Query(("sft",))).hits] == ["graz.md"]
    index.close()


def test_a_table_that_cannot_be_understood_changes_nothing(notes: Path, index_path: Path, held: Held) -> None:
    reload(notes, index_path)
    before = held(index_path)
    write(notes, "aliases.toml", "same = 7")
    with pytest.raises(BotError, match=r"aliases\.toml"):
        reload(notes, index_path)
    assert held(index_path) == before


def test_the_second_file_with_the_same_content_is_skipped(notes: Path, index_path: Path) -> None:
    shutil.copy(notes / "berlin-2018.txt", notes / "copy.txt")
    changes = reload(notes, index_path)
    assert [(p.file, p.reason) for p in changes.rejected] == [("copy.txt", "the same content as berlin-2018.txt")]
    (notes / "berlin-2018.txt").unlink()
    assert told(reload(notes, index_path)) == (["copy.txt"], [], ["berlin-2018.txt"], 5)
    shutil.copy(notes / "copy.txt", notes / "another.txt")
    changes = reload(notes, index_path)
    assert told(changes) == (["another.txt"], [], ["copy.txt"], 5)
    assert [(p.file, p.reason) for p in changes.rejected] == [("copy.txt", "the same content as another.txt")]
    assert changes.notes == 6


@pytest.mark.parametrize("name", ["2015-10-tokyo-day-one.md", "boston-operators.rst", "hanoi-2017.md"])
def test_a_note_that_goes_leaves_nothing_behind(notes: Path, index_path: Path, held: Held, name: str) -> None:
    reload(notes, index_path)
    (notes / name).unlink()
    assert reload(notes, index_path).removed == (name,)
    reload(notes, index_path.with_name("fresh.db"))
    assert held(index_path) == held(index_path.with_name("fresh.db"))


def test_a_file_whose_twin_cannot_be_read_is_a_note_all_the_same(notes: Path, index_path: Path) -> None:
    write(notes, "a.docx", "Manila was new and shared files.")
    write(notes, "b.md", "Manila was new and shared files.")
    changes = reload(notes, index_path)
    assert "b.md" in changes.added
    assert [p.file for p in changes.rejected] == ["a.docx"]


def test_every_file_that_is_refused_is_told_and_stops_no_other(notes: Path, index_path: Path, tmp_path: Path) -> None:
    write(notes, "empty.md", "")
    write(notes, "blank.md", " \n\n ")
    write(notes, "binary.txt", b"\0\1\2" * 100)
    write(notes, "talk.pptx", b"PK\3\4")
    write(notes, "fake.pdf", b"%PDF-1.4 but not really")
    write(notes, "large.md", "large " * 2000)
    write(notes, os.fsdecode(b"caf\xe9.md"), "Coffee was served.")
    write(tmp_path, "outside/secret.md", "Secret.")
    (notes / "out.md").symlink_to(tmp_path / "outside" / "secret.md")
    (notes / "away").symlink_to(tmp_path / "outside")
    os.mkfifo(notes / "pipe.md")
    changes = reload(notes, index_path, limit=10_000)
    files = {"empty.md", "blank.md", "binary.txt", "talk.pptx", "fake.pdf", "large.md", "caf?.md", "out.md", "away"}
    assert {problem.file for problem in changes.rejected} == files | {"pipe.md"}
    assert all(problem.reason and problem.remedy for problem in changes.rejected)
    assert changes.notes == 6
    status = open_index(index_path).status()
    assert {file for file, _, _, rejected in status.problems if rejected} == files | {"pipe.md"}


def test_folders_without_permission_are_told(guarded: Path) -> None:
    write(guarded, "notes/a.md", "Manila was new.")
    write(guarded, "notes/room/b.md", "Nobody may read this.")
    (guarded / "notes" / "room").chmod(0)
    changes = reload(guarded / "notes", guarded / "recap.db")
    assert changes.added == ("a.md",)
    assert [(p.file, p.reason) for p in changes.rejected] == [("room", "no permission to read it")]
    (guarded / "notes").chmod(0)
    with pytest.raises(BotError, match="No permission"):
        reload(guarded / "notes", guarded / "recap.db")


def test_a_notes_folder_may_be_a_link(notes: Path, index_path: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(notes)
    assert reload(tmp_path / "link", index_path).notes == 6
    assert reload(notes, index_path).unchanged == 6


def test_text_that_no_file_can_hold_is_replaced(notes: Path, index_path: Path, held: Held) -> None:
    write(notes, "odd.md", '---\ntitle: "odd\\uD800\\0title"\npeople: ["x\\uDFFF"]\n---\n\nManila was new.\n')
    assert "odd.md" in reload(notes, index_path).added
    hit = search(open_index(index_path), Query(("manila",))).hits[0]
    assert hit.source.title.startswith("odd?")
    (notes / "odd.md").unlink()
    reload(notes, index_path)
    assert not [row for row in held(index_path)["vocabulary"] if "manila" in str(row)]


@pytest.mark.parametrize("what", ["missing", "empty", "rejected"])
def test_a_folder_without_notes_leaves_the_old_index_as_it_was(
    notes: Path, index_path: Path, held: Held, what: str
) -> None:
    reload(notes, index_path)
    index = open_index(index_path)
    before = held(index_path), index.status(), search(index, Query(("kuryr",)))
    shutil.rmtree(notes)
    if what != "missing":
        notes.mkdir()
    if what == "rejected":
        write(notes, "a.md", b"\0" * 100)
        write(notes, "b.md", "")
    with pytest.raises(BotError) as error:
        reload(notes, index_path, force=True)
    assert str(notes) in str(error.value)
    assert ("a.md" in str(error.value)) is (what == "rejected")
    assert (held(index_path), index.status(), search(index, Query(("kuryr",)))) == before
    index.close()


def test_a_missing_folder_makes_no_index(tmp_path: Path, index_path: Path) -> None:
    with pytest.raises(BotError):
        reload(tmp_path / "nowhere", index_path)
    assert not index_path.exists()


def test_more_than_half_of_the_notes_go_only_by_force(notes: Path, index_path: Path, held: Held) -> None:
    reload(notes, index_path)
    for name in ("hanoi-2017.md", "berlin-2018.txt", "boston-operators.rst", "vancouver-2018.pdf"):
        (notes / name).unlink()
    before = held(index_path)
    with pytest.raises(TooMuchGone, match=r"4 of 6 notes .*--force") as error:
        reload(notes, index_path)
    assert (error.value.gone, error.value.known) == (4, 6)
    assert held(index_path) == before
    assert len(reload(notes, index_path, force=True).removed) == 4


def test_half_of_the_notes_may_go(notes: Path, index_path: Path) -> None:
    reload(notes, index_path)
    for name in ("hanoi-2017.md", "berlin-2018.txt", "boston-operators.rst"):
        (notes / name).unlink()
    assert len(reload(notes, index_path).removed) == 3


def test_notes_that_can_no_longer_be_read_are_gone_too(notes: Path, index_path: Path) -> None:
    reload(notes, index_path)
    for name in ("hanoi-2017.md", "berlin-2018.txt", "boston-operators.rst", "vancouver-2018.pdf"):
        write(notes, name, b"\0" * 100)
    with pytest.raises(TooMuchGone):
        reload(notes, index_path)


def test_renamed_notes_are_not_gone(notes: Path, index_path: Path) -> None:
    reload(notes, index_path)
    notes.rename(notes.parent / "old")
    notes.mkdir()
    (notes.parent / "old").rename(notes / "archive")
    changes = reload(notes, index_path)
    assert (len(changes.added), len(changes.removed), changes.notes) == (6, 6, 6)


def test_remarks_stay_until_their_note_is_read_again(notes: Path, index_path: Path) -> None:
    write(notes, "remark.md", CONTENTS["remark"])
    first = reload(notes, index_path)
    assert [(p.file, p.rejected) for p in first.problems] == [("remark.md", False)]
    assert first.rejected == ()
    assert reload(notes, index_path).problems == first.problems
    write(notes, "remark.md", "---\ntitle: Mended\n---\n\nSwift was shown.\n")
    assert reload(notes, index_path).problems == ()
    assert open_index(index_path).status().problems == ()


def test_remarks_go_with_their_note(notes: Path, index_path: Path) -> None:
    write(notes, "remark.md", CONTENTS["remark"])
    reload(notes, index_path)
    (notes / "remark.md").unlink()
    assert reload(notes, index_path).problems == ()


def test_progress_counts_every_file_once(notes: Path, index_path: Path) -> None:
    write(notes, "empty.md", "")
    seen: list[tuple[int, int]] = []
    for _ in range(2):
        reload(notes, index_path, progress=lambda done, total, *_: seen.append((done, total)))
        assert seen == [(done, 7) for done in range(1, 8)]
        seen.clear()


def test_a_load_that_is_interrupted_changes_nothing(notes: Path, index_path: Path, held: Held) -> None:
    def interrupt(done: int, total: int, *_: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reload(notes, index_path, progress=interrupt)
    assert reload(notes, index_path).notes == 6
    before = held(index_path)
    for path in notes.glob("*.*"):
        path.write_bytes(path.read_bytes().replace(b"summit", b"congress") + b"\n")
    with pytest.raises(KeyboardInterrupt):
        reload(notes, index_path, progress=interrupt)
    assert held(index_path) == before


def test_a_note_on_which_the_program_fails_stops_no_other(
    notes: Path, index_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(document: object, file: str, *tables: object) -> object:
        return 1 / 0 if file == "berlin-2018.txt" else describe(document, file, *tables)

    describe: Callable[..., object] = intake.describe
    monkeypatch.setattr(intake, "describe", fail)
    changes = reload(notes, index_path)
    assert (changes.notes, [p.file for p in changes.rejected]) == (5, ["berlin-2018.txt"])


def test_a_mistake_in_a_first_load_is_not_taken_for_damage(notes: Path, index_path: Path) -> None:
    def fail(done: int, total: int, *_: int) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        reload(notes, index_path, progress=fail)
    assert reload(notes, index_path).notes == 6


def test_an_unchanged_folder_leaves_the_generation_and_tells_the_time(notes: Path, index_path: Path) -> None:
    reload(notes, index_path)
    index = open_index(index_path)
    with index.snapshot():
        first = index.generation.number
    assert reload(notes, index_path).unchanged == 6
    assert index.generation.number == first
    assert index.status().folder == str(notes)
    assert index.status().loaded_at.endswith("+00:00")
    write(notes, "new.md", "Manila was new.")
    reload(notes, index_path)
    second = index.generation.number
    assert second != first
    (notes / "new.md").unlink()
    reload(notes, index_path)
    assert index.generation.number not in (first, second)
    index.close()


def test_a_loads_transaction_is_one(notes: Path, index_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    statements: list[str] = []
    connect = schema.connect

    def traced(*args: object, **options: object) -> object:
        database = connect(*args, **options)  # type: ignore[arg-type]
        database.conn.set_trace_callback(statements.append)
        return database

    monkeypatch.setattr(schema, "connect", traced)
    reload(notes, index_path)
    ends = [s for s in statements if s.split()[0] in ("BEGIN", "COMMIT", "ROLLBACK", "END")]
    assert ends == ["BEGIN IMMEDIATE", "COMMIT"]


def test_a_load_remembers_no_words_of_the_notes(tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text("# Kuryr\n\n" + " ".join(f"word{'x' * n}y" for n in range(50)))
    reload(tmp_path / "notes", tmp_path / "index.db")
    assert stem.cache_info().currsize == 0
