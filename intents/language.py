"""The words of asking: what people type around a topic. English first, with a little German."""

from collections.abc import Mapping
from types import MappingProxyType

from intents.base import Size
from store.quotes import Wanted
from store.terms import SMALL_WORDS

STOP_WORDS = SMALL_WORDS | frozenset(
    "isnt arent wasnt dont doesnt didnt cant whats thats theres ive im id youre weve one ones some any "
    "all each every both either neither just only also too very much many more most less least lot lots "
    "bit up down out off again once same own other another such no yes ok okay well during while after "
    "before between through because since until via per vs versus etc near wurde wurden uber der die das "
    "und oder ist sind ein eine einen einem einer zu zum zur mit von vom auf fur es gab gibt man sich den "
    "dem des hat haben wie viele wo wer wann warum".split()
)
STOP_WORDS |= frozenset(  # German, French, Spanish, Vietnamese, folded
    "ich du sie ihr ihm uns euch wir als auch aber wenn weil dass daruber dazu bei bis durch gegen ohne um nach vor "
    "aus an am beim ins kann konnen war waren hatte hatten wird werden worden nicht kein keine nur noch schon sehr "
    "welche welcher welches was wen wem etwas alles "
    "le la les un une des du de et ou ce cet cette ces qui que quoi dont ou dans sur sous avec pour par au aux est "
    "sont etait ete quel quelle quels quelles comment quand pourquoi "
    "el los las una unos unas y o en con por para del al es son era fue que quien cual cuando donde como "
    "la cua nhung cac mot trong tren voi va hay nay do nao gi ve da dang se duoc bi khong".split()
)
"""Words without a topic. They are never searched for, only inside quotation marks."""

NAMES_WITH_STOP_WORDS = frozenset((("red", "hat"), ("black", "hat"), ("las", "vegas"), ("los", "angeles")))
"""Names of which a part is a small word in some language."""

REQUEST_WORDS = frozenset(
    "say says said saying tell tells told talk talks talked talking mention mentions mentioned speak "
    "spoke spoken discuss discussed discussing discussion hear heard know knows known note notes noted "
    "anything something everything anyone anybody someone somebody everyone everybody give gives gave given show "
    "showed shown find found look looking search want need get got getting please pls plz thanks happen "
    "happened happening happens go going went think thought thoughts info information details detail news "
    "update updates summary regarding concerning related recap remind remember learn learned learnt read "
    "written wrote write describe described explain explained mean means come came comes coming attend "
    "attending were reach reached join joined gather gathered held hold holding really actually exactly "
    "ever kind sort thing things stuff way ways make made take took taken use like around make let lets "
    "state status topic about gesagt erzahlt erwahnt notizen bitte".split()
)
REQUEST_WORDS |= frozenset(
    "sagen sagte sagten gesagt erzahlen erzahlte erzahlt erwahnen erwahnte erwahnt sprechen sprach gesprochen reden "
    "berichten berichtet berichte zeig zeige zeigen gezeigt finde finden gibts weiss wissen steht stehen notizen "
    "dit dire disait parle parler parlait notes montre montrer trouve "
    "dijo dicho decir dijeron hablo hablar notas muestra mostrar sabe "
    "noi biet ke cho xem ghi chu summarise summarize summarised summarized overview tldr "
    "meaning definition stand stands takeaway takeaways highlight highlights".split()
)
"""Words that ask; what is asked about is the rest. Where there is no rest, they are searched for after all."""

WEAK_WORDS = frozenset(
    "talk talks session sessions presentation presentations presented present presenting presenter "
    "presenters speaker speakers keynote keynotes people person persons team teams project projects "
    "company companies summit summits conference conferences event events meetup meetups hackathon "
    "midcycle ptg gathering forum day days year years week "
    "month time times number numbers share part new latest big main important good best great interest "
    "interesting interested issue issues problem problems work works worked working support supported "
    "plan plans planned announcement announcements announce announced demo demos demonstrated "
    "demonstration report reports reported release releases cycle version feature features point points area areas "
    "name names amount long held place opinion openstack vortrag vortrage thema themen leute teilnehmer "
    "konferenz gipfel projekt projekte".split()
)
"""Words that go with almost any topic at a conference: they order passages, but hardly decide."""

POLITE_WORDS = frozenset("please pls can could would you give show tell me us i want need the a an bitte".split())
"""Words before a command that change nothing in it."""

EMPTY_WORDS = frozenset(
    "talk talks session sessions presentation presentations presented presenting speaker speakers people person "
    "persons summit summits conference conferences event events number numbers amount new latest".split()
)
"""Those of them that a heading does without."""

