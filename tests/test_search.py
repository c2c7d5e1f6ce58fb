"""Which passages answer best, and when none is good enough."""

import string
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from store.index import Index, open_index
from store.load import reload
from store.model import Scope
from store.search import FLOOR, Found, Query, search
from store.terms import SMALL_WORDS, common_stems
from store.text import clean, stem, words

Made = Callable[[dict[str, str]], Index]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    """Makes an index of notes given as file name and text."""
    with ExitStack() as opened:

        def make(texts: dict[str, str]) -> Index:
            for name, text in texts.items():
                (tmp_path / "made").mkdir(exist_ok=True)
                (tmp_path / "made" / name).write_text(text, encoding="utf-8")
            reload(tmp_path / "made", tmp_path / "made.db")
            return opened.enter_context(closing(open_index(tmp_path / "made.db")))

        yield make


def files(found: Found) -> list[str]:
    return [hit.source.file for hit in found.hits]


def asked(index: Index, text: str, **options: object) -> Found:
    return search(index, Query(tuple(words(clean(text))), **options))  # type: ignore[arg-type]


# Three passages of much the same length that share no telling word.
RIVER = "Many people came down to the river and listened to the water, while ducks were swimming along the banks. " * 2
HALL = "Every guest found a chair inside, heard music played softly, then drank lemonade until midnight rang. " * 2
TRAIN = "Trains left early from platform nine, packed full with bicycles, suitcases, sandwiches, sleeping dogs. " * 2


# Finding and ranking


@pytest.mark.parametrize(
    ("question", "file", "piece"),
    [
        ("kuryr", "2015-10-tokyo-day-one.md", "Kuryr maps every container network"),
        ("kuyr", "2015-10-tokyo-day-one.md", "Kuryr maps every container network"),
        ("k8s", "2015-10-tokyo-day-one.md", "Kubernetes"),
        ("erasure coding", "2015-10-tokyo-day-one.md", "erasure coding in Ceph"),
        ("loic", "2015-10-tokyo-day-one.md", "Loïc Dachary"),
        ("LOÏC", "2015-10-tokyo-day-one.md", "Loïc Dachary"),
        ("Loi\u0308c", "2015-10-tokyo-day-one.md", "Loïc Dachary"),
        ("仮想ネットワーク", "2015-10-tokyo-day-one.md", "仮想ネットワーク"),
        ("京都", "2015-10-tokyo-day-one.md", "京都"),
        ("5000", "2015-10-tokyo-day-one.md", "5,000 people"),
        ("Verschlüsselung", "berlin-2018.txt", "Verschlüsselung von Datenträgern"),
        ("verschlusselung", "berlin-2018.txt", "Verschlüsselung von Datenträgern"),
        ("Grafikkarten", "berlin-2018.txt", "Grafikkarten mit Cyborg"),
        ("strassmann", "berlin-2018.txt", "Straßmann"),
        ("điện toán đám mây", "hanoi-2017.md", "điện toán đám mây"),
        ("dien toan dam may", "hanoi-2017.md", "điện toán đám mây"),
        ("Đặng Văn Sơn", "hanoi-2017.md", "Đặng Văn Sơn"),
        ("nfv", "boston-operators.rst", "Network Functions Virtualization (NFV)"),
        ("network functions virtualization", "boston-operators.rst", "(NFV)"),
        ("fast forward upgrades", "boston-operators.rst", "Fast forward upgrades"),
        ("telescopes", "2016/barcelona-keynote.html", "Square Kilometre Array"),
        ("baremetal", "2016/barcelona-keynote.html", "bare metal"),
        ("star lingx", "vancouver-2018.pdf", "StarlingX"),
        ("zuul", "vancouver-2018.pdf", "Zuul became a project"),
    ],
)
def test_the_passage_that_answers_comes_first(index: Index, question: str, file: str, piece: str) -> None:
    found = asked(index, question)
    assert files(found)[0] == file
    assert piece in found.hits[0].passage.text
    assert found.coverage >= FLOOR
    assert found.below == ()


def test_decomposed_notes_and_questions_are_found_like_composed_ones(made: Made) -> None:
    index = made({"a.md": "Co\u0323\u0302ng \u0111o\u0302\u0300ng gặp nhau.", "b.md": "Something else was said."})
    for question in ("Cộng đồng", "Co\u0323\u0302ng \u0111o\u0302\u0300ng", "cong dong"):
        assert files(asked(index, question)) == ["a.md"]


