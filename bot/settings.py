"""The environment, read once into one typed value; every complaint about it comes in one message."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from store.errors import BotError

T = TypeVar("T")

FROM_OAUTH_PAGE = (
    "copy the Bot User OAuth Token (it begins with xoxb-) from your app's page at "
    "https://api.slack.com/apps, under OAuth & Permissions"
)
FROM_BASIC_PAGE = (
    "create an app-level token (it begins with xapp-) with the scope connections:write on your app's page at "
    "https://api.slack.com/apps, under Basic Information > App-Level Tokens"
)
FROM_CREDENTIALS = (
    "copy the Signing Secret from your app's page at https://api.slack.com/apps, under Basic Information > "
    "App Credentials"
)

SOCKET = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
"""The secrets of a bot that opens the connection to Slack itself."""
HTTP = ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET")
"""The secrets of a bot that Slack calls."""

LONGEST_COMMAND = 32 - len("-summary")
"""Slack allows 32 characters, and the longest of our commands is the prefix with this behind it."""


@dataclass(frozen=True, slots=True)
class Setting:
    """An environment variable: its default as one would type it, and what it is for, in a sentence."""

    name: str
    default: str
    help: str
    secret: bool = False


class BadSettings(BotError):
    """Settings that are missing or malformed: ``complaints`` tell by name what is wrong and what to do about it."""

    def __init__(self, complaints: Mapping[str, str]) -> None:
        super().__init__(_all_of([f"{name} {what}." for name, what in complaints.items()]))
        self.complaints = complaints


SETTINGS: tuple[Setting, ...] = (
    Setting("SLACK_BOT_TOKEN", "", "The bot's token, xoxb-…, from OAuth & Permissions in Slack.", secret=True),
    Setting(
        "SLACK_APP_TOKEN",
        "",
        "The app-level token, xapp-…, with connections:write, from Basic Information in Slack.",
        secret=True,
    ),
    Setting(
        "SLACK_SIGNING_SECRET",
        "",
        "The Signing Secret, from Basic Information in Slack; for recap serve --http, in place of SLACK_APP_TOKEN.",
        secret=True,
    ),
    Setting(
        "SLACK_API_URL",
        "https://slack.com/api/",
        "Where Slack's Web API is; change it for a proxy or a test.",
    ),
    Setting("RECAP_NOTES", "./notes", "The folder that holds your notes."),
    Setting("RECAP_DB", "./recap.db", "The index that is made from the notes; it may be deleted and made anew."),
    Setting(
        "RECAP_STATE",
        "",
        "What outlives a new index (events seen, conversations); empty: recap-state.db beside RECAP_DB.",
    ),
    Setting(
        "RECAP_ADMINS",
        "",
        "Who may load and administrate in Slack: IDs of members (U012AB3CD) and of user groups (S012AB3CD).",
    ),
    Setting("RECAP_MAX_NOTE_MB", "5", "The largest note that is read, in megabytes; larger files are reported."),
    Setting(
        "RECAP_COMMAND",
        "/recap",
        "The slash command, and what the others begin with (/recap-summary, /recap-reload).",
    ),
    Setting(
        "RECAP_FOLLOW_THREADS",
        "1",
        "Whether whoever got an answer may go on in its thread without a mention; 0 reads no channel messages.",
    ),
    Setting("RECAP_RATE_PERSON", "30", "How many questions a minute one person may ask; 0 sets no limit."),
    Setting("RECAP_RATE_CHANNEL", "120", "How many questions a minute one channel may ask; 0 sets no limit."),
    Setting("RECAP_ALLOW_GUESTS", "0", "Whether guests of the workspace may ask."),
    Setting(
        "RECAP_ALLOW_TEAMS",
        "",
        "Which other workspaces may ask (Slack Connect): IDs such as T012AB3CD, with commas or spaces between them.",
    ),
    Setting(
        "RECAP_DEAF_AFTER",
        "300",
        "Seconds without a working connection to Slack after which Recap exits, so that it gets restarted; 0 never.",
    ),
    Setting(
        "RECAP_EMBEDDINGS",
        "",
        "An embedding model to find by meaning, too: a folder, or a name that fastembed knows; empty: words alone.",
    ),
    Setting(
        "RECAP_METRICS_PORT",
        "",
        "A port of 127.0.0.1 for /healthz, /readyz and Prometheus' /metrics while recap serve runs; empty: none.",
    ),
    Setting("RECAP_LOG", "text", "How recap serve writes its log on stderr: text, or json (an object a line)."),
    Setting("RECAP_RELOAD_EVERY", "0", "Minutes after which the notes are read again by themselves; 0 never."),
    Setting("RECAP_WATCH", "0", "Whether the notes are read again soon after something changes in their folder."),
    Setting(
        "RECAP_KEEP_DAYS",
        "30",
        "How many days (30 at most) questions are kept to page and share answers; 0 writes none down.",
    ),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What one run of Recap goes by.

    ``max_note_mb`` is in megabytes, ``admins`` are IDs of members and user groups, ``allow_teams`` IDs of
    workspaces; the rates are questions a minute and ``deaf_after`` seconds, each with 0 for no limit;
    ``reload_every`` is in minutes, 0 for never. The secrets
    are empty unless they were asked for, and never part of the ``repr``.
    """

    notes: Path
    db: Path
    state: Path
    max_note_mb: float = 5.0
    admins: frozenset[str] = frozenset()
    api_url: str = "https://slack.com/api/"
    command: str = "/recap"
    follow_threads: bool = True
    rate_person: int = 30
    rate_channel: int = 120
    allow_guests: bool = False
    allow_teams: frozenset[str] = frozenset()
    deaf_after: float = 300.0
    keep_days: int = 30
    reload_every: int = 0
    watch: bool = False
    embeddings: str = ""
    metrics_port: int = 0
    log_json: bool = False
    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)

    @property
    def max_note_bytes(self) -> int:
        """The largest note that is read, in bytes."""
        return int(self.max_note_mb * 1_000_000)

    @classmethod
    def from_env(cls, env: Mapping[str, str], *, slack: bool, secrets: Collection[str] = SOCKET) -> "Settings":
        """The settings in ``env``; without ``slack`` nothing that only Slack needs is looked at.

        ``secrets`` are the names of those that are needed with it (``SOCKET``, ``HTTP`` or none). Raises
        ``BadSettings`` with all that is missing or malformed, and where to get it.
        """
        complaints: dict[str, str] = {}

        def read(name: str, parse: Callable[[str], T], instead: T) -> T:
            try:
                return parse(env.get(name, "").strip() or _default(name))
            except ValueError as error:
                complaints[name] = str(error)
                return instead

        db = _path(env.get("RECAP_DB", "").strip() or _default("RECAP_DB"))
        values: dict[str, Any] = {
            "notes": read("RECAP_NOTES", _path, db),
            "db": db,
            "state": read("RECAP_STATE", lambda text: _state(text, db), db),
            "max_note_mb": read("RECAP_MAX_NOTE_MB", _megabytes, 0.0),
            "embeddings": read("RECAP_EMBEDDINGS", str, ""),
        }
        if slack:
            wanted = {name: how for name, how in _SECRETS.items() if name in secrets}
            for name, (place, parse) in (wanted | _FOR_SLACK).items():
                values[place] = read(name, parse, None)
        if complaints:
            raise BadSettings(complaints)
        return cls(**values)


