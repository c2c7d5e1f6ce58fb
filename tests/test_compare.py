"""Two sides next to each other: what is a side, what each says, what changed, and what is asked back."""

import random
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_timeline import indexed, note

from intents import reply
from intents.base import Answer
from intents.compare import shaped
from intents.sides import sides
from intents.understand import understand
from store.index import Index, open_index
from store.load import reload

TOKYO, BARCELONA = "OpenStack Summit Tokyo 2015", "OpenStack Summit Barcelona 2016"
NOTES = {
    "tokyo-ada.md": note(
        TOKYO,
        "2015-10-27",
        "# Opening",
        "The opening keynote of the summit was held before 5,000 people in the hall.",
        "# Zephyrine",
        "Zephyrine keeps the volumes of a whole data centre in one place, said its authors.",
        "# Operators",
        "Operators asked for Zephyrine in every session. They run Marlin for their backups.",
        "# Marlin",
        "Marlin keeps backups of volumes for a month, and nobody wants more than that.",
        author="Ada Writer",
    ),
    "tokyo-bob.md": note(
        TOKYO,
        "2015-10-28",
        "The opening keynote of the summit was held before 6,200 people, as somebody counted in the hall.",
        "# Marlin",
        "Marlin was shown twice, and both times its demo broke in front of everybody.",
        author="Bob Other",
    ),
    "barcelona.md": note(
        BARCELONA,
        "2016-10-25",
        "# Zephyrine",
        "Two banks run Zephyrine in production today, with thousands of volumes each.",
        "# Edge",
        "A project called Quokka brings computing to the edge of the network.",
        "# Again",
        "In the marketplace everybody spoke of Quokka, which ran on a very small board.",
        author="Ada Writer",
    ),
    "austin.md": note(
        "OpenStack Summit Austin 2016", "2016-04-25", "# Cells", "Cells are for clouds that outgrew one message queue."
    ),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return indexed(tmp_path_factory.mktemp("compare"), NOTES)


def told(answer: Answer) -> dict[str, list[str]]:
    """What each side is told to say."""
    found: dict[str, list[str]] = {}
    for line in answer.lines:
        found.setdefault(line.side, []).append(line.text)
    return found


@pytest.mark.parametrize(
    "text",
    [
        "compare Zephyrine in Tokyo and Barcelona",
        "Zephyrine: Tokyo vs Barcelona",
        "Zephyrine in Tokyo vs. Zephyrine in Barcelona",
        "how did Zephyrine change between 2015 and 2016?",
        "compre Zephyrine at Tokio with Barcelona",
        "what is the difference between Tokyo and Barcelona about Zephyrine?",
        "did Zephyrine change from Tokyo to Barcelona?",
    ],
)
def test_both_sides_speak_of_the_topic(index: Index, text: str) -> None:
    answer = reply(text, index)
    assert answer.intent == "compare"
    first, second = told(answer).values()
    assert any("whole data centre" in quote for quote in first)
    assert any("Two banks" in quote for quote in second)


def test_a_side_that_says_nothing_says_so_and_the_other_is_shown(index: Index) -> None:
    answer = reply("compare Quokka in Tokyo and Barcelona", index)
    assert not answer.refused
    assert told(answer)["Tokyo 2015"] == ["The notes from Tokyo 2015 don’t mention “Quokka”."]
    assert any("edge of the network" in quote for quote in told(answer)["Barcelona 2016"])


def test_two_topics_are_sides(index: Index) -> None:
    answer = reply("Zephyrine vs Quokka", index)
    assert list(told(answer)) == ["Zephyrine", "Quokka"]
    assert answer.chart
    assert answer.chart.points == (("Zephyrine", 3), ("Quokka", 2))


def test_two_topics_may_be_asked_for_at_one_event(index: Index) -> None:
    answer = reply("Zephyrine vs Quokka in Barcelona", index)
    assert {line.source.event for line in answer.lines if line.source} == {BARCELONA}


def test_passages_alternate_between_the_sides(index: Index) -> None:
    hits = reply("compare Zephyrine in Tokyo and Barcelona", index).hits
    assert [hit.source.event for hit in hits[:2]] == [TOKYO, BARCELONA]
    assert len({hit.id for hit in hits}) == len(hits)


def test_without_a_topic_it_tells_what_is_new_dropped_and_kept(index: Index) -> None:
    answer = reply("compare Barcelona and Tokyo", index)
    assert answer.heading == "What changed from Tokyo 2015 (2 notes) to Barcelona 2016 (1 note)"
    sections = {line.section for line in answer.lines}
    assert "New at Barcelona 2016: Quokka · 0 → 2 mentions" in sections
    assert "Only at Tokyo 2015: Marlin · 3 → 0 mentions" in sections
    kept = [line.side for line in answer.lines if ": Zephyrine" in line.section]
    assert kept == ["Tokyo 2015", "Barcelona 2016"]


def test_what_changed_is_told_in_the_order_of_time(index: Index) -> None:
    assert reply("Barcelona vs Tokyo", index).lines == reply("Tokyo vs Barcelona", index).lines


def test_two_reporters_who_count_differently_stand_side_by_side(index: Index) -> None:
    answer = reply("how many people were in the hall for the keynote: Tokyo vs Barcelona", index)
    differing = [line for line in answer.lines if line.section.startswith("Accounts differ")]
    assert [(line.section, line.side) for line in differing] == [
        ("Accounts differ: 5,000 or 6,200", "Ada Writer"),
        ("Accounts differ: 5,000 or 6,200", "Bob Other"),
    ]
    assert [line.text[slice(*line.marks[0])] for line in differing] == ["5,000", "6,200"]


def test_the_reports_of_one_event_are_sides_where_there_is_no_other(index: Index) -> None:
    assert list(told(reply("compare Marlin in Tokyo", index))) == ["Ada Writer", "Bob Other"]


def test_an_unknown_summit_is_told_and_the_known_one_shown(index: Index) -> None:
    answer = reply("compare Zephyrine in Tokyo and in Lisbon", index)
    assert told(answer)["Lisbon"] == ["I have no notes from Lisbon."]
    assert any("whole data centre" in quote for quote in told(answer)["Tokyo 2015"])


def test_an_unknown_summit_gets_the_nearest_ones_as_choices(index: Index) -> None:
    answer = reply("compare Tokyo and Barzelonia", index)
    assert answer.refused
    assert answer.choices[0].question == "Tokyo 2015 vs Barcelona 2016"


@pytest.mark.parametrize("text", ["compare", "compare Tokyo", "compare Zephyrine"])
def test_one_side_alone_is_asked_for_the_other(index: Index, text: str) -> None:
    answer = reply(text, index)
    assert answer.refused
    assert answer.choices
    assert all(not reply(choice.question, index).refused for choice in answer.choices)


def test_topics_that_no_note_mentions_are_refused(index: Index) -> None:
    answer = reply("blockchain vs metaverse", index)
    assert (answer.intent, answer.refused, answer.lines) == ("compare", True, ())


def test_a_follow_up_compares_with_what_was_asked_before(index: Index) -> None:
    asked = ["what was said about Zephyrine in Tokyo?"]
    answer = reply("compare it with Barcelona", index, asked)
    assert list(told(answer)) == ["Tokyo 2015", "Barcelona 2016"]
    assert reply("compare with Barcelona", index, asked).lines == answer.lines
    again = reply("and with Austin?", index, [*asked, "compare it with Barcelona"])
    assert list(told(again)) == ["Tokyo 2015", "Austin 2016"]
    assert told(again)["Austin 2016"] == ["The notes from Austin 2016 don’t mention “Zephyrine”."]


def test_a_follow_up_may_bring_a_topic_or_a_place(index: Index) -> None:
    assert list(told(reply("and about Zephyrine?", index, ["compare Tokyo and Barcelona"]))) == [
        "Tokyo 2015",
        "Barcelona 2016",
    ]
    there = reply("and in Barcelona?", index, ["Zephyrine vs Quokka"])
    assert list(told(there)) == ["Zephyrine", "Quokka"]
    assert {line.source.event for line in there.lines if line.source} == {BARCELONA}


def test_shorter_is_the_same_comparison_with_fewer_quotes(index: Index) -> None:
    whole, short = reply("compare Marlin in Tokyo", index), reply("shorter", index, ["compare Marlin in Tokyo"])
    assert short.size == "S"
    assert 0 < len(short.lines) <= len(whole.lines)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Tokyo vs Austin vs Barcelona", ["Tokyo", "Austin", "Barcelona"]),
        ("cells in Tokyo, Austin and Barcelona", ["Tokyo", "Austin", "Barcelona"]),
        ("Barcelona 2016 compared to Tokyo 2015", ["Barcelona", "Tokyo"]),
    ],
)
def test_sides_are_read_in_the_order_typed(index: Index, text: str, places: list[str]) -> None:
    found = sides(understand(text, (), index.facets, intent="compare"), index.facets)
    assert [side.scope.city for side in found.sides] == places


