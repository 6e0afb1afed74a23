"""Planted faults that the comparison of records must find, without any broker. See ../run selftest."""
import sys

import records


def seen_of(topic, expected):
    places = {}
    for record in expected:
        partition = record.number % 3
        places[partition] = places.get(partition, -1) + 1
        yield records.Seen(topic, partition, places[partition], record.headers, record.key, record.value)


def swap(seen, one, other):
    first, second = seen[one], seen[other]
    seen[one] = first._replace(partition=second.partition, offset=second.offset)
    seen[other] = second._replace(partition=first.partition, offset=first.offset)
    return seen


FAULTS = {
    "lost": lambda seen: seen[:7] + seen[8:],
    "other value": lambda seen: [seen[0]._replace(value=seen[0].value + "x"), *seen[1:]],
    "other key": lambda seen: [seen[0]._replace(key="key-x"), *seen[1:]],
    "never produced": lambda seen: [*seen, seen[0]._replace(value=seen[0].value.replace("|0|", "|12345|"), offset=999)],
    "twice in the log": lambda seen: [*seen, seen[4]._replace(offset=1000)],
    "order": lambda seen: swap(seen, 3, 9),
    "one offset for two": lambda seen: [*seen[:3], seen[3]._replace(offset=seen[0].offset), *seen[4:]],
    "other topic": lambda seen: [seen[0]._replace(topic="another"), *seen[1:]],
}


def main():
    topic = "selftest"
    expected = [records.make(topic, number) for number in range(3000)]
    results = {"equal passes": not records.compare(topic, expected, list(seen_of(topic, expected)))}
    results["seen again after a rebalance passes"] = not records.compare(topic, expected, [*seen_of(topic, expected)] * 2)
    for name, fault in FAULTS.items():
        results[f"{name} is found"] = bool(records.compare(topic, expected, fault(list(seen_of(topic, expected)))))
    other = [record._replace(headers="") for record in seen_of(topic, expected)]
    results["other headers is found"] = bool(records.header_problems(expected, other))
    for name, good in results.items():
        print(f"{'ok' if good else 'FAIL'}  {name}")
    failed = sum(not good for good in results.values())
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
