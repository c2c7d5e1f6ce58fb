"""How text is cut: folding, words, stems and sentences, for notes and questions alike."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.metadata import version
from threading import Lock

import snowballstemmer  # type: ignore[import-untyped]

_LETTERS = str.maketrans({"đ": "d", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"})
_CJK = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(
    rf"\d+(?:[.,]\d+)+"  # 5,000 and 2.9.0 are one word each
    rf"|[{_CJK}]+"
    rf"|[^\W_{_CJK}]+(?:['’][^\W_{_CJK}]+)*"
)
ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+")
"""A web address in running text."""
_PLAIN_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+(?:['’][^\W_]+)*")
"""The same words in a text without the scripts that have no spaces, which is much the usual case."""
_SPLIT = re.compile(f"({_PLAIN_WORD.pattern})")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_APOSTROPHE = re.compile(r"['’](?:s$)?")
_NO_WORD = re.compile(r"[^\w.,⁄]")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
_stemmer = snowballstemmer.stemmer("english")
_stemming = Lock()
"""The stemmer keeps the word it is at work on in itself, and several questions are answered at a time."""

_ISE = re.compile(r"is(ations?|e|es|ed|ing|ers?)$")
_OUR = re.compile(r"our(s|ed|ing|al|ite|ites)?$")

UNLIKE = {
    form: alike[0]
    for alike in map(
        str.split,
        """
        author authors authored authoring
        authority authorities
        authorize authorizes authorized authorizing authorization authorizations
        conversation conversations conversational
        conversion conversions
        critic critics criticize criticizes criticized criticizing criticism
        critical critically
        custom customs
        customer customers
        customize customizes customized customizing customization customizations
        design designs designed designing
        designate designates designated designating designation
        emerge emerges emerged emerging
        emergency emergencies
        engine engines
        engineer engineers engineered engineering
        execute executes executed executing execution executions
        executive executives
        experience experiences experienced
        experiment experiments experimented experimenting experimental
        fortune fortunes
        fortunate fortunately
        important importance importantly
        informal informally
        international internationally
        ironic ironically
        market markets marketed
        marketing
        object objects objected
        objective objectives
        organ organs
        organize organizes organized organizing organizer organizers organization organizations organizational
        paste pasted pasting
        polite politely
        political politically
        position positions positioned positioning
        positive positively
        product products
        production productions
        public publicly
        publication publications
        several
        terminal terminals
        terminate terminates terminated terminating termination
        universal universally
        universe universes
        university universities
        """.strip().splitlines(),
    )
    for form in alike
}
"""Words that the stemmer would make one though they mean different things (it takes an engineer for an engine, and a
project by the name of Designate for its design), in American spelling: what each stands for."""

TEXT_VERSION = f"4 snowball {version('snowballstemmer')} unicode {unicodedata.unidata_version}"
"""Changes whenever the same text may be cut into other words or stems; an index of another version is rebuilt."""


def may_hold_address(text: str) -> bool:
    """Whether looking for web addresses in a text is worth the time; far quicker than the look itself."""
    return "//" in text or "www." in text


def clean(text: str) -> str:
    """NFC, without NUL and other control characters but line breaks and tabs."""
    if text.isascii():
        return _CONTROL.sub("", text)
    return "".join(
        c for c in unicodedata.normalize("NFC", text) if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")
    )


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Case, accents and letter variants put aside.

    >>> fold("Loïc"), fold("Đà Nẵng"), fold("Straße")
    ('loic', 'da nang', 'strasse')
    """
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return bare.casefold().translate(_LETTERS)


def fold_word(raw: str) -> str:
    """A single word folded, as ``spans`` gives it; nothing where nothing of it is left."""
    return raw.lower() if raw.isalnum() and raw.isascii() else _fold_odd(raw)


def fold_words(raw: Iterable[str]) -> list[str]:
    """Words folded, each as ``fold_word`` does it."""
    return [word.lower() if word.isalnum() and word.isascii() else _fold_odd(word) for word in raw]


@lru_cache(maxsize=65536)
def _fold_odd(raw: str) -> str:
    if _GROUPED.fullmatch(raw):
        raw = raw.replace(",", "")
    return _NO_WORD.sub("", fold(_APOSTROPHE.sub("", raw)))  # folding may bring in spaces and brackets: ⑴, ﷺ


def spans(text: str) -> Iterator[tuple[str, int, int]]:
    """Each word folded, with where it stands: ``(word, start, end)``.

    Scripts written without spaces give overlapping pairs of characters.
    """
    if _is_plain(text):
        for match in _PLAIN_WORD.finditer(text):
            if word := fold_word(match.group()):
                yield word, *match.span()
        return
    for match in _WORD.finditer(text):
        raw, start = match.group(), match.start()
        if raw[0] > "\u3000" and len(raw) > 1 and re.match(rf"[{_CJK}]", raw):
            for i in range(len(raw) - 1):
                if word := fold_word(raw[i : i + 2]):
                    yield word, start + i, start + i + 2
        elif word := fold_word(raw):
            yield word, start, match.end()


