#!/usr/bin/env bash
# Imports 10,000 and 100,000 generated Shopify orders into a fresh SQLite: rate and peak memory, which must not grow
# with the file. Then kills an import in the middle (-9), runs it again, and compares every table with the clean run.
#
#   e2e/bench/import/run.sh [PATH-TO-aftercart]
#
# BENCH_ORDERS makes the big file smaller for a try.
set -euo pipefail
cd "$(dirname "$0")/../../.."

big=${BENCH_ORDERS:-100000}
small=$((big / 10))
# Twenty megabytes and half as much again are noise of the allocator; a file read into memory is hundreds.
slack_kb=20480

aftercart=${1:-target/release/aftercart}
if [ $# -eq 0 ]; then cargo build --release -p aftercart-server --bin aftercart; fi
cargo build --release -p aftercart-server --example generate_shopify_orders --example digest_database
generate=target/release/examples/generate_shopify_orders
digest=target/release/examples/digest_database

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$generate" "$small" > "$work/small.json"
"$generate" "$big" > "$work/big.json"
printf '%-28s %12s bytes\n' "$big orders" "$(stat -c %s "$work/big.json")"

# Ids derive from the site's, so every run begins with a copy of the same empty site.
mkdir "$work/empty"
"$aftercart" --data-dir "$work/empty" site create --key pk_demo --name Bench --origin https://shop.example \
    --country CN --currency CNY --time-zone Asia/Shanghai > /dev/null

new_database() {
    cp -r "$work/empty" "$work/$1"
}

start_import() { # data folder, file
    "$aftercart" --data-dir "$work/$1" import orders "$work/$2" --site pk_demo > "$work/$1.log" 2>&1 &
    import=$!
}

# Peak memory in kB of the process $import, read until it ends (and at most $1 times).
peak_memory() {
    local peak=0 now looks=0
    while now=$(awk '/^VmHWM/ {print $2}' "/proc/$import/status" 2> /dev/null) && [ -n "$now" ]; do
        peak=$now
        looks=$((looks + 1))
        if [ -n "${1:-}" ] && [ "$looks" -ge "$1" ]; then break; fi
        sleep 0.05
    done
    echo "$peak"
}

timed_import() { # data folder, file, orders; sets $peak
    local begin end
    new_database "$1"
    begin=$(date +%s%N)
    start_import "$1" "$2"
    peak=$(peak_memory)
    wait "$import" || { cat "$work/$1.log"; exit 1; }
    end=$(date +%s%N)
    local ms=$(((end - begin) / 1000000))
    printf '%-28s %8d ms %8d orders/s %8d kB peak\n' "$3 orders" "$ms" $(($3 * 1000 / ms)) "$peak"
    took_ms=$ms
}

timed_import few small.json "$small"
few_peak=$peak
timed_import clean big.json "$big"
if [ "$peak" -gt $((few_peak * 3 / 2 + slack_kb)) ]; then
    echo "FAILED: memory grows with the file: $few_peak kB for $small orders, $peak kB for $big" >&2
    exit 1
fi

new_database killed
start_import killed big.json
sleep "$(awk "BEGIN {print $took_ms / 2500}")"
kill -9 "$import"
wait "$import" 2> /dev/null || true
at_kill=$("$digest" "$work/killed/aftercart.db" orders | cut -d' ' -f2)
if [ "$at_kill" -eq 0 ] || [ "$at_kill" -ge "$big" ]; then
    echo "FAILED: the import was not killed in the middle but after $at_kill orders" >&2
    exit 1
fi
start_import killed big.json
wait "$import" || { cat "$work/killed.log"; exit 1; }
printf '%-28s %s\n' "killed after $at_kill orders" "$(grep -i "went on" "$work/killed.log" || echo 'run again')"
if ! diff <("$digest" "$work/clean/aftercart.db") <("$digest" "$work/killed/aftercart.db"); then
    echo "FAILED: after the kill the tables are not those of a clean run" >&2
    exit 1
fi
echo "killed and run again: every table as after a clean run"
