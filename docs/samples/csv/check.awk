# SPDX-License-Identifier: Apache-2.0
# Adds up all sales by itself, to compare: awk -f check.awk sales.csv > check.csv
BEGIN { FS = "," }
NR > 1 {
    key = $2 "," $3
    cents = $4 * $5
    if (!(key in rows) || cents < least[key]) least[key] = cents
    if (!(key in rows) || cents > most[key]) most[key] = cents
    rows[key]++
    quantity[key] += $4
    sum[key] += cents
}
END {
    print "region,category,rows,quantity,cents,least,most"
    system("") # empties the buffer, so that the heading comes first
    for (key in rows)
        printf "%s,%.0f,%.0f,%.0f,%.0f,%.0f\n", key, rows[key], quantity[key], sum[key], least[key], most[key] | "LC_ALL=C sort"
}
