#!/usr/bin/env bash
# What e2e/run does in half a minute, at length: a hundred kills, a hundred times the power gone, and ten thousand broken lines
# with kills between them. Then the faults that must be noticed, in a development build (the widget's bundle is not needed).
set -euo pipefail
cd "$(dirname "$0")/../.."
node e2e/crash/conversations.mjs --kills 110
node e2e/crash/conversations.mjs --kills 110 --power
node e2e/crash/conversations.mjs --kills 10 --cuts 10000
WIDGET_BUILD=skip cargo build -p aftercart-server --target-dir target/faults
export E2E_BINARY=$PWD/target/faults/debug/aftercart
node e2e/crash/conversations.mjs --kills 5 --break ack-early --noticed
node e2e/crash/conversations.mjs --kills 5 --power --break sync-normal --noticed
# The very same without the fault: it is the fault that was noticed.
node e2e/crash/conversations.mjs --kills 5 --power
