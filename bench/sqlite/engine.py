"""Races SQLite FTS5 as Python ships it. The protocol is that of ../engine/doc.go."""
import json
import os
import sqlite3
import sys
import time

FACETS = ["republic", "actors", "year", "decade"]
ONE_OF = {"republic": "republic", "year": "year", "decade": "decade"}  # facets that are columns of docs

SCHEMA = """
pragma journal_mode=off; pragma synchronous=off; pragma cache_size=-200000;
create table docs(id integer primary key, text text, republic text, year text, decade text, date int);
create table actors(doc int, actor text, primary key(actor, doc)) without rowid;
create virtual table fts using fts5(text, content='docs', content_rowid='id',
    tokenize="unicode61 remove_diacritics 0");
"""
INDEXES = """
create index by_republic on docs(republic, date);
create index by_doc on actors(doc, actor);
create index covering on docs(id, republic, year, decade, date);
create index by_date on docs(date);
"""


class Watch:
    """Two clocks from a start on; lap notes both in an answer, in milliseconds."""

    def __init__(self):
        self.cpu, self.wall = time.process_time(), time.perf_counter()

    def lap(self, answer):
        answer.setdefault("cpu", []).append((time.process_time() - self.cpu) * 1e3)
        answer.setdefault("wall", []).append((time.perf_counter() - self.wall) * 1e3)


def index(corpus, folder):
    """Makes the database and merges the full-text index."""
    answer, watch, n = {}, Watch(), 0
    os.makedirs(folder, exist_ok=True)
    db = sqlite3.connect(os.path.join(folder, "race.db"))
    db.executescript(SCHEMA)
    with open(corpus, encoding="utf-8") as lines:
        for line in lines:
            p = json.loads(line)
            row = (p["id"], p["text"], p["republic"], p["year"], p["year"][:3] + "0s", p["date"])
            db.execute("insert into docs values(?,?,?,?,?,?)", row)
            db.execute("insert into fts(rowid, text) values(?,?)", row[:2])
            db.executemany("insert into actors values(?,?)", [(p["id"], a) for a in p["actors"] or []])
            n += 1
    db.executescript(INDEXES)
    db.commit()
    watch.lap(answer)
    db.execute("insert into fts(fts) values('optimize')")
    db.execute("analyze")
    db.commit()
    db.close()
    watch.lap(answer)
    return answer | {"passages": n}


def open_index(folder):
    """Opens the database for reading."""
    answer, watch = {}, Watch()
    db = sqlite3.connect(f"file:{os.path.join(folder, 'race.db')}?mode=ro", uri=True, isolation_level=None)
    db.executescript("pragma mmap_size=4000000000; pragma cache_size=-200000; pragma temp_store=memory;")
    n = db.execute("select count(*) from docs").fetchone()[0]
    watch.lap(answer)
    return db, answer | {"passages": n, "version": sqlite3.sqlite_version}


class Asking:
    """One question in one or more statements."""

    def __init__(self, db):
        self.db, self.counts = db, {}

    def one(self, sql, *args):
        return self.db.execute(sql, args).fetchone()[0]

    def hold(self, sql, *args):
        """Keeps the hits of a statement for the facets; their number."""
        self.db.execute("drop table if exists temp.h")
        self.db.execute("create temp table h(id integer primary key)")
        self.db.execute("insert into temp.h " + sql, args)
        return self.one("select count(*) from temp.h")

    def facets(self, *names):
        """Counts facets over the hits that are held."""
        for f in names:
            if f == "actors":
                sql = "select actor, count(*) c from actors where doc in (select id from temp.h) group by 1 order by c desc"
            else:
                sql = f"select {ONE_OF[f]}, count(*) c from docs where id in (select id from temp.h) group by 1 order by c desc"
            self.counts[f] = dict(self.db.execute(sql).fetchall())

    def top(self, sql, *args):
        self.db.execute(sql + " order by rank limit 10", args).fetchall()


