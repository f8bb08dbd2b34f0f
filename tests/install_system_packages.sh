#!/bin/sh
# Install the programs beyond Python that some tests need: chromium, which drives the lab's pages,
# prometheus, which scrapes the model server, wrk, which loads a server as our client does, and
# postgresql, which can hold a grade book.
# Only as root on Debian or Ubuntu; anywhere else it says so, and those tests skip with the reason.
# Running it again does nothing. It never fails: a missing program is a skipped test.
set -u

programs="chromium:chromium prometheus:prometheus pg_ctlcluster:postgresql wrk:wrk" # and its package

missing=""
for program in $programs; do
    command -v "${program%%:*}" >/dev/null 2>&1 || missing="$missing ${program##*:}"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "not installed:$missing (only root on Debian or Ubuntu can); tests that need it will skip"
    exit 0
fi

export DEBIAN_FRONTEND=noninteractive
log=$(mktemp) || exit 0
trap 'rm -f "$log"' EXIT

get() {
    apt-get -qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 "$@" >>"$log" 2>&1 </dev/null
}

# A source that cannot be reached fails the update, and the package may still come from another.
get update || :
# shellcheck disable=SC2086  # one word a package
if get install --yes --no-install-recommends $missing; then
    echo "installed:$missing"
else
    why=$(grep '^E:' "$log" | tail -n 1)
    echo "not installed:$missing (no network?${why:+ $why}); tests that need it will skip"
fi
exit 0
