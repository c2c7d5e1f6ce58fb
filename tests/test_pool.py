"""Which passages are looked at: rare words choose them, and what that costs has a bound."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import store.index
import store.pool
from store.index import RANKED, Index, open_index
from store.load import reload
from store.pool import COUNTED, ENOUGH, Selection, selections
from store.search import Query, search
from store.terms import Form, Term, match_query

COUNTS = st.lists(st.integers(1, 3 * RANKED), min_size=1, max_size=6)


def terms_of(counts: list[int]) -> list[Term]:
    return [Term(f"w{at}", (Form((f"w{at}",)),), 1 / count) for at, count in enumerate(counts)]


def queries(counts: list[int]) -> list[str]:
    return [match for match, _ in chosen(counts)]


def chosen(counts: list[int]) -> list[Selection]:
    held = {f"w{at}": count for at, count in enumerate(counts)}
    return list(selections(terms_of(counts), held.__getitem__))


@given(COUNTS)
def test_the_rarest_terms_choose_as_long_as_all_their_passages_can_be_ranked(counts: list[int]) -> None:
    terms = terms_of(counts)
    order = sorted(range(len(counts)), key=lambda at: counts[at])
    fitting = [at for place, at in enumerate(order) if sum(counts[i] for i in order[: place + 1]) <= RANKED]
    rare = [term for at, term in enumerate(terms) if at in fitting]
    found = queries(counts)
    if rare:
        assert found[0] == match_query(rare)
    enough = sum(term.weight for term in rare) >= ENOUGH * sum(term.weight for term in terms)
    assert (len(found) > bool(rare)) == (len(rare) < len(terms) and not enough)


def test_few_passages_are_one_query_for_any_of_the_terms() -> None:
    assert queries([5, 3, 9]) == ['"w0" OR "w1" OR "w2"']


def test_common_terms_choose_together_where_there_is_nothing_else() -> None:
    assert queries([RANKED * 2, RANKED * 3]) == [
        '("w0") AND ("w1")',
        '{title heading} : ("w0")',
        '"w0"',
    ]


def test_words_that_are_everywhere_neither_choose_nor_rank_where_there_are_others() -> None:
    assert chosen([COUNTED + 1, RANKED + 1]) == [('{title heading} : ("w1")', True), ('"w1"', True)]
    assert chosen([COUNTED + 1]) == [('{title heading} : ("w0")', False), ('"w0"', False)]


def test_words_that_the_notes_do_not_have_choose_nothing() -> None:
    assert list(selections([Term("nonesuch", (), 3.0)], lambda stem: 0)) == []


@pytest.fixture
def crowded(tmp_path: Path) -> Index:
    """Forty notes on OpenStack, one of them on Kuryr, one with two common words in a heading."""
    folder = tmp_path / "notes"
    folder.mkdir()
    for number in range(40):
        text = f"Room {number} heard of OpenStack and its network that day, among much else that was new to many there."
        (folder / f"{number:02}.md").write_text(f"---\ntitle: Room {number}\n---\n\n{text}\n")
    (folder / "20.md").write_text(
        "Kuryr brings the OpenStack network to containers, as was shown that day in the hall.\n"
    )
    (folder / "39.md").write_text(
        "# Day two\n\n## OpenStack network\n\nHow it is built was told on the second day by its makers.\n"
    )
    reload(folder, tmp_path / "recap.db")
    return open_index(tmp_path / "recap.db")


def test_a_rare_word_is_found_among_common_ones_that_are_too_many_to_rank(
    crowded: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Query(words=("kuryr", "openstack", "network"))
    best = search(crowded, asked).hits[0].id
    for module in (store.index, store.pool):
        monkeypatch.setattr(module, "RANKED", 5)
    found = search(crowded, asked).hits[0]
    assert (found.id, found.source.file) == (best, "20.md")
    crowded.close()


def test_of_common_words_alone_the_passages_about_them_are_found(
    crowded: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (store.index, store.pool):
        monkeypatch.setattr(module, "RANKED", 5)
    for words in (("openstack", "network"), ("openstack",)):
        assert search(crowded, Query(words=words)).hits[0].source.file == "39.md"
    crowded.close()


def test_no_more_passages_are_ranked_than_the_bound_says(crowded: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(crowded.candidates('"openstack"', 100)) == 40
    monkeypatch.setattr(store.index, "RANKED", 7)
    assert len(crowded.candidates('"openstack"', 100)) == 7
    assert len(crowded.candidates('"openstack"', 100, range(30, 100))) == 7
    assert len(crowded.candidates('"openstack"', 9, ranked=False)) == 9
    crowded.close()
