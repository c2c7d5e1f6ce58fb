"""What a note may be about: its names, acronyms, noun phrases and nouns, each with how many passages hold it.

Capitals are evidence of a name only inside of a sentence, and not in a title, where every word has them. A plain
word counts as a noun where one stands: after "of" or "the", and before a small word or a comma. What a note calls
one thing in several forms ("container", "containers") has one key, its stems.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple

from store.language import SMALL_WORDS as FOREIGN_WORDS
from store.mentions import MONTHS
from store.model import Note
from store.people import full_names
from store.terms import SMALL_WORDS, common_stems, listed_words
from store.text import ADDRESS, fold, fold_word, may_hold_address, sentences, spans, stem, words

MOST_KEYS = 150
"""How many phrases of a note are kept, those of most passages first."""
LONGEST = 3
"""Words of a phrase."""
SHORTEST_WORD, LONGEST_WORD = 2, 30
"""Letters of a word in a phrase."""
TITLE = 4
"""From so many capitalised words in a row on, small words not counted, it is a title, whose capitals tell nothing."""
NOUN = 0.5
"""The least share of a plain word's places that have to be a noun's."""

_BEFORE_NOUN = frozenset(
    "a an the of in on at by for with from about into over than this these those its their our my your his her "
    "der die das den dem mit von fur uber zu im am zum zur bei".split()
)
_BEFORE_VERB = frozenset(
    "to i we you they he she it who can could will would should may might must do does did".split()
)
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thurs fri sat sun"
_GLUE = re.compile(r"[ \u00a0-]|['’\"“”‘*_`]?[ \u00a0]['’\"“”‘*_`]?")
_NAME = r"[A-Z][\w&.-]*(?:\s[A-Z][\w&.-]*){0,2}"
_ENUMERATION = re.compile(rf"(?<![\w.-]){_NAME}(?:,\s{_NAME}){{2,}},?\s(?:(?:and|or|und)\s)?{_NAME}")
"""Four names in a row or more: what is only listed is not spoken about."""
_IRISH = re.compile(r"[A-Z]['’][A-Z]")
_GENITIVE = re.compile(r"['’]s?$")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th|s)?")
_ODD = re.compile(r"[^\W\d_]+[A-Z0-9]|\d+[A-Z]")


@cache
def general_words() -> frozenset[str]:
    """Folded words that are no topics: those of every language's grammar, of the calendar, and of any talk or trip."""
    listed = listed_words("general_words.txt")
    return frozenset((*SMALL_WORDS, *listed, *map(fold, FOREIGN_WORDS), *MONTHS, *_WEEKDAYS.split()))


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something that a note may be about. ``key`` are its stems, parted by spaces, ``shown`` is how the note writes it.

    ``passages`` counts those that hold it, ``named`` those of them that write it like a name.
    """

    key: str
    shown: str
    passages: int
    named: int


class _Token(NamedTuple):
    """A word as it is written, and what that tells wherever it stands. ``raw`` is without a genitive's ending."""

    folded: str
    raw: str
    stem: str
    capital: bool
    odd: bool
    general: bool
    small: bool
    contraction: bool
    telling: bool


class _Word(NamedTuple):
    """A word of a sentence; ``named`` where its capitals tell a name, ``before`` the folded word that precedes it."""

    token: _Token
    named: bool
    glued: bool
    before: str


@dataclass(slots=True)
class _Tally:
    """What a note says of one key; ``forms`` counts the ways it is written."""

    passages: int = 0
    named: int = 0
    nouns: int = 0
    places: int = 0
    forms: dict[str, int] = field(default_factory=dict)


_Tallies = defaultdict[str, _Tally]
_Seen = dict[str, bool]


