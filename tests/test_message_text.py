"""Messages become Markdown that says what they say, names in place of ids, and calls nobody."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.message_text import LONGEST, markdown, named_in
from store.read import parse

NAMES = {"U0ANN": "Ann Member", "C0ENG": "eng", "U0EVE": "<!channel> *Eve*"}


def said(text="", blocks=None, **more):
    """The lines that a reader of notes finds in a message, each with its kind."""
    made = markdown({"text": text, "blocks": blocks or [], **more}, NAMES)
    return [(block.kind, block.text) for block in parse("a.md", made.encode()).blocks]


def rich(*elements):
    return [{"type": "rich_text", "elements": list(elements)}]


def section(*elements):
    return {"type": "rich_text_section", "elements": list(elements)}


def text(words, **style):
    return {"type": "text", "text": words, **({"style": style} if style else {})}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("One line.", "One line."),
        ("<@U0ANN> and <@U0BEN> in <#C0ENG> and <#C0XYZ>", "Ann Member and somebody in #eng and a channel"),
        ("<@U0BEN|ben> in <#C0XYZ|general>, <!subteam^S1|@devs>, <!here>!", "ben in #general, @devs, here!"),
        ("<https://x.org/a_b?c=1&amp;d=2|R&amp;D [1]> or <https://x.org>", "R&D [1] or https://x.org"),
        ("<mailto:a@b.c|a@b.c> <javascript:alert(1)|here>", "a@b.c here"),
        ("a &lt; b &amp;&amp; c &lt;script&gt;x&lt;/script&gt; :tada:", "a < b && c <script>x</script>"),
        ("*bold*, _slanted_, ~struck~ and `a*b &lt; c`", "bold, slanted, struck and a*b < c"),
        ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
        ("<!date^1^{date}|Friday>", "Friday"),
        ("<@U0EVE>", "<!channel> *Eve*"),
    ],
)
def test_a_line_says_what_people_saw(typed, read):
    assert said(typed) == [("paragraph", read)]


def test_lines_lists_quotes_and_code_keep_their_shape():
    typed = (
        "*Key takeaways*\nKuryr was shown.\nIt went on\nfor an hour.\n• one\n• two\n    ◦ three\n1. first\n"
        "&gt; He said\n&gt; so.\n```x = 1\n\n\n  y &lt; 2```\nThe end."
    )
    assert said(typed) == [
        ("heading", "Key takeaways"),
        ("paragraph", "Kuryr was shown."),
        ("paragraph", "It went on for an hour."),
        ("item", "one"),
        ("item", "two"),
        ("item", "three"),
        ("item", "first"),
        ("paragraph", "He said so."),
        ("code", "x = 1\n\n  y < 2"),
        ("paragraph", "The end."),
    ]


def test_blocks_count_where_the_text_is_only_a_fallback():
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "Build <report>"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*All* jobs of <@U0ANN> passed."}, "fields": [
            {"type": "plain_text", "text": "Duration: 3 min"}, {"type": "mrkdwn", "text": "See <https://x.org|log>"},
        ]},
        {"type": "context", "elements": [{"type": "image", "alt_text": "x"}, {"type": "mrkdwn", "text": "by CI"}]},
        {"type": "markdown", "text": "## Next\n\nShip **it**."},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, {"type": "raw_text", "text": "b"}]]},
        {"type": "divider"},
    ]  # fmt: skip
    assert said("Build report", blocks) == [
        ("heading", "Build <report>"),
        ("paragraph", "All jobs of Ann Member passed."),
        ("paragraph", "Duration: 3 min"),
        ("paragraph", "See log"),
        ("paragraph", "by CI"),
        ("heading", "Next"),
        ("paragraph", "Ship it."),
        ("item", "a | b"),
    ]
    assert said("All of it is in the text, and the blocks say less.", blocks[:1])[0][1].startswith("All of it")


def test_rich_text_is_read_with_its_styles_lists_and_names():
    user, channel = {"type": "user", "user_id": "U0ANN"}, {"type": "channel", "channel_id": "C0ENG"}
    emoji, link = {"type": "emoji", "name": "wave"}, {"type": "link", "url": "https://x.org", "text": "here"}
    blocks = rich(
        section(text("Results", bold=True)),
        section(text("Hi "), user, text(" in "), channel, text(", see "), link, emoji, text(" x", code=True)),
        {"type": "rich_text_list", "style": "bullet", "elements": [section(text("one")), section(text("two"))]},
        {"type": "rich_text_list", "style": "ordered", "indent": 1, "elements": [section(text("deep"))]},
        {"type": "rich_text_quote", "elements": [text("quoted")]},
        {"type": "rich_text_preformatted", "elements": [text("a < b")]},
    )
    assert said("", blocks) == [
        ("heading", "Results"),
        ("paragraph", "Hi Ann Member in #eng, see here x"),
        ("item", "one"),
        ("item", "two"),
        ("item", "deep"),
        ("paragraph", "quoted"),
        ("code", "a < b"),
    ]
    assert named_in({"text": "<@U0BEN> <#C0X123|> <#C0NAMED|named>", "blocks": blocks}) == [
        "U0BEN", "C0X123", "U0ANN", "C0ENG",
    ]  # fmt: skip


def test_what_is_forwarded_counts_and_what_slack_shows_of_links_does_not():
    page = {"from_url": "https://x.org", "title": "A page", "text": "Buy now."}
    inside = {"message": {"blocks": rich(section(text("Kuryr is ready.")))}}
    shared = {"from_url": "https://acme.slack.com/x", "is_share": True, "text": "", "message_blocks": [inside]}
    alarm = {"pretext": "CI:", "title": "Gate", "text": "is *green*"}
    read = said("Look.", attachments=[page, shared, alarm])
    assert [words for _, words in read] == ["Look.", "Kuryr is ready.", "CI:", "Gate", "is green"]


ANYTHING = st.recursive(
    st.none()
    | st.text(max_size=20)
    | st.sampled_from(["rich_text", "rich_text_list", "U0ANN", "`", "```", "<@U0ANN>"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "text", "elements", "blocks", "style", "attachments", "indent", "user_id"]), inner
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.fixed_dictionaries({"text": ANYTHING, "blocks": ANYTHING, "attachments": ANYTHING}))
def test_no_message_is_too_odd(message):
    assert isinstance(markdown(message, NAMES), str)
    assert all(isinstance(one, str) for one in named_in(message))


@pytest.mark.parametrize("piece", ["<", "*", "`", "```", "*a", "~ ", "<@U0ANN>", "•\n", "```\n"])
def test_a_message_of_one_sign_alone_is_read_to_its_end(piece):
    made = markdown({"text": piece * (60_000 // len(piece)), "blocks": []}, NAMES)
    assert len(made) <= LONGEST


@given(st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), max_size=80))
def test_no_tag_is_made_of_what_people_write(typed):
    escaped = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    made = markdown({"text": f"words {escaped}"}, {})
    assert "<" not in made.replace("\\<", "").replace("`", "") or "`" in typed
