"""Bytes to text: encodings told apart, binary content turned away, files dispatched by their names."""

import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.errors import NoteError
from store.read import SUFFIXES, parse

GERMAN = "Die Größe der Cloud für Köln ist schön. Loïc sprach über Wärme und Änderungen."


def words_of(name: str, data: bytes) -> str:
    return " ".join(block.text for block in parse(name, data).blocks)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"])
def test_unicode_encodings_are_read_without_a_word(encoding):
    document = parse("a.txt", GERMAN.encode(encoding))
    assert document.blocks[0].text == GERMAN
    assert document.remarks == ()


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "cp1252"),
        (GERMAN * 60, "cp1252"),
        ("Café “quoted” – naïve", "cp1252"),
        ("Zażółć gęślą jaźń. Konferencja w Warszawie była świetna, dużo ludzi i żywych rozmów. " * 20, "cp1250"),
        ("Привет, это заметки с конференции. Контейнеры и сети. " * 5, "cp1251"),
        ("東京で開催されたサミットの報告です。" * 8, "cp932"),
    ],
)
def test_other_encodings_are_guessed_and_told(text, encoding):
    document = parse("a.txt", text.encode(encoding))
    assert " ".join(text.split()) == " ".join(block.text for block in document.blocks)
    assert any(encoding in remark for remark in document.remarks)


def test_the_encoding_that_a_page_declares_is_believed():
    page = '<html><head><meta charset="shift_jis"></head><body><p>東京の報告です。</p></body></html>'
    document = parse("a.html", page.encode("shift_jis"))
    assert document.blocks[0].text == "東京の報告です。"
    assert "shift_jis" in document.remarks[0]


def test_a_declared_encoding_that_does_not_exist_is_passed_over():
    page = b'<html><head><meta charset="klingon"></head><body><p>Caf\xe9</p></body></html>'
    assert words_of("a.html", page) == "Café"


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\n"])
def test_line_numbers_are_the_same_whatever_ends_a_line(line_end):
    blocks = parse("a.md", line_end.join(["# Title", "", "One.", "", "Two."]).encode()).blocks
    assert [(block.first, block.text) for block in blocks] == [(1, "Title"), (3, "One."), (5, "Two.")]


def test_text_is_composed_and_rid_of_invisible_characters():
    text = "Loi\u0308c u\u0308ber Open\u00adStack\u200b\x07 Ha\u0300 No\u0323\u0302i"
    assert words_of("a.txt", text.encode()) == "Loïc über OpenStack Hà Nội"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.md", b"", "is empty"),
        ("a.txt", b" \n\t\n", "is empty"),
        ("a.txt", b"\xef\xbb\xbf", "is empty"),
        ("a.md", "\u200b\n\u200b".encode(), "is empty"),
        ("a.txt", b"abc\0def", "is not text"),
        ("a.md", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is not text"),
        ("a.txt", bytes(range(1, 256)) * 8, "is not text"),
        ("a.txt", b"\x01\x02\x03\x04\x05\x06\x0e\x0f" * 20, "is not text"),
        ("a.txt", b"%&/()=?!$ " * 20, "is not text"),
        ("a.md", b"---\ntitle: Nothing else\n---\n", "holds no text to quote"),
        ("a.html", b"<html><head><script>alert(1)</script></head></html>", "holds no text to quote"),
        ("a.docx", b"PK\x03\x04", "has a format that is not read (.docx)"),
        ("a.xyz", b"some text", "has a format that is not read (.xyz)"),
        ("a.pdf", b"This is no PDF at all", "is named .pdf but is not a PDF"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason_and_a_remedy(name, data, reason):
    with pytest.raises(NoteError) as refusal:
        parse(name, data)
    assert refusal.value.reason == reason
    assert refusal.value.remedy


def test_the_remedy_fits_the_format():
    remedies = {}
    for name in ("a.docx", "a.pptx", "a.jpg", "a.bin"):
        with pytest.raises(NoteError) as refusal:
            parse(name, b"PK")
        remedies[name] = refusal.value.remedy
    assert "word processor" in remedies["a.docx"]
    assert "slides" in remedies["a.pptx"]
    assert len(set(remedies.values())) == 4


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("note.md", True),
        ("NOTE.MD", True),
        ("page.html.md", True),
        ("folder.md/note", True),
        ("note.txt", True),
        ("note.html", False),
    ],
)
def test_the_last_suffix_picks_the_format(name, heading):
    kinds = [block.kind for block in parse(name, b"# Heading\n\nWhat it says below.").blocks]
    assert ("heading" in kinds) is heading


def test_a_page_saved_as_text_is_read_as_a_page():
    page = b"<!DOCTYPE html><html><head><title>T</title></head><body><p>Words.</p></body></html>"
    assert parse("page.txt", page).title == "T"
    assert words_of("page", page) == "Words."


def test_every_suffix_is_read():
    for suffix in SUFFIXES - {".pdf"}:
        assert words_of(f"note{suffix}", b"Kuryr came to Tokyo.") == "Kuryr came to Tokyo."


def test_title_author_and_language_come_from_the_front_matter_or_the_text():
    document = parse("a.md", b"---\ntitle: From above\nlang: de\n---\n# From the text\n\nBy Ada Byron\n\nWords.")
    assert (document.title, document.language, document.meta["author"]) == ("From above", "de", "Ada Byron")
    assert parse("a.md", b"# From the text\n\nWords.").title == "From the text"
    assert parse("a.md", b"## Alone on top\n\nWords.\n\n### Below\n\nMore.").title == "Alone on top"
    assert parse("a.md", b"## Day 1\n\nWords.\n\n## Day 2\n\nMore.").title == ""


# fmt: off
SNIPPETS = st.sampled_from([
    "# h\n", "<p>", "</div>", "<ul><li>", "> ", "- ", "1. ", "``", "```\n", "---\n", "===\n", "+++\n", "title: x\n",
    "a: [\n", "**b**", "[x](y)", "[1]: z\n", "| a | b |\n|-|-|\n", ".. note::\n", ":ref:`x`", "::\n\n", "`a`_ ", "|s|",
    "\n\n", "    ", "\t", "Word. ", "漢字。", "é", "<!--", "-->", "<table><tr><td>", "<br><br>", "&amp;", "&#0;",
    "{% x %}", "\x0c", "\u2028", "• ", "![", "](", "<script>",
])
# fmt: on


@settings(deadline=None)
@given(st.sampled_from(sorted(SUFFIXES)), st.lists(SNIPPETS, max_size=30).map("".join).map(str.encode))
def test_no_mixture_of_markup_breaks_a_reader(suffix, data):
    assert_reads_or_refuses(f"note{suffix}", data)


@settings(deadline=None)
@given(st.sampled_from(sorted(SUFFIXES)), st.binary(max_size=400))
def test_no_bytes_break_a_reader(suffix, data):
    assert_reads_or_refuses(f"note{suffix}", data)


def assert_reads_or_refuses(name: str, data: bytes) -> None:
    """A reader that fails is caught, and logged as a bug: here that counts as broken."""
    records: list[logging.LogRecord] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = records.append
    logging.getLogger("store.read").addHandler(handler)
    try:
        document = parse(name, data)
    except NoteError:
        return
    else:
        lines = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
        assert all(block.text.strip() for block in document.blocks)
        assert all(0 <= block.first <= block.last <= lines for block in document.blocks if not document.remarks)
    finally:
        logging.getLogger("store.read").removeHandler(handler)
    assert not records
