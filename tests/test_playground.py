"""The stand-in workspace end to end: a small Bolt app in it, reached in both of Slack's ways."""

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from types import SimpleNamespace

import pytest
import uvicorn
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import Playground
from bot.playground.workspace import (
    APP_TOKEN,
    BOT_TOKEN,
    BOT_USER,
    ENGINEERING,
    MEMBER,
    SIGNING_SECRET,
)

SCOPES = {
    "app_mentions:read", "assistant:write", "channels:history", "channels:read", "chat:write", "commands", "files:read",
    "groups:history", "im:history", "im:write", "links:read", "reactions:read", "reactions:write", "usergroups:read",
    "users:read",
}  # fmt: skip
EVENTS = {
    "app_home_opened", "app_mention", "file_shared", "link_shared", "member_joined_channel", "message.channels",
    "message.groups", "message.im", "reaction_added", "user_change",
}  # fmt: skip


def a_manifest(scopes=SCOPES, events=EVENTS, **features):
    return {
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            "slash_commands": [{"command": "/ask", "description": "Ask"}],
            "shortcuts": [
                {"type": "message", "callback_id": "about", "name": "A", "description": "A"},
                {"type": "global", "callback_id": "look", "name": "B", "description": "B"},
            ],
            **features,
        },
        "oauth_config": {"scopes": {"bot": sorted(scopes)}},
        "settings": {
            "event_subscriptions": {"bot_events": sorted(events)},
            "interactivity": {"is_enabled": True},
        },
    }


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """Slack's libraries would go through a proxy even to the loopback address."""
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


def an_app(slack) -> AsyncApp:
    client = AsyncWebClient(BOT_TOKEN, base_url=slack.api_url)
    return AsyncApp(client=client, signing_secret=SIGNING_SECRET)


@asynccontextmanager
async def by_socket(slack, app):
    handler = AsyncSocketModeHandler(app, APP_TOKEN, ping_interval=0.05)
    await handler.connect_async()
    await slack.until(lambda: slack.sockets.opened)
    yield handler.client
    await handler.close_async()


@asynccontextmanager
async def by_http(slack, app):
    config = uvicorn.Config(AsyncSlackRequestHandler(app), port=0, log_config=None, ws="none", lifespan="off")
    server = uvicorn.Server(config)
    await (server.config.load() or asyncio.sleep(0))
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    slack.http.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/slack/events"
    yield server
    for listener in server.servers:
        listener.close()


@pytest.fixture(params=[by_socket, by_http])
async def bot(request):
    """A workspace and an app in it; ``connect`` is called when the app has its listeners."""
    async with AsyncExitStack() as stack:
        slack = stack.enter_context(Playground(a_manifest()))
        app = an_app(slack)
        yield SimpleNamespace(
            slack=slack, app=app, connect=lambda: stack.enter_async_context(request.param(slack, app))
        )


async def test_a_mention_is_delivered_and_answered_in_its_thread(bot):
    @bot.app.event("app_mention")
    async def on_mention(event, say):
        await say(f"You said {event['text']}", thread_ts=event["ts"])

    @bot.app.event("message")
    async def on_message():
        pass

    await bot.connect()
    asked = bot.slack.post(MEMBER, ENGINEERING, f"<@{BOT_USER}> hi")
    await bot.slack.until(lambda: not bot.slack.outbox.unacknowledged() and bot.slack.called("chat.postMessage"))
    shown = bot.slack.workspace.shown(MEMBER, ENGINEERING, asked.ts)
    assert [message.user for message in shown] == [MEMBER, BOT_USER]
    assert shown[1].text == f"You said <@{BOT_USER}> hi"
    assert {one.type for one in bot.slack.deliveries} == {"message", "app_mention"}
    assert all(one.acked for one in bot.slack.deliveries)
