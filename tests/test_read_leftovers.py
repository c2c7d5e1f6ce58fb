"""Marks that blog engines leave in a text, and brackets that are the author's own."""

import pytest

from store.read import parse
from store.read.leftovers import without

MARKS = [
    "[video:youtube:aB3_x?t=508]",
    "[image:282]",
    "[pagebreak]",
    "[TOC]",
    '[caption id="attachment_7" align="left" width="300"]',
    "[gallery ids='1,2,3']",
    "[/caption]",
    '{:target="_blank"}',
    "{: .note #top}",
    "{:toc}",
    "{.lead-in}",
    '{{ tweet user="ada" id="12" }}',
    "{{ site.url }}",
    "{% include head.html %}",
    "[^1]",
    "[^a-note]",
    "<!-- more -->",
]


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("suffix", [".md", ".txt", ".html"])
def test_a_mark_goes_and_the_words_around_it_stay(mark, suffix):
    blocks = parse(f"note{suffix}", f"Kuryr works.{mark}\n\nSo {mark} it is ready, they said.".encode()).blocks
    assert " ".join(block.text for block in blocks) == "Kuryr works. So it is ready, they said."


@pytest.mark.parametrize(
    "text",
    [
        "It [the cloud] grew [sic].",
        "A set {a, b} and {braces} stay.",
        "{{ braces }} and {{x}}",
        "returns {:ok, pid} [note: twice]",
        "see [image] and [1] and [x]",
        "in [/etc] or [y := f(x), y**2]",
        "`[^1]` and `{.a}` and `{% raw %}`",
        "```\n{% include x %}\n[image:1]\n```",
        "Unclosed {% and <!-- and [caption id='x' and {{<",
    ],
)
def test_what_is_no_mark_stays(text):
    assert without(text) == text


def test_what_a_caption_says_stays():
    text = '[caption id="a1" width="300"]<img src="a.png" /> The hall on Tuesday[/caption]\n\nText.'
    assert [block.text for block in parse("note.md", text.encode()).blocks] == ["The hall on Tuesday", "Text."]


@pytest.mark.parametrize("suffix", [".md", ".txt"])
def test_a_footnote_keeps_its_words(suffix):
    blocks = parse(f"note{suffix}", b"Kuryr works.[^1]\n\n[^1]: So they said.").blocks
    assert [block.text for block in blocks] == ["Kuryr works.", "So they said."]


def test_links_with_the_name_of_a_mark_stay_links():
    text = b"See [video](http://x.y), [slides: all](http://x.z) and [image][1].\n\n[1]: http://x.w"
    assert parse("note.md", text).blocks[0].text == "See video, slides: all and image."


def test_lines_stay_where_they_were():
    assert without("a\n{{< figure\n  src='x' >}}\nb").split("\n").index("b") == 3


@pytest.mark.parametrize("sign", ["<!--", "{%", "{{<", "{:.a ", "[caption ", "[a b='x' ", "[^", "`", "[embed]"])
def test_endless_signs_are_survived(sign):
    assert without(sign * 50_000) == sign * 50_000
