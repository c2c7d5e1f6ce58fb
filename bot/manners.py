"""Who may ask, and how often: the own workspace's members, at a pace that leaves room for others."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from slack_bolt.async_app import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.post import refusal
from bot.settings import Settings

log = logging.getLogger(__name__)

T = TypeVar("T")

FRESH = 600.0
"""Seconds for which we go by what Slack said of a person, unless it tells that this changed."""
WINDOW = 60.0
"""Seconds over which questions are counted."""
REMEMBERED = 10_000
"""How many people and channels are known at a time; the oldest are looked up, or counted, anew."""

FOREIGN = (
    "I only answer people of the workspace that I work for. Ask a colleague there to ask me, or have the people who "
    "run Recap list your workspace in RECAP_ALLOW_TEAMS."
)
GUEST = (
    "I am not open to guests of this workspace. Ask a member to ask me, or have the people who run Recap "
    "set RECAP_ALLOW_GUESTS=1."
)
UNCLEAR = (
    "I cannot see who is a guest here, so I have to keep the notes to myself. Who runs Recap can read in its log "
    "what the app needs for that."
)


@dataclass(frozen=True, slots=True)
class Person:
    """What Slack says of somebody. ``trouble`` is why it would not say anything, as Slack's error."""

    team: str = ""
    enterprise: str = ""
    guest: bool = False
    stranger: bool = False
    trouble: str = ""


@dataclass
class Door:
    """What we remember about those who come: who they are, when they came, and what they were told about it.

    ``clock`` gives seconds. Keys of ``visits`` and ``told`` are people's and channels' ids.
    """

    clock: Callable[[], float] = time.monotonic
    people: dict[str, tuple[float, asyncio.Future[Person]]] = field(default_factory=dict)
    visits: dict[str, deque[float]] = field(default_factory=dict)
    told: dict[str, float] = field(default_factory=dict)


async def objection(door: Door, settings: Settings, context: AsyncBoltContext, body: Mapping[str, Any]) -> str:
    """Why whoever is behind a delivery may not ask, in a sentence for them; empty where they may.

    Asks Slack about a person at most once in ``FRESH`` seconds. A Slack that cannot answer at the moment turns
    nobody away whose workspace is the right one; a missing right to know does, or guests would pass as members.
    """
    own = context.authorize_result
    ours = (own.team_id, own.enterprise_id) if own else ()
    home = frozenset(filter(None, ours)) | settings.allow_teams
    if not home.issuperset(_teams(body)) or not _meant_for(home, body):
        return FOREIGN
    user = context.user_id
    person = await _person(door, context.client, user if isinstance(user, str) else "")
    if person.trouble:
        return "" if settings.allow_guests else UNCLEAR
    if not _belongs(person, home, settings):
        return FOREIGN
    return GUEST if person.guest and not settings.allow_guests else ""


def forget(door: Door, user: str) -> None:
    """Ask Slack again about somebody before they are answered next, since something about them changed."""
    door.people.pop(user, None)


def is_too_fast(door: Door, key: str, most: int) -> bool:
    """Count a question of a person or channel, unless there were *most* (0: any number) in the last minute."""
    now = door.clock()
    visits = door.visits.setdefault(key, deque(maxlen=max(most, 1)))
    while visits and visits[0] <= now - WINDOW:
        visits.popleft()
    if most and len(visits) >= most:
        return True
    visits.append(now)
    _bounded(door.visits)
    return False


def is_news(door: Door, key: str) -> bool:
    """Whether something is to be said to a person or channel: once a minute, and not for each question."""
    now = door.clock()
    if now - door.told.get(key, now - WINDOW) < WINDOW:
        return False
    door.told[key] = now
    _bounded(door.told)
    return True


def _teams(body: Mapping[str, Any]) -> Iterator[str]:
    """The workspaces that a delivery names as those of its author, and the one it comes from."""
    event, user = _part(body, "event"), _part(body, "user")
    named = (
        body.get("team_id"),
        _part(body, "team").get("id"),
        user.get("team_id"),
        *(event.get(name) for name in ("user_team", "source_team", "team")),
    )
    return (team for team in named if isinstance(team, str) and team)


def _belongs(person: Person, home: frozenset[str], settings: Settings) -> bool:
    """Whether somebody is at home here; a stranger is only where their own workspace was let in."""
    theirs = {person.team, person.enterprise} - {""}
    if person.stranger:
        return not theirs.isdisjoint(settings.allow_teams)
    return not theirs or not theirs.isdisjoint(home)


def _meant_for(home: frozenset[str], body: Mapping[str, Any]) -> bool:
    """Whether one of the installations that an event was sent to is ours; nothing else names them."""
    listed = body.get("authorizations")
    given = [one.get("team_id") for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    return not any(given) or any(isinstance(team, str) and team in home for team in given)


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = body.get(name)
    return part if isinstance(part, Mapping) else {}


async def _person(door: Door, client: AsyncWebClient, user: str) -> Person:
    """What Slack says of somebody; several who ask that at the same time wait for one reply."""
    at, known = door.people.get(user, (0.0, None))
    if known is None or door.clock() - at > FRESH:
        known = asyncio.ensure_future(_look_up(door, client, user))
        door.people[user] = door.clock(), known
        _bounded(door.people)
    return await asyncio.shield(known)


async def _look_up(door: Door, client: AsyncWebClient, user: str) -> Person:
    try:
        told = _part((await client.users_info(user=user)).data, "user")  # type: ignore[arg-type]
    except SlackApiError as error:
        code = refusal(error)
        if code.startswith("HTTP ") or code in ("unknown_method", "ratelimited", "internal_error", "fatal_error"):
            return _unknown(door, user, code)
        if code in ("user_not_found", "user_not_visible"):
            return Person(stranger=True)
        return _untold(door, code)
    except Exception as error:  # a broken line, or a page that Slack's library trips over
        return _unknown(door, user, type(error).__name__)
    if not told:
        return _unknown(door, user, "no user in the reply")
    return Person(
        team=str(told.get("team_id") or ""),
        enterprise=str(_part(told, "enterprise_user").get("enterprise_id") or ""),
        guest=bool(told.get("is_restricted") or told.get("is_ultra_restricted")),
        stranger=bool(told.get("is_stranger")),
    )


def _unknown(door: Door, user: str, reason: str) -> Person:
    """Nobody in particular, to be looked up again the next time."""
    log.warning("Slack does not say at the moment who is a guest (%s).", reason)
    forget(door, user)
    return Person()


def _untold(door: Door, code: str) -> Person:
    if "users.info" not in door.told:
        log.error(
            "Slack does not let me see who is a guest (%s), so I answer nobody unless RECAP_ALLOW_GUESTS=1: paste "
            "the output of recap manifest into your app's manifest and install the app again.",
            code,
        )
    door.told["users.info"] = door.clock()
    return Person(trouble=code)


def _bounded(memory: dict[str, T]) -> None:
    while len(memory) > REMEMBERED:
        del memory[next(iter(memory))]
