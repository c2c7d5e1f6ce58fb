"""What is fixed about a note in a file beside it: written and read back, heeded by loads, kept by backups."""

import stat
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import sidecar
from store.backup import Places, back_up, restore
from store.errors import BotError, NoteError
from store.index import open_index
from store.journal import Journal
from store.load import Changes, reload
from store.model import Fixes, Source
from store.sidecar import parse, place, read, write

TEXT = "# Kuryr in Tokyo\n\nKuryr was shown at the OpenStack Summit Tokyo 2015 with Neutron.\n"
WHOLE = Fixes(
    "Nets, “all” of\tthem", "OpenStack Summit Boston 2017", "2017-05", "Zoë \\ Quill", "https://example.org/a"
)
printable = st.text(st.characters(codec="utf-8"), max_size=60)


@pytest.fixture
def note(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    made = folder / "kuryr.md"
    made.write_text(TEXT)
    return made


def load(note: Path) -> Changes:
    return reload(note.parent, note.parent.parent / "recap.db", force=True)


def source(note: Path) -> Source:
    index = open_index(note.parent.parent / "recap.db")
    try:
        (row,) = index.rows("SELECT title, event, city, date, author, url FROM notes WHERE file = ?", [note.name])
        return Source(note.name, *row[:4], author=row[4], url=row[5])
    finally:
        index.close()


def problems(changes: Changes) -> dict[str, str]:
    return {problem.file: problem.reason for problem in changes.problems}


@settings(max_examples=25, deadline=None)
@given(title=printable, author=printable, event=printable)
def test_what_is_written_is_read_back_in_tidy_form(
    tmp_path_factory: pytest.TempPathFactory, title: str, author: str, event: str
) -> None:
    note = tmp_path_factory.mktemp("n") / "a.md"
    note.touch()
    fixes = Fixes(f"T {title}", event, "2015-10-27", author, "")
    write(note, fixes)
    assert read(note) == sidecar.checked(fixes)
    write(note, Fixes())
    assert not place(note).exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title = Tokyo", "not valid TOML"),
        ("title = 5", "“title” that is no text"),
        ('title = " "', "empty title"),
        ('date = "27 October"', "“date” that is none"),
        ('date = "2015-13"', "“date” that is none"),
        ('date = "0815"', "“date” that is none"),
        ('url = "javascript:alert(1)"', "“url” that is none"),
        ('url = "https://a.b/c d"', "“url” that is none"),
        (f'author = "{"x" * 81}"', "more than 80 characters"),
        ("a = " + "[" * 5_000, "not valid TOML"),
        ("a = " + "1" * 5_000, "not valid TOML"),
        ("#" * 20_001, "larger than 0.02 MB"),
    ],
)
def test_what_cannot_be_used_is_told_with_the_files_name_and_a_remedy(note: Path, text: str, told: str) -> None:
    place(note).write_text(text)
    with pytest.raises(BotError) as caught:
        read(note)
    assert str(caught.value).startswith("kuryr.md.recap.toml: ")
    assert told in str(caught.value)
    assert "Correct or delete it" in str(caught.value)


@given(st.binary(max_size=80) | st.text(st.sampled_from("title='date\"= \n[]#2015-1x"), max_size=60).map(str.encode))
def test_whatever_the_file_holds_is_read_or_told(raw: bytes) -> None:
    with suppress(NoteError):
        fixes, unknown = parse(raw)
        assert sidecar.checked(fixes) == fixes
        assert not set(unknown) & set(asdict(fixes))


def test_a_date_may_stand_without_quotes_and_unknown_keys_are_named() -> None:
    assert parse(b"date = 2015-10-27\nautor = 'x'\n") == (Fixes(date="2015-10-27"), ("autor",))


def test_comments_and_other_keys_stay_when_a_fix_changes(note: Path) -> None:
    place(note).write_text(
        '# mine\n\nteam = "blue"\ntitle = "Old"  # once\nurl = "https://a.example"\n\n[more]\nx = 1\n'
    )
    write(note, Fixes(title="New", author="Ann"))
    assert place(note).read_text() == '# mine\n\ntitle = "New"\nauthor = "Ann"\nteam = "blue"\n\n[more]\nx = 1\n'
    write(note, Fixes())
    assert place(note).read_text() == '# mine\n\nteam = "blue"\n\n[more]\nx = 1\n'


def test_what_cannot_be_changed_without_loss_stays_and_what_cannot_be_read_is_put_aside(note: Path) -> None:
    odd = 'other = """\ntitle = "in a text"\n"""\n'
    place(note).write_text(odd)
    with pytest.raises(BotError, match="by hand"):
        write(note, Fixes(title="New"))
    assert place(note).read_text() == odd
    place(note).write_text("no toml")
    write(note, Fixes(title="New"))
    assert read(note) == Fixes(title="New")
    assert (note.parent / ".kuryr.md.recap.toml.before").read_text() == "no toml"


