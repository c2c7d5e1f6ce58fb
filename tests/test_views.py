import json
import re
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from bot import limits, names, views
from bot.mrkdwn import GAP, clip, link, literal, quoted, size
from bot.playground.blocks import message_problems
from intents import INTENTS
from intents.base import Answer, Chart, Choice, Citation, Confidence, Correction, Intent, Line, Size, Tweak
from store.load import Changes, Problem
from store.model import Hit, Passage, Scope, Source

TOKYO = Citation(
    file="2015/tokyo.md",
    title="Kuryr in Tokyo",
    event="OpenStack Summit Tokyo 2015",
    date="2015-10-27",
    author="Ann Lee",
    heading=("Networking", "Containers"),
    first=12,
    last=18,
    url="https://example.org/a?b=1&c=<2>|3",
)
OTHER = Citation(file="2015/nova.pdf", title="", event="OpenStack Summit Tokyo 2015", page=4)
AUSTIN = Citation(file="austin.md", title="Austin", event="OpenStack Summit Austin 2016", first=3, last=3)


def texts(message) -> list[str]:
    """What is written in a message, its buttons apart."""
    pieces = [
        piece
        for block in message["blocks"]
        if block["type"] in ("section", "context")
        for piece in [*([block["text"]] if "text" in block else []), *block.get("fields", block.get("elements", []))]
    ]
    assert all(piece["type"] == "mrkdwn" and piece["verbatim"] is True for piece in pieces)
    return [piece["text"] for piece in pieces]


def buttons(message) -> dict[str, str]:
    """The labels of all buttons by their action id; the id must be there once."""
    rows = [block["elements"] for block in message["blocks"] if block["type"] == "actions"]
    pressed = [(element["action_id"], element["text"]["text"]) for row in rows for element in row]
    assert len(dict(pressed)) == len(pressed)
    return dict(pressed)


def shown(message) -> str:
    return "\n".join(texts(message))


def read(text: str) -> str:
    """The text as a person sees it: without invisible gaps and entities."""
    for name, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(name, character)
    return text.replace(GAP, "")


def test_a_whole_answer():
    text = "Kuryr brings Neutron to containers."
    answer = Answer(
        intent="find",
        heading="What was said about Kuryr",
        lines=(
            Line("Here is the gist."),
            Line(text, TOKYO, marks=((0, 5),)),
            Line("It maps pods\nto ports.", OTHER),
            Line("Austin liked Kuryr, too.", AUSTIN, marks=((13, 18),)),
        ),
        corrections=(Correction("kuyr", "Kuryr"),),
        scope=Scope(event="OpenStack Summit Tokyo 2015", year="2015", person="Ann Lee"),
        choices=(Choice("Magnum", "what was said about Magnum", 12), Choice("more", "more")),
        notices=("“in Mars” was not understood and left out.",),
        more=3,
    )
    message = views.message(answer, asked="kuyr?")
    assert texts(message) == [
        "You asked: kuyr?",
        "Showing results for *Kuryr*; search instead for “kuyr”",
        "*What was said about Kuryr*",
        "Only: OpenStack Summit Tokyo 2015 · by Ann Lee\n“in Mars” was not understood and left out.",
        "Here is the gist.",
        "*OpenStack Summit Tokyo 2015*\n> *Kuryr* brings Neutron to containers.",
        "[1] <https://example.org/a?b=1&amp;c=%3C2%3E%7C3|Kuryr in Tokyo> · OpenStack Summit Tokyo 2015"
        " · 2015-10-27 · Ann Lee · Networking › Containers · 2015/tokyo.md lines 12–18",
        "> It maps pods\n> to ports.",
        "[2] 2015/nova.pdf · OpenStack Summit Tokyo 2015 · page 4",
        "*OpenStack Summit Austin 2016*\n> Austin liked *Kuryr*" + GAP + ", too.",
        "[3] Austin · OpenStack Summit Austin 2016 · austin.md line 3",
        "Or did you mean:\n• Magnum (12): “what was said about Magnum”\n• more",
        "3 more passages: ask “more”.",
    ]
    assert message["text"].startswith(
        "You asked: kuyr?\nShowing results for *Kuryr*; search instead for “kuyr”\nWhat was said about Kuryr\n"
    )
    assert "[1] " in message["text"]


