import static org.apache.lucene.search.BooleanClause.Occur.FILTER;
import static org.apache.lucene.search.BooleanClause.Occur.MUST;
import static org.apache.lucene.search.BooleanClause.Occur.SHOULD;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.LongField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.facet.DrillDownQuery;
import org.apache.lucene.facet.DrillSideways;
import org.apache.lucene.facet.FacetResult;
import org.apache.lucene.facet.Facets;
import org.apache.lucene.facet.FacetsCollector;
import org.apache.lucene.facet.FacetsCollectorManager;
import org.apache.lucene.facet.FacetsConfig;
import org.apache.lucene.facet.LabelAndValue;
import org.apache.lucene.facet.sortedset.DefaultSortedSetDocValuesReaderState;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesFacetCounts;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesFacetField;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesReaderState;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.search.uhighlight.UnifiedHighlighter;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.Version;

/** Races Lucene. The protocol is that of ../engine/doc.go. */
public final class Race {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] ALL = {"republic", "actors", "year", "decade"};
  private static final Analyzer ANALYZER = new StandardAnalyzer(CharArraySet.EMPTY_SET);
  private static final FacetsConfig FACETS = facetsConfig();

  private DirectoryReader reader;
  private IndexSearcher searcher;
  private SortedSetDocValuesReaderState state;
  private DrillSideways sideways;
  private UnifiedHighlighter highlighter;

  private static FacetsConfig facetsConfig() {
    FacetsConfig c = new FacetsConfig();
    c.setMultiValued("actors", true);
    return c;
  }

  public static void main(String[] args) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Race race = new Race();
    for (String line; (line = in.readLine()) != null; ) {
      ObjectNode answer = JSON.createObjectNode();
      try {
        race.answer(JSON.readTree(line), answer);
      } catch (Exception e) {
        answer = JSON.createObjectNode().put("error", e.toString());
      }
      System.out.write((JSON.writeValueAsString(answer) + "\n").getBytes(StandardCharsets.UTF_8));
      System.out.flush();
    }
  }

  private void answer(JsonNode r, ObjectNode answer) throws IOException {
    String kind = r.path("class").asText();
    switch (r.path("op").asText()) {
      case "index" -> index(r.path("corpus").asText(), Path.of(r.path("dir").asText()), answer);
      case "open" -> open(Path.of(r.path("dir").asText()), answer);
      case "run" -> {
        for (int i = 0; i < r.path("reps").asInt(); i++) {
          Watch w = new Watch();
          long total = ask(kind, r.path("query"), null);
          w.lap(answer);
          answer.put("total", total);
        }
      }
      case "check" -> answer.put("total", ask(kind, r.path("query"), answer.putObject("facets")));
      default -> throw new IllegalArgumentException("there is no op " + r.path("op"));
    }
  }

  /** The clocks of the process, of this thread and of the wall from a start on, in milliseconds. */
  private static final class Watch {
    private static final int CLOCK_PROCESS_CPUTIME_ID = 2; // of Linux
    private static final MemorySegment TIME = Arena.global().allocate(16);
    private static final MethodHandle CLOCK =
        Linker.nativeLinker().downcallHandle(Linker.nativeLinker().defaultLookup().find("clock_gettime").orElseThrow(),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final double process = process();
    private final double thread = thread();
    private final long wall = System.nanoTime();

    static double process() {
      try {
        int failed = (int) CLOCK.invokeExact(CLOCK_PROCESS_CPUTIME_ID, TIME);
        if (failed != 0) throw new IllegalStateException("no clock of the process");
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
      return TIME.get(ValueLayout.JAVA_LONG, 0) * 1e3 + TIME.get(ValueLayout.JAVA_LONG, 8) / 1e6;
    }

    static double thread() {
      return THREADS.getCurrentThreadCpuTime() / 1e6;
    }

    void lap(ObjectNode answer) {
      double w = (System.nanoTime() - wall) / 1e6, t = thread() - thread, p = process() - process;
      list(answer, "wall").add(w);
      list(answer, "query").add(t);
      list(answer, "cpu").add(p);
    }

    private static ArrayNode list(ObjectNode answer, String name) {
      return answer.has(name) ? (ArrayNode) answer.get(name) : answer.putArray(name);
    }
  }

  /** Makes the index and merges it to one segment. */
  private static void index(String corpus, Path dir, ObjectNode answer) throws IOException {
    Watch w = new Watch();
    IndexWriterConfig config = new IndexWriterConfig(ANALYZER);
    config.setRAMBufferSizeMB(256);
    int n = 0;
    try (IndexWriter writer = new IndexWriter(FSDirectory.open(dir), config);
        BufferedReader lines = Files.newBufferedReader(Path.of(corpus))) {
      for (String line; (line = lines.readLine()) != null; n++) {
        writer.addDocument(FACETS.build(document(JSON.readTree(line))));
      }
      writer.commit();
      w.lap(answer);
      writer.forceMerge(1);
      writer.commit();
    }
    w.lap(answer);
    answer.put("passages", n);
  }

  private static Document document(JsonNode p) {
    Document d = new Document();
    String year = p.get("year").asText();
    d.add(new StoredField("id", p.get("id").asLong()));
    d.add(new TextField("text", p.get("text").asText(), Field.Store.YES));
    d.add(new SortedSetDocValuesFacetField("republic", p.get("republic").asText()));
    d.add(new SortedSetDocValuesFacetField("year", year));
    d.add(new SortedSetDocValuesFacetField("decade", year.substring(0, 3) + "0s"));
    for (JsonNode a : p.path("actors")) d.add(new SortedSetDocValuesFacetField("actors", a.asText()));
    d.add(new LongField("date", p.get("date").asLong(), Field.Store.NO));
    return d;
  }

  private void open(Path dir, ObjectNode answer) throws IOException {
    Watch w = new Watch();
    reader = DirectoryReader.open(FSDirectory.open(dir));
    state = new DefaultSortedSetDocValuesReaderState(reader, FACETS);
    searcher = new IndexSearcher(reader);
    searcher.setQueryCache(null);
    sideways = new DrillSideways(searcher, FACETS, state);
    highlighter = UnifiedHighlighter.builder(searcher, ANALYZER).build();
    w.lap(answer);
    answer.put("passages", reader.numDocs());
    answer.put("version", Version.LATEST + ", " + reader.leaves().size() + " segments, Java " + Runtime.version().feature());
  }

  /** The total of a query of a class; with counts wanted, every value of its facets. */
  private long ask(String kind, JsonNode q, ObjectNode counts) throws IOException {
    Query phrase = new PhraseQuery("text", q.path("phrase").asText().split(" "));
    return switch (kind) {
      case "phrase_top10" -> top(phrase).totalHits.value();
      case "phrase_count" -> searcher.count(phrase);
      case "phrase_hl" -> {
        TopDocs top = top(phrase);
        highlighter.highlight("text", phrase, top);
        yield top.totalHits.value();
      }
      case "phrase_facets" -> facets(phrase, counts);
      case "phrase_filter" -> top(filtered(phrase, q)).totalHits.value();
      case "phrase_filter_facets" -> facets(filtered(phrase, q), counts);
      case "all_facets" -> facets(new MatchAllDocsQuery(), counts);
      case "filter_facets" -> facets(new ConstantScoreQuery(value("republic", q.path("republic").asText())), counts);
      case "random_filter_facets" -> {
        BooleanQuery.Builder any = new BooleanQuery.Builder();
        for (JsonNode a : q.path("actors")) any.add(value("actors", a.asText()), SHOULD);
        Query both = new BooleanQuery.Builder().add(any.build(), FILTER).add(dates(q), FILTER).build();
        yield facets(new ConstantScoreQuery(both), counts);
      }
      case "drill_phrase" -> drill(phrase, q, counts);
      case "drill_all" -> drill(new MatchAllDocsQuery(), q, counts);
      default -> throw new IllegalArgumentException("there is no class " + kind);
    };
  }

  private TopDocs top(Query q) throws IOException {
    return searcher.search(q, new TopScoreDocCollectorManager(10, Integer.MAX_VALUE));
  }

  private static Query value(String facet, String value) {
    Term t = DrillDownQuery.term(FACETS.getDimConfig(facet).indexFieldName, facet, value);
    return new TermQuery(t);
  }

  private static Query dates(JsonNode q) {
    return LongField.newRangeQuery("date", q.path("from").asLong(), q.path("to").asLong() - 1);
  }

  private static Query filtered(Query phrase, JsonNode q) {
    return new BooleanQuery.Builder()
        .add(phrase, MUST)
        .add(value("republic", q.path("republic").asText()), FILTER)
        .add(dates(q), FILTER)
        .build();
  }

  private long facets(Query q, ObjectNode counts) throws IOException {
    FacetsCollector collected = FacetsCollectorManager.search(searcher, q, 10, new FacetsCollectorManager()).facetsCollector();
    long total = 0;
    for (var m : collected.getMatchingDocs()) total += m.totalHits();
    read(new SortedSetDocValuesFacetCounts(state, collected), counts);
    return total;
  }

  private long drill(Query base, JsonNode q, ObjectNode counts) throws IOException {
    DrillDownQuery down = new DrillDownQuery(FACETS, base);
    down.add("republic", q.path("republic").asText());
    down.add("actors", q.path("actor").asText());
    var found = sideways.search(down, 10);
    read(found.facets, counts);
    return found.hits.totalHits.value();
  }

  /** Reads ten values of each facet, or all into counts. */
  private static void read(Facets facets, ObjectNode counts) throws IOException {
    for (String name : ALL) {
      FacetResult r = counts == null ? facets.getTopChildren(10, name) : facets.getAllChildren(name);
      if (counts == null) continue;
      ObjectNode of = counts.putObject(name);
      if (r == null) continue;
      for (LabelAndValue v : r.labelValues) if (v.value.intValue() > 0) of.put(v.label, v.value.intValue());
    }
  }
}
