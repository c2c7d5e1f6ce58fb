"""The words of asking: what people type around a topic. English first, with a little German."""

from store.terms import SMALL_WORDS

STOP_WORDS = SMALL_WORDS | frozenset(
    "isnt arent wasnt dont doesnt didnt cant whats thats theres ive im id youre weve one ones some any "
    "all each every both either neither just only also too very much many more most less least lot lots "
    "bit up down out off again once same own other another such no yes ok okay well during while after "
    "before between through because since until via per vs versus etc near wurde wurden uber der die das "
    "und oder ist sind ein eine einen einem einer zu zum zur mit von vom auf fur es gab gibt man sich den "
    "dem des hat haben wie wo wer wann warum".split()
)
"""Words without a topic. They are never searched for, only inside quotation marks."""

REQUEST_WORDS = frozenset(
    "say says said saying tell tells told talk talks talked talking mention mentions mentioned speak "
    "spoke spoken discuss discussed discussing discussion hear heard know knows known note notes noted "
    "anything something everything anyone anybody someone somebody everyone give gives gave given show "
    "showed shown find found look looking search want need get got getting please pls plz thanks happen "
    "happened happening happens go going went think thought thoughts info information details detail news "
    "update updates summary regarding concerning related recap remind remember learn learned learnt read "
    "written wrote write describe described explain explained mean means come came comes coming attend "
    "attending were reach reached join joined gather gathered held hold holding really actually exactly "
    "ever kind sort thing things stuff way ways make made take took taken use like around make let lets "
    "state status topic about gesagt erzahlt erwahnt notizen bitte".split()
)
"""Words that ask; what is asked about is the rest. Where there is no rest, they are searched for after all."""

WEAK_WORDS = frozenset(
    "talk talks session sessions presentation presentations presented present presenting presenter "
    "presenters speaker speakers keynote keynotes people person persons team teams project projects "
    "company companies summit summits conference conferences event events meetup day days year years week "
    "month time times number numbers share part new latest big main important good best great interest "
    "interesting interested issue issues problem problems work works worked working support supported "
    "plan plans planned announcement announcements announce announced demo demos demonstrated "
    "demonstration report reports reported release releases cycle version feature features area areas "
    "name names amount long held place opinion openstack".split()
)
"""Words that go with almost any topic at a conference: they order passages, but hardly decide."""

GREETINGS = frozenset("hi hello hey hiya howdy yo moin hallo servus morning evening afternoon greetings sup".split())
THANKS = frozenset("thanks thank thx ty cheers danke merci gracias kudos great awesome nice perfect cool".split())
HELP = frozenset("help usage commands hilfe".split())
GOODBYE = frozenset("bye goodbye ciao tschuss later".split())

SEASONS = frozenset("spring summer fall autumn winter".split())
GATHERINGS = frozenset(
    "summit summits conference conf event events ptg meetup meeting midcycle hackathon gathering forum "
    "days konferenz treffen veranstaltung".split()
)
"""What people call an event after its city: "the London event"."""

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
PRONOUNS = frozenset("it its that this they them their those these he him his she her there".split())

WANTS: tuple[tuple[str, str], ...] = (
    (
        "how many people, how many attendees, how many participants, how many attended, how many visitors, "
        "attendance, turnout, how many were there, how many came, wie viele leute",
        "crowd",
    ),
    ("how many, how much, how long, how big, how large, how often, number of, wie viele", "number"),
    ("when, what date, which day, what year, which year, wann", "date"),
    ("who, which speaker, whose, by whom, wer", "person"),
    ("where, which city, what city, which venue, wo", "place"),
)
"""Phrases by which a question asks for a number, a head count, a date, a person or a place; the first fits."""
