"""PDF: pages written here by hand, read back as paragraphs."""

import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfWriter

from store.errors import NoteError
from store.passages import passages
from store.read import parse


def pdf(*pages: list[str], info: str = "") -> bytes:
    """The smallest PDF with these lines of text on its pages."""
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for i, lines in enumerate(pages):
        shown = "\n".join(f"({line}) Tj T*" for line in lines)
        stream = f"BT /F1 11 Tf 14 TL 72 720 Td\n{shown}\nET"
        resources = "/Resources << /Font << /F1 3 0 R >> >> /MediaBox [0 0 612 792]"
        objects.append(f"<< /Type /Page /Parent 2 0 R {resources} /Contents {5 + 2 * i} 0 R >>")
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    objects.append(f"<< {info} >>")
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    start = len(out)
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    return (
        out
        + f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>\n".encode()
        + f"startxref\n{start}\n%%EOF".encode()
    )


PAGES = (
    [
        "Summit Recap",
        "Kuryr bridges Docker and OpenStack networking by connecting the com-",
        "munity around libnetwork with Neutron, thus allowing networks to be used",
        "twice.",
        "Magnum is ready for production, they said, and many people wanted it to be",
        "true.",
    ],
    ["Caf\xe9 talk: a page of its own with words enough to be a paragraph."],
)


def test_lines_become_paragraphs_with_their_page():
    blocks = parse("note.pdf", pdf(*PAGES)).blocks
    assert [(b.kind, b.page, b.text) for b in blocks] == [
        ("heading", 1, "Summit Recap"),
        (
            "paragraph",
            1,
            "Kuryr bridges Docker and OpenStack networking by connecting the community around libnetwork with"
            " Neutron, thus allowing networks to be used twice.",
        ),
        ("paragraph", 1, "Magnum is ready for production, they said, and many people wanted it to be true."),
        ("paragraph", 2, "Café talk: a page of its own with words enough to be a paragraph."),
    ]
    assert {block.first for block in blocks} == {0}


def test_a_passage_stays_on_its_page():
    assert [passage.page for passage in passages(parse("note.pdf", pdf(*PAGES)))] == [1, 2]


def test_document_info_gives_title_author_and_date():
    info = "/Title (Tokyo in short) /Author (Ada Byron) /CreationDate (D:20151102100000Z)"
    document = parse("note.pdf", pdf(*PAGES, info=info))
    assert (document.title, document.meta["author"]) == ("Tokyo in short", "Ada Byron")
    assert document.meta["date"] == datetime(2015, 11, 2, 10, tzinfo=UTC)


def test_a_pdf_under_another_name_is_read():
    assert parse("note.txt", pdf(*PAGES)).blocks[-1].page == 2


def encrypted(password: str) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(pdf(*PAGES)))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_encryption_without_a_password_is_no_hindrance():
    assert parse("note.pdf", encrypted("")).title == "Summit Recap"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (encrypted("secret"), "is an encrypted PDF"),
        (pdf([]), "is a PDF of pictures, without any text"),
        (b"no PDF", "is named .pdf but is not a PDF"),
        (b"%PDF-1.7\nand then nothing", "is a damaged PDF"),
        (pdf(*PAGES)[:400], "is a damaged PDF"),
    ],
)
def test_a_pdf_without_text_to_be_had_is_refused(data, reason, caplog):
    with pytest.raises(NoteError) as refusal:
        parse("note.pdf", data)
    assert refusal.value.reason == reason
    assert not caplog.records


def test_a_long_pdf_is_read_as_far_as_the_bound(monkeypatch):
    monkeypatch.setattr("store.read.pdf.MAX_PAGES", 1)
    document = parse("note.pdf", pdf(*PAGES))
    assert {block.page for block in document.blocks} == {1}
    assert "first 1 pages" in document.remarks[0]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["See the PTG-", "Etherpad for more."], "See the PTG-Etherpad for more."),
        (["It is at http://example.org/cloud-", "native today."], "It is at http://example.org/cloud-native today."),
        (["A cloud is native: cloud-", "native it is."], "A cloud is native: cloud-native it is."),
        (["They brought the com-", "munity together."], "They brought the community together."),
    ],
)  # fmt: skip
def test_a_word_cut_at_a_line_end_is_whole_again(lines, text):
    assert parse("note.pdf", pdf(lines)).blocks[0].text == text


def test_headers_and_footers_are_no_text():
    pages = [
        ["Trip Report", f"{name} spoke of networks at some length.", f"Page {n} of 3"]
        for n, name in enumerate("ABC", 1)
    ]
    assert [block.text for block in parse("note.pdf", pdf(*pages)).blocks] == [
        f"{name} spoke of networks at some length." for name in "ABC"
    ]
    assert len(parse("note.pdf", pdf(*pages[:2])).blocks) > 2


def test_a_file_name_is_no_title():
    assert parse("note.pdf", pdf(*PAGES, info="/Title (export_7.html)")).title == "Summit Recap"
