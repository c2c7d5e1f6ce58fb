"""The list of the events that the notes are about."""

import pytest

from intents import reply
from intents.events import shaped
from store.index import Index


@pytest.mark.parametrize(
    ("typed", "rest"),
    [
        ("which summits do you know", ""),
        ("What events are there in 2016?", "in 2016"),
        ("list the events", ""),
        ("list all conferences in Berlin", "in Berlin"),
        ("events", ""),
        ("Welche Konferenzen kennst du?", ""),
        ("ptg events", "ptg"),
        ("what events were in Denver", "in Denver"),
        ("meetups in 2016", "meetups in 2016"),
        ("openstack summits in Europe", "in Europe"),
        ("summit wifi", None),
        ("ptg", None),
        ("forum", None),
        ("what event loop does it use", None),
        ("which summit had most people", None),
    ],
)
def test_a_question_for_events_is_told_by_its_shape(typed: str, rest: str | None) -> None:
    assert shaped(typed) == rest


def test_every_event_is_listed_once_in_the_order_of_time_with_its_notes(index: Index) -> None:
    answer = reply("which summits do you know?", index)
    assert (answer.intent, answer.refused) == ("events", False)
    assert [line.section for line in answer.lines] == sorted(line.section for line in answer.lines)
    assert len(answer.lines) == len(index.facets.events) == len({line.text for line in answer.lines})
    assert answer.lines[0].text == "OpenStack Summit Tokyo 2015 · Oct 2015 · 1 note"
    assert answer.hits == ()


def test_a_year_or_a_city_narrows_the_list_down(index: Index) -> None:
    assert [line.section for line in reply("events in 2018", index).lines] == ["2018", "2018"]
    assert [line.text[:27] for line in reply("conferences in Tokyo", index).lines] == ["OpenStack Summit Tokyo 2015"]


def test_since_a_year_lists_that_year_and_what_came_after(index: Index) -> None:
    answer = reply("list the events since 2017", index)
    assert [line.section for line in answer.lines] == ["2017", "2017", "2018", "2018"]
    assert answer.heading == "4 events since 2017, 4 notes"


def test_each_event_goes_on_to_its_summary(index: Index) -> None:
    answer = reply("events", index)
    assert {choice.question.split()[0] for choice in answer.choices} == {"summarise"}
    assert {reply(choice.question, index).intent for choice in answer.choices} == {"summary"}


def test_a_year_without_an_event_is_refused_with_years_to_go_on(index: Index) -> None:
    answer = reply("what events are there in 2031", index)
    assert answer.refused
    assert "2031" in answer.heading
    assert all(choice.label.isdigit() for choice in answer.choices)


def test_a_place_that_no_note_is_about_is_refused_by_its_name(index: Index) -> None:
    answer = reply("events in Zephyria", index)
    assert answer.refused
    assert "Zephyria" in answer.heading


def test_events_about_a_topic_are_a_question_as_any_other(index: Index) -> None:
    assert reply("events about kuryr", index).intent == "find"


@pytest.mark.parametrize(
    "typed", ["events \x00", "events in " + "x" * 3000, 'events of " OR NEAR(', "list the events 🎉"]
)
def test_hostile_questions_for_events_are_answered_or_refused(index: Index, typed: str) -> None:
    assert reply(typed, index).heading


def test_a_country_or_a_part_of_the_world_narrows_the_list_down(index: Index) -> None:
    cities = {event.city for event in index.facets.events}
    assert cities >= {"Tokyo"}
    for typed in ("summits in Japan", "events in asia"):
        answer = reply(typed, index)
        assert [line.text[:27] for line in answer.lines if "Tokyo" in line.text] == ["OpenStack Summit Tokyo 2015"]
        assert len(answer.lines) < len(index.facets.events)
    assert reply("summits in New Zealand", index).refused


def test_a_kind_of_event_that_no_note_is_about_is_refused(index: Index) -> None:
    answer = reply("hackathons", index)
    assert answer.refused
    assert answer.heading == "The notes are about no event called “hackathons”."
