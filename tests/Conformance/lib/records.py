"""The records that every client produces, made from their number, so that what comes back can be compared exactly."""
import hashlib
from collections import namedtuple

Record = namedtuple("Record", "number headers key value")
Seen = namedtuple("Seen", "topic partition offset headers key value")
KEYS = 997
WORDS = "record batch offset partition größe ключ 鍵 leader epoch watermark".split()


def make(topic, number, constant_headers=None):
    digest = hashlib.sha256(f"{topic}/{number}".encode()).hexdigest()
    filling = " ".join(WORDS[int(digest[i], 16) % len(WORDS)] for i in range(2 + int(digest[0], 16)))
    if number % 1000 == 999:
        filling += digest * 128  # some are longer than a network packet, and hard to compress
    headers = constant_headers if constant_headers is not None else f"number:{number},digest:{digest[:8]}"
    return Record(number, headers, f"key-{number % KEYS}-ü", f"{topic}|{number}|{digest}|{filling}")


def compare(topic, expected, seen):
    """Problems of what was seen (in order of arrival, for each member) against the expected records; [] when equal."""
    by_number = {record.number: record for record in expected}
    found, problems, places = {}, [], {}
    for record in seen:
        number = int(record.value.split("|")[1])
        want = by_number.get(number)
        if want is None:
            problems.append(f"record {number} was never produced")
        elif (record.key, record.value) != (want.key, want.value):
            problems.append(f"record {number} differs: key {record.key!r} value {record.value[:80]!r}")
        elif record.topic not in ("-", topic):
            problems.append(f"record {number} came as one of topic {record.topic}")
        place = (record.partition, record.offset)
        if places.setdefault(number, place) != place:
            problems.append(f"record {number} is at {places[number]} and at {place}")
        found[number] = record
    missing = len(by_number) - len(found.keys() & by_number.keys())
    if missing:
        first = min(by_number.keys() - found.keys())
        problems.append(f"{missing} of {len(by_number)} records missing, the first is {first}")
    return problems + order_problems(places)


def order_problems(places):
    """Within a partition a higher offset must mean a higher number, and no two records share an offset."""
    lanes = {}
    for number, (partition, offset) in places.items():
        lanes.setdefault(partition, []).append((offset, number))
    problems = []
    for partition, lane in lanes.items():
        lane.sort()
        for (one, before), (other, after) in zip(lane, lane[1:]):
            if one == other:
                problems.append(f"partition {partition}: records {before} and {after} both at offset {one}")
            elif before >= after:
                problems.append(f"partition {partition}: record {after} at {other} is after {before}")
    return problems


def header_problems(expected, seen):
    by_number = {record.number: record for record in expected}
    wrong = [record for record in seen
             if record.headers != getattr(by_number.get(int(record.value.split("|")[1])), "headers", None)]
    return [f"{len(wrong)} records with other headers, for example {wrong[0].headers!r}"] if wrong else []
