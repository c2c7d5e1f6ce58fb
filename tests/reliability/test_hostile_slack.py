"""Whatever Slack delivers, spoilt in any way: nothing fails, nobody sees a failure's place, and nobody is called."""

import asyncio
import copy
import json
import logging
import random
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import slack_payloads
from pressing import actions, library, patient, pressed

from bot import names
from bot.http import Refused, _payload, signed
from bot.line import _deliver
from bot.playground.workspace import ADMIN, BOT_TOKEN, BOT_USER, ENGINEERING, MEMBER
from reliability.amounts import amount
from reliability.hostile import CHARACTERS, SLOWEST, WORDS, Watch

__all__ = ["library", "patient"]

Payload = dict[str, Any]
Tally = Callable[..., None]

ROUND = 1_000
"""Cases that one bot has to bear before another one, with a state of its own, takes its place."""
AT_ONCE = 20
FAILURES = re.compile(
    r"Traceback|could not be (?:answered|worked out|handled)|Failed to run|A listener failed|Task exc|never retrieved"
)
TOLD = re.compile(r"Traceback|File \\?\"|<!(?:channel|here|everyone)|xoxb-|Error\b")
ODD: list[Any] = [
    None, True, False, 0, -1, 1e308, float("nan"), 10**30, "", " ", [], {}, [[]], [None], {"": ""}, "x" * 30_000,
    "\ud800", "<!channel>", "<@U0ANN>", "<" * 5_000, "../../etc/passwd", "http://127.0.0.1:1/", "D" * 300, "C0ENG\n",
    "0.0", "recap:", "recap:page:-1", "recap:page:9" + "9" * 400, "recap:choice:x", "recap:passage:99", "recap:drop:",
    "recap:size:huge", "recap:fix:x", "recap:add", "recap:load:force", "recap:forget", "up:", "down:0",
    "recap.feedback", "view_submission", [{"type": "button"}] * 50, {"id": {"id": {"id": []}}}, *CHARACTERS, *WORDS,
]  # fmt: skip


