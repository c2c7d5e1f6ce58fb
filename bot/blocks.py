"""The pieces that Slack messages and views are built of, and how much room they take."""

import json
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from bot import limits
from bot.mrkdwn import plain, size

Block = dict[str, Any]
Element = dict[str, Any]
Message = dict[str, Any]
View = dict[str, Any]

ROOM = limits.MESSAGE - 500
"""What we fill of a message. Slack does not tell how it counts; we count all of the blocks' JSON."""
VIEW_ROOM = limits.VIEW_BYTES - 20_000
"""How many bytes a view's blocks take; what is left is for its title, metadata and the like."""
LINE_BREAK = 2
"""How many characters a line break takes in JSON, and how many stand between two blocks."""


def post(text: str, blocks: Sequence[Block]) -> Message:
    """The whole message. Slack looks for names and links in it only if told to, so we tell it not to.

    ``text`` is what notifications show and screen readers read.
    """
    return {
        "text": text,
        "blocks": list(blocks),
        "unfurl_links": False,
        "unfurl_media": False,
        "link_names": False,
        "parse": "none",
    }


def section(text: str) -> Block:
    """A paragraph of at most 3,000 characters of markup."""
    return {"type": "section", "text": mrkdwn(text)}


def columns(title: str, left: str, right: str) -> Block:
    """Two texts of at most 2,000 characters next to each other, with a title above them where there is one."""
    block: Block = {"type": "section", "fields": [mrkdwn(left), mrkdwn(right)]}
    return {**block, "text": mrkdwn(title)} if title else block


def context(text: str) -> Block:
    """A line in small grey type."""
    return {"type": "context", "elements": [mrkdwn(text)]}


def header(text: str) -> Block:
    """A heading in large type; nothing in it formats."""
    return {"type": "header", "text": words(text, limits.HEADER)}


def actions(elements: Sequence[Element]) -> Block:
    """A row of buttons; those that Slack would not take are left out."""
    return {"type": "actions", "elements": list(elements[: limits.ACTIONS_ELEMENTS])}


def button(action: str, value: str, label: str, *, spoken: str = "") -> Element:
    """A button; ``spoken`` is what screen readers say instead of its label."""
    element = {"type": "button", "action_id": action, "value": value, "text": words(label, limits.BUTTON_TEXT)}
    return {**element, "accessibility_label": plain(spoken, limits.BUTTON_TEXT)} if spoken else element


def option(label: str, value: str) -> Element:
    """One thing to select."""
    return {"text": words(label, limits.OPTION_TEXT), "value": value}


def mrkdwn(text: str) -> Element:
    """``verbatim`` keeps Slack from making links and mentions of bare words such as @channel."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def words(text: str, limit: int) -> Element:
    """Text in which nothing formats, mentions or turns into a picture."""
    return {"type": "plain_text", "text": plain(text, limit), "emoji": False}


def weight(blocks: Sequence[Block]) -> int:
    """How much of a message's room the blocks take, in UTF-16 units."""
    return len(json.dumps(list(blocks), ensure_ascii=False).encode("utf-16-le", "replace")) // 2


def fitting(blocks: Sequence[Block]) -> list[Block]:
    """As many blocks as a modal or Home holds, in number and in bytes."""
    sizes = accumulate(len(json.dumps(block).encode()) + LINE_BREAK for block in blocks)
    return [block for block, total in zip(blocks[: limits.VIEW_BLOCKS], sizes, strict=False) if total <= VIEW_ROOM]


def listed(lines: Sequence[str], room: int, rest: str) -> list[Block]:
    """Lines in as few sections as hold them; ``rest`` says, for ``{}`` lines, where those are that do not fit."""
    blocks: list[Block] = []
    text, shown = "", 0
    for line in lines:
        if size(text) + size(line) > limits.SECTION - 100:
            blocks.append(section(text.rstrip("\n")))
            text = ""
        if weight(blocks) + size(text) + size(line) > room:
            break
        text, shown = f"{text}{line}\n", shown + 1
    left = [rest.format(len(lines) - shown)] if shown < len(lines) else []
    return blocks + [section(part.rstrip("\n")) for part in (text, *left) if part.strip()]


def shares(wanted: Sequence[int], total: int) -> list[int]:
    """How much of ``total`` each gets: all that it wants, or an equal part of what the modest ones leave.

    >>> shares([10, 500, 90], 200)
    [10, 100, 90]
    """
    given = [0] * len(wanted)
    left = total
    for done, place in enumerate(sorted(range(len(wanted)), key=wanted.__getitem__)):
        given[place] = min(wanted[place], left // (len(wanted) - done))
        left -= given[place]
    return given
