"""The opening words that call an intent."""

import pytest

from intents import CUES as ALL
from intents.cues import called, mended

CUES = {"timeline": ("timeline of", "history of"), "summary": ("summary of", "summarise"), "who": ("who",)}


@pytest.mark.parametrize(
    ("typed", "intent", "rest"),
    [
        ("timeline of Kuryr", "timeline", "Kuryr"),
        ("Timelien of: Kuryr", "timeline", "Kuryr"),
        ("could you please give me a summary of the Tokyo summit", "summary", "the Tokyo summit"),
        ("summarize Tokyo", "summary", "Tokyo"),
        ("sumarise the Tokyo summit", "summary", "the Tokyo summit"),
        ("timline of Kuryr", "timeline", "Kuryr"),
        ("histroy of Kuryr", "timeline", "Kuryr"),
        ("who spoke", "who", "spoke"),
        ("how did it go", "", "how did it go"),
        ("the whole timeline of Kuryr", "", "the whole timeline of Kuryr"),
        ("please", "", "please"),
        ("timeline", "", "timeline"),
        ("", "", ""),
    ],
)
def test_a_cue_is_found_at_the_opening_of_a_text(typed: str, intent: str, rest: str) -> None:
    assert called(typed, CUES) == (intent, rest)


@pytest.mark.parametrize(
    ("typed", "intent"),
    [
        ("comapre Tokyo and Austin", "compare"),
        ("wich summits do you know?", "events"),
        ("topcis of Boston", "topics"),
        ("evetns in 2016", "events"),
    ],
)
def test_a_slip_in_a_word_of_asking_calls_the_intent_all_the_same(typed: str, intent: str) -> None:
    assert called(typed, ALL)[0] == intent


@pytest.mark.parametrize(
    "typed", ["compute in Tokyo", "Event Horizon", "teams in Tokyo", "who is it", "Kuryr and Zun say topcis"]
)
def test_words_that_are_no_slips_stay(typed: str) -> None:
    assert mended(typed) == typed
