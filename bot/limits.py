"""Slack's size limits, by what they limit. In characters unless a name says otherwise.

Source: Slack's reference for Block Kit, views and ``chat.*`` methods as of November 2026. Texts are measured as
Slack does, in UTF-16 units.
"""

TEXT = 4_000
"""The ``text`` of a message: Slack cuts at 40,000, recommends this, and refuses more on ``chat.update``."""
MARKDOWN_TEXT = 12_000
"""All ``markdown`` blocks of a payload together, and ``markdown_text``."""
MESSAGE = 13_000
"""All that a message's blocks hold together."""
MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
"""Blocks in a message; in a modal or Home."""
VIEW_BYTES = 250_000
"""A view's JSON, in bytes."""
METADATA = 3_000
"""A view's ``private_metadata``."""
VIEW_TITLE = 24
"""A modal's title, submit and close."""
IDENTIFIER = 255
"""``callback_id``, ``block_id`` and ``action_id``; the last two are unique within a payload."""
SECTION, SECTION_FIELD = 3_000, 2_000
SECTION_FIELDS = 10
HEADER = 150
CONTEXT_ELEMENTS = 10
ACTIONS_ELEMENTS = 25
CONTEXT_ACTIONS_ELEMENTS = 5
ALT_TEXT = 2_000
BUTTON_TEXT, BUTTON_VALUE, ADDRESS = 75, 2_000, 3_000
SELECT_OPTIONS = 100
OPTION_TEXT, OPTION_VALUE = 75, 150
OVERFLOW_OPTIONS = 5
CHOICE_OPTIONS = 10
"""Checkboxes and radio buttons."""
INPUT_LABEL = 2_000
CONFIRM_TITLE, CONFIRM_TEXT, CONFIRM_BUTTON = 100, 300, 30
TABLE_ROWS, TABLE_COLUMNS = 100, 20
DATA_TABLE_ROWS = (2, 101)
"""The least and the most, with the header."""
SUGGESTED_PROMPTS = 4
CHART_TITLE, CHART_LABEL, CHART_POINTS = 50, 20, 20
"""A chart's title and axis names; a point's label, unique in its chart; points. The names of axes are as its title."""
INPUT_TEXT = 3_000
"""What a text field holds, and what it is filled with at first."""
