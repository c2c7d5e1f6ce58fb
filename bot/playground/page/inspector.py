"""What goes back and forth between the workspace and the bot, for people to look into."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.playground.record import Call, Delivery, Payload
from bot.playground.server import Playground

MOST = 150
LONGEST = 200_000


@dataclass(frozen=True)
class Entry:
    """One payload to the bot or one call of the bot. ``took`` is how long the answer took, in milliseconds."""

    id: str
    to_bot: bool
    name: str
    at: float
    took: int | None
    state: str
    good: bool

    @property
    def time(self) -> str:
        """When it was sent, to the millisecond."""
        return datetime.fromtimestamp(self.at).astimezone().isoformat(timespec="milliseconds")[11:23]


def entries(slack: Playground) -> list[Entry]:
    """The last of all that happened, newest first."""
    calls = (_call(f"call-{n}", call) for n, call in enumerate(slack.calls))
    sent = (_delivery(f"payload-{n}", one) for n, one in enumerate(slack.deliveries))
    return sorted([*calls, *sent], key=lambda entry: entry.at, reverse=True)[:MOST]


def details(slack: Playground, name: str) -> Iterator[tuple[str, str]]:
    """What was said and answered in the entry of that name, each with a title, as JSON. Nothing where there is none."""
    kind, _, number = name.partition("-")
    found: list[Call] | list[Delivery] = slack.calls if kind == "call" else slack.deliveries
    if not number.isdecimal() or int(number) >= len(found):
        return
    one = found[int(number)]
    if isinstance(one, Call):
        yield "Arguments", _json(one.arguments)
        yield f"Answer, HTTP {one.status}", _json(one.answer)
    else:
        yield "Payload", _json(one.payload)
        yield "Acknowledgement", _json(one.ack) if one.acked_at else one.error or "none so far"


def _call(name: str, call: Call) -> Entry:
    error = call.answer.get("error", "") if isinstance(call.answer, dict) else ""
    state = "under way" if call.status is None else f"{call.status} {error or ('ok' if call.ok else call.answer)}"
    took = None if call.status is None else round(call.seconds * 1000)
    return Entry(name, to_bot=False, name=call.method, at=call.at, took=took, state=state, good=call.ok)


def _delivery(name: str, one: Delivery) -> Entry:
    took = None if one.acked_at is None else round((one.acked_at - one.at) * 1000)
    state = one.error or ("acknowledged" if one.acked else "under way")
    again = f" (try {one.attempt + 1})" if one.attempt else ""
    return Entry(name, to_bot=True, name=_named(one.payload, one.type) + again, at=one.at, took=took, state=state,
                 good=one.acked)  # fmt: skip


def _named(payload: Payload, kind: str) -> str:
    """The type, and what it is about."""
    actions = payload.get("actions") or [payload]
    about = actions[0].get("action_id") or payload.get("callback_id") or payload.get("view", {}).get("callback_id", "")
    channel_type = payload.get("event", {}).get("channel_type", "") if kind == "message" else ""
    return " ".join(filter(None, (kind, channel_type, about)))


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)[:LONGEST]