def env_example() -> str:
    """The text of ``.env.example``: every setting with its sentence and its default."""
    head = "# Settings of Recap. Copy this file to .env in the folder you start Recap from.\n"
    return head + "".join(f"\n# {setting.help}\n{setting.name}={setting.default}\n" for setting in SETTINGS)


def is_web_address(text: str) -> bool:
    """Whether this is the http(s) address of a place, without a name, a query or a fragment.

    >>> is_web_address("https://recap.example.org:8443/slack"), is_web_address("recap.example.org")
    (True, False)
    """
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False
    return usable and not re.search(r"[\s?#@]", text)


def _default(name: str) -> str:
    return next(setting.default for setting in SETTINGS if setting.name == name)


def _all_of(complaints: list[str]) -> str:
    count = "One setting needs" if len(complaints) == 1 else f"{len(complaints)} settings need"
    listed = "\n".join(f"- {complaint}" for complaint in complaints)
    return (
        f"{count} your attention:\n{listed}\n"
        "Put settings into the environment or into a file named .env in the folder you start Recap from; "
        ".env.example shows them all."
    )


def _path(text: str) -> Path:
    return Path(text).expanduser()


def _state(text: str, db: Path) -> Path:
    state = _path(text) if text else db.with_name("recap-state.db")
    if state.resolve() == db.resolve():
        raise ValueError("names the same file as RECAP_DB, which may be deleted at any time: give each its own")
    return state


def _megabytes(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text) or float(text) <= 0:
        raise ValueError("is not a number above 0: write megabytes, such as 5")
    return float(text)


