# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Tests of whole processes share two cores with everything else: a few that failed are run once more, alone, and named (docs/decisions/0009).

AGAIN_MOST=3 AGAIN_PROJECTS='PeerCompute.Cli.Tests PeerCompute.Sandbox.Tests'

# Does nothing when a test of any other project failed or when more than a few did: then the failure is no accident of the machine.
run_again() {
  local failed project fixture test
  failed=$(awk -F '\t' '$1 == "Failed"' "$RESULTS"/*.Tests.tsv | wc -l)
  if [ "$failed" -eq 0 ] || [ "$failed" -gt "$AGAIN_MOST" ]; then return; fi
  for project in $AGAIN_PROJECTS; do
    [ -f "$RESULTS/$project.tsv" ] || continue
    failed=$((failed - $(awk -F '\t' '$1 == "Failed" && $4 !~ /^\(/' "$RESULTS/$project.tsv" | wc -l)))
  done
  [ "$failed" -eq 0 ] || return
  for project in $AGAIN_PROJECTS; do
    [ -f "$RESULTS/$project.tsv" ] || continue
    awk -F '\t' '$1 == "Failed" {sub(/\(.*/, "", $4); print $2 "\t" $4}' "$RESULTS/$project.tsv" | sort -u >"$RESULTS/$project.again"
    while IFS=$'\t' read -r fixture test; do again_alone "$project" "$fixture" "$test"; done <"$RESULTS/$project.again"
  done
}

# All cases of one method, with nothing beside it.
again_alone() {
  local project=$1 fixture=$2 test=$3
  printf 'Once more, alone: %s.%s\n' "$fixture" "$test"
  # A filter that selects nothing ends well too: something must have passed.
  if ! timeout --kill-after=30 600 dotnet test "tests/$project" -c Release --no-build --nologo --filter "FullyQualifiedName~$fixture.$test" \
    >"$RESULTS/$project.again.log" 2>&1 </dev/null || ! grep -q '^Passed!.* Passed: *[1-9]' "$RESULTS/$project.again.log"; then
    tail -n 40 "$RESULTS/$project.again.log" | sed 's/^/    /'
    return
  fi
  awk -F '\t' -v OFS='\t' -v fixture="$fixture" -v test="$test" -v unsteady="$RESULTS/unsteady" '
    $1 == "Failed" && $2 == fixture && ($4 == test || index($4, test "(") == 1) {print "  " $2 "." $4 ": " $5 >>unsteady; $1 = "Passed"} {print}' \
    "$RESULTS/$project.tsv" >"$RESULTS/$project.settled" && mv "$RESULTS/$project.settled" "$RESULTS/$project.tsv"
}
