"""A small but ordinary Python program: JSON, regular expressions, classes, sorting, strings.

Recorded with PYTHONMALLOC=malloc, so that every object is an allocation of its own.
"""

import collections
import json
import random
import re


class Account:
    def __init__(self, number, owner, entries):
        self.number = number
        self.owner = owner
        self.entries = entries

    def balance(self):
        return sum(amount for _, amount in self.entries)


def make_accounts(rng, count):
    names = ["".join(rng.choice("abcdefghijklmnop") for _ in range(rng.randint(4, 12))) for _ in range(200)]
    return [
        Account(i, rng.choice(names), [(f"2026-{rng.randint(1, 12):02}", rng.randint(-500, 900)) for _ in range(rng.randint(1, 12))])
        for i in range(count)
    ]


def main():
    rng = random.Random(2026)
    accounts = make_accounts(rng, 4000)
    text = json.dumps([{"number": a.number, "owner": a.owner, "entries": a.entries} for a in accounts])
    parsed = json.loads(text)
    by_owner = collections.defaultdict(list)
    for entry in parsed:
        by_owner[entry["owner"]].append(entry)
    words = collections.Counter(re.findall(r"[a-z]{4,}", text))
    ranked = sorted(accounts, key=lambda a: (-a.balance(), a.owner))
    pages = []
    for round_number in range(6):
        lines = [f"{round_number}:{a.number:06} {a.owner:<14} {a.balance():>8}" for a in ranked]
        pages.append("\n".join(lines))
        ranked = [a for a in ranked if a.number % 7 != round_number]
    print(len(by_owner), words.most_common(1)[0][1], sum(map(len, pages)))


main()
