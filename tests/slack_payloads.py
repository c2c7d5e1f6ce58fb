"""Whole payloads as Slack delivers them, and a stand-in for Slack that listens on the loopback address."""

import asyncio
import json
from contextlib import suppress
from itertools import count
from typing import Any

from aiohttp import WSMsgType, web

TEAM, BOT_USER, BOT_ID, APP = "T0001", "U0BOT", "B0BOT", "A0001"
_numbers = count(1)


def event(inner: dict[str, Any], event_id: str = "") -> dict[str, Any]:
    return {
        "token": "obsolete",
        "team_id": TEAM,
        "api_app_id": APP,
        "type": "event_callback",
        "event_id": event_id or f"Ev{next(_numbers):08}",
        "event_time": 1700000000,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event": inner,
    }


def mention(text: str = f"<@{BOT_USER}> what of Kuryr?", **fields: Any) -> dict[str, Any]:
    event_id = fields.pop("event_id", "")
    inner = {
        "type": "app_mention",
        "user": "U0ANN",
        "text": text,
        "ts": f"17000000{next(_numbers):02}.000100",
        "channel": "C0ENG",
        "team": TEAM,
        "event_ts": "1700000001.000100",
    }
    return event(inner | fields, event_id)


def direct(text: str = "what of Kuryr?", **fields: Any) -> dict[str, Any]:
    event_id = fields.pop("event_id", "")
    inner = {
        "type": "message",
        "channel_type": "im",
        "user": "U0ANN",
        "text": text,
        "ts": f"18000000{next(_numbers):02}.000100",
        "channel": "D0ANN",
        "team": TEAM,
        "event_ts": "1800000001.000100",
    }
    return event(inner | fields, event_id)


def command(name: str = "/recap", text: str = "", *, url: str, user: str = "U0ANN") -> dict[str, Any]:
    return {
        "token": "obsolete",
        "team_id": TEAM,
        "team_domain": "acme",
        "channel_id": "C0ENG",
        "channel_name": "eng",
        "user_id": user,
        "user_name": "ann",
        "command": name,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": url,
        "trigger_id": "1.2.abc",
    }


def click(url: str) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "user": {"id": "U0ANN", "username": "ann", "team_id": TEAM},
        "api_app_id": APP,
        "token": "obsolete",
        "container": {"type": "message", "message_ts": "1.1", "channel_id": "C0ENG", "is_ephemeral": False},
        "trigger_id": "1.2.abc",
        "team": {"id": TEAM, "domain": "acme"},
        "channel": {"id": "C0ENG", "name": "eng"},
        "response_url": url,
        "actions": [{"type": "button", "action_id": "old", "block_id": "b", "value": "1", "action_ts": "1.1"}],
    }


ODD_DELIVERIES: dict[str, dict[str, Any]] = {
    "an event nobody asked for": event({"type": "reaction_added", "user": "U0ANN", "reaction": "eyes"}),
    "an event type of the future": event({"type": "brand_new_thing"}),
    "the app home opened": event({"type": "app_home_opened", "user": "U0ANN", "channel": "D0ANN", "tab": "home"}),
    "a global shortcut": {
        "type": "shortcut",
        "callback_id": "old",
        "user": {"id": "U0ANN"},
        "team": {"id": TEAM},
    },
    "a message shortcut": {
        "type": "message_action",
        "callback_id": "old",
        "user": {"id": "U0ANN"},
        "team": {"id": TEAM},
        "message": {},
    },
    "a submitted view": {
        "type": "view_submission",
        "user": {"id": "U0ANN"},
        "team": {"id": TEAM},
        "view": {"type": "modal", "callback_id": "old"},
    },
    "a closed view": {
        "type": "view_closed",
        "user": {"id": "U0ANN"},
        "team": {"id": TEAM},
        "view": {"type": "modal", "callback_id": "old"},
    },
    "a menu that wants options": {
        "type": "block_suggestion",
        "user": {"id": "U0ANN"},
        "team": {"id": TEAM},
        "action_id": "old",
        "block_id": "b",
        "value": "ku",
        "view": {"type": "modal", "callback_id": "old"},
    },
    "a word that events are limited": {
        "type": "app_rate_limited",
        "team_id": TEAM,
        "minute_rate_limited": 1700000000,
        "api_app_id": APP,
    },
    "a form without a view": {"type": "view_submission", "user": {"id": "U0ANN"}, "team": {"id": TEAM}},
    "a menu without a name": {"type": "block_suggestion", "user": {"id": "U0ANN"}, "team": {"id": TEAM}},
    "a type of the future": {"type": "brand_new_thing", "user": {"id": "U0ANN"}, "team": {"id": TEAM}},
    "a click on a button": click("http://127.0.0.1:1/none"),
    "a command of another version": command("/recap-old", "x", url="http://127.0.0.1:1/none"),
}

