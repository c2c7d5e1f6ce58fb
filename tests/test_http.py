import asyncio
import hashlib
import hmac
import json
import logging
import os
import re
import signal
import socket
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest
from click import UsageError
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_payloads import FakeSlack, click, command, direct, mention
from test_serve import a_recap, settings_for

from bot import http
from bot.__main__ import cli
from bot.http import FRESH, MAX_BODY, Where, gate, listen, listening, signed
from bot.line import Line
from bot.serve import serve_with
from intents.base import Answer
from store.errors import BotError, IndexProblem

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


def signature(body: bytes, at: str, secret: str = SECRET) -> str:
    return "v0=" + hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()


def headers(body: bytes, kind: str = JSON, at: str = "", **changed: str) -> dict[str, str]:
    at = at or str(int(time.time()))
    return {
        "Content-Type": kind,
        "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": signature(body, at),
    } | {name.replace("_", "-"): value for name, value in changed.items()}


def form(payload: dict[str, object]) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()


class Caller:
    """Slack, as it calls a bot: each request is signed and has a connection of its own."""

    def __init__(self, session: aiohttp.ClientSession, port: int) -> None:
        self.session = session
        self.port = port

    async def get(self, path: str, method: str = "GET") -> tuple[int, str]:
        async with self.session.request(method, f"http://127.0.0.1:{self.port}{path}") as response:
            return response.status, await response.text()

    async def post(self, body: object, head: dict[str, str] | None = None) -> tuple[int, str]:
        address = f"http://127.0.0.1:{self.port}/slack/events"
        async with self.session.post(address, data=body, headers=head) as response:
            return response.status, await response.text()

    async def event(self, payload: object, **changed: str) -> tuple[int, str]:
        body = json.dumps(payload).encode()
        return await self.post(body, headers(body, **changed))

    async def press(self, payload: dict[str, object]) -> tuple[int, str]:
        body = form(payload)
        return await self.post(body, headers(body, FORM))

    async def command(self, fields: dict[str, str]) -> tuple[int, str]:
        body = urlencode(fields).encode()
        return await self.post(body, headers(body, FORM))

    async def raw(self, *parts: bytes) -> bytes:
        """What comes back for these bytes, to the end of the connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for part in parts:
            writer.write(part)
        try:
            return await asyncio.wait_for(reader.read(), 10)
        finally:
            writer.close()


@asynccontextmanager
async def called(path: Path, **changed) -> AsyncIterator[tuple[FakeSlack, Caller, asyncio.Task[None]]]:
    """A bot in HTTP mode that is ready, the stand-in for Slack's Web API, and somebody to call it."""
    with listening(Where(port=0)) as free:
        port = free.getsockname()[1]
    async with FakeSlack() as slack, aiohttp.ClientSession() as session:
        settings = replace(settings_for(slack, path), app_token="", signing_secret=SECRET)
        running = asyncio.create_task(serve_with(settings, a_recap(**changed), Where(port=port)))
        caller = Caller(session, port)
        await until_readiness(caller, 200)
        try:
            yield slack, caller, running
        finally:
            if not running.done():
                os.kill(os.getpid(), signal.SIGTERM)
            await running


async def until_readiness(caller: Caller, wanted: int) -> None:
    """Wait for /readyz to answer with this status; 0 is no answer at all."""
    async with asyncio.timeout(5):
        while await _readiness(caller) != wanted:
            await asyncio.sleep(0.01)


async def _readiness(caller: Caller) -> int:
    try:
        return (await caller.get("/readyz"))[0]
    except aiohttp.ClientError:
        return 0


@asynccontextmanager
async def gated(unready: str = "", app: object = None, line: Line | None = None) -> AsyncIterator[Caller]:
    """Only what lets Slack in, before an app of which nothing is asked unless a test does."""

    async def reason() -> str:
        return unready

    at = listening(Where(port=0))
    port = at.getsockname()[1]
    gatekeeper = gate(app, SECRET, line or Line(signed_in=True), reason)  # type: ignore[arg-type]
    serving = asyncio.create_task(listen(gatekeeper, at))
    async with aiohttp.ClientSession() as session:
        try:
            yield Caller(session, port)
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)


async def test_events_commands_and_presses_reach_the_same_listeners_as_by_socket(tmp_path):
    async with called(tmp_path) as (slack, caller, _):
        assert await caller.event(mention("<@U0BOT> Kuryr")) == (200, "")
        assert await caller.event(direct("Nova")) == (200, "")
        assert await caller.command(command(text="Zun", url=slack.response_url)) == (200, "")
        assert await caller.press(click(slack.response_url)) == (200, "")
        await slack.until(lambda: len(slack.sent()) == 2 and slack.sent("response"))
        assert {post["text"] for post in slack.sent()} == {"About Kuryr", "About Nova"}
        assert slack.sent("response")[0]["text"].endswith("About Zun")
        assert not slack.sent("apps.connections.open")


