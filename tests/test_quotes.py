"""Which sentences of a passage answer, and which of their words are marked."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.quotes import KINDS, MOST_WORDS, Wanted, best, is_prose, marks, rate, same_words
from store.text import stem

TEXT = (
    "Upgrades\nThe week began with rain. Kuryr was shown to a full room of testers. "
    "Kuryr needs Neutron and 40 nodes in Boston. Ada Vale closed the day in October."
)


def quoted(
    text: str, question: dict[str, float], wanted: Wanted = "", above: frozenset[str] = frozenset()
) -> list[str]:
    return [text[a:b] for a, b in best(text, question, wanted, above)]


def test_the_sentence_that_holds_most_of_the_question_is_quoted_with_the_one_beside_it() -> None:
    assert quoted(TEXT, {"kuryr": 1.0, "neutron": 1.0}) == [
        "Kuryr was shown to a full room of testers. Kuryr needs Neutron and 40 nodes in Boston."
    ]


def test_quotes_keep_the_order_of_the_text() -> None:
    text = "Alpha came first that day. Nothing much happened then at all. Alpha and beta came last."
    assert quoted(text, {"alpha": 1.0, "beta": 2.0}) == ["Alpha came first that day.", "Alpha and beta came last."]


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ("number", "It has 40 nodes over there."),
        ("date", "It was shown in October again."),
        ("person", "It was made by Ada Vale alone."),
        ("place", "It lives at home in Boston now."),
        ("crowd", "It was seen by 300 happy people."),
    ],
)
def test_what_a_question_asks_for_decides_between_sentences_that_say_as_much(wanted: Wanted, sentence: str) -> None:
    text = f"It is kuryr that we love. {sentence.replace('It', 'The kuryr')} It is kuryr we praise."
    rated = {text[s.start : s.end]: s.score for s in rate(text, {"kuryr": 1.0}, wanted)}
    assert max(rated, key=lambda said: rated[said]) == sentence.replace("It", "The kuryr")
    assert KINDS[wanted].search(sentence)


def test_the_wanted_kind_counts_for_nothing_beside_a_sentence_about_something_else() -> None:
    (other,) = rate("There were 40 nodes over there.", {"kuryr": 1.0}, "number")
    assert other.score == 0.0


def test_a_bare_heading_is_rated_below_a_sentence_that_says_something() -> None:
    heading, sentence = rate("Kuryr news\nKuryr was shown to a full room.", {"kuryr": 1.0})
    assert heading.score < sentence.score == 1.0


def test_headings_are_left_out_where_there_is_anything_else() -> None:
    text = "Kuryr in Tokyo and Neutron\nIt was shown."
    assert quoted(text, {"kuryr": 1.0, "neutron": 1.0}, above=frozenset({"Kuryr in Tokyo and Neutron"})) == [
        "It was shown."
    ]
    assert quoted("Only this", {}, above=frozenset({"Only this"})) == ["Only this"]


def test_a_heading_between_two_sentences_is_no_part_of_the_quote() -> None:
    text = "Kuryr was shown on Monday morning.\nSecond day\nKuryr was shown again at noon."
    assert quoted(text, {"kuryr": 1.0}, above=frozenset({"Second day"})) == [
        "Kuryr was shown on Monday morning.",
        "Kuryr was shown again at noon.",
    ]


def test_a_companion_that_makes_the_quote_too_long_is_left_out() -> None:
    long = "Kuryr " + "and then some " * (MOST_WORDS // 3) + "came."
    assert quoted(f"Kuryr and Neutron came to the party. {long}", {"kuryr": 1.0, "neutron": 1.0}) == [
        "Kuryr and Neutron came to the party."
    ]


def test_a_blank_text_has_no_quote() -> None:
    assert best(" \n ", {"kuryr": 1.0}) == []


@given(
    st.text(st.characters() | st.sampled_from(". \nA東。")),
    st.dictionaries(st.sampled_from(["a", "kuryr", "東京", "東東"]), st.floats(0.1, 9)),
    st.sampled_from(["", *KINDS]),
)
def test_quotes_are_pieces_of_the_text_in_order(text: str, weights: dict[str, float], wanted: Wanted) -> None:
    found = best(text, weights, wanted)
    assert len(found) <= 2
    assert bool(found) == bool(text.strip())
    assert all(0 <= a < b <= len(text) for a, b in found)
    assert all(before[1] <= after[0] for before, after in pairwise(found))


def test_marks_show_every_form_of_the_matched_words() -> None:
    text = "Networks, networking; Network-wide netting"
    assert [text[a:b] for a, b in marks(text, frozenset({stem("network")}))] == ["Networks", "networking", "Network"]


def test_overlapping_pairs_of_japanese_are_marked_as_one() -> None:
    assert marks("東京都と京都", frozenset({"東京", "京都"})) == ((0, 3), (4, 6))


@given(
    st.text(st.characters() | st.sampled_from("東京都 ab'")),
    st.frozensets(st.sampled_from(["東京", "京都", "都東", "a", "ab"])),
)
def test_marks_ascend_within_the_text_and_do_not_overlap(text: str, matched: frozenset[str]) -> None:
    found = marks(text, matched)
    assert all(0 <= a < b <= len(text) for a, b in found)
    assert all(before[1] <= after[0] for before, after in pairwise(found))


def test_two_texts_share_words_by_the_shorter_one() -> None:
    assert same_words(["a", "b"], ["a", "b", "c", "d"]) == 1.0
    assert same_words(["a", "b"], ["b", "c"]) == 0.5
    assert same_words([], ["b"]) == 0.0


def test_what_ends_in_a_colon_is_quoted_with_what_follows() -> None:
    text = "Neutron was shaky. Troubleshooting Neutron boils down to the following:\nCheck each bridge on the way."
    assert [text[a:b] for a, b in best(text, {"neutron": 1.0, "troubleshoot": 1.0})] == [
        "Troubleshooting Neutron boils down to the following:\nCheck each bridge on the way."
    ]


def test_without_a_question_the_first_whole_sentence_is_quoted() -> None:
    text = "Housekeeping Items\nThe summit in Berlin drew two thousand people."
    assert text[slice(*best(text, {})[0])] == "The summit in Berlin drew two thousand people."


def test_menus_and_links_are_no_prose() -> None:
    assert not is_prose("Housekeeping Items\nCommunity News\nhttps://example.org/a/very/long/address of some kind")
    assert is_prose("Menu\nThe summit in Berlin drew two thousand people from sixty countries.")
