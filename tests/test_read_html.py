"""HTML: the article of a page and nothing around it; all of a fragment."""

import pytest

from store.errors import NoteError
from store.read import parse

PAGE = """<!DOCTYPE html>
<html lang="en-GB">
<head>
  <title>Recap of Tokyo | Some Company</title>
  <meta name="author" content="Ada Byron">
  <meta property="og:title" content="Recap of Tokyo">
  <meta property="article:published_time" content="2015-11-02T10:00:00Z">
  <link rel="canonical" href="https://example.org/tokyo">
  <style>p { color: red }</style><script>var menu = "x";</script>
</head>
<body class="has-sidebar">
<header class="site-header"><a href="/">Some Company</a></header>
<nav><ul><li><a href="/a">Products</a></li><li><a href="/b">Pricing</a></li></ul></nav>
<div id="cookie-notice" role="dialog"><p>We use cookies to improve your visit. <button>Accept</button></p></div>
<div class="breadcrumbs"><a href="/">Home</a> &gt; <a href="/blog">Blog</a></div>
%s
<div class="related-posts"><h3>Read next</h3><p>Ten reasons to buy our cloud today.</p></div>
<section id="comments"><h2>2 comments</h2><article class="comment"><p>First!</p></article></section>
<aside>Subscribe to our newsletter</aside>
<form><label>Search</label><input></form>
<footer><p>Copyright Some Company</p></footer>
</body></html>"""

TEXT = """
<h1>Recap of Tokyo</h1>
<p>Kuryr brings Neutron to <a href="x">containers</a>,
   said the keynote on Tuesday.</p>
<h2>Day&nbsp;1</h2>
<p>Magnum is ready for production, and many people came to hear it.</p>
<ul><li>One</li><li><p>Two</p></li></ul>
"""


@pytest.mark.parametrize(
    "around",
    [
        "<article class='post comments-open'>%s</article>",
        "<main>%s</main>",
        "<div role='main'>%s</div>",
        "<div class='wrap'><div class='content'>%s</div><div class='menu'><a href='/x'>Jobs</a></div></div>",
        "<main><article>%s<div class='share'>Share this</div></article><div>Unmarked teaser</div></main>",
        "<div><p>%s</p></div>",
    ],
)
def test_of_a_whole_page_only_the_article_is_kept(around):
    document = parse("page.html", (PAGE % (around % TEXT)).encode())
    assert [(block.kind, block.text) for block in document.blocks] == [
        ("heading", "Recap of Tokyo"),
        ("paragraph", "Kuryr brings Neutron to containers, said the keynote on Tuesday."),
        ("heading", "Day 1"),
        ("paragraph", "Magnum is ready for production, and many people came to hear it."),
        ("item", "One"),
        ("item", "Two"),
    ]


def test_the_head_of_a_page_tells_title_author_date_address_and_language():
    document = parse("page.html", (PAGE % f"<article>{TEXT}</article>").encode())
    assert (document.title, document.language) == ("Recap of Tokyo", "en-GB")
    assert document.meta["author"] == "Ada Byron"
    assert document.meta["date"] == "2015-11-02T10:00:00Z"
    assert document.meta["url"] == "https://example.org/tokyo"


