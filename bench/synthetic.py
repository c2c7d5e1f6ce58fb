"""Notes that nobody wrote, as many as are wanted: the same seed gives the same words, files and questions.

Words follow Zipf's law over as many as 300,000 made-up ones, with real small words between them as often as English has
them. Each note keeps to a topic, names people who say something, tells its event and day, and is written in one of the
formats that people use.
"""

import itertools
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SMALL = (
    "the of and to in a is that for it was on with as we are at be this they have by not from but which or were an had "
    "you can will there more when their been has would what about if into out so up our them then some could these"
).split()
"""Small words, the commonest first."""
SMALL_SHARE = 0.4
"""The share of a text that small words take."""
OWN_SHARE = 0.2
"""The share of a text's other words that is its note's topic's own."""
TOPICS, TOPIC_WORDS = 3_000, 120
SYLLABLES = [a + b for a in "b c d f g h k l m n p r s t v w br cl dr fl gr pl st tr".split() for b in "aeiou"]
GIVEN = (
    "Adam Alice Anna Carlos Chris Daniel David Emma Eric Frank Grace James Julia Karen Laura Lucas Maria Nina Peter "
    "Robert Sarah"
).split()
EDITIONS = (
    ("Tokyo", "2015-10-27"),
    ("Barcelona", "2016-10-25"),
    ("Boston", "2017-05-08"),
    ("Berlin", "2018-11-13"),
    ("Vancouver", "2018-05-21"),
    ("Austin", "2016-04-25"),
)
FORMATS = ("md", "md", "md", "txt", "html", "rst")
PASSAGES_A_NOTE = (20, 60)
WORDS_A_PARAGRAPH = (60, 70)


@dataclass(frozen=True, slots=True)
class Corpus:
    """The words of a corpus, the commonest first, and what the notes are drawn from."""

    seed: int
    passages: int
    vocabulary: int = 300_000


def words(corpus: Corpus) -> list[str]:
    """The made-up words, all different, the commonest (and mostly shorter) first."""
    drawn = np.random.default_rng((corpus.seed, 1))
    found: dict[str, None] = {}
    while len(found) < corpus.vocabulary:
        rank = len(found)
        syllables = 2 + int(drawn.integers(0, 2)) + (rank > 2_000) * int(drawn.integers(0, 3))
        picked = drawn.integers(0, len(SYLLABLES), size=syllables)
        ending = "" if drawn.random() < 0.5 else string.ascii_lowercase[int(drawn.integers(0, 26))]
        found.setdefault("".join(SYLLABLES[i] for i in picked) + ending)
    return list(found)