def phrases(note: Note, places: Iterable[str] = ()) -> list[Phrase]:
    """What a note may be about, the phrases of most passages first, at most ``MOST_KEYS``.

    *places* are folded names of cities and countries, which are no topics; neither are the note's people.
    """
    people = [name for passage in note.passages for name, _, _ in full_names(passage.text)]
    never = frozenset(words(" ".join((*people, *note.source.people, note.source.author, *places))))
    above: tuple[str, ...] = ()
    tallies: _Tallies = defaultdict(_Tally)
    for passage in note.passages:
        seen: _Seen = {}
        for line in (*(one for one in passage.heading if one not in above), passage.text):
            for found in _sentences(line, note.source.language):
                _count(found, tallies, seen, never)
        for key, named in seen.items():
            tally = tallies[key]
            tally.passages += 1
            tally.named += named
        above = passage.heading
    plain = note.source.language in ("", "en")  # what a noun is, only English small words tell
    kept = [(-tally.passages, -tally.named, key) for key, tally in tallies.items() if _is_kept(key, tally, plain)]
    return [_phrase(key, tallies[key]) for _, _, key in sorted(kept)[:MOST_KEYS]]


def _phrase(key: str, tally: _Tally) -> Phrase:
    shown = min(tally.forms, key=lambda form: (-tally.forms[form], form))
    return Phrase(key, shown, tally.passages, tally.named)


def _is_kept(key: str, tally: _Tally, plain: bool) -> bool:
    """A name always, a noun where it stood like one, a phrase of everyday words only where it recurs."""
    if tally.named or not tally.forms:
        return bool(tally.forms)
    if not plain:
        return _is_capitalised_noun(key, tally)
    if " " not in key:
        return 0 < tally.nouns >= NOUN * tally.places
    return tally.passages > 1 or not common_stems().issuperset(key.split())


def _is_capitalised_noun(key: str, tally: _Tally) -> bool:
    """A word that recurs in capitals where no capital tells a name: other notes may say that it is one."""
    return " " not in key and tally.passages > 1 and all(form[0].isupper() for form in tally.forms)


def _sentences(text: str, language: str) -> Iterator[list[_Word]]:
    bare = ADDRESS.sub(" . ", text) if may_hold_address(text) else text
    bare = _ENUMERATION.sub(" . ", bare) if text.count(",") > 1 else bare
    for start, end in sentences(bare):
        yield _words(bare[start:end], language)


def _words(sentence: str, language: str) -> list[_Word]:
    tokens: list[_Token] = []
    glued: list[bool] = []
    last = 0
    for _, start, end in spans(sentence):
        tokens.append(_token(sentence[start:end]))
        glued.append(_is_glue(sentence[last:start]))
        last = end
    titled = _titled(tokens, glued)
    found: list[_Word] = []
    before, quiet = "", True
    for token, joined, in_title in zip(tokens, glued, titled, strict=True):
        named = token.odd or (token.capital and not quiet and not in_title)
        found.append(_Word(token, named, joined, before))
        before, quiet = token.folded, language == "de"  # which writes every noun with a capital
    opening = found[:2]
    if len(opening) == 2 and opening[1].named and opening[1].glued and _may_name(opening[0]) and not titled[0]:
        found[0] = opening[0]._replace(named=True)  # "Red Hat", not "Red" and a name
    return found


@lru_cache(maxsize=65536)
def _token(written: str) -> _Token:
    raw, folded = _GENITIVE.sub("", written), fold_word(written)
    contraction = bool(re.search(r"['’](?!s?$)", raw)) and not _IRISH.match(raw)  # "they’ve", not "O’Reilly"
    general = folded in general_words() or contraction or bool(_ORDINAL.fullmatch(folded))
    fits = SHORTEST_WORD <= len(folded) <= LONGEST_WORD and any(map(str.isalpha, folded))
    return _Token(
        folded,
        raw,
        stem(folded),
        capital=raw[0].isupper(),
        odd=bool(_ODD.match(raw)),
        general=general,
        small=folded in SMALL_WORDS,
        contraction=contraction,
        telling=fits and not general and not folded.endswith("ly"),
    )


@lru_cache(maxsize=1024)
def _is_glue(between: str) -> bool:
    return bool(_GLUE.fullmatch(between))


def _may_name(word: _Word) -> bool:
    return word.token.capital and not word.token.general


