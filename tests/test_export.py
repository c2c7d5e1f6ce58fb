"""An answer as Markdown: whole documents compared, and hostile text read back through a Markdown reader."""

import html
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.export import literal, markdown
from intents.base import Answer, Chart, Choice, Citation, Correction, Line

TOKYO = Citation(
    "2015/tokyo_1.md", "Kuryr in Tokyo", "Tokyo 2015", "2015-10-27", "Ann Lee", ("Day 1",), 3, 9, 0, "https://x.org/a b"
)
SLIDES = Citation("slides.pdf", "", page=4)


def test_a_whole_answer_is_a_document_with_its_sources():
    answer = Answer(
        "compare",
        "Kuryr at Tokyo and Austin",
        lines=(
            Line("Kuryr *joins* containers.", TOKYO),
            Line("Two\nlines.", SLIDES),
            Line("Not mentioned at Austin.", section="Austin"),
            Line("young", TOKYO, section="Said", side="Tokyo"),
            Line("grown", SLIDES, section="Said", side="Austin"),
        ),
        corrections=(Correction("kuyr", "Kuryr"),),
        notices=("Searched 9 notes.",),
        chart=Chart("Kuryr", "mentions", (("Tokyo", 4), ("Austin", 0))),
        choices=(Choice("Magnum", "magnum"),),
    )
    assert markdown(answer, "kuyr?") == (
        "# Kuryr at Tokyo and Austin\n\nAsked: kuyr?\n\nRead “kuyr” as “Kuryr”.\n\n"
        "| Kuryr | mentions |\n| --- | ---: |\n| Tokyo | 4 |\n| Austin | 0 |\n\n"
        "## Tokyo 2015\n\n> Kuryr \\*joins\\* containers. \\[1\\]\n\n> Two\\\n> lines. \\[2\\]\n\n"
        "## Austin\n\nNot mentioned at Austin.\n\n"
        "## Said\n\n- **Tokyo**\n\n  > young \\[1\\]\n\n- **Austin**\n\n  > grown \\[2\\]\n\n"
        "Searched 9 notes.\n\n"
        "## Sources\n\n"
        "1. [Kuryr in Tokyo](<https://x.org/a%20b>) · Tokyo 2015 · 2015-10-27 · Ann Lee · Day 1"
        " · 2015/tokyo\\_1.md:3-9\n2. slides.pdf, page 4\n"
    )


reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def read(document: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", reader.render(document))).strip()


HOSTILE = [
    "<script>alert(1)</script> <b>x</b> <!-- y --> &lt; &amp;",
    "[x](http://evil.example) ![y](http://evil.example/p.png) <http://evil.example>",
    "[1]: http://evil.example",
    "http://evil.example www.evil.example me@evil.example",
    "# heading",
    "---",
    "===",
    "- item",
    "+ item",
    "12) item",
    "1986. A year.",
    "> quote",
    "| a | b |",
    "*a* **b** _c_ ~~d~~ `e` ```f``` \\",
    "<!channel> <@U0ANN>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_stands_in_notes_is_read_back_as_it_stood(text):
    rendered = reader.render(literal(text))
    assert read(literal(text)) == text
    assert re.findall(r"<[^>]+>", rendered) == ["<p>", "</p>"]


@settings(max_examples=150, deadline=None)
@given(st.text("ab1 #-+=.)(<>&[]!|*_~`:/@\\\n\"'\t", max_size=40))
@example("1.\n- x")
def test_no_text_formats_or_links_in_a_quote_a_title_or_a_table(text):
    source = Citation(text, text, text, text, text, (text,), url=text)
    chart = Chart(text, text, ((text, 1),))
    answer = Answer("find", text, (Line(text, source), Line(text, section=text, side=text)), chart=chart)
    rendered = reader.render(markdown(answer, text))
    ours = "h1|h2|p|blockquote|ol|ul|li|strong|table|thead|tbody|tr|th|td|br"
    foreign = re.sub(rf"</?(?:{ours})(?: style=\"text-align:right\")?(?: /)?>", "", rendered)
    assert "<" not in foreign, "only our own elements, and no link"


def test_an_address_that_is_no_web_address_is_no_link():
    said = Line("x", Citation("a.md", "A", url="javascript:alert(1)"))
    assert "](" not in markdown(Answer("find", "h", (said,)))


def test_an_empty_answer_is_a_heading():
    assert markdown(Answer("thanks", "")) == "# Recap\n"