def test_the_same_source_has_the_same_number_and_is_told_once_where_its_quotes_stand_together():
    lines = (
        Line("One.", TOKYO),
        Line("Two.", TOKYO),
        Line("Ours."),
        Line("Three.", AUSTIN),
        Line("Four.", TOKYO),
    )
    message = views.message(Answer("find", "H", lines))
    assert re.findall(r"\[\d\]", shown(message)) == ["[1]", "[2]", "[1]"]
    assert "> One.\n> Two." in shown(message)


def test_a_refusal_says_so_and_offers_what_there_is():
    answer = Answer("find", "The notes don't mention Zun.", choices=(Choice("Kuryr", "Kuryr", 4),), refused=True)
    assert texts(views.message(answer)) == ["*The notes don't mention Zun.*", "The nearest I have:\n• Kuryr (4)"]
    assert views.message(answer)["text"] == "The notes don't mention Zun.\nThe nearest I have:\n• Kuryr (4)"


def test_what_leaves_out_its_topic_gets_examples_and_nothing_to_tell_the_note_keepers():
    asking = Answer("timeline", "What shall I follow?", choices=(Choice("Nova", "q", 4),), refused=True, asks=True)
    message = views.message(asking, ticket="T1")
    assert message["text"] == "What shall I follow?\nFor example:\n• Nova (4): “q”"
    assert list(buttons(message)) == [f"{names.CHOICE}0"]


def test_an_answer_with_a_ticket_has_buttons_that_pass_it_on():
    answer = Answer(
        "find",
        "H",
        lines=(Line("One.", TOKYO), Line("Two.", OTHER), Line("Three.", AUSTIN)),
        hits=(Hit(1, Source("a.md"), Passage("x")),),
        corrections=(Correction("kuyr", "Kuryr"),),
        scope=Scope(event="OpenStack Summit Tokyo 2015", city="Tokyo", person="Ann Lee"),
        choices=(Choice("Magnum", "what was said about Magnum", 12), Choice("long " * 30, "q")),
        more=7,
        size="M",
    )
    message = views.message(answer, ticket="T1", tweak=Tweak(page=2), private=True)
    assert list(buttons(message).items()) == [
        (f"{names.CHOICE}0", "Magnum (12)"),
        (f"{names.CHOICE}1", ("long " * 30)[:74].rstrip() + "…"),
        (f"{names.PAGE}1", "Back"),
        (f"{names.PAGE}3", "More (7)"),
        (names.EXACT, "Search instead for “kuyr”"),
        (f"{names.DROP}event", "✕ OpenStack Summit Tokyo 2015"),
        (f"{names.DROP}person", "✕ by Ann Lee"),
        (f"{names.SIZE}S", "S"),
        (f"{names.SIZE}M", "✓ M"),
        (f"{names.SIZE}L", "L"),
        (names.WHY, "Why this?"),
        (names.SHARE, "Share in channel"),
        (names.EXPORT, "Export"),
        (f"{names.PASSAGE}1", "Open passage [2]"),
        (f"{names.PASSAGE}2", "[3]"),
    ]
    assert f"Or did you mean:\n• {('long ' * 30).strip()}: “q”" in shown(message)
    assert "ask “more”" not in shown(message), "the button says so"
    assert "ask “more”" in message["text"]
    assert "Only: OpenStack Summit Tokyo 2015 · by Ann Lee · page 3" in texts(message)
    thumbs = message["blocks"][-1]["elements"][0]
    assert thumbs["action_id"] == names.RATE
    assert [thumbs[way]["value"] for way in ("positive_button", "negative_button")] == ["up:T1", "down:T1"]


