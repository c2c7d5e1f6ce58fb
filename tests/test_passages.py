"""Passages: short enough to read, long enough to answer, and together the whole note."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.model import MAX_PASSAGE_WORDS, Block, Document
from store.passages import TARGET, passages
from store.read import parse
from store.text import words


def texts_of(*blocks: Block, title: str = "") -> list[str]:
    return [passage.text for passage in passages(Document(blocks, title=title))]


def heading(text: str, level: int = 2, page: int = 0) -> Block:
    return Block("heading", text, level=level, page=page)


def paragraph(words: int, end: str = ".") -> Block:
    return Block("paragraph", " ".join(["word"] * (words - 1) + ["end"]) + end)


def item(text: str) -> Block:
    return Block("item", text)


def test_a_heading_opens_the_first_passage_of_its_section():
    found = passages(Document((heading("Neutron"), paragraph(110), paragraph(110))))
    assert [passage.text.startswith("Neutron\n") for passage in found] == [True, False]
    assert [passage.heading for passage in found] == [("Neutron",), ("Neutron",)]


def test_a_heading_with_one_line_is_one_passage():
    assert texts_of(heading("A"), paragraph(5), heading("B"), paragraph(5)) == [
        "A\nword word word word end.",
        "B\nword word word word end.",
    ]


def test_the_path_names_all_headings_above_but_the_title():
    blocks = (
        heading("Title", 1),
        heading("Day 1"),
        heading("Talks", 3),
        paragraph(80),
        heading("Day 2"),
        paragraph(80),
    )
    found = passages(Document(blocks, title="Title"))
    assert [passage.heading for passage in found] == [("Day 1", "Talks"), ("Day 2",)]
    assert found[0].text.startswith("Title\nDay 1\nTalks\n")
    assert passages(Document(blocks, title="Another"))[1].heading == ("Title", "Day 2")


def test_headings_with_nothing_below_are_never_lost():
    assert texts_of(heading("A"), heading("B"), paragraph(3), heading("C")) == ["A\nB\nword word end.", "C"]


def test_short_paragraphs_of_a_section_are_joined_and_long_ones_are_not():
    assert [len(text.split()) for text in texts_of(*(paragraph(n) for n in (30, 40, 90, 100, 50, 80)))] == [
        70,
        90,
        100,
        50,
        80,
    ]


def test_a_list_stays_with_its_introduction():
    intro = Block("paragraph", "These came up in the session on upgrades:")
    items = [item(f"point {n} " + "x " * 12) for n in range(9)]
    assert len(texts_of(paragraph(90), intro, *items)) == 2
    assert texts_of(paragraph(90), intro, *items)[1].startswith(intro.text)


def test_a_long_list_is_parted_between_items():
    found = texts_of(Block("paragraph", "The list:"), *(item(f"point {n} " + "x " * 20) for n in range(30)))
    assert found[0].startswith("The list:\npoint 0")
    assert all(text.startswith("point") for text in found[1:])


def test_a_line_that_leads_on_stays_with_what_it_leads_to():
    assert texts_of(
        paragraph(30), Block("paragraph", "Kolla Liberty, by Steve Dake"), paragraph(115), paragraph(5)
    ) == [
        paragraph(30).text,
        f"Kolla Liberty, by Steve Dake\n{paragraph(115).text}\n{paragraph(5).text}",
    ]


def test_a_tiny_rest_goes_to_the_passage_before_it():
    assert texts_of(paragraph(115), paragraph(4)) == [f"{paragraph(115).text}\n{paragraph(4).text}"]


def test_a_long_paragraph_is_parted_at_sentence_ends_into_much_the_same_sizes():
    sentence = "Upgrades were the topic of the day, and nobody had slept enough to argue."
    found = texts_of(heading("Day 3"), Block("paragraph", " ".join([sentence] * 25)))
    assert all(text.endswith("argue.") for text in found)
    sizes = [len(text.split()) for text in found]
    assert max(sizes) <= MAX_PASSAGE_WORDS
    assert min(sizes) > TARGET / 2


@pytest.mark.parametrize("text", ["word " * 900, "a,b;" * 600, "漢字" * 500, "東京で開催。" * 200, "x" * 100_000])
def test_a_sentence_without_end_is_parted_between_words(text):
    found = texts_of(heading("Long"), Block("paragraph", text.strip()))
    assert all(len(words(passage)) <= MAX_PASSAGE_WORDS for passage in found)
    assert "".join("".join(found).split()) == "Long" + "".join(text.split())


def test_a_passage_stays_on_its_page_and_keeps_its_section():
    found = passages(
        Document((heading("A", page=1), Block("paragraph", "One.", page=1), Block("paragraph", "Two.", page=2)))
    )
    assert [(p.text, p.page, p.heading) for p in found] == [("A\nOne.", 1, ("A",)), ("Two.", 2, ("A",))]


def test_lines_reach_from_the_first_block_to_the_last():
    found = passages(
        Document((Block("heading", "A", 3, 3, 1), Block("paragraph", "One.", 5, 6), Block("item", "Two", 8, 9)))
    )
    assert [(p.first, p.last) for p in found] == [(3, 9)]


SENTENCES = st.lists(st.text(st.sampled_from("ab Z1.,!?:é漢。\n-'"), max_size=30), max_size=60).map(" ".join)
BLOCKS = st.builds(
    Block,
    kind=st.sampled_from(["heading", "paragraph", "paragraph", "item", "code"]),
    text=st.one_of(SENTENCES, st.integers(1, 500).map(lambda n: "word " * n)).filter(str.strip),
    level=st.integers(1, 6),
    page=st.sampled_from([0, 0, 0, 1, 2]),
)


@settings(deadline=None)
@given(st.lists(BLOCKS, max_size=12))
def test_every_word_stands_in_exactly_one_passage_in_order(blocks):
    found = passages(Document(tuple(blocks)))
    assert "".join("".join(p.text for p in found).split()) == "".join("".join(b.text for b in blocks).split())
    for passage in found:
        assert passage.text.strip()
        assert len(passage.text.split()) <= MAX_PASSAGE_WORDS
        assert len(words(passage.text)) <= MAX_PASSAGE_WORDS


LINES = st.lists(
    st.text(st.sampled_from("abcdefgh   ÄéZ"), min_size=1, max_size=80).map(lambda s: " ".join(s.split()))
    | st.sampled_from(["", "", "# Heading", "- item", "1. item", "===", "    code", "> quote", "Two words."]),
    max_size=40,
)


@settings(deadline=None)
@given(LINES, st.sampled_from([".md", ".txt"]))
def test_the_lines_of_a_passage_hold_its_first_and_last_words(lines, suffix):
    lines = ["Some words to begin with.", "", *lines]
    for passage in passages(parse(f"note{suffix}", "\n".join(lines).encode())):
        assert 1 <= passage.first <= passage.last <= len(lines)
        assert passage.text.split()[0] in lines[passage.first - 1]
        assert passage.text.split()[-1] in lines[passage.last - 1]


def test_reference_notes_are_cut_into_passages_of_a_readable_size():
    if not (reference := os.environ.get("RECAP_REFERENCE")):
        pytest.skip("RECAP_REFERENCE names no folder of reference notes")
    files = [path for part in ("corpus", "seeds") for path in Path(reference, part).iterdir()]
    found = [len(p.text.split()) for path in files for p in passages(parse(path.name, path.read_bytes()))]
    assert max(found) <= MAX_PASSAGE_WORDS
    assert sum(size < 20 for size in found) < len(found) / 10
    assert 50 <= sorted(found)[len(found) // 2] <= TARGET


LINK = "https://example.org/a/talk/with/a/long/address"


def test_addresses_stand_with_the_sentence_above_or_else_below():
    above, below = paragraph(115), paragraph(90)
    link = Block("paragraph", LINK)
    assert texts_of(above, link, below) == [f"{above.text}\n{LINK}", below.text]
    assert texts_of(heading("Links"), link, item(LINK), below) == [f"Links\n{LINK}\n{LINK}\n{below.text}"]


def test_a_cut_goes_round_brackets_where_it_can():
    sentence = "He will work on triggers (or at least nag them about it. Often. And loudly), as he said, and soon."
    found = texts_of(Block("paragraph", " ".join([sentence] * 20)))
    assert len(found) > 1
    assert all(text.count("(") == text.count(")") for text in found)


def test_a_sentence_too_long_is_cut_between_clauses():
    found = texts_of(Block("paragraph", "one two three, " * 100 + "end."))
    assert all(text.endswith(("three,", "end.")) for text in found)


def test_data_pasted_as_one_endless_word_is_cut_like_a_text():
    found = texts_of(Block("paragraph", "iVBORw0KGgo" * 9000))
    assert "".join(found) == "iVBORw0KGgo" * 9000
    assert max(map(len, found)) <= 100 * MAX_PASSAGE_WORDS
