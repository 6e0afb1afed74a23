"""The table client x feature. See ../run for the usage."""
import argparse
import json
import os
import random
import sys
import time

import brokers
import clients
import extras
import members
import records
import wire

PARTITIONS = 6
RESUME_RECORDS = 500
GROUP_SECONDS = 120
FEATURES = ("create", *clients.CODECS, "headers", "group", "commit", "resume", *extras.FEATURES)
CODEC_NUMBER = {codec: number for number, codec in enumerate(clients.CODECS)}


class Trial:
    """One client against the broker; fills results: feature -> ok, FAIL why, skipped why."""

    def __init__(self, client, options, folder):
        self.client, self.options, self.folder = client, options, folder
        self.results = {}
        self.notes = {}
        self.tag = f"conformance-{client.name.lower().replace(' ', '-').replace('.', '-')}-{random.randrange(1 << 32):08x}"
        self.topics, self.expected = {}, {}
        self.seen = []
        self.group = f"{self.tag}-group"

    def cell(self, feature, action):
        begun = time.monotonic()
        try:
            problems = action() or []
        except (clients.Refused, wire.WireError, OSError) as error:
            problems = [str(error)]
        self.results[feature] = f"FAIL {'; '.join(problems[:3])}" if problems else "ok"
        print(f"  {feature}: {self.results[feature]} ({time.monotonic() - begun:.1f} s){' ' + self.notes[feature] if feature in self.notes else ''}", flush=True)
        return not problems

    def run(self):
        try:
            if not self.cell("create", self.create):
                return self.skip_rest("topics could not be made")
            for codec in clients.CODECS:
                if codec in self.client.without:
                    self.results[codec] = f"skipped {self.client.without[codec]}"
                    print(f"  {codec}: {self.results[codec]}", flush=True)
                else:
                    self.cell(codec, lambda codec=codec: self.produce(codec))
            whole = self.cell("group", self.consume_in_group)
            self.compare()
            self.cell("commit", self.check_commits)
            if whole:
                self.cell("resume", self.resume)
            else:
                self.results["resume"] = "skipped the group did not finish"
            self.run_extras()
        except Exception as error:  # the table of the other clients is still wanted
            self.skip_rest(f"the trial broke: {error!r}", "FAIL")

    def run_extras(self):
        more = extras.Extras(self.client, self.options.bootstrap, self.tag)
        for feature in extras.FEATURES:
            if feature in self.client.cannot:
                self.results[feature] = f"skipped {self.client.cannot[feature]}"
                print(f"  {feature}: {self.results[feature]}", flush=True)
            else:
                self.cell(feature, lambda feature=feature: more.check(feature))

    def skip_rest(self, why, word="skipped"):
        for feature in FEATURES:
            self.results.setdefault(feature, f"{word} {why}")

    def create(self):
        with wire.Wire(self.options.bootstrap) as judge:
            if not self.client.creates_topics:
                self.client.create(f"{self.tag}-auto", PARTITIONS)
                made = judge.metadata([f"{self.tag}-auto"])
                self.notes["create"] = f"by auto-creation, {len(made.get(f'{self.tag}-auto', {}))} partitions; the others by the script"
                if not made:
                    return ["producing to a topic that is not there did not make it"]
            for codec in clients.CODECS:
                topic = self.topics[codec] = f"{self.tag}-{codec}"
                if self.client.creates_topics:
                    self.client.create(topic, PARTITIONS)
                    judge.await_topic(topic, PARTITIONS)
                else:
                    judge.create_topic(topic, PARTITIONS)
        return []

    def produce(self, codec):
        topic = self.topics[codec]
        expected = self.client.expected(topic, 0, self.options.records)
        self.client.produce(topic, codec, expected)
        self.expected[codec] = expected
        with wire.Wire(self.options.bootstrap) as judge:
            partitions = list(range(PARTITIONS))
            total = sum(judge.offsets(topic, partitions).values())
            if total != self.options.records:
                return [f"the partitions hold {total} records, not {self.options.records}"]
            kept = judge.codecs(topic, partitions)
        if self.client.leaves_incompressible and CODEC_NUMBER[codec] in kept:
            kept = kept - {CODEC_NUMBER["none"]} | {CODEC_NUMBER[codec]}
        return [] if kept == {CODEC_NUMBER[codec]} else [f"batches have codecs {kept}, not {CODEC_NUMBER[codec]}"]

    def consume_in_group(self):
        wanted = sum(len(expected) for expected in self.expected.values())
        if not wanted:
            return ["nothing was produced"]
        pace = members.Pace(max(20, wanted / 40))
        crew = []
        topics = [self.topics[codec] for codec in self.expected]

        def join():
            log = os.path.join(self.folder, f"{self.tag}-member-{len(crew) + 1}.log")
            crew.append(self.client.member(self.group, topics, pace, log))
            return crew[-1]

        def numbers():
            return {record.value.rsplit("|", 2)[0] for member in crew for record in list(member.seen)}

        problems = []
        try:
            for _ in range(3):
                join()
            if not members.wait_for(lambda: all(m.seen for m in crew), GROUP_SECONDS):
                return [f"of three members only {sum(bool(m.seen) for m in crew)} got records ({self.describe()}): {crew[0].tail()}"]
            self.note_group(3)
            problems += filter(None, [crew[1].leave()])
            problems += self.await_group(2, "after one left")
            late = join()
            if not members.wait_for(lambda: late.seen, GROUP_SECONDS):
                problems.append(f"the member that joined late got nothing ({self.describe()}): {late.tail()}")
            problems += self.await_group(3, "after one joined")
            left = wanted - len(numbers())
            pace.per_second = None
            members.wait_for(lambda: len(numbers()) >= wanted, GROUP_SECONDS)
            time.sleep(0.5)
            self.notes["group"] = f"{left} of {wanted} records were left when the last one had joined"
        finally:
            pace.per_second = None
            problems += filter(None, [member.leave() for member in crew if member.alive()])
            self.seen = [record for member in crew for record in member.seen]
        odd = [line for member in crew for line in member.odd]
        if odd:
            problems.append(f"{len(odd)} lines are no records, the first: {odd[0]!r}")
        twice = len(self.seen) - len({(r.value.split('|')[0], r.partition, r.offset) for r in self.seen})
        self.notes["group"] = f"{self.notes.get('group', '')}, {twice} seen twice"
        return problems + self.own_order(crew)

    def describe(self):
        with wire.Wire(self.options.bootstrap) as judge:
            return "group is %s, %d members, %d with partitions" % judge.group(self.group)

    def note_group(self, count):
        self.await_group(count, "at first")

    def await_group(self, count, when):
        with wire.Wire(self.options.bootstrap) as judge:
            good = members.wait_for(lambda: judge.group(self.group) == ("Stable", count, count), 30)
        return [] if good else [f"{when}: {self.describe()}, expected Stable with {count}"]

    @staticmethod
    def own_order(crew):
        """What one member sees of a partition goes up, but for a restart at a committed offset after a rebalance."""
        for member in crew:
            last = {}
            back = 0
            for record in member.seen:
                lane = (record.value.split("|")[0], record.partition)
                back += record.offset < last.get(lane, -1)
                last[lane] = record.offset
            if back > 100:
                return [f"one member saw offsets go back {back} times"]
        return []

    def compare(self):
        for codec, expected in self.expected.items():
            if self.results[codec] != "ok":
                continue
            topic = self.topics[codec]
            seen = [record for record in self.seen if record.value.startswith(topic + "|")]
            problems = records.compare(topic, expected, seen)
            if problems:
                self.results[codec] = f"FAIL {'; '.join(problems[:3])}"
                print(f"  {codec}: {self.results[codec]}", flush=True)

        def headers():
            expected = {f"{self.topics[c]}": e for c, e in self.expected.items()}
            return [problem for topic, wanted in expected.items() for problem in
                    records.header_problems(wanted, [r for r in self.seen if r.value.startswith(topic + "|")])]
        self.cell("headers", headers)

    def check_commits(self):
        problems = []
        with wire.Wire(self.options.bootstrap) as judge:
            for codec in self.expected:
                partitions = list(range(PARTITIONS))
                ends = judge.offsets(self.topics[codec], partitions)
                committed = judge.committed(self.group, self.topics[codec], partitions)
                wrong = {p: (committed[p], ends[p]) for p in partitions if committed[p] != ends[p] and (ends[p] > 0 or committed[p] > 0)}
                if wrong:
                    problems.append(f"{codec}: committed and log end offset by partition {wrong}")
        return problems

    def resume(self):
        codec = next(iter(self.expected))
        topic = self.topics[codec]
        fresh = self.client.expected(topic, self.options.records, RESUME_RECORDS)
        self.client.produce(topic, codec, fresh)
        log = os.path.join(self.folder, f"{self.tag}-resumed.log")
        member = self.client.member(self.group, [self.topics[c] for c in self.expected], members.Pace(None), log)
        members.wait_for(lambda: len(member.seen) >= RESUME_RECORDS or not member.alive(), GROUP_SECONDS)
        time.sleep(1)
        problems = list(filter(None, [member.leave()]))
        if len(member.seen) != RESUME_RECORDS:
            problems.append(f"got {len(member.seen)} records where {RESUME_RECORDS} were new")
        return problems + records.compare(topic, fresh, member.seen)


