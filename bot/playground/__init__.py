"""A stand-in for a Slack workspace, in memory and on the loopback address only.

>>> with Playground({}) as slack:
...     slack.api_url.startswith("http://127.0.0.1:")
True
"""

from bot.playground.server import Playground
from bot.playground.speech import Impossible

__all__ = ["Impossible", "Playground"]