GREETINGS = frozenset(
    "hi hello hey hiya howdy yo moin hallo servus good morning evening afternoon greetings sup bye goodbye ciao "
    "tschuss later".split()
)
INTERJECTIONS = frozenset(
    "hi hello hey hiya howdy yo moin hallo servus ok okay so oh ah hm hmm thanks thx ty danke merci cheers".split()
)
"""Words before a question, even without a comma: "hey anything on Magnum"."""
REMARKS = INTERJECTIONS | frozenset(
    "good morning afternoon evening day guten tag morgen there all team folks everyone everybody guys recap bot "
    "cool great nice perfect awesome interesting right alright fine well yes yeah yep no nope sure sorry ja nein gut "
    "thank you".split()
)
"""Words that make up a remark before a question, parted from it: "good morning all, …", "cool! and in Tokyo?"."""
THANKS = frozenset("thanks thank thx ty cheers danke merci gracias kudos great awesome nice perfect cool".split())
PRAISE = frozenset("a lot very many for the help good answer job work".split())
HELP = frozenset("help usage commands hilfe".split())
SMALL_TALK_FILLERS = frozenset("there you so much all that was me recap bot please".split())
WHO_ARE_YOU = frozenset(("who are you", "what are you", "what can you do", "wer bist du", "what is this"))
"""Small talk is answered without looking into the notes."""

SEASONS = frozenset("spring summer fall autumn winter".split())
GATHERINGS = frozenset(
    "summit summits conference conf event events ptg meetup meeting midcycle hackathon gathering forum "
    "days konferenz treffen veranstaltung".split()
)
"""What people call an event after its city: "the London event"."""
ANY_GATHERING = frozenset("summit summits conference conf event events".split())
"""Those of them that fit any event, and so say nothing where a city is named."""

PARTS_OF_THE_WORLD = frozenset("europe eu north america na us usa uk asia apac emea japan china india".split())
"""Words by which the editions of a conference are told apart."""

BEFORE_RELEASE = frozenset("in for since during to".split())
BESIDE_RELEASE = frozenset("release cycle".split())
"""Words by which "liberty" and "train" are releases."""

FOLLOW_UP_OPENINGS = (
    "and",
    "what about",
    "how about",
    "only",
    "just",
    "but",
    "also",
    "und",
    "nur",
    "now",
    "then",
)
MORE = frozenset(("more", "more please", "show more", "next", "go on", "continue", "tell me more", "mehr", "weiter"))
_LENGTHS: tuple[tuple[Size, str], ...] = (
    ("S", "short shorter brief briefer briefly quick quickly concise tiny kurz kurze kurzer"),
    ("M", "medium"),
    ("L", "long longer detail details detailed full fuller lang lange ausfuhrlich ausfuhrliche"),
)
SIZES: Mapping[str, Size] = MappingProxyType({word: size for size, said in _LENGTHS for word in said.split()})
"""Words for how long an answer is wanted."""
AROUND_SIZE = frozenset("a bit in more version please make it even much too be give me little something the".split())
"""Words that make a sentence of one about length alone: "make it a bit shorter, please"."""

ASKING = frozenset(
    "who whom whose what when where why how which did do does is are was were has have had can could should would "
    "will wer was wann wo warum wie welche".split()
)
"""Words that make a follow-up a question of its own: "and who spoke", unlike "and in Tokyo"."""

ASKED_WITH = frozenset(
    "compare comparison difference differences summary summarise summarize overview timeline history chronology "
    "topics themes which summits events conferences meetups takeaways highlights speakers presenters changed between "
    "vergleiche zusammenfassung".split()
)
"""Words that call an intent and are long enough to be known in spite of a slip."""

HOW_BIG = frozenset("big large audience crowd".split())
"""What is asked of a summit by who wants to know how many people came."""

PRONOUNS = frozenset("it its they them their he him his she her".split())

WANTS: tuple[tuple[str, Wanted], ...] = (
    (
        "how many people, how many attendees, how many participants, how many attended, how many visitors, "
        "attendance, turnout, how many were there, how many came, "
        "wie viele leute, wie viele menschen, wie viele teilnehmer, wie viele besucher",
        "crowd",
    ),
    ("how many, how much, how long, how big, how large, how often, number of, wie viele", "number"),
    ("when, what date, which day, what year, which year, wann", "date"),
    ("who, which speaker, whose, by whom, wer", "person"),
    ("where, which city, what city, which venue, wo", "place"),
)
"""Phrases by which a question asks for a number, a head count, a date, a person or a place; the first fits."""
