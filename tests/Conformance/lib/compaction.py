"""The log cleaner beside Apache Kafka's. See ../compaction for the usage."""
import argparse
import json
import os
import platform
import random
import re
import shutil
import statistics
import subprocess
import sys
import time

import brokers
import wire

TOPIC = "compacted"
SEGMENT_BYTES = 64 << 20
RECORD_OVERHEAD_BYTES = 30
CLEAN_SECONDS = 600
POLL_SECONDS = 0.02
SETTLE_SECONDS = 5
SEED = 20_241_111
TICKS = os.sysconf("SC_CLK_TCK")
BACKOFF_MS = 100
LAG_KEY = "min.compaction.lag.ms"
CONFIG = {"cleanup.policy": "compact", "segment.bytes": str(SEGMENT_BYTES), LAG_KEY: str(10 * 365 * 24 * 3600 * 1000)}
TOPIC_RESOURCE, INCREMENTAL_ALTER_CONFIGS = 2, 44
UNITS = {"": 1, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30}


class Plan:
    """Which key each record has, and its value: both follow from its number."""

    def __init__(self, options):
        self.value_bytes = options.value
        self.records = options.size // (options.value + RECORD_OVERHEAD_BYTES)
        self.keys = max(1, int(self.records * options.live / 100))
        source = random.Random(SEED)
        # Each key at least once, so that exactly so many are live; the others as chance has it.
        numbers = list(range(self.keys)) + [source.randrange(self.keys) for _ in range(self.records - self.keys)]
        source.shuffle(numbers)
        self.key_of = numbers
        self.filler = "".join(source.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(options.value))

    def lines(self):
        for number, key in enumerate(self.key_of):
            yield f"key-{key:09d}\t{self.value(number)}\n"

    def value(self, number):
        head = f"{number:012d}-"
        return head + self.filler[:self.value_bytes - len(head)]

    def last(self):
        return {f"key-{key:09d}": number for number, key in enumerate(self.key_of)}


class Contest:
    def __init__(self, options, place):
        self.options, self.place = options, place
        self.plan = Plan(options)
        self.measured = {}
        self.problems = []

    def broker(self, side, name, data):
        which = "kafka" if side == "kafka" else self.options.broker
        settings = {"log.cleaner.backoff.ms": str(BACKOFF_MS), "offsets.topic.num.partitions": "1", **brokers.pairs(self.options.set)}
        return self.place.broker(which, self.options.kafka_home, os.path.join(self.place.folder, name), self.options.port,
                                 settings, data=data, from_properties=True)

    def write(self):
        self.origin = os.path.join(self.place.folder, "origin")
        broker = self.broker("ours", "writer", self.origin)
        broker.start()
        with wire.Wire(broker.bootstrap) as judge:
            judge.create_topic(TOPIC, 1, CONFIG)
        tool = os.path.join(self.options.kafka_home, "bin", "kafka-console-producer.sh")
        with subprocess.Popen([tool, "--bootstrap-server", broker.bootstrap, "--topic", TOPIC, "--reader-property", "parse.key=true",
                               "--command-property", "linger.ms=20", "--command-property", "acks=all"],
                              stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, bufsize=1 << 20) as producer:
            for line in self.plan.lines():
                producer.stdin.write(line)
            producer.stdin.close()
            said = producer.stderr.read()
        with wire.Wire(broker.bootstrap) as judge:
            held = sum(judge.offsets(TOPIC, [0]).values())
        if producer.returncode or held != self.plan.records:
            raise SystemExit(f"{held} of {self.plan.records} records were written: {said[-500:]}")
        if not broker.stop():
            raise SystemExit("the writer did not stop on SIGTERM")

    def turn(self, side, number):
        data = os.path.join(self.place.folder, f"{side}-{number}")
        shutil.copytree(self.origin, data)
        os.environ["KAFKA_HEAP_OPTS"] = f"-Xms{self.options.heap} -Xmx{self.options.heap}"
        before = size_of(data)
        broker = self.broker(side, f"{side}-{number}-cleaning", data)
        broker.start()
        time.sleep(SETTLE_SECONDS)
        cpu, rss, begun = cpu_seconds(broker.pid), memory(broker.pid, "VmHWM"), time.monotonic()
        with wire.Wire(broker.bootstrap) as judge:
            set_lag(judge, "0")
        self.await_clean(side, broker, data)
        values = {
            "wall s": time.monotonic() - begun, "CPU s": cpu_seconds(broker.pid) - cpu, "peak RSS MiB": memory(broker.pid, "VmHWM"),
            "peak RSS before MiB": rss, "log before MiB": before / (1 << 20), "log after MiB": size_of(data) / (1 << 20),
        }
        for name, value in values.items():
            self.measured.setdefault(name, {}).setdefault(side, []).append(value)
        print(f"  {side} {number}: " + ", ".join(f"{name} {value:.2f}" for name, value in values.items()), flush=True)
        os.environ.pop("KAFKA_HEAP_OPTS")
        self.verify(side, broker)
        broker.stop()
        if not self.options.keep:
            shutil.rmtree(data)

    def await_clean(self, side, broker, data):
        deadline = time.monotonic() + CLEAN_SECONDS
        folder = os.path.join(data, f"{TOPIC}-0")
        while time.monotonic() < deadline:
            bases = [int(name[:-4]) for name in os.listdir(folder) if re.fullmatch(r"\d{20}\.log", name)]
            if bases and cleaned_up_to(data) >= max(bases) > 0:
                return
            if not broker.alive():
                break
            time.sleep(POLL_SECONDS)
        raise SystemExit(f"{side}: not clean after {CLEAN_SECONDS} s:\n{broker.tail()}")

    def verify(self, side, broker):
        """What is seen last of each key is what was written last, and all that is left is seen once, in order."""
        tool = os.path.join(self.options.kafka_home, "bin", "kafka-console-consumer.sh")
        with subprocess.Popen([tool, "--bootstrap-server", broker.bootstrap, "--topic", TOPIC, "--from-beginning", "--timeout-ms", "10000",
                               "--formatter-property", "print.key=true"],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1 << 20) as consumer:
            seen, records, latest, wrong = {}, 0, -1, []
            for line in consumer.stdout:
                key, value = line.rstrip("\n").split("\t")
                number = int(value[:12])
                if number <= latest or value != self.plan.value(number):
                    wrong.append(f"{key} {value[:20]} behind {latest}")
                latest, seen[key] = number, number
                records += 1
        expected = self.plan.last()
        wrong += [f"{key}: {seen.get(key)} in place of {number}" for key, number in expected.items() if seen.get(key) != number]
        print(f"    {records} records of {len(seen)} keys read; {'ok' if not wrong and len(seen) == len(expected) else 'FAIL ' + '; '.join(wrong[:3])}", flush=True)
        self.problems += wrong

    def report(self):
        print(f"\n{'':24}{'deterministic':>16}{'Apache Kafka':>16}{'ours/theirs':>14}")
        for name, sides in self.measured.items():
            ours, theirs = (statistics.median(sides[side]) for side in ("ours", "kafka"))
            print(f"{name:24}{ours:16.2f}{theirs:16.2f}{ours / theirs if theirs else 0:14.2f}")