@pytest.mark.parametrize("text", ["payload", "payload=1", "what of {payload}?", "{Kuryr}", "ssl_check", "ssl_check=1"])
async def test_a_command_may_be_about_anything(tmp_path, text):
    async with called(tmp_path) as (slack, caller, _):
        assert await caller.command(command(text=text, url=slack.response_url)) == (200, "")
        await slack.until(lambda: slack.sent("response"))
        assert slack.sent("response")[0]["text"].endswith(f"About {text}")


async def test_a_redelivered_event_is_answered_once(tmp_path):
    async with called(tmp_path) as (slack, caller, _):
        payload = mention("<@U0BOT> Kuryr")
        for attempt in ("1", "2"):
            retried = {"X_Slack_Retry_Num": attempt, "X_Slack_Retry_Reason": "http_timeout"}
            assert await caller.event(payload, **retried) == (200, "")
        await caller.event(direct("Nova"))
        await slack.until(lambda: len(slack.sent()) >= 2)
    assert sorted(post["text"] for post in slack.sent()) == ["About Kuryr", "About Nova"]


async def test_everything_is_acknowledged_while_all_workers_are_busy(tmp_path):
    go_on = threading.Event()

    def slow(text, earlier):
        go_on.wait(10)
        return Answer("find", f"About {text}")

    async with called(tmp_path, reply=slow) as (slack, caller, _):
        calls = [caller.event(mention(f"<@U0BOT> number {number}")) for number in range(12)]
        calls.append(caller.command(command(text="Zun", url=slack.response_url)))
        assert await asyncio.gather(*calls) == [(200, "")] * 13
        assert (await caller.get("/readyz"))[0] == 200
        go_on.set()
        await slack.until(lambda: len(slack.sent()) == 12 and len(slack.sent("response")) == 1)


async def test_the_challenge_and_the_look_at_the_certificate_are_answered(tmp_path):
    async with called(tmp_path) as (_, caller, _):
        status, text = await caller.event({"type": "url_verification", "challenge": "3eZbrw1a", "token": "x"})
        assert (status, json.loads(text)) == (200, {"challenge": "3eZbrw1a"})
        assert await caller.post(b"ssl_check=1&token=x", {"Content-Type": FORM}) == (200, "")
        unsigned = {"type": "url_verification", "challenge": "x"}
        assert (await caller.post(json.dumps(unsigned).encode(), {"Content-Type": JSON}))[0] == 401


BODY = b'{"type": "event_callback"}'
NOW = 1_700_000_000


def pairs(at: str = str(NOW), by: str = SECRET, body: bytes = BODY) -> list[tuple[bytes, bytes]]:
    return [
        (b"x-slack-request-timestamp", at.encode()),
        (b"x-slack-signature", signature(body, at, by).encode()),
    ]


def test_what_slack_signed_lately_is_let_in():
    for seconds in (-FRESH, 0, FRESH):
        assert signed(pairs(str(NOW + seconds)), BODY, SECRET, NOW)


@pytest.mark.parametrize(
    "sent",
    [
        [],
        pairs()[:1],
        pairs()[1:],
        pairs() * 2,
        [*pairs(), (b"x-slack-signature", b"v0=" + b"0" * 64)],
        pairs(by="another secret"),
        pairs(body=b"another body"),
        pairs(str(NOW - FRESH - 1)),
        pairs(str(NOW + FRESH + 1)),
        pairs("soon"),
        pairs(""),
        pairs(f" {NOW}"),
        pairs(f"{NOW}.0"),
        pairs(f"+{NOW}"),
        pairs("-1"),
        pairs("9" * 5_000),
        pairs("١٧٠٠٠٠٠٠٠٠"),
        [pairs()[0], (b"x-slack-signature", b"v0=" + b"\xff" * 64)],
        [pairs()[0], (b"x-slack-signature", pairs()[1][1].upper())],
        [pairs()[0], (b"x-slack-signature", pairs()[1][1][3:])],
    ],
)
def test_what_is_forged_stale_missing_double_or_odd_is_not(sent):
    assert not signed(sent, BODY, SECRET, NOW)


