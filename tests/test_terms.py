"""From typed words to terms: what each may be called in the notes."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.index import Index
from store.spelling import Vocabulary
from store.terms import (
    ALIAS,
    SMALL_WORDS,
    Form,
    Lexicon,
    Term,
    common_stems,
    match_query,
    occurrences,
    quoted,
    rejoined,
    resolve,
)
from store.text import fold, stem, stems, words

TEXTS = (
    "Kuryr was shown by Zane Bitter with Neutron and Magnum.",
    "Neutron keeps its ports; the harbor of Tokyo was full in 2015 with 4000 people.",
    "Bare metal with OpenStack is what Kubernetes and Postgres need.",
    "Network functions virtualization (NFV) needs the internet of things.",
    "Placement and placements; Heat was shown, and PTG 2018 was cold. Gallery.",
)
GROUPS = (
    (("k8s",), ("kubernetes",)),
    (("nfv",), ("network", "functions", "virtualization")),
    (("iot",), ("internet", "of", "things")),
    (("bare", "metal"), ("baremetal",)),
    (("ha",), ("high", "availability")),
)


def lexicon(*texts: str) -> Lexicon:
    """A lexicon of a few passages, by slow and obvious look-ups."""
    cut = [words(text) for text in texts]
    stemmed = [[stem(word) for word in passage] for passage in cut]
    raw = {fold(w.strip(".,;()")): w.strip(".,;()") for text in texts for w in text.split()}
    known = sorted({word for passage in cut for word in passage})

    def together(run: tuple[str, ...]) -> bool:
        return any(occurrences(run, passage) for passage in stemmed)

    def beside(wanted: str) -> frozenset[str]:
        return frozenset(
            passage[j]
            for passage in cut
            for i, word in enumerate(passage)
            if stem(word) == wanted
            for j in (i - 1, i + 1)
            if 0 <= j < len(passage)
        )

    return Lexicon(
        Vocabulary((word, sum(word in passage for passage in cut), raw.get(word, word)) for word in known),
        lambda s: sum(s in passage for passage in stemmed),
        len(texts),
        GROUPS,
        SMALL_WORDS,
        common_stems(),
        together,
        beside,
    )


LEXICON = lexicon(*TEXTS)


def used(typed: str, *, names: Sequence[str] = (), exact: bool = False) -> list[str]:
    """What each term is read as: its correction, itself, or “-” where the notes do not have it."""
    terms, _ = resolve(words(typed), LEXICON, names=frozenset(names), exact=exact)
    return [term.correction or (term.typed if term.forms else "-") for term in terms]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("kuryr", ["kuryr"]),
        ("networks", ["networks"]),  # another form of a known word
        ("kuyr", ["Kuryr"]),
        ("nuetron", ["Neutron"]),
        ("neutrno", ["Neutron"]),
        ("nneutron", ["Neutron"]),
        ("neutro", ["Neutron"]),
        ("kubernetse", ["Kubernetes"]),
        ("kubernetis", ["Kubernetes"]),
        ("kubern", ["Kubernetes"]),
        ("virtualisation", ["virtualisation"]),
        ("galery", ["Gallery"]),
        ("kury neutrn", ["Kuryr", "Neutron"]),
        # word boundaries
        ("open stack", ["OpenStack"]),
        ("post gres", ["Postgres"]),
        ("kuber netes", ["Kubernetes"]),
        ("baremetal", ["baremetal"]),
        ("heatmagnum", ["-"]),  # known words, but nowhere side by side
        ("zanebitter", ["Zane Bitter"]),
        # other names
        ("k8s", ["k8s"]),
        ("internet things", ["internet things"]),
        ("iot", ["iot"]),
        ("high availability", ["-", "-"]),  # no form of it stands in the notes
        # a neighbour vouches for a misspelling that is too far off alone
        ("zane bittr", ["zane", "Bitter"]),
        ("zain bitter", ["Zane", "bitter"]),
        ("zain kubernetes", ["-", "kubernetes"]),
        # numbers, years, versions and short words are never changed
        ("2016", ["-"]),
        ("2015", ["2015"]),
        ("tokyo 2016", ["tokyo", "-"]),
        ("in 2014 with", ["in", "-", "with"]),
        ("5000 people", ["-", "people"]),
        ("20 15", ["-", "-"]),
        ("ptg 2017", ["ptg", "-"]),
        ("k9s", ["-"]),
        ("pth", ["-"]),
        # everyday words are no misspelling, and never what a misspelling means where they are small
        ("labor", ["-"]),
        ("place", ["-"]),
        ("morning", ["-"]),
        ("wiith", ["-"]),
        ("zzzzzzzz", ["-"]),
    ],
)
def test_what_a_typed_word_is_read_as(typed: str, expected: list[str]) -> None:
    assert used(typed) == expected


def test_exact_words_are_not_changed() -> None:
    assert used("kuyr open stack zain bitter", exact=True) == ["-", "-", "-", "-", "bitter"]


def test_a_word_typed_like_a_name_is_read_as_a_name_only() -> None:
    assert used("shonw") == ["shown"]
    assert used("shonw", names=["shonw"]) == ["-"]
    assert used("kuyr", names=["kuyr"]) == ["Kuryr"]


def test_a_correction_between_which_spelling_does_not_decide_gives_all_readings() -> None:
    terms, ties = resolve(["karbon"], lexicon("Karbor came", "Karton went"))
    assert {tie.shown for tie in ties} == {"Karbor", "Karton"}
    assert terms[0].correction in ("Karbor", "Karton")


def test_singular_and_plural_are_no_choice() -> None:
    terms, ties = resolve(["placemnts"], LEXICON)
    assert not ties
    assert terms[0].forms == (Form((stem("placement"),)),)


def test_forms_say_every_way_to_put_a_term_and_what_it_counts() -> None:
    (term,), _ = resolve(["nfv"], LEXICON)
    assert term.forms == (Form(("nfv",)), Form(tuple(stems("network functions virtualization")), ALIAS))
    assert term.stems == {"nfv", *stems("network functions virtualization")}
    (named,), _ = resolve(words("network functions virtualization"), LEXICON)
    assert set(named.forms) == {Form(("nfv",), ALIAS), Form(tuple(stems("network functions virtualization")))}
    (joined,), _ = resolve(["bare", "metal"], LEXICON)
    assert joined.forms == (Form(("bare", "metal")),)
    (split,), _ = resolve(["baremetal"], LEXICON)
    assert split.forms == (Form(("bare", "metal"), ALIAS),)


def test_two_words_that_the_notes_also_write_as_one_are_looked_up_both_ways() -> None:
    (term,), _ = resolve(["live", "migration"], lexicon("A live migration.", "Our livemigration."))
    assert term.forms == (Form(("livemigr",)), Form(("live", "migrat")))
    assert term.correction == ""


def test_a_word_that_is_asked_twice_counts_once() -> None:
    terms, _ = resolve(["kuryr", "kuyr", "nonesuch", "nonesuch"], LEXICON)
    assert [term.typed for term in terms] == ["kuyr", "nonesuch"]


def test_rare_terms_weigh_more_and_missing_ones_most() -> None:
    weights = [resolve([word], LEXICON)[0][0].weight for word in ("nonesuch", "kuryr", "neutron", "and")]
    assert weights == sorted(weights, reverse=True)
    assert all(weight > 0 for weight in weights)


@given(st.lists(st.sampled_from([*words(" ".join(TEXTS)), "kuyr", "iot", "2016", "galery", "zain"]), max_size=8))
def test_every_word_typed_is_looked_up_once(typed: list[str]) -> None:
    terms, _ = resolve(typed, LEXICON)
    assert len({term.forms or term.typed for term in terms}) == len(terms)
    held = {s for term in terms for s in term.stems}
    assert all(stem(word) in held for word in typed if LEXICON.count(stem(word)))


@given(st.text("abcdefghilmnorstuwy", min_size=4, max_size=9))
def test_no_misspelling_is_read_as_a_small_word(typed: str) -> None:
    for term in resolve([typed], LEXICON)[0]:
        assert typed in SMALL_WORDS or not term.stems & SMALL_WORDS


@given(st.text(), st.text())
def test_numbers_stay_what_they_are_in_any_company(before: str, after: str) -> None:
    for number in ("2016", "4001"):
        for term in resolve([*words(before), number, *words(after)], LEXICON)[0]:
            assert number not in term.typed.split() or not term.forms


# FTS5 queries


@pytest.fixture(scope="module")
def passages() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE stems USING fts5 (body, tokenize = \"ascii tokenchars '.,'\")")
        connection.executemany("INSERT INTO stems VALUES (?)", [(" ".join(stems(text)),) for text in TEXTS])
        yield connection


def matched(passages: sqlite3.Connection, query: str) -> list[int]:
    return [row for (row,) in passages.execute("SELECT rowid FROM stems WHERE stems MATCH ? ORDER BY rowid", [query])]


def test_a_query_finds_passages_that_hold_any_term_or_all_phrases(passages: sqlite3.Connection) -> None:
    terms, _ = resolve(["kuryr", "nfv"], LEXICON)
    assert matched(passages, match_query(terms)) == [1, 4]
    assert matched(passages, match_query(terms, [("neutron",), ("port",)])) == [2]
    assert matched(passages, match_query(terms, [("metal", "bare")])) == []
    assert match_query(resolve(["nonesuch"], LEXICON)[0]) == ""
    assert match_query([], [()]) == ""


def test_words_of_fts5s_own_are_words(passages: sqlite3.Connection) -> None:
    for word in ("OR", "NOT", "NEAR", "body:", "*", "^", '"', "neutron*", "-neutron", "kuryr OR neutron"):
        expected = [1, 2] if word in ("neutron*", "-neutron") else []
        assert matched(passages, match_query([Term(word, (Form((word,)),), 1.0)])) == expected
    assert matched(passages, '"AND"') == [1, 3, 5]


anything = st.text(st.characters() | st.sampled_from("\"'*()^:-+{}\0 ANDORNOTNEAR.,"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(anything, max_size=3), max_size=3), st.lists(st.lists(anything, max_size=3), max_size=2))
def test_no_text_breaks_out_of_its_quotes(
    passages: sqlite3.Connection, forms: list[list[str]], phrases: list[list[str]]
) -> None:
    clean = [[text.encode("utf-8", "replace").decode() for text in form] for form in forms]
    query = match_query(
        [Term("x", tuple(Form(tuple(form)) for form in clean), 1.0)],
        [tuple(stems(" ".join(phrase))) for phrase in phrases],
    )
    if query:
        matched(passages, query)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(text=anything)
def test_any_typed_text_can_be_looked_up(index: Index, text: str) -> None:
    with index.snapshot():
        terms, _ = resolve(words(text), index.generation.lexicon)
        query = match_query(terms, [tuple(stems(text))])
        if query:
            index.candidates(query, 5)
        if any(term.forms for term in terms):
            assert index.candidates(match_query(terms), 5)


def test_quotes_and_zeros_are_left_out() -> None:
    assert quoted(['a"b', "c\0d"]) == '"ab cd"'


@given(st.lists(st.sampled_from("abc"), max_size=8), st.lists(st.sampled_from("abc"), min_size=1, max_size=3))
def test_occurrences_are_counted_wherever_the_run_begins(text: list[str], run: list[str]) -> None:
    assert occurrences(run, text) == sum(text[i : i + len(run)] == run for i in range(len(text)))


def test_half_a_name_that_is_a_small_word_is_put_back_beside_the_other_half():
    notes = Vocabulary([("chris", 2, "Chris"), ("kinder", 1, "Kinder"), ("ready", 4, "ready"), ("is", 9, "is")])
    assert rejoined(["chr"], ["what", "of", "chr", "is"], notes) == ["chr", "is"]
    assert rejoined(["kin", "cloud"], ["kin", "der", "cloud"], notes) == ["kin", "der", "cloud"]
    assert rejoined(["stack"], ["is", "stack", "ready"], notes) == ["stack"]


def test_a_wrong_first_letter_is_mended_and_two_wrong_ones_only_among_many_words():
    held = lexicon("Kuryr, Magnum, Neutron, Nova, quota, tenant")
    assert [term.correction for term in resolve(["xuryr"], held)[0]] == ["Kuryr"]
    assert not resolve(["mahnam"], held)[0][0].forms
    assert resolve(["mahnam", "neutron", "nova", "quota", "tenant"], held)[0][0].correction == "Magnum"


def test_a_misspelt_word_among_many_is_read_as_the_one_that_more_passages_hold():
    held = lexicon("Blosa, wall, heat, shear, layer", *["blows"] * 30)
    assert resolve(["bloss"], held)[0][0].correction == "Blosa", "a name, where nothing else tells"
    assert resolve(["bloss", "wall", "heat", "shear", "layer"], held)[0][0].correction == "blows"


def test_a_misspelt_or_cut_off_word_is_rather_a_name_than_a_word_that_is_slightly_nearer():
    held = lexicon("GraphQL, Linkerd", "graphe, linked")
    assert [term.correction for term in resolve(["grap"], held)[0]] == ["GraphQL"]
