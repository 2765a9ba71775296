#!/usr/bin/env bash
# Ranks the queries of a labelled set with Ibid and with Lucene, side by side.
# Usage: bench/relevance.sh FOLDER, from the folder of go.mod
set -euo pipefail
set=$(cd "$1" && pwd)
run=$(mktemp)
trap 'rm -f "$run"' EXIT

for split in dev train; do
  for k in "1.2 0.75" "1.2 0.5"; do
    mvn -q -B -f bench/lucene/pom.xml compile exec:java \
      -Dexec.args="$set/corpus.jsonl $set/queries.$split.jsonl $run $k" >/dev/null 2>&1
    echo "lucene k1,b $k, $split:$(bin/ibid eval relevance --split "$split" --run "$run" "$set")"
  done
  echo "ibid, $split:$(bin/ibid eval relevance --split "$split" "$set")"
done
