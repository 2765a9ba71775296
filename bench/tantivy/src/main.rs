//! Races Tantivy. The protocol is that of ../engine/doc.go.

use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::io::{BufRead, BufReader, Write};
use std::time::Instant;

use serde::{Deserialize, Serialize};
use tantivy::aggregation::agg_req::Aggregations;
use tantivy::aggregation::agg_result::AggregationResults;
use tantivy::aggregation::AggregationCollector;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{AllQuery, BooleanQuery, ConstScoreQuery, Occur, PhraseQuery, Query, RangeQuery, TermQuery};
use tantivy::schema::*;
use tantivy::snippet::SnippetGenerator;
use tantivy::tokenizer::{LowerCaser, RemoveLongFilter, SimpleTokenizer, TextAnalyzer};
use tantivy::{Index, Searcher, TantivyDocument, Term};

type Fallible<T> = Result<T, Box<dyn Error>>;
const ALL: [&str; 4] = ["republic", "actors", "year", "decade"];

type Counts = BTreeMap<String, BTreeMap<String, u64>>;

#[derive(Deserialize)]
struct Passage {
    id: u64,
    text: String,
    republic: String,
    actors: Option<Vec<String>>,
    year: String,
    date: i64,
}

#[derive(Deserialize, Default)]
struct Asked {
    phrase: String,
    republic: String,
    actor: String,
    actors: Option<Vec<String>>,
    from: i64,
    to: i64,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Request {
    op: String,
    corpus: String,
    dir: String,
    class: String,
    query: Asked,
    reps: usize,
}

#[derive(Serialize, Default)]
struct Answer {
    #[serde(skip_serializing_if = "String::is_empty")]
    error: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    version: String,
    passages: u64,
    cpu: Vec<f64>,
    wall: Vec<f64>,
    total: u64,
    #[serde(skip_serializing_if = "Counts::is_empty")]
    facets: Counts,
}

/// CPU time of the process in milliseconds.
fn cpu() -> f64 {
    let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut t) };
    t.tv_sec as f64 * 1e3 + t.tv_nsec as f64 / 1e6
}

/// A stretch of work between two readings of both clocks.
struct Watch(f64, Instant);

impl Watch {
    fn start() -> Watch {
        Watch(cpu(), Instant::now())
    }
    fn lap(&self, a: &mut Answer) {
        a.cpu.push(cpu() - self.0);
        a.wall.push(self.1.elapsed().as_secs_f64() * 1e3);
    }
}

struct Fields {
    schema: Schema,
    text: Field,
    republic: Field,
    actors: Field,
    year: Field,
    decade: Field,
    date: Field,
    id: Field,
}

fn fields() -> Fields {
    let mut b = Schema::builder();
    let positions = TextFieldIndexing::default()
        .set_tokenizer("plain")
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let keyword = || {
        let raw = TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_index_option(IndexRecordOption::Basic)
            .set_fieldnorms(false);
        TextOptions::default().set_indexing_options(raw).set_fast("raw")
    };
    let text = b.add_text_field("text", TextOptions::default().set_indexing_options(positions).set_stored());
    let republic = b.add_text_field("republic", keyword());
    let actors = b.add_text_field("actors", keyword());
    let year = b.add_text_field("year", keyword());
    let decade = b.add_text_field("decade", keyword());
    let date = b.add_i64_field("date", NumericOptions::default().set_fast().set_indexed());
    let id = b.add_u64_field("id", NumericOptions::default().set_stored());
    Fields { schema: b.build(), text, republic, actors, year, decade, date, id }
}

fn register(index: &Index) {
    let plain = TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(200))
        .filter(LowerCaser)
        .build();
    index.tokenizers().register("plain", plain);
}

