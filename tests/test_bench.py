"""The benchmarks' own parts: figures against slow and obvious ones, mistyped words, formats, charts and tables."""

import json
import math
import xml.etree.ElementTree as ET
from dataclasses import asdict
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from bench import drawing, judged, metrics, typos
from bench.lookup import lookups, passages
from intents.understand import understand
from store.model import Facets
from store.text import words

WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=14)
IDS = st.lists(st.sampled_from("abcdefghijklmnop"), unique=True, max_size=16)
RELEVANT = st.dictionaries(st.sampled_from("abcdefghijklmnop"), st.integers(1, 3).map(float), min_size=1)


def slow_ndcg(order, relevant):
    gained = sum(relevant.get(order[i], 0) / math.log2(i + 2) for i in range(min(10, len(order))))
    best = sorted(relevant, key=lambda id: -relevant[id])
    return gained / sum(relevant[best[i]] / math.log2(i + 2) for i in range(min(10, len(best))))


@given(IDS, RELEVANT)
def test_ndcg_recall_and_reciprocal_rank_are_what_their_definitions_say(order, relevant):
    assert metrics.ndcg(order, relevant) == pytest.approx(slow_ndcg(order, relevant))
    hits = [place for place, id in enumerate(order, 1) if id in relevant and place <= 10]
    assert metrics.recall(order, relevant) == pytest.approx(len(hits) / len(relevant))
    assert metrics.reciprocal_rank(order, relevant) == pytest.approx(1 / hits[0] if hits else 0)


@given(RELEVANT)
def test_the_best_order_has_the_best_figure(relevant):
    best = sorted(relevant, key=lambda id: -relevant[id])
    assert metrics.ndcg(best, relevant) == pytest.approx(1)
    assert metrics.reciprocal_rank(best, relevant) == 1


def test_a_small_collection_counts_as_much_as_a_large_one():
    assert metrics.macro({"large": [0.0] * 99, "small": [1.0]}) == 0.5


def test_twice_as_good_everywhere_is_twice_as_good_for_sure_and_noise_is_not():
    theirs = {"a": [0.1, 0.2, 0.3], "b": [0.4, 0.5]}
    twice = {name: [2 * value for value in values] for name, values in theirs.items()}
    assert metrics.ratio(twice, theirs) == pytest.approx([2, 2, 2])
    mixed = {"a": [0.5, 0.0, 0.3], "b": [0.1, 0.9]}
    ratio, low, high = metrics.ratio(mixed, theirs)
    assert low < 1 < high
    assert low <= ratio <= high
    assert metrics.ratio(mixed, theirs) == [ratio, low, high], "the same seed draws the same samples"


@given(st.lists(st.floats(0, 9), min_size=1), st.floats(0.01, 1))
def test_a_percentile_is_the_least_value_that_so_many_do_not_exceed(values, share):
    found = metrics.percentile(values, share)
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9
    assert sum(value < found for value in values) < share * len(values) + 1e-9


@given(WORDS, st.integers(1, 2), st.integers())
def test_a_mistyped_word_is_another_word_within_its_keystrokes_and_the_same_for_the_same_seed(word, edits, seed):
    wrong = typos.edited(word, typos.seeded(seed, word), edits)
    assert wrong == typos.edited(word, typos.seeded(seed, word), edits) != word
    assert OSA.distance(word, wrong) <= 2 * edits, "a swap and an edit of the same letters may count as more"


@given(WORDS, st.integers())
def test_split_and_cut_words_keep_their_letters(word, seed):
    chance = typos.seeded(seed)
    assert typos.split(word, chance).replace(" ", "", 1) == word
    shortened = typos.cut(word, chance)
    assert word.startswith(shortened)
    assert len(shortened) >= 4


QUERY = "what are the structural (aeroelastic) problems of flight, and of x-15?"


def changed(query, typed):
    return [(a, b) for a, b in zip(query.split(), typed.split(), strict=True) if a != b]


@given(st.integers())
def test_one_typo_changes_one_content_word_and_leaves_its_punctuation(seed):
    ((before, after),) = changed(QUERY, typos.one_typo(QUERY, {"what"}, typos.seeded(seed)))
    assert before in ("structural", "(aeroelastic)", "problems", "flight,")
    assert before.strip("(),").isalpha()
    assert (before[0] == "(") == (after[0] == "(")
    assert (before[-1] == ",") == (after[-1] == ",")


def test_hard_typos_change_four_in_ten_content_words_and_every_one_where_all_are_mistyped():
    drafts = [typos.hard_typos(QUERY, {"what"}, typos.seeded(seed)) for seed in range(300)]
    share = sum(len(changed(QUERY, draft)) for draft in drafts) / (4 * len(drafts))
    assert 0.35 < share < 0.45
    assert len(set(drafts)) > 100
    assert len(changed(QUERY, typos.all_mistyped(QUERY, {"what"}, typos.seeded(1)))) == 4
    assert typos.one_typo("of a", set(), typos.seeded(1)) == "of a"


@pytest.fixture
def collection(tmp_path):
    rows = {
        "documents": [
            {"id": 1, "title": "Apples", "text": "Apples grow on trees & in <crates>.\n\nThey keep until spring."},
            {"id": "two", "title": "Pears", "text": "Pears grow on trees. A pear is no apple."},
            {"id": "three", "title": "", "text": "Pears grow on trees. A pear is no apple."},
            {"id": "four", "text": "Kettles whistle when the water boils."},
        ],
        "queries": [
            {"id": 7, "text": 'where do "apples" grow?'},
            {"id": "8", "text": "whistling ketles -water"},
            {"id": "9", "text": "nothing is judged for this one"},
        ],
        "qrels": [
            {"query": "7", "document": 1, "relevance": 2},
            {"query": 7, "document": "two", "relevance": 1},
            {"query": "7", "document": "four", "relevance": -1},
            {"query": 8, "document": "four", "relevance": 1},
            {"query": "9", "document": "one", "relevance": 0},
        ],
    }
    for name, some in rows.items():
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, some)) + "\n\n", encoding="utf-8")
    return tmp_path


