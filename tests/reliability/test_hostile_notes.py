"""Notes that were made to do harm: each is read or rejected by name, soon, and the others are read as ever."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import NOTES
from hypothesis import given
from hypothesis import strategies as st

from reliability.amounts import SOAK, amount
from reliability.hostile import CHARACTERS, MARKS, Watch, pdf, spoilt, trying
from store import load, workers
from store.aliases import load_aliases
from store.events import load_events
from store.intake import Intake, Tables, Taken
from store.load import reload
from store.model import MAX_PASSAGE_WORDS
from store.passages import count
from store.read import LIGHT, LIGHT_RST, may_take_long

Tally = Callable[..., None]

OURS = {"Recap failed on it", "could not be read"}
"""Reasons that tell of a mistake in Recap rather than in a note."""
FOLDER = Path(__file__).parent.parent.parent / "bot" / "samples"
SEEDS = {
    "md": [path.read_bytes()[:1000] for path in (*FOLDER.glob("*.md"), *NOTES.rglob("*.md"))],
    "txt": [path.read_bytes()[:1000] for path in NOTES.rglob("*.txt")],
    "html": [
        b"<!doctype html><html lang=en><head><title>Report</title><meta name=author content='Ann Lee'></head><body>"
        b"<nav><a href=/>Home</a></nav><article><h1>Tokyo</h1><p>Kuryr gave <b>every</b> container an address."
        b"<table><tr><td>a<td>b</table><ul><li>one<li>two</ul><pre>ip a</pre></article><footer>2015</footer></html>",
        b"<p>Magnum was <a href='#fn1'>1</a> shown.<div>It grew.<br><br>Twice.</div>",
    ],
    "rst": [path.read_bytes()[:1000] for path in NOTES.rglob("*.rst")],
    "pdf": [
        *(path.read_bytes() for path in NOTES.rglob("*.pdf")),
        pdf(b"BT /F1 12 Tf (Kuryr came to Tokyo.) Tj ET", 3),
    ],
}


@pytest.fixture
def intake(tmp_path: Path) -> Intake:
    return Intake(tmp_path, 5_000_000, Tables(load_events(), load_aliases()))


def check(taken: Taken) -> None:
    """What was read of a note is fit to be shown, or its owner is told what to do."""
    assert not any(problem.reason in OURS for problem in taken.problems), taken.problems
    assert taken.note is not None or all(problem.reason and problem.remedy for problem in taken.problems)
    for text, heading, *_ in taken.note.rows if taken.note else ():
        assert count(text) <= MAX_PASSAGE_WORDS
        assert "\0" not in text + heading
        (text + heading).encode()


@pytest.mark.parametrize("suffix", SEEDS)
def test_a_spoilt_note_is_read_or_rejected_soon(suffix: str, intake: Intake, tally: Tally) -> None:
    watch, tried = Watch(), amount(60, 20_000)
    marks = [mark.encode() for mark in (*MARKS, *CHARACTERS)] + [
        b"\xff\xfe",
        b"\xe9\xe8",
        b"\x81",
        "é".encode("utf-16"),
    ]
    name = f"note.{suffix}"

    @trying(tried)
    @given(spoilt(SEEDS[suffix], marks))
    def attack(data: bytes) -> None:
        (intake.folder / name).write_bytes(data)
        with watch.on(data):
            taken = intake.take(name)
        check(taken)

    attack()
    tally(f"Spoilt notes ({suffix})", tried, note=watch.check(tried, 500))


@st.composite
def monotonous(draw: st.DrawFn, size: int) -> bytes:
    """One or two marks over and over, as long as a note may be that is read without a process of its own."""
    parts = draw(st.lists(st.sampled_from([*MARKS, *CHARACTERS, "a", "Word ", ". ", "\n"]), min_size=1, max_size=3))
    lead = draw(st.sampled_from(["", "", "---\n", "<html><body>", "Title\n=====\n\n"]))
    body = "".join(parts).encode()
    return (lead.encode() + body * (size // len(body) + 1))[:size]


@pytest.mark.parametrize("suffix", ["md", "txt", "html", "rst"])
def test_a_monotonous_note_of_any_size_that_is_read_here_takes_no_long_time(
    suffix: str, intake: Intake, tally: Tally
) -> None:
    watch, tried = Watch(), amount(6, 1_000)
    size = LIGHT_RST if suffix == "rst" else LIGHT
    name = f"note.{suffix}"

    @trying(tried)
    @given(monotonous(size if SOAK else size // 5))
    def attack(data: bytes) -> None:
        (intake.folder / name).write_bytes(data)
        assert not may_take_long(name, data)
        with watch.on(data[:300]):
            taken = intake.take(name)
        check(taken)

    attack()
    tally(f"Monotonous notes of {size // 1000} kB ({suffix})", tried, note=watch.check(tried, 500))


WORDY = b"This one was shown. " * 100 + b"\n\n"
BOMBS: dict[str, bytes] = {
    "aliases.md": b"---\na: &a [x, x, x]\n"
    + b"".join(b"%c: &%c [*%c, *%c, *%c, *%c]\n" % (98 + i, 98 + i, *[97 + i] * 4) for i in range(20))
    + b"title: *u\n---\n\nThis one was shown.\n",
    "merged.md": b"---\na: &a {x: 1}\n"
    + b"".join(b"%c: &%c {<<: [*%c, *%c, *%c, *%c]}\n" % (98 + i, 98 + i, *[97 + i] * 4) for i in range(20))
    + b"---\n\nThis one was shown.\n",
    "objects.md": b"---\ntitle: !!python/object/apply:os.system ['touch %b']\n---\n\nThis one was shown.\n",
    "entities.xhtml": b'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "ha"><!ENTITY x SYSTEM "file:///etc/passwd">'
    + b"".join(b'<!ENTITY %c "%b">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(20))
    + b"]><html><body><p>This one was shown. &u; &x;</p><script>stolen()</script></body></html>",
    "substitutions.rst": b".. |a| replace:: " + b"ha " * 1000 + b"\n\n" + b"|a| \n" * 2000 + b"\nThis one was shown.\n",
    "included.rst": b"This one was shown.\n\n.. include:: /etc/passwd\n\n.. raw:: html\n   :file: /etc/passwd\n\n"
    b".. csv-table:: x\n   :file: /etc/passwd\n\n.. raw:: html\n\n   <script>stolen()</script>\n",
    "nested.html": b"<div>" * 100_000 + b"This one was not shown.",
    "nested.md": b"> " * 3_000 + WORDY + b"[Kuryr " * 2_500 + b"\n\n" + b"- " * 3_000 + WORDY,
    "head.md": b"---\n" + b"key: value\n" * 300_000 + b"---\n\nThis one was shown.\n",
    "nul.txt": b"This one was not\0 shown.\n",
    "line.txt": b"This one was shown. " * 200_000,
    "mixed.txt": ("Čeština byla řeč. " * 20).encode() + "Čeština byla řeč. ".encode("cp1250") * 20,
    "page.pdf": pdf(b"BT /F1 12 Tf (This one was shown.) Tj ET"),
    "inflated.pdf": pdf(b"BT /F1 12 Tf (This one was not shown.) Tj ET " + b" " * 100_000_000),
    "pages.pdf": pdf(b"BT /F1 12 Tf " + b"(Kuryr grew.) Tj 0 -9 Td " * 20_000 + b"ET", 500),
    "articles.html": b"<html><body>" + b"<article><p>Kuryr grew.</p></article>" * 60_000,
}


@pytest.mark.skipif(not SOAK, reason="takes a minute and a half of work; in a soak only")
def test_no_bomb_goes_off_and_all_other_notes_are_loaded(
    tmp_path: Path, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    bombs(tmp_path, BOMBS, tally, monkeypatch)


def test_no_small_bomb_goes_off_and_all_other_notes_are_loaded(
    tmp_path: Path, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    bombs(tmp_path, {name: data for name, data in BOMBS.items() if not may_take_long(name, data)}, tally, monkeypatch)


def bombs(place: Path, these: dict[str, bytes], tally: Tally, monkeypatch: pytest.MonkeyPatch) -> None:
    """Load a folder of such notes and a good one; none of them may be missing from both the index and the report."""
    monkeypatch.setattr(load, "may_take_long", may_take_long)
    folder, proof, begun = place / "notes", place / "proof", time.monotonic()
    folder.mkdir()
    for name, data in these.items():
        (folder / name).write_bytes(data.replace(b"%b", os.fsencode(proof)) if name.startswith("objects") else data)
    (folder / "good.md").write_text("# Good\n\nThis one was shown.\n")
    changes = reload(folder, place / "recap.db")
    told = {problem.file: problem for problem in changes.rejected}
    assert {*changes.added, *told} == {*these, "good.md"}
    assert "good.md" in changes.added
    assert not OURS & {problem.reason for problem in changes.problems}
    assert all(problem.remedy for problem in told.values())
    held = (place / "recap.db").read_bytes()
    assert b"root:" not in held
    assert b"stolen" not in held
    assert not proof.exists()
    rejected = ", ".join(f"{name} {problem.reason}" for name, problem in told.items())
    tally("Bombs", len(these), note=f"{time.monotonic() - begun:.0f} s; rejected: {rejected}")


class Endless(Intake):
    """Never ends with a file that is called so."""

    __slots__ = ()

    def take(self, file: str) -> Taken:
        while "endless" in file:
            pass
        return super().take(file)


def test_a_load_goes_on_where_one_note_takes_for_ever(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (notes / "endless.pdf").write_bytes(BOMBS["page.pdf"])
    (notes / "endless-twin.pdf").write_bytes(BOMBS["page.pdf"])
    monkeypatch.setattr(load, "may_take_long", may_take_long)
    monkeypatch.setattr(load, "Intake", Endless)
    monkeypatch.setattr(workers, "SECONDS", 0.5)
    changes = reload(notes, tmp_path / "recap.db")
    assert [(problem.file, problem.reason) for problem in changes.rejected] == [
        ("endless-twin.pdf", "takes too long to read"),
        ("endless.pdf", "takes too long to read"),
    ]
    assert changes.notes == 6