/// Makes the index on one thread and merges it to one segment.
fn make(corpus: &str, dir: &str, a: &mut Answer) -> Fallible<()> {
    let watch = Watch::start();
    std::fs::create_dir_all(dir)?;
    let f = fields();
    let index = Index::create_in_dir(dir, f.schema.clone())?;
    register(&index);
    let mut writer = index.writer_with_num_threads(1, 300_000_000)?;
    for line in BufReader::with_capacity(1 << 20, std::fs::File::open(corpus)?).lines() {
        let p: Passage = serde_json::from_str(&line?)?;
        let mut d = TantivyDocument::default();
        d.add_text(f.decade, format!("{}0s", &p.year[..3]));
        d.add_text(f.text, p.text);
        d.add_text(f.republic, p.republic);
        d.add_text(f.year, p.year);
        d.add_i64(f.date, p.date);
        d.add_u64(f.id, p.id);
        for x in p.actors.unwrap_or_default() {
            d.add_text(f.actors, &x);
        }
        writer.add_document(d)?;
        a.passages += 1;
    }
    writer.commit()?;
    watch.lap(a);
    let segments = index.searchable_segment_ids()?;
    if segments.len() > 1 {
        writer.merge(&segments).wait()?;
    }
    writer.garbage_collect_files().wait()?;
    writer.wait_merging_threads()?;
    watch.lap(a);
    Ok(())
}

/// An index that is open.
struct Opened {
    f: Fields,
    s: Searcher,
    /// Aggregations by the names of their facets, ten values each, read once.
    ready: BTreeMap<String, Aggregations>,
}

fn open(dir: &str) -> Fallible<Opened> {
    let index = Index::open_in_dir(dir)?;
    register(&index);
    let mut ready = BTreeMap::new();
    for names in [&ALL[..], &["year", "decade"], &["republic"], &["actors"]] {
        ready.insert(names.concat(), aggregations(names, 10)?);
    }
    Ok(Opened { f: fields(), s: index.reader()?.searcher(), ready })
}

/// Counts of facets with so many values each.
fn aggregations(names: &[&str], values: u32) -> Fallible<Aggregations> {
    let aggs: BTreeMap<_, _> =
        names.iter().map(|n| (*n, serde_json::json!({"terms": {"field": n, "size": values}}))).collect();
    Ok(serde_json::from_value(serde_json::to_value(aggs)?)?)
}

/// The answer to one question in one or more searches; the total is that of the first.
struct Asking<'a> {
    s: &'a Searcher,
    ready: &'a BTreeMap<String, Aggregations>,
    all: bool, // values are wanted, not only counted
    total: Option<u64>,
    counts: Counts,
}

impl Asking<'_> {
    fn note(&mut self, n: usize) {
        self.total.get_or_insert(n as u64);
    }

    fn top(&mut self, q: &dyn Query) -> Fallible<()> {
        let (top, n) = self.s.search(q, &(TopDocs::with_limit(10).order_by_score(), Count))?;
        black_box(top);
        self.note(n);
        Ok(())
    }

    /// Counts facets, with the ten best hits when they are wanted.
    fn facets(&mut self, q: &dyn Query, hits: bool, names: &[&str]) -> Fallible<()> {
        let aggs = if self.all { aggregations(names, 50_000)? } else { self.ready[&names.concat()].clone() };
        let collector = AggregationCollector::from_aggs(aggs, Default::default());
        let counted = if hits {
            let top = TopDocs::with_limit(10).order_by_score();
            let (top, n, r) = self.s.search(q, &(top, Count, collector))?;
            black_box(top);
            self.note(n);
            r
        } else {
            let (n, r) = self.s.search(q, &(Count, collector))?;
            self.note(n);
            r
        };
        if self.all {
            self.read(counted)?;
        } else {
            black_box(counted);
        }
        Ok(())
    }

    fn read(&mut self, r: AggregationResults) -> Fallible<()> {
        for (name, facet) in serde_json::to_value(r)?.as_object().ok_or("no facets")? {
            let of = self.counts.entry(name.clone()).or_default();
            for b in facet["buckets"].as_array().ok_or("no buckets")? {
                let n = b["doc_count"].as_u64().ok_or("no count")?;
                of.insert(b["key"].as_str().ok_or("no key")?.to_string(), n);
            }
        }
        Ok(())
    }
}

impl Opened {
    fn term(&self, field: Field, value: &str) -> Box<dyn Query> {
        let t = TermQuery::new(Term::from_field_text(field, value), IndexRecordOption::Basic);
        Box::new(ConstScoreQuery::new(Box::new(t), 0.0))
    }

    fn phrase(&self, q: &Asked) -> Box<dyn Query> {
        let words = q.phrase.split(' ').map(|w| Term::from_field_text(self.f.text, w)).collect();
        Box::new(PhraseQuery::new(words))
    }

