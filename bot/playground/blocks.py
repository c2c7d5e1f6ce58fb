"""What Slack accepts as blocks and views, as tables of types and their fields.

Only the types that Recap may send are known; Slack knows more.
"""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from bot import limits
from bot.playground.checks import (
    Check,
    Problems,
    anything,
    flag,
    items,
    number,
    positive,
    shape,
    string,
    typed,
    units,
    word,
)

TEXT_OBJECT = 3_000
PLACEHOLDER, LABEL = 150, 75
CHART_SERIES, CHART_POINTS, CHART_LABEL, CHART_TITLE = 6, 20, 20, 50


def block(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, **more: Any) -> Check:
    """A block: it has a type and may have a ``block_id``."""
    return shape({"type": anything, **required}, {"block_id": NAME, **(optional or {})}, **more)


def element(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, **more: Any) -> Check:
    """An element: it has a type and may have an ``action_id``."""
    return shape({"type": anything, **required}, {"action_id": NAME, **(optional or {})}, **more)


def plain(most: int, least: int = 1) -> Check:
    """A text object without markup."""
    return typed({"plain_text": shape({"type": anything, "text": string(most, least)}, {"emoji": flag})})


def text(most: int) -> Check:
    """A text object of either kind."""
    mrkdwn = shape({"type": anything, "text": string(most)}, {"verbatim": flag})
    return typed(
        {"plain_text": shape({"type": anything, "text": string(most)}, {"emoji": flag}), "mrkdwn": mrkdwn},
    )


def option(**more: Check) -> Check:
    """One of the things to choose from."""
    fields = {"text": text(limits.OPTION_TEXT), "value": string(limits.OPTION_VALUE)}
    return shape(fields, {"description": text(limits.OPTION_TEXT), **more})


NAME = string(limits.IDENTIFIER)
ADDRESS = string(limits.ADDRESS)
ACCESSIBLE = string(LABEL)
CONFIRM = shape(
    {
        "title": plain(limits.CONFIRM_TITLE),
        "text": text(limits.CONFIRM_TEXT),
        "confirm": plain(limits.CONFIRM_BUTTON),
        "deny": plain(limits.CONFIRM_BUTTON),
    },
    {"style": word("primary", "danger")},
)
OPTIONS = items(option(), limits.SELECT_OPTIONS)
OPTION_GROUPS = items(shape({"label": plain(LABEL), "options": OPTIONS}), limits.SELECT_OPTIONS)
CHOICES = items(option(), limits.CHOICE_OPTIONS)
COMMON = {"confirm": CONFIRM, "focus_on_load": flag}
PLACED = {"placeholder": plain(PLACEHOLDER), **COMMON}
THUMB = shape({"text": plain(LABEL), "value": string(limits.BUTTON_VALUE)}, {"accessibility_label": ACCESSIBLE})
PICTURE = {"alt_text": string(limits.ALT_TEXT, 0)}
PICTURE_FROM = {"image_url": ADDRESS, "slack_file": anything}

