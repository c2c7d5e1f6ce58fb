"""Names looked up in notes, spelt right and wrong: queries made of a corpus's own words, the same for the same seed.

What is searched are the passages of Recap's index, for every engine the same. The passages that hold a name as a
whole word (or two words side by side) answer a query for it, all of them alike. Names are words that the notes mostly
write with a capital, that are no everyday words and no places or events (which limit an answer rather than being its
topic), and that stand in few passages. A query whose misspelt word happens to be a word of the notes is left out.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bench.judged import Document
from bench.typos import Random, all_mistyped, cut, edited, seeded, split
from intents.language import REQUEST_WORDS, STOP_WORDS, WEAK_WORDS
from store.index import Index
from store.terms import common_stems
from store.text import spans, stem, words

TEMPLATES = (
    "tell me about {}",
    "did anyone mention {}?",
    "what was said about {}",
    "is there anything on {} in the notes?",
    "what do we know about {}?",
    "can you find something about {} please",
    "{}",
)
NAMES, MOST_PASSAGES = 300, 20
"""How many names are looked up, and in how many passages one stands at most."""
SHORTEST, SHORTEST_CUT = 5, 7
"""Letters that a name has at least, and one that is cut off."""
ITEM_WORDS = 5
"""Words of a passage by which it is looked up itself."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """A query as it was meant to be typed (``name``) and as it is, and the ids of the passages that answer it."""

    name: str
    text: str
    relevant: Mapping[str, float]


def passages(index: Index) -> list[Document]:
    """Every passage of an index, its note's title and the headings above it as its title."""
    rows = index.rows("SELECT p.id, n.title, p.heading, p.text FROM passages p JOIN notes n ON n.id = p.note")
    return [Document(str(id), f"{title} {' '.join(json.loads(heading))}", text) for id, title, heading, text in rows]


def lookups(index: Index, seed: int = 1) -> dict[str, list[Lookup]]:
    """The queries by kind: as typed right, with one and two wrong keystrokes, split, joined, cut off, and more."""
    found = passages(index)
    places = _places(index)
    single = _sample(_standing(found, _singles, places), seed)
    double = _sample(_standing(found, _doubles, places), seed)
    known = {word for one in found for word in words(f"{one.title} {one.text}")}
    items = _items(found, known, seed)
    kinds: dict[str, Callable[[str, Random], str]] = {
        "name": lambda name, _: name,
        "one edit": lambda name, chance: edited(name, chance),
        "two edits": lambda name, chance: edited(name, chance, 2),
        "split": split,
        "cut": cut,
    }
    made = {kind: list(_asked(kind, single, change, known, seed)) for kind, change in kinds.items()}
    made["joined"] = list(_asked("joined", double, lambda name, _: name.replace(" ", ""), known, seed))
    made["item"] = items
    made["all mistyped"] = [
        Lookup(one.name, all_mistyped(one.text, STOP_WORDS, seeded(seed, "all", one.text)), one.relevant)
        for one in items
    ]
    return made


def _asked(
    kind: str, names: Mapping[str, set[str]], change: Callable[[str, Random], str], known: set[str], seed: int
) -> Iterator[Lookup]:
    for name, ids in names.items():
        chance = seeded(seed, kind, name)
        if kind == "cut" and len(name) < SHORTEST_CUT:
            continue
        typed = change(name, chance)
        if kind != "name" and typed in known:
            continue
        yield Lookup(name, chance.choice(TEMPLATES).format(typed), dict.fromkeys(ids, 1.0))


def _items(found: Sequence[Document], known: set[str], seed: int) -> list[Lookup]:
    """Passages looked up by words of their own that are no small words."""
    chance = seeded(seed, "items")
    made = []
    for one in chance.sample(found, len(found)):
        telling = [w for w in dict.fromkeys(words(one.text)) if len(w) > 3 and w.isalpha() and w not in _EMPTY]
        if len(telling) >= 2 * ITEM_WORDS:
            picked = set(chance.sample(telling, ITEM_WORDS))
            text = " ".join(word for word in telling if word in picked)
            made.append(Lookup(text, text, {one.id: 1.0}))
        if len(made) == NAMES:
            break
    return made


_EMPTY = STOP_WORDS | REQUEST_WORDS | WEAK_WORDS


def _sample(names: Mapping[str, set[str]], seed: int) -> dict[str, set[str]]:
    able = sorted(name for name, ids in names.items() if len(ids) <= MOST_PASSAGES)
    seeded(seed, "names").shuffle(able)
    return {name: names[name] for name in able[:NAMES]}


def _standing(
    found: Sequence[Document], cut_into: Callable[[str], Iterator[tuple[str, bool]]], places: set[str]
) -> dict[str, set[str]]:
    """The passages in which each name stands."""
    ids: defaultdict[str, set[str]] = defaultdict(set)
    capitals: defaultdict[str, list[bool]] = defaultdict(list)
    for one in found:
        for name, capital in cut_into(f"{one.title}\n{one.text}"):
            ids[name].add(one.id)
            capitals[name].append(capital)
    return {
        name: held
        for name, held in ids.items()
        if sum(capitals[name]) > 0.8 * len(capitals[name]) and places.isdisjoint(name.split())
    }


def _singles(text: str) -> Iterator[tuple[str, bool]]:
    """Words long enough for names, and whether each is written with a capital that no sentence gave it."""
    opens = 0
    for word, start, end in spans(text):
        if _is_name(word):
            yield word, text[start:end][0].isupper() and start > opens
        opens = end + 2 if text[end : end + 1] in ".!?\n" else opens


def _doubles(text: str) -> Iterator[tuple[str, bool]]:
    """Two words with a space between them, and whether both are written with a capital."""
    for (first, a, b), (second, c, d) in pairwise(spans(text)):
        if text[b:c] == " " and _is_name(second) and _is_name(first):
            yield f"{first} {second}", text[a:b][0].isupper() and text[c:d][0].isupper()


def _is_name(word: str) -> bool:
    return (
        len(word) >= SHORTEST
        and word.isascii()
        and word.isalpha()
        and word not in _EMPTY
        and stem(word) not in common_stems()
    )


def _places(index: Index) -> set[str]:
    """The words by which a question is limited."""
    facets = index.facets
    named = [n for e in (*facets.events, *facets.absent) for n in (e.name, e.series, e.city, *e.aliases, *e.also)]
    return {word for name in (*named, *facets.releases) for word in words(name)}
