from pathlib import Path

import pytest

from bot.settings import HTTP, SETTINGS, SOCKET, Settings, env_example
from store.errors import BotError

GOOD = {"SLACK_BOT_TOKEN": "xoxb-1-abcDEF", "SLACK_APP_TOKEN": "xapp-1-A1-2-abc"}
ROOT = Path(__file__).parent.parent


def complaint(env: dict[str, str], *, slack: bool = True, secrets: tuple[str, ...] = SOCKET) -> str:
    with pytest.raises(BotError) as caught:
        Settings.from_env(env, slack=slack, secrets=secrets)
    return str(caught.value)


def test_without_slack_nothing_needs_to_be_set():
    settings = Settings.from_env({}, slack=False)
    assert (settings.notes, settings.db, settings.state) == (
        Path("notes"),
        Path("recap.db"),
        Path("recap-state.db"),
    )
    assert settings.max_note_mb == 5


def test_the_state_lies_beside_the_index_unless_told_otherwise():
    assert Settings.from_env({"RECAP_DB": "/var/a/x.db"}, slack=False).state == Path("/var/a/recap-state.db")
    assert Settings.from_env({"RECAP_STATE": "/b/s.db"}, slack=False).state == Path("/b/s.db")


def test_all_slack_settings_are_read():
    env = {"SLACK_API_URL": "http://127.0.0.1:99/api", "RECAP_ADMINS": "U012AB3CD, W9  U7"}
    settings = Settings.from_env(GOOD | env, slack=True)
    assert settings.api_url == "http://127.0.0.1:99/api/"
    assert settings.admins == {"U012AB3CD", "W9", "U7"}
    assert (settings.bot_token, settings.app_token) == (GOOD["SLACK_BOT_TOKEN"], GOOD["SLACK_APP_TOKEN"])


def test_how_the_bot_behaves_in_slack_is_read():
    env = {
        "RECAP_COMMAND": "/notes_2",
        "RECAP_FOLLOW_THREADS": "off",
        "RECAP_RATE_PERSON": "0",
        "RECAP_RATE_CHANNEL": "7",
        "RECAP_ALLOW_GUESTS": "Yes",
        "RECAP_ALLOW_TEAMS": "T012AB3CD, E9",
        "RECAP_DEAF_AFTER": "0.5",
        "RECAP_KEEP_DAYS": "3",
    }
    settings = Settings.from_env(GOOD | env, slack=True)
    assert (settings.command, settings.follow_threads, settings.allow_guests) == ("/notes_2", False, True)
    assert (settings.rate_person, settings.rate_channel, settings.keep_days) == (0, 7, 3)
    assert (settings.allow_teams, settings.deaf_after) == ({"T012AB3CD", "E9"}, 0.5)


def test_only_the_secrets_of_the_way_that_is_used_are_asked_for():
    called = GOOD | {"SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99yyyzzz85a5", "SLACK_APP_TOKEN": "nonsense"}
    settings = Settings.from_env(called, slack=True, secrets=HTTP)
    assert (settings.signing_secret, settings.app_token) == (called["SLACK_SIGNING_SECRET"], "")
    assert Settings.from_env(GOOD, slack=True).signing_secret == ""
    assert Settings.from_env({}, slack=True, secrets=()).bot_token == ""
    assert "SLACK_SIGNING_SECRET is missing" in complaint(GOOD, secrets=HTTP)


@pytest.mark.parametrize("secret", ["xoxb-1-hidden", "hid den", "hidden…"])
def test_a_malformed_signing_secret_is_named_but_never_shown(secret):
    text = complaint(GOOD | {"SLACK_SIGNING_SECRET": secret}, secrets=HTTP)
    assert "SLACK_SIGNING_SECRET" in text
    assert "hid" not in text


@pytest.mark.parametrize("name", ["/r", "/recap-2", "/" + "x" * 23])
def test_a_command_that_leaves_room_for_its_endings_is_fine(name):
    assert Settings.from_env(GOOD | {"RECAP_COMMAND": name}, slack=True).command == name


@pytest.mark.parametrize("name", ["recap", "/", "//", "/Recap", "/re cap", "/récap", "/" + "x" * 24, "/a/b"])
def test_a_command_that_slack_would_not_take_is_refused(name):
    assert "RECAP_COMMAND is no name for a slash command" in complaint(GOOD | {"RECAP_COMMAND": name})


@pytest.mark.parametrize("value", ["31", "1.5", "-1", "٣", "week"])
def test_answers_stay_alive_for_days_of_a_month(value):
    assert "RECAP_KEEP_DAYS is not a number of days" in complaint(GOOD | {"RECAP_KEEP_DAYS": value})
    for days in (0, 30):
        assert Settings.from_env(GOOD | {"RECAP_KEEP_DAYS": str(days)}, slack=True).keep_days == days


