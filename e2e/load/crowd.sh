#!/usr/bin/env bash
# A thousand browsers at which people come and go: nobody sees a word of somebody else's. A thousand conversations, each taken by
# twenty at once. On both databases.
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo test --release -p aftercart-server-tests --test server conversations_crowd::long -- --ignored --nocapture --test-threads 1
