# The commands of the project. `make test` is the one that CI runs.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
GO ?= go
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
# The race detector needs a C compiler; without one the tests run without it and say so.
RACE := $(shell command -v gcc >/dev/null 2>&1 && echo -race)

.PHONY: all build test check bench bench-peers bench-http relevance golden soak clean

all: build

build:
	$(GO) build -o bin/ibid ./cmd/ibid

# Everything, with reduced counts; 20 minutes at the most.
test:
	@test -n "$(RACE)" || echo "no gcc: the tests run without the race detector"
	$(GO) test $(RACE) -timeout 20m ./...
	cd bench && $(GO) test ./...

# What must be clean before a change is shown to others.
check:
	@fmt=$$(gofmt -s -l .); test -z "$$fmt" || { echo "gofmt -s -w these files:"; echo "$$fmt"; exit 1; }
	$(GO) vet ./... && cd bench && $(GO) vet ./...
	$(GO) run $(STATICCHECK) ./... && cd bench && $(GO) run $(STATICCHECK) ./...
	$(GO) test ./internal/arch
	$(GO) test $(RACE) -timeout 20m ./...
	cd bench && $(GO) test ./...

# Every test with the full counts that acceptance names, some hours; raw logs are kept with date under
# bench/runs.
soak:
	@mkdir -p bench/runs
	IBID_SOAK=1 $(GO) test -count=1 -timeout 360m -v -skip SoakMixed ./... 2>&1 \
		| tee "bench/runs/$$(date -u +%Y-%m-%d)-soak.log" | grep -E '^(---|===|ok|FAIL|PASS|panic)|figure:'
	IBID_SOAK=1 $(GO) test $(RACE) -count=1 -timeout 20m -v -run SoakMixed ./indexer 2>&1 \
		| tee "bench/runs/$$(date -u +%Y-%m-%d)-soak-race.log" | grep -E '^(---|ok|FAIL|PASS|panic)|figure:'

# Go benchmarks; bench/README.md says how to compare two states by benchstat.
bench:
	@mkdir -p bench/runs
	{ (cd bench && $(GO) test -run '^$$' -bench . -benchmem .) && \
		$(GO) test -run '^$$' -bench . -benchmem ./indexer ./internal/timex; } 2>&1 \
		| tee "bench/runs/$$(date -u +%Y-%m-%d)-bench.log"

# The race with bleve, SQLite FTS5, Tantivy and Lucene on N passages. It needs cargo, python3,
# Maven and a JDK of 22 or later; RACE_FLAGS="-without lucene" leaves one out, and more flags
# are listed by: cd bench && go run ./race -h. Corpora, indexes and programs go to OUT, outside
# the repository; what is there is used again. The table goes to bench/runs.
N ?= 100000
OUT ?= $${XDG_CACHE_HOME:-$$HOME/.cache}/ibid-race
bench-peers:
	cd bench && $(GO) run ./race -n $(N) -out "$(OUT)" $(RACE_FLAGS)

# HTTP end to end: the server of Ibid over the same corpus, under the load of CLIENTS.
CLIENTS ?= 8
bench-http:
	cd bench && $(GO) run ./load -n $(N) -out "$(OUT)" -clients $(CLIENTS)

# Ranking beside Lucene's on labelled claims; needs Maven and a JDK of 22 or later.
relevance: build
	@mkdir -p bench/runs
	bench/relevance.sh "$${IBID_SHARED:-../shared}/eval/relevance/checkthat2020" \
		| tee "bench/runs/$$(date -u +%Y-%m-%d)-relevance.log"

# Writes the golden files anew; read the difference before you commit it.
golden:
	$(GO) test ./internal/extract ./internal/segment ./cmd/ibid -update

clean:
	rm -rf bin
