# SPDX-License-Identifier: Apache-2.0
# Writes the sales of a year: awk -v seed=1 -v rows=200000 -f generate.awk > sales.csv
# Chance is Park and Miller's minimal standard generator, x' = 16807 x mod (2^31 - 1); every product is exact in a double.
function next_of(n) {
    x = (16807 * x) % 2147483647
    return x % n
}
BEGIN {
    regions = split("alps coast delta forest harbour island plain valley", region, " ")
    categories = split("books clothes flowers games garden groceries music paper shoes sports tools toys", category, " ")
    x = seed % 2147483646 + 1
    print "time,region,category,quantity,cents"
    for (i = 0; i < rows; i++) {
        where = region[1 + next_of(regions)]
        what = category[1 + next_of(categories)]
        quantity = 1 + next_of(9)
        if (next_of(50) == 0) quantity = -quantity
        printf "%.0f,%s,%s,%d,%d\n", 1735689600 + 157 * i, where, what, quantity, 99 + next_of(49901)
    }
}