ELEMENTS: dict[str, Check] = {
    "button": element(
        {"text": plain(limits.BUTTON_TEXT)},
        {
            "value": string(limits.BUTTON_VALUE, 0),
            "url": ADDRESS,
            "style": word("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": ACCESSIBLE,
        },
    ),
    "static_select": element(
        {},
        {"options": OPTIONS, "option_groups": OPTION_GROUPS, "initial_option": option(), **PLACED},
        one_of=("options", "option_groups"),
    ),
    "external_select": element({}, {"initial_option": option(), "min_query_length": number, **PLACED}),
    "overflow": element({"options": items(option(url=ADDRESS), limits.OVERFLOW_OPTIONS)}, {"confirm": CONFIRM}),
    "plain_text_input": element(
        {},
        {
            "initial_value": string(TEXT_OBJECT, 0),
            "multiline": flag,
            "min_length": number,
            "max_length": number,
            "dispatch_action_config": anything,
            "placeholder": plain(PLACEHOLDER),
            "focus_on_load": flag,
        },
    ),
    "radio_buttons": element({"options": CHOICES}, {"initial_option": option(), **COMMON}),
    "checkboxes": element({"options": CHOICES}, {"initial_options": CHOICES, **COMMON}),
    "datepicker": element({}, {"initial_date": string(10, 10), **PLACED}),
    "image": shape({"type": anything, **PICTURE}, PICTURE_FROM, tuple(PICTURE_FROM)),
    "feedback_buttons": element({"positive_button": THUMB, "negative_button": THUMB}),
    "icon_button": element(
        {"icon": string(LABEL), "text": plain(TEXT_OBJECT)},
        {
            "value": string(limits.BUTTON_VALUE),
            "accessibility_label": ACCESSIBLE,
            "visible_to_user_ids": items(NAME, 10),
            "confirm": CONFIRM,
        },
    ),
    "plain_text": plain(TEXT_OBJECT),
    "mrkdwn": text(TEXT_OBJECT),
}

PARENTS: dict[str, tuple[str, ...]] = {
    "section": (
        "button", "static_select", "external_select", "overflow", "radio_buttons", "checkboxes", "datepicker", "image",
    ),
    "actions": (
        "button", "static_select", "external_select", "overflow", "radio_buttons", "checkboxes", "datepicker",
    ),
    "input": (
        "plain_text_input", "static_select", "external_select", "radio_buttons", "checkboxes", "datepicker",
    ),
    "context": ("image", "plain_text", "mrkdwn"),
    "context_actions": ("feedback_buttons", "icon_button"),
}  # fmt: skip
"""Which elements a block may hold."""


def inside(parent: str) -> Check:
    """An element that the block of type ``parent`` may hold."""
    return typed({name: ELEMENTS[name] for name in PARENTS[parent]})


CELL = typed({"raw_text": shape({"type": anything, "text": string(TEXT_OBJECT, 0)}), "rich_text": anything})
COLUMN = shape({}, {"align": word("left", "center", "right"), "is_wrapped": flag})
LABELLED = {"label": string(CHART_LABEL)}
SERIES = shape(
    {
        "name": string(CHART_LABEL),
        "data": items(shape({**LABELLED, "value": number}), CHART_POINTS),
    }
)
AXES = shape(
    {"categories": items(string(CHART_LABEL), CHART_POINTS)},
    {"x_label": string(CHART_TITLE), "y_label": string(CHART_TITLE)},
)


def graph(value: Any, at: str) -> Problems:
    """A chart with axes: each series has one value for each category."""
    wrong = list(_GRAPH(value, at))
    yield from wrong
    for place, series in enumerate([] if wrong else value["series"]):
        if [point["label"] for point in series["data"]] != value["axis_config"]["categories"]:
            yield "labels must match the categories", f"{at}/series/{place}/data"


_GRAPH = shape({"type": anything, "series": items(SERIES, CHART_SERIES), "axis_config": AXES})
PIE = shape({"type": anything, "segments": items(shape({**LABELLED, "value": positive}), CHART_SERIES)})

BLOCKS: dict[str, Check] = {
    "section": block(
        {},
        {
            "text": text(limits.SECTION),
            "fields": items(text(limits.SECTION_FIELD), limits.SECTION_FIELDS),
            "accessory": inside("section"),
            "expand": flag,
        },
        one_of=("text", "fields"),
    ),
    "context": block({"elements": items(inside("context"), limits.CONTEXT_ELEMENTS)}),
    "actions": block({"elements": items(inside("actions"), limits.ACTIONS_ELEMENTS)}),
    "context_actions": block({"elements": items(inside("context_actions"), limits.CONTEXT_ACTIONS_ELEMENTS)}),
    "divider": block({}),
    "header": block({"text": plain(limits.HEADER)}),
    "image": block(PICTURE, {**PICTURE_FROM, "title": plain(limits.ALT_TEXT)}, one_of=tuple(PICTURE_FROM)),
    "input": block(
        {"label": plain(limits.INPUT_LABEL), "element": inside("input")},
        {"hint": plain(limits.INPUT_LABEL), "optional": flag, "dispatch_action": flag},
    ),
    "rich_text": block({"elements": anything}),
    "markdown": block({"text": string(limits.MARKDOWN_TEXT)}),
    "table": block(
        {"rows": items(items(CELL, limits.TABLE_COLUMNS), limits.TABLE_ROWS)},
        {"column_settings": items(COLUMN, limits.TABLE_COLUMNS)},
    ),
    "data_visualization": block(
        {
            "title": string(CHART_TITLE),
            "chart": typed({"pie": PIE, "bar": graph, "area": graph, "line": graph}),
        }
    ),
}

MESSAGES_ONLY = frozenset({"markdown", "table", "context_actions", "data_visualization"})
"""Blocks that no view may hold."""
IN_VIEWS = {name: check for name, check in BLOCKS.items() if name not in MESSAGES_ONLY}
VIEW_COMMON = {
    "type": anything,
    "blocks": items(typed(IN_VIEWS), limits.VIEW_BLOCKS, 0),
}
VIEW_OPTIONAL = {
    "private_metadata": string(limits.METADATA, 0),
    "callback_id": string(limits.IDENTIFIER, 0),
    "external_id": string(limits.IDENTIFIER, 0),
}
VIEWS: dict[str, Check] = {
    "modal": shape(
        {**VIEW_COMMON, "title": plain(limits.VIEW_TITLE)},
        {
            **VIEW_OPTIONAL,
            "submit": plain(limits.VIEW_TITLE),
            "close": plain(limits.VIEW_TITLE),
            "clear_on_close": flag,
            "notify_on_close": flag,
        },
    ),
    "home": shape(VIEW_COMMON, VIEW_OPTIONAL),
}


def message_problems(blocks: Any, at: str = "/blocks") -> Problems:
    """What Slack finds wrong with the blocks of a message."""
    yield from items(typed(BLOCKS), limits.MESSAGE_BLOCKS, 0)(blocks, at)
    yield from _repeated(blocks, at)
    known = [one for one in blocks if isinstance(one, dict)] if isinstance(blocks, list) else []
    if sum(one.get("type") == "table" for one in known) > 1:
        yield "only_one_table_allowed", at
    markdown = [str(one.get("text")) for one in known if one.get("type") == "markdown"]
    if sum(map(units, markdown)) > limits.MARKDOWN_TEXT:
        yield f"markdown must be less than {limits.MARKDOWN_TEXT + 1} characters", at


def view_problems(view: Any, at: str = "/view", kinds: Sequence[str] = ("modal", "home")) -> Problems:
    """What Slack finds wrong with a view of one of these kinds."""
    yield from typed({kind: VIEWS[kind] for kind in kinds})(view, at)
    if not isinstance(view, dict):
        return
    yield from _repeated(view.get("blocks"), f"{at}/blocks")
    inputs = any(isinstance(one, dict) and one.get("type") == "input" for one in view.get("blocks") or ())
    if view.get("type") == "modal" and inputs and not view.get("submit"):
        yield "missing required field: submit (a modal with input blocks needs one)", at


def weight(value: Any) -> int:
    """How long something is as JSON, in characters."""
    return units(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def elements(one: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The interactive elements of a block, wherever they stand in it."""
    inner = one.get("elements") if one.get("type") in ("actions", "context_actions") else None
    found = [*(inner if isinstance(inner, list) else ()), one.get("accessory"), one.get("element")]
    return [thing for thing in found if isinstance(thing, dict)]


def _repeated(blocks: Any, at: str) -> Problems:
    """Names that stand twice: a ``block_id`` in the payload, an ``action_id`` in a block."""
    known = [one for one in blocks if isinstance(one, dict)] if isinstance(blocks, list) else []
    again = partial(_twice, at=at)
    yield from again("block_id", [one.get("block_id") for one in known])
    for one in known:
        yield from again("action_id", [thing.get("action_id") for thing in elements(one)])


def _twice(field: str, names: Sequence[Any], at: str) -> Problems:
    named = [name for name in names if isinstance(name, str)]
    for name in dict.fromkeys(named):
        if named.count(name) > 1:
            yield f'`{field}` "{name}" already exists', at