def test_lines_are_those_of_the_file():
    lines = (PAGE % f"<article>{TEXT}</article>").split("\n")
    for block in parse("page.html", "\n".join(lines).encode()).blocks:
        held = " ".join(lines[block.first - 1 : block.last]).replace("&nbsp;", " ")
        assert block.text.split()[0] in held
        assert block.text.split()[-1].strip(".") in held


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("<p>One &amp; t<b>w</b>o</p>three", [("paragraph", "One & two"), ("paragraph", "three")]),
        ("<p><strong>Day 1</strong></p><p>Text</p>", [("heading", "Day 1"), ("paragraph", "Text")]),
        ("<p><strong>All of it is bold.</strong></p>", [("paragraph", "All of it is bold.")]),
        ("a<br>b<br/>\n<br>c", [("paragraph", "a b"), ("paragraph", "c")]),
        ("<pre>x = 1\n  y</pre>", [("code", "x = 1\n  y")]),
        ("<table><tr><th>A</th><th>B</th></tr></table>", [("item", "A | B")]),
        ("<table><tr><td><p>c</p></td><td>d</td></tr></table>", [("item", "c | d")]),
        ("<table><tr><td><h2>Head</h2><p>Text</p></td></tr></table>", [("heading", "Head"), ("paragraph", "Text")]),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", [("item", "a"), ("item", "b")]),
        ("<dl><dt>Kuryr</dt><dd>a bridge</dd></dl>", [("paragraph", "Kuryr"), ("item", "a bridge")]),
        ("<p>a<script>b</script><!-- c -->d<img alt='e'><iframe>f</iframe></p>", [("paragraph", "ad")]),
        ("<div class='menu'>Soup, then fish</div>", [("paragraph", "Soup, then fish")]),
        ("<aside>Said aside</aside><p>b</p>", [("paragraph", "Said aside"), ("paragraph", "b")]),
        ("Hội nghị <i>ở</i> Đà&nbsp;Nẵng", [("paragraph", "Hội nghị ở Đà Nẵng")]),
    ],
)  # fmt: skip
def test_a_fragment_keeps_all_of_its_words(text, blocks):
    assert [(block.kind, block.text) for block in parse("piece.html", text.encode()).blocks] == blocks


def test_a_page_without_landmarks_keeps_all_of_its_words():
    body = "<h1>Title</h1><p>Short.</p><div>Loose words</div><ul><li><a href='x'>A talk</a></li></ul>"
    page = f"<html><body>{body}</body></html>"
    assert [block.text for block in parse("page.html", page.encode()).blocks] == [
        "Title",
        "Short.",
        "Loose words",
        "A talk",
    ]


def test_front_matter_stands_above_html_too():
    document = parse("page.html", b"---\ntitle: T\n---\n<p>Text</p>")
    assert (document.title, document.blocks[0].text, document.blocks[0].first) == ("T", "Text", 4)


def test_nesting_that_would_lose_text_is_refused():
    with pytest.raises(NoteError, match="nested too deeply"):
        parse("page.html", b"<div>" * 10_000 + b"text")


@pytest.mark.parametrize("piece", ["<b>", "<p>a", "<table><tr><td>", "</div>", "<br>", "<a href=x>y</a>", "&amp;"])
def test_many_tags_are_survived(piece):
    assert parse("page.html", f"<html><body><p>Words.</p>{piece * 600}".encode()).blocks[0].text.startswith("Words.")


OTHERS = "".join(f"<p><a href='/{n}'>Days in Tokyo {n}</a></p>" for n in range(4))


@pytest.mark.parametrize("around", ["{text}<p>See also in this series:</p>{links}", "<h1>Top</h1>{links}{text}"])
def test_a_list_of_links_that_opens_or_closes_an_article_is_left_out(around):
    text = f"<p>Kuryr is ready for production, said the keynote.</p><p>{'Many people came. ' * 20}</p>"
    page = f"<html><body><article>{around.format(text=text, links=OTHERS)}</article></body></html>"
    blocks = parse("page.html", page.encode()).blocks
    assert [block.text.split()[0] for block in blocks if block.level == 0] == ["Kuryr", "Many"]


def test_an_article_about_links_keeps_them():
    page = f"<html><body><article><p>What people wrote:</p>{OTHERS}</article></body></html>"
    assert len(parse("page.html", page.encode()).blocks) == 5


def test_a_footnote_mark_is_no_part_of_the_word_before_it():
    text = "<p>Kuryr<sup><a href='#fn:1'>1</a></sup> and <a href='#fn'>notes</a></p>"
    assert parse("piece.html", text.encode()).blocks[0].text == "Kuryr and notes"