HITS = "select rowid from fts where fts match ?"
COUNT = "select count(*) from fts where fts match ?"
# The phrase comes first in each plan: left to itself SQLite walks the republic and looks each
# passage up in the full-text index.
JOINED = "from fts cross join docs on docs.id=fts.rowid where fts match ? and republic=? and date>=? and date<?"
PHRASE = "select fts.rowid from fts cross join docs on docs.id=fts.rowid where fts match ?"
REPUBLIC = " and republic=?"
ACTOR = " and exists (select 1 from actors where actor=? and doc=docs.id)"


def ask(db, kind, q):
    """The total of a query of a class, and the counts of its facets."""
    a, p, total = Asking(db), '"' + q["phrase"] + '"', 0
    filtered = (p, q["republic"], q["from"], q["to"])
    if kind == "phrase_top10":
        a.top(HITS, p)
        total = a.one(COUNT, p)
    elif kind == "phrase_count":
        total = a.one(COUNT, p)
    elif kind == "phrase_hl":
        a.top("select rowid, highlight(fts, 0, '<b>', '</b>') from fts where fts match ?", p)
        total = a.one(COUNT, p)
    elif kind == "phrase_facets":
        a.top(HITS, p)
        total = a.hold(HITS, p)
        a.facets(*FACETS)
    elif kind == "phrase_filter":
        a.top("select fts.rowid " + JOINED, *filtered)
        total = a.one("select count(*) " + JOINED, *filtered)
    elif kind == "phrase_filter_facets":
        a.top("select fts.rowid " + JOINED, *filtered)
        total = a.hold("select fts.rowid " + JOINED, *filtered)
        a.facets(*FACETS)
    elif kind == "all_facets":
        total = a.one("select count(*) from docs")
        for f in FACETS:
            table, column = ("actors", "actor") if f == "actors" else ("docs", ONE_OF[f])
            a.counts[f] = dict(db.execute(f"select {column}, count(*) c from {table} group by 1 order by c desc").fetchall())
    elif kind == "filter_facets":
        total = a.hold("select id from docs where republic=?", q["republic"])
        a.facets(*FACETS)
    elif kind == "random_filter_facets":
        some = ",".join("?" * len(q["actors"]))
        total = a.hold(f"select id from docs where id in (select doc from actors where actor in ({some}))"
                       " and date>=? and date<?", *q["actors"], q["from"], q["to"])
        a.facets(*FACETS)
    elif kind == "drill_phrase":
        total = a.hold(PHRASE + REPUBLIC + ACTOR, p, q["republic"], q["actor"])
        a.facets("year", "decade")
        a.hold(PHRASE + ACTOR, p, q["actor"])
        a.facets("republic")
        a.hold(PHRASE + REPUBLIC, p, q["republic"])
        a.facets("actors")
    elif kind == "drill_all":
        total = a.hold("select id from docs where republic=? and id in (select doc from actors where actor=?)",
                       q["republic"], q["actor"])
        a.facets("year", "decade")
        a.hold("select doc from actors where actor=?", q["actor"])
        a.facets("republic")
        a.hold("select id from docs where republic=?", q["republic"])
        a.facets("actors")
    else:
        raise ValueError(f"there is no class {kind!r}")
    return total, a.counts


def main():
    db = None
    for line in sys.stdin:
        r = json.loads(line)
        answer = {}
        try:
            if r["op"] == "index":
                answer = index(r["corpus"], r["dir"])
            elif r["op"] == "open":
                db, answer = open_index(r["dir"])
            elif r["op"] == "run":
                for _ in range(r["reps"]):
                    watch = Watch()
                    answer["total"] = ask(db, r["class"], r["query"])[0]
                    watch.lap(answer)
            elif r["op"] == "check":
                answer["total"], answer["facets"] = ask(db, r["class"], r["query"])
            else:
                raise ValueError(f"there is no op {r['op']!r}")
        except Exception as e:  # told in the answer; the next request may do
            answer = {"error": repr(e)}
        print(json.dumps(answer, ensure_ascii=False), flush=True)


main()