def paragraphs(corpus: Corpus, named: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Each note's number and its paragraphs, until there are as many as the corpus has passages."""
    drawn = np.random.default_rng((corpus.seed, 2))
    shares = 1.0 / np.arange(2, len(named) + 2)
    usual = np.cumsum(shares / shares.sum())
    small = 1.0 / np.arange(1, len(SMALL) + 1)
    smalls = np.cumsum(small / small.sum())
    topics = drawn.integers(200, len(named), size=(TOPICS, TOPIC_WORDS))
    lexicon = np.array([*SMALL, *named], dtype=object)
    left = corpus.passages
    for note in itertools.count():
        if left <= 0:
            return
        wanted = min(left, int(drawn.integers(*PASSAGES_A_NOTE)))
        left -= wanted
        sizes = drawn.integers(*WORDS_A_PARAGRAPH, size=wanted)
        ids = _drawn(drawn, int(sizes.sum()), usual, smalls, topics[int(drawn.integers(0, TOPICS))])
        texts = np.split(lexicon[ids], np.cumsum(sizes)[:-1])
        yield note, [_sentences(text.tolist(), drawn, note, place) for place, text in enumerate(texts)]


def _drawn(
    drawn: np.random.Generator,
    size: int,
    usual: NDArray[np.float64],
    smalls: NDArray[np.float64],
    topic: NDArray[np.int64],
) -> NDArray[np.int64]:
    """The numbers of a note's words: small ones, those of its topic, and any."""
    kinds = drawn.random(size)
    content = len(SMALL) + np.minimum(np.searchsorted(usual, drawn.random(size)), len(usual) - 1)
    own = len(SMALL) + topic[np.minimum(drawn.geometric(0.05, size) - 1, len(topic) - 1)]
    content = np.where(kinds < SMALL_SHARE + OWN_SHARE * (1 - SMALL_SHARE), own, content)
    picked: NDArray[np.int64] = np.where(kinds < SMALL_SHARE, np.searchsorted(smalls, drawn.random(size)), content)
    return picked


def _sentences(text: list[str], drawn: np.random.Generator, note: int, place: int) -> str:
    """A paragraph of three to six sentences; one in four tells who says so, and some words are names."""
    cuts = sorted(set(drawn.integers(8, len(text) - 8, size=4).tolist()))
    if place % 4 == 1:
        text[1] = text[1].title()
        text[2] = text[2].title()
    parts = [text[a:b] for a, b in itertools.pairwise([0, *cuts, len(text)])]
    told = [" ".join(part) for part in parts if part]
    told = [one[:1].upper() + one[1:] + "." for one in told]
    if place % 4 == 0:
        told[0] = f"{person(note * 7 + place // 4)} said that {told[0][:1].lower()}{told[0][1:]}"
    return " ".join(told)


def person(number: int) -> str:
    """One of 8,000 people."""
    number %= 8_000
    surname = SYLLABLES[number % len(SYLLABLES)] + SYLLABLES[number // len(SYLLABLES) % len(SYLLABLES)] + "son"
    return f"{GIVEN[number % len(GIVEN)]} {surname.title()}"


def write(corpus: Corpus, folder: Path) -> int:
    """Write the notes below *folder* (made if it is not there); how many there are."""
    named = words(corpus)
    count = 0
    for note, texts in paragraphs(corpus, named):
        place = folder / f"{note // 500:03}"
        if note % 500 == 0:
            place.mkdir(parents=True, exist_ok=True)
        kind = FORMATS[note % len(FORMATS)]
        title = f"{named[note % 5_000].title()} {named[note % 7_919].title()} at the OpenStack Summit"
        (place / f"{note:06}.{kind}").write_text(_KINDS[kind](title, note, texts), encoding="utf-8")
        count += 1
    return count


def _headed(texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each paragraph with the heading above it, if there is one."""
    for place, text in enumerate(texts):
        yield " ".join(text.replace(".", "").split()[5:8]).title() if place % 6 == 0 else "", text


def _markdown(title: str, note: int, texts: Sequence[str]) -> str:
    city, day = EDITIONS[note % len(EDITIONS)]
    front = f"---\ntitle: {title} {city}\ndate: {day}\nauthor: {person(note % 400)}\n---\n"
    pieces = (f"## {above}\n\n{text}\n" if above else f"{text}\n" for above, text in _headed(texts))
    return front + "\n" + "\n".join(pieces)


def _text(title: str, note: int, texts: Sequence[str]) -> str:
    city, day = EDITIONS[note % len(EDITIONS)]
    return f"{title} {city}, {day}\n\n" + "\n\n".join(texts) + "\n"


def _html(title: str, note: int, texts: Sequence[str]) -> str:
    city, day = EDITIONS[note % len(EDITIONS)]
    told = "\n".join(f"{f'<h2>{above}</h2>' if above else ''}<p>{text}</p>" for above, text in _headed(texts))
    head = f'<title>{title} {city}</title><meta name="date" content="{day}">'
    return f"<html><head>{head}</head><body><h1>{title} {city}</h1>{told}</body></html>"


def _restructured(title: str, note: int, texts: Sequence[str]) -> str:
    city, day = EDITIONS[note % len(EDITIONS)]
    whole = f"{title} {city}"
    pieces = (f"{above}\n{'-' * len(above)}\n\n{text}\n" if above else f"{text}\n" for above, text in _headed(texts))
    told = "\n".join(pieces)
    return f"{whole}\n{'=' * len(whole)}\n\n:Date: {day}\n\n{told}"


_KINDS = {"md": _markdown, "txt": _text, "html": _html, "rst": _restructured}
