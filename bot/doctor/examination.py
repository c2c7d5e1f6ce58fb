"""An examination of everything that Recap needs."""

import asyncio
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from bot.doctor import environment, slack
from bot.doctor.check import Check, ok
from bot.doctor.files import disk_checks, index_checks, notes_checks, state_checks
from bot.settings import Settings
from store.errors import BotError
from store.meaning import Model, load_model


def examine(
    env: Mapping[str, str],
    env_file: Path,
    *,
    http: bool = False,
    offline: bool = False,
    clock: Callable[[], float] = time.time,
) -> list[Check]:
    """Look at everything, with the settings of ``env``. Changes nothing, and disturbs no running bot.

    ``http`` is for a bot that Slack calls; without it that is taken from which secrets are set. ``offline``
    leaves Slack alone. ``env_file`` is the file that settings are kept in, if there is one; ``clock`` tells the
    Unix time.
    """
    http = http or bool(env.get("SLACK_SIGNING_SECRET") and not env.get("SLACK_APP_TOKEN"))
    settings, checks = environment.read(env, http=http, offline=offline)
    checks += [*environment.misspelt(env), *environment.env_file(env_file)]
    if http:
        checks += environment.signing_secret(settings)
    if not offline:
        checks += [*environment.admins(settings), *asyncio.run(slack.examine(settings, http=http, clock=clock))]
    model, found = _model(settings)
    checks += found
    checks += notes_checks(settings.notes)
    checks += index_checks(settings, model)
    checks += state_checks(settings.state)
    checks += disk_checks((settings.db, settings.state))
    return checks


def _model(settings: Settings) -> tuple[Model | None, list[Check]]:
    if not settings.embeddings:
        return None, []
    try:
        return load_model(settings.embeddings), [ok("embeddings", f"{settings.embeddings} is loaded.")]
    except BotError as error:
        text, _, remedy = str(error).partition(". ")
        return None, [Check("embeddings", "error", f"{text}.", remedy)]
