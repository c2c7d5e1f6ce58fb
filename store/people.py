"""The people whom a note names: a name counts only beside a cue such as “by”, “said” or a role."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from store.terms import common_stems, listed_words
from store.text import fold, stem, words

MOST_PEOPLE = 40
LONGEST_NAME, LONGEST_PARAGRAPH, LONGEST_TEXT = 60, 20_000, 200_000
"""Characters; what is beyond is not searched."""

_CAPITAL = f"[{''.join(letter for letter in map(chr, range(0x2000)) if letter.isupper())}]"
_WORD = rf"(?:{_CAPITAL}\.|{_CAPITAL}(?:[’']{_CAPITAL})?[^\W\d_A-Z][^\W\d_]*(?:[’'-][^\W\d_]{{2,}})*)"
_PARTICLE = r"(?:(?:de la|van de[rn]|von der|de|da|del|van|la|le|bin)\s)?"
_NAME = rf"{_WORD}\s(?:von\s)?{_PARTICLE}{_WORD}(?:\s{_PARTICLE}{_WORD}){{0,2}}"
_NAMES = re.compile(rf"(?<![\w’'-]){_NAME}(?![\w-])")

_ROLE = (
    r"(?:C[EFIOT]O|PTL|VP|SVP|CISO|(?:co-?)?founder|chair(?:man|woman)?|president|director|head|manager"
    r"|engineer|developer|architect|lead(?:er)?|professor|evangelist|analyst|consultant|scientist"
    r"|contributor|maintainer|core reviewer)"
)
_RANKS = r"(?:(?:executive|senior|principal|chief|vice|technical|software|general|managing|distinguished)\s)*"
_BEFORE = re.compile(
    r"(?:\b(?:by|interview(?:ed|ing|s)?(?: with)?|thanks to|my name is|I am|I[’']m|was from|featuring"
    r"|(?:talk(?:ed|ing)?|sp(?:oke|eak(?:ing)?)|chat(?:ted)?) (?:with|to)"
    r"|(?:speakers?|presenters?|panelists?|hosts?)(?: (?:was|were|is|are))?:?"
    r"|(?:keynotes?|talks?|sessions?|presentations?|demos?|updates?)(?: \w+)? (?:from|of|with)"
    r"|colleagues?|von|par|von Herrn|von Frau|mit|ông|bà|anh|chị|diễn giả)|(?:Dr|Prof|Mr|Mrs|Ms)\.?"
    rf"|{_ROLE})[:,]?\s+$",
    re.IGNORECASE,
)
_VERB = (
    r"(?:present(?:ed|s)?|sp(?:oke|eaks)|show(?:ed|s|cased|cases)|sa(?:id|ys)|talk(?:ed|s)|gave|gives"
    r"|demo(?:ed|s|nstrated|nstrates)|explain(?:ed|s)|discuss(?:ed|es)|describ(?:ed|es)|led|leads"
    r"|mention(?:ed|s)|asked|argued|wrote|kicked off|opened|closed|joined|answered|reminded|noted"
    r"|pointed out|told|shared|shares|walked (?:us|through)|took (?:the|us|over)"
    r"|sprach|spricht|zeigte|zeigt|sagte|sagt|erklärte|erklärt|berichtete|stellte|trug|hielt"
    r"|présenté|presentó|habló|trình bày|nói|chia sẻ|giới thiệu|phát biểu|cho biết)\b"
)
_PLACE_OF_WORK = rf"(?:,\s|\s\()?\s?(?:of|from|at|von|bei|của|từ)\s(?:the\s)?{_CAPITAL}\w+"
_AFTER = re.compile(
    rf"\s(?:also |then |again |has |have |a |đã )?{_VERB}"
    rf"|(?:,\s|\s[-–—(]\s?)(?:the |an? |our |their )?(?:\w+[’']s )?(?:[\w-]+\s){{0,3}}?{_RANKS}{_ROLE}\b"
    r"|['’]s?\s(?:[\w-]+\s){0,3}?(?:keynotes?|talks?|sessions?|presentations?|demos?|workshops?)\b"
    rf"|{_PLACE_OF_WORK}",
)
_OPENS_BLOCK = re.compile(r"(?::|\s[-–—]|,\s[^.:]{2,80}:)\s")
_AND = re.compile(r"(?:,|,? (?:and|und|&|y|et|và))\s")
_AND_ON = re.compile(rf"(?:,\s{_NAME}){{0,4}},?\s(?:and|und|&|y|et|và)\s{_NAME}(?=\s)")
_LOWER_CASE = re.compile(r"\b[a-z][^\W\d_]{2,}")

_NO_NAMES = frozenset(
    words(
        """
        agency association bureau capital communications council department engineering enterprises federal
        federation holdings industries institute insurance international ministry networks partners press society
        ventures
        fazit frage fragen messe punkt teil thema themen vortrag vortrage
        a about accelerated account after agenda all along also am amazon amsterdam an analysis
        analytics and android ansible apache api april architect architecture are as at auf august
        authority automated automation aws back bank barbican bare based bei best big board bof book
        booth both branch brocade bug build business but buy by cable canonical ceilometer center
        centos central ceph chef chief cinder cisco citrix client cloud cluster clusters code
        comcast commercial committee common community company con conference congress contact
        container containers convention core corporation cross current dans das dashboard data
        database day days december deep dell demo deployment der des design desktop deutsche dev
        developer developers devops die dive docker document does during each ebay edge edition ein
        eine el emc end engineer enterprise ericsson etherpad event events every executive
        experience extra fargo february fedora first following for foundation frau friday from
        fujitsu full further gateway general gerrit gestern getting git github glance global go
        golang good google governance great group guide hall hangout hardware hat he health heat her
        here herr heute high his hitachi home horizon hotel how hp hpe huawei hybrid hypervisor i
        ibm if im image in infrastructure ingress install integration intel interface internet into
        introduction ironic is it january java jenkins join july june juniper just key keynote
        keynotes keystone kolla kubernetes kuryr kvm lab labs language large las last later layer
        les lessons like linux live load local los machine madame magnum mailing main making manager
        manila march marketplace may meanwhile meetup member members message microsoft middleware
        mirantis mistral monday monsieur more my nasa nebula nec network networking networks neutron
        new next nfv no nokia not note notes nova november now object octavia october of officer on
        once one online only open opendaylight openflow openshift openstack operating operations
        operator operators oracle orange orchestration our over panel para part party paypal
        performance platform plugin plumbers policy post powered presentation presentations
        presenter president principal private product program project projects ptg public puppet
        python quality questions quick rackspace rally rdo read recap red redhat reference register
        release research rest review room rpm sahara santander saturday science scientific sdn
        second security see senior september server service services session sessions several she
        show sig since site slides so software solution some source speaker special specials
        spectrum sponsor sponsors stable stack state station statistics still storage strategy
        street suite summit sunday support suse swift system systems tacker task team teams tech
        technical technologies technology telecom telekom test thanks that the their then there they
        this three thursday time to today tomorrow track tracks trove tuesday twitter two ubuntu und
        une universal university unix up update updates upgrade us use user users using via vice
        video view virtual vm vmware volume walmart warner was we web wednesday week welcome wells
        what when where which while why wifi will windows wir with work workgroup working workload
        workshop world yahoo yes yesterday you your youtube zaqar zun zuul các của hội nghị những
        tại và
        """
    )
)
"""Words of titles, companies, projects, weekdays and sentence openings that no first name or surname is."""


_TITLES = frozenset("exec director ceo cto coo cfo cio vp svp evp gm ptl sr jr phd msc esq".split())
"""What may follow a name without being part of it."""

_GIVEN = frozenset(
    words(
        """
        mark rich will bill grant miles hope joy art major sky grace jack frank ray dean drew gene pat sue rob bob
        may april june rose dawn amber ruby summer autumn faith charity chase chance guy hunter king prince earl
        duke young wood sunny sandy penny ginger olive holly ivy heather daisy violet pearl ward cliff brook brooks
        lane page ford forest rock stone victor christian angel jesus christ lance skip chip buddy buck rusty
        happy jolly glad bliss star sage ben don ken matt nick norm herb stew dale glen heath reed robin jay
        long park winter royal
        """
    )
)
"""Given names that are everyday words as well."""

_ABSTRACT = re.compile(r".{2,}(?:tions?|sions?|ness|isms?|ology|istics|wares?|ability|ibility|entity|ersity|urity)")
"""What words end in that name things, never people."""

_QUALITY = re.compile(r".{3,}(?:able|ible|eral|ersal|ical|ional|ating|izing|ising|ifying)")
"""What words end in that begin a title or a company's name, never a person's."""


_PRODUCT = re.compile(r"(?!Mc|Mac|De|Di|Du|La|Le|Lo|St|Van|Von|Fitz|Jo|Mary|Ann)[^\W\d_][^\W\d_A-Z]+[A-Z]")
"""Capitals inside of a word, as no name but “McNamara” and its like has them."""


def people(texts: Iterable[str], not_people: Iterable[str] = ()) -> tuple[str, ...]:
    """Names in the order in which they are first named with a cue, at most ``MOST_PEOPLE``.

    ``texts`` are a note's paragraphs; ``not_people`` are folded words that begin no name, such as cities.

    >>> people(["Donovan Jones: Containers", "Best Buy spoke. Egle Sigler and Lachlan Evenson spoke, too."])
    ('Donovan Jones', 'Egle Sigler', 'Lachlan Evenson')
    """
    kept: list[str] = []
    for text in texts:
        kept.append(text[:LONGEST_PARAGRAPH])
        if sum(map(len, kept)) > LONGEST_TEXT:
            break
    ordinary = frozenset(word for text in kept for word in _LOWER_CASE.findall(text))
    found: dict[str, str] = {}
    for name in (name for text in kept for name in _cued(text, frozenset(not_people), ordinary)):
        found.setdefault(fold(name), name)
    return tuple(found.values())[:MOST_PEOPLE]


@cache
def given_names() -> frozenset[str]:
    """Folded given names that begin a person's name where a capital follows."""
    return frozenset(listed_words("given_names.txt"))