def test_a_word_above_a_passage_counts_more_than_one_in_it_and_one_in_the_title_alone_least(made: Made) -> None:
    index = made(
        {
            "heading.md": f"# Monday\n\n## Zebra\n\n{RIVER}\n",
            "body.md": f"# Tuesday\n\n## Other\n\n{HALL} Here one zebra went by.\n",
            "title.md": f"---\ntitle: Zebra\n---\n\n## Third\n\n{TRAIN}\n",
        }
    )
    found = asked(index, "zebra")
    assert files(found)[:2] == ["heading.md", "body.md"]
    assert "title.md" not in files(found)[:2]
    assert found.hits[0].score > found.hits[1].score


def test_a_title_helps_a_passage_that_says_the_same(made: Made) -> None:
    index = made(
        {
            "plain.md": f"---\ntitle: Monday\n---\n\nA zebra came at noon, which pleased them. {RIVER}",
            "titled.md": f"---\ntitle: Zebra day\n---\n\nOne zebra stood about for hours. {HALL}",
        }
    )
    assert files(asked(index, "zebra")) == ["titled.md", "plain.md"]


def test_rare_words_count_more_than_frequent_ones(made: Made) -> None:
    texts = {f"{n}.md": f"Cloud number {n} was a cloud like any cloud, said guest {chr(97 + n) * 5}." for n in range(8)}
    index = made({**texts, "rare.md": "The quokka was seen once by a cloud."})
    assert files(asked(index, "cloud quokka"))[0] == "rare.md"


def test_a_title_is_found_though_the_text_has_no_word_at_all(made: Made) -> None:
    index = made({"a.md": "---\ntitle: Zebra\n---\n🎉 🎉\n", "b.md": "Something else was said."})
    assert files(asked(index, "zebra")) == ["a.md"]


def test_words_that_stand_in_one_sentence_answer_better_than_words_far_apart(made: Made) -> None:
    index = made(
        {
            "apart.md": f"One zebra stood about. {HALL} Some quokka slept.",
            "close.md": f"A zebra met one quokka. {RIVER} Nobody else slept.",
        }
    )
    near, far = asked(index, "zebra quokka").hits
    assert near.source.file == "close.md"
    assert near.score > 1.4 * far.score


def test_near_duplicates_are_shown_once(made: Made) -> None:
    text = "The zebra walked through the gate of the summit, and nobody stopped it for an hour."
    index = made(
        {
            "a.md": f"# Morning\n\n{text}",
            "b.md": f"# Morning\n\n{text} Again.",
            "c.md": "# Evening\n\nAnother zebra slept under a table until the party was over.",
        }
    )
    assert sorted(files(asked(index, "zebra"))) in (["a.md", "c.md"], ["b.md", "c.md"])


def test_hits_descend_within_the_limit_and_tell_what_matched(index: Index) -> None:
    found = search(index, Query(("neutron", "networks", "operators")), limit=2)
    assert len(found.hits) == 2
    scores = [hit.score for hit in search(index, Query(("neutron", "networks", "operators")), limit=20).hits]
    assert scores == sorted(scores, reverse=True)
    assert {stem("neutron"), stem("networks")} <= found.hits[0].matched


def test_the_same_question_has_the_same_answer(index: Index) -> None:
    assert asked(index, "operators of networks") == asked(index, "operators of networks")


# Phrases, words to leave out, scope


def test_a_phrase_must_stand_word_for_word(index: Index) -> None:
    found = search(index, Query(phrases=(("security", "groups"),)))
    assert all("security groups" in hit.passage.text for hit in found.hits)
    assert len(found.hits) == 1
    assert search(index, Query(phrases=(("groups", "security"),))).hits == ()
    both = search(index, Query(("magnum",), phrases=(("bare", "metal"),)))
    assert all("bare metal" in hit.passage.text for hit in both.hits)


