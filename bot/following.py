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
_SIGNS = (_NEXT_WEEK, re.compile(r"\bknows? (?:how|where|when|why|if|whether|the)\b", re.I), re.compile("```"))
_ADDRESSED = re.compile(r"^(?:(?:hey|hi|hello|ok|so|and)\s+)?@|^(?:hey|hi|hello)\s+[A-Z]\w+|^([A-Z]\w+)\s*[,:]\s")
_SOMEBODY = re.compile(r"\b(?:any|some)(?:one|body)\b", re.I)

_OF_THE_NOTES = re.compile(
    r"\b(?:sa(?:y|ys|id)|mention\w*|discuss\w*|present(?:s|ed|ers?|ations?)?|announc\w+|talk(?:s|ed)?|spoke|speak(?:ers?)?"
    r"|demo(?:s|ed|nstrated)?|attend(?:ed|ees)?|keynotes?|sessions?|summits?|conferences?|ptg|meet-?ups?|notes|sources?"
    r"|quotes?|recaps?|gesagt|erwähnt|vortr\w+|notizen)\b",
    re.I,
)
_ABOUT = re.compile(r"^(?:show|anything|something|more|any notes|news)\b.*\b(?:about|on|from|by)\b", re.I)
_ORDER = re.compile(r"^(?:show|find|list|look up|search|compare|summari[sz]e|zeig\w*|such\w*)\b", re.I)
_OPERATOR = re.compile(r"(?<!\S)(?:in|at|event|city|year|by|author|person|release):[\w\"]", re.I)
_MORE = frozenset(said for said in language.MORE if not {"more", "mehr"}.isdisjoint(said.split()))
"""The others ("next", "go on") people say to each other as well."""
_WHOLE = frozenset((("what", "about"), ("how", "about")))
"""Openings that always ask; "and" or "just" may open anything."""
_QUESTION_WORDS = language.ASKING | frozenset("whats whos wheres whens hows".split())
_WH = frozenset("who whom when where what which how".split())
_NOT = frozenset("not no never nor nicht kein".split())
_FINITE = frozenset(
    "is are was were be been am has have had do does did will would can could should shall must might may need needs "
    "works looks seems sounds means makes goes gets got went broke failed fails if ist sind war hat".split()
)
_PAST = frozenset("was were did said presented gave spoke talked attended announced showed came".split())
_OPENINGS = sorted(map(str.split, language.FOLLOW_UP_OPENINGS), key=len, reverse=True)


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
    bare = _bare(text)
    return "question" if not _is_between_people(bare) and _has_form(bare, words(bare)) else ""


def is_worth_saying(text: str, answer: Answer) -> bool:
    """Whether an answer to such a remark is good enough to speak up unasked.

    It needs quotes, and a passage that has every word of the remark's topic. Where these are everyday words, the
    remark has to go on from the last answer, or to ask for notes, talks and the like.
    """
    if answer.refused or answer.intent in SMALL_TALK or answer.confidence == "nearest" or not answer.citations:
        return False
    bare = _bare(text)
    said = words(bare)
    if _is_about_form(said):
        return True
    topic = _topic(bare)
    stems = {stem(word) for word in topic if word not in language.WEAK_WORDS}
    if not any(stems <= _told(hit, answer) for hit in answer.hits):
        return False
    places = set(_places(answer))
    if own := stems - places:
        return bool(own - common_stems() - set(_slips(answer))) or _goes_on(bare, said, named=bool(stems & places))
    if stems:
        return _is_phrase(said) or bool(called(bare, CUES)[0]) or _asks_on(said)
    weak = set(map(stem, topic))
    goes_on = bool(_opened(said)[0]) and _is_phrase(said)
    return _asks_on(said) or (goes_on and any(weak & _told(hit, answer) for hit in answer.hits))


def _bare(text: str) -> str:
    """A remark without what is said for politeness: "cool! can you tell me more about it?"."""
    remark = _REMARK.match(text)
    if remark and language.REMARKS.issuperset(words(remark.group())):
        text = text[remark.end() :]
    return _SHOW_ME.sub("show", _ASKED_OF_US.sub("", text))


