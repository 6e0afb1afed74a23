"""One data directory, two brokers in turn. See ../directories for the usage."""
import argparse
import json
import os
import re
import subprocess
import sys

import brokers
import clients
import records
import wire

PARTITIONS = 3
LONG = "exchange-long"
SETTINGS = {"offsets.topic.num.partitions": "3", "group.initial.rebalance.delay.ms": "0"}
# "-1 is followed by N" is what the tool says of every segment that is not the first of its partition.
COMPLAINTS = re.compile(r"isvalid: false|invalid bytes at the end|^ *\d+ is followed by|mismatch|out of order|Found indexed offset|Could not|Exception|Error|corrupt", re.I)


class Exchange:
    """One directory through three turns."""

    def __init__(self, options, place, first, ending, port):
        self.options, self.place, self.ending, self.port = options, place, ending, port
        other = {"kafka": "deterministic", "deterministic": "kafka"}[first]
        self.order = [first, other, first]
        self.folder = os.path.join(place.folder, f"{first}-first-{ending}")
        self.data = os.path.join(self.folder, "data")
        self.problems = []
        self.before = None
        self.written = {}

    def broker(self, role, turn):
        which = "kafka" if role == "kafka" or self.options.broker == "kafka" else self.options.broker
        return self.place.broker(which, self.options.kafka_home, os.path.join(self.folder, f"turn-{turn}"), self.port,
                                 {**SETTINGS, **brokers.pairs(self.options.set)}, data=self.data, from_properties=True)

    def problem(self, text):
        print(f"    FAIL {text}", flush=True)
        self.problems.append(text)

    def run(self):
        for turn, role in enumerate(self.order, 1):
            broker = self.broker(role, turn)
            print(f"  turn {turn}: {role} answered after {broker.start():.1f} s", flush=True)
            if self.before:
                self.compare(self.before, self.snapshot(broker), turn)
            self.write(broker, turn)
            self.before = self.snapshot(broker)
            if self.ending == "kill":
                broker.kill()
            elif not broker.stop():
                self.problem(f"turn {turn}: {role} did not stop on SIGTERM")
            if role == "deterministic":
                self.dump(turn)

    def client(self, broker, *arguments, lines=None):
        done = subprocess.run([*self.options.program, arguments[0], broker.bootstrap, *arguments[1:]], input=lines,
                              capture_output=True, check=False)
        if done.returncode:
            raise clients.Refused(f"{' '.join(arguments)}: {done.stderr.decode().strip().splitlines()[-1:]}")
        return done.stdout.decode()

    def write(self, broker, turn):
        with wire.Wire(broker.bootstrap) as judge:
            if turn == 1:
                for codec in clients.CODECS:
                    judge.create_topic(f"exchange-{codec}", PARTITIONS)
                judge.create_topic("exchange-plain", PARTITIONS)
                judge.create_topic(LONG, 1, {"segment.bytes": str(1 << 20), "index.interval.bytes": "1024"})
            judge.create_topic(f"made-in-turn-{turn}", 1)
        for topic, verb, codec, count in self.plan(turn):
            first = self.written.get(topic, 0)
            made = [records.make(topic, number) for number in range(first, first + count)]
            text = "".join(f"{r.headers}\t{r.key}\t{r.value}\n" for r in made)
            self.client(broker, verb, topic, codec, lines=text.encode())
            self.written[topic] = first + count
        self.client(broker, "commit", "group-of-all-turns", "exchange-zstd")
        self.client(broker, "commit", f"group-of-turn-{turn}", LONG)
        self.count(broker, turn)

    def plan(self, turn):
        count = self.options.records
        yield from ((f"exchange-{codec}", "produce", codec, count) for codec in clients.CODECS)
        yield "exchange-plain", "produce-plain", "none", count
        yield LONG, "produce-plain", "none", 4 * count
        yield f"made-in-turn-{turn}", "produce", "gzip", 100

    def count(self, broker, turn):
        with wire.Wire(broker.bootstrap) as judge:
            for topic, written in self.written.items():
                partitions = list(judge.metadata([topic]).get(topic, {}))
                held = sum(judge.offsets(topic, partitions).values())
                if held != written:
                    self.problem(f"turn {turn}: {topic} holds {held} records after {written} were acknowledged")

    def snapshot(self, broker):
        groups = ["group-of-all-turns"] + [f"group-of-turn-{turn}" for turn in (1, 2, 3)]
        with wire.Wire(broker.bootstrap) as judge:
            topics = sorted(topic for topic in judge.metadata() if not topic.startswith("__"))
        asked = [part for group in groups for part in ("--group", group)]
        return {"names": topics, **json.loads(self.client(broker, "snapshot", *asked, *topics))}

    def compare(self, before, now, turn):
        for part in ("names", "topics", "groups"):
            if before[part] == now[part]:
                continue
            if part == "names":
                self.problem(f"turn {turn}: topics were {before[part]}, are {now[part]}")
                continue
            for name in before[part]:
                if before[part][name] != now[part].get(name):
                    self.problem(f"turn {turn}: {name} was {before[part][name]}, is {now[part].get(name)}")
        total = sum(p["records"] for topic in now["topics"].values() for p in topic.values())
        commits = sum(len(offsets) for offsets in now["groups"].values())
        print(f"    read {total} records of {len(now['topics'])} topics and {commits} committed offsets", flush=True)

    def dump(self, turn):
        """kafka-dump-log over everything in the directory, several files a run since a JVM start is slow."""
        files = [os.path.join(folder, name) for folder, _, names in os.walk(self.data) for name in sorted(names)]
        logs = [f for f in files if f.endswith(".log") and "__" not in f]
        runs = [(("--deep-iteration",), logs),
                (("--offsets-decoder",), [f for f in files if f.endswith(".log") and "__consumer_offsets" in f]),
                (("--cluster-metadata-decoder",), [f for f in files if "__cluster_metadata" in f and f.endswith((".log", ".checkpoint"))]),
                (("--index-sanity-check",), [f for f in files if f.endswith((".index", ".timeindex", ".txnindex"))]),
                (("--verify-index-only",), [f for f in files if f.endswith((".index", ".timeindex"))]),
                ((), [f for f in files if f.endswith(".snapshot")])]
        if self.ending == "kill":
            # The index files of a killed broker are longer than their contents until the next start.
            runs = [(flags, chosen) for flags, chosen in runs if "index" not in "".join(flags)]
        complaints = 0
        for flags, chosen in runs:
            complaints += sum(self.dump_run(turn, flags, chosen[at:at + 200]) for at in range(0, len(chosen), 200))
        print(f"    kafka-dump-log read {len({file for _, chosen in runs for file in chosen})} files: {complaints} complaints", flush=True)

    def dump_run(self, turn, flags, files):
        if not files:
            return 0
        tool = os.path.join(self.options.kafka_home, "bin", "kafka-dump-log.sh")
        done = subprocess.run([tool, *flags, "--files", ",".join(files)], capture_output=True, text=True, check=False)
        lines = [line for line in (done.stdout + done.stderr).splitlines()
                 if COMPLAINTS.search(re.sub(r"(key|payload|headerKeys): .*", "", line))]
        if done.returncode or lines:
            first = (lines or done.stderr.splitlines() or ["no message"])[0]
            self.problem(f"turn {turn}: kafka-dump-log {' '.join(flags)}: exit code {done.returncode}, {len(lines)} complaints, the first: {first[:300]}")
        return len(lines)


