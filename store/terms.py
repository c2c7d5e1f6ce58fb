"""From typed words to terms: what each may be called in the notes, and how much it says."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files
from itertools import pairwise

from store.spelling import MAX_CORRECTED, Spelling, Vocabulary, commonness, is_correctable, keystroke_cost, likely
from store.text import stem

ALIAS = 0.9
"""What another name for the same thing counts beside the typed one."""
MAX_COST = {4: 1.0, 5: 1.0, 6: 1.25, 7: 1.25}
LONG_MAX_COST = 2.2
"""How many keystrokes a correction may cost by the word's length; a dearer one is no correction but a guess."""
WRONG_FIRST_FROM, WRONG_FIRST_COST = 5, 1.5
"""Letters from which one keystroke may be wrong at the beginning, too, where no word is nearer."""
MANY_WORDS, TWICE_FROM, TWICE_COST = 5, 6, 2.7
"""Where a question has many words, one of them may be mistyped twice from so many letters on: the others tell
whether it was read rightly. A lone word that far from any other is more likely a name that the notes do not have."""
EVERYDAY = 0.2
"""What it costs more to take a word for one that is no name: what is looked up mostly is one."""
USUAL, MOST_USUAL = 0.08, 0.8
"""How much likelier a word of a description is for each doubling of the passages that hold it, and at most."""
COMPANY_MAX_COST = 2.0
"""What a correction may cost where the word before or after it vouches for it."""
MIN_PART = 3
"""The shortest part a run-together word is split into."""
SMALL_WORDS = frozenset(
    "a an the and or but nor not of in on at by for with from to into onto over under about as than then so if "
    "is are was were be been being am do does did done has have had having can could will would shall should may "
    "might must it its this that these those there here he she they we you i me my our your his her their them us "
    "who whom whose which what when where why how".split()
)
"""Words that say nothing of a topic: never looked up, never the reading of a misspelt word."""


@cache
def common_stems() -> frozenset[str]:
    """The stems of everyday English words."""
    return frozenset(map(stem, listed_words("common_words.txt")))


def listed_words(name: str) -> list[str]:
    """The words of a list that ships with Recap; lines that begin with # are remarks."""
    text = files("store").joinpath("data", name).read_text(encoding="utf-8")
    return " ".join(line for line in text.splitlines() if not line.startswith("#")).split()


