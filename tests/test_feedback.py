"""What the best passages share, and what that changes in the order of passages."""

import pytest

from store.feedback import shared, shares
from store.index import open_index
from store.load import reload
from store.search import Query, order
from store.text import stems

BEST = [
    (stems("the garden has roses and water for the roses"), 2.0),
    (stems("roses drink water in the garden in 2015"), 1.0),
    (stems("the lake is deep"), 1.0),
]


@pytest.fixture
def lexicon(index):
    return index.generation.lexicon


def test_shared_words_stand_in_two_of_the_best_passages_were_not_asked_for_and_add_up_to_one(lexicon):
    weights = shared(BEST, {"garden"}, lexicon)
    assert weights.keys() == {"rose", "water"}
    assert sum(weights.values()) == pytest.approx(1)
    assert weights["rose"] > weights["water"]


def test_of_nothing_nothing_is_shared(lexicon):
    assert shared([], set(), lexicon) == shared([([], 1.0)], set(), lexicon) == {}


def test_a_passage_speaks_of_shared_words_the_more_the_more_often_it_holds_them():
    weights = {"rose": 0.6, "water": 0.4}
    held = [shares(weights, body, 1.0) for body in ([], ["rose"], ["rose", "rose"], ["rose", "water"])]
    assert held == sorted(held)
    assert 0 == held[0] < held[-1] < 1


def test_a_description_finds_what_its_own_words_say_only_in_part(tmp_path):
    topics = "alder birch cedar maple hazel spruce".split()
    for number, word in enumerate(topics):
        tree = f"Trees such as {word} stand by the river, where beavers gnaw at the bark of {' and '.join(topics)}."
        (tmp_path / f"{number}.txt").write_text(tree, encoding="utf-8")
    (tmp_path / "near.txt").write_text("Beavers gnaw at alder by the river in spring.", encoding="utf-8")
    (tmp_path / "far.txt").write_text("A chair of alder costs nine crowns in town, they say.", encoding="utf-8")
    reload(tmp_path, tmp_path / "recap.db")
    index = open_index(tmp_path / "recap.db")
    found = [hit.source.file for hit in order(index, Query(words=tuple(topics), text=" ".join(topics)), 10)]
    assert found.index("near.txt") < found.index("far.txt")
