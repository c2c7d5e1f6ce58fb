"""Threads where we answered: which remarks there are for us, and which answers are worth speaking up. Pure.

Colleagues go on talking in such a thread. A remark is for us only if it has the form of a question to the notes, and
is answered only if the notes have what it names: better silent once too often than in the way of a conversation.
"""

import re
from collections.abc import Iterator
from dataclasses import astuple
from typing import Literal

from intents import CUES, language
from intents.base import Answer
from intents.cues import called
from intents.understand import SMALL_TALK
from store.model import Hit
from store.terms import common_stems
from store.text import stem, words

Heard = Literal["", "question", "stop", "thanks"]
"""What a remark is to us; nothing where it is none of our business."""

LONGEST, MOST_WORDS = 200, 25
"""Characters and words of a remark; whoever writes more than that tells something."""
NAMED_ONLY = 6
"""Words of a remark that is not even a sentence: “and Magnum in Tokyo”, “only the keynotes”."""

_STOP = frozenset(
    (
        "stop",
        "stop it",
        "stop please",
        "please stop",
        "stop that",
        "quiet",
        "be quiet",
        "enough",
        "thats enough",
        "stopp",
    )
)
_THANKS = re.compile(r"\b(?:thanks?|thx|ty|cheers|danke|merci|gracias)\b", re.I)

_ASKED_OF_US = re.compile(
    r"^(?:(?:can|could|would|will) you (?:please |also )?(?=show|tell|find|give|list|compare|summari[sz]e)"
    r"|do you (?:know|have|find|see) (?=any|some|more)|what do you (?:know|have) (?=about|on)|please )+",
    re.I,
)
_REMARK = re.compile(r"[^,.!;:?–—]{1,40}[,.!;:–—]+\s+(?=\w)")
_SHOW_ME = re.compile(r"\b(show|tell|give|find) (?:me|us)\b", re.I)
_I_AND_YOU = frozenset(
    "i im ive id ill me my mine we weve wed well us our ours you your yours youre youve youd youll yall ya lets gonna "
    "wanna ich mir mich mein meine wir uns unser unsere du dir dich dein deine ihr euch folks guys mate dude boss "
    "everyone everybody volunteer volunteers".split()
)
_DAYS = frozenset(
    "today tonight tomorrow tmrw yesterday eod eow asap weekend monday tuesday wednesday thursday friday saturday "
    "sunday mon tue tues wed thu thurs fri later soon deadline due eta heute morgen gestern montag freitag".split()
)
_AT_THE_TABLE = frozenset(
    "lunch dinner breakfast coffee coffees beer beers drink drinks pizza snack snacks cake hungry kaffee mittag "
    "mittagessen bier".split()
)
_AT_WORK = frozenset(
    "standup retro calendar zoom huddle invoice expense expenses payroll pto vacation holiday holidays sick birthday "
    "wfh offsite laptop vpn wifi prod staging jira ticket tickets pr prs merge merged rebase hotfix rollback oncall "
    "pager outage incident blocked blocker".split()
)
_IN_CHAT = frozenset(
    "lol haha hahaha hehe rofl lgtm wdyt imo imho btw fyi brb omw afk tbh idk nvm ping pinged dm wow omg oops sorry "
    "congrats congratulations welcome kidding".split()
)
_BETWEEN_PEOPLE = _I_AND_YOU | _DAYS | _AT_THE_TABLE | _AT_WORK | _IN_CHAT
"""Words by which a remark is meant for colleagues, whatever else it says."""
_NEXT_WEEK = re.compile(r"\b(?:this|next) (?:week|month|sprint|quarter|morning|afternoon)\b|\b\d{1,2} ?[ap]m\b", re.I)
_ADDRESSED = re.compile(r"^(?:(?:hey|hi|hello|ok|so|and)\s+)?@|^(?:hey|hi|hello)\s+[A-Z]\w+|^([A-Z]\w+)\s*[,:]\s")
_SOMEBODY = re.compile(r"\b(?:any|some)(?:one|body)\b", re.I)

_OF_THE_NOTES = re.compile(
    r"\b(?:sa(?:y|ys|id)|mention\w*|discuss\w*|present(?:s|ed|ers?|ations?)?|announc\w+|talk(?:s|ed)?|spoke|speak(?:ers?)?"
    r"|demo(?:s|ed|nstrated)?|attend(?:ed|ees)?|keynotes?|sessions?|summits?|conferences?|ptg|meet-?ups?|notes|sources?"
    r"|quotes?|recaps?|gesagt|erwähnt|vortr\w+|notizen)\b",
    re.I,
)
_ABOUT = re.compile(r"^(?:anything|something|more|anything else|any notes|news)\s+(?:on|about|from|by|in)\b", re.I)
_ORDER = re.compile(r"^(?:show|tell|give|find|list|look up|search|compare|summari[sz]e|zeig\w*|such\w*)\b", re.I)
_OPERATOR = re.compile(r"(?<!\S)(?:in|at|event|city|year|by|author|person|release):[\w\"]", re.I)
_FINITE = frozenset(
    "is are was were be been am has have had do does did will would can could should shall must might may need needs "
    "works looks seems sounds means makes goes gets got went broke failed fails ist sind war hat".split()
)
_PAST = frozenset("was were did said presented gave spoke talked attended announced showed came".split())
_JOINED = sorted(language.FOLLOW_UP_OPENINGS, key=len, reverse=True)