@dataclass(frozen=True, slots=True)
class Form:
    """A way in which the notes may put a term: consecutive stems, and what they count (at most 1)."""

    stems: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked for. No forms: the notes do not have it. ``weight`` is its idf, in nats.

    ``correction`` is the word it was read as, where that is not the one typed; ``times`` is what saying it again
    makes of its weight in the order of passages (1 where it is said once).
    """

    typed: str
    forms: tuple[Form, ...]
    weight: float
    correction: str = ""
    times: float = 1.0

    @property
    def stems(self) -> frozenset[str]:
        """Every stem that any of its forms holds."""
        return frozenset(s for form in self.forms for s in form.stems)


Group = Sequence[tuple[str, ...]]
"""Names of one thing, each a tuple of folded words."""


@dataclass(frozen=True)  # without slots, so that it can keep what it works out once
class Lexicon:
    """What terms are resolved against: the words of the notes and the groups of terms that mean the same.

    ``count`` tells in how many of the ``passages`` a stem stands, ``together`` whether stems stand side by side
    anywhere; ``groups`` hold tuples of folded words. ``small`` words are never looked up; ``common`` ones (stems)
    are everyday words, which are no misspelling where the notes lack them. ``beside`` gives the words next to a stem.
    """

    vocabulary: Vocabulary
    count: Callable[[str], int]
    passages: int
    groups: Sequence[Group]
    small: frozenset[str]
    common: frozenset[str]
    together: Callable[[tuple[str, ...]], bool]
    beside: Callable[[str], frozenset[str]]

    @cached_property
    def by_run(self) -> Mapping[tuple[str, ...], Sequence[Group]]:
        """The groups by the stems of each of their names, small words left out."""
        return _found_by(self.groups, lambda name: tuple(stem(word) for word in name if word not in self.small))

    @cached_property
    def by_word(self) -> Mapping[tuple[str, ...], Sequence[Group]]:
        """The groups by each of their names."""
        return _found_by(self.groups, lambda name: name)

    def weight(self, forms: Iterable[Form]) -> float:
        """Inverse document frequency (BM25's, with +1) of a term that may be put in these forms."""
        counts = [min(self.count(s) for s in form.stems) for form in forms]
        held = min(self.passages, max(counts, default=0))
        return math.log(1 + (self.passages - held + 0.5) / (held + 0.5))


def _found_by(
    groups: Iterable[Group], key: Callable[[tuple[str, ...]], tuple[str, ...]]
) -> dict[tuple[str, ...], list[Group]]:
    found: dict[tuple[str, ...], list[Group]] = {}
    for group in groups:
        for one in dict.fromkeys(map(key, group)):
            found.setdefault(one, []).append(group)
    return found


def resolve(
    words: Sequence[str], lexicon: Lexicon, *, names: frozenset[str] = frozenset(), exact: bool = False
) -> tuple[list[Term], list[Spelling]]:
    """The terms that folded content words stand for, in order, and the spellings that tie for a corrected one.

    Known words stay as they are. Runs of words that are another name for something (by the alias groups)
    become one term; word boundaries are repaired ("post gres", "kuryrkubernetes"); unknown words are read as
    the nearest known ones, unless *exact*; those in *names* only as names.
    """
    terms: list[Term] = []
    ties: list[Spelling] = []
    left = list(words)
    many = len(left) >= MANY_WORDS
    while left:
        if named := _named(left, lexicon):
            term, used = named
        elif joined := _joined(left, lexicon, exact=exact):
            term, used = joined
        else:
            term, near = _single(left[0], lexicon, name=left[0] in names, exact=exact, many=many)
            ties.extend(near)
            used = 1
        terms.append(term)
        del left[:used]
    if not exact:
        terms = [_by_company(terms, i, lexicon) for i in range(len(terms))]
    return _repeated_once(terms), ties


def _by_company(terms: Sequence[Term], i: int, lexicon: Lexicon) -> Term:
    """An unknown word read as one that the notes put beside its neighbour ("zain bitter"): names of people."""
    term = terms[i]
    if term.forms or not is_correctable(term.typed) or stem(term.typed) in lexicon.common:
        return term
    company = [f.stems[0] for t in terms[max(0, i - 1) : i + 2] for f in t.forms[:1] if len(f.stems) == 1]
    beside = {word for s in company for word in lexicon.beside(s)} - lexicon.small
    alike = [w for w in beside if w[0] == term.typed[0] and abs(len(w) - len(term.typed)) <= 2 and w.isalpha()]
    costs = {word: keystroke_cost(term.typed, word) for word in alike}
    best = min(costs, key=lambda word: (costs[word], word), default="")
    if not best or costs[best] > COMPANY_MAX_COST:
        return term
    forms = (Form((stem(best),)),)
    return Term(term.typed, forms, lexicon.weight(forms), lexicon.vocabulary.shown(best))


def _repeated_once(terms: Iterable[Term]) -> list[Term]:
    """Each term once, and how often it was said in another spelling as well."""
    alike: defaultdict[object, list[Term]] = defaultdict(list)
    for term in terms:
        alike[term.forms or term.typed].append(term)
    return [replace(same[-1], times=float(len({stem(term.typed) for term in same}))) for same in alike.values()]


def rejoined(asked: Sequence[str], said: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    """The words that are asked about, with small ones put back that are the other half of one: "chr is", "kin der".

    *said* is all that was said, small words and all. A half that the notes do not have shows that they belong together.
    """
    words = list(asked)
    for first, second in pairwise(said):
        if (first in words) == (second in words) or first + second not in vocabulary:
            continue
        if first not in vocabulary or second not in vocabulary:
            at = words.index(first) + 1 if first in words else words.index(second)
            words.insert(at, second if first in words else first)
    return words


def _named(words: Sequence[str], lexicon: Lexicon) -> tuple[Term, int] | None:
    """The longest run of opening words that is a known name for something the notes have."""
    for used in range(min(6, len(words)), 1, -1):
        run = [stem(word) for word in words[:used]]
        for group in lexicon.by_run.get(tuple(run), ()):
            forms = tuple(form for form in _group_forms(group, run, lexicon) if _stands(form, lexicon))
            if forms:
                return Term(" ".join(words[:used]), forms, lexicon.weight(forms)), used
    return None


def _group_forms(group: Sequence[tuple[str, ...]], typed: Sequence[str], lexicon: Lexicon) -> Iterator[Form]:
    for name in group:
        stems = tuple(stem(word) for word in name)
        own = [s for s, w in zip(stems, name, strict=True) if w not in lexicon.small] == list(typed)
        yield Form(stems, 1.0 if own else ALIAS)


def _stands(form: Form, lexicon: Lexicon) -> bool:
    return all(lexicon.count(s) for s in form.stems)


def _joined(words: Sequence[str], lexicon: Lexicon, *, exact: bool) -> tuple[Term, int] | None:
    """Two typed words that the notes write as one, where that is the better reading."""
    if len(words) < 2 or exact:
        return None
    first, second = words[:2]
    whole = first + second
    if whole not in lexicon.vocabulary or (first.isdigit() and second.isdigit()):
        return None
    apart = Form((stem(first), stem(second)))
    together = Form((stem(whole),))
    if first in lexicon.vocabulary and second in lexicon.vocabulary:
        forms: tuple[Form, ...] = (together, apart)
        correction = ""
    else:
        forms, correction = (together,), lexicon.vocabulary.shown(whole)
    return Term(f"{first} {second}", forms, lexicon.weight(forms), correction), 2


def _single(word: str, lexicon: Lexicon, *, name: bool, exact: bool, many: bool) -> tuple[Term, list[Spelling]]:
    if forms := tuple(_known_forms(word, lexicon)):
        return Term(word, forms, lexicon.weight(forms)), []
    if not exact and stem(word) not in lexicon.common:
        if near := _corrections(word, lexicon, name=name, many=many):
            best = near[0]
            forms = tuple(_known_forms(best.word, lexicon))
            return Term(word, forms, lexicon.weight(forms), best.shown), near if len(near) > 1 else []
        if parts := _split(word, lexicon):
            forms = (Form(tuple(map(stem, parts))),)
            return Term(word, forms, lexicon.weight(forms), " ".join(map(lexicon.vocabulary.shown, parts))), []
    return Term(word, (), lexicon.weight(())), []


def _known_forms(word: str, lexicon: Lexicon) -> Iterator[Form]:
    """The word itself where the notes have it or another form of it, and its other names."""
    if lexicon.count(stem(word)):
        yield Form((stem(word),))
    for group in lexicon.by_word.get((word,), ()):
        for name in group:
            form = Form(tuple(stem(w) for w in name), ALIAS)
            if name != (word,) and form.stems != (stem(word),) and _stands(form, lexicon):
                yield form


def _corrections(word: str, lexicon: Lexicon, *, name: bool, many: bool) -> list[Spelling]:
    """The likeliest reading of an unknown word first, with those that tie; empty if none is near enough."""
    caps = [(0, MAX_COST.get(len(word), LONG_MAX_COST))]
    if len(word) >= WRONG_FIRST_FROM:
        caps.append((1, WRONG_FIRST_COST))
    if len(word) >= TWICE_FROM and many:
        caps.append((2, TWICE_COST))
    for edits, cap in caps:
        able = [s for s in lexicon.vocabulary.near(word, edits) if s.cost <= cap and s.word not in lexicon.small]
        if name:
            able = [s for s in able if s.shown != s.shown.lower()]
        if able:
            return _one_a_stem(likely(_rated(able, lexicon.common, many=many)))
    return []


def _rated(able: Iterable[Spelling], common: frozenset[str], *, many: bool) -> list[Spelling]:
    """Spellings, the likeliest first: names before other words that are as near, but where *many* words describe
    something, the words that more passages hold."""
    if many:
        rated = (replace(s, cost=s.cost - min(MOST_USUAL, USUAL * s.passages.bit_length())) for s in able)
        return sorted(rated, key=lambda s: s.cost)
    rated = (s if _is_name(s, common) else replace(s, cost=s.cost + EVERYDAY) for s in able)
    return sorted(rated, key=lambda s: s.cost - commonness(s.passages))


def _is_name(spelling: Spelling, common: frozenset[str]) -> bool:
    """Whether the notes write a word with a capital, and it is no everyday word."""
    return spelling.shown != spelling.shown.lower() and stem(spelling.word) not in common


def _one_a_stem(spellings: Iterable[Spelling]) -> list[Spelling]:
    """Singular and plural of a word are no choice."""
    first: dict[str, Spelling] = {}
    for spelling in spellings:
        first.setdefault(stem(spelling.word), spelling)
    return list(first.values())


def _split(word: str, lexicon: Lexicon) -> tuple[str, str] | None:
    """The two words that were run together and stand side by side in the notes, the more common pair first."""
    if len(word) > 2 * MAX_CORRECTED:  # one character may be folded to eighteen, and a whole question be one word
        return None
    cuts = [(word[:i], word[i:]) for i in range(MIN_PART, len(word) - MIN_PART + 1)]
    known = [cut for cut in cuts if cut[0] in lexicon.vocabulary and cut[1] in lexicon.vocabulary]
    known.sort(key=lambda cut: -min(map(lexicon.vocabulary.count, cut)))
    return next((cut for cut in known if lexicon.together(tuple(map(stem, cut)))), None)


def match_query(terms: Iterable[Term], phrases: Iterable[Sequence[str]] = ()) -> str:
    """An FTS5 query for passages that hold all phrases or, without any, a form of any term; empty: nothing to ask.

    Every word stands in double quotes, so nothing typed can be taken for FTS5's own syntax.
    """
    forms = {form.stems: None for term in terms for form in term.forms}
    wanted = " OR ".join(quoted(stems) for stems in forms)
    must = [quoted(phrase) for phrase in phrases if phrase]
    return " AND ".join(must) if must else wanted


def quoted(stems: Sequence[str]) -> str:
    """Consecutive stems as one FTS5 string."""
    return '"' + " ".join(s.replace('"', "").replace("\0", "") for s in stems) + '"'


def occurrences(form: Sequence[str], stems: Sequence[str]) -> int:
    """How often consecutive stems stand in a list of stems."""
    first, *rest = form
    if not rest:
        return stems.count(first)
    run, width = list(form), len(form)
    return sum(list(stems[i : i + width]) == run for i, s in enumerate(stems) if s == first)
