#!/usr/bin/env bash
# 10^5 guesses with a known order number and the shopper's area: from one address, and from 10^5 addresses, on both
# databases. Through the router without sockets; GUESSES=10000 tries fewer.
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo test --release -p aftercart-server-tests --test server enumeration:: -- --ignored --nocapture