def heard(text: str) -> Heard:
    """What a remark in a thread that we follow is to us, going by its form alone.

    >>> heard("and in 2017?"), heard("Who wants lunch?"), heard("thanks!"), heard("stop")
    ('question', '', 'thanks', 'stop')
    """
    said = words(text)
    if not said or len(text) > LONGEST or len(said) > MOST_WORDS:
        return ""
    if " ".join(said) in _STOP:
        return "stop"
    if set(said) <= language.THANKS | language.PRAISE | language.SMALL_TALK_FILLERS and _THANKS.search(text):
        return "thanks"
    bare = _SHOW_ME.sub(r"\1", _ASKED_OF_US.sub("", _without_thanks(text)))
    return "question" if not _is_between_people(bare) and _has_form(bare, words(bare)) else ""


def is_worth_saying(text: str, answer: Answer) -> bool:
    """Whether an answer to such a remark is good enough to speak up unasked.

    It needs quotes, and a passage that has every word of the remark's topic. Asked like any question among
    colleagues, that takes a word that is no everyday one and no place.
    """
    if answer.refused or answer.intent in SMALL_TALK or answer.confidence == "nearest" or not answer.citations:
        return False
    said = words(_without_thanks(text))
    if _is_about_form(said):
        return True
    topic = [word for word in _topic(text) if word not in language.WEAK_WORDS]
    if not any(_tells(hit, answer).issuperset(map(stem, topic)) for hit in answer.hits):
        return False
    own = set(map(stem, topic)) - set(_places(answer))
    if _is_plain(text):
        return bool(own - common_stems())
    if _asks_on(said) or own:
        return True
    return not _has_verb(said) and not _shown(answer).isdisjoint(map(stem, _topic(text)))


def _without_thanks(text: str) -> str:
    """What comes after a word of thanks or the like: "cool! and in Tokyo?"."""
    remark = _REMARK.match(text)
    return text[remark.end() :] if remark and language.REMARKS.issuperset(words(remark.group())) else text


def _is_between_people(text: str) -> bool:
    if not _BETWEEN_PEOPLE.isdisjoint(words(text)) or _NEXT_WEEK.search(text) or "```" in text:
        return True
    addressed = _ADDRESSED.match(text)
    if addressed and not (addressed.group(1) and language.REMARKS.issuperset(words(addressed.group(1)))):
        return True
    return bool(_SOMEBODY.search(text)) and not _OF_THE_NOTES.search(text)


def _has_form(text: str, said: list[str]) -> bool:
    """Whether it is put as a question, an order to look something up, or a name to go on with."""
    if not said:
        return False
    if (
        _is_about_form(said)
        or _ORDER.match(text)
        or _OPERATOR.search(text)
        or _ABOUT.match(text)
        or called(text, CUES)[0]
    ):
        return True
    rest = _behind_opening(said)
    tells = not language.STOP_WORDS.union(language.ASKING).issuperset(rest)
    if rest != said and not _has_verb(rest) and len(rest) <= NAMED_ONLY:
        return tells and rest[0] not in ("a", "an")
    opens = said[0] in language.ASKING and (_has_verb(said) or bool(_OF_THE_NOTES.search(text)))
    asks = opens or text.rstrip(" )").endswith("?")
    return asks and (tells or _asks_on(said))


def _is_about_form(said: list[str]) -> bool:
    """Says nothing of a topic: the next page, or a shorter answer."""
    of_size = not language.SIZES.keys().isdisjoint(said) and set(said) <= language.SIZES.keys() | language.AROUND_SIZE
    return " ".join(said) in language.MORE or of_size


def _behind_opening(said: list[str]) -> list[str]:
    """The words behind "and", "what about" and the like."""
    for opening in map(str.split, _JOINED):
        if said[: len(opening)] == opening:
            return said[len(opening) :]
    return said


def _has_verb(said: list[str]) -> bool:
    return not _FINITE.isdisjoint(said)


def _is_plain(text: str) -> bool:
    """Asked as one asks anybody: it does not go on from the last answer, nor speak of notes, talks and summits."""
    said = words(_without_thanks(text))
    goes_on = _behind_opening(said) != said or not (_has_verb(said) or said[:1] == ["any"])
    return not (goes_on or _asks_on(said) or _is_order(text) or _OF_THE_NOTES.search(text))


def _is_order(text: str) -> bool:
    """Tells us to look something up, in words or in the grammar of questions."""
    found = _ORDER.match(text) or _OPERATOR.search(text) or _ABOUT.match(text)
    return bool(found) or bool(called(text, CUES)[0])


def _asks_on(said: list[str]) -> bool:
    """Asks who, when, where or how many of what the last answer told: "who presented it?"."""
    return (
        not language.ASKING.isdisjoint(said[:1])
        and not _PAST.isdisjoint(said)
        and not language.PRONOUNS.isdisjoint(said)
    )


def _topic(text: str) -> list[str]:
    bare = _SHOW_ME.sub(r"\1", _ASKED_OF_US.sub("", _without_thanks(text)))
    passed = language.STOP_WORDS | language.REQUEST_WORDS | language.PRONOUNS | language.POLITE_WORDS | language.ASKING
    return [word for word in words(called(bare, CUES)[1]) if word not in passed]


def _tells(hit: Hit, answer: Answer) -> frozenset[str]:
    """The stems of a topic that a passage has, its own or as the question's scope and corrections put them."""
    return frozenset((*hit.matched, *map(stem, hit.matched), *_places(answer), *_slips(answer)))


def _shown(answer: Answer) -> frozenset[str]:
    return frozenset().union(*(_tells(hit, answer) for hit in answer.hits))


def _places(answer: Answer) -> Iterator[str]:
    """The stems by which the scope is named."""
    return (stem(word) for value in astuple(answer.scope) for word in words(value))


def _slips(answer: Answer) -> Iterator[str]:
    """The stems that were read as others; no everyday word is a slip of a name."""
    typed = (stem(word) for fix in answer.corrections for word in words(fix.typed))
    return (slip for slip in typed if slip not in common_stems())
