import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from slack_bolt.async_app import AsyncApp

from bot.manifest import manifest, manifest_json
from bot.settings import Settings
from bot.slack import Desk, build_app
from intents import INTENTS
from store.journal import Journal


@pytest.fixture
def registered(tmp_path, monkeypatch):
    """What ``build_app`` listens to: (kind, name) for each listener, patterns left out."""
    seen: set[tuple[str, str]] = set()

    def watch(kind):
        real = getattr(AsyncApp, kind)

        def register(self, constraint, *others, **more):
            if not isinstance(constraint, re.Pattern):
                seen.add((kind, constraint))
            return real(self, constraint, *others, **more)

        monkeypatch.setattr(AsyncApp, kind, register)

    for kind in ("event", "command", "action", "shortcut", "view", "options"):
        watch(kind)
    journal, pool = Journal(tmp_path / "s.db"), ThreadPoolExecutor(1)
    desk = Desk(lambda incoming: None, lambda force, progress: None, journal, INTENTS, pool)
    build_app(Settings(notes=Path("n"), db=Path("d"), state=Path("s"), bot_token="xoxb-1"), desk)
    pool.shutdown()
    journal.close()
    return seen


def test_the_manifest_asks_for_exactly_the_events_and_commands_that_are_listened_to(registered):
    made = manifest()
    events = made["settings"]["event_subscriptions"]["bot_events"]
    commands = made["features"]["slash_commands"]
    assert registered == {("event", name.split(".")[0]) for name in events} | {
        ("command", command["command"]) for command in commands
    }


def test_the_scopes_are_those_of_the_events_and_commands_and_no_others():
    needed = {"app_mention": "app_mentions:read", "message.im": "im:history"}
    made = manifest()
    events = made["settings"]["event_subscriptions"]["bot_events"]
    scopes = made["oauth_config"]["scopes"]
    assert scopes == {"bot": sorted({*(needed[name] for name in events), "chat:write", "commands"})}


def test_the_app_connects_by_socket_and_can_be_written_to():
    made = manifest()
    assert made["settings"]["socket_mode_enabled"] is True
    assert made["settings"]["interactivity"] == {"is_enabled": True}
    assert made["features"]["app_home"]["messages_tab_enabled"] is True
    assert made["features"]["app_home"]["messages_tab_read_only_enabled"] is False
    assert "url" not in manifest_json(), "in socket mode nothing has an address"


def test_the_texts_keep_slacks_limits():
    made = manifest()
    assert len(made["display_information"]["name"]) <= 35
    assert len(made["display_information"]["description"]) <= 140
    for command in made["features"]["slash_commands"]:
        assert re.fullmatch(r"/[a-z-]{1,31}", command["command"])
        assert 0 < len(command["description"]) <= 2_000


def test_the_text_is_json_that_one_can_paste():
    assert json.loads(manifest_json()) == manifest()


def test_the_page_about_slack_explains_every_scope_and_command():
    page = (Path(__file__).parent.parent / "docs" / "slack.md").read_text(encoding="utf-8")
    made = manifest()
    for name in made["oauth_config"]["scopes"]["bot"]:
        assert f"| `{name}` |" in page
    for command in made["features"]["slash_commands"]:
        assert f"`{command['command']}`" in page
