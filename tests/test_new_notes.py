"""Notes that are added: their names are safe, nothing else is ever overwritten, and only they are taken out again."""

import errno
import os
import re
import threading
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from store import new_notes
from store.errors import BotError
from store.folder import scan
from store.new_notes import INBOX, add, digest, safe_name, same_content, take_out

DATES = st.sampled_from(["", "2015", "2015-10", "2015-10-27"])
NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\.[a-z]+")


def held(folder: Path) -> dict[str, bytes]:
    """All files of a folder, hidden ones too, with what is in them."""
    found = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@given(st.text(max_size=300), st.sampled_from([".md", ".PDF", "", ".toml", ".html", "/../x"]), DATES)
@example("../../etc/passwd", ".md", "")
@example("COM1", ".txt", "")
@example("con", ".md", "2015")
@example("\u202egpj.exe\0", ".md", "")
@example("İ" * 300, ".markdown", "2015-10-27")
def test_any_title_makes_a_name_that_works_everywhere(title, suffix, date):
    name = safe_name(title, suffix, date)
    stem, _, ending = name.rpartition(".")
    assert NAME.fullmatch(name)
    assert len(name.encode()) <= 100 - len("-999999")
    assert stem.split("-")[0] not in {"con", "prn", "aux", "nul", "com1", "lpt1"}
    assert f".{ending}" in {".md", ".pdf", ".txt", ".html", ".markdown"}
    assert name == safe_name(stem, f".{ending}")


@given(st.lists(st.from_regex(r"[a-z]{2,8}", fullmatch=True), min_size=1, max_size=5))
def test_a_title_of_plain_words_stands_in_its_name(words):
    said = "-".join(words)
    assert safe_name(" ".join(words).title(), ".md") in (f"{said}.md", f"note-{said}.md")
    assert safe_name(" ".join(words), ".md", "2015") == f"2015-{said}.md"


def test_a_note_is_put_whole_into_the_folder_and_nothing_else_is_touched(notes):
    before = held(notes)
    assert add(notes, "tokyo.md", b"one") == f"{INBOX}/tokyo.md"
    assert add(notes, "tokyo.md", b"two") == f"{INBOX}/tokyo-2.md"
    (notes / INBOX / "paris.md.recap.toml").write_text("title = 'somebody else'")
    (notes / INBOX / "paris-2.md").symlink_to(notes / "nowhere")
    assert add(notes, "paris.md", b"three") == f"{INBOX}/paris-3.md"
    after = held(notes)
    assert {name: data for name, data in after.items() if name in before} == before
    assert after[f"{INBOX}/tokyo.md"] == b"one"
    assert not [name for name in after if "/." in name]


def test_many_at_once_each_get_a_place(notes):
    made: list[str] = []
    threads = [threading.Thread(target=lambda n=n: made.append(add(notes, "a.md", b"%d" % n))) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 12
    assert sorted(held(notes / INBOX).values()) == sorted(b"%d" % n for n in range(12))


def test_without_links_the_file_takes_a_place_that_was_kept_for_it(notes, monkeypatch):
    def no_links(*names, **how):
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", no_links)
    assert [add(notes, "a.md", data) for data in (b"1", b"2")] == [f"{INBOX}/a.md", f"{INBOX}/a-2.md"]
    assert held(notes / INBOX) == {"a.md": b"1", "a-2.md": b"2"}


@pytest.mark.parametrize("link", [True, False])
def test_a_folder_that_leads_elsewhere_is_not_followed(notes, tmp_path, link):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (notes / INBOX).symlink_to(elsewhere) if link else (notes / INBOX).write_text("a file")
    with pytest.raises(BotError, match="a file or a link"):
        add(notes, "a.md", b"x")
    assert list(elsewhere.iterdir()) == []


def test_a_full_disk_leaves_nothing_and_says_what_to_do(notes, monkeypatch):
    def full(number):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BotError, match="disk is full"):
        add(notes, "a.md", b"x")
    assert held(notes / INBOX) == {}


def test_a_folder_that_may_not_be_written_to_is_told(guarded):
    guarded.chmod(0o500)
    with pytest.raises(BotError, match="may not write there"):
        add(guarded, "a.md", b"x")


def test_what_was_added_is_taken_out_and_nothing_else(notes):
    before = held(notes)
    file = add(notes, "a.md", b"x")
    (notes / f"{file}.recap.toml").write_text("title = 'A'")
    take_out(notes, file, digest(b"x"))
    assert held(notes) == before
    take_out(notes, file, digest(b"x"))


def test_what_changed_since_or_was_never_added_stays(notes):
    file = add(notes, "a.md", b"x")
    (notes / file).write_bytes(b"y")
    before = held(notes)
    with pytest.raises(BotError, match="changed since"):
        take_out(notes, file, digest(b"x"))
    for other in (next(scan(notes)), f"{INBOX}/../{next(scan(notes))}", "/etc/passwd", "a.md"):
        with pytest.raises(BotError, match="not added from Slack"):
            take_out(notes, other, digest((notes / "tokyo.md").read_bytes() if (notes / "tokyo.md").exists() else b""))
    assert held(notes) == before


def test_the_same_content_is_found_wherever_it_lies(notes):
    some = sorted(scan(notes))[0]
    data = (notes / some).read_bytes()
    assert same_content(notes, data) == some
    assert same_content(notes, data + b" ") == ""
    assert same_content(notes, data[:-1] + b"\0") == ""


def test_the_folder_for_what_is_added_is_read_by_a_load(notes):
    file = add(notes, "a.md", b"# A\n\nText.\n")
    assert file in list(scan(notes))
    assert new_notes.INBOX in {Path(one).parts[0] for one in scan(notes)}
