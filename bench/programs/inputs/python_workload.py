"""An inventory service's working day: objects, JSON, regular expressions, sorting, formatting.

Runs as many rounds as its argument says, and prints what it found. Nothing depends on time, hashing
or chance: the numbers come from a generator of its own.
"""

import collections
import hashlib
import json
import re
import sys


class Numbers:
    """A linear congruential generator (Knuth's MMIX)."""

    def __init__(self, seed):
        self.state = seed

    def below(self, bound):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % bound


class Item:
    def __init__(self, number, name, tags, moves):
        self.number = number
        self.name = name
        self.tags = tags
        self.moves = moves

    def stock(self):
        return sum(amount for _, amount in self.moves)


def make_items(numbers, count):
    items = []
    for number in range(count):
        name = "".join(chr(97 + numbers.below(16)) for _ in range(4 + numbers.below(9)))
        tags = {f"tag{numbers.below(40)}" for _ in range(numbers.below(6))}
        moves = [(f"2026-{1 + numbers.below(12):02}", numbers.below(1400) - 500) for _ in range(1 + numbers.below(8))]
        items.append(Item(number, name, sorted(tags), moves))
    return items


def one_round(numbers, kept):
    items = make_items(numbers, 1500)
    text = json.dumps([vars(item) for item in items])
    by_tag = collections.defaultdict(list)
    for entry in json.loads(text):
        for tag in entry["tags"]:
            by_tag[tag].append(entry["name"])
    words = collections.Counter(re.findall(r"[a-p]{4,6}", text))
    ranked = sorted(items, key=lambda item: (-item.stock(), item.name))
    page = "\n".join(f"{item.number:06} {item.name:<14} {item.stock():>8} {','.join(item.tags)}" for item in ranked)
    # A cache that forgets: what one round makes is freed some rounds later, among younger objects.
    kept.append((ranked[:500], by_tag, page.split("\n")))
    return f"{len(by_tag)} {words.most_common(1)[0][1]} {page}"


def main():
    numbers = Numbers(2026)
    kept = collections.deque(maxlen=5)
    digest = hashlib.sha256()
    for _ in range(int(sys.argv[1])):
        digest.update(one_round(numbers, kept).encode())
    print(digest.hexdigest(), sum(len(lines) for _, _, lines in kept))


main()
