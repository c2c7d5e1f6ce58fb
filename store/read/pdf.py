"""PDF: pages of lines, from which paragraphs are put together again."""

import io
import logging
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError

from store.errors import NoteError
from store.model import Block, Document
from store.read import plain
from store.text import clean

MAX_PAGES = 1_000
MAX_SECONDS = 60
"""Bounds on one file; what lies beyond is left out, and its owner told."""

MAX_PAGE_BYTES = 5_000_000
"""A page whose drawing instructions are longer than this is a picture, or a trap."""

_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u2010]$")
_LOCKED = ("is an encrypted PDF", "save it without a password, or its text as plain text")

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # each oddity of a file is a line in the log otherwise


def read(data: bytes) -> Document:
    """A PDF's text with page numbers. Raises NoteError where there is none to be had."""
    if b"%PDF-" not in data[:1024]:
        raise NoteError("is named .pdf but is not a PDF", "export it as PDF again, or give it its right name")
    try:
        blocks, meta, remarks = _opened(PdfReader(io.BytesIO(data)))
    except DependencyError as error:  # a cipher that pypdf leaves to another package
        raise NoteError(*_LOCKED) from error
    except NoteError:
        raise
    except Exception as error:  # pypdf meets damaged files with whatever its code runs into
        raise NoteError("is a damaged PDF", "export it as PDF again, or save its text as plain text") from error
    if not blocks:
        raise NoteError("is a PDF of pictures, without any text", "run it through OCR, or type what matters")
    return Document(tuple(blocks), meta, remarks=remarks)


def _opened(reader: PdfReader) -> tuple[list[Block], dict[str, object], tuple[str, ...]]:
    if reader.is_encrypted and not reader.decrypt(""):
        raise NoteError(*_LOCKED)
    blocks: list[Block] = []
    end = time.monotonic() + MAX_SECONDS
    for number, page in enumerate(reader.pages, 1):
        if number > MAX_PAGES or time.monotonic() > end:
            return (
                blocks,
                _info(reader),
                (f"only its first {number - 1} pages were read; split it into parts",),
            )
        blocks += _page(page, number)
    return blocks, _info(reader), ()


def _page(page: PageObject, number: int) -> Iterator[Block]:
    contents = page.get_contents()
    if contents is None or len(contents.get_data()) > MAX_PAGE_BYTES:
        return
    lines = _rejoined(clean(page.extract_text().replace("\r", "\n")).split("\n"))
    for block in plain.blocks(lines, titled=number == 1):
        yield replace(block, first=0, last=0, page=number)


def _rejoined(lines: Sequence[str]) -> list[str]:
    """Lines with words that a line end had cut in two made whole again, on the first of both lines."""
    whole = [line.strip() for line in lines]
    for i, below in enumerate(whole[1:]):
        if _HYPHEN.search(whole[i]) and below[:1].islower():
            rest = below.split(maxsplit=1)
            whole[i], whole[i + 1] = whole[i][:-1] + rest[0], "".join(rest[1:])
    return whole


def _info(reader: PdfReader) -> dict[str, object]:
    info = reader.metadata
    if info is None:
        return {}
    texts = {"title": info.title, "author": info.author, "subject": info.subject, "date": info.creation_date}
    return {key: clean(value).strip() if isinstance(value, str) else value for key, value in texts.items() if value}
