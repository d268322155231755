#!/usr/bin/env python3
"""How often the facts of reports are right: number of schools, its band, phase.

Reads facts as JSON lines (`{"report": "G001", "schools": 3, "phases": ["primary"]}`, `schools` null when unknown) from
a file or standard input, and codings by people in the gold file's form. Prints the share of right answers, and every
wrong one. Reports named in `--held-back` are counted together and never shown singly.
"""
import argparse
import json
import sys

BANDS = [(3, "up_to_3"), (7, "from_4_to_7"), (11, "from_8_to_11")]
PHASES = {
    (): "not_specified",
    ("early_years",): "eyfs",
    ("primary",): "primary",
    ("early_years", "primary"): "eyfs_primary",
    ("secondary",): "secondary",
    ("primary", "secondary"): "primary_secondary",
    ("early_years", "primary", "secondary"): "all_three",
}


def band(schools):
    """The code of group_size for a number of schools."""
    if schools is None:
        return "unclear"
    return next((code for most, code in BANDS if schools <= most), "more")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("gold", help="codings by people, JSON lines")
    arguments.add_argument("facts", nargs="?", help="facts, JSON lines; standard input when left out")
    arguments.add_argument("--held-back", default="", help="ids of reports of which only totals are printed, by comma")
    given = arguments.parse_args()
    with open(given.gold, encoding="utf-8") as file:
        gold = {line["id"]: line for line in map(json.loads, file)}
    held_back = set(filter(None, given.held_back.split(",")))
    source = open(given.facts, encoding="utf-8") if given.facts else sys.stdin
    totals = {"shown": [0, 0, 0, 0], "held back": [0, 0, 0, 0]}
    for facts in map(json.loads, source):
        report = facts["report"]
        if report not in gold:
            continue
        expected = gold[report]
        phase = PHASES.get(tuple(sorted(facts["phases"])), "other")
        right = [
            facts["schools"] == expected["schools"],
            band(facts["schools"]) in expected["codes"].get("group_size", []),
            phase in expected["codes"].get("phase", []),
        ]
        part = totals["held back" if report in held_back else "shown"]
        part[0] += 1
        for i, is_right in enumerate(right):
            part[i + 1] += is_right
        if not all(right) and report not in held_back:
            print(f"{report}: {facts['schools']} schools, {phase}; expected {expected['schools']}, {expected['codes'].get('phase')}")
    for name, (n, exact, bands, phases) in totals.items():
        if n:
            print(f"{name}: {n} reports, schools {exact / n:.3f}, band {bands / n:.3f}, phase {phases / n:.3f}")


if __name__ == "__main__":
    main()
