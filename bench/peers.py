"""Other search libraries over the same documents, set up as their manuals advise, the same small words left out.

Each function takes documents and gives a search: query in, ids of documents out, best first, at most ``DEPTH``.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import bm25s
import numpy as np
import snowballstemmer
import tantivy
from symspellpy import SymSpell, Verbosity
from whoosh import fields
from whoosh.analysis import StemmingAnalyzer
from whoosh.filedb.filestore import RamStorage
from whoosh.query import Or, Term

from bench.judged import Document
from bench.metrics import DEPTH
from intents.language import STOP_WORDS
from store.text import words

Search = Callable[[str], list[str]]
Engine = Callable[[Sequence[Document]], Search]

ASKING = frozenset(
    "tell say says said mention mentioned mentions talk talked talks discuss discussed anyone anybody anything hear "
    "heard know known show give gives given find available describe described please about there thoughts regarding "
    "concerning concerned deal deals dealing exist exists want wish like prefer look looking interested particularly "
    "article articles paper papers literature published".split()
)
"""Words that only ask; the do-it-yourself engine puts them aside."""
FUZZY = 0.3
"""What a fuzzy match counts beside an exact one in tantivy."""
LONG = 8
"""Words from here on may be two edits off in tantivy's fuzzy queries; shorter ones one."""
MEMORY = 100_000_000
"""Bytes that tantivy's writer may use."""


def content(text: str) -> list[str]:
    """The folded words of a text without small ones; all of them where there are no others."""
    all_ = words(text)
    return [word for word in all_ if word not in STOP_WORDS] or all_


def asked(text: str) -> list[str]:
    """The content words without those that only ask, where there are others."""
    telling = content(text)
    return [word for word in telling if word not in ASKING] or telling


def fts5(documents: Sequence[Document]) -> Search:
    """SQLite's own full-text search: porter stems, any word, BM25."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE docs USING fts5 (title, body, tokenize = 'porter unicode61')")
    base.executemany("INSERT INTO docs VALUES (?, ?)", [(one.title, one.text) for one in documents])

    def search(text: str) -> list[str]:
        match = " OR ".join(f'"{word}"' for word in content(text))
        if not match:
            return []
        sql = "SELECT rowid FROM docs WHERE docs MATCH ? ORDER BY bm25(docs) LIMIT ?"
        return [documents[row - 1].id for (row,) in base.execute(sql, (match, DEPTH))]

    return search


def bm25s_(documents: Sequence[Document], reading: Callable[[str], Sequence[str]] = content) -> Search:
    """bm25s over snowball stems; *reading* is how a query becomes words."""
    stemmer = snowballstemmer.stemmer("english")
    texts = [stemmer.stemWords(content(f"{one.title} {one.text}")) for one in documents]
    engine = bm25s.BM25()
    engine.index(texts, show_progress=False)
    depth = min(DEPTH, len(documents))

    def search(text: str) -> list[str]:
        stems = [s for s in stemmer.stemWords(list(reading(text))) if s in engine.vocab_dict]
        if not stems:
            return []
        found, scores = engine.retrieve([stems], k=depth, show_progress=False)
        return [documents[i].id for i, score in zip(found[0], np.asarray(scores)[0], strict=True) if score > 0]

    return search


def do_it_yourself(documents: Sequence[Document]) -> Search:
    """bm25s, request words put aside, and words that the documents lack read as the nearest that they have."""
    speller = SymSpell(max_dictionary_edit_distance=2)
    counts = Counter(word for one in documents for word in words(f"{one.title} {one.text}"))
    for word, count in counts.items():
        speller.create_dictionary_entry(word, count)

    def reading(text: str) -> list[str]:
        return [_corrected(word) for word in asked(text)]

    def _corrected(word: str) -> str:
        if word in counts or len(word) < 4:
            return word
        near = speller.lookup(word, Verbosity.TOP, max_edit_distance=2)
        return str(near[0].term) if near else word

    return bm25s_(documents, reading)


def tantivy_(documents: Sequence[Document], fuzzy: float = 0.0) -> Search:
    """Tantivy with English stems; *fuzzy* is what a word within its edit distance counts beside the exact one."""
    builder = tantivy.SchemaBuilder()
    for name in ("title", "body"):
        builder.add_text_field(name, tokenizer_name="en_stem")
    builder.add_unsigned_field("number", stored=True)
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer(MEMORY, 1)
    for number, one in enumerate(documents):
        writer.add_document(tantivy.Document(title=one.title, body=one.text, number=number))
    writer.commit()
    index.reload()
    searcher = index.searcher()
    stemmer = snowballstemmer.stemmer("english")

    def search(text: str) -> list[str]:
        parts = [part for word in content(text) for part in _tantivy_word(schema, stemmer.stemWord(word), fuzzy)]
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, part) for part in parts])
        hits = searcher.search(query, DEPTH).hits if parts else []
        return [documents[searcher.doc(address)["number"][0]].id for _, address in hits]

    return search


def _tantivy_word(schema: tantivy.Schema, stem: str, fuzzy: float) -> Iterable[tantivy.Query]:
    for field in ("title", "body"):
        yield tantivy.Query.term_query(schema, field, stem)
        if fuzzy and len(stem) >= 4:
            near = tantivy.Query.fuzzy_term_query(schema, field, stem, distance=2 if len(stem) >= LONG else 1)
            yield tantivy.Query.boost_query(near, fuzzy)


def tantivy_fuzzy(documents: Sequence[Document]) -> Search:
    """Tantivy, exact words and 0.3 of fuzzy ones."""
    return tantivy_(documents, FUZZY)


def whoosh(documents: Sequence[Document]) -> Search:
    """Whoosh-Reloaded: stems, any word, BM25F over title and body."""
    analyzer = StemmingAnalyzer(stoplist=STOP_WORDS)
    schema = fields.Schema(
        number=fields.STORED, title=fields.TEXT(analyzer=analyzer), body=fields.TEXT(analyzer=analyzer)
    )
    index = RamStorage().create_index(schema)
    writer = index.writer()
    for number, one in enumerate(documents):
        writer.add_document(number=number, title=one.title, body=one.text)
    writer.commit()
    searcher = index.searcher()

    def search(text: str) -> list[str]:
        stems = [token.text for token in analyzer(" ".join(content(text)))]
        hits = searcher.search(Or([Term(field, s) for s in stems for field in ("title", "body")]), limit=DEPTH)
        return [documents[hit["number"]].id for hit in hits]

    return search


PEERS: dict[str, Engine] = {
    "FTS5 porter": fts5,
    "bm25s": bm25s_,
    "tantivy": tantivy_,
    "tantivy exact+fuzzy": tantivy_fuzzy,
    "Whoosh": whoosh,
    "do-it-yourself": do_it_yourself,
}