SILENT: dict[str, dict[str, Any]] = {
    "an edit": direct(
        subtype="message_changed",
        hidden=True,
        message={
            "type": "message",
            "user": "U0ANN",
            "text": "what of Nova?",
            "edited": {"user": "U0ANN", "ts": "2.2"},
        },
        previous_message={"type": "message", "user": "U0ANN", "text": "what of Kuryr?"},
    ),
    "an edit that adds a mention": mention(edited={"user": "U0ANN", "ts": "1700000009.000000"}),
    "a deletion": direct(subtype="message_deleted", hidden=True, deleted_ts="1.1"),
    "an unfurl": direct(subtype="message_changed", message={"text": "x", "attachments": [{"title": "page"}]}),
    "another bot": direct(bot_id="B0OTHER", bot_profile={"id": "B0OTHER", "name": "CI"}),
    "another bot's mention": mention(bot_id="B0OTHER"),
    "a bot without a user": direct(subtype="bot_message", bot_id="B0OTHER", user=None),
    "our own message": direct(user=BOT_USER, bot_id=BOT_ID),
    "our own message without a bot id": direct(user=BOT_USER),
    "our own mention": mention(user=BOT_USER),
    "Slackbot": direct(user="USLACKBOT"),
    "a join": direct(subtype="channel_join"),
    "a subtype of the future": direct(subtype="brand_new"),
    "a channel message that names us": direct(f"<@{BOT_USER}> hi", channel_type="channel", channel="C0ENG"),
    "a channel message": direct("what of Kuryr?", channel_type="channel", channel="C0ENG"),
    "a message in a private channel": direct("what of Kuryr?", channel_type="group", channel="G0ENG"),
    "a message among several people": direct("what of Kuryr?", channel_type="mpim", channel="G0MANY"),
    "an event that is no object": {"type": "event_callback", "event": "message"},
    "an event without anything": {"type": "event_callback", "event": {"type": "message"}},
    "an event with odd fields": direct(user=None, text=7, channel=["C"], ts=1.5),
}


