import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.ByteBuffersDirectory;

/**
 * Ranks a set in BEIR's form with Lucene as its users meet it: EnglishAnalyzer (stop words
 * dropped, Porter's stems), BM25 (k1 = 1.2, b = 0.75 unless given), title and text in one field, any
 * word of the query may match. Writes a TREC run of the best hundred.
 *
 * <p>Usage: Relevance CORPUS.jsonl QUERIES.jsonl RUN [K1 B]
 */
public class Relevance {
  static final int DEPTH = 100;
  static final ObjectMapper JSON = new ObjectMapper();

  interface Line {
    void read(JsonNode n) throws Exception;
  }

  static void each(String path, Line line) throws Exception {
    try (BufferedReader in = Files.newBufferedReader(Path.of(path), StandardCharsets.UTF_8)) {
      for (String s; (s = in.readLine()) != null; ) {
        line.read(JSON.readTree(s));
      }
    }
  }

  static BooleanQuery query(Analyzer an, String text) throws Exception {
    var words = new LinkedHashSet<String>();
    try (TokenStream ts = an.tokenStream("text", text)) {
      var term = ts.addAttribute(CharTermAttribute.class);
      ts.reset();
      while (ts.incrementToken()) {
        words.add(term.toString());
      }
      ts.end();
    }
    var b = new BooleanQuery.Builder();
    for (String w : words) {
      b.add(new TermQuery(new Term("text", w)), BooleanClause.Occur.SHOULD);
    }
    return b.build();
  }

  public static void main(String[] args) throws Exception {
    var out = new PrintStream(args[2], StandardCharsets.UTF_8);
    Analyzer an = new EnglishAnalyzer();
    var bm25 = args.length > 4
        ? new BM25Similarity(Float.parseFloat(args[3]), Float.parseFloat(args[4]))
        : new BM25Similarity(1.2f, 0.75f);
    var dir = new ByteBuffersDirectory();
    var config = new IndexWriterConfig(an).setSimilarity(bm25);
    try (var writer = new IndexWriter(dir, config)) {
      each(args[0], n -> {
        var d = new Document();
        d.add(new StringField("id", n.get("_id").asText(), Field.Store.YES));
        d.add(new TextField("text", n.path("title").asText() + " " + n.path("text").asText(),
            Field.Store.NO));
        writer.addDocument(d);
      });
      writer.forceMerge(1);
    }
    try (var reader = DirectoryReader.open(dir)) {
      var searcher = new IndexSearcher(reader);
      searcher.setSimilarity(bm25);
      each(args[1], n -> {
        int rank = 0;
        for (ScoreDoc s : searcher.search(query(an, n.get("text").asText()), DEPTH).scoreDocs) {
          String id = searcher.storedFields().document(s.doc).get("id");
          out.printf(Locale.ROOT, "%s Q0 %s %d %.6f lucene%n", n.get("_id").asText(), id, ++rank,
              s.score);
        }
      });
    }
    out.close();
  }
}
