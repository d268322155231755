#!/usr/bin/env python3
"""Makes tests/fixtures/agreement.jsonl: 50 random codings with what other programs say of their agreement.

    pip install scikit-learn krippendorff irrCAC
    scripts/agreement_cases.py > tests/fixtures/agreement.jsonl

A line: the number of possible answers, the answers by unit and person (null where missing), Cohen's kappa (two people; of more
the mean over pairs, undefined pairs left out), Krippendorff's nominal alpha, Brennan-Prediger (PABAK for two answers), Gwet's AC1.
null is undefined: scikit-learn gives nan, krippendorff refuses a domain of one value, nobody answered twice.
Versions with which the fixture was made: scikit-learn 1.9.1, krippendorff 0.9.0, irrCAC 0.4.4.
"""
import itertools, json, random, sys, warnings
import krippendorff, numpy as np, pandas as pd
from irrCAC.raw import CAC
from sklearn.metrics import cohen_kappa_score

warnings.simplefilter('ignore')
rng = random.Random(20261123)


def kappa(units, answers):
    found = []
    for i, j in itertools.combinations(range(len(units[0])), 2):
        both = [(u[i], u[j]) for u in units if u[i] is not None and u[j] is not None]
        if not both: continue
        k = cohen_kappa_score(*zip(*both), labels=list(range(answers)) if len({x for p in both for x in p}) > 1 else None)
        if not np.isnan(k): found.append(k)
    return float(np.mean(found)) if found else None


def alpha(units):
    table = np.array([[np.nan if x is None else x for x in u] for u in units], dtype=float).T
    try: a = krippendorff.alpha(reliability_data=table, level_of_measurement='nominal')
    except ValueError: return None
    return None if np.isnan(a) else float(a)


def cac(units, answers):
    if not any(sum(x is not None for x in u) > 1 for u in units): return None, None
    rated = [u for u in units if any(x is not None for x in u)]
    frame = pd.DataFrame([[np.nan if x is None else float(x) for x in u] for u in rated])
    c = CAC(frame, categories=[float(k) for k in range(answers)], digits=15)
    return tuple(float(f()['est']['coefficient_value']) for f in (c.bp, c.gwet))


def coding(n):
    answers, people, size = rng.choice([2, 2, 2, 3]), rng.choice([2, 2, 3, 4]), rng.randint(2, 40)
    missing, noise, prevalence = rng.choice([0, 0, .2, .5]), rng.random(), rng.choice([.5, .2, .05])
    draw = lambda: rng.choices(range(answers), [1 - prevalence] + [prevalence / (answers - 1)] * (answers - 1))[0]
    if n % 10 == 9: draw = lambda k=rng.randrange(answers): k  # only one answer
    units = []
    for _ in range(size):
        truth = draw()
        said = [draw() if rng.random() < noise else truth for _ in range(people)]
        units.append([None if rng.random() < missing else x for x in said])
    if n == 17: units = [[x if i == k % people else None for i, x in enumerate(u)] for k, u in enumerate(units)]  # nobody twice
    return answers, units


for n in range(50):
    answers, units = coding(n)
    bp, ac1 = cac(units, answers)
    twice = [u for u in units if sum(x is not None for x in u) > 1]
    print(json.dumps({'answers': answers, 'ratings': units, 'kappa': kappa(units, answers), 'alpha': alpha(units) if twice else None,
                      'pabak': bp, 'ac1': ac1}))