def test_a_few_buttons_make_one_row():
    message = views.message(Answer("find", "H", (Line("One.", TOKYO),), more=3), ticket="T")
    assert [block["type"] for block in message["blocks"]] == [
        "section",
        "section",
        "context",
        "actions",
        "context_actions",
    ]
    assert list(buttons(message).values()) == ["More (3)", "Export"]


@pytest.mark.parametrize(
    ("answer", "tweak", "labels"),
    [
        (Answer("find", "Not there.", refused=True), Tweak(), ["Tell the note keepers"]),
        (Answer("find", "That is all.", refused=True), Tweak(page=1), ["Back"]),
        (Answer("find", "Exact.", corrections=(Correction("a", "b"),)), Tweak(exact=True), []),
        (Answer("thanks", "You’re welcome."), Tweak(), []),
    ],
)
def test_buttons_stand_only_where_they_do_something(answer, tweak, labels):
    message = views.message(answer, ticket="T", tweak=tweak, private=True)
    assert list(buttons(message).values()) == labels
    assert message["blocks"][-1]["type"] != "context_actions"


def test_a_shared_answer_names_the_sharer_and_the_question():
    message = views.message(Answer("find", "H"), shared_by="U0ANN", asked="what <is> it?")
    assert texts(message)[0] == "Shared by <@U0ANN>: “what &lt;is&gt; it?”"
    assert message["text"].startswith("Shared by <@U0ANN>: ")
    assert texts(views.message(Answer("find", "H"), shared_by="U0ANN> <!here"))[0] == "*H*"


def test_two_compared_sides_stand_next_to_each_other_under_their_section():
    lines = (
        Line("young", TOKYO, ((0, 5),), section="Kuryr", side="Tokyo"),
        Line("Not mentioned.", section="Kuryr", side="Austin"),
        Line("alone", AUSTIN, section="New", side="Austin"),
    )
    message = views.message(Answer("compare", "H", lines))
    pair = message["blocks"][1]
    assert pair["text"]["text"] == "*Kuryr*"
    left, right = (field["text"] for field in pair["fields"])
    assert left.startswith("*Tokyo*\n> *young*\n[1] <https://example.org/")
    assert right == "*Austin*\nNot mentioned."
    assert message["blocks"][2]["text"]["text"] == "*New*\n*Austin*\n> alone"


def test_the_names_of_two_columns_are_told_once():
    sources = [(side, Citation(f"{side}{n}.md", "")) for n in range(2) for side in ("Tokyo", "Austin")]
    odd = Line("more", AUSTIN, side="Austin")
    message = views.message(Answer("compare", "H", (*(Line("x", source, side=side) for side, source in sources), odd)))
    assert [text.split("\n")[0] for text in texts(message)[1:-1]] == ["*Tokyo*", "*Austin*", "> x", "> x", "*Austin*"]


def test_sides_too_long_for_two_columns_stand_one_after_the_other():
    lines = tuple(Line("word " * 500, source, side=side) for source, side in ((TOKYO, "Tokyo"), (AUSTIN, "Austin")))
    message = views.message(Answer("compare", "H", lines))
    assert not any("fields" in block for block in message["blocks"])
    assert [text.split("\n")[0] for text in texts(message)[1::2]] == ["*Tokyo*", "*Austin*"]


def test_a_chart_is_slacks_own_with_its_numbers_in_words():
    chart = Chart("Kuryr", "mentions", (("Tokyo", 4), ("Austin", 0)))
    message = views.message(Answer("timeline", "H", chart=chart))
    within_limits(message)
    assert message["blocks"][1]["chart"]["series"] == [
        {"name": "mentions", "data": [{"label": "Tokyo", "value": 4}, {"label": "Austin", "value": 0}]}
    ]
    assert texts(message)[1] == "█· Kuryr (mentions) – Tokyo: 4, Austin: 0"
    assert texts(message)[1] in message["text"]


