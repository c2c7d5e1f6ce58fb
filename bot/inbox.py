"""From what Slack delivers to a question: who asked what, in which conversation, and where to answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from intents.markup import plain
from store.journal import MONTH

MAX_TEXT = 10_000
"""Longer questions are refused; one character more is kept, so that the refusal can be told."""
MINUTES = 60.0
_SPEECH = ("", "file_share", "thread_broadcast")
"""Subtypes of ``message`` that carry something a person said; all others report that something happened."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A question from Slack.

    ``conversation`` names what it belongs to, ``memory`` is how many seconds of silence end that. ``thread``
    is the ``ts`` of the root to answer under, empty where the answer goes to the top level. ``keys`` are the
    names under which Slack may deliver the very same question again.
    """

    text: str
    conversation: str
    memory: float
    surface: str
    user: str
    channel: str
    thread: str = ""
    ts: str = ""
    keys: tuple[str, ...] = ()


def from_event(body: Mapping[str, Any], bot_user: str) -> Incoming | None:
    """The question in an event, or None where there is none for us.

    Edits, deletions, unfurls, joins, bots (and we are one) ask nothing. In channels only a mention does, and
    that arrives as an ``app_mention`` of its own.
    """
    event = body.get("event")
    if not isinstance(event, Mapping) or not _is_speech(event, bot_user):
        return None
    channel, user, ts = (_string(event, name) for name in ("channel", "user", "ts"))
    direct = event.get("type") == "message"
    root = _string(event, "thread_ts")
    thread = root if direct else root or ts
    return Incoming(
        text=clean(_string(event, "text"), bot_user),
        conversation=f"{channel}:{thread or user}",
        memory=MONTH if thread else 10 * MINUTES,
        surface="dm" if direct else "mention",
        user=user,
        channel=channel,
        thread=thread,
        ts=ts,
        keys=tuple(filter(None, (_string(body, "event_id"), f"{channel}:{ts}"))),
    )


def from_command(body: Mapping[str, Any]) -> Incoming:
    """The question in a slash command. It has no thread: a person's commands in a channel belong together."""
    channel, user = _string(body, "channel_id"), _string(body, "user_id")
    return Incoming(
        text=clean(_string(body, "text")),
        conversation=f"{channel}:{user}",
        memory=10 * MINUTES,
        surface="command",
        user=user,
        channel=channel,
    )


def clean(text: str, bot_user: str = "") -> str:
    """What a person typed, without the mention of the bot, on one line of at most ``MAX_TEXT + 1`` characters.

    >>> clean("<@U1> what of R&amp;D in <#C9|eng>, see <https://x.org|this> :wave:", "U1")
    'what of R&D in eng, see this'
    """
    bare = re.sub(rf"<@{re.escape(bot_user)}(?:\|[^<>]*)?>", " ", text[: 4 * MAX_TEXT])
    return plain(bare)[: MAX_TEXT + 1]


def _is_speech(event: Mapping[str, Any], bot_user: str) -> bool:
    if any(event.get(sign) for sign in ("bot_id", "bot_profile", "hidden", "edited")):
        return False
    if event.get("type") == "message":
        if event.get("channel_type", "im") != "im" or not _string(event, "channel").startswith("D"):
            return False
    elif event.get("type") != "app_mention":
        return False
    asker = _string(event, "user")
    return _string(event, "subtype") in _SPEECH and asker not in ("", "USLACKBOT", bot_user)


def _string(payload: Mapping[str, Any], name: str) -> str:
    value = payload.get(name)
    return value if isinstance(value, str) else ""