def _titled(tokens: Sequence[_Token], glued: Sequence[bool]) -> list[bool]:
    """Which words stand in a title."""
    found = [False] * len(tokens)
    if sum(token.capital for token in tokens) < TITLE:
        return found
    start = capitals = 0
    for at in range(len(tokens) + 1):
        small = at < len(tokens) and tokens[at].small
        capital = at < len(tokens) and tokens[at].capital
        if at == len(tokens) or not (small or capital) or not (glued[at] or not at):
            if capitals >= TITLE:
                found[start:at] = [True] * (at - start)
            start, capitals = at, 0
        capitals += capital and not small
    return found


def _count(sentence: Sequence[_Word], tallies: _Tallies, seen: _Seen, never: frozenset[str]) -> None:
    for start, end in _chunks(sentence, never):
        chunk = sentence[start:end]
        for at, word in enumerate(chunk):
            if not word.token.general:
                _see_word(chunk, at, tallies, seen, opens=start + at == 0)
        for run in (*_names(chunk), *(chunk[-length:] for length in range(2, min(LONGEST, len(chunk)) + 1))):
            _see_run(run, tallies, seen)


def _see_word(chunk: Sequence[_Word], at: int, tallies: _Tallies, seen: _Seen, *, opens: bool) -> None:
    """Count one word, whose form tells nothing where it only opens a sentence."""
    (folded, raw, key, *_), named, _, before = chunk[at]
    tally = tallies[key]
    seen[key] = seen.get(key, False) or (named and _is_name(chunk, at))
    if named or not opens:
        tally.forms[raw] = tally.forms.get(raw, 0) + 1
    head = at == len(chunk) - 1 and (at > 0 or before in _BEFORE_NOUN)
    tally.nouns += head and len(folded) > SHORTEST_WORD and not folded.endswith("ed")
    tally.places += 2 if before in _BEFORE_VERB else 1


def _see_run(run: Sequence[_Word], tallies: _Tallies, seen: _Seen) -> None:
    named = all([word.named for word in run])  # noqa: C419 - a list is faster for two or three
    if named or not any([word.token.general for word in run]):  # noqa: C419
        key = " ".join([word.token.stem for word in run])
        seen[key] = seen.get(key, False) or named
        forms, form = tallies[key].forms, " ".join([word.token.raw for word in run])
        forms[form] = forms.get(form, 0) + 1


def _is_name(chunk: Sequence[_Word], at: int) -> bool:
    """Whether a word is a name by itself: an everyday one may only be part of a longer name ("Cloud Foundry")."""
    word = chunk[at]
    beside = any(other.named for other in (*chunk[max(0, at - 1) : at], *chunk[at + 1 : at + 2]))
    return word.named and (word.token.odd or not beside or word.token.stem not in common_stems())


def _names(chunk: Sequence[_Word]) -> Iterator[Sequence[_Word]]:
    """The runs of two or three named words, wherever they stand in a chunk."""
    start = 0
    for at in range(len(chunk)):
        if chunk[at].named:
            continue
        if 2 <= at - start <= LONGEST:  # one that ends the chunk is counted as its end
            yield chunk[start:at]
        start = at + 1


def _chunks(sentence: Sequence[_Word], never: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Runs of words that may be phrases: no small or general word in them, nothing but a space or hyphen between.

    A general word may be part of a name ("Best Buy"), beside another word of it.
    """
    start = -1
    for at, word in enumerate(sentence):
        if start >= 0 and not word.glued:
            yield start, at
            start = -1
        if _is_telling(word, never) or (_is_part_of_name(sentence, at) and _is_telling(sentence[at + 1], never)):
            start = at if start < 0 else start
        elif start >= 0:
            yield start, at
            start = -1
    if start >= 0:
        yield start, len(sentence)


def _is_telling(word: _Word, never: frozenset[str]) -> bool:
    token = word.token
    return token.telling and not (token.capital and token.folded in never)


def _is_part_of_name(sentence: Sequence[_Word], at: int) -> bool:
    """Whether a general word and the next one are written like a name."""
    token, named, _, _ = sentence[at]
    if not named or not token.general or token.small or token.contraction or at + 1 == len(sentence):
        return False
    return sentence[at + 1].named and sentence[at + 1].glued