class FakeSlack:
    """Slack's Web API, response addresses and socket, as far as the bot uses them.

    ``calls`` holds (method, arguments) in order; ``refusals`` are given out first, each (method, status,
    headers, body); status 0 cuts the line. ``results`` are answers by method, ``people`` what sets a user apart
    from any other member. ``pause`` takes the place of sleeping, and ``waits`` are the seconds it was asked for.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.tokens: list[tuple[str, str]] = []
        self.refusals: list[tuple[str, int, dict[str, str], Any]] = []
        self.results: dict[str, dict[str, Any]] = {}
        self.people: dict[str, dict[str, Any]] = {}
        self.waits: list[float] = []
        self.acks: list[str] = []
        self.replies: list[dict[str, Any]] = []
        self.socket: web.WebSocketResponse | None = None
        self.lines: list[asyncio.Transport] = []
        self.spent: set[str] = set()
        self.broken_tickets = 0
        self._news = asyncio.Condition()
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def __aenter__(self) -> "FakeSlack":
        app = web.Application()
        app.router.add_post("/api/{method}", self._api)
        app.router.add_get("/api/{method}", self._api)
        app.router.add_post("/response/{name}", self._api)
        app.router.add_get("/link", self._link)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *error: object) -> None:
        assert self._runner is not None
        if self.socket is not None:
            await self.socket.close()
        await self._runner.cleanup()

    @property
    def api(self) -> str:
        return f"{self.url}/api/"

    @property
    def response_url(self) -> str:
        return f"{self.url}/response/me"

    def refuse(self, method: str, status: int = 200, body: Any = None, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.refusals.append((method, status, named, body if body is not None else {"ok": False}))

    def sent(self, method: str = "chat.postMessage") -> list[dict[str, Any]]:
        return [arguments for name, arguments in self.calls if name == method]

    async def until(self, condition: Any, patience: float = 5) -> None:
        """Wait for what the stand-in saw to satisfy ``condition``; ``patience`` seconds are far too long."""
        async with self._news, asyncio.timeout(patience):
            await self._news.wait_for(condition)

    async def pause(self, seconds: float) -> None:
        self.waits.append(seconds)

    async def deliver(self, kind: str, payload: dict[str, Any], **extra: Any) -> str:
        """Push an envelope through the socket; gives its id."""
        assert self.socket is not None
        envelope = f"envelope-{next(_numbers)}"
        frame = {"envelope_id": envelope, "type": kind, "payload": payload, "accepts_response_payload": False}
        await self.socket.send_str(json.dumps(frame | extra))
        return envelope

    async def notice(self, frame: dict[str, Any]) -> None:
        """Push a frame that is no delivery."""
        assert self.socket is not None
        await self.socket.send_str(json.dumps(frame))

    def cut(self) -> None:
        """Tear the socket's connection down, without a closing frame."""
        self.lines[-1].abort()

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info.get("method") or "response"
        arguments = await request.json() if request.content_type == "application/json" else dict(await request.post())
        arguments |= request.query
        self.calls.append((method, arguments))
        self.tokens.append((method, request.headers.get("Authorization", "")))
        await self._tell()
        for refusal in self.refusals:
            if refusal[0] == method:
                self.refusals.remove(refusal)
                if not refusal[1]:
                    assert request.transport is not None
                    request.transport.abort()
                return _reply(refusal[1], refusal[3], refusal[2])
        return _reply(200, self._result(method, arguments), {})

    def _result(self, method: str, arguments: dict[str, Any]) -> Any:
        if method == "response":
            return "ok"
        if method in self.results:
            return {"ok": True, **self.results[method]}
        if method == "users.info":
            user = arguments["user"]
            return {"ok": True, "user": {"id": user, "team_id": TEAM, **self.people.get(user, {})}}
        if method == "conversations.open":
            return {"ok": True, "channel": {"id": f"D{arguments['users'][1:]}"}}
        if method == "auth.test":
            return {
                "ok": True,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "bot_id": BOT_ID,
                "user": "recap",
                "team": "acme",
            }
        if method == "apps.connections.open":
            return {"ok": True, "url": f"{self.url.replace('http', 'ws')}/link?ticket=t{next(_numbers)}"}
        return {"ok": True, "ts": "1.1", "channel": "C0ENG"}

    async def _link(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query["ticket"]
        if self.broken_tickets or ticket in self.spent:
            self.broken_tickets = max(0, self.broken_tickets - 1)
            self.spent.add(ticket)
            self.calls.append(("refused ticket", {"ticket": ticket}))
            await self._tell()
            return web.Response(status=408)
        self.spent.add(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        assert request.transport is not None
        self.lines.append(request.transport)
        await socket.send_str(json.dumps({"type": "hello", "num_connections": 1, "connection_info": {"app_id": APP}}))
        self.socket = socket
        await self._tell()
        with suppress(ConnectionError):
            async for frame in socket:
                if frame.type == WSMsgType.TEXT:
                    self.replies.append(json.loads(frame.data))
                    self.acks.append(self.replies[-1]["envelope_id"])
                    await self._tell()
        self.calls.append(("closed", {}))
        await self._tell()
        return socket


def _reply(status: int, body: Any, headers: dict[str, str]) -> web.Response:
    status = status or 200
    if isinstance(body, str):
        kind = "text/html" if body.startswith("<") else "text/plain"
        return web.Response(status=status, text=body, content_type=kind, headers=headers)
    return web.json_response(body, status=status, headers=headers)
