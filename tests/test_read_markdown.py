"""Markdown as people write it: front matter, tight headings, HTML, tables and links."""

from datetime import UTC, date, datetime

import pytest

from store.read import parse


def blocks_of(text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in parse("note.md", text.encode()).blocks]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("One\ntwo  \nthree.", [("paragraph", "One two three.")]),
        ("# One #\n\nTwo\n===\n\nThree\n---", [("heading", "One"), ("heading", "Two"), ("heading", "Three")]),
        ("##Tight\nText.", [("heading", "Tight"), ("paragraph", "Text.")]),
        ("#1 on the list", [("paragraph", "#1 on the list")]),
        ("**Day 1**\n\nText.", [("heading", "Day 1"), ("paragraph", "Text.")]),
        ("**Really a sentence.**", [("paragraph", "Really a sentence.")]),
        ("**Bold** and not", [("paragraph", "Bold and not")]),
        ("- one\n- two\n  more\n    - three", [("item", "one"), ("item", "two more"), ("item", "three")]),
        ("1. one\n2. two", [("item", "one"), ("item", "two")]),
        ("> quoted\n> words", [("paragraph", "quoted words")]),
        ("| A | B |\n| - | - |\n| `c` | **d** |\n|  | e |", [("item", "A | B"), ("item", "c | d"), ("item", "e")]),
        ("```yaml\na: 1\n\n## b\n```", [("code", "a: 1\n\n## b")]),
        ("    indented code\n", [("code", "indented code")]),
        ("See [the *docs*](http://x.y) and <http://z.y>.", [("paragraph", "See the docs and http://z.y.")]),
        ("Text[[1]][1] here ![a picture](p.png).\n\n[1]: http://x", [("paragraph", "Text here .")]),
        ("![only a picture](p.png)\n\nText.", [("paragraph", "Text.")]),
        ("*A &amp; B* &#8217; `c`", [("paragraph", "A & B ’ c")]),
        ("A<br>b <span class='x'>c</span><!-- more --> d", [("paragraph", "A b c d")]),
        ("A <script>alert(1)</script> b", [("paragraph", "A b")]),
        ("Text.\n\n<!-- more -->\n\n<iframe src='x'>no</iframe>\n\n{% youtube abc %}", [("paragraph", "Text.")]),
        ("{{< figure src='x' >}}\nText with {{ braces }}.", [("paragraph", "Text with {{ braces }}.")]),
        ("---\n\nText after a rule.\n\n***\n", [("paragraph", "Text after a rule.")]),
    ],
)
def test_markup_goes_and_words_stay(text, blocks):
    assert blocks_of(text) == blocks


def test_a_body_of_html_is_read_as_html():
    text = (
        "---\ntitle: T\n---\n<h2>Talks</h2>\n<p>An <b>intro</b>:</p>\n<ul>\n  <li>One</li>\n\n    <li>Two</li>\n</ul>\n"
    )
    document = parse("note.md", text.encode())
    assert [(b.kind, b.text, b.first) for b in document.blocks] == [
        ("heading", "Talks", 4),
        ("paragraph", "An intro:", 5),
        ("item", "One", 7),
        ("item", "Two", 9),
    ]


def test_lines_count_from_the_top_of_the_file():
    text = "---\ntitle: T\n---\n\n# Head\n\nOne\ntwo.\n\n- item\n  goes on\n\n```\ncode\n```\n"
    lines = [(b.kind, b.first, b.last) for b in parse("note.md", text.encode()).blocks]
    assert lines == [("heading", 5, 5), ("paragraph", 7, 8), ("item", 10, 11), ("code", 13, 15)]


@pytest.mark.parametrize(
    ("front", "meta"),
    [
        ("---\nTitle: A\ndate: 2015-10-27\n---\n", {"title": "A", "date": date(2015, 10, 27)}),
        ("---\ntags: [a, 2]\nauthor: B\n---\n", {"tags": ["a", 2], "author": "B"}),
        ("---\ndeep: {a: {b: c}}\ntitle: A\n---\n", {"title": "A"}),
        ("---\n---\n", {}),
        ("---   \ntitle: A\n-----\n", {"title": "A"}),
        ('+++\ntitle = "A"\n+++\n', {"title": "A"}),
        ("+++\ndate = 2015-10-27T10:00:00Z\n+++\n", {"date": datetime(2015, 10, 27, 10, tzinfo=UTC)}),
        ("Title: A\nDate: 2016-10-29 10:00\n\n", {"title": "A", "date": "2016-10-29 10:00"}),
        ("Tags: x,\n  y\n\n", {"tags": "x, y"}),
    ],
)  # fmt: skip
def test_front_matter_of_every_kind_becomes_meta(front, meta):
    document = parse("note.md", (front + "The text.").encode())
    assert document.meta == meta
    assert [block.text for block in document.blocks] == ["The text."]
    assert document.blocks[0].first == front.count("\n") + 1
    assert document.remarks == ()


@pytest.mark.parametrize(
    "front",
    [
        "---\ntitle: A: B: [c\nauthor: Ada\n---\n",
        "---\nauthor: Ada\nrun: !!python/object/apply:os.system ['false']\n---\n",
        "---\nauthor: Ada\nx: y\n\t- z\n---\n",
        "+++\nauthor: Ada\n+++\n",
        "---\nauthor: Ada\nx: " + "[a, " * 5000 + "\n---\n",
    ],
)
def test_broken_front_matter_is_told_and_the_text_kept(front):
    document = parse("note.md", (front + "The text.").encode())
    assert [(block.text, block.first) for block in document.blocks] == [("The text.", front.count("\n") + 1)]
    assert "front matter" in document.remarks[0]
    assert document.meta["author"] == "Ada"


def test_aliases_that_multiply_are_harmless():
    bomb = "".join(
        f"{b}: &{b} [" + ", ".join([f"*{a}"] * 9) + "]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    document = parse("note.md", f"---\na: &a [x]\n{bomb}title: A\n---\nThe text.".encode())
    assert document.meta == {"a": ["x"], "title": "A"}


@pytest.mark.parametrize("text", ["---\nJust prose.\n---\n\nMore.", "---\nNeutron: got faster.\n\nMore."])
def test_rules_that_are_no_front_matter_leave_the_text_alone(text):
    document = parse("note.md", text.encode())
    assert document.meta == {}
    assert " ".join(block.text for block in document.blocks).endswith("More.")
    assert len(document.blocks) == 2


@pytest.mark.parametrize("opening", [">", "- ", "[", "*a ", "<b>", "| ", "`", "![", "&"])
def test_deep_nesting_and_long_lines_are_survived(opening):
    document = parse("note.md", ("words " * 20_000 + "\n\n" + opening * 30_000 + "\n\nThe end.").encode())
    assert document.blocks[-1].text == "The end."


@pytest.mark.parametrize("below", ["", "More.\n\n---\n\n"])
def test_front_matter_that_is_never_closed_ends_at_the_first_empty_line(below):
    text = f"---\ntitle: Tokyo\nauthor: Ada\ntags:\n- a\n\n{below}The text."
    document = parse("note.md", text.encode())
    assert (document.title, document.meta["author"]) == ("Tokyo", "Ada")
    assert " ".join(block.text for block in document.blocks) == " ".join(
        [*below.replace("---", "").split(), "The text."]
    )
    assert document.blocks[0].first == 7
    assert "closing" in document.remarks[0]