def test_nothing_is_written_through_a_link_and_permissions_are_the_notes(note: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.toml"
    elsewhere.write_text("secret = 1\n")
    place(note).symlink_to(elsewhere)
    note.chmod(0o640)
    write(note, Fixes(title="New"))
    assert elsewhere.read_text() == "secret = 1\n"
    assert not place(note).is_symlink()
    assert stat.S_IMODE(place(note).stat().st_mode) == 0o640


def test_a_name_too_long_for_another_file_beside_it_is_told(note: Path) -> None:
    long = note.rename(note.with_name("k" * 250 + ".md"))
    with pytest.raises(BotError, match="rename the note"):
        write(long, Fixes(title="New"))
    assert list(note.parent.iterdir()) == [long]


def test_values_that_cannot_be_kept_change_nothing(note: Path) -> None:
    write(note, WHOLE)
    with pytest.raises(NoteError):
        write(note, replace(WHOLE, date="soon"))
    assert read(note) == sidecar.checked(WHOLE)


def test_a_load_heeds_what_was_fixed_and_reads_anew_what_changed_alone(note: Path) -> None:
    load(note)
    before = source(note)
    assert (before.event, before.date) == ("OpenStack Summit Tokyo 2015", "2015-10")
    write(note, WHOLE)
    assert load(note).changed == ("kuryr.md",)
    expected = asdict(sidecar.checked(WHOLE))
    assert {key: getattr(source(note), key) for key in expected} == expected
    assert source(note).city == "Boston"
    assert load(note).unchanged == 1
    write(note, Fixes(event="", author="Ann"))
    load(note)
    assert (source(note).event, source(note).date, source(note).author) == ("", "", "Ann")
    place(note).unlink()
    assert load(note).changed == ("kuryr.md",)
    assert source(note) == before


def test_a_fixed_date_goes_before_that_of_a_pdf_and_of_front_matter(note: Path) -> None:
    note.write_text(f"---\ndate: 2014-01-01\nauthor: Bob\nurl: https://b.example\n---\n{TEXT}")
    write(note, Fixes(date="2015-10-28", author="", url=""))
    load(note)
    assert (source(note).date, source(note).author, source(note).url) == ("2015-10-28", "", "")


def test_loads_tell_of_broken_stray_and_misspelt_fixes_again_and_again(note: Path) -> None:
    place(note).write_text("date = 'soon'")
    (note.parent / "gone.md.recap.toml").write_text("title = 'x'")
    (note.parent / "events.toml.recap.toml").write_text("title = 'x'")
    for _ in range(2):
        told = problems(load(note))
        assert set(told) == {"kuryr.md.recap.toml", "gone.md.recap.toml", "events.toml.recap.toml"}
        assert told["kuryr.md.recap.toml"] == "has a “date” that is none: “soon”, so the note counts as it is"
        assert "beside no note" in told["gone.md.recap.toml"]
    assert not load(note).rejected
    assert source(note).event == "OpenStack Summit Tokyo 2015"
    place(note).write_text("autor = 'Ann'")
    assert "“autor”" in problems(load(note))["kuryr.md.recap.toml"]


def test_fixing_one_of_two_alike_notes_leaves_the_other_out(note: Path) -> None:
    (note.parent / "twin.md").write_text(TEXT)
    assert [problem.file for problem in load(note).rejected] == ["twin.md"]
    write(note, WHOLE)
    changes = load(note)
    assert ([problem.file for problem in changes.rejected], changes.changed) == (["twin.md"], ("kuryr.md",))


def test_a_backup_takes_fixes_along_but_no_link_and_a_restore_stays_in_the_folder(note: Path, tmp_path: Path) -> None:
    deep = note.parent / "a/b"
    deep.mkdir(parents=True)
    (deep / "n.md").write_text(TEXT)
    (note.parent / "l.md.recap.toml").symlink_to(note)
    write(note, WHOLE)
    write(deep / "n.md", Fixes(title="Deep"))
    places = Places(note.parent, tmp_path / "r.db", tmp_path / "s.db")
    journal = Journal(places.state)
    journal.remember("D1", "kuryr", 1.0)
    journal.close()
    kept = back_up(tmp_path / "b.zip", places)
    assert kept == ("state.db", "notes/a/b/n.md.recap.toml", "notes/kuryr.md.recap.toml")
    place(note).unlink()
    (deep / "n.md.recap.toml").unlink()
    note.parent.chmod(0o750)
    restore(tmp_path / "b.zip", places, force=True)
    assert stat.S_IMODE(place(note).stat().st_mode) == 0o640
    assert (read(note), read(deep / "n.md")) == (sidecar.checked(WHOLE), Fixes(title="Deep"))
    (deep / "n.md.recap.toml").unlink()
    outside = tmp_path / "outside"
    deep.rename(outside)
    deep.symlink_to(outside)
    with pytest.raises(BotError, match="leads out of"):
        restore(tmp_path / "b.zip", places, force=True)
    assert not (outside / "n.md.recap.toml").exists()