def _count(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise ValueError("is not a whole number from 0 to 999999")
    return int(text)


def _days(text: str) -> int:
    if not re.fullmatch("[0-9]|[12][0-9]|30", text):
        raise ValueError("is not a number of days from 0 (never write questions down) to 30")
    return int(text)


def _seconds(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text):
        raise ValueError("is not a number of seconds: write one such as 300, or 0 for never")
    return float(text)


def _port(text: str) -> int:
    if text and not (re.fullmatch("[0-9]{1,5}", text) and 0 < int(text) < 65_536):
        raise ValueError("is not a port: write a number from 1 to 65535, such as 9464, or leave it empty")
    return int(text or 0)


def _log(text: str) -> bool:
    if text.lower() not in ("text", "json"):
        raise ValueError("is neither text nor json: write one of the two")
    return text.lower() == "json"


def _switch(text: str) -> bool:
    if text.lower() not in _SWITCHES:
        raise ValueError("is neither on nor off: write 1 or 0")
    return _SWITCHES[text.lower()]


def _command(text: str) -> str:
    if not re.fullmatch(rf"/[a-z0-9_-]{{1,{LONGEST_COMMAND - 1}}}", text):
        raise ValueError(
            "is no name for a slash command: write / and up to "
            f"{LONGEST_COMMAND - 1} lower-case letters, digits, - and _, such as /recap"
        )
    return text


def _bot_token(text: str) -> str:
    return _token(text, "xoxb-", FROM_OAUTH_PAGE, {"xapp-": "SLACK_APP_TOKEN"})


def _app_token(text: str) -> str:
    return _token(text, "xapp-", FROM_BASIC_PAGE, {"xoxb-": "SLACK_BOT_TOKEN"})


def _signing_secret(text: str) -> str:
    if not text:
        raise ValueError(f"is missing: {FROM_CREDENTIALS}")
    if text.startswith(("xoxb-", "xapp-")):
        raise ValueError(f"holds a token, but the secret has no such beginning: {FROM_CREDENTIALS}")
    if not re.fullmatch("[!-~]+", text):
        raise ValueError(f"holds characters that no signing secret has: {FROM_CREDENTIALS}")
    return text


def _token(text: str, prefix: str, where: str, swapped: Mapping[str, str]) -> str:
    if not text:
        raise ValueError(f"is missing: {where}")
    for other, name in swapped.items():
        if text.startswith(other):
            raise ValueError(f"holds a token that begins with {other} and belongs into {name}: {where}")
    if not text.startswith(prefix):
        raise ValueError(f"does not begin with {prefix}: {where}")
    if not re.fullmatch(r"[\w.-]+", text[len(prefix) :], re.ASCII):
        raise ValueError(f"is cut short or holds characters that no token has: {where}")
    return text


def _web_address(text: str) -> str:
    if not is_web_address(text):
        raise ValueError(f"is not a web address: leave it empty for {_default('SLACK_API_URL')}")
    return text if text.endswith("/") else text + "/"


def _members(text: str) -> frozenset[str]:
    where = (
        "ID of a member or user group: use IDs such as U012AB3CD (in Slack: the person's profile > ⋮ > "
        "Copy member ID) or S012AB3CD (it stands in the address of the group in a browser)"
    )
    return _ids(text, "UWS", where)


def _teams(text: str) -> frozenset[str]:
    where = "workspace ID: use IDs such as T012AB3CD (they stand in the address of that workspace in a browser)"
    return _ids(text, "TE", where)


def _ids(text: str, first: str, wanted: str) -> frozenset[str]:
    ids = [part for part in re.split(r"[,;\s]+", text) if part]
    if wrong := [part for part in ids if not re.fullmatch(rf"[{first}][A-Z0-9]{{1,30}}", part)]:
        shown = ", ".join(f"“{part[:20]}”" for part in wrong[:3])
        raise ValueError(f"holds {shown}, which is no {wanted}")
    return frozenset(ids)


_SWITCHES = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}

_SECRETS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "SLACK_BOT_TOKEN": ("bot_token", _bot_token),
    "SLACK_APP_TOKEN": ("app_token", _app_token),
    "SLACK_SIGNING_SECRET": ("signing_secret", _signing_secret),
}
_FOR_SLACK: dict[str, tuple[str, Callable[[str], Any]]] = {
    "SLACK_API_URL": ("api_url", _web_address),
    "RECAP_ADMINS": ("admins", _members),
    "RECAP_COMMAND": ("command", _command),
    "RECAP_FOLLOW_THREADS": ("follow_threads", _switch),
    "RECAP_RATE_PERSON": ("rate_person", _count),
    "RECAP_RATE_CHANNEL": ("rate_channel", _count),
    "RECAP_ALLOW_GUESTS": ("allow_guests", _switch),
    "RECAP_ALLOW_TEAMS": ("allow_teams", _teams),
    "RECAP_DEAF_AFTER": ("deaf_after", _seconds),
    "RECAP_METRICS_PORT": ("metrics_port", _port),
    "RECAP_LOG": ("log_json", _log),
    "RECAP_KEEP_DAYS": ("keep_days", _days),
    "RECAP_RELOAD_EVERY": ("reload_every", _count),
    "RECAP_WATCH": ("watch", _switch),
}
