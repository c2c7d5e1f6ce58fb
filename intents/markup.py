"""Slack's own notation, read back into what a person typed. Questions arrive in it from Slack, and from files."""

import re
from html import unescape

from store.text import clean

_ANGLE = re.compile(r"<((?:[@#!]|[a-z][\w+.-]*:)[^<>]*)>")
EMOJI = re.compile(r"(?<!\w):(?:[a-z_][\w+'-]*|[+-]1|100|1234):(?::skin-tone-\d:)?(?!\w)")
"""The shortcode of an emoji."""


def plain(text: str) -> str:
    """A text without Slack's markup, on one line: labels of links and mentions stay, ids and calls for attention go.

    >>> plain("<@U1> what of R&amp;D in <#C9|eng>, see <https://x.org|this> :wave: <!channel>")
    'what of R&D in eng, see this'
    """
    bare = EMOJI.sub(" ", _ANGLE.sub(_label, text))
    return " ".join(clean(unescape_slack(bare)).split())


def unescape_slack(text: str) -> str:
    """Undo Slack's escaping, which knows three characters and no more.

    >>> unescape_slack("a &lt; b &amp;&amp; c &copy; &amp;lt;")
    'a < b && c &copy; &lt;'
    """
    return re.sub(r"&(?:amp|lt|gt);", lambda match: unescape(match.group()), text)


def _label(match: re.Match[str]) -> str:
    """What a person sees of a link or mention; nothing where that is an id or a call for attention."""
    target, _, label = match.group(1).partition("|")
    if target.startswith("!"):
        return label if target.startswith("!date") else " "
    if target.startswith(("@", "#")):
        return label or " "
    return label or target