def main(arguments):
    parser = argparse.ArgumentParser(prog="tests/Conformance/directories")
    parser.add_argument("--broker", required=True)
    parser.add_argument("--kafka-home", default=os.environ.get("KAFKA_HOME"))
    parser.add_argument("--first", choices=("deterministic", "kafka", "both"), default="both")
    parser.add_argument("--ending", choices=("stop", "kill", "both"), default="both")
    parser.add_argument("--records", type=int, default=2000)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--json")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args(arguments)
    options.kafka_home = brokers.check_kafka_home(options.kafka_home)
    options.port = options.port or brokers.free_port()
    outcome = {}
    with brokers.Workplace(options.keep) as place:
        options.program = clients.build_dotnet_client()
        for first in ("deterministic", "kafka") if options.first == "both" else (options.first,):
            for ending in ("stop", "kill") if options.ending == "both" else (options.ending,):
                name = f"{first} first, ended by {ending}"
                print(f"{name}:", flush=True)
                exchange = Exchange(options, place, first, ending, options.port)
                try:
                    exchange.run()
                except (clients.Refused, wire.WireError, OSError, SystemExit) as error:
                    exchange.problem(str(error))
                for broker in place.brokers:
                    broker.kill()
                outcome[name] = exchange.problems
    failed = sum(bool(problems) for problems in outcome.values())
    for name, problems in outcome.items():
        print(f"{'FAIL' if problems else 'ok'}  {name}")
    print(f"{len(outcome) - failed} passed, {failed} failed")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(outcome, file, indent=2)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
