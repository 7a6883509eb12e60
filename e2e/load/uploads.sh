#!/usr/bin/env bash
# The worst pictures that somebody may send, all at once: memory stays within what the settings allow. Says how much it was.
# PROFILE=dev: with what is compiled anyway, and many times slower.
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo test --profile "${PROFILE:-release}" -p aftercart-server-tests --test server attachments_memory:: -- --ignored --nocapture
