"""From bytes to clean text, and to a refusal where there is none."""

import codecs
import re
from collections import Counter

from charset_normalizer import from_bytes

from store.errors import NoteError
from store.text import clean

_BOMS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 200_000
_SHORT = 100
"""So few bytes beyond ASCII tell nothing about the encoding they come from."""

_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_TIDY = str.maketrans({"\f": " ", "\v": " ", "\x85": " ", "\u2028": " ", "\u2029": " ", "\xad": "", "\u200b": ""})
_BINARY = NoteError("is not text", "convert it to Markdown, plain text, HTML or PDF, or move it out of the folder")


def decode(data: bytes, markup: bool = False) -> tuple[str, tuple[str, ...]]:
    """The text in NFC with ``\\n`` line ends, and remarks on how it was decoded.

    With ``markup``, an encoding that an HTML page declares is tried before guessing. Raises NoteError for
    empty and binary content.
    """
    if not data.strip():
        raise NoteError("is empty", "write something into it or delete it")
    raw, encoding = _decoded(data, markup)
    if not _is_text(raw, sure=not encoding):
        raise NoteError(_BINARY.reason, _BINARY.remedy)
    text = clean(raw.replace("\r\n", "\n").replace("\r", "\n").translate(_TIDY)).replace("\ufeff", "")
    if not text.strip():
        raise NoteError("is empty", "write something into it or delete it")
    remarks = (f"not UTF-8, read as {encoding}; save it as UTF-8 to be sure",) if encoding else ()
    return text, remarks


def _decoded(data: bytes, markup: bool) -> tuple[str, str]:
    """The text, and the encoding where it is not one of the Unicode ones."""
    known = next((name for bom, name in _BOMS if data.startswith(bom)), "") or _bare_utf16(data) or "utf-8"
    try:
        return data.decode(known), ""
    except UnicodeDecodeError:
        pass
    if b"\0" in data:
        raise NoteError(_BINARY.reason, _BINARY.remedy)
    encoding = (_declared(data) if markup else "") or _guess(data)
    return data.decode(encoding, errors="replace"), encoding


def _bare_utf16(data: bytes) -> str:
    """UTF-16 without a byte order mark: Western text then has a NUL in every other byte."""
    sample = data[:4096]
    half = len(sample) // 2
    odd, even = sample[1::2].count(0), sample[0::2].count(0)
    if half and len(data) % 2 == 0 and max(odd, even) > 0.7 * half and min(odd, even) < 0.05 * half:
        return "utf-16-le" if odd > even else "utf-16-be"
    return ""


def _declared(data: bytes) -> str:
    match = _DECLARED.search(data[:4096])
    name = match[1].decode("ascii", "replace").lower() if match else ""
    try:
        data.decode(name or "utf-8")
        return codecs.lookup(name).name
    except (LookupError, ValueError, AssertionError):  # unknown, not a text encoding, or not what it says
        return ""


def _guess(data: bytes) -> str:
    beyond_ascii = sum(byte > 127 for byte in data[:_SAMPLE])
    if beyond_ascii < _SHORT and beyond_ascii * 4 < len(data[:_SAMPLE]):
        return _western(data)
    matches = list(from_bytes(data[:_SAMPLE]))
    if not matches:
        raise NoteError(_BINARY.reason, _BINARY.remedy)
    best = matches[0]
    for match in matches:  # the Western code pages differ from each other in few letters, and so in score
        if match.encoding in ("cp1252", "latin_1") and match.chaos <= best.chaos + 0.02:
            return _western(data) if match.coherence >= best.coherence - 0.1 else best.encoding
    return best.encoding


def _western(data: bytes) -> str:
    return "latin-1" if any(byte in data for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)) else "cp1252"


def _is_text(text: str, sure: bool) -> bool:
    """Whether a text has letters enough and control characters few enough to be one.

    ``sure`` is for text whose encoding was not guessed: a table of numbers is a note, too.
    """
    sample = text[:_SAMPLE]
    counts = Counter(sample)  # a text has many characters, but few different ones
    dense = sum(count for c, count in counts.items() if c.isprintable() and c != " ")
    control = sum(count for c, count in counts.items() if c < " " and c not in "\n\r\t\f\v\x1b")
    letters = sum(count for c, count in counts.items() if c.isprintable() and c.isalnum())
    return "\0" not in text and (control - 2) * 50 <= len(sample) and letters * (10 if sure else 3) >= dense
