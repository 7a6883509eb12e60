#!/usr/bin/env bash
# What e2e/run does in half a minute, at length: a hundred kills, and a thousand broken lines with kills between them.
set -euo pipefail
cd "$(dirname "$0")/../.."
node e2e/crash/conversations.mjs --kills 110
node e2e/crash/conversations.mjs --kills 10 --cuts 1000