def test_a_judged_collection_is_read_with_ids_as_text_and_without_queries_that_tell_nothing(collection):
    held = judged.read(collection)
    assert [one.id for one in held.documents] == ["1", "two", "three", "four"]
    assert held.queries.keys() == {"7", "8"}
    assert held.relevant == {"7": {"1": 2.0, "two": 1.0}, "8": {"four": 1.0}}


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "1"}'])
def test_what_cannot_be_read_is_named_by_file_and_line(collection, line):
    with (collection / "documents.jsonl").open("a") as file:
        file.write(line)
    with pytest.raises(ValueError, match=r"documents\.jsonl, line 6"):
        judged.read(collection)


def test_recap_and_its_peers_search_the_same_documents(collection, tmp_path):
    pytest.importorskip("bm25s", reason="the extra “bench” is not installed")
    from bench.peers import PEERS
    from bench.recap import recap

    held = judged.read(collection)
    for name, engine in {"Recap": partial(recap, folder=tmp_path), **PEERS}.items():
        search = engine(held.documents)
        assert search(held.queries["7"])[0] == "1", name
        assert {"two", "three"} <= set(search("pear")), "documents of the same words are two documents"
        assert search("") == search("zzzzzz") == [], name
        mends = name in ("Recap", "do-it-yourself", "tantivy exact+fuzzy")
        assert search("ketles") == (["four"] if mends else []), name


def test_a_year_limits_no_query_of_a_collection_but_is_looked_for():
    pytest.importorskip("bm25s", reason="the extra “bench” is not installed")
    from bench.recap import unlimited

    question = unlimited(understand("Which pears won in 2015?", (), Facets(), intent="find"))
    assert not question.scope
    assert not question.places
    assert question.about == ("pears", "won", "2015")


def test_names_are_looked_up_where_the_notes_have_them(index):
    made = lookups(index, 1)
    held = {one.id: set(words(f"{one.title} {one.text}")) for one in passages(index)}
    assert made["name"]
    for one in made["name"]:
        assert one.name in one.text
        assert one.relevant.keys() == {id for id, said in held.items() if one.name in said} != set()
    assert all(one.name not in one.text.split() for one in made["one edit"])
    assert lookups(index, 1) == made != lookups(index, 2)


def test_a_chart_is_sound_xml_in_which_longer_bars_are_higher_figures():
    drawn = ET.fromstring(drawing.bars("A <title>", {"Recap": {"a & b": 0.9, "c": 0.1}, "other": {"a & b": 0.5}}))
    texts = [one.text for one in drawn.iter() if one.tag.endswith("text")]
    assert {"A <title>", "a & b", "0.90", "0.10", "0.50", "other"} <= set(texts)
    bars = [float(one.get("width")) for one in drawn.iter() if one.tag.endswith("rect") and one.get("height") == "13"]
    assert bars[0] > bars[2] > bars[1]
    tops = [float(one.get("y")) for one in drawn.iter() if one.tag.endswith("rect") and one.get("height") == "13"]
    assert all(above < below for above, below in pairwise(tops))
    assert drawing.bars("nothing", {})


def test_lines_rise_with_their_values_and_tell_them():
    drawn = ET.fromstring(drawing.lines("Growth", {"a": [(10, 1), (1000, 20)], "b": [(10, 3), (1000, 3)]}, "x", "ms"))
    rising, level = (one.get("points").split() for one in drawn.iter() if one.tag.endswith("polyline"))
    heights = [[float(point.split(",")[1]) for point in line] for line in (rising, level)]
    assert heights[0][0] > heights[1][0] == heights[1][1] > heights[0][1]
    assert {"1.0", "20.0", "3.0", "a", "b", "1,000"} <= {one.text for one in drawn.iter() if one.tag.endswith("text")}


def test_a_run_becomes_tables_charts_and_a_page(collection, tmp_path, notes, monkeypatch):
    pytest.importorskip("bm25s", reason="the extra “bench” is not installed")
    from bench import charts, quality, scale

    monkeypatch.setattr(metrics, "SAMPLES", 20)
    results = {"quality": quality.run([collection], [notes], None, seed=1)}
    again = quality.run([collection], [], None, seed=1)
    for noise in quality.KINDS:
        ours = results["quality"]["judged"]["engines"]["Recap"][noise]
        assert ours == again["judged"]["engines"]["Recap"][noise]
    assert "do-it-yourself" in quality.as_markdown(results["quality"])
    asked = [{"engine": name, "milliseconds": dict.fromkeys(scale.KINDS, (1.5, 9.0))} for name in ("Recap", "FTS5")]
    results["scale"] = {"sizes": [asdict(scale.Row(size, load=2.0)) | {"asked": asked} for size in (10_000, 100_000)]}
    docs = tmp_path / "docs"
    text = charts.write(json.loads(json.dumps(results)), docs).read_text("utf-8")
    assert "| 100,000 | FTS5 | 1.5 / 9.0 |" in text
    assert (docs / "benchmarks" / "growth-p95.svg").exists()
    named = [part.split(")")[0] for part in text.split("](")[1:]]
    assert named
    assert all((docs / name).exists() for name in named)
