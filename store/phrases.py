"""What a note may be about: its names, acronyms, noun phrases and nouns, each with how many passages hold it.

Capitals are evidence of a name only inside of a sentence, and not in a title, where every word has them. A plain
word counts as a noun where one stands: after "of" or "the", and before a small word or a comma. What a note calls
one thing in several forms ("container", "containers") has one key, its stems.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from store.language import SMALL_WORDS as FOREIGN_WORDS
from store.mentions import MONTHS
from store.model import Note
from store.people import full_names
from store.terms import SMALL_WORDS, common_stems, listed_words
from store.text import ADDRESS, fold, sentences, spans, stem, words

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


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a sentence; ``named`` where its capitals tell a name, ``before`` the folded word that precedes it."""

    folded: str
    raw: str
    stem: str
    named: bool
    glued: bool
    before: str
    general: bool


@dataclass(slots=True)
class _Tally:
    passages: int = 0
    named: int = 0
    nouns: int = 0
    places: int = 0
    forms: Counter[str] = field(default_factory=Counter)


def phrases(note: Note, places: Iterable[str] = ()) -> list[Phrase]:
    """What a note may be about, the phrases of most passages first, at most ``MOST_KEYS``.

    *places* are folded names of cities and countries, which are no topics; neither are the note's people.
    """
    people = [name for passage in note.passages for name, _, _ in full_names(passage.text)]
    never = set(words(" ".join((*people, *note.source.people, note.source.author, *places))))
    above: tuple[str, ...] = ()
    tallies: defaultdict[str, _Tally] = defaultdict(_Tally)
    for passage in note.passages:
        seen: dict[str, bool] = {}
        for line in (*(one for one in passage.heading if one not in above), passage.text):
            for found in _sentences(line, note.source.language):
                _count(found, tallies, seen, never)
        for key, named in seen.items():
            tallies[key].passages += 1
            tallies[key].named += named
        above = passage.heading
    plain = note.source.language in ("", "en")  # what a noun is, only English small words tell
    kept = [_phrase(key, tally) for key, tally in tallies.items() if _is_kept(key, tally, plain)]
    return sorted(kept, key=lambda one: (-one.passages, -one.named, one.key))[:MOST_KEYS]


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
    bare = _ENUMERATION.sub(" . ", ADDRESS.sub(" . ", text))
    for start, end in sentences(bare):
        yield _words(bare[start:end], language)


def _words(sentence: str, language: str) -> list[_Word]:
    cut = list(spans(sentence))
    glued = [bool(_GLUE.fullmatch(sentence, cut[at - 1][2] if at else 0, cut[at][1])) for at in range(len(cut))]
    titled = _titled(sentence, cut, glued)
    found, before = list[_Word](), ""
    for at, (folded, start, end) in enumerate(cut):
        raw = _GENITIVE.sub("", sentence[start:end])
        quiet = at == 0 or titled[at] or language == "de"  # which writes every noun so
        named = bool(_ODD.match(raw)) or (raw[0].isupper() and not quiet)
        general = folded in general_words() or _is_contraction(raw) or bool(_ORDINAL.fullmatch(folded))
        found.append(_Word(folded, raw, stem(folded), named, glued[at], before, general))
        before = folded
    opening = found[:2]
    if len(opening) == 2 and opening[1].named and opening[1].glued and _may_name(opening[0]) and not titled[0]:
        found[0] = replace(found[0], named=True)  # "Red Hat", not "Red" and a name
    return found


def _may_name(word: _Word) -> bool:
    return word.raw[0].isupper() and not word.general


def _titled(sentence: str, cut: Sequence[tuple[str, int, int]], glued: Sequence[bool]) -> list[bool]:
    """Which words stand in a title."""
    found = [False] * len(cut)
    start = capitals = 0
    for at in range(len(cut) + 1):
        small = at < len(cut) and cut[at][0] in SMALL_WORDS
        capital = at < len(cut) and sentence[cut[at][1]].isupper()
        if at == len(cut) or not (small or capital) or not (glued[at] or not at):
            if capitals >= TITLE:
                found[start:at] = [True] * (at - start)
            start, capitals = at, 0
        capitals += capital and not small
    return found


