"""A stand-in for a Slack workspace, in memory and on the loopback address only.

A bot is pointed at it by ``SLACK_API_URL``, with the tokens of ``bot.playground.workspace``. People in it write, press
and fill in; what the bot is told and may do is what its manifest says, what it does is refused as Slack would:

>>> from bot.playground.workspace import BOT_USER, ENGINEERING, MEMBER
>>> manifest = {
...     "oauth_config": {"scopes": {"bot": ["app_mentions:read"]}},
...     "settings": {"event_subscriptions": {"bot_events": ["app_mention"]}, "socket_mode_enabled": True},
... }
>>> with Playground(manifest) as slack:
...     said = slack.post(MEMBER, ENGINEERING, f"<@{BOT_USER}> hello")
...     [(delivery.type, delivery.error) for delivery in slack.deliveries][:1]
[('app_mention', 'no_connection')]

``until`` (and ``wait``, outside of an event loop) wait for what should come of it, ``advance`` lets time go by,
``faults.fail``, ``sockets`` and ``outbox`` make things go wrong. ``calls`` and ``deliveries`` record everything.
"""

from bot.playground.server import Playground
from bot.playground.speech import Impossible

__all__ = ["Impossible", "Playground"]