@pytest.mark.parametrize("points", [(), (("a", 1), ("a", 2)), tuple((str(n), n) for n in range(21))])
def test_a_chart_that_slack_would_not_take_is_told_in_words(points):
    message = views.message(Answer("timeline", "H", chart=Chart("Kuryr", "mentions", points)))
    assert [block["type"] for block in message["blocks"]] == ["section", "context"]
    assert "Kuryr (mentions) – " in shown(message)


@pytest.mark.parametrize(
    ("confidence", "word"), [("sure", "Sure"), ("likely", "Likely"), ("nearest", "Nearest I have")]
)
def test_how_sure_an_answer_is_is_told_in_a_word(confidence, word):
    message = views.message(Answer("find", "H", scope=Scope(year="2015"), confidence=confidence))
    assert texts(message)[1] == f"{word} · Only: 2015"


def test_a_greeting_is_two_lines_that_say_what_to_ask():
    assert len(texts(views.greeting("/ask"))[0].split("\n")) == 2
    assert "`/ask help`" in shown(views.greeting("/ask"))


def test_prompts_are_at_most_four_questions():
    many = {str(n): Intent(str(n), "", f"question <!channel> {n}", lambda: Answer("", "")) for n in range(6)}
    prompts = views.prompts(many)
    assert len(prompts) == 4
    assert all(set(prompt) == {"title", "message"} for prompt in prompts)
    assert prompts[0]["title"].startswith("Question ")
    assert "<!channel" not in str(prompts)


def test_a_private_notice_is_small_and_formats_nothing():
    message = views.private_notice("Wait a *moment* <!here>")
    within_limits(message)
    assert [block["type"] for block in message["blocks"]] == ["context"]


@pytest.mark.parametrize(
    "hostile",
    [
        "<!channel> <!here> <!everyone>",
        "<@U0ANN> <#C0ENG> <!subteam^S1>",
        "<https://evil.example|click>",
        "a & b &lt;!channel&gt; &amp;",
        "*bold* _it_ ~gone~ `code` ```block```",
        "**twice** __twice__ ~~twice~~",
        "_*both*_ a*b*c *unclosed",
        "> quote\n&gt; quote",
        "@channel @here @everyone #general",
        ":tada: text :+1: 10:30:15 :100:",
        "a \u202eturned\u202c \u2066text\u2069 without an end \u202e",
        "<\u200b!channel> :\u200btada: \u200f\u2060hid\u00adden\ufeff \U000e0041",
    ],
)
def test_hostile_text_is_shown_as_it_is_wherever_it_stands(hostile):
    source = Citation(hostile, hostile, hostile, hostile, hostile, (hostile,), 1, 2, 0, hostile)
    answer = Answer(
        intent="find",
        heading=hostile,
        lines=(Line(hostile, source), Line(hostile)),
        corrections=(Correction(hostile, hostile),),
        scope=Scope(hostile, hostile, hostile, hostile, hostile),
        choices=(Choice(hostile, hostile),),
        notices=(hostile,),
        chart=Chart(hostile, hostile, ((hostile, 1),)),
    )
    report = Changes(added=(hostile,), problems=(Problem(hostile, hostile, hostile),))
    told = views.message(answer, asked=hostile, ticket="T", private=True)
    for message in (told, views.changes(report), views.sentence(hostile), views.private_notice(hostile)):
        assert not re.search("<[!@#]", json.dumps(message)), "nothing calls anybody, on buttons neither"
        for text in (*texts(message), message["text"]):
            assert not re.search(r"<(?!https?://[^<>|]+\|)", text), "no markup of Slack's but our own links"
            assert not re.search(r"&(?!amp;|lt;|gt;)", text)
            assert "`" not in text
            assert not re.search(r"(?<!\w):(tada|\+1|100):", text)
            assert not re.search("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", text), "nothing turns the text around"
            bare = re.sub(r"(?m)^\*.+?\*$|(?<=for )\*.+?\*(?=; search)", "", text)  # our own bold
            assert not re.search(r"(^|\s)[*_~]+[^\s\u200b*_~]", bare), "nothing opens a format"
            assert not re.search(r"[^\s\u200b*_~][*_~]+(\s|$)", bare), "nothing closes one"