def test_words_to_leave_out_are_left_out(index: Index) -> None:
    everything = search(index, Query(("upgrades", "prometheus", "operator")))
    without = search(index, Query(("upgrades", "prometheus", "operator"), without=(stem("prometheus"),)))
    assert any("Prometheus" in hit.passage.text for hit in everything.hits)
    assert without.hits
    assert not any("Prometheus" in hit.passage.text for hit in without.hits)


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope(event="OpenStack Summit Tokyo 2015"), {"2015-10-tokyo-day-one.md"}),
        (Scope(event="OpenInfra Days"), {"hanoi-2017.md"}),
        (Scope(city="Barcelona"), {"2016/barcelona-keynote.html"}),
        (Scope(year="2018"), {"berlin-2018.txt", "vancouver-2018.pdf"}),
        (Scope(year="2017"), {"boston-operators.rst", "hanoi-2017.md"}),
        (Scope(year="2017", city="Boston"), {"boston-operators.rst"}),
        (Scope(release="Pike"), {"boston-operators.rst"}),
        (Scope(release="Ocata"), {"2016/barcelona-keynote.html", "boston-operators.rst"}),
        (Scope(person="Ada Vale"), {"2015-10-tokyo-day-one.md"}),
        (Scope(city="Paris"), set()),
    ],
)
def test_a_scope_admits_the_notes_that_are_known_to_be_of_it(index: Index, scope: Scope, expected: set[str]) -> None:
    admitted = index.notes_in(scope)
    rows = index.rows("SELECT id, file FROM notes")
    assert {file for id, file in rows if id in admitted} == expected


@pytest.mark.parametrize(
    "scope", [Scope(event="OpenStack Summit Boston 2017"), Scope(city="Boston"), Scope(year="2017")]
)
def test_only_notes_of_the_scope_answer(index: Index, scope: Scope) -> None:
    assert set(files(asked(index, "networks operators", scope=scope))) == {"boston-operators.rst"}
    assert asked(index, "kuryr", scope=scope).hits == ()


def test_a_passage_elsewhere_that_names_the_place_answers_after_those_of_the_place(made: Made) -> None:
    index = made(
        {
            "paris.md": "---\ncity: Paris\n---\n\nA zebra was led through the rooms, and then it slept.",
            "rome.md": "---\ncity: Rome\n---\n\nThe zebra of Paris was remembered at dinner with much laughter.",
            "oslo.md": "---\ncity: Oslo\n---\n\nSome other zebra ate the flowers of the mayor.",
        }
    )
    scope = Scope(city="Paris")
    assert files(asked(index, "zebra", scope=scope, places=(stem("paris"),))) == ["paris.md", "rome.md"]
    assert files(asked(index, "zebra", scope=scope)) == ["paris.md"]
    assert files(asked(index, "zebra", scope=Scope(city="Bonn"), places=(stem("bonn"),))) == []


def test_a_note_whose_title_names_the_place_comes_before_others_of_it(made: Made) -> None:
    first, second = f"One zebra stood about. {HALL}", f"A zebra came along. {RIVER}"
    texts = {"a.md": f"---\ncity: Paris\ntitle: Monday\n---\n\n{first}"}
    index = made({**texts, "b.md": f"---\ncity: Paris\ntitle: Paris\n---\n\n{second}"})
    plain = {hit.source.file: hit.score for hit in asked(index, "zebra", scope=Scope(city="Paris")).hits}
    found = asked(index, "zebra", scope=Scope(city="Paris"), places=("pari",))
    placed = {hit.source.file: hit.score for hit in found.hits}
    assert placed["b.md"] > plain["b.md"]
    assert placed["a.md"] == plain["a.md"]


def test_a_release_orders_but_does_not_exclude(made: Made) -> None:
    index = made(
        {
            "pike.md": "---\nrelease: Pike\n---\n\nA zebra was led through the rooms, and then it slept.",
            "none.md": "Some other zebra ate the flowers of the mayor, and left the garden.",
        }
    )
    assert files(asked(index, "zebra", scope=Scope(release="Pike"))) == ["pike.md", "none.md"]
    free = {hit.source.file: hit.score for hit in asked(index, "zebra").hits}
    bound = {hit.source.file: hit.score for hit in asked(index, "zebra", scope=Scope(release="Pike")).hits}
    assert bound["none.md"] < free["none.md"]
    assert bound["pike.md"] == free["pike.md"]


