"""The notes that ship with Recap: complete, in our own words, and able to answer the example questions."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import frontmatter
import pytest

import bot
from store.index import open_index
from store.load import reload
from store.text import words

SAMPLES = Path(bot.__file__).parent / "samples"
NOTES = sorted(SAMPLES.glob("*.md"))
COPIED_RUN = 10
"""Names, figures and product names stand side by side in any account; ten words in a row do not."""

QUESTIONS = (  # what a person types, the note that answers best, a piece of the sentence that answers
    (
        "what was said about Magnum",
        "2015-10-tokyo-containers.md",
        "Magnum is now called ready for production",
    ),
    ("kuyr", "2017-09-london-openstack-days.md", "Two people from Huawei reported on Kuryr"),
    (
        "what did Lachlan Evenson show?",
        "2015-10-tokyo-keynotes.md",
        "let Kubot, a chat bot that talks to Kubernetes",
    ),
    (
        "how many people registered for Austin",
        "2016-04-austin-security.md",
        "Over 7,500 people registered for Austin",
    ),
    (
        "containers at Barcelona 2016",
        "2016-10-barcelona-tripleo-ironic.md",
        "Containers were the star of the week",
    ),
    ("upgrades in 2017", "2017-02-atlanta-ptg.md", "The answer in Ocata is composable upgrades"),
    ("hummingbird", "2016-07-san-antonio-swift.md", "five to ten times the throughput"),
    ("anything on RBAC?", "2017-05-boston-summit.md", "role-based access control (RBAC) per API"),
    ("Sicherheit", "2016-10-barcelona-sicherheit.md", "Sicherheit als Ganzes zu sehen"),
    (
        "security hardening with Ansible",
        "2016-04-austin-security.md",
        "a role for OpenStack-Ansible that hardens",
    ),
)


def one_line(text: str) -> str:
    return " ".join(text.split())


def runs(text: str) -> Iterator[tuple[str, ...]]:
    found = words(text)
    return (tuple(found[i : i + COPIED_RUN]) for i in range(len(found) - COPIED_RUN + 1))


@pytest.fixture(scope="module")
def reference_runs() -> set[tuple[str, ...]]:
    folder = os.environ.get("RECAP_REFERENCE")
    if not folder:
        pytest.skip("RECAP_REFERENCE names no folder with the reference notes")
    files = [path for part in ("corpus", "seeds") for path in (Path(folder) / part).iterdir()]
    assert files
    return {run for path in files for run in runs(path.read_text(encoding="utf-8", errors="replace"))}


def test_there_are_enough_notes_to_try_recap_with() -> None:
    assert len(NOTES) >= 10


@pytest.mark.parametrize("note", NOTES, ids=lambda path: path.name)
def test_front_matter_is_complete(note: Path) -> None:
    meta = frontmatter.load(str(note)).metadata
    for key in ("title", "event", "city", "date", "release", "author"):
        assert str(meta.get(key) or "").strip(), f"{key} is missing"
    assert isinstance(meta["people"], list)
    assert all(isinstance(person, str) for person in meta["people"])
    assert re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", str(meta["date"]))
    assert note.name.startswith(str(meta["date"])[:7])
    assert str(meta["event"]).endswith(f"{meta['city']} {str(meta['date'])[:4]}")


@pytest.mark.parametrize("note", NOTES, ids=lambda path: path.name)
def test_people_in_front_matter_are_met_in_the_text(note: Path) -> None:
    meta, text = frontmatter.parse(note.read_text(encoding="utf-8"))
    people = meta["people"]
    assert isinstance(people, list)
    for person in people:
        assert person in one_line(text) or person in str(meta["author"])


def test_nothing_about_the_samples_needs_telling(tmp_path: Path) -> None:
    changes = reload(SAMPLES, tmp_path / "recap.db")
    assert (len(changes.added), changes.problems) == (len(NOTES), ())


def test_the_index_knows_of_each_note_what_its_front_matter_says(tmp_path: Path) -> None:
    reload(SAMPLES, tmp_path / "recap.db")
    index = open_index(tmp_path / "recap.db")
    hits = index.hits([id for (id,) in index.rows("SELECT id FROM passages")])
    known = {hit.source.file: hit.source for hit in hits}
    assert set(known) == {note.name for note in NOTES}
    for note in NOTES:
        meta, source = frontmatter.load(str(note)).metadata, known[note.name]
        told = (source.title, source.city, source.date, source.release)
        assert told == tuple(str(meta[key]) for key in ("title", "city", "date", "release"))
        assert set(words(source.event)) <= set(words(str(meta["event"])))  # as the table of events spells it
        assert source.event.endswith(source.year)
    assert known["2016-10-barcelona-sicherheit.md"].language == "de"


@pytest.mark.parametrize(("question", "file", "fragment"), QUESTIONS)
def test_the_answer_stands_in_the_note_that_is_named(question: str, file: str, fragment: str) -> None:
    assert fragment in one_line((SAMPLES / file).read_text(encoding="utf-8")), question


def test_the_questions_lead_to_at_least_six_notes() -> None:
    assert len(QUESTIONS) == 10
    assert len({file for _, file, _ in QUESTIONS}) >= 6


@pytest.mark.parametrize("note", NOTES, ids=lambda path: path.name)
def test_the_wording_is_our_own(note: Path, reference_runs: set[tuple[str, ...]]) -> None:
    copied = [" ".join(run) for run in runs(frontmatter.load(str(note)).content) if run in reference_runs]
    assert not copied
