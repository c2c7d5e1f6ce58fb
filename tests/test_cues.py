"""The opening words that call an intent."""

import pytest

from intents.cues import called

CUES = {"timeline": ("timeline of", "history of"), "summary": ("summary of", "summarise"), "who": ("who",)}


@pytest.mark.parametrize(
    ("typed", "intent", "rest"),
    [
        ("timeline of Kuryr", "timeline", "Kuryr"),
        ("Timelien of: Kuryr", "timeline", "Kuryr"),
        ("could you please give me a summary of the Tokyo summit", "summary", "the Tokyo summit"),
        ("summarize Tokyo", "summary", "Tokyo"),
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
