"""What the last load brought, and the notes since an event or a year."""

from pathlib import Path

import pytest

from intents import reply
from intents.news import shaped
from store.index import open_index
from store.load import reload
from store.loads import last_load
from store.writing import KEPT_FILES, KEPT_LOADS


@pytest.fixture
def loaded(notes: Path, index_path: Path) -> Path:
    """The notes, loaded, then one more, one changed and one gone, loaded again."""
    reload(notes, index_path)
    (notes / "paris.md").write_text(
        "---\ntitle: Paris in May\ndate: 2024-05-02\nauthor: Ned Quill\n---\n\nParis spoke of Zephyrine all day.\n",
        encoding="utf-8",
    )
    tokyo = notes / "2015-10-tokyo-day-one.md"
    tokyo.write_text(tokyo.read_text(encoding="utf-8") + "\nKuryr again.\n", encoding="utf-8")
    (notes / "hanoi-2017.md").unlink()
    reload(notes, index_path)
    return notes


@pytest.mark.parametrize(
    ("typed", "rest"),
    [
        ("what's new since last load?", ""),
        ("what is new", ""),
        ("What’s new since the last load", ""),
        ("anything new?", ""),
        ("news", ""),
        ("notes since Portland", "since Portland"),
        ("which notes are new since 2016?", "since 2016?"),
        ("what's new since Portland?", "since Portland?"),
        ("whats new since 2016", "since 2016"),
        ("anything new since Liberty", "since Liberty"),
        ("what did the last load bring?", ""),
        ("what is new in Nova", None),
        ("networking news from the london event", None),
        ("notes on browbeat please", None),
    ],
)
def test_a_question_for_news_is_told_by_its_shape(typed: str, rest: str | None) -> None:
    assert shaped(typed) == rest


def test_the_last_load_tells_what_came_changed_and_went(loaded: Path, index_path: Path) -> None:
    load = last_load(open_index(index_path))
    assert load
    assert (load.added, load.changed, load.removed) == (
        ("paris.md",),
        ("2015-10-tokyo-day-one.md",),
        ("hanoi-2017.md",),
    )
    assert (load.counts, load.is_first) == ((1, 1, 1), False)


def test_a_load_that_changed_nothing_is_not_the_last_one(loaded: Path, index_path: Path) -> None:
    reload(loaded, index_path)
    load = last_load(open_index(index_path))
    assert load
    assert load.added == ("paris.md",)


def test_the_answer_lists_new_notes_before_older_ones_with_a_quote_of_each(loaded: Path, index_path: Path) -> None:
    answer = reply("what's new since last load?", open_index(index_path))
    assert answer.intent == "news"
    assert answer.heading.endswith("1 added, 1 changed, 1 removed")
    assert [line.section.split(" · ")[0] for line in answer.lines] == ["Paris in May", "Changed: Day one in Tokyo"]
    assert "Ned Quill" in answer.lines[0].section
    assert answer.notices == ("Removed: hanoi-2017.md.",)
    assert all(
        line.source and line.text in hit.passage.text for line, hit in zip(answer.lines, answer.hits, strict=True)
    )
    assert answer.choices[0].question == "summarise Paris in May"


def test_where_all_notes_came_at_once_it_is_said_that_nothing_changed_since(notes: Path, index_path: Path) -> None:
    reload(notes, index_path)
    answer = reply("what is new?", open_index(index_path))
    assert answer.heading.startswith("All 6 notes came with the load of ")
    assert len(answer.lines) == 6


def test_notes_since_an_event_are_those_after_it(loaded: Path, index_path: Path) -> None:
    answer = reply("notes since Boston", open_index(index_path))
    assert answer.heading == "3 notes since OpenStack Summit Boston 2017"
    assert {hit.source.file for hit in answer.hits} == {"paris.md", "berlin-2018.txt", "vancouver-2018.pdf"}
    assert answer.choices[0].question == "summarise everything since OpenStack Summit Boston 2017"


def test_notes_since_a_year_hold_that_year(loaded: Path, index_path: Path) -> None:
    assert reply("notes since 2018", open_index(index_path)).heading == "3 notes since 2018"


def test_nothing_since_then_is_said(loaded: Path, index_path: Path) -> None:
    answer = reply("notes since 2030", open_index(index_path))
    assert answer.refused
    assert "2030" in answer.heading


def test_only_the_last_loads_and_so_many_of_their_files_are_kept(notes: Path, index_path: Path) -> None:
    for number in range(KEPT_LOADS + 3):
        (notes / "hanoi-2017.md").write_text(f"Load number {number} was here.\n", encoding="utf-8")
        reload(notes, index_path)
    index = open_index(index_path)
    assert index.rows("SELECT count(*), count(DISTINCT load) FROM loads, changes WHERE load = number") == [
        (KEPT_LOADS, KEPT_LOADS)
    ]
    for number in range(KEPT_FILES + 5):
        (notes / f"many-{number}.md").write_text(f"Note number {number} of many.\n", encoding="utf-8")
    reload(notes, index_path)
    load = last_load(open_index(index_path))
    assert load
    assert (len(load.added), load.counts[0]) == (KEPT_FILES, KEPT_FILES + 5)


@pytest.mark.parametrize("typed", ["news since \x00", "notes since " + "x" * 3000, 'news since " OR NEAR(', "news 🎉"])
def test_hostile_questions_for_news_are_answered_or_refused(loaded: Path, index_path: Path, typed: str) -> None:
    assert reply(typed, open_index(index_path)).heading