def _is_between_people(text: str) -> bool:
    if not _BETWEEN_PEOPLE.isdisjoint(words(text)) or any(sign.search(text) for sign in _SIGNS):
        return True
    addressed = _ADDRESSED.match(text)
    if addressed and not (addressed.group(1) and language.REMARKS.issuperset(words(addressed.group(1)))):
        return True
    return bool(_SOMEBODY.search(text)) and not _OF_THE_NOTES.search(text)


def _has_form(text: str, said: list[str]) -> bool:
    """Whether it is put as a question, an order to look something up, or a name to go on with."""
    if _is_about_form(said) or _is_order(text):
        return True
    opening, rest = _opened(said)
    tells = not (language.STOP_WORDS | _QUESTION_WORDS).issuperset(rest)
    if opening and _FINITE.isdisjoint(rest) and len(rest) <= NAMED_ONLY:
        return tells and rest[0] not in ("a", "an") and _NOT.isdisjoint(rest)
    asked = not _QUESTION_WORDS.isdisjoint(said[:1]) and (not _FINITE.isdisjoint(said) or _OF_THE_NOTES.search(text))
    return bool(asked or text.rstrip(" )").endswith("?")) and (tells or _asks_on(said))


def _is_order(text: str) -> bool:
    """Tells us to look something up, in words or in the grammar of questions."""
    found = _ORDER.match(text) or _OPERATOR.search(text) or _ABOUT.match(text)
    return bool(found) or bool(called(text, CUES)[0])


def _is_about_form(said: list[str]) -> bool:
    """Says nothing of a topic: the next page, or a shorter answer."""
    of_size = not language.SIZES.keys().isdisjoint(said) and set(said) <= language.SIZES.keys() | language.AROUND_SIZE
    return " ".join(said) in _MORE or of_size


def _opened(said: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """The words "and", "what about" and the like at the beginning, and those behind them."""
    found = next((opening for opening in _OPENINGS if said[: len(opening)] == opening), [])
    return tuple(found), said[len(found) :]


def _is_phrase(said: list[str]) -> bool:
    """A name and no sentence, perhaps behind an opening: "only Tokyo", "and in 2017?"."""
    return _FINITE.isdisjoint(said) and _QUESTION_WORDS.isdisjoint(_opened(said)[1][:1])


def _goes_on(text: str, said: list[str], *, named: bool) -> bool:
    """Whether everyday words are meant for the notes all the same; ``named`` tells that they come with a place."""
    opening, rest = _opened(said)
    if opening in _WHOLE or _ABOUT.match(text) or _OPERATOR.search(text) or (named and _is_phrase(said)):
        return True
    if opening:
        return text.endswith("?") or rest[:1] == ["the"]
    asks = not _QUESTION_WORDS.isdisjoint(said[:1])
    return bool(_OF_THE_NOTES.search(text)) or (not asks and bool(called(text, CUES)[0]))


def _asks_on(said: list[str]) -> bool:
    """Asks who, when, where or how many of what the last answer told: "who presented it?"."""
    many = said[:2] == ["how", "many"]
    return many or not (_WH.isdisjoint(said[:1]) or _PAST.isdisjoint(said) or language.PRONOUNS.isdisjoint(said))


def _topic(text: str) -> list[str]:
    passed = language.STOP_WORDS | language.REQUEST_WORDS | language.PRONOUNS | language.POLITE_WORDS | _QUESTION_WORDS
    return [word for word in words(called(text, CUES)[1]) if word not in passed]


def _told(hit: Hit, answer: Answer) -> frozenset[str]:
    """The stems of a topic that a passage has, its own or as the question's scope and corrections put them."""
    return frozenset((*hit.matched, *map(stem, hit.matched), *_places(answer), *_slips(answer)))


def _places(answer: Answer) -> Iterator[str]:
    """The stems by which the scope is named."""
    return (stem(word) for value in astuple(answer.scope) for word in words(value))


def _slips(answer: Answer) -> Iterator[str]:
    """The stems that were read as others; no everyday word is a slip of a name."""
    typed = (stem(word) for fix in answer.corrections for word in words(fix.typed))
    return (slip for slip in typed if slip not in common_stems())
