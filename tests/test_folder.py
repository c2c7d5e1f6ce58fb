"""The files of a notes folder, and those that are refused."""

import os
import socket
from pathlib import Path

import pytest

from store.errors import BotError, NoteError
from store.folder import check, contents, scan, unreadable_folders


def make(folder: Path, *files: str) -> None:
    for file in files:
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.fsencode(file))


def refused(folder: Path, file: str) -> str:
    with pytest.raises(NoteError) as error:
        contents(folder, file)
    assert error.value.remedy
    return error.value.reason


def test_files_come_in_a_fixed_order_with_their_folders(tmp_path: Path) -> None:
    make(tmp_path, "b.md", "a.md", "z/y/x.md", "c/d.md", "c/events.toml")
    assert list(scan(tmp_path)) == ["a.md", "b.md", "c/d.md", "c/events.toml", "z/y/x.md"]


def test_hidden_files_and_the_teams_tables_are_no_notes(tmp_path: Path) -> None:
    make(tmp_path, ".hidden.md", ".git/config", "events.toml", "aliases.toml", "note.md")
    assert list(scan(tmp_path)) == ["note.md"]


def test_a_folder_may_be_named_in_any_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "notes/sub/a.md", "notes/events.toml")
    (tmp_path / "link").symlink_to("notes")
    monkeypatch.chdir(tmp_path / "notes")
    for folder in (tmp_path / "notes", tmp_path / "link", Path(), Path("../notes")):
        check(folder)
        assert list(scan(folder)) == ["sub/a.md"]
        assert contents(folder, "sub/a.md") == b"notes/sub/a.md"
        assert list(unreadable_folders(folder)) == []


def test_a_missing_folder_or_a_file_in_its_place_is_told(tmp_path: Path) -> None:
    make(tmp_path, "file")
    for folder in (tmp_path / "nowhere", tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(BotError, match=r"There is no folder .*RECAP_NOTES"):
            check(folder)


def test_a_folder_that_may_not_be_read_is_told(guarded: Path) -> None:
    (guarded / "notes").mkdir()
    (guarded / "notes").chmod(0)
    with pytest.raises(BotError, match="No permission to read"):
        check(guarded / "notes")
    with pytest.raises(BotError, match="There is no folder"):
        check(guarded / "notes" / "below")


def test_a_link_to_a_file_inside_is_read_and_one_that_leads_out_is_refused(tmp_path: Path) -> None:
    make(tmp_path, "outside.md", "notes/a.md", "notes-too/b.md")
    notes = tmp_path / "notes"
    (notes / "inside.md").symlink_to("a.md")
    (notes / "out.md").symlink_to("../outside.md")
    (notes / "beside.md").symlink_to("../notes-too/b.md")
    (notes / "dead.md").symlink_to("nowhere.md")
    assert contents(notes, "inside.md") == b"notes/a.md"
    for file in ("out.md", "beside.md"):
        assert refused(notes, file) == "a link that leads out of the notes folder"
    assert refused(notes, "dead.md") == "a link to a file that is not there"


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "one.md").symlink_to("two.md")
    (tmp_path / "two.md").symlink_to("one.md")
    assert "link" in refused(tmp_path, "one.md")


def test_linked_folders_are_not_walked_and_those_that_lead_out_are_told(tmp_path: Path) -> None:
    make(tmp_path, "elsewhere/secret.md", "notes/real/a.md", "notes/.git/x")
    notes = tmp_path / "notes"
    (notes / "again").symlink_to("real")
    (notes / "around").symlink_to(".")
    (notes / "away").symlink_to("../elsewhere")
    (notes / ".git" / "hidden").symlink_to("../../elsewhere")
    assert list(scan(notes)) == ["real/a.md"]
    assert [name for name, _ in unreadable_folders(notes)] == ["away"]


def test_pipes_sockets_and_devices_are_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(tmp_path / "socket.md"))  # their names may not be long
    for file in ("pipe.md", "socket.md"):
        assert "not a plain file" in refused(tmp_path, file)


def test_files_and_folders_without_permission_are_told(guarded: Path) -> None:
    make(guarded, "open.md", "shut.md", "room/a.md", ".hidden/b.md")
    for name in ("shut.md", "room", ".hidden"):
        (guarded / name).chmod(0)
    assert refused(guarded, "shut.md") == "no permission to read it"
    assert [(name, error.reason) for name, error in unreadable_folders(guarded)] == [
        ("room", "no permission to read it")
    ]
    assert list(scan(guarded)) == ["open.md", "shut.md"]


def test_a_name_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.md")
    make(tmp_path, name)
    assert list(scan(tmp_path)) == [name]
    assert refused(tmp_path, name) == "the file name is not UTF-8"


@pytest.mark.parametrize("name", ["two\nlines.md", "\x1b[31mred.md", "bell\x07.md", "dm.\u202exe.md"])
def test_a_name_that_would_upset_a_terminal_is_refused(tmp_path: Path, name: str) -> None:
    make(tmp_path, name)
    assert refused(tmp_path, name) == "the file name holds line breaks or control characters"


def test_a_file_that_went_away_is_told(tmp_path: Path) -> None:
    assert "cannot be read" in refused(tmp_path, "gone.md")


@pytest.mark.parametrize(("size", "fits"), [(9, True), (10, True), (11, False)])
def test_the_limit_is_the_largest_size_that_is_read(tmp_path: Path, size: int, fits: bool) -> None:
    (tmp_path / "a.md").write_bytes(b"x" * size)
    if fits:
        assert len(contents(tmp_path, "a.md", limit=10)) == size
    else:
        with pytest.raises(NoteError, match="RECAP_MAX_NOTE_MB"):
            contents(tmp_path, "a.md", limit=10)


def test_the_usual_limit_is_told_in_megabytes(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"x" * 5_000_001)
    assert refused(tmp_path, "a.md") == "larger than 5 MB"
