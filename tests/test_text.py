"""How text is cut: folding, words, stems, sentences."""

import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.terms import listed_words
from store.text import clean, fold, opening, sentences, spans, stem, stems, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Loïc", "loic"),
        ("NGUYỄN Đình", "nguyen dinh"),
        ("Straßmann", "strassmann"),
        ("Łukasz Ødegård", "lukasz odegard"),
        ("Þórður Ægir œuvre", "thordur aegir oeuvre"),
        ("İstanbul ılık", "istanbul ilik"),
        ("ﬁle ｆｕｌｌ", "file full"),
    ],
)
def test_case_accents_and_letter_variants_are_put_aside(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_words_are_the_same_however_the_accents_are_encoded(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    assert words(clean(decomposed)) == words(clean(unicodedata.normalize("NFC", text)))


@given(st.text())
def test_cleaning_leaves_nothing_that_a_database_or_a_terminal_could_choke_on(text: str) -> None:
    cleaned = clean(f"{text}\0\ud800\x1b\r")
    assert clean(cleaned) == cleaned
    cleaned.encode()
    assert not set(cleaned) & set("\0\x1b\r")


def test_cleaning_keeps_line_breaks_and_tabs() -> None:
    assert clean("a\n\tb") == "a\n\tb"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kuryr-Kubernetes", ["kuryr", "kubernetes"]),
        ("people’s PTL's don't", ["people", "ptl", "dont"]),
        ("5,000 people, 12,345,678 more", ["5000", "people", "12345678", "more"]),
        ("2.9.0 or 3,5 or 1.", ["2.9.0", "or", "3,5", "or", "1"]),
        ("snake_case", ["snake", "case"]),
        ("Đà Nẵng", ["da", "nang"]),
        ("東京都", ["東京", "京都"]),
        ("水", ["水"]),
        ("OpenStackの話", ["openstack", "の話"]),
        ("⑴ ﷺ", ["1", "صلىاللهعليهوسلم"]),
        ("\u3099\u309a", []),
        ("?! — “”", []),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.text())
def test_words_stand_where_their_spans_say_and_are_single_tokens(text: str) -> None:
    last = 0
    for word, start, end in spans(text):
        assert word
        assert not set(word) & set(" \t\n\"'()*:^-+{}")
        assert last <= start < end <= len(text)
        last = start
        assert words(text[start:end]) == [word]


@pytest.mark.parametrize(
    ("word", "expected"),
    [("networks", "network"), ("networking", "network"), ("k8s", "k8s"), ("aws", "aws"), ("über", "über")],
)
def test_stems(word: str, expected: str) -> None:
    assert stem(word) == expected


def test_the_stems_of_a_text_keep_their_order() -> None:
    assert stems("Networks of containers") == ["network", "of", "contain"]


@pytest.mark.parametrize(
    "expected",
    [
        ["It works.", "Really?", "Yes!"],
        ["Dr. Who met Mr. Smith of Acme Inc. in Boston.", "They spoke."],
        ["It grew 2.5 times, e.g. in Tokyo.", "Then it stopped."],
        ["1. Install it.", "Run it."],
        ["“It works.”", "Said she."],
        ["He said e.g. nothing, vs. something.", "Über alles wurde gesprochen."],
        ["See version 2. it is lower case, so one sentence."],
    ],
)
def test_sentences_end_where_a_reader_would_end_them(expected: list[str]) -> None:
    text = " ".join(expected)
    assert [text[a:b] for a, b in sentences(text)] == expected


def test_sentences_without_spaces_end_at_their_full_stops() -> None:
    text = "これは長い。次の文です！終わり？"
    assert [text[a:b] for a, b in sentences(text)] == ["これは長い。", "次の文です！", "終わり？"]


def test_a_line_break_ends_a_sentence() -> None:
    assert sentences("Heading\n\n  text") == [(0, 7), (11, 15)]


@given(st.text(st.characters() | st.sampled_from(". !?\nA。1”")))
def test_sentences_cover_all_text_that_is_not_blank_in_order(text: str) -> None:
    found = sentences(text)
    assert all(start < end for start, end in found)
    assert all(before[1] <= after[0] for before, after in pairwise(found))
    assert "".join("".join(text[a:b] for a, b in found).split()) == "".join(text.split())
    assert all(text[a:b] == text[a:b].strip() for a, b in found)


def test_many_can_be_stemmed_at_a_time() -> None:
    endings = [a + b for a in ("", "ation", "ing", "ive", "ational") for b in ("", "s", "ly", "ness", "ed")]
    made = [front + ending for front in ("connect", "organis", "relat", "nation") for ending in endings]
    one_by_one = [stem.__wrapped__(word) for word in made]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            at_once = list(pool.map(lambda turn: [stem.__wrapped__(word) for word in made], range(8)))
    finally:
        sys.setswitchinterval(before)
    assert at_once == [one_by_one] * 8


@given(
    st.text("abcdeghilnorstuyz", min_size=1, max_size=12)
    | st.sampled_from(words(" ".join(listed_words("common_words.txt"))))
)
def test_a_stem_opens_as_its_word_does(word: str) -> None:
    assert opening(stem(word)) == opening(word)


@pytest.mark.parametrize(
    ("one", "other"),
    [("engineer", "engine"), ("designate", "design"), ("ironic", "iron"), ("organization", "organ"),
     ("customers", "custom"), ("authorisation", "author"), ("production", "product")],
)  # fmt: skip
def test_unlike_words_have_stems_of_their_own(one, other):
    assert stem(one) != stem(other)
    assert stem(stem(one)) == stem(one)


@pytest.mark.parametrize("words", ["engineers engineering", "organised organizations organisation", "designs designed"])
def test_forms_of_one_of_them_share_its_stem(words):
    assert len(set(map(stem, words.split()))) == 1
