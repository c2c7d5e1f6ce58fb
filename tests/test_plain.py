"""Whole answers as plain text, compared line by line."""

import pytest

from bot.layout import numbered
from bot.plain import as_text, choices_line, whence
from intents.base import Answer, Chart, Choice, Citation, Correction, Line

TOKYO = Citation(
    "2015/tokyo.md",
    "Tokyo",
    event="Summit Tokyo 2015",
    date="2015-10-27",
    author="Ada Writer",
    heading=("Day one", "Containers"),
    first=12,
    last=14,
    url="https://example.org/tokyo",
)
SLIDES = Citation("slides.pdf", "Slides", event="Summit Tokyo 2015", page=3)
HALLWAY = Citation("hallway.txt", "hallway", first=1, last=1)


def test_an_answer_is_quotes_under_their_event_each_with_its_source() -> None:
    answer = Answer(
        "find",
        "What the notes say about Kuryr",
        lines=(
            Line("Kuryr connects containers.", TOKYO),
            Line("It is young.", TOKYO),
            Line("Kuryr: see the demo", SLIDES),
            Line("Somebody praised Kuryr.", HALLWAY),
        ),
        corrections=(Correction("kuyr", "Kuryr"),),
        choices=(Choice("Kuryr", "kuryr", 4), Choice("Curry", "curry")),
        notices=("A filter was dropped.",),
        more=2,
    )
    assert as_text(answer).split("\n") == [
        "Showing results for Kuryr; search instead for “kuyr”.",
        "What the notes say about Kuryr",
        "",
        "Summit Tokyo 2015",
        "  Kuryr connects containers. … It is young.",
        "    [1] 2015-10-27 · Ada Writer · Day one › Containers · 2015/tokyo.md:12-14 · https://example.org/tokyo",
        "  Kuryr: see the demo",
        "    [2] slides.pdf, page 3",
        "",
        "  Somebody praised Kuryr.",
        "    [3] hallway.txt:1",
        "A filter was dropped.",
        "There is more: 2 further passages. Say “more”.",
        "Or did you mean: Kuryr (4), “Curry”?",
    ]


def test_a_page_is_told_apart_from_the_file() -> None:
    assert whence(SLIDES) == "slides.pdf, page 3"


def test_one_more_is_singular() -> None:
    assert "1 further passage." in as_text(Answer("find", "x", more=1))
    assert "further" not in as_text(Answer("find", "x"))


def test_our_own_sentences_have_no_source() -> None:
    assert as_text(Answer("help", "I help.", lines=(Line("Ask."), Line("Ask again.")))) == "I help.\n\nAsk.\nAsk again."


def test_a_refusal_offers_the_nearest() -> None:
    refused = Answer("find", "No.", choices=(Choice("Nova", "nova", 2),), refused=True)
    assert as_text(refused) == "No.\nThe nearest I have: Nova (2)"


@pytest.mark.parametrize(
    ("refused", "corrected", "line"),
    [
        (True, False, "The nearest I have: a (1)"),
        (False, False, "Try: a (1)"),
        (False, True, "Or did you mean: a (1)?"),
    ],
)
def test_choices_are_introduced_by_what_they_are(refused: bool, corrected: bool, line: str) -> None:
    corrections = (Correction("x", "a"),) if corrected else ()
    answer = Answer("find", "-", choices=(Choice("a", "a", 1),), refused=refused, corrections=corrections)
    assert choices_line(answer) == line


def test_what_could_be_asked_is_told_as_an_example() -> None:
    asking = Answer("timeline", "What shall I follow?", choices=(Choice("a", "a", 1),), refused=True, asks=True)
    assert choices_line(asking) == "For example: a (1)"


def test_sources_are_numbered_once_in_reading_order() -> None:
    answer = Answer("find", "x", lines=(Line("a", HALLWAY), Line("b", TOKYO), Line("c", HALLWAY)))
    assert numbered(answer) == {HALLWAY: 1, TOKYO: 2}
    assert as_text(answer).count("[1] hallway.txt:1") == 2


def test_sections_sides_chart_and_confidence_are_told() -> None:
    answer = Answer(
        "compare",
        "Tokyo and Barcelona",
        lines=(
            Line("Kuryr is new.", TOKYO, section="Containers", side="Tokyo"),
            Line("Kuryr is old.", SLIDES, section="Containers", side="Barcelona"),
            Line("Nothing else changed.", section="Kept"),
        ),
        confidence="nearest",
        chart=Chart("Kuryr", "mentions", (("Tokyo", 1), ("Austin", 0), ("Barcelona", 4))),
    )
    assert as_text(answer).split("\n") == [
        "Tokyo and Barcelona (nearest I have)",
        "▂·█  Kuryr (mentions) – Tokyo: 1, Austin: 0, Barcelona: 4",
        "",
        "Containers",
        "  Tokyo:",
        "  Kuryr is new.",
        f"    [1] {whence(TOKYO)}",
        "  Barcelona:",
        "  Kuryr is old.",
        "    [2] slides.pdf, page 3",
        "",
        "Kept",
        "Nothing else changed.",
    ]


def test_a_quote_of_several_lines_stays_indented() -> None:
    text = as_text(Answer("find", "x", lines=(Line("four layers:\nthe first", HALLWAY),)))
    assert "\n  four layers:\n  the first\n" in text


def test_what_is_unknown_of_a_source_is_left_out() -> None:
    assert whence(Citation("a.md", "A")) == "a.md"
    assert whence(Citation("a.md", "A", date="2015", first=2, last=2)) == "2015 · a.md:2"