def set_lag(judge, value):
    """From now on the log may be cleaned."""
    def text(of):
        return len(of).to_bytes(2, "big") + of.encode()

    one = (1).to_bytes(4, "big")
    answer = judge.ask(INCREMENTAL_ALTER_CONFIGS, 0, one + bytes([TOPIC_RESOURCE]) + text(TOPIC) + one + text(LAG_KEY) + b"\0" + text(value) + b"\0")
    answer.take("i")  # throttle time
    error = answer.many(lambda: answer.take("h"))[0]
    if error:
        raise SystemExit(f"{LAG_KEY} was refused with error {error}")


def cleaned_up_to(data):
    try:
        with open(os.path.join(data, "cleaner-offset-checkpoint"), encoding="ascii") as file:
            return next((int(line.split()[2]) for line in file if line.startswith(f"{TOPIC} 0 ")), -1)
    except FileNotFoundError:
        return -1


def size_of(data):
    folder = os.path.join(data, f"{TOPIC}-0")
    return sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder) if name.endswith(".log"))


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory(pid, what):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith(what + ":"))


def size(text):
    found = re.fullmatch(r"(\d+)\s*([KMG]iB)?", text, re.I)
    if not found:
        raise argparse.ArgumentTypeError(f"'{text}' is no size: 256MiB, 1GiB")
    return int(found[1]) * UNITS[(found[2] or "").upper()]


def percent(text):
    return float(text.rstrip("%"))


def main(arguments):
    parser = argparse.ArgumentParser(prog="compaction")
    parser.add_argument("--broker", required=True)
    parser.add_argument("--kafka-home", "--peer", default=os.environ.get("KAFKA_HOME"))
    parser.add_argument("--size", type=size, default=1 << 30)
    parser.add_argument("--live", type=percent, default=10.0)
    parser.add_argument("--value", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--heap", default="1G")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--json")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args(arguments)
    brokers.check_kafka_home(options.kafka_home)
    with brokers.Workplace(options.keep) as place:
        contest = Contest(options, place)
        print(f"{contest.plan.records} records of {contest.plan.value_bytes} B, {contest.plan.keys} keys; segments of {SEGMENT_BYTES >> 20} MiB", flush=True)
        contest.write()
        for number in range(1, options.rounds + 1):
            for side in ("ours", "kafka"):
                contest.turn(side, number)
        contest.report()
        if options.json:
            with open(options.json, "w", encoding="utf-8") as file:
                json.dump({"measured": contest.measured, "size": options.size, "live": options.live, "set": options.set,
                           "machine": {"cpus": os.cpu_count(), "kernel": platform.release()}}, file, indent=1)
    return 1 if contest.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
