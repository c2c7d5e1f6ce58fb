"""Plain text: what the setting of its lines tells."""

import pytest

from store.read import parse

LONG = "This is a paragraph that is long enough to stand below a heading and be more than it."


def blocks_of(text: str, name: str = "note.txt") -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, block.text) for block in parse(name, text.encode()).blocks]


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("A heading\n\n", (3, "A heading")),
        ("Not a heading.\n\n", None),
        ("\nIt is huge!\n\n", (3, "It is huge!")),
        ("It is huge!\n\n", None),
        ("What Does It Mean?\n\n", (3, "What Does It Mean?")),
        ("Top\n===\n", (1, "Top")),
        ("Sub\n---\n\n", (2, "Sub")),
        ("## Hash\n", (2, "Hash")),
        ("== Wiki ==\n", (2, "Wiki")),
        ("*** Org\n", (3, "Org")),
        ("__Ada Byron: __\n\n", (3, "Ada Byron:")),
        ("https://example.org/talk\n\n", None),
        ("- an item that is as wide as it gets\n- an item\nNext Part\n\n", (3, "Next Part")),
    ],
)
def test_a_line_that_stands_above_a_paragraph_may_be_its_heading(text, heading):
    headings = [(level, text) for kind, level, text in blocks_of(f"{LONG}\n\n{text}{LONG}") if kind == "heading"]
    assert headings == ([heading] if heading else [])


def test_a_short_first_line_is_the_title():
    assert blocks_of(f"A Title\n\n{LONG}") == [("heading", 1, "A Title"), ("paragraph", 0, LONG)]
    assert blocks_of(f"{LONG}\n\n{LONG}")[0] == ("paragraph", 0, LONG)


def test_bullets_and_numbers_make_items():
    text = "Three things:\n  • one\n  * two\n    goes on\n  - three\n1. four"
    kinds = [(kind, text) for kind, _, text in blocks_of(text)]
    items = [("item", "one"), ("item", "two goes on"), ("item", "three"), ("item", "1. four")]
    assert kinds == [("paragraph", "Three things:"), *items]


def test_rules_are_no_text():
    assert blocks_of("----------\n\nText.\n\n**********") == [("paragraph", 0, "Text.")]


def test_wrapped_lines_are_joined_and_lines_broken_on_purpose_are_not():
    wrapped = "The quick brown fox jumps over the lazy dog\nand goes on to the next line, which is as long\nas it is."
    assert blocks_of(wrapped) == [("paragraph", 0, " ".join(wrapped.split()))]
    minutes = "10:00 Kuryr is stable now.\n10:15 Trunk ports come next, says Antoni, in Queens.\n10:30 Coffee."
    assert [text for _, _, text in blocks_of(minutes)] == minutes.split("\n")


def test_line_ranges_hold_their_blocks():
    text = "Title\n\n\nOne line\nthat goes\non.\n\n• item\n"
    lines = [(block.text, block.first, block.last) for block in parse("note.txt", text.encode()).blocks]
    assert lines == [("Title", 1, 1), ("One line that goes on.", 4, 6), ("item", 8, 8)]


def test_a_byline_stays_in_the_text_and_names_the_author():
    document = parse("note.txt", f"Summit Report\n\nby Donovan Jones\n\n{LONG}".encode())
    assert [block.text for block in document.blocks] == ["Summit Report", "by Donovan Jones", LONG]
    assert (document.title, document.meta["author"]) == ("Summit Report", "Donovan Jones")


@pytest.mark.parametrize("line", ["by the way", "by far the best talk", "We went by Train"])
def test_what_only_begins_like_a_byline_names_nobody(line):
    assert "author" not in parse("note.txt", f"Title\n\n{line}\n\n{LONG}".encode()).meta


@pytest.mark.parametrize("front", ["---\ntitle: T\ndate: 2015-10\n---\n", "Title: T\nDate: 2015-10\n\n"])
def test_metadata_on_top_is_no_text(front):
    document = parse("note", (front + LONG).encode())
    assert (document.title, str(document.meta["date"]), document.blocks[0].text) == ("T", "2015-10", LONG)


def test_a_line_with_a_colon_is_not_metadata_unless_its_key_is_usual():
    assert blocks_of("Neutron: got faster.\nNova: did not.")[0][2] == "Neutron: got faster."


@pytest.mark.parametrize("text", ["Über Köln", "Hội nghị ở Đà Nẵng", "東京で開催された。", "Ολυμπία", "مؤتمر"])
def test_other_scripts_survive(text):
    assert blocks_of(text)[0][2] == text


def test_a_single_long_line_is_one_block():
    document = parse("note.txt", ("word " * 200_000).encode())
    assert len(document.blocks) == 1


def test_a_word_within_a_paragraph_is_no_heading():
    text = f"{LONG}\n\nAn awesome dinner at some\nBistro\nand some shopping {LONG}"
    assert "heading" not in [kind for kind, _, _ in blocks_of(text)]


def test_a_label_below_a_title_leaves_it_the_title():
    kinds = [(kind, text) for kind, _, text in blocks_of(f"{LONG}\n\nKafka with Rails\n\nSlides\n\n{LONG}")]
    assert kinds[1:3] == [("heading", "Kafka with Rails"), ("paragraph", "Slides")]


def test_short_lines_in_a_row_are_a_list():
    text = f"{LONG}\n\nRed apples\n\nGreen pears\n\nBlue plums\n\n{LONG}"
    assert "heading" not in [kind for kind, _, _ in blocks_of(text)]


def test_a_line_of_facts_is_no_heading():
    text = f"{LONG}\n\nVisa required: Yes Flight time: Long\n\n{LONG}\n\n{LONG}"
    assert "heading" not in [kind for kind, _, _ in blocks_of(text)]


def test_very_long_lines_are_paragraphs_of_their_own():
    lines = [f"{LONG} {LONG} {LONG}", f"{LONG} {LONG} {LONG} {LONG}"]
    assert [text for _, _, text in blocks_of("\n".join(lines))] == lines
