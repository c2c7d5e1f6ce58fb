"""How lines stand together, whoever shows them."""

from bot.layout import numbered, parts
from intents.base import Answer, Citation, Line

TOKYO = Citation("tokyo.md", "Tokyo", event="Tokyo 2015")
SLIDES = Citation("slides.pdf", "Slides", event="Tokyo 2015", page=3)
HALLWAY = Citation("hallway.txt", "Hallway")


def outline(lines):
    return [
        (part.title, part.own, [(side, [len(item.lines) for item in items]) for side, items in part.columns])
        for part in parts(lines)
    ]


def test_lines_without_sections_stand_under_their_event_in_their_order():
    lines = (Line("a", TOKYO), Line("b", TOKYO), Line("c", SLIDES), Line("d", HALLWAY), Line("e"), Line("f", TOKYO))
    assert outline(lines) == [
        ("Tokyo 2015", False, [("", [2, 1])]),
        ("", False, [("", [1, 1])]),
        ("Tokyo 2015", False, [("", [1])]),
    ]


def test_sections_come_in_the_order_given_and_ignore_events():
    lines = (Line("a", TOKYO, section="New"), Line("b", HALLWAY, section="New"), Line("c", section="Gone"))
    assert outline(lines) == [("New", True, [("", [1, 1])]), ("Gone", True, [("", [1])])]


def test_two_sides_become_columns_whichever_way_their_lines_are_mixed():
    mixed = [Line("a", TOKYO, side="L"), Line("b", HALLWAY, side="R"), Line("c", SLIDES, side="L")]
    sorted_ = [mixed[0], mixed[2], mixed[1]]
    assert outline(mixed) == outline(sorted_) == [("", True, [("L", [1, 1]), ("R", [1])])]


def test_the_heading_of_a_section_that_has_both_kinds_of_lines_is_told_once():
    lines = (Line("a", TOKYO, section="S"), Line("b", TOKYO, section="S", side="L"), Line("c", section="S"))
    assert [part.title for part in parts(lines)] == ["S", "", ""]


def test_sources_are_numbered_in_reading_order():
    answer = Answer("find", "x", lines=(Line("a", HALLWAY), Line("b", TOKYO), Line("c", HALLWAY)))
    assert numbered(answer) == {HALLWAY: 1, TOKYO: 2}
