"""Sentences that say nothing of a conference's substance, and those that do not stand by themselves. Pure."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files

from store.text import ADDRESS

_PERSONAL = re.compile(r"\b(?:he|she|him|her)\b", re.IGNORECASE)
_NAMED = re.compile(r"(?<=\s)[A-Z][a-zà-ž]+|^[A-Z][a-zà-ž]+ [A-Z]")
_ASKS = re.compile(r"\?\W*$")
REMEMBERED = 16_384
"""Sentences of which it is remembered how they look: a summit is summed up again and again, longer or shorter."""


@lru_cache(maxsize=REMEMBERED)
def is_chatter(sentence: str) -> bool:
    """Greetings, thanks, travel, meals, what a web page says of itself, and captions.

    >>> is_chatter("We had lunch in Kyoto."), is_chatter("Magnum is production ready.")
    (True, False)
    """
    return bool(_shape("chatter").search(sentence.lower())) or "©" in sentence


@lru_cache(maxsize=REMEMBERED)
def is_aside(sentence: str) -> bool:
    """Says where something is to be found or what the note will tell; or asks, invites or links.

    >>> is_aside("More details below."), is_aside("Join us at the booth."), is_aside("Neutron gained IPv6.")
    (True, True, False)
    """
    return any(shape.search(sentence.lower()) for shape in (_shape("aside"), ADDRESS, _ASKS))


@lru_cache(maxsize=REMEMBERED)
def is_personal(sentence: str) -> bool:
    """Tells of its author: what they did, felt or liked.

    >>> is_personal("I spent the day at the booth."), is_personal("Phase I is done.")
    (True, False)
    """
    return bool(_shape("personal").search(sentence.lower()))


@lru_cache(maxsize=REMEMBERED)
def leans(sentence: str) -> bool:
    """Whether one has to know the sentence before it to understand this one.

    >>> leans("He also showed Kubot."), leans("This summit drew 5000 people."), leans("Evenson showed his bot.")
    (True, False, False)
    """
    person = _PERSONAL.search(sentence)
    unnamed = person and not _NAMED.search(sentence[: person.start()])
    return bool(unnamed or _shape("leaning").match(sentence.lower()))


@cache
def _shape(kind: str) -> re.Pattern[str]:
    """What sentences of a kind look like."""
    told: Mapping[str, Sequence[str]] = _table()[kind]
    begins = [rf"^\W*(?:{_any(told['begins'])})(?!\w)"] if "begins" in told else []
    holds = [rf"(?<!\w)(?:{_any(told['holds'])})(?!\w)"] if "holds" in told else []
    return re.compile("|".join(begins + holds))


def _any(shapes: Sequence[str]) -> str:
    """One of some regular expressions; those that begin with the same letter share it, so that fewer are tried."""
    together: defaultdict[str, list[str]] = defaultdict(list)
    for shape in shapes:
        letter = shape[0] if shape[0].isalpha() and shape[1:2] not in "?*+{" else ""
        together[letter].append(shape.removeprefix(letter))
    return "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in together.items())


@cache
def _table() -> Mapping[str, Mapping[str, Sequence[str]]]:
    return tomllib.loads(files("store").joinpath("data/sentences.toml").read_text(encoding="utf-8"))