def test_a_person_is_who_wrote_a_note_or_is_named_in_a_passage(index: Index) -> None:
    marrow = asked(index, "networks", scope=Scope(person="Gal Marrow"), person=("gal", "marrow"))
    assert marrow.hits
    assert all("Marrow" in hit.passage.text for hit in marrow.hits)
    vale = asked(index, "storage", scope=Scope(person="Ada Vale"), person=("ada", "vale"))
    assert files(vale) == ["2015-10-tokyo-day-one.md"]
    assert asked(index, "zuul", scope=Scope(person="Ada Vale"), person=("ada", "vale")).hits == ()


# Corrections and refusals


def test_a_refusal_tells_what_is_missing_and_what_is_nearest(index: Index) -> None:
    found = asked(index, "blockchain neutron")
    assert found.hits == ()
    assert found.missing == ("blockchain",)
    assert found.coverage < FLOOR
    assert any("Neutron" in hit.passage.text for hit in found.below)


def test_nothing_asked_finds_nothing(index: Index) -> None:
    assert search(index, Query()) == Found()
    assert asked(index, "zzzzzz").below == ()


def test_words_that_go_with_any_topic_decide_nothing(index: Index) -> None:
    weak = frozenset(("people", "session"))
    assert asked(index, "blockchain people", weak=weak).hits == ()
    assert files(asked(index, "kuryr session", weak=weak))[0] == "2015-10-tokyo-day-one.md"


def test_exact_questions_are_not_corrected(index: Index) -> None:
    assert asked(index, "kuyr").terms[0].correction == "Kuryr"
    assert asked(index, "kuyr", exact=True).hits == ()


def test_ties_are_handed_on(made: Made) -> None:
    index = made({"a.md": "The Karbor team spoke about backups.", "b.md": "Something about Karton was said."})
    assert {tie.shown for tie in asked(index, "karbon").ties} == {"Karbor", "Karton"}


def test_what_is_wanted_brings_the_passage_that_has_it_forward(made: Made) -> None:
    index = made(
        {
            "a.md": "The zebra came with a crowd behind it, and it was a merry crowd that day.",
            "b.md": "For the zebra, 300 people attended, which was more than anybody had hoped.",
        }
    )
    assert files(asked(index, "zebra", wants="crowd"))[0] == "b.md"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(data=st.data())
def test_one_typo_in_any_long_word_of_a_note_still_finds_that_note(index: Index, data: st.DataObject) -> None:
    with index.snapshot():
        vocabulary = index.generation.vocabulary
        known = sorted(w for (w,) in index.rows("SELECT DISTINCT word FROM vocabulary") if w.isascii() and w.isalpha())
        word = data.draw(st.sampled_from([w for w in known if len(w) >= 8 and w not in SMALL_WORDS]))
        at = data.draw(st.integers(1, len(word) - 2))
        letter = data.draw(st.sampled_from(string.ascii_lowercase))
        typo = data.draw(
            st.sampled_from(
                [
                    word[:at] + word[at + 1 :],
                    word[:at] + letter + word[at:],
                    word[:at] + letter + word[at + 1 :],
                    word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                ]
            )
        )
        assume(typo not in vocabulary and stem(typo) not in common_stems())
        holders = {c.note for c in index.candidates(f'"{stem(word)}"', 100)}
        sources = {file for id, file in index.rows("SELECT id, file FROM notes") if id in holders}
        assert sources & set(files(search(index, Query((typo,))))), typo


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(text=st.text(st.characters() | st.sampled_from(' "*()-:kuryr京都')), year=st.sampled_from(["", "2015", "0000"]))
def test_anything_may_be_asked(index: Index, text: str, year: str) -> None:
    cut = tuple(words(clean(text)))
    found = search(index, Query(cut, phrases=(cut[:2],), without=cut[2:3], scope=Scope(year=year), places=cut[:1]))
    assert all(hit.score >= 0 for hit in found.hits)
    assert bool(found.hits) <= (found.coverage >= FLOOR)


def test_endless_words_are_not_compared_letter_by_letter(made: Made) -> None:
    index = made({"a.md": f"The {'a' * 5000} came with a zebra.", "b.md": "Something else."})
    assert asked(index, "zebra " + "a" * 5001 + " " + "b" * 9000).terms[1].forms == ()