def test_slack_is_told_not_to_look_for_names_links_and_previews():
    for message in (
        views.message(Answer("find", "@channel @here @everyone #general", (Line("@channel", TOKYO),))),
        views.sentence("@channel"),
        views.changes(Changes()),
        views.help(INTENTS),
    ):
        # bare words become mentions only with link_names, with parse=full, or in blocks that are not verbatim
        assert (message["link_names"], message["parse"]) == (False, "none")
        assert (message["unfurl_links"], message["unfurl_media"]) == (False, False)
        assert texts(message)  # which looks for verbatim
        assert message["text"].strip()


@pytest.mark.parametrize(
    ("text", "marks", "expected"),
    [
        ("Kuryr is", [(0, 5)], "> *Kuryr* is"),
        ("OpenStack", [(0, 4)], f"> *Open*{GAP}Stack"),
        ("OpenStack", [(4, 9)], f"> Open{GAP}*Stack*"),
        ("(Kuryr)", [(1, 6)], f"> ({GAP}*Kuryr*{GAP})"),
        ("網路容器", [(0, 2), (2, 4)], "> *網路容器*"),
        ("Fibre Channel, Cinder", [(0, 5), (6, 13), (15, 21)], f"> *Fibre Channel*{GAP}, *Cinder*"),
        ("nova_api *x*", [], f"> nova_api {GAP}*{GAP}x{GAP}*{GAP}"),
        ("a\nb", [(0, 1), (2, 3)], "> *a*\n> *b*"),
        ("x", [(5, 9)], "> x"),
        ("", [], "> "),
    ],
)
def test_matched_words_are_bold_even_inside_words(text, marks, expected):
    assert quoted(text, marks, 1000) == expected


def test_a_shortened_quote_keeps_the_words_that_matched():
    text = "lorem " * 100 + "Kuryr " + "ipsum " * 100
    cut = quoted(text, [(600, 605)], 200)
    assert size(cut) <= 200
    assert "*Kuryr*" in cut
    assert cut.startswith("> … ")
    assert cut.endswith(" …")
    assert quoted(text, [], 200).startswith("> lorem lorem")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "ftp://x.org",
        "https://",
        "file:///etc",
        "http://[",
        "https://x.org/" + "é" * 400,
    ],
)
def test_only_web_addresses_of_a_sane_length_become_links(url):
    assert link(url, "label") == "label"


def test_a_link_cannot_break_out_of_its_markup():
    assert link("https://x.org/a|b> <!channel> é", "label") == (
        "<https://x.org/a%7Cb%3E%20%3C!channel%3E%20%C3%A9|label>"
    )


def test_a_load_is_reported_with_every_rejected_file():
    report = Changes(
        added=("a.md", "b.md"),
        changed=("c.md",),
        unchanged=7,
        problems=(
            Problem("late.md", "has no date", "", rejected=False),
            Problem("x.pdf", "is encrypted", "save it without a password"),
        ),
    )
    assert texts(views.changes(report)) == [
        "The notes are loaded: 2 added, 1 changed, 0 removed, 7 unchanged, 1 rejected.",
        "0 notes from 0 events, in 0.0 seconds.",
        "Added: a.md, b.md",
        "Changed: c.md",
        "• Rejected: x.pdf: is encrypted: save it without a password\n• Loaded, but note: late.md: has no date",
    ]


def test_a_load_with_endless_trouble_is_still_one_message():
    files = tuple(f"folder/{number}.md" for number in range(5_000))
    report = Changes(files, files, files, 1, 1, 1, tuple(Problem(file, "r" * 900, "x" * 900) for file in files))
    message = views.changes(report)
    within_limits(message)
    assert re.search(r"… and \d+ more: see `recap status`", shown(message))