def test_empty_values_mean_the_defaults():
    env = GOOD | {name.name: " " for name in SETTINGS if not name.secret}
    assert Settings.from_env(env, slack=True) == Settings.from_env(GOOD, slack=True)


def test_everything_wrong_is_told_at_once_and_where_to_get_it():
    text = complaint(
        {
            "RECAP_ADMINS": "bob",
            "RECAP_MAX_NOTE_MB": "-1",
            "SLACK_API_URL": "slack.com",
            "RECAP_STATE": "./recap.db",
            "RECAP_COMMAND": "recap",
            "RECAP_FOLLOW_THREADS": "maybe",
            "RECAP_RATE_PERSON": "-1",
            "RECAP_RATE_CHANNEL": "2.5",
            "RECAP_ALLOW_GUESTS": "2",
            "RECAP_ALLOW_TEAMS": "acme",
            "RECAP_DEAF_AFTER": "nan",
            "RECAP_KEEP_DAYS": "31",
            "RECAP_RELOAD_EVERY": "often",
            "RECAP_WATCH": "maybe",
            "RECAP_METRICS_PORT": "http",
            "RECAP_LOG": "xml",
        },
        secrets=(*SOCKET, *HTTP),
    )
    for setting in SETTINGS:
        assert (f"- {setting.name} " in text) is (setting.name not in ("RECAP_NOTES", "RECAP_DB", "RECAP_EMBEDDINGS"))
    for place in (
        "OAuth & Permissions",
        "Basic Information > App-Level Tokens",
        "Basic Information > App Credentials",
        "connections:write",
        "xoxb-",
        "xapp-",
    ):
        assert place in text


def test_what_only_slack_needs_is_not_complained_about_without_it():
    text = complaint({"RECAP_MAX_NOTE_MB": "many", "RECAP_ADMINS": "bob"}, slack=False)
    assert "RECAP_MAX_NOTE_MB" in text
    assert "RECAP_ADMINS" not in text
    assert "SLACK_BOT_TOKEN is" not in text


def test_swapped_tokens_are_recognised():
    text = complaint({"SLACK_BOT_TOKEN": GOOD["SLACK_APP_TOKEN"], "SLACK_APP_TOKEN": GOOD["SLACK_BOT_TOKEN"]})
    assert "SLACK_BOT_TOKEN holds a token that begins with xapp- and belongs into SLACK_APP_TOKEN" in text
    assert "SLACK_APP_TOKEN holds a token that begins with xoxb- and belongs into SLACK_BOT_TOKEN" in text


@pytest.mark.parametrize("token", ["secret-123", "xoxp-secret-123", "xoxb-", "xoxb-secret 123", "xoxb-…secret-123"])
def test_a_malformed_token_is_named_but_never_shown(token):
    text = complaint(GOOD | {"SLACK_BOT_TOKEN": token})
    assert "SLACK_BOT_TOKEN" in text
    assert "secret" not in text


def test_tokens_are_not_in_the_repr():
    secrets = GOOD | {"SLACK_SIGNING_SECRET": "8f742231b10e8888"}
    shown = repr(Settings.from_env(secrets, slack=True, secrets=(*SOCKET, *HTTP)))
    assert not any(secret in shown for secret in secrets.values())


@pytest.mark.parametrize("value", ["0", "-3", "5 MB", "nan", "inf", "1e3", "٣"])
def test_the_largest_note_must_be_a_plain_number(value):
    assert "RECAP_MAX_NOTE_MB" in complaint({"RECAP_MAX_NOTE_MB": value}, slack=False)


@pytest.mark.parametrize(
    "value", ["slack.com/api", "ftp://slack.com", "http://", "https://u:p@x.org", "http://a:b:c", "http://[x"]
)
def test_the_api_address_must_be_one(value):
    assert "SLACK_API_URL" in complaint(GOOD | {"SLACK_API_URL": value})


def test_the_example_file_shows_every_setting_as_the_code_has_it():
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == env_example()
    for setting in SETTINGS:
        assert f"\n# {setting.help}\n{setting.name}={setting.default}\n" in env_example()
        assert setting.help.count(".") >= 1


def test_the_example_file_holds_the_defaults():
    lines = [line for line in env_example().splitlines() if line and not line.startswith("#")]
    env = dict(line.split("=", 1) for line in lines)
    assert Settings.from_env(env, slack=False) == Settings.from_env({}, slack=False)
