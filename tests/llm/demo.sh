#!/bin/sh
# Starts the scripted model on a loopback port, puts the BAR0 bug before it and
# ends it again.
set -eu
url=$(mktemp)
build/llm-script '@text:{"patch": "--- a/kernel' @endless @patch:tests/llm/outside.patch @patch:tests/llm/selftest.patch @patch:tests/llm/good.patch >"$url" &
server=$!
trap 'kill $server 2>/dev/null; rm -f "$url"' EXIT INT TERM
while ! grep -q http "$url"; do kill -0 $server; sleep 0.1; done
./pxos evolve --bug tests/corpus/01-bar0-never-stored --no-history --memory none --llm "$(grep -o 'http[^ ]*' "$url")" "$@"
