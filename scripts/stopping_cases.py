#!/usr/bin/env python3
"""Makes tests/fixtures/stopping.jsonl: when enough has been looked at, by the formula of the paper in exact fractions.

    scripts/stopping_cases.py > tests/fixtures/stopping.jsonl

Callaghan and Müller-Hansen (2020, Systematic Reviews 9:273): of N things a first part was chosen and r_al of it sought; from the
N_AL = N - chosen others n were drawn and k of them sought. If the recall is below the target, the urn held at least
K_tar = floor((r_al + k) / target - r_al + 1), and p = P(X <= k) for X hypergeometric over (N_AL, K_tar, n). It is summed here with
binomial coefficients of the standard library alone (no scipy, nothing of codeframe). Where the urn has no room for so many, p is 0.

A line: what was looked at, target recall, p, a share of what is still to be drawn that is sought, a level, and how many more must be
drawn until p is at most that: `first`, from where it once is, and `always`, from where it stays so (found ones come whole).
"""
import json, math, random
from fractions import Fraction

rng = random.Random(20261124)


def p(n_all, n_chosen, found_chosen, n_drawn, found_drawn, target):
    urn = n_all - n_chosen
    sought = math.floor(Fraction(found_chosen + found_drawn) / target - found_chosen + 1)
    if sought - found_drawn > urn - n_drawn: return Fraction(0)
    ways = sum(math.comb(sought, k) * math.comb(urn - sought, n_drawn - k) for k in range(found_drawn + 1) if n_drawn - k <= urn - sought)
    return Fraction(ways, math.comb(urn, n_drawn))


for _ in range(80):
    n_all = rng.choice([20, 57, 129, 400, 1000])
    n_chosen = rng.randint(0, n_all // 2)
    found_chosen = rng.randint(0, n_chosen // rng.choice([1, 4, 10]))
    n_drawn = rng.randint(0, n_all - n_chosen)
    found_drawn = rng.randint(0, n_drawn // rng.choice([2, 10, 40]))
    recall, rate, level = rng.choice(['0.8', '0.9', '0.95']), rng.choice([0., .01, .05, .25]), rng.choice([.05, .1])
    looked = [n_all, n_chosen, found_chosen, n_drawn, found_drawn]
    enough = []
    for more in range(n_all - n_chosen - n_drawn + 1):
        found = min(math.floor(more * rate), more)
        enough.append(p(n_all, n_chosen, found_chosen, n_drawn + more, found_drawn + found, Fraction(recall)) <= level)
    always = next(n for n in range(len(enough)) if all(enough[n:]))
    print(json.dumps({'looked': looked, 'recall': float(recall), 'p': float(p(*looked, Fraction(recall))), 'rate': rate, 'level': level,
                      'first': enough.index(True), 'always': always}))