def test_help_shows_an_example_of_everything_that_can_be_asked():
    message = views.help(INTENTS)
    within_limits(message)
    for intent in INTENTS.values():
        assert (intent.help in shown(message)) == intent.listed
        assert not intent.listed or literal(intent.example) in shown(message)


def within_limits(message) -> None:
    """Slack's limits, first as its own library checks them, then as we know them."""
    blocks = message["blocks"]
    for block in Block.parse_all([block for block in blocks if block["type"] != "data_visualization"]):
        block.to_dict()
    assert not [*message_problems(blocks)]
    assert 0 < len(blocks) <= limits.MESSAGE_BLOCKS
    assert len(json.dumps(blocks, ensure_ascii=False)) <= limits.MESSAGE
    assert all(0 < len(text) <= limits.SECTION for text in texts(message))
    assert 0 < len(message["text"].strip()) <= limits.TEXT
    for block in blocks:
        assert len(block.get("elements", [0])) <= (10 if block["type"] == "context" else 25)
        assert all(0 < len(field["text"]) <= limits.SECTION_FIELD for field in block.get("fields", []))
        if block["type"] == "data_visualization":
            chart_within_limits(block)
    for label in buttons(message).values():
        assert 0 < utf16(label) <= limits.BUTTON_TEXT
    json.dumps(message).encode()


def chart_within_limits(block) -> None:
    (series,), axis = block["chart"]["series"], block["chart"]["axis_config"]
    labels = [point["label"] for point in series["data"]]
    assert labels == axis["categories"]
    assert len(set(labels)) == len(labels) <= limits.CHART_POINTS
    assert all(0 < utf16(label) <= limits.CHART_LABEL for label in (*labels, series["name"]))
    assert all(0 < utf16(label) <= limits.CHART_TITLE for label in (block["title"], axis["y_label"]))


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


nasty = st.sampled_from(
    [
        "",
        "Kuryr",
        "a & b < c > d",
        "`*_~" * 9,
        "<!channel>",
        "x" * 3_000,
        "wörd " * 300,
        "漢字" * 900,
        "😀" * 700,
        '"\\' * 500,
    ]
)
words = nasty | st.text('ab <>&*_~`:|\n"\\é漢😀', max_size=60)
citations = st.builds(
    Citation,
    file=words,
    title=words,
    event=words,
    date=words,
    author=words,
    heading=st.lists(words, max_size=4).map(tuple),
    first=st.integers(0, 10**6),
    last=st.integers(0, 10**6),
    page=st.integers(0, 2),
    url=st.sampled_from(["", "https://x.org", "https://x.org/" + "a&b=" * 140, "https://x.org/" + "é|<>" * 30]),
)


@st.composite
def lines(draw) -> Line:
    text = draw(words)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
    marks = tuple((a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False) if a < b)
    section, side = draw(st.just("") | words), draw(st.sampled_from(["", "", "L", "R", "<!here>" * 40]))
    return Line(text, draw(st.none() | citations), marks, section, side)


charts = st.builds(Chart, words, words, st.lists(st.tuples(words, st.integers(0, 10**6)), max_size=30).map(tuple))
answers = st.builds(
    Answer,
    intent=words,
    heading=words,
    lines=st.lists(lines(), max_size=12).map(tuple) | st.lists(lines(), max_size=3).map(lambda few: tuple(few) * 30),
    corrections=st.lists(st.builds(Correction, words, words), max_size=7).map(tuple),
    scope=st.builds(Scope, words, words, words, words, words),
    choices=st.lists(st.builds(Choice, words, words, st.integers(0, 99)), max_size=12).map(tuple),
    notices=st.lists(words, max_size=7).map(tuple),
    refused=st.booleans(),
    more=st.integers(0, 99),
    confidence=st.sampled_from(get_args(Confidence)),
    size=st.sampled_from(get_args(Size)),
    chart=st.none() | charts,
    hits=st.just(()) | st.just((Hit(1, Source("a.md"), Passage("x")),)),
)
tweaks = st.builds(Tweak, page=st.integers(0, 9), exact=st.booleans())