    fn dates(&self, q: &Asked) -> Box<dyn Query> {
        let from = std::ops::Bound::Included(Term::from_field_i64(self.f.date, q.from));
        let to = std::ops::Bound::Excluded(Term::from_field_i64(self.f.date, q.to));
        Box::new(ConstScoreQuery::new(Box::new(RangeQuery::new(from, to)), 0.0))
    }

    fn ask(&self, class: &str, q: &Asked, all: bool) -> Fallible<(u64, Counts)> {
        let mut a = Asking { s: &self.s, ready: &self.ready, all, total: None, counts: Counts::new() };
        let and = |v: Vec<Box<dyn Query>>| -> Box<dyn Query> {
            Box::new(BooleanQuery::new(v.into_iter().map(|x| (Occur::Must, x)).collect()))
        };
        let republic = || self.term(self.f.republic, &q.republic);
        let actor = || self.term(self.f.actors, &q.actor);
        match class {
            "phrase_top10" => a.top(&*self.phrase(q))?,
            "phrase_count" => {
                let n = self.s.search(&*self.phrase(q), &Count)?;
                a.note(n);
            }
            "phrase_hl" => {
                let p = self.phrase(q);
                let (top, n) = self.s.search(&*p, &(TopDocs::with_limit(10).order_by_score(), Count))?;
                let snippets = SnippetGenerator::create(&self.s, &*p, self.f.text)?;
                for (_, at) in top {
                    let d: TantivyDocument = self.s.doc(at)?;
                    black_box(snippets.snippet_from_doc(&d).to_html());
                }
                a.note(n);
            }
            "phrase_facets" => a.facets(&*self.phrase(q), true, &ALL)?,
            "phrase_filter" => a.top(&*and(vec![self.phrase(q), republic(), self.dates(q)]))?,
            "phrase_filter_facets" => a.facets(&*and(vec![self.phrase(q), republic(), self.dates(q)]), true, &ALL)?,
            "all_facets" => a.facets(&AllQuery, true, &ALL)?,
            "filter_facets" => a.facets(&*republic(), true, &ALL)?,
            "random_filter_facets" => {
                let any = q.actors.iter().flatten().map(|v| (Occur::Should, self.term(self.f.actors, v))).collect();
                a.facets(&*and(vec![Box::new(BooleanQuery::new(any)), self.dates(q)]), true, &ALL)?
            }
            "drill_phrase" => {
                a.facets(&*and(vec![self.phrase(q), republic(), actor()]), true, &["year", "decade"])?;
                a.facets(&*and(vec![self.phrase(q), actor()]), false, &["republic"])?;
                a.facets(&*and(vec![self.phrase(q), republic()]), false, &["actors"])?
            }
            "drill_all" => {
                a.facets(&*and(vec![republic(), actor()]), true, &["year", "decade"])?;
                a.facets(&*actor(), false, &["republic"])?;
                a.facets(&*republic(), false, &["actors"])?
            }
            _ => return Err(format!("there is no class {class:?}").into()),
        }
        Ok((a.total.unwrap_or(0), a.counts))
    }
}

fn answer(line: &str, opened: &mut Option<Opened>) -> Fallible<Answer> {
    let r: Request = serde_json::from_str(line)?;
    let mut a = Answer::default();
    match r.op.as_str() {
        "index" => make(&r.corpus, &r.dir, &mut a)?,
        "open" => {
            let watch = Watch::start();
            let o = open(&r.dir)?;
            watch.lap(&mut a);
            a.passages = o.s.num_docs();
            a.version = format!("{}, {} segments", tantivy::version_string(), o.s.segment_readers().len());
            *opened = Some(o);
        }
        "run" => {
            let o = opened.as_ref().ok_or("nothing is open")?;
            for _ in 0..r.reps {
                let watch = Watch::start();
                a.total = o.ask(&r.class, &r.query, false)?.0;
                watch.lap(&mut a);
            }
        }
        "check" => {
            let o = opened.as_ref().ok_or("nothing is open")?;
            (a.total, a.facets) = o.ask(&r.class, &r.query, true)?;
        }
        _ => return Err(format!("there is no op {:?}", r.op).into()),
    }
    Ok(a)
}

fn main() -> Fallible<()> {
    let mut opened = None;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let a = answer(&line?, &mut opened)
            .unwrap_or_else(|e| Answer { error: e.to_string(), ..Answer::default() });
        writeln!(out, "{}", serde_json::to_string(&a)?)?;
        out.flush()?;
    }
    Ok(())
}
