# The commands of the project. `make test` is the one that CI runs.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
GO ?= go
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
# The race detector needs a C compiler; without one the tests run without it and say so.
RACE := $(shell command -v gcc >/dev/null 2>&1 && echo -race)

.PHONY: all build test check bench relevance golden soak clean

all: build

build:
	$(GO) build -o bin/ibid ./cmd/ibid

# Everything, with reduced counts; 20 minutes at the most.
test:
	@test -n "$(RACE)" || echo "no gcc: the tests run without the race detector"
	$(GO) test $(RACE) -timeout 20m ./...

# What must be clean before a change is shown to others.
check:
	@fmt=$$(gofmt -s -l .); test -z "$$fmt" || { echo "gofmt -s -w these files:"; echo "$$fmt"; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...
	$(GO) test ./internal/arch
	$(GO) test $(RACE) -timeout 20m ./...

# The full counts that acceptance names; raw logs are kept with date under bench/runs.
soak:
	@mkdir -p bench/runs
	IBID_SOAK=1 $(GO) test -count=1 -timeout 80m -v -run 'Soak|Kill|Oracle|Phrases|Facet|Pages|Damage|Random' \
		./indexer ./indexer/fold ./indexer/query ./internal/archive ./internal/extract ./cmd/ibid 2>&1 \
		| tee "bench/runs/$$(date -u +%Y-%m-%d)-soak.log" | grep -E '^(---|===|ok|FAIL|PASS|panic)|figure:'

bench:
	@mkdir -p bench/runs
	$(GO) test -run '^$$' -bench . -benchmem ./bench ./indexer ./internal/timex 2>&1 \
		| tee "bench/runs/$$(date -u +%Y-%m-%d)-bench.log"

# Ranking beside Lucene's on labelled claims; needs Maven and a JDK of 21 or later.
relevance: build
	@mkdir -p bench/runs
	bench/relevance.sh "$${IBID_SHARED:-../shared}/eval/relevance/checkthat2020" \
		| tee "bench/runs/$$(date -u +%Y-%m-%d)-relevance.log"

# Writes the golden files anew; read the difference before you commit it.
golden:
	$(GO) test ./internal/extract ./internal/segment ./cmd/ibid -update

clean:
	rm -rf bin
