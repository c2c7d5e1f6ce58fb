"""PDF: pages of lines, from which paragraphs are put together again."""

import io
import logging
import re
import time
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError

from store.errors import NoteError
from store.model import Block, Document
from store.read import plain
from store.text import clean

MAX_PAGES = 1_000
MAX_SECONDS = 15
"""Bounds on one file, in work; what lies beyond is left out, and its owner told."""

MAX_PAGE_BYTES = 5_000_000
"""A page whose drawing instructions are longer than this is a picture, or a trap."""

MIN_REPEATED = 3
"""Pages on which a first or last line stands, being those of most pages, from which it belongs to none."""

_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u2010]$")
_PART = re.compile(r"[^\W\d_]+")
_CUT = re.compile(r"(?<!\S)\S+[-\u2010]\n\S*")
_DIGITS = re.compile(r"\d+")
_FILE_NAME = re.compile(r"(?:Microsoft \w+ - .*|untitled.*|\S*\.[a-z]{2,5})", re.IGNORECASE)
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
    except (NoteError, MemoryError):
        raise
    except Exception as error:  # pypdf meets damaged files with whatever its code runs into
        raise NoteError("is a damaged PDF", "export it as PDF again, or save its text as plain text") from error
    if not blocks:
        raise NoteError("is a PDF of pictures, without any text", "run it through OCR, or type what matters")
    return Document(tuple(blocks), meta, remarks=remarks)


def _opened(reader: PdfReader) -> tuple[list[Block], dict[str, object], tuple[str, ...]]:
    if reader.is_encrypted and not reader.decrypt(""):
        raise NoteError(*_LOCKED)
    pages: list[list[str]] = []
    remarks: tuple[str, ...] = ()
    end = time.thread_time() + MAX_SECONDS
    for number, page in enumerate(reader.pages, 1):
        if number > MAX_PAGES or time.thread_time() > end:
            remarks = (f"only its first {number - 1} pages were read; split it into parts",)
            break
        pages.append(_lines(page))
    return list(_blocks(_without_margins(pages))), _info(reader), remarks


def _lines(page: PageObject) -> list[str]:
    contents = page.get_contents()
    if contents is None or len(contents.get_data()) > MAX_PAGE_BYTES:
        return []
    return [line.strip() for line in clean(page.extract_text().replace("\r", "\n")).split("\n")]


def _without_margins(pages: Sequence[list[str]]) -> list[list[str]]:
    """The pages less headers and footers: lines at the same end of most pages, whatever numbers they hold."""
    kept = [list(page) for page in pages]
    for end in (0, -1):
        for page in kept:
            while page and not page[end]:
                page.pop(end)
        lines = Counter(_DIGITS.sub("0", page[end]) for page in kept if page)
        most = max(MIN_REPEATED, len([page for page in kept if page]) // 2 + 1)
        for page in kept:
            if page and lines[_DIGITS.sub("0", page[end])] >= most:
                page.pop(end)
    return kept


def _blocks(pages: Sequence[list[str]]) -> Iterator[Block]:
    whole = _CUT.sub(" ", "\n".join(line for page in pages for line in page))
    known = {word.lower() for word in _PART.findall(whole)}
    for number, lines in enumerate(pages, 1):
        for block in plain.blocks(_rejoined(lines, known), titled=number == 1):
            yield replace(block, first=0, last=0, page=number)


def _rejoined(lines: Sequence[str], known: Container[str]) -> list[str]:
    """Lines with words that a line end had cut in two made whole again, on the first of both lines.

    A hyphen stays that is none of the line end's: in addresses and names, and between two ``known`` words.
    """
    whole = list(lines)
    for i, below in enumerate(whole[1:]):
        if not (_HYPHEN.search(whole[i]) and below[:1].isalnum()):
            continue
        cut, (rest, *others) = whole[i].split()[-1], below.split(maxsplit=1)
        parts = [_PART.match(rest), _PART.search(cut[:-1])]
        compound = all(part and len(part[0]) > 2 and part[0].lower() in known for part in parts)
        joined = f"{cut[:-1]}{rest}".lower().strip(".,;:!?)") in known
        own = not rest[0].islower() or any(c in cut[:-1] for c in "-/@.") or (compound and not joined)
        whole[i] = whole[i][: None if own else -1] + rest
        whole[i + 1] = "".join(others)
    return whole


def _info(reader: PdfReader) -> dict[str, object]:
    info = reader.metadata
    if info is None:
        return {}
    texts = {"title": info.title, "author": info.author, "subject": info.subject, "date": info.creation_date}
    if info.title and _FILE_NAME.fullmatch(info.title.strip()):
        del texts["title"]  # what the program that wrote it called the file
    return {key: clean(value).strip() if isinstance(value, str) else value for key, value in texts.items() if value}