def _is_contraction(raw: str) -> bool:
    """Whether a word is two ("they’ve", "l’outil"), not one in the genitive or a name ("O’Reilly")."""
    return bool(re.search(r"['’](?!s?$)", raw)) and not _IRISH.match(raw)


def _count(sentence: Sequence[_Word], tallies: dict[str, _Tally], seen: dict[str, bool], never: set[str]) -> None:
    for chunk in _chunks(sentence, never):
        for at, word in enumerate(chunk):
            if word.general:
                continue
            _see([word], tallies, seen, named=_is_name(chunk, at), form=word.named or word is not sentence[0])
            head = at == len(chunk) - 1 and (at > 0 or word.before in _BEFORE_NOUN)
            head = head and len(word.folded) > SHORTEST_WORD and not word.folded.endswith("ed")
            tallies[word.stem].nouns += head
            tallies[word.stem].places += 2 if word.before in _BEFORE_VERB else 1
        for run in (*_names(chunk), *(chunk[-length:] for length in range(2, min(LONGEST, len(chunk)) + 1))):
            named = all(word.named for word in run)
            if named or not any(word.general for word in run):
                _see(run, tallies, seen, named=named, form=True)


def _see(run: Sequence[_Word], tallies: dict[str, _Tally], seen: dict[str, bool], *, named: bool, form: bool) -> None:
    key = " ".join(word.stem for word in run)
    seen[key] = seen.get(key, False) or named
    if form:
        tallies[key].forms[" ".join(word.raw for word in run)] += 1


def _is_name(chunk: Sequence[_Word], at: int) -> bool:
    """Whether a word is a name by itself: an everyday one may only be part of a longer name ("Cloud Foundry")."""
    word = chunk[at]
    beside = any(other.named for other in (*chunk[max(0, at - 1) : at], *chunk[at + 1 : at + 2]))
    return word.named and (bool(_ODD.match(word.raw)) or not beside or word.stem not in common_stems())


def _names(chunk: Sequence[_Word]) -> Iterator[Sequence[_Word]]:
    """The runs of two or three named words, wherever they stand in a chunk."""
    start = 0
    for at in range(len(chunk)):
        if chunk[at].named:
            continue
        if 2 <= at - start <= LONGEST:  # one that ends the chunk is counted as its end
            yield chunk[start:at]
        start = at + 1


def _chunks(sentence: Sequence[_Word], never: set[str]) -> Iterator[list[_Word]]:
    """Runs of words that may be phrases: no small or general word in them, nothing but a space or hyphen between.

    A general word may be part of a name ("Best Buy"), beside another word of it.
    """
    chunk: list[_Word] = []
    for at, word in enumerate(sentence):
        if chunk and not word.glued:
            yield chunk
            chunk = []
        if _is_telling(word, never) or (_is_part_of_name(sentence, at) and _is_telling(sentence[at + 1], never)):
            chunk.append(word)
        elif chunk:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _is_telling(word: _Word, never: set[str]) -> bool:
    folded = word.folded
    if not SHORTEST_WORD <= len(folded) <= LONGEST_WORD or not any(map(str.isalpha, folded)):
        return False
    if word.general or folded.endswith("ly"):
        return False
    return not (folded in never and word.raw[0].isupper())


def _is_part_of_name(sentence: Sequence[_Word], at: int) -> bool:
    """Whether a general word and the next one are written like a name."""
    word = sentence[at]
    if at + 1 == len(sentence) or not word.general or word.folded in SMALL_WORDS or _is_contraction(word.raw):
        return False
    return sentence[at].named and sentence[at + 1].named and sentence[at + 1].glued