def pieces(text: str) -> tuple[list[str], list[str]]:
    """The words as they are written, and what stands before each of them and behind the last.

    >>> pieces("“Open” stack, 2.9.")
    (['Open', 'stack', '2.9'], ['“', '” ', ', ', '.'])
    """
    if _is_plain(text):
        parts = _SPLIT.split(text)
        if text.isascii() or all(map(fold_word, parts[1::2])):  # of some letters folding leaves nothing
            return parts[1::2], parts[::2]
    places = [(start, end) for _, start, end in spans(text)]
    ends, starts = [0, *(end for _, end in places)], [*(start for start, _ in places), len(text)]
    return [text[a:b] for a, b in places], [text[a:b] for a, b in zip(ends, starts, strict=True)]


def words(text: str) -> list[str]:
    """The comparable words of a text, in order.

    >>> words("Kuryr-Kubernetes: 5,000 people’s “open” stack, 2.9.0")
    ['kuryr', 'kubernetes', '5000', 'people', 'open', 'stack', '2.9.0']
    """
    if _is_plain(text):
        return list(filter(None, fold_words(_PLAIN_WORD.findall(text))))
    return [word for word, _, _ in spans(text)]


def count_words(text: str) -> int:
    """How many ``words`` a text has."""
    return len(_PLAIN_WORD.findall(text)) if text.isascii() else len(words(text))


def forms(text: str) -> list[tuple[str, str]]:
    """Each word folded, with the way it is written.

    >>> forms("Loïc’s stack")
    [('loic', 'Loïc’s'), ('stack', 'stack')]
    """
    if not _is_plain(text):
        return [(word, text[start:end]) for word, start, end in spans(text)]
    raw = _PLAIN_WORD.findall(text)
    return [pair for pair in zip(fold_words(raw), raw, strict=True) if pair[0]]


def _is_plain(text: str) -> bool:
    return text.isascii() or max(text) < "\u3000"


@lru_cache(maxsize=16384)
def name_words(name: str) -> tuple[str, ...]:
    """The comparable words of a name that every question is held against, cut once and not each time."""
    return tuple(words(name))


@lru_cache(maxsize=262144)
def stem(word: str) -> str:
    """The English stem of a folded word; short words and anything with a digit stay as they are.

    >>> stem("containers"), stem("networking"), stem("k8s"), stem("hà")
    ('contain', 'network', 'k8s', 'hà')
    >>> stem("virtualisation") == stem("virtualization"), stem("behaviours") == stem("behavior")
    (True, True)
    """
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return word
    spelt = _american(word)
    if spelt in UNLIKE:
        return UNLIKE[spelt]
    with _stemming:
        return str(_stemmer.stemWord(spelt))


def opening(word: str) -> str:
    """How a word and its stem both begin: stemming changes endings alone, but for the y of "dying" and the like.

    >>> opening("dying") == opening(stem("dying"))
    True
    """
    return word[:2].replace("y", "i")


def _american(word: str) -> str:
    """British and American spelling as one; what else the endings fit changes alike in notes and questions."""
    word = _ISE.sub(r"iz\1", word) if len(word) > 5 else word
    return _OUR.sub(r"or\1", word) if len(word) > 5 else word


def stems(text: str) -> list[str]:
    """The stems of a text's words, in order."""
    return list(map(stem, words(text)))


_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Sr|Jr|St|vs|etc|Inc|Ltd|Corp|approx|No|Fig|Vol|Nr|bzw|ca|Dept|Gen|Rev)"
    r"|\b(?:e\.g|i\.e|z\.B|d\.h|a\.k\.a|U\.S|U\.K)|\b[A-Z])\.$"
)
_BREAK = re.compile(r"[.!?…。！？][\"'”’)\]»]*(?=\s)|(?<=[。！？])|\n")
_ITEM_NUMBER = re.compile(r"\s*(?:\d{1,3}|[a-zA-Z])\.")
_OPENS_SENTENCE = re.compile(r"\s*[\"'“‘«(\[]*[^\W_a-z]|\s*[•*-]|\s*$")


def sentences(text: str) -> list[tuple[int, int]]:
    """Where each sentence stands, as ``(start, end)``; a line break always ends one.

    >>> text = "It grew 2.5 times. Dr. Who came, e.g. twice."
    >>> [text[a:b] for a, b in sentences(text)]
    ['It grew 2.5 times.', 'Dr. Who came, e.g. twice.']
    """
    found, start = [], 0
    for match in _BREAK.finditer(text):
        end = match.end()
        if match.group() != "\n" and not _really_ends(text, start, end):
            continue
        found.append((start, end))
        start = end
    found.append((start, len(text)))
    return [span for span in (_trim(text, a, b) for a, b in found) if span[0] < span[1]]


def _really_ends(text: str, start: int, end: int) -> bool:
    near = max(start, end - 12)  # the longest abbreviation and a little: a look back to the start would be quadratic
    if _ABBREVIATION.search(text, near, end) or _ITEM_NUMBER.fullmatch(text, start, end):
        return False
    return bool(_OPENS_SENTENCE.match(text, end))


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))
