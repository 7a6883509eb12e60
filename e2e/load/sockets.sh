#!/usr/bin/env bash
# Five thousand sockets for ten minutes; then a thousand, of which fifty read nothing while it lasts.
set -euo pipefail
cd "$(dirname "$0")/../.."
node e2e/load/sockets.mjs --sockets 5000 --rate 200 --seconds 600
node e2e/load/sockets.mjs --sockets 1000 --rate 100 --seconds 60 --deaf 50