@pytest.mark.parametrize(
    ("text", "compares"),
    [
        ("Kuryr versus Flannel", True),
        ("did the notes change from Mitaka to Newton", True),
        ("what are the differences between Tokyo and Austin", True),
        ("what changed in Tokyo", False),
        ("how did the talk about containers change", False),
        ("how do I get from Tokyo to Osaka", False),
        ("vs", False),
    ],
)
def test_the_shape_of_a_question_tells_a_comparison(text: str, compares: bool) -> None:
    assert (shaped(text) is not None) is compares


def _all_quotes_stand(answer: Answer) -> bool:
    return all(line.text in NOTES[line.source.file] for line in answer.lines if line.source)


@pytest.mark.parametrize("text", ["compare Tokyo and Barcelona", "Zephyrine vs Marlin", "compare Marlin in Tokyo"])
def test_each_quote_stands_in_its_note(index: Index, text: str) -> None:
    answer = reply(text, index)
    assert any(line.source for line in answer.lines)
    assert _all_quotes_stand(answer)


@pytest.mark.parametrize(
    "text", ["compare Tokyo and Barcelona", "Zephyrine vs Marlin", "compare Zephyrine 2015 and 2016"]
)
def test_the_order_in_which_files_are_read_does_not_matter(index: Index, tmp_path: Path, text: str) -> None:
    names = sorted(NOTES)
    random.Random(2).shuffle(names)
    (tmp_path / "notes").mkdir()
    for name in names:
        (tmp_path / "notes" / name).write_text(NOTES[name], encoding="utf-8")
        reload(tmp_path / "notes", tmp_path / "recap.db")
    again, answer = reply(text, open_index(tmp_path / "recap.db")), reply(text, index)
    assert (again.heading, again.lines, again.chart) == (answer.heading, answer.lines, answer.chart)


