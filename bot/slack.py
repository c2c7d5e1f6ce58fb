"""Which Slack delivery calls what. Everything is acknowledged at once; answers are worked out in threads."""

import logging
import re

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.error import BoltUnhandledRequestError

from bot.adding import answer_adding
from bot.admin import answer_admin
from bot.ask import trace
from bot.asking import answer_command, answer_events
from bot.desk import Desk
from bot.post import Patience, sdk_log
from bot.presses import answer_presses
from bot.privacy import answer_privacy
from bot.reloading import answer_reload
from bot.settings import Settings
from bot.shortcuts import answer_shortcuts
from bot.surfaces import answer_surfaces

log = logging.getLogger(__name__)

_ANYTHING = re.compile(r"[\s\S]*")


def commands(settings: Settings) -> dict[str, tuple[str, str]]:
    """The slash commands, each with its description and a hint about what to type behind it."""
    return {
        settings.command: ("Ask what the conference notes say", "what was said about … | help"),
        f"{settings.command}-summary": ("Sum up what the conference notes say about a topic", "topic"),
        f"{settings.command}-reload": ("Read the notes again (admins only)", "[dry-run | cancel | undo]"),
    }


def build_app(settings: Settings, desk: Desk) -> AsyncApp:
    """The Bolt app with all its listeners. Build it inside the running event loop."""
    app = AsyncApp(
        name="recap",
        token=settings.bot_token,
        logger=sdk_log,
        request_verification_enabled=False,  # what comes in by HTTP is checked before it is even read
        raise_error_for_unhandled_request=True,
    )
    app.client.base_url = settings.api_url
    app.client.retry_handlers = [Patience(desk.pause)]
    ask, summary, load = commands(settings)
    answer_adding(app, settings, desk)
    answer_events(app, settings, desk)
    answer_admin(app, settings, desk, ask)
    answer_privacy(app, settings, desk, ask)
    answer_command(app, settings, desk, ask)
    answer_command(app, settings, desk, summary, "summary")
    answer_reload(app, desk, settings, load)
    answer_surfaces(app, settings, desk)
    answer_shortcuts(app, settings, desk)
    answer_presses(app, settings, desk)
    _log_errors(app)
    _acknowledge_the_rest(app)
    return app


def _log_errors(app: AsyncApp) -> None:
    """Bolt itself would log the error's text, which can quote what somebody wrote.

    What is of no kind that anything listens to is no error, and acknowledged too.
    """

    async def on_error(error: Exception) -> BoltResponse | None:
        if isinstance(error, BoltUnhandledRequestError):
            return BoltResponse(status=200)
        log.error("A listener failed:\n%s", trace(error))
        return None

    app.error(on_error)


def _acknowledge_the_rest(app: AsyncApp) -> None:
    """What nobody listens to is acknowledged too, or Slack delivers it again and shows people a failure."""

    async def do_nothing(ack: AsyncAck) -> None:
        await ack()

    kinds = (app.event, app.command, app.action, app.shortcut, app.view, app.view_closed, app.options)
    for kind in kinds:
        kind(_ANYTHING)(do_nothing)
