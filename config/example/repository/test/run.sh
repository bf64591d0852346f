#!/bin/sh
# Tests add.sh; the report goes where Prow's artifacts go.
cd "$(dirname "$0")/.." || exit 1
report="${ARTIFACTS:-.}/junit_add.xml"
failures=0
cases=""

check() {
  name=$1 expected=$2
  shift 2
  actual=$(./add.sh "$@")
  if [ "$actual" = "$expected" ]; then
    echo "ok: $name"
    cases="$cases<testcase classname=\"add\" name=\"$name\"/>"
  else
    echo "FAIL: $name: expected $expected, got $actual"
    failures=$((failures + 1))
    cases="$cases<testcase classname=\"add\" name=\"$name\"><failure>expected $expected, got $actual</failure></testcase>"
  fi
}

check "two and two" 4 2 2
check "with zero" 7 7 0
check "negative" -1 2 -3

printf '<?xml version="1.0"?>\n<testsuite name="add" tests="3" failures="%s">%s</testsuite>\n' "$failures" "$cases" > "$report"
echo "report written"
exit "$failures"