@pytest.mark.parametrize(
    "changed",
    [
        {"X_Slack_Signature": "v0=" + "0" * 64},
        {"X_Slack_Signature": "ü"},
        {"X_Slack_Request_Timestamp": "yesterday"},
        {"X_Slack_Request_Timestamp": ""},
        {"at": str(int(time.time()) - 3_600)},
    ],
)
async def test_the_refusal_is_a_401_and_nothing_in_the_log(changed, caplog):
    caplog.set_level(logging.DEBUG)
    async with gated() as caller:
        assert await caller.event({"type": "event_callback"}, **changed) == (401, "invalid signature")
    assert "Traceback" not in caplog.text
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", JSON),
        (b"[1]", JSON),
        (b"", JSON),
        (b"\xff", JSON),
        (b"[" * 100_000, JSON),
        (b"payload=%7B", FORM),
        (b"payload=7", FORM),
        (b"&".join([b"a=1"] * 1_000), FORM),
    ],
)
async def test_what_slack_signed_but_nobody_can_read_is_a_400(body, kind):
    async with gated() as caller:
        assert await caller.post(body, headers(body, kind)) == (400, "malformed")


async def test_a_body_may_be_large_but_not_huge():
    async with gated(line=Line()) as caller:
        largest = b'{"a": "' + b"x" * (MAX_BODY - 9) + b'"}'
        assert len(largest) == MAX_BODY
        assert await caller.post(largest, headers(largest)) == (503, "starting")
        for huge in (largest + b" ", b"x" * 20_000_000):
            assert await caller.post(BytesIO(huge), headers(huge)) == (413, "too large")


async def test_a_huge_body_is_also_refused_if_it_comes_in_pieces():
    async def pieces():
        for _ in range(30):
            yield b"x" * 100_000

    async with gated() as caller:
        assert await caller.post(pieces(), {"Content-Type": JSON}) == (413, "too large")


HEAD = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


async def test_a_body_that_is_only_announced_is_refused_at_once_if_it_is_huge(monkeypatch):
    monkeypatch.setattr(http, "LINGER", 0.05)
    async with gated() as caller:
        for length in (b"1000001", b"9" * 18):
            sent = HEAD + b"Content-Length: " + length + b"\r\nExpect: 100-continue\r\n\r\n"
            assert (await caller.raw(sent)).startswith(b"HTTP/1.1 413 ")


async def test_whoever_takes_too_long_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(http, "PATIENCE", 0.1)
    async with gated() as caller:
        assert await caller.raw(b"POST /slack") == b""
        assert (await caller.raw(HEAD + b"Content-Length: 50\r\n\r\n{")).startswith(b"HTTP/1.1 408 ")
        chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"
        assert (await caller.raw(chunked)).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        HEAD + b"Content-Length: many\r\n\r\n",
        HEAD + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
    ],
)
async def test_what_is_no_http_is_a_400(sent, caplog):
    async with gated() as caller:
        assert (await caller.raw(sent)).startswith(b"HTTP/1.1 4")
        assert (await caller.get("/healthz"))[0] == 200
    assert "Traceback" not in caplog.text


async def test_there_is_nothing_elsewhere():
    async with gated() as caller:
        for path in ("/", "/slack", "/slack/events/", "/docs", "/%2e%2e/etc/passwd", "/slack/events%00"):
            assert await caller.get(path) == (404, "not found")
        assert await caller.get("/slack/events") == (405, "method not allowed")
        assert await caller.get("/slack/events", "OPTIONS") == (405, "method not allowed")
        assert await caller.get("/healthz", "POST") == (405, "method not allowed")
        assert b"allow: POST" in await caller.raw(b"GET /slack/events HTTP/1.1\r\nHost: x\r\n\r\n")


async def test_health_is_told_also_while_nothing_can_be_answered():
    async with gated(unready="index", line=Line()) as caller:
        assert await caller.get("/healthz") == (200, "ok")
        assert await caller.get("/healthz", "HEAD") == (200, "")
        assert await caller.get("/readyz") == (503, "index")
        assert await caller.event(direct("Nova")) == (503, "starting")


async def test_readiness_needs_an_index_and_slack(tmp_path):
    state = {"ready": True}

    def ready():
        if state["ready"] is None:
            raise IndexProblem("The index is damaged.")
        return state["ready"]

    async with called(tmp_path, ready=ready) as (_, caller, _):
        assert await caller.get("/readyz") == (200, "ready")
        for trouble in (False, None):
            state["ready"] = trouble
            assert await caller.get("/readyz") == (503, "index")
        assert await caller.get("/healthz") == (200, "ok")


