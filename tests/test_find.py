"""Ties, overviews and the words of an answer, over a few notes made for the purpose."""

from contextlib import closing
from pathlib import Path

import pytest

from bot.plain import as_text
from intents import reply
from intents.find import NEAREST, NEAREST_SAID, SHOWN, spelt
from store.index import Index, open_index
from store.load import reload

NOTES = {
    "2015-tokyo.md": """---
event: OpenStack Summit Tokyo 2015
city: Tokyo
date: 2015-10-27
author: Ada Writer
---
# Tokyo

Grace Speaker compared the Marlin and the Marvin projects for an hour. Marlin keeps backups of volumes.

The tour was cold. Many engineers of the Marvin project came along.
""",
    "2016-austin.md": """---
event: OpenStack Summit Austin 2016
city: Austin
date: 2016-04-25
author: Ada Writer
---
# Austin

Zephyrine drew a crowd of 300 people. The brisket sandwich was the talk of the town.

## Cells

Cells are for clouds that outgrew one message queue.
""",
    "2016-austin-again.md": """---
event: OpenStack Summit Austin 2016
city: Austin
date: 2016-04-26
author: Bob Other
---
# Austin, seen by an operator

Zephyrine runs in production at two telephone companies, says a slide of the second day.
""",
    "unknown.txt": "Zephyrine was mentioned in a hallway, nobody remembers where.\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("find")
    for name, text in NOTES.items():
        path = folder / "notes" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    reload(folder / "notes", folder / "recap.db")
    return open_index(folder / "recap.db")


def test_a_tie_gives_both_words_as_choices_and_the_passages_of_the_likelier(index: Index) -> None:
    answer = reply("marhin project", index)
    assert not answer.refused
    labels = [choice.label for choice in answer.choices]
    assert sorted(labels) == ["Marlin", "Marvin"]
    (correction,) = answer.corrections
    assert (correction.typed, correction.used) == ("marhin", labels[0])
    assert all(choice.count > 0 for choice in answer.choices)
    for choice in answer.choices:
        assert not reply(choice.question, index).refused
    assert "Or did you mean:" in as_text(answer)


def test_a_word_that_is_clearly_meant_gives_no_choice(index: Index) -> None:
    answer = reply("zefyrine", index)
    assert [(c.typed, c.used) for c in answer.corrections] == [("zefyrine", "Zephyrine")]
    assert answer.choices == ()


def test_reports_of_one_event_are_grouped_and_an_unknown_event_is_named_nothing(index: Index) -> None:
    answer = reply("Zephyrine", index)
    assert {line.source.file for line in answer.lines if line.source} == {
        "2016-austin.md",
        "2016-austin-again.md",
        "unknown.txt",
    }
    text = as_text(answer)
    assert text.count("\nOpenStack Summit Austin 2016\n") == 1
    assert "unknown.txt" in text


def test_a_place_alone_gives_the_openings_of_its_notes(index: Index) -> None:
    answer = reply("in Austin?", index)
    assert not answer.refused
    assert answer.heading == "From the notes at OpenStack Summit Austin 2016"
    assert {hit.source.event for hit in answer.hits} == {"OpenStack Summit Austin 2016"}
    assert {hit.source.file for hit in answer.hits[:2]} == {"2016-austin.md", "2016-austin-again.md"}
    assert len({line.source for line in answer.lines}) <= SHOWN


def test_the_author_and_the_people_named_are_persons(index: Index) -> None:
    assert {hit.source.file for hit in reply("Zephyrine by Other", index).hits} == {"2016-austin-again.md"}
    by_ada = reply("by:writer", index)
    assert {hit.source.author for hit in by_ada.hits} == {"Ada Writer"}


def test_words_left_out_are_not_in_the_answer(index: Index) -> None:
    assert {hit.source.file for hit in reply("Zephyrine -hallway -slide", index).hits} == {"2016-austin.md"}
    assert reply("Zephyrine -zephyrine", index).refused


def test_exact_words_must_stand_in_a_row(index: Index) -> None:
    assert not reply('"brisket sandwich"', index).refused
    assert reply('"sandwich brisket"', index).refused


def test_a_head_count_is_found_by_asking_for_it(index: Index) -> None:
    answer = reply("how many people came for Zephyrine", index)
    assert "300 people" in answer.lines[0].text


@pytest.mark.parametrize(
    "typed", ["how many people were in Lisbon?", "how many came to Lisbon?", "how many attended the Lisbon summit?"]
)
def test_people_are_counted_by_whatever_name_the_notes_have_for_them(tmp_path: Path, typed: str) -> None:
    said = (
        "# Lisbon\n\nMany people like maps, and people drew them.\n\n## Numbers\n\nOver 700 attendees met in Lisbon.\n"
    )
    (tmp_path / "note.md").write_text(f"---\nevent: Map Summit Lisbon 2019\ncity: Lisbon\n---\n{said}", "utf-8")
    reload(tmp_path, tmp_path / "recap.db")
    assert "700 attendees" in reply(typed, open_index(tmp_path / "recap.db")).lines[0].text


def test_the_matched_words_are_marked(index: Index) -> None:
    line = reply("brisket sandwiches", index).lines[0]
    marked = {line.text[start:end] for start, end in line.marks}
    assert marked == {"brisket", "sandwich"}


def test_a_name_asked_for_elsewhere_leads_there(index: Index) -> None:
    answer = reply("Zephyrine in Tokyo", index)
    assert answer.refused
    assert "“Zephyrine” at OpenStack Summit Tokyo 2015" in answer.heading
    assert answer.choices[0].label.startswith("Zephyrine in all notes (")
    assert answer.choices[0].count == 3
    assert len(answer.choices) <= NEAREST


def test_a_misspelt_name_that_stands_elsewhere_is_offered_once(index: Index) -> None:
    answer = reply("Zephirine in Tokyo", index)
    assert answer.corrections
    assert [choice.label for choice in answer.choices if "Zephyrine" in choice.label] == [answer.choices[0].label]


def test_what_an_earlier_question_named_is_spelt_as_in_the_notes(index: Index) -> None:
    answer = reply("and in Tokyo?", index, ["what was said about zephyrine"])
    assert "“Zephyrine” at OpenStack Summit Tokyo 2015" in answer.heading


def test_a_release_that_no_note_knows_is_refused(index: Index) -> None:
    answer = reply("Zephyrine release:zanzibar", index)
    assert answer.refused
    assert answer.heading == "The notes don’t mention “Zephyrine” for Zanzibar."


def test_a_question_of_stop_words_only_asks_back(index: Index) -> None:
    answer = reply("the of and", index)
    assert answer.refused
    assert "What shall I look for" in answer.heading


def test_a_refusal_offers_only_what_stands_in_the_notes(index: Index) -> None:
    mended = reply("zefyrine quaternions octonions", index)
    assert mended.refused
    assert "Zephyrine" in [choice.label for choice in mended.choices]
    assert not reply(mended.choices[0].question, index).refused
    assert reply('"quaternion sandwich"', index).choices == ()
    assert reply('"sandwich brisket"', index).choices == ()


@pytest.mark.parametrize(
    ("typed", "heading"),
    [
        ("zephyrine octonions quaternions", "The notes don’t mention “octonions quaternions”."),
        ('zephyrine "octonion sandwich"', "The notes don’t mention “octonion sandwich”."),
        (
            "brisket backups tour slide hallway",
            "The notes don’t mention “brisket backups tour slide hallway” together.",
        ),
    ],
)
def test_a_refusal_denies_only_what_stands_nowhere(index: Index, typed: str, heading: str) -> None:
    answer = reply(typed, index)
    assert (answer.refused, answer.heading) == (True, heading)


def test_a_refusal_counts_in_the_singular_where_there_is_one(tmp_path: Path) -> None:
    (tmp_path / "note.md").write_text("Kuryr at the OpenStack Summit Tokyo 2015.", encoding="utf-8")
    reload(tmp_path, tmp_path / "recap.db")
    refused = as_text(reply("octonions", open_index(tmp_path / "recap.db")))
    assert "Searched 1 passage of 1 note from 1 event." in refused


def test_words_are_spelt_as_they_were_typed() -> None:
    assert spelt(["da", "nang"], "Đà Nẵng?") == "“Đà Nẵng”"
    assert spelt(["x"], "") == "“x”"
    assert len(spelt(["y" * 9000], "")) <= 202


def test_an_event_without_notes_is_refused_by_name_and_the_topic_offered_elsewhere(index: Index) -> None:
    answer = reply("Zephyrine at the Sydney summit 2017", index)
    assert answer.refused
    assert "no notes from OpenStack Summit Sydney 2017" in answer.heading
    assert [(choice.question, choice.count) for choice in answer.choices] == [("zephyrine", 3)]


def test_somebody_else_of_the_same_surname_is_not_taken_for_the_person(tmp_path: Path) -> None:
    people = "---\npeople: [Lise Meitner, Emmy Noether]\n---\nLise Meitner compared reactors. Emmy Noether came by.\n"
    (tmp_path / "note.md").write_text(people, encoding="utf-8")
    reload(tmp_path, tmp_path / "recap.db")
    index = open_index(tmp_path / "recap.db")
    assert not reply("what did Lise Meitner compare", index).refused
    answer = reply("what did Emmy Meitner compare", index)
    assert answer.refused
    assert "“Emmy Meitner”" in answer.heading


def test_a_passage_without_the_rarest_word_comes_after_those_that_have_it(index: Index) -> None:
    answer = reply("crowd of people zephyrine", index)
    assert "300 people" in answer.hits[0].passage.text


def test_a_refusal_quotes_what_comes_nearest(index: Index) -> None:
    answer = reply("Zanzibar brisket sandwich", index)
    assert answer.refused
    assert answer.hits == ()
    (line,) = answer.lines
    assert line.text == "The brisket sandwich was the talk of the town."
    assert line.section == NEAREST_SAID
    assert line.source is not None
    assert as_text(answer).index("don’t mention “Zanzibar”") < as_text(answer).index(line.text)


@pytest.mark.parametrize("text", ["Zanzibar", "Zanzibar for many people", "the Zanzibar project was cold"])
def test_everyday_words_bring_nothing_near(text: str, index: Index) -> None:
    answer = reply(text, index)
    assert answer.refused
    assert answer.lines == ()


@pytest.mark.parametrize(
    ("text", "confidence"),
    [("marlin", "sure"), ("brisket sandwich", "sure"), ("marlni", "likely"), ("brisket queue", "nearest"),
     ("brisket announcements", "likely")],
)  # fmt: skip
def test_how_sure_an_answer_is(text: str, confidence: str, index: Index) -> None:
    assert reply(text, index).confidence == confidence


@pytest.mark.parametrize("text", ["how big was Austin?", "how large was the audience in Austin"])
def test_how_big_a_summit_was_is_how_many_came(text: str, index: Index) -> None:
    assert "300 people" in reply(text, index).lines[0].text


def test_the_name_of_an_event_alone_answers_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text("---\nevent: Marlincon\n---\n# Marlincon\n\nMarlincon was a success.\n")
    (tmp_path / "notes" / "b.md").write_text("# Elsewhere\n\nA ticket was sold at the door.\n")
    reload(tmp_path / "notes", tmp_path / "index.db")
    with closing(open_index(tmp_path / "index.db")) as index:
        assert reply("how much was a ticket for Marlincon", index).refused


def test_a_year_keeps_to_its_edition_of_an_event(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    for year, text in (("2019", "Talks ran late."), ("2023", "The soup at Marlincon Europe was cold.")):
        note = f"---\nevent: Marlincon Europe {year}\ndate: {year}-05-02\n---\n# Marlincon Europe {year}\n\n{text}\n"
        (tmp_path / "notes" / f"{year}.md").write_text(note)
    reload(tmp_path / "notes", tmp_path / "index.db")
    with closing(open_index(tmp_path / "index.db")) as index:
        assert reply("soup at Marlincon Europe 2019", index).refused
        assert not reply("soup at Marlincon Europe 2023", index).refused


def test_a_head_count_of_another_summit_comes_after_its_own(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    meta = "---\nevent: OpenStack Summit {0} {1}\ncity: {0}\ndate: {1}-05-02\n---\n# {0}\n\n"
    own = "Of visitors there is little to tell, visitors came and went; Austin had 7000 visitors.\n\n## Facts\n\n"
    text = meta.format("Denver", 2019) + own + "The hall was full: 1200 people attended, all of them in coats.\n"
    (tmp_path / "notes" / "denver.md").write_text(text)
    (tmp_path / "notes" / "austin.md").write_text(meta.format("Austin", 2016) + "The river was nice.\n")
    reload(tmp_path / "notes", tmp_path / "index.db")
    with closing(open_index(tmp_path / "index.db")) as index:
        answer = reply("how many visitors did Denver have", index)
    assert "1200 people" in answer.lines[0].text
