import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from slack_bolt.async_app import AsyncApp

from bot.__main__ import cli
from bot.manifest import manifest, manifest_json, request_url
from bot.settings import Settings
from bot.slack import Desk, build_app
from intents import INTENTS
from store.errors import BotError
from store.journal import Journal

SETTINGS = Settings(notes=Path("n"), db=Path("d"), state=Path("s"), bot_token="xoxb-1")
URL = "https://recap.example.org/slack/events"


@pytest.fixture
def registered(tmp_path, monkeypatch):
    """What ``build_app`` listens to: (kind, name) for each listener, patterns left out."""

    def build(settings):
        seen: set[tuple[str, str]] = set()
        for kind in ("event", "command", "shortcut"):
            monkeypatch.setattr(AsyncApp, kind, watched(kind, seen))
        with ThreadPoolExecutor(1) as pool:
            journal = Journal(tmp_path / "s.db")
            build_app(settings, Desk(lambda incoming: None, lambda force, progress: None, journal, INTENTS, pool))
            journal.close()
        return seen

    return build


def watched(kind, seen, real=AsyncApp):
    original = getattr(real, kind)

    def register(self, constraint, *others, **more):
        name = constraint["callback_id"] if isinstance(constraint, dict) else constraint
        if isinstance(name, str):
            seen.add((kind, name))
        return original(self, constraint, *others, **more)

    return register


@pytest.mark.parametrize("follow", [True, False])
def test_the_manifest_asks_for_what_is_listened_to(registered, follow):
    settings = replace(SETTINGS, command="/notes", follow_threads=follow)
    made = manifest(settings)
    events = made["settings"]["event_subscriptions"]["bot_events"]
    commands = made["features"]["slash_commands"]
    asked = {("event", name.split(".")[0]) for name in events}
    asked |= {("command", command["command"]) for command in commands}
    asked |= {("shortcut", shortcut["callback_id"]) for shortcut in made["features"]["shortcuts"]}
    assert registered(settings) == asked


def test_channels_are_read_only_where_threads_are_followed():
    history = {"channels:history", "groups:history"}
    for follow in (True, False):
        made = manifest(replace(SETTINGS, follow_threads=follow))
        assert (history <= set(made["oauth_config"]["scopes"]["bot"])) is follow
        assert ("message.channels" in made["settings"]["event_subscriptions"]["bot_events"]) is follow
    assert not history & set(made["oauth_config"]["scopes"]["bot"])


def test_every_command_begins_with_the_prefix():
    for prefix in ("/recap", "/notes_2"):
        made = manifest(replace(SETTINGS, command=prefix))
        names = [command["command"] for command in made["features"]["slash_commands"]]
        assert names == [prefix, f"{prefix}-summary", f"{prefix}-reload"]


def test_by_socket_nothing_has_an_address():
    made = manifest(SETTINGS)
    assert made["settings"]["socket_mode_enabled"] is True
    assert "url" not in manifest_json(SETTINGS)


def test_by_http_everything_has_the_same_address():
    made = manifest(SETTINGS, URL)
    assert made["settings"]["socket_mode_enabled"] is False
    assert made["settings"]["event_subscriptions"]["request_url"] == URL
    interactivity = {"is_enabled": True, "request_url": URL, "message_menu_options_url": URL}
    assert made["settings"]["interactivity"] == interactivity
    assert {command["url"] for command in made["features"]["slash_commands"]} == {URL}


def test_the_address_is_completed_where_it_names_only_the_machine():
    assert request_url("https://recap.example.org") == request_url("https://recap.example.org/") == URL
    assert request_url("https://example.org/recap/slack/events") == "https://example.org/recap/slack/events"
    for text in ("recap.example.org", "https://", "https://x.org/?a=1", "ftp://x.org"):
        with pytest.raises(BotError, match="--http"):
            request_url(text)


def test_the_command_prints_it_for_the_settings_and_the_way(monkeypatch, capsys):
    monkeypatch.setenv("RECAP_COMMAND", "/notes")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "")
    cli(["manifest"], standalone_mode=False)
    assert json.loads(capsys.readouterr().out) == manifest(replace(SETTINGS, command="/notes"))
    cli(["manifest", "--http", "https://recap.example.org"], standalone_mode=False)
    assert json.loads(capsys.readouterr().out) == manifest(replace(SETTINGS, command="/notes"), URL)


def test_it_can_be_opened_written_to_and_pressed():
    made = manifest(SETTINGS)
    assert made["settings"]["interactivity"]["is_enabled"] is True
    assert made["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }


def test_the_texts_keep_slacks_limits():
    made = manifest(replace(SETTINGS, command="/" + "x" * 23))
    about, features = made["display_information"], made["features"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 174 <= len(about["long_description"]) <= 4_000
    assert 0 < len(features["agent_view"]["agent_description"]) <= 300
    assert 0 < len(features["agent_view"]["suggested_prompts"]) <= 4
    assert all(prompt["title"] and prompt["message"] for prompt in features["agent_view"]["suggested_prompts"])
    assert len(features["shortcuts"]) <= 10
    for shortcut in features["shortcuts"]:
        assert 0 < len(shortcut["name"]) <= 24
        assert 0 < len(shortcut["description"]) <= 150
    for command in features["slash_commands"]:
        assert re.fullmatch(r"/[a-z0-9_-]{1,31}", command["command"])
        assert 0 < len(command["description"]) <= 2_000


def test_the_text_is_json_that_one_can_paste():
    assert json.loads(manifest_json(SETTINGS, URL)) == manifest(SETTINGS, URL)


def test_the_page_about_slack_explains_every_scope_and_command():
    page = (Path(__file__).parent.parent / "docs" / "slack.md").read_text(encoding="utf-8")
    made = manifest(SETTINGS)
    for name in made["oauth_config"]["scopes"]["bot"]:
        assert f"| `{name}` |" in page
    for command in made["features"]["slash_commands"]:
        assert f"`{command['command']}`" in page