async def test_while_the_notes_are_read_for_the_first_time_it_is_alive_but_not_ready(tmp_path):
    begun, go_on, loaded = threading.Event(), threading.Event(), threading.Event()

    def load(force, progress):
        begun.set()
        go_on.wait(10)
        loaded.set()
        raise BotError("There is no folder ./notes.")

    with listening(Where(port=0)) as free:
        where = Where(port=free.getsockname()[1])
    async with FakeSlack() as slack, aiohttp.ClientSession() as session:
        settings = replace(settings_for(slack, tmp_path), signing_secret=SECRET)
        recap = a_recap(load=load, ready=loaded.is_set)
        running = asyncio.create_task(serve_with(settings, recap, where))
        await asyncio.to_thread(begun.wait, 5)
        caller = Caller(session, where.port)
        assert await caller.get("/healthz") == (200, "ok")
        assert await caller.get("/readyz") == (503, "index")
        assert await caller.event(direct("Nova")) == (503, "starting")
        loaded.set()
        assert await caller.get("/readyz") == (503, "slack")
        go_on.set()
        with pytest.raises(BotError, match="no folder"):
            await asyncio.wait_for(running, 5)


async def test_a_bot_token_that_slack_refuses_ends_it_here_too(tmp_path):
    async with FakeSlack() as slack:
        slack.refuse("auth.test", 200, {"ok": False, "error": "invalid_auth"})
        settings = replace(settings_for(slack, tmp_path), signing_secret=SECRET)
        with pytest.raises(BotError, match="SLACK_BOT_TOKEN"):
            await serve_with(settings, a_recap(), Where(port=0))


async def test_on_sigterm_nothing_new_is_taken_and_the_answer_in_flight_is_finished(tmp_path):
    begun, go_on = threading.Event(), threading.Event()

    def slow(text, earlier):
        begun.set()
        go_on.wait(10)
        return Answer("find", f"About {text}")

    async with called(tmp_path, reply=slow) as (slack, caller, running):
        await caller.event(direct("Nova"))
        await asyncio.to_thread(begun.wait, 5)
        os.kill(os.getpid(), signal.SIGTERM)
        await until_readiness(caller, 0)
        assert slack.sent() == []
        go_on.set()
        await asyncio.wait_for(running, 5)
        assert slack.sent()[0]["text"] == "About Nova"


async def test_a_listener_that_fails_is_a_500_without_its_words(tmp_path, caplog):
    class Broken:
        logger = logging.getLogger("test")
        oauth_flow = None

        async def async_dispatch(self, request):
            raise RuntimeError("mer" + "ger")

    async with gated(app=Broken()) as caller:
        assert await caller.event(direct("Nova")) == (500, "error")
    assert "RuntimeError" in caplog.text
    assert "merger" not in caplog.text


async def test_what_a_listener_answers_with_comes_back():
    found = [{"text": {"type": "plain_text", "text": "Zürich"}, "value": "1"}]

    async def offer(ack: AsyncAck) -> None:
        await ack(options=found)

    async with FakeSlack() as slack:
        app = AsyncApp(token="xoxb-1", request_verification_enabled=False)
        app.client.base_url = slack.api
        app.options("event")(offer)
        asked = {"type": "block_suggestion", "action_id": "event", "value": "zü", "user": {"id": "U1"}, "view": {}}
        async with gated(app=app) as caller:
            status, text = await caller.press(asked)
    assert (status, json.loads(text)) == (200, {"options": found})


@pytest.mark.parametrize(
    ("words", "where"),
    [
        ("", None),
        ("--http", Where("127.0.0.1", 3000)),
        ("--http --host ::1 --port 0", Where("::1", 0)),
    ],
)
def test_the_command_asks_for_the_secrets_of_its_way(words, where, monkeypatch):
    begun = []
    monkeypatch.setattr("bot.serve.run", lambda *with_: begun.append(with_))
    env = {"SLACK_BOT_TOKEN": "xoxb-1-a"} | (
        {"SLACK_SIGNING_SECRET": SECRET} if where else {"SLACK_APP_TOKEN": "xapp-1"}
    )
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(BotError) as missing:
        cli(["serve", *words.split()], standalone_mode=False)
    assert re.findall(r"- (\w+) is missing", str(missing.value)) == list(env)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    cli(["serve", *words.split()], standalone_mode=False)
    assert [where for _, where in begun] == [where]


@pytest.mark.parametrize("words", ["--host 0.0.0.0", "--port 3000", "--http --port 65536", "--http --port -1"])
def test_a_place_to_listen_goes_with_http_and_is_one(words):
    with pytest.raises(UsageError, match=r"--http|65535"):
        cli(["serve", *words.split()], standalone_mode=False)


def test_a_port_that_is_taken_is_named_and_what_to_do():
    with listening(Where(port=0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BotError, match=f"port {port} of 127.0.0.1.*--port"):
            listening(Where(port=port))


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.7"])
def test_an_address_of_another_machine_is_named(host):
    with pytest.raises(BotError, match=f"{host}.*--host"):
        listening(Where(host, 0))


def test_it_can_listen_on_the_newer_kind_of_address():
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    try:
        with listening(Where("::1", 0)) as at:
            assert at.getsockname()[0] == "::1"
    except BotError:
        pytest.skip("this machine has no IPv6 address")
