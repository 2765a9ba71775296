package main

import (
	"context"
	"fmt"

	"github.com/blevesearch/bleve/v2"
	_ "github.com/blevesearch/bleve/v2/analysis/analyzer/custom"   // by name below
	_ "github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"  // by name
	_ "github.com/blevesearch/bleve/v2/analysis/token/lowercase"   // by name below
	_ "github.com/blevesearch/bleve/v2/analysis/tokenizer/unicode" // by name below
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
	"github.com/blevesearch/bleve/v2/mapping"

	"ibid/bench/engine"
)

// batchSize is the passages of one batch.
const batchSize = 1000

// Index makes the index in batches and merges it to one segment.
func (s *stock) Index(path, dir string, lap func()) (n int, err error) {
	m, err := mappings()
	if err != nil {
		return 0, err
	}
	x, err := bleve.NewUsing(dir, m, scorch.Name, scorch.Name, nil)
	if err != nil {
		return 0, err
	}
	batch := x.NewBatch()
	for p, err := range engine.Passages(path) {
		if err != nil {
			return n, err
		}
		if err := batch.Index(fields(&p)); err != nil {
			return n, err
		}
		if n++; n%batchSize == 0 {
			if err := x.Batch(batch); err != nil {
				return n, err
			}
			batch = x.NewBatch()
		}
	}
	if err := x.Batch(batch); err != nil {
		return n, err
	}
	lap()
	if err := merge(x); err != nil {
		return n, err
	}
	err = x.Close()
	lap()
	return n, err
}

// merge leaves one segment.
func merge(x bleve.Index) error {
	advanced, err := x.Advanced()
	if err != nil {
		return err
	}
	s, ok := advanced.(*scorch.Scorch)
	if !ok {
		return fmt.Errorf("the index is a %T", advanced)
	}
	return s.ForceMerge(context.Background(), &mergeplan.MergePlanOptions{MaxSegmentsPerTier: 1,
		MaxSegmentSize: mergeplan.MaxSegmentSizeLimit, SegmentsPerMergeTask: 50,
		FloorSegmentSize: mergeplan.MaxSegmentSizeLimit})
}

// mappings says how each field is indexed: nothing that the race does not ask for.
func mappings() (mapping.IndexMapping, error) {
	m := bleve.NewIndexMapping()
	err := m.AddCustomAnalyzer("plain", map[string]any{"type": "custom", "tokenizer": "unicode",
		"token_filters": []string{"to_lower"}})
	if err != nil {
		return nil, err
	}
	doc := bleve.NewDocumentStaticMapping()
	text := bleve.NewTextFieldMapping()
	text.Analyzer, text.Store, text.Index, text.IncludeTermVectors = "plain", true, true, true
	text.IncludeInAll, text.DocValues = false, false
	doc.AddFieldMappingsAt("text", text)
	for _, name := range allFacets {
		f := bleve.NewKeywordFieldMapping()
		f.Store, f.IncludeTermVectors, f.IncludeInAll, f.DocValues = false, false, false, true
		doc.AddFieldMappingsAt(name, f)
	}
	date := bleve.NewDateTimeFieldMapping()
	date.Store, date.IncludeInAll, date.DocValues = false, false, true
	doc.AddFieldMappingsAt("date", date)
	m.DefaultMapping, m.DefaultAnalyzer = doc, "plain"
	return m, nil
}
