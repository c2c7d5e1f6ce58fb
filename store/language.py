"""Which language a text is in, by its script or its commonest small words."""

import re
from collections import Counter

SAMPLE_LETTERS = 6000
_LEAST_WORDS, _LEAST_SHARE, _LEAD = 4, 0.05, 1.4

_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)
_SMALL_WORDS = {
    "en": "the and of to in is that for with was on are this be it as from at by we have were not",
    "de": "der die das und ist nicht mit ein eine für auf wir den dem von zu im sich auch wurde es als bei",
    "fr": "le la les des et est une pour dans que qui sur avec nous pas du au aux été ce cette en",
    "es": "el la los las y es una para en que con por del se no como más fue nos este de",
    "it": "il la gli che e è una per con del della di non sono nel alla più anche si le i",
    "pt": "o os as e é uma para em que com por do da dos das não mais foi no na ao",
    "nl": "de het een en is van voor met dat niet op zijn wij er ook aan te om bij naar",
    "vi": "và của là các được cho một có trong không những với này đã tại người khi để về năm",
    "pl": "i w na z że do się nie jest to o jak dla po od są oraz tym przez było",
    "cs": "a v na se že je s z do o to pro jsou byl jako ale které i po od bylo",
}
_LANGUAGES: dict[str, tuple[str, ...]] = {}
for _code, _words in _SMALL_WORDS.items():
    for _word in _words.split():
        _LANGUAGES[_word] = (*_LANGUAGES.get(_word, ()), _code)
SMALL_WORDS = frozenset(_LANGUAGES)
"""The commonest words of these languages, in lower case."""


def language_of(text: str) -> str:
    """ISO 639-1 code of the language of a text's beginning, or nothing if it is unclear.

    >>> language_of("Wir waren auf dem Summit und die Vorträge waren gut."), language_of("Kuryr, Magnum")
    ('de', '')
    """
    sample = text[:SAMPLE_LETTERS]
    letters = sum(map(str.isalpha, sample)) or 1
    for code, script in _SCRIPTS:
        if not sample.isascii() and len(script.findall(sample)) > 0.1 * letters:
            return code
    found = re.findall(r"[^\W\d_]+", sample.lower())
    votes = Counter(code for word in found for code in _LANGUAGES.get(word, ()))
    (first, most), (_, next_most) = (*votes.most_common(2), ("", 0), ("", 0))[:2]
    clear = most >= max(_LEAST_WORDS, _LEAST_SHARE * len(found)) and most >= _LEAD * next_most
    return first if clear else ""
