"""A manifest that grants everything, and a Bolt app put to work in the stand-in workspace in either way."""

import asyncio
from contextlib import asynccontextmanager

import uvicorn
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.installed import installed
from bot.playground.workspace import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, Workspace

SCOPES = {
    "app_mentions:read", "assistant:write", "channels:history", "channels:read", "chat:write", "commands", "files:read",
    "groups:history", "groups:read", "im:history", "im:read", "im:write", "links:read", "reactions:read",
    "reactions:write", "usergroups:read", "users:read",
}  # fmt: skip
EVENTS = {
    "app_home_opened", "app_mention", "file_shared", "link_shared", "member_joined_channel", "message.channels",
    "message.groups", "message.im", "reaction_added", "user_change",
}  # fmt: skip


def a_manifest(scopes=SCOPES, events=EVENTS, interactive=True, **features):
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
            "interactivity": {"is_enabled": interactive},
            "socket_mode_enabled": True,
        },
    }


def a_workspace(**manifest) -> Workspace:
    """A workspace that is no server; what is sent stays in its outbox."""
    workspace = Workspace(installed(a_manifest(**manifest)))
    workspace.outbox.carry = lambda delivery: None
    return workspace


def a_client(slack, token=BOT_TOKEN) -> AsyncWebClient:
    return AsyncWebClient(token, base_url=slack.api_url, retry_handlers=[])


def an_app(slack) -> AsyncApp:
    return AsyncApp(client=a_client(slack), signing_secret=SIGNING_SECRET)


@asynccontextmanager
async def by_socket(slack, app):
    handler = AsyncSocketModeHandler(app, APP_TOKEN, ping_interval=0.05)
    before = slack.sockets.opened
    await handler.connect_async()
    await slack.until(lambda: slack.sockets.opened > before)
    try:
        yield handler.client
    finally:
        await handler.close_async()


@asynccontextmanager
async def by_http(slack, app):
    config = uvicorn.Config(AsyncSlackRequestHandler(app), port=0, log_config=None, ws="none", lifespan="off")
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    slack.http.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/slack/events"
    try:
        yield server
    finally:
        for listener in server.servers:
            listener.close()
        for connection in list(server.server_state.connections):
            connection.transport.abort()
        while server.server_state.connections:
            await asyncio.sleep(0)
