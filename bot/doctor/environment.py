"""The settings, as far as they can be judged by themselves, and the file that holds them."""

import re
import stat
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from bot.doctor.check import Check, ok, trouble
from bot.settings import FROM_CREDENTIALS, HTTP, SETTINGS, SOCKET, BadSettings, Settings

SECRET = re.compile("[0-9a-f]{32}")
"""What Slack's signing secrets look like."""


def read(env: Mapping[str, str], *, http: bool, offline: bool) -> tuple[Settings, list[Check]]:
    """The settings, with defaults in place of those that are wrong, and every complaint.

    The secrets that Slack needs have to be there unless ``offline``.
    """
    wanted = [name for name in (HTTP if http else SOCKET) if env.get(name, "").strip() or not offline]
    try:
        settings = Settings.from_env(env, slack=True, secrets=wanted)
    except BadSettings as error:
        return _without(env, wanted, error), [_complaint(*one) for one in error.complaints.items()]
    return settings, [ok("settings", f"{sum(bool(env.get(s.name)) for s in SETTINGS)} set, all well-formed.")]


def _without(env: Mapping[str, str], wanted: list[str], error: BadSettings) -> Settings:
    kept = {name: value for name, value in env.items() if name not in error.complaints}
    secrets = [name for name in wanted if name not in error.complaints]
    try:
        return Settings.from_env(kept, slack=True, secrets=secrets)
    except BadSettings:  # two that are wrong together
        return Settings.from_env({}, slack=True, secrets=())


def _complaint(name: str, what: str) -> Check:
    said = what if ": " in what else f"{what}: correct it; .env.example shows every setting"
    return trouble(name, f"It {said}.")


def misspelt(env: Mapping[str, str]) -> list[Check]:
    """Variables that look like settings of ours and are none."""
    known = [setting.name for setting in SETTINGS]
    found = []
    for name in env:
        near = get_close_matches(name, known, 1, 0.85)
        if near and name not in known:
            remedy = f"Did you mean {near[0]}? Rename it, or take it away."
            found.append(Check(name, "warning", "No setting has this name, so it does nothing.", remedy))
    return found


def signing_secret(settings: Settings) -> list[Check]:
    """Whether the signing secret looks like one; whether it is the right one shows when Slack calls."""
    if not settings.signing_secret:
        return []
    if SECRET.fullmatch(settings.signing_secret):
        return [ok("signing secret", "It looks like one of Slack's.")]
    text = "It does not look like one of Slack's, which are 32 digits and letters from a to f."
    return [Check("signing secret", "warning", text, f"{FROM_CREDENTIALS[0].upper()}{FROM_CREDENTIALS[1:]}.")]


def admins(settings: Settings) -> list[Check]:
    """Whether anybody may reload from Slack."""
    if settings.admins:
        return [ok("admins", f"{len(settings.admins)} listed.")]
    remedy = "List member IDs in RECAP_ADMINS, such as U012AB3CD."
    return [Check("admins", "warning", "Nobody may read the notes again from Slack.", remedy)]


def env_file(path: Path) -> list[Check]:
    """Whether the file with the secrets is for its owner's eyes only."""
    if not path.is_file():
        return []
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return [Check(".env", "warning", f"Others on this machine may open {path}.", f"chmod 600 {path}")]
    return [ok(".env", "Only its owner may open it.")]