def places(payload: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything that a payload is made of."""
    for key, value in payload.items() if isinstance(payload, dict) else enumerate(payload):
        yield (*at, key)
        if isinstance(value, dict | list):
            yield from places(value, (*at, key))


def spoil(payload: Payload, chance: random.Random, parts: list[Any]) -> Payload:
    """The same with one to three things in it taken out, exchanged or added."""
    spoilt = copy.deepcopy(payload)
    for _ in range(chance.randint(1, 3)):
        way = chance.choice([*places(spoilt)] or [("x",)])
        holder: Any = spoilt
        for key in way[:-1]:
            holder = holder[key]
        deed = chance.randrange(5)
        if deed == 0:
            holder.pop(way[-1], None) if isinstance(holder, dict) else holder.pop()
        elif deed == 1 and isinstance(holder, dict):
            holder[chance.choice(["bot_id", "edited", "thread_ts", "subtype", "view", "user", "x"])] = chance.choice(
                ODD
            )
        elif deed == 2:
            holder[way[-1]] = copy.deepcopy(chance.choice(parts))
        elif isinstance(holder, dict) and isinstance(holder.get(way[-1]), str) and deed == 3:
            old = holder[way[-1]]
            holder[way[-1]] = old[: chance.randint(0, len(old))] + chance.choice([*CHARACTERS, *WORDS]) + old
        else:
            holder[way[-1]] = copy.deepcopy(chance.choice(ODD))
    return spoilt


async def tour(rig: Any) -> list[Payload]:
    """What Slack delivers while people use everything that they can: questions, buttons, forms, menus and Home."""
    slack, done = rig.slack, rig.do
    await done(slack.post, MEMBER, ENGINEERING, f"<@{BOT_USER}> kuryrr in austin")
    await done(slack.post, MEMBER, slack.direct(MEMBER), "timeline of kuryr")
    for line in (
        "kuryr",
        "help",
        "summary austin",
        "admin stats",
        "admin gaps",
        "admin channel",
        "admin fix report 1",
        "privacy",
    ):
        await done(slack.command, ADMIN, ENGINEERING, f"/recap {line}")
    await done(slack.open_home, ADMIN)
    for action in actions(await rig.public("kuryrr in austin")):
        if action != names.RATE:
            await done(slack.press, MEMBER, await rig.public("kuryrr in austin"), action)
    message = await rig.public("kuryr")
    await done(slack.press, MEMBER, message, names.RATE, "negative")
    if view := slack.workspace.modal(MEMBER):
        await done(slack.submit, MEMBER, view, {names.REASON: "old", names.REMARK: "no"})
    await done(slack.shortcut, MEMBER, names.SEARCH_SHORTCUT)
    if view := slack.workspace.modal(MEMBER):
        await done(slack.submit, MEMBER, view, {names.QUESTION: "kuryr"})
    await done(slack.shortcut, MEMBER, names.MESSAGE_SHORTCUT, message)
    for action in actions(slack.workspace.homes[ADMIN]):
        if action in actions(slack.workspace.homes[ADMIN]):
            await done(slack.press, ADMIN, slack.workspace.homes[ADMIN], action)
    told = [delivery.payload for delivery in slack.deliveries]
    assert {"event_callback", "block_actions", "view_submission", "shortcut", "message_action"} <= {
        str(payload.get("type")) for payload in told
    }
    return told


class Socket:
    """Takes what the bot acknowledges."""

    def __init__(self) -> None:
        self.acks: list[str] = []

    async def send_str(self, text: str) -> None:
        self.acks.append(text)


async def bear(rig: Any, payloads: list[Payload], watch: Watch) -> None:
    """Deliver all of them at once and wait until everything that comes of it is done."""
    begun, socket = time.process_time(), Socket()
    frames = [
        {"envelope_id": f"e{at}", "type": kind(payload), "payload": payload} for at, payload in enumerate(payloads)
    ]
    await asyncio.gather(*(_deliver(socket, rig.app, frame) for frame in frames))  # type: ignore[arg-type]
    await rig.settle()
    assert not TOLD.search("".join(socket.acks)), payloads
    took = (time.process_time() - begun) / len(payloads)
    if took > watch.slowest:
        watch.slowest, watch.what = took, payloads


def kind(payload: Payload) -> str:
    """How Slack calls such a delivery."""
    return "slash_commands" if "command" in payload else "events_api" if "event" in payload else "interactive"


def is_ours(message: str) -> bool:
    """Whether what the log tells is a failure in Recap's own code: Slack's library does not stand every payload."""
    files = re.findall(r'File "([^"]*)"', message)
    return bool(FAILURES.search(message)) and not (files and "site-packages" in files[-1])


async def test_no_spoilt_delivery_fails_or_shows_how(
    tmp_path: Any, library: Any, tally: Tally, caplog: pytest.LogCaptureFixture
) -> None:
    tried, watch, number = amount(160, 100_000), Watch(), 0
    chance = random.Random(f"{tried}")
    while number < tried:
        place = tmp_path / str(number)
        place.mkdir()
        async with pressed(place, library, rate_person=0, rate_channel=0) as rig:
            rig.app.logger.setLevel(logging.ERROR)  # a delivery that nobody listens to is told there as a warning
            toured = await tour(rig)
            seeds = [*toured, *slack_payloads.ODD_DELIVERIES.values(), *slack_payloads.SILENT.values()]
            parts = [value for seed in seeds for value in seed.values()]
            caplog.clear()
            for _ in range(0, min(ROUND, tried - number), AT_ONCE):
                batch = [fresh(spoil(chance.choice(seeds), chance, parts), number + at) for at in range(AT_ONCE)]
                await bear(rig, batch, watch)
                number += AT_ONCE
                for record in caplog.records:
                    assert not record.exc_info, (record.getMessage(), batch)
                    assert not is_ours(record.getMessage()), (record.getMessage(), batch)
                assert BOT_TOKEN not in caplog.text
                caplog.clear()
            for call in rig.slack.calls:
                shown = json.dumps([call.arguments.get(part) for part in ("text", "blocks", "view")], default=str)
                assert not TOLD.search(shown), shown
    assert watch.slowest < SLOWEST * 10
    tally("Spoilt deliveries of Slack", number, note=f"slowest {watch.slowest:.2f} s of work in the mean of {AT_ONCE}")


def fresh(payload: Payload, number: int) -> Payload:
    """The same as a delivery that was not there before, where it was none."""
    if isinstance(payload.get("event_id"), str):
        payload["event_id"] += str(number)
    event = payload.get("event")
    if isinstance(event, dict) and isinstance(event.get("ts"), str) and number % 3:
        event["ts"] = f"{1_700_000_000 + number}.000100"
    return payload


@pytest.mark.parametrize("kind", [b"application/json", b"application/x-www-form-urlencoded", b"", b"text/xml"])
def test_any_body_is_read_or_refused_in_a_word(kind: bytes, tally: Tally) -> None:
    tried, read = amount(300, 25_000), 0
    seeds = [
        json.dumps(slack_payloads.mention()).encode(),
        b"payload=%7B%22type%22%3A%22shortcut%22%7D",
        b"text=kuryr&a=b",
    ]
    marks = [
        b"&",
        b"=",
        b"%",
        b"%00",
        b"payload=",
        b"[" * 20_000,
        b'{"a":' * 5_000,
        b"\xff",
        b"+",
        b"NaN",
        b"1e999",
        b'"',
        b"}",
    ]
    chance = random.Random(f"{kind!r}{tried}")
    scope = {"headers": [(b"content-type", kind)]}
    for _ in range(tried):
        body = chance.choice(seeds)
        for _ in range(chance.randint(1, 4)):
            at = chance.randint(0, len(body))
            body = body[:at] + chance.choice(marks) + body[at + chance.choice((0, 1, 50)) :]
        told = outcome(scope, body)
        assert isinstance(told, dict) or told == (400, "malformed")
        read += isinstance(told, dict)
    tally(f"Spoilt bodies ({kind.decode() or 'no type'})", tried, note=f"{read:,} still fit to be read")


def outcome(scope: Payload, body: bytes) -> Payload | tuple[int, str]:
    """What is read of a body, or how it is refused."""
    try:
        return _payload(scope, body)
    except Refused as refused:
        return refused.status, refused.word


def test_nothing_but_the_right_signature_of_the_last_minutes_is_let_in(tally: Tally) -> None:
    tried, chance, now = amount(300, 100_000), random.Random(7), 1_700_000_000.0
    for _ in range(tried):
        odd = [str(value).encode("utf-8", "replace") for value in ODD]
        stamp = chance.choice([b"1700000000", b"1699999000", b"-1", b"1e9", "١٧".encode(), b"", b"9" * 400, *odd])
        signature = chance.choice([b"v0=" + b"0" * 64, b"v0=", b"v1=" + b"a" * 64, b"", b"v0=" + b"A" * 64, *odd])
        headers = [(b"x-slack-request-timestamp", stamp), (b"x-slack-signature", signature)]
        assert not signed(chance.sample(headers, chance.randint(0, 2)), b"x=1", "secret", now)
    tally("Forged signatures", tried)
