"""How the talk about a topic went on: order, gaps, counts, quotes and what is refused."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intents import reply
from intents.base import Answer
from intents.timeline import LABEL, MOST_STOPS, distinct, month, shaped
from store.index import Index, open_index
from store.load import reload


def note(event: str, day: str, *paragraphs: str, **more: str) -> str:
    told = {"event": event, "date": day, **more}
    front = "".join(f"{key}: {value}\n" for key, value in told.items() if value)
    return f"---\n{front}---\n" + "\n\n".join(paragraphs) + "\n"


NOTES = {
    "a-austin.md": note(
        "OpenStack Summit Austin 2016", "2016-04-25", "Austin was about cells and nothing else at all."
    ),
    "b-tokyo.md": note(
        "OpenStack Summit Tokyo 2015",
        "2015-10-27",
        "# Zephyrine",
        "Zephyrine keeps the volumes of a whole data centre in one place. This page contains links.",
        "# Lunch",
        "There was rice, and a container ship passed by the window.",
    ),
    "c-barcelona.md": note(
        "OpenStack Summit Barcelona 2016", "2016-10-25", "Two banks run Zephyrine today.", "# Cells", "Cells, again."
    ),
    "d-barcelona.md": note("OpenStack Summit Barcelona 2016", "2016-10-26", "Zephyrine was the talk of the day."),
    "e-meetup.md": note(
        "", "2016-01-15", "Zephyrine was shown to us at the office, before lunch.", title="Office talk"
    ),
    "f-liberty.md": note(
        "", "", "# Restoring", "In this cycle Zephyrine learned to restore volumes.", release="Liberty"
    ),
    "g-nowhere.md": note("", "", "Somebody said that Zephyrine is a wind.", title="Scraps"),
    "h-boston.md": note("OpenStack Summit Boston 2017", "2017-05-08", "Boston was about edges, and about little else."),
    "i-vancouver.md": note("OpenStack Summit Vancouver 2015", "2015-05-18", "Vancouver had mountains and a keynote."),
}


def indexed(folder: Path, notes: dict[str, str]) -> Index:
    for name, text in notes.items():
        path = folder / "notes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    reload(folder / "notes", folder / "recap.db")
    return open_index(folder / "recap.db")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return indexed(tmp_path_factory.mktemp("timeline"), NOTES)


@pytest.fixture(scope="module")
def answer(index: Index) -> Answer:
    return reply("timeline of Zephyrine", index)


def test_events_stand_in_the_order_of_time_with_their_counts_and_undated_notes_last(answer: Answer) -> None:
    assert [line.section for line in answer.lines] == [
        "Liberty cycle · Restoring · 1 mention",
        "Oct 2015 · OpenStack Summit Tokyo · 1 mention",
        "Jan 2016 · Office talk · 1 mention",
        "Apr 2016 · OpenStack Summit Austin",
        "Oct 2016 · OpenStack Summit Barcelona · 2 mentions",
        "May 2017 · OpenStack Summit Boston",
        "Undated · Scraps · 1 mention",
    ]


def test_a_gap_between_events_of_a_series_is_told(answer: Answer) -> None:
    assert [line.text for line in answer.lines if not line.source] == [
        "Not mentioned at OpenStack Summit Austin 2016 (1 note).",
        "Not mentioned at OpenStack Summit Boston 2017 (1 note).",
    ]


def test_the_heading_tells_the_first_mention(index: Index) -> None:
    assert reply("when was the first mention of cells?", index).heading == (
        "Timeline of Cells: 2 mentions in 2 notes, first at OpenStack Summit Austin (Apr 2016)"
    )


def test_the_chart_counts_what_the_sections_count(answer: Answer) -> None:
    assert answer.chart
    assert [count for _, count in answer.chart.points] == [1, 1, 1, 0, 2, 0, 1]
    assert answer.chart.points[1][0] == "Tokyo 2015"
    assert len({label for label, _ in answer.chart.points}) == len(answer.chart.points)


def test_each_quote_stands_in_its_note_and_names_the_topic(answer: Answer) -> None:
    quotes = [line for line in answer.lines if line.source]
    assert quotes
    for line in quotes:
        assert line.source
        assert line.text in NOTES[line.source.file]
        assert [line.text[start:end] for start, end in line.marks] == ["Zephyrine"]


def test_the_first_mention_is_the_first_passage(answer: Answer) -> None:
    assert [hit.source.file for hit in answer.hits[:2]] == ["f-liberty.md", "b-tokyo.md"]
    assert len({hit.id for hit in answer.hits}) == len(answer.hits) == 6


@pytest.mark.parametrize(
    "text",
    ["timelien of Zephirine", "history of zephyrine", "how did the talk about zephyrine change?", "Zephyrine timeline"],
)
def test_other_words_and_slips_ask_for_the_same(index: Index, answer: Answer, text: str) -> None:
    assert reply(text, index).lines == answer.lines


def test_a_correction_is_told(index: Index) -> None:
    told = reply("timeline of Zephirine", index).corrections
    assert [(each.typed, each.used) for each in told] == [("Zephirine", "Zephyrine")]


def test_what_contains_something_is_no_container(index: Index) -> None:
    answer = reply("timeline of containers", index)
    assert [line.text for line in answer.lines if line.source] == [
        "There was rice, and a container ship passed by the window."
    ]


def test_a_title_speaks_for_the_passages_below_it(tmp_path: Path) -> None:
    told = note("OpenStack Summit Tokyo 2015", "2015-10-27", "Zephyrine was asked for.", "Rice was served.")
    index = indexed(tmp_path, {"meetup.md": told.replace("---\n", "---\ntitle: Marlin meetup\n", 1)})
    assert reply("timeline of Marlin", index).lines[0].section.endswith("1 mention")
    assert reply("timeline of Zephyrine Marlin meetup", index).lines[0].text == "Zephyrine was asked for."


def test_words_that_no_passage_holds_together_are_told(index: Index) -> None:
    answer = reply("timeline of Zephyrine cells volumes", index)
    assert answer.notices[0] == "No passage speaks of all of it; “cells” is left out."
    assert answer.heading.startswith("Timeline of Zephyrine volumes: 2 mentions")


def test_a_follow_up_narrows_a_timeline(index: Index) -> None:
    answer = reply("and in Barcelona?", index, ["timeline of Zephyrine"])
    assert answer.intent == "timeline"
    assert [line.section for line in answer.lines] == ["Oct 2016 · OpenStack Summit Barcelona · 2 mentions"]


def test_a_topic_that_no_note_mentions_is_refused_with_the_nearest(index: Index) -> None:
    answer = reply("timeline of quantum blockchain", index)
    assert (answer.intent, answer.refused, answer.lines) == ("timeline", True, ())
    assert "don’t mention" in answer.heading


def test_events_are_offered_where_only_a_place_is_named(index: Index) -> None:
    answer = reply("timeline of Tokyo", index)
    assert answer.refused
    assert [choice.question for choice in answer.choices] == ["OpenStack Summit Tokyo 2015"]


@pytest.mark.parametrize(
    "topic", ["", "😀", '"', "NEAR(", "* OR AND", "in:", "'; DROP TABLE notes; --", "{title} : x", "^"]
)
def test_a_hostile_topic_is_refused_in_words(index: Index, topic: str) -> None:
    answer = reply(f"timeline of {topic}", index)
    assert answer.refused
    assert answer.heading


@settings(max_examples=60, deadline=None)
@given(topic=st.text(max_size=60))
def test_any_topic_gets_an_answer_whose_quotes_have_a_source(index: Index, topic: str) -> None:
    answer = reply(topic, index, intent="timeline")
    assert answer.heading
    assert all(line.source or line.text.startswith("Not mentioned") for line in answer.lines)
    if answer.intent == "timeline" and not answer.refused:
        assert answer.chart
        assert sum(count for _, count in answer.chart.points) >= len(answer.hits)


def test_the_order_in_which_files_are_read_does_not_matter(tmp_path: Path, answer: Answer) -> None:
    names = sorted(NOTES)
    random.Random(4).shuffle(names)
    other = tmp_path / "other"
    (other / "notes").mkdir(parents=True)
    for name in names:
        (other / "notes" / name).write_text(NOTES[name], encoding="utf-8")
        reload(other / "notes", other / "recap.db")
    again = reply("timeline of Zephyrine", open_index(other / "recap.db"))
    assert (again.heading, again.lines, again.chart) == (answer.heading, answer.lines, answer.chart)


def test_a_long_history_stands_year_by_year(tmp_path: Path) -> None:
    days = [f"{2010 + i // 4}-{1 + i % 4:02}-05" for i in range(MOST_STOPS + 4)]
    many = {f"{day}.md": note(f"Zephyr Day {day}", day, f"Zephyrine was seen on day {day}.") for day in days}
    answer = reply("timeline of Zephyrine", indexed(tmp_path, many))
    assert [line.section for line in answer.lines] == [f"{year} · 4 mentions" for year in range(2010, 2016)]
    assert answer.chart
    assert sum(count for _, count in answer.chart.points) == len(days)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("when did Zuul first come up?", "Zuul"),
        ("how has edge computing evolved over the years", "edge computing"),
        ("Ceph over time", "Ceph"),
        ("how many people were there", None),
        ("what changed", None),
    ],
)
def test_questions_of_the_shape_ask_for_a_timeline(text: str, topic: str | None) -> None:
    assert shaped(text) == topic


@pytest.mark.parametrize(("iso", "told"), [("2015-10-27", "Oct 2015"), ("2015-10", "Oct 2015"), ("2015", "2015")])
def test_a_date_is_told_as_precisely_as_it_is_known(iso: str, told: str) -> None:
    assert month(iso) == told


def test_long_labels_are_cut_between_words_and_keep_their_year() -> None:
    names = ["OpenStack Days UK 2017", "Open Source Summit Europe 2017", "Open Source Summit Europe 2017", "x" * 40]
    cut = distinct(names)
    assert [len(label) <= LABEL for label in cut] == [True] * 4
    assert cut[:2] == ["OpenStack Days… 2017", "Open Source… 2017"]
    assert len(set(cut)) == 4


def test_where_no_topic_is_named_the_main_ones_are_offered(index: Index) -> None:
    answer = reply("timeline", index)
    assert answer.refused
    assert {reply(choice.question, index).intent for choice in answer.choices} == {"timeline"}
