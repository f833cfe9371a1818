# SPDX-License-Identifier: Apache-2.0
# Makes one table of the parts of all tasks: awk -f combine.awk out/parts.csv > table.csv
BEGIN { FS = "," }
{
    key = $1 "," $2
    if (!(key in rows) || $6 < least[key]) least[key] = $6
    if (!(key in rows) || $7 > most[key]) most[key] = $7
    rows[key] += $3
    quantity[key] += $4
    sum[key] += $5
}
END {
    print "region,category,rows,quantity,cents,least,most"
    system("") # empties the buffer, so that the heading comes first
    for (key in rows)
        printf "%s,%.0f,%.0f,%.0f,%.0f,%.0f\n", key, rows[key], quantity[key], sum[key], least[key], most[key] | "LC_ALL=C sort"
}
