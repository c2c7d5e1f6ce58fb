"""Notes in: from a file's name and bytes to its blocks, by the parser that its format has."""

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath

from store.errors import NoteError
from store.model import Document
from store.read import html, markdown, pdf, plain, rst, shape
from store.read.decode import decode

log = logging.getLogger(__name__)

_READERS: dict[str, Callable[[str], Document]] = {
    **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd"), markdown.read),
    **dict.fromkeys(("", ".txt", ".text", ".log", ".org", ".adoc", ".asciidoc", ".textile", ".wiki"), plain.read),
    **dict.fromkeys((".html", ".htm", ".xhtml"), html.read),
    **dict.fromkeys((".rst", ".rest"), rst.read),
}
SUFFIXES = frozenset({*_READERS, ".pdf"})
"""The suffixes that are read, in lower case with their dot; the empty one stands for no suffix."""

LIGHT, LIGHT_RST = 50_000, 15_000
"""Bytes up to which no text takes a reader more than a few seconds, whatever stands in it; docutils is slower."""

_REMEDIES = {
    **dict.fromkeys(
        (".docx", ".doc", ".odt", ".rtf", ".pages"),
        "open it in your word processor and save it as a web page (.html) or PDF",
    ),
    **dict.fromkeys((".pptx", ".ppt", ".odp", ".key"), "export the slides or their notes as PDF"),
    **dict.fromkeys((".xlsx", ".xls", ".ods", ".csv", ".tsv"), "save what matters as text (.txt) or Markdown (.md)"),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".webp", ".heic"), "type what it shows into a text file"),
}
_PAGE = re.compile(r"\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)


def may_take_long(name: str, data: bytes) -> bool:
    """Whether a file may keep its reader busy for so long that it had better be read where it can be ended.

    Of a PDF, the size tells nothing: what is in it is compressed.
    """
    suffix = PurePosixPath(name).suffix.lower()
    light = LIGHT_RST if suffix in (".rst", ".rest") else LIGHT
    return len(data) > light or suffix == ".pdf" or data.startswith(b"%PDF-")


def parse(name: str, data: bytes) -> Document:
    """The blocks of a file, with its title, author and language where it says them.

    ``name`` is the file's name or path; its suffix picks the format. Raises NoteError for an unreadable file.
    """
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in SUFFIXES:
        remedy = _REMEDIES.get(suffix, "save it as Markdown (.md), text (.txt), HTML (.html) or PDF")
        raise NoteError(f"has a format that is not read ({suffix})", remedy)
    try:
        document = _read(suffix, data)
    except (NoteError, MemoryError):
        raise
    except Exception as error:  # parsers of other people's formats may fail on anything
        log.exception("A reader failed on a note with the suffix %s", suffix or "(none)")
        raise NoteError("could not be read", "save it as plain text (.txt), and report this, please") from error
    if not document.blocks:
        raise NoteError("holds no text to quote", "write something into it or delete it")
    return _completed(document)


def _read(suffix: str, data: bytes) -> Document:
    if suffix == ".pdf" or data.startswith(b"%PDF-"):
        return pdf.read(data)
    text, remarks = decode(data, markup=suffix in (".html", ".htm", ".xhtml"))
    reader = _READERS[suffix]
    document = html.read(text) if reader is plain.read and _PAGE.match(text) else reader(text)
    return replace(document, remarks=(*remarks, *document.remarks))


def _completed(document: Document) -> Document:
    """With what can be told from the blocks where the format itself says nothing."""
    meta = dict(document.meta)
    if not any(meta.get(key) for key in ("author", "authors", "by")) and (author := shape.byline(document.blocks[:3])):
        meta["author"] = author
    language = document.language or str(meta.get("language") or meta.get("lang") or "")
    return replace(document, meta=meta, title=document.title or shape.title(document.blocks, meta), language=language)
