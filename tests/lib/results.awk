# SPDX-License-Identifier: Apache-2.0
# Reads a trx file, given twice, and prints one line per test: Passed|Failed|Skipped, fixture, seconds, test, first line of the message.
# -v project=NAME -v status=EXIT: a run that ended badly without a failed test counts as one failure.

function attribute(line, name,    start, rest) {
  start = index(line, " " name "=\"")
  if (start == 0) return ""
  rest = substr(line, start + length(name) + 3)
  return decode(substr(rest, 1, index(rest, "\"") - 1))
}

function decode(text) {
  gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&apos;/, "'", text)
  gsub(/&#x[0-9A-Fa-f]+;/, " ", text); gsub(/\t/, " ", text); gsub(/&amp;/, "\\&", text)
  return text
}

function seconds(duration,    part) {
  split(duration, part, ":")
  return part[1] * 3600 + part[2] * 60 + part[3]
}

function flush() {
  if (outcome == "") return
  if (outcome == "Failed") failures++
  print outcome "\t" fixture "\t" time "\t" test "\t" message
  outcome = ""
}

# First reading: which fixture a test belongs to.
NR == FNR {
  if (/<UnitTest /) id = attribute($0, "id")
  else if (/<TestMethod /) fixtures[id] = attribute($0, "className")
  next
}

/<UnitTestResult / {
  flush()
  outcome = attribute($0, "outcome")
  if (outcome != "Passed" && outcome != "Failed") outcome = "Skipped"
  fixture = fixtures[attribute($0, "testId")]
  test = attribute($0, "testName")
  time = seconds(attribute($0, "duration"))
  message = ""
}

/<Message>/ && outcome != "" && message == "" {
  message = $0
  sub(/.*<Message>/, "", message); sub(/<\/Message>.*/, "", message)
  message = decode(message)
}

/<\/Results>/ { flush() }

END {
  flush()
  if (status != 0 && failures == 0) print "Failed\t" project "\t0\t(the whole project)\tended with status " status " and no failed test"
}