def full_names(text: str) -> Iterator[tuple[str, int, int]]:
    """Each name that begins with a well-known given name, cue or not, and where it stands: (name, start, end).

    >>> [name for name, _, _ in full_names("Slides by Adam Young, with thanks to Best Buy.")]
    ['Adam Young']
    """
    for line in re.finditer(r"[^\n]+", text[:LONGEST_TEXT]):
        for match in _NAMES.finditer(text, *line.span()):
            name, start = _from_given_name(*_trimmed(match.group(), match.start()))
            while name.count(" ") > 1 and fold(name.split()[-1]) in _NO_NAMES | _TITLES:
                name = name.rsplit(maxsplit=1)[0]
            if fold(name.split()[0]) in given_names() and _is_name(name, frozenset()):
                yield name, start, start + len(name)


def _from_given_name(name: str, start: int) -> tuple[str, int]:
    """Without what stands before a given name: “Infrastructure Jeremy Stanley”."""
    whole = name
    while name.count(" ") > 1 and fold(name.split()[0]) not in given_names():
        name = name.split(maxsplit=1)[1]
    return (name, start + len(whole) - len(name)) if fold(name.split()[0]) in given_names() else (whole, start)


def _cued(text: str, never_first: frozenset[str], ordinary: frozenset[str]) -> Iterator[str]:
    accepted = -1
    for match in _NAMES.finditer(text):
        name, start = _trimmed(match.group(), match.start())
        if not _is_name(name, never_first) or all(part.lower() in ordinary for part in name.split()):
            continue
        joined = 0 <= accepted < start and bool(_AND.fullmatch(text, accepted, start))
        if joined or _has_cue(text, start, match.end()):
            accepted = match.end()
            yield name


