#!/usr/bin/env python3
"""Translates the Python peer's keyword dictionary into rules.toml, so that speed is compared with the same rules.

    scripts/peer_rules.py peer_rules.txt > rules.toml [--times N]

A line `question/code: alternative | alternative` becomes one rule; `*` within a word stays a wildcard, alone it is any word, `~` is a gap of
four words. --times N writes every rule N times with other words put in (the words' letters turned round), for measuring how time grows with
the number of rules. Context is the negation that the peer looks for: one of a few words among the five words before.
"""
import argparse, collections, re
a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
a.add_argument('dictionary'); a.add_argument('--times', type=int, default=1); a = a.parse_args()
NEGATIONS = ("no not never none nobody nothing neither nor without lack lacks lacked hardly don't didn't doesn't wasn't weren't isn't aren't cannot can't "
             "couldn't haven't hasn't hadn't won't wouldn't").split()
print('version = 1\n\n[[context]]\nproperty = "negated"\nscope = "after"\nwords = 5\nany = [' + ', '.join(f'"{w}"' for w in NEGATIONS) + ']\n')


def turned(word, n): return word if n == 0 or not re.fullmatch(r"[a-z'*-]+", word) else ''.join(chr((ord(c) - 97 + 7 * n) % 26 + 97) if c.isalpha() else c for c in word)


def pattern(alternative, n):
    words = []
    for w in alternative.split(): words.append('_' if w == '*' else '<4>' if w == '~' else turned(w.replace(',', ' ","'), n))
    return ' '.join(words)


seen = collections.Counter()
for n in range(a.times):
    for line in open(a.dictionary):
        if line.startswith('#') or not line.strip(): continue
        code, rule = line.split(':', 1); seen[code] += 1
        patterns = ', '.join("'" + pattern(p, n).replace("'", '’') + "'" for p in rule.split('|'))
        print(f'[[rule]]\ncode = "{code}"\nid = "r{seen[code]}"\nany = [{patterns}]\n')
