"""Which words of the notes a typed word may stand for."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from store.shelves import from_bytes, shelved
from store.spelling import (
    COMPLETION_COST,
    MIN_CORRECTED,
    MOST_COMPLETED,
    TIE,
    WRONG_FIRST,
    Spelling,
    Vocabulary,
    edits_allowed,
    keystroke_cost,
    likely,
)

ROWS = [
    ("kuryr", 3, "Kuryr"),
    ("kubernetes", 9, "Kubernetes"),
    ("neutron", 40, "Neutron"),
    ("nova", 80, "Nova"),
    ("novas", 1, "Novas"),
    ("network", 200, "network"),
    ("networks", 100, "networks"),
    ("ceph", 12, "Ceph"),
    ("2015", 50, "2015"),
    ("2.9.0", 1, "2.9.0"),
    ("k8s", 4, "K8s"),
    ("loic", 2, "Loïc"),
    ("the", 900, "the"),
    ("virtualization", 7, "virtualization"),
]
VOCABULARY = Vocabulary(ROWS)
DIGITS_AS_LETTERS = str.maketrans("0123456789", "abcdefghij")


def edits(a: str, b: str) -> int:
    """Optimal string alignment by its definition."""
    if not a or not b:
        return len(a) + len(b)
    ways = [edits(a[1:], b) + 1, edits(a, b[1:]) + 1, edits(a[1:], b[1:]) + (a[0] != b[0])]
    if len(a) > 1 and len(b) > 1 and a[:2] == b[1] + b[0]:
        ways.append(edits(a[2:], b[2:]) + 1)
    return min(ways)


short = st.text("abest", max_size=5)


@given(short, short)
def test_a_keystroke_costs_between_six_tenths_and_one_and_a_half(typed: str, meant: str) -> None:
    distance = edits(typed, meant)
    assert 0.6 * distance - 1e-9 <= keystroke_cost(typed, meant) <= 1.5 * distance + 1e-9
    assert (keystroke_cost(typed, meant) == 0) == (typed == meant)


@given(short, short)
def test_a_mistake_costs_much_the_same_in_both_directions(typed: str, meant: str) -> None:
    assert abs(keystroke_cost(typed, meant) - keystroke_cost(meant, typed)) <= WRONG_FIRST


@pytest.mark.parametrize(
    ("cheap", "dear"),
    [
        (("nuetron", "neutron"), ("nedtron", "neutron")),  # swapped letters before a wrong one
        (("neutronn", "neutron"), ("neutronk", "neutron")),  # a doubled letter before a strange one
        (("galery", "gallery"), ("galley", "gallery")),
        (("neatron", "neutron"), ("nebtron", "neutron")),  # a vowel for a vowel
        (("meutral", "neutral"), ("xxutral", "neutral")),
        (("cepj", "ceph"), ("cepx", "ceph")),  # a neighbour on the keyboard
        (("kuryk", "kuryr"), ("turyr", "kuryr")),  # the first letter is hardly ever missed
        (("kury", "kuryr"), ("uryr", "kuryr")),
    ],
)
def test_likely_mistakes_cost_less(cheap: tuple[str, str], dear: tuple[str, str]) -> None:
    assert keystroke_cost(*cheap) < keystroke_cost(*dear)


@pytest.mark.parametrize(("word", "allowed"), [("abc", 0), ("abcd", 1), ("abcdefg", 1), ("abcdefgh", 2), ("a" * 50, 2)])
def test_longer_words_may_have_more_mistakes(word: str, allowed: int) -> None:
    assert edits_allowed(word) == allowed


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kuyr", "kuryr"),
        ("kuryrr", "kuryr"),
        ("nuetron", "neutron"),
        ("neutrom", "neutron"),
        ("kubernets", "kubernetes"),
        ("kubrenetse", "kubernetes"),
        ("virtualisation", "virtualization"),
        ("kuberne", "kubernetes"),
        ("virtual", "virtualization"),
        ("loik", "loic"),
        ("novva", "nova"),
    ],
)
def test_the_likeliest_spelling_comes_first(typed: str, meant: str) -> None:
    best = VOCABULARY.near(typed)[0]
    assert best.word == meant
    assert (best.shown, best.passages) == next((shown, count) for word, count, shown in ROWS if word == meant)


@pytest.mark.parametrize("typed", ["2016", "2014", "2.9.1", "k9s", "k8", "tha", "cep", "kur", "", "zzzzzz", "zkuryrz"])
def test_numbers_versions_short_and_strange_words_are_like_nothing(typed: str) -> None:
    assert VOCABULARY.near(typed) == []


def slow_near(word: str, vocabulary: list[tuple[str, int, str]]) -> dict[str, float]:
    """Every spelling and its cost, by comparing with each word in turn."""
    if len(word) < MIN_CORRECTED or not word.isalpha():
        return {}
    costs = {}
    for known, _, _ in vocabulary:
        found = []
        if len(known) >= MIN_CORRECTED - 1 and known.isalpha() and edits(word, known) <= edits_allowed(word):
            found.append(keystroke_cost(word, known))
        if len(word) >= MIN_CORRECTED and known.startswith(word) and known != word:
            found.append(COMPLETION_COST + 0.05 * (len(known) - len(word)))
        if found:
            costs[known] = min(found)
    return costs


words = st.text("abes1", min_size=1, max_size=6)


@given(words, st.lists(words, unique=True, max_size=12))
def test_near_words_are_those_of_a_slow_search(typed: str, known: list[str]) -> None:
    rows = [(word, place + 1, word) for place, word in enumerate(known)]
    near = Vocabulary(rows).near(typed)
    assert {s.word: s.cost for s in near} == pytest.approx(slow_near(typed, rows))


@given(words, st.lists(words, unique=True, max_size=12))
def test_the_order_of_near_words_does_not_depend_on_that_of_the_vocabulary(typed: str, known: list[str]) -> None:
    rows = [(word, len(word), word) for word in known]
    assert Vocabulary(rows).near(typed) == Vocabulary(rows[::-1]).near(typed)


def test_of_spellings_that_cost_the_same_the_more_common_one_is_first() -> None:
    vocabulary = Vocabulary([("bolts", 1, "bolts"), ("boats", 500, "boats")])
    assert vocabulary.near("bocts")[0].word == "boats"


def test_ties_are_those_within_a_hair_of_the_best() -> None:
    spellings = [Spelling("a", "a", 1, 0.6), Spelling("b", "b", 1, 0.6 + TIE / 2), Spelling("c", "c", 1, 0.6 + 2 * TIE)]
    assert [s.word for s in likely(spellings)] == ["a", "b"]


def test_a_vocabulary_tells_what_it_knows() -> None:
    assert "kuryr" in VOCABULARY
    assert "kuyr" not in VOCABULARY
    assert (VOCABULARY.count("nova"), VOCABULARY.count("nowa")) == (80, 0)
    assert (VOCABULARY.shown("loic"), VOCABULARY.shown("unknown")) == ("Loïc", "unknown")


def test_a_shelf_leaves_out_no_word_that_is_near() -> None:
    chance = random.Random(5)
    known = sorted({"".join(chance.choices("abcdefghijklmnoéж", k=chance.randint(3, 9))) for _ in range(3000)})
    shelves = shelved(known)
    for typed in chance.sample(known, 60):
        slip = typed[:1] + chance.choice("abcdeéж") + typed[chance.randint(1, 2) :]
        for most in (1, 2):
            near = {word for word in known if OSA.distance(slip, word) <= most}
            found = [word for shelf in shelves.values() for word in shelf.like(slip, most)]
            assert near <= set(found)
            assert len(found) < len(known) / 6


@given(
    st.lists(st.text("abcé", min_size=4, max_size=4), min_size=1),
    st.lists(st.text("abcé", min_size=4, max_size=4), min_size=1),
)
def test_shelves_put_together_or_kept_as_bytes_are_the_same(some: list[str], more: list[str]) -> None:
    both = shelved([*some, *more])[4]
    assert shelved(some)[4].joined(shelved(more)[4]) == both
    assert from_bytes(4, both.words, both.letters_as_bytes()) == both


def test_no_more_words_complete_a_short_one_than_are_worth_looking_at() -> None:
    vocabulary = Vocabulary(
        (f"kube{'x' * (place % 40)}{place:04}".translate(DIGITS_AS_LETTERS), 1, "") for place in range(999)
    )
    near = vocabulary.near("kube")
    assert len(near) == MOST_COMPLETED
    assert max(len(one.word) for one in near) < 20
