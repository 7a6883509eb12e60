#!/usr/bin/env bash
# Do the tests of the returns engine notice when it is wrong? Every function and operator of the policy and of its sums is
# changed, one at a time, and the engine's own tests run against each change. A change that no test notices must stand in
# accepted.txt, with the reason why it makes no difference.
#
#   e2e/mutants/policy.sh [further arguments for cargo mutants]
#
# The engine is pure, so it is tried in a package of its own, which compiles in seconds; in the server every change would
# take minutes. Needs cargo-mutants, and installs it into target/ if there is none.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
work=$root/target/mutants

if ! command -v cargo-mutants >/dev/null; then
  cargo install --quiet --locked --root "$work/tools" cargo-mutants
  PATH=$work/tools/bin:$PATH
fi

# Words for people are held elsewhere: what `aftercart policy check` prints by the snapshots of server/tests/program.rs.
words=(--exclude '**/explain.rs' --exclude '**/show.rs' --exclude '**/wording.rs')

# The same files in the same places, and nothing else of the server.
engine=$work/engine
rm -rf "$engine/src"
mkdir -p "$engine/src/returns"
cp -r server/src/returns/policy server/src/returns/money "$engine/src/returns/"
echo 'pub mod returns;' >"$engine/src/lib.rs"
printf 'pub mod money;\npub mod policy;\n' >"$engine/src/returns/mod.rs"
version() { sed -n "s/^$1 = //p" server/Cargo.toml Cargo.toml | grep -v workspace | head -1; }
cat >"$engine/Cargo.toml" <<MANIFEST
[package]
name = "engine"
edition = "2024"

[dependencies]
aftercart-shared = { path = "$root/shared" }
$(for name in jiff serde serde_json thiserror toml; do echo "$name = $(version $name)"; done)

[dev-dependencies]
$(for name in proptest; do echo "$name = $(version $name)"; done)

[workspace]

[profile.dev]
debug = false
MANIFEST
cp Cargo.lock "$engine/Cargo.lock"

status=0
cargo mutants --dir "$engine" --jobs 2 --output "$work" --no-shuffle --timeout 60 --colors never \
  --exclude '**/tests/**' --exclude '**/tests.rs' "${words[@]}" "$@" || status=$?
# 0: every change was noticed; 2: some were not; 3: some made it run for ever, which is noticed as well.
case $status in 0 | 2 | 3) ;; *) exit "$status" ;; esac

# Without the line and column, which move.
missed=$(sed -E 's/^src\/returns\/([^:]+):[0-9]+:[0-9]+: /\1: /' "$work/mutants.out/missed.txt" | sort -u)
accepted=$(sed -E '/^(#|$)/d; s/ +# .*//' e2e/mutants/accepted.txt | sort -u)
news=$(comm -23 <(echo "$missed") <(echo "$accepted"))
count() { wc -l <"$work/mutants.out/$1.txt"; }
echo "$(count caught) noticed, $(count timeout) ran for ever, $(count unviable) do not compile, $(count missed) unnoticed"
if [ -n "${news// /}" ]; then
  printf 'unnoticed and not accepted:\n%s\n' "$news"
  exit 1
fi