def _trimmed(name: str, start: int) -> tuple[str, int]:
    """Without words before it that only begin the sentence: “Today Mark Collier”."""
    while " " in name and fold(name.split()[0]) in _NO_NAMES:
        rest = name.split(maxsplit=1)[1]
        start += len(name) - len(rest)
        name = rest
    return name, start


def _is_name(name: str, never_first: frozenset[str]) -> bool:
    parts = [part for word in name.split() if word[0].isupper() for part in words(word)]
    if len(name.split()) < 2 or not parts or parts[0] in never_first or any(part in _NO_NAMES for part in parts):
        return False
    if any(part.isupper() and len(part) > 2 for part in name.split()) or len(name) > LONGEST_NAME:
        return False
    return not _is_of_words(name)


def _is_of_words(name: str) -> bool:
    """Whether it is made of everyday words or spelt like a product, by any of its words: “Identity Crisis”."""
    first, *others = (fold(word) for word in name.split())
    if first not in _GIVEN and (_is_everyday(first) or _QUALITY.fullmatch(first)):
        return True
    if any(_is_everyday(word) and len(word) > 4 for word in others[:-1]):
        return True
    return any(_ABSTRACT.fullmatch(fold(part)) or _PRODUCT.match(part) for part in re.split(r"[\s-]", name))


def _is_everyday(word: str) -> bool:
    return stem(word) in common_stems()


def _has_cue(text: str, start: int, end: int) -> bool:
    if start == 0 and _OPENS_BLOCK.match(text, end):
        return True
    if _BEFORE.search(text[max(0, start - 60) : start]):
        return True
    others = _AND_ON.match(text, end)
    return bool(_AFTER.match(text, others.end() if others else end))