@pytest.mark.parametrize(
    "text", ['" vs "', "😀 vs 🎉", "NEAR( vs * OR", "'; DROP TABLE notes; -- vs {title} : x", "vs vs vs"]
)
def test_hostile_topics_are_refused_in_words(index: Index, text: str) -> None:
    answer = reply(text, index, intent="compare")
    assert answer.refused
    assert answer.heading


@settings(max_examples=60, deadline=None)
@given(
    pieces=st.lists(
        st.sampled_from(["Tokyo", "2016", "Quokka", "vs", "and", ":", "in", '"', "compare", "x", "(", "😀", "to"]),
        max_size=9,
    )
)
def test_any_question_gets_an_answer_whose_quotes_stand_in_their_notes(index: Index, pieces: list[str]) -> None:
    answer = reply(" ".join(pieces), index, intent="compare")
    assert answer.heading
    assert answer.intent == "compare" or answer.refused
    assert _all_quotes_stand(answer)
    assert all(one.id != other.id for one, other in pairwise(answer.hits))


def test_a_series_before_a_colon_says_of_what_two_years_are_editions(tmp_path: Path) -> None:
    notes = {
        f"{year}.md": f"---\nevent: Quokka Summit {year}\ndate: {year}-05\n---\n\nPython support ends in {year}.\n"
        for year in ("2018", "2023")
    }
    answer = reply("quokka summit: python support 2018 and 2023", indexed(tmp_path, notes))
    assert answer.intent == "compare"
    assert [line.text for line in answer.lines] == ["Python support ends in 2018.", "Python support ends in 2023."]
    assert len({line.side for line in answer.lines}) == 2
