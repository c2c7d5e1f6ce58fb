"""What blog engines leave in a text for themselves: shortcodes, template tags, attributes, footnote marks."""

import re

_NAMES = (
    r"(?:audio|caption|embed|file|gallery|gist|image|img|instagram|media|playlist|slideshare|soundcloud"
    r"|tweet|twitter|video|vimeo|youtube)"
)
_QUOTED = r"(?:\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'|[“”″][^“”″\n]{0,300}[“”″])"
_ATTRIBUTE = rf"(?:[.#][A-Za-z][\w-]{{0,60}}|[\w-]{{1,40}}=(?:{_QUOTED}|[\w.%-]{{1,60}}))"

_KEPT = (
    r"^[ ]{0,3}(?P<fence>```|~~~)[^`\n]*\n.*?(?:^[ ]{0,3}(?P=fence)|\Z)",
    r"(?<!`)(?P<tick>`{1,3})(?!`)[^\n]{1,300}?(?<!`)(?P=tick)(?!`)",
)
"""Code, in which nothing is left over: it means what it says."""

_DROPPED = (
    r"<!--(?:(?!-->|<!--).){0,3000}-->",
    r"\{%(?:(?!%\}|\{%).){0,500}%\}",  # Jekyll: {% include x.html %}
    r"\{\{[<%](?:(?!\}\}|\{\{).){0,500}[%>]\}\}",  # Hugo: {{< figure src="x" >}}
    r"\{\{-?\s?[a-z]\w{0,40}(?:\.\w{1,40})+[^{}\n]{0,200}\}\}",  # Liquid: {{ site.url }}
    rf"\{{\{{-?\s?\w{{1,40}}(?:\s{{1,9}}[\w-]{{1,40}}={_QUOTED})+\s?\}}\}}",
    rf"(?<!\{{)\{{(?::\s?(?:{_ATTRIBUTE}|toc|no_toc)|[.#][A-Za-z][\w-]{{0,60}})(?:\s{{1,9}}{_ATTRIBUTE})*\s?\}}(?!\}})",
    r"\[\[?_?TOC_?\]?\]|\[(?:page-?break|next-?page|teaser-?break)\](?![(\[:])",
    rf"\[{_NAMES}:[^\s\[\]]{{1,300}}\](?![(\[:])",
    rf"\[[a-z][\w-]{{1,30}}(?:\s{{1,9}}[\w-]{{1,40}}={_QUOTED})+[^\[\]\n]{{0,200}}\](?![(\[:])",
    rf"\[{_NAMES}\](?=[^\[\]]{{0,300}}\[/)|\[/{_NAMES}\]",
    r"^[ ]{0,3}\[\^[\w-]{1,40}\]:[ \t]+(?=\S+[ \t]+\S)|\[\^[\w-]{1,40}\](?!:)",
)
_MARK = re.compile("|".join((*_KEPT, *_DROPPED)), re.DOTALL | re.MULTILINE)
_SIGNS = ("[", "{", "<!--")


def without(text: str) -> str:
    """The text less such marks, with its lines where they were; code in fences and backticks stays as it is.

    >>> without("[image:282]Kuryr[^1] is `[^1]` {here}{:.x}[caption id='3']so it is[/caption]")
    'Kuryr is `[^1]` {here}so it is'
    """
    return _MARK.sub(_left, text) if any(sign in text for sign in _SIGNS) else text


def _left(match: re.Match[str]) -> str:
    return match.group() if match["fence"] or match["tick"] else "\n" * match.group().count("\n")
