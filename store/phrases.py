"""What a note may be about: its names, acronyms, noun phrases and nouns, each with how many passages hold it.

Capitals are evidence of a name only inside of a sentence, and not in a title, where every word has them. A plain
word counts as a noun where one stands: after "of" or "the", and before a small word or a comma. What a note calls
one thing in several forms ("container", "containers") has one key, its stems.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import islice
from typing import NamedTuple

from store.language import SMALL_WORDS as FOREIGN_WORDS
from store.mentions import MONTHS
from store.model import Note
from store.people import full_names
from store.terms import SMALL_WORDS, common_stems, listed_words
from store.text import ADDRESS, fold, fold_word, may_hold_address, pieces, sentences, stem, words

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


@dataclass(slots=True, eq=False)
class _Token:
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


class _Sentence(NamedTuple):
    """The words of a sentence: which of them capitals tell to be names, and which hang together with the one before."""

    tokens: list[_Token]
    named: list[bool]
    glued: list[bool]


@dataclass(slots=True)
class _Tally:
    """What a note says of one key; ``forms`` counts the ways it is written."""

    passages: int = 0
    named: int = 0
    nouns: int = 0
    places: int = 0
    forms: dict[str, int] = field(default_factory=dict)


_Seen = dict[str, bool]


@dataclass(slots=True)
class _Book:
    """What was counted so far; of words that stood together only once, and without a name, the form is enough.

    ``plain`` are the words of chunks without names, which are added up at the end.
    """

    tallies: defaultdict[str, _Tally] = field(default_factory=lambda: defaultdict(_Tally))
    once: dict[str, str] = field(default_factory=dict)
    plain: list[_Token] = field(default_factory=list)


def phrases(note: Note, places: Iterable[str] = ()) -> list[Phrase]:
    """What a note may be about, the phrases of most passages first, at most ``MOST_KEYS``.

    *places* are folded names of cities and countries, which are no topics; neither are the note's people.
    """
    people = [name for passage in note.passages for name, _, _ in full_names(passage.text)]
    never = frozenset(words(" ".join((*people, *note.source.people, note.source.author, *places))))
    above: tuple[str, ...] = ()
    book = _Book()
    for passage in note.passages:
        seen: _Seen = {}
        for line in (*(one for one in passage.heading if one not in above), passage.text):
            for found in _sentences(line, note.source.language):
                _count(found, book, seen, never)
        for key, named in seen.items():
            if key not in book.once:
                tally = book.tallies[key]
                tally.passages += 1
                tally.named += named
        above = passage.heading
    for token, count in Counter(book.plain).items():
        tally = book.tallies[token.stem]
        tally.places += count
        tally.forms[token.raw] = tally.forms.get(token.raw, 0) + count
    return _kept(book, plain=note.source.language in ("", "en"))  # what a noun is, only English small words tell


def _kept(book: _Book, *, plain: bool) -> list[Phrase]:
    """The phrases of most passages; those of one, of which there are very many, only where there are no others."""
    told = {key: tally for key, tally in book.tallies.items() if tally.passages > 1 or tally.named}
    told = {key: tally for key, tally in told.items() if _is_kept(key, tally, plain)}
    ranked = sorted((-tally.passages, -tally.named, key) for key, tally in told.items())[:MOST_KEYS]
    single = _single(book, plain=plain) if len(ranked) < MOST_KEYS else iter(())
    return [*(_phrase(key, told[key]) for _, _, key in ranked), *islice(single, MOST_KEYS - len(ranked))]


def _single(book: _Book, *, plain: bool) -> Iterator[Phrase]:
    """The phrases of one passage that are no names, in the order of their keys."""
    others = (key for key, tally in book.tallies.items() if tally.passages == 1 and not tally.named)
    for key in sorted((*book.once, *others)):
        tally = _Tally(1, forms={book.once[key]: 1}) if key in book.once else book.tallies[key]
        if _is_kept(key, tally, plain):
            yield _phrase(key, tally)


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


def _sentences(text: str, language: str) -> Iterator[_Sentence]:
    bare = ADDRESS.sub(" . ", text) if may_hold_address(text) else text
    bare = _ENUMERATION.sub(" . ", bare) if text.count(",") > 1 else bare
    for start, end in sentences(bare):
        written, between = pieces(bare[start:end])
        tokens = list(map(_token, written))
        glued = list(map(_is_glue, between[:-1]))
        yield _Sentence(tokens, _named(tokens, glued, language), glued)


def _named(tokens: Sequence[_Token], glued: Sequence[bool], language: str) -> list[bool]:
    """Which words capitals tell to be names: in German, which writes every noun so, only odd ones."""
    found = [token.odd or token.capital for token in tokens]
    if not any(found[1:]):
        return [token.odd for token in tokens]
    titled = _titled(tokens, glued)
    quiet = [True] * len(tokens) if language == "de" else [True, *titled[1:]]
    found = [token.odd or (token.capital and not still) for token, still in zip(tokens, quiet, strict=True)]
    if found[1] and glued[1] and _may_name(tokens[0]) and not titled[0]:
        found[0] = True  # "Red Hat", not "Red" and a name
    return found


@lru_cache(maxsize=131072)
def _token(written: str) -> _Token:
    if written.isascii() and written.isalpha() and written.islower():
        return _plain_token(written)
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


def _plain_token(word: str) -> _Token:
    """Much the usual case, of which nothing needs to be looked for."""
    general = word in general_words()
    telling = SHORTEST_WORD <= len(word) <= LONGEST_WORD and not general and not word.endswith("ly")
    return _Token(word, word, stem(word), False, False, general, word in SMALL_WORDS, False, telling)


@lru_cache(maxsize=1024)
def _is_glue(between: str) -> bool:
    return bool(_GLUE.fullmatch(between))


def _may_name(token: _Token) -> bool:
    return token.capital and not token.general


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


def _count(sentence: _Sentence, book: _Book, seen: _Seen, never: frozenset[str]) -> None:
    tokens, named, _ = sentence
    for start, end in _chunks(sentence, never):
        if start and not any(named[start:end]):  # so that nothing general stands in it either
            _see_plain(tokens[start:end], tokens[start - 1].folded, book, seen)
            continue
        for at in range(start, end):
            if not tokens[at].general:
                _see_word(sentence, at, start, end, book, seen)
        for first, last in _runs(named, start, end):
            _see_run(sentence, first, last, book, seen)


def _see_plain(chunk: Sequence[_Token], before: str, book: _Book, seen: _Seen) -> None:
    """Count a chunk without names, as nearly all are, in a fraction of the time that its words would take singly."""
    tallies, once = book.tallies, book.once
    book.plain += chunk
    for token in chunk:
        seen.setdefault(token.stem, False)
    if before in _BEFORE_VERB:
        tallies[chunk[0].stem].places += 1
    if len(chunk) > 1 or before in _BEFORE_NOUN:
        tallies[chunk[-1].stem].nouns += _is_noun(chunk[-1])
    for length in range(2, min(LONGEST, len(chunk)) + 1):
        run = chunk[-length:]
        key, form = " ".join([token.stem for token in run]), " ".join([token.raw for token in run])
        if key in tallies or key in once:
            _see_form(key, form, book, seen)
        else:
            once[key] = form
        seen.setdefault(key, False)


def _see_form(key: str, form: str, book: _Book, seen: _Seen) -> None:
    """Count a form of several words, and the one that was put aside as the only one so far."""
    tally = book.tallies[key]
    if first := book.once.pop(key, ""):
        tally.passages += key not in seen
        tally.forms[first] = 1
    tally.forms[form] = tally.forms.get(form, 0) + 1


def _see_word(sentence: _Sentence, at: int, start: int, end: int, book: _Book, seen: _Seen) -> None:
    """Count one word of a chunk; its form tells nothing where it only opens a sentence."""
    token, named = sentence.tokens[at], sentence.named[at]
    key, before = token.stem, sentence.tokens[at - 1].folded if at else ""
    tally = book.tallies[key]
    seen[key] = seen.get(key, False) or (named and _is_name(sentence, at, start, end))
    if named or at:
        tally.forms[token.raw] = tally.forms.get(token.raw, 0) + 1
    if at == end - 1 and (at > start or before in _BEFORE_NOUN):
        tally.nouns += _is_noun(token)
    tally.places += 2 if before in _BEFORE_VERB else 1


def _is_noun(token: _Token) -> bool:
    """Whether a word that stands where a noun does may be one."""
    return len(token.folded) > SHORTEST_WORD and not token.folded.endswith("ed")


def _see_run(sentence: _Sentence, first: int, last: int, book: _Book, seen: _Seen) -> None:
    run, named = sentence.tokens[first:last], all(sentence.named[first:last])
    if named or not any(token.general for token in run):
        key = " ".join(token.stem for token in run)
        _see_form(key, " ".join(token.raw for token in run), book, seen)
        seen[key] = seen.get(key, False) or named


def _is_name(sentence: _Sentence, at: int, start: int, end: int) -> bool:
    """Whether a named word is one by itself: an everyday one may only be part of a longer name ("Cloud Foundry")."""
    token = sentence.tokens[at]
    beside = (at > start and sentence.named[at - 1]) or (at + 1 < end and sentence.named[at + 1])
    return token.odd or not beside or token.stem not in common_stems()


def _runs(named: Sequence[bool], start: int, end: int) -> Iterator[tuple[int, int]]:
    """The runs of two or three named words, wherever they stand in a chunk, and its last two and three words."""
    first = start
    for at in range(start, end) if any(named[start:end]) else ():
        if named[at]:
            continue
        if 2 <= at - first <= LONGEST:  # one that ends the chunk is counted as its end
            yield first, at
        first = at + 1
    for length in range(2, min(LONGEST, end - start) + 1):
        yield end - length, end


def _chunks(sentence: _Sentence, never: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Runs of words that may be phrases: no small or general word in them, nothing but a space or hyphen between.

    A general word may be part of a name ("Best Buy"), beside another word of it.
    """
    start, glued = -1, sentence.glued
    for at, token in enumerate(sentence.tokens):
        if start >= 0 and not glued[at]:
            yield start, at
            start = -1
        if (token.telling and _is_telling(token, never)) or (token.general and _is_part_of_name(sentence, at, never)):
            start = at if start < 0 else start
        elif start >= 0:
            yield start, at
            start = -1
    if start >= 0:
        yield start, len(glued)


def _is_telling(token: _Token, never: frozenset[str]) -> bool:
    return token.telling and not (token.capital and token.folded in never)


def _is_part_of_name(sentence: _Sentence, at: int, never: frozenset[str]) -> bool:
    """Whether a general word and the next one, which tells something, are written like a name."""
    token, named, glued = sentence.tokens[at], sentence.named, sentence.glued
    if not named[at] or token.small or token.contraction or at + 1 == len(named):
        return False
    return named[at + 1] and glued[at + 1] and _is_telling(sentence.tokens[at + 1], never)


def forget() -> None:
    """Let go of what is remembered of the words of many notes, of which a bot that runs for years has no use."""
    for remembered in (_token, _is_glue, stem, fold):
        remembered.cache_clear()
