"""From what Slack delivers to a question: who asked what, in which conversation, and where to answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from intents import subcommand
from intents.markup import plain
from store.journal import MONTH

MAX_TEXT = 10_000
"""Longer questions are refused; one character more is kept, so that the refusal can be told."""
MINUTES = 60.0
_SPEECH = ("", "file_share", "thread_broadcast")
"""Subtypes of ``message`` that carry something a person said; all others report that something happened."""
_CALLING = re.compile(r"<(?:@|!(?:here|channel|everyone|subteam))")
"""A mention of anybody: us, and then an ``app_mention`` comes as well, or others, who are asked then."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A question from Slack.

    ``surface`` is where it was asked: ``mention``, ``dm``, ``command``, ``thread`` (a remark without a mention, in a
    thread of a channel) or whatever else lets people ask.
    ``conversation`` names what it belongs to, ``memory`` is how many seconds of silence end that. ``trunk`` is
    another conversation that it may lean on if it opens its own, with ten minutes' memory. ``thread`` is the ``ts``
    of the root to answer under. ``keys`` are the names under which Slack may deliver the very same question again.
    ``intent`` is the one called by name; ``typed`` is all that was typed, ``text`` the question in it.
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
    trunk: str = ""
    intent: str = ""
    typed: str = ""

    @property
    def opens_thread(self) -> bool:
        """Whether it is itself the root of the thread that the answer goes to."""
        return bool(self.thread) and self.thread == self.ts


def from_event(body: Mapping[str, Any], bot_user: str) -> Incoming | None:
    """The question in an event, or None where there is none for us.

    Edits, deletions, unfurls, joins, bots (and we are one) ask nothing. In channels a mention does, which arrives as
    an ``app_mention`` of its own; and a remark in a thread may, if it calls nobody by name.
    """
    event = body.get("event")
    if not isinstance(event, Mapping) or not _is_speech(event, bot_user):
        return None
    channel, user, ts, root = (_string(event, name) for name in ("channel", "user", "ts", "thread_ts"))
    surface = _surface(event)
    overheard = surface == "thread"
    if not channel or not ts or (overheard and (root in ("", ts) or _CALLING.search(_string(event, "text")))):
        return None
    thread = root or ts
    opens = surface == "dm" and thread == ts
    return Incoming(
        text=clean(_string(event, "text"), bot_user),
        conversation=f"{channel}:{thread}",
        memory=MONTH,
        surface=surface,
        user=user,
        channel=channel,
        thread=thread,
        ts=ts,
        keys=tuple(filter(None, (_string(body, "event_id"), f"{channel}:{ts}"))),
        trunk=f"{channel}:{user}" if opens else "",
    )


def from_command(body: Mapping[str, Any], intent: str = "") -> Incoming:
    """The question in a slash command. It has no thread: a person's commands in a channel belong together.

    ``intent`` is what the command itself calls for; else its first word may.
    """
    channel, user = _string(body, "channel_id"), _string(body, "user_id")
    typed = clean(_string(body, "text"))
    named, text = (intent, typed) if intent else subcommand(typed)
    return Incoming(
        text=text,
        conversation=f"{channel}:{user}",
        memory=10 * MINUTES,
        surface="command",
        user=user,
        channel=channel,
        intent=named,
        typed=typed,
    )


def invited_to(body: Mapping[str, Any], bot_user: str) -> str:
    """The channel that somebody just invited us to; nothing where somebody else came."""
    event = body.get("event")
    if not isinstance(event, Mapping) or not bot_user or _string(event, "user") != bot_user:
        return ""
    return _string(event, "channel")


def clean(text: str, bot_user: str = "") -> str:
    """What a person typed, without the mention of the bot, on one line of at most ``MAX_TEXT + 1`` characters.

    >>> clean("<@U1> what of R&amp;D in <#C9|eng>, see <https://x.org|this> :wave:", "U1")
    'what of R&D in eng, see this'
    """
    bare = re.sub(rf"<@{re.escape(bot_user)}(?:\|[^<>]*)?>", " ", text[: 4 * MAX_TEXT])
    return plain(bare)[: MAX_TEXT + 1]


def _is_speech(event: Mapping[str, Any], bot_user: str) -> bool:
    if any(event.get(sign) for sign in ("bot_id", "bot_profile", "hidden", "edited")) or not _surface(event):
        return False
    asker = _string(event, "user")
    return _string(event, "subtype") in _SPEECH and asker not in ("", "USLACKBOT", bot_user)


def _surface(event: Mapping[str, Any]) -> str:
    """Where an event was said; nothing where a question there needs a mention, as among several people."""
    if event.get("type") == "app_mention":
        return "mention"
    if event.get("type") != "message":
        return ""
    kind = event.get("channel_type", "im")
    if kind == "im":
        return "dm" if _string(event, "channel").startswith("D") else ""
    return "thread" if kind in ("channel", "group") else ""


def _string(payload: Mapping[str, Any], name: str) -> str:
    value = payload.get(name)
    return value if isinstance(value, str) else ""