def table(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def report(outcome):
    short = [["client", *FEATURES]]
    reasons = []
    for name, entry in outcome.items():
        short.append([f"{name} {entry['version']}".strip(), *[entry["results"][feature].split(" ")[0] for feature in FEATURES]])
        reasons += [f"{name}, {feature}: {what}" for feature, what in entry["results"].items() if what != "ok"]
    print("\n" + table(short))
    for reason in dict.fromkeys(reasons):
        print(reason)
    cells = [what.split(" ")[0] for entry in outcome.values() for what in entry["results"].values()]
    failed = cells.count("FAIL")
    print(f"{cells.count('ok')} passed, {failed} failed, {cells.count('skipped')} skipped")
    return failed


def trials(options, folder):
    outcome = {}
    for key in options.clients:
        kind = clients.ALL[key]
        print(f"{kind.name}:", flush=True)
        try:
            client = kind(options)
        except clients.Absent as why:
            print(f"  skipped: {why}", flush=True)
            outcome[kind.name] = {"version": "", "results": {feature: f"skipped {why}" for feature in FEATURES}}
            continue
        print(f"  version {client.version}", flush=True)
        trial = Trial(client, options, folder)
        trial.run()
        outcome[kind.name] = {"version": client.version, "results": {f: trial.results[f] for f in FEATURES}, "notes": trial.notes}
    return outcome


def parse(arguments):
    parser = argparse.ArgumentParser(prog="tests/Conformance/run", add_help=True)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--bootstrap")
    where.add_argument("--broker")
    parser.add_argument("--kafka-home", default=os.environ.get("KAFKA_HOME"))
    parser.add_argument("--clients", default=",".join(clients.ALL))
    parser.add_argument("--records", type=int, default=10000)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--json")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args(arguments)
    options.clients = options.clients.split(",")
    unknown = [name for name in options.clients if name not in clients.ALL]
    if unknown:
        parser.error(f"no client '{unknown[0]}'; there are {', '.join(clients.ALL)}")
    return options


def main(arguments):
    options = parse(arguments)
    with brokers.Workplace(options.keep) as place:
        if options.broker:
            settings = {"num.partitions": str(PARTITIONS), **brokers.pairs(options.set)}
            broker = place.broker(options.broker, options.kafka_home, os.path.join(place.folder, "broker"), options.port, settings)
            print(f"{broker.name} answered after {broker.start():.1f} s on {broker.bootstrap}", flush=True)
            options.bootstrap = broker.bootstrap
        else:
            wire.await_broker(options.bootstrap, seconds=10)
        outcome = trials(options, place.folder)
        if options.broker and not place.brokers[0].alive():
            print(f"THE BROKER DIED:\n{place.brokers[0].tail()}")
        failed = report(outcome)
        if options.json:
            with open(options.json, "w", encoding="utf-8") as file:
                json.dump(outcome, file, indent=2)
        return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