@pytest.mark.parametrize("lines", [1, 30], ids=["with its source below", "with its source in one block"])
def test_the_longest_quote_under_the_longest_headings_fits_its_block(lines):
    source = Citation(
        "f" * 999, "t" * 999, "e" * 999, "d" * 99, "a" * 999, ("h" * 999,) * 9, url="https://x.org/" + "a" * 580
    )
    headed = {"section": "s" * 999, "side": "i" * 999}
    long = Line("x" * 9_000, source, **headed), Line("ours " * 2_000, **headed)
    few = tuple(Line("y", Citation(f"{n}.md", ""), section="S") for n in range(lines))
    message = views.message(Answer("compare", "H", (*long, *few)))
    within_limits(message)
    assert size(shown(message)) > 2_500


@settings(max_examples=80, deadline=None)
@given(
    answers, words, st.sampled_from(["", "ticket-_1"]), tweaks, st.booleans(), st.sampled_from(["", "U0ANN", "<!here>"])
)
def test_any_answer_is_one_message_within_slacks_limits(answer, asked, ticket, tweak, private, sharer):
    message = views.message(answer, asked=asked, ticket=ticket, tweak=tweak, private=private, shared_by=sharer)
    within_limits(message)
    assert bool(ticket) or not buttons(message)
    assert "<!" not in json.dumps(message)
    for block in message["blocks"]:
        for element in block["elements"] if block["type"] == "actions" else []:
            assert element["value"] == ticket
            assert "fields" not in element


@settings(max_examples=30, deadline=None)
@given(st.lists(words.filter(str.strip), min_size=1, max_size=20))
def test_quotes_are_shortened_but_sources_never(quotes):
    sources = [
        Citation(
            f"notes/{number}.md",
            f"Title {number}",
            f"Event {number}",
            "2015-10-27",
            "Ann Lee",
            ("Top", "Sub"),
            1,
            9,
        )
        for number in range(len(quotes))
    ]
    answer = Answer("find", "H", tuple(Line(text, source) for text, source in zip(quotes, sources, strict=True)))
    message = views.message(answer)
    within_limits(message)
    for number, source in enumerate(sources, 1):
        known = f"{source.title} · {source.event} · 2015-10-27 · Ann Lee · Top › Sub · {source.file} lines 1–9"
        assert f"[{number}] {known}" in shown(message)
    assert "did not fit" not in shown(message)


def test_quotes_that_fit_are_word_for_word():
    quotes = ["Kuryr & Nova <3 *much* &amp; `code`", "* nova_compute ~ 2 * 3 * 4", "Zwei\nZeilen"]
    answer = Answer("find", "H", tuple(Line(text, TOKYO if n else AUSTIN) for n, text in enumerate(quotes)))
    body = read(shown(views.message(answer)))
    for text in quotes:
        assert "> " + text.replace("\n", "\n> ").replace("`", "ˋ") in body


@pytest.mark.parametrize("count", [60, 400])
def test_more_quotes_than_a_message_holds_are_counted(count):
    source = [Citation(f"notes/{number}.md", f"Title {number}", first=1, last=9) for number in range(count)]
    message = views.message(Answer("find", "H", tuple(Line("word " * 100, one) for one in source)))
    within_limits(message)
    left = re.search(r"(\d+) more did not fit", shown(message))
    assert left
    assert len(set(re.findall(r"\[\d+\] ", shown(message)))) == count - int(left.group(1)) >= 30


@settings(deadline=None)
@given(st.text('ab <>&*_~`:\n"\\é漢😀', max_size=200), st.integers(0, 50))
def test_clipped_text_has_no_more_than_its_share(text, limit):
    assert size(clip(text, limit)) <= max(limit, 4)
