#!/bin/bash
# Runs the corpus again and again and tells every run that does not print what is recorded: races show themselves here.
#
#   tests/repeat.sh [-n TIMES] [-s "SCHEDULERS ..."] [-q] [FOLDER | PROGRAM.exs ...]
#
# Without paths all of tests/lang is run; 100 times on each of 1, 2 and 4 schedulers, and once with a collection at
# every allocation (not with -q). CORDIAL names the binary (target/release/cordial), TIMEOUT the seconds that a run
# may take (120).
# A run that differs leaves its output in a folder that is named at the end.

here=$(cd "$(dirname "$0")" && pwd)
times=100
schedulers="1 2 4"
stress=1
while getopts "n:s:qh" option; do
  case $option in
    n) times=$OPTARG ;;
    s) schedulers=$OPTARG ;;
    q) stress= ;;
    *) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
done
shift $((OPTIND - 1))

cordial=$(realpath -e "${CORDIAL:-$here/../target/release/cordial}") || { echo "build it first, or say CORDIAL=path" >&2; exit 2; }
kept=$(mktemp -d)
runs=0
different=0

# Programs that print from several processes at once: tests/lang.rs says which, and does not look at their order either.
order() { case $1 in */counter_supervised.exs) sort ;; *) cat ;; esac; }

# once PROGRAM TITLE OPTION...: one run, compared.
once() {
  local program=$1 title=$2 output="$kept/output" errors="$kept/errors" expected=0 status
  shift 2
  [ -f "${program%.exs}.status" ] && expected=$(<"${program%.exs}.status")
  timeout "${TIMEOUT:-120}" "$cordial" run "$@" "$program" </dev/null >"$output" 2>"$errors"
  status=$?
  runs=$((runs + 1))
  if [ "$status" = "$expected" ] && cmp -s <(order "$program" <"$output") <(order "$program" <"${program%.exs}.out"); then return; fi
  different=$((different + 1))
  local name
  name=$(basename "$program" .exs)
  echo "DIFFERENT: ${program#"$here"/} $title: status $status, expected $expected"
  diff -u --label expected --label printed <(order "$program" <"${program%.exs}.out") <(order "$program" <"$output") | head -20
  head -5 "$errors"
  mv "$output" "$kept/$name.$different.out"
  mv "$errors" "$kept/$name.$different.err"
}

mapfile -t programs < <(for path in "${@:-$here/lang}"; do find "$(realpath -e "$path")" -name '*.exs'; done | sort)
[ ${#programs[@]} -gt 0 ] || { echo "no programs there" >&2; exit 2; }

for program in "${programs[@]}"; do
  for count in $schedulers; do
    for ((i = 1; i <= times; i++)); do once "$program" "on $count, run $i" --schedulers "$count"; done
  done
  if [ "$stress" ]; then CORDIAL_GC_STRESS=1 once "$program" "under stress"; fi
done

echo "$runs runs of ${#programs[@]} programs, $different different"
if [ "$different" = 0 ]; then rm -r "$kept"; else echo "their output: $kept"; exit 1; fi
