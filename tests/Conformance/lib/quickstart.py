"""Kafka's quick start, command by command. See ../quickstart for the usage."""
import argparse
import os
import re
import subprocess
import sys

import brokers
import wire

TOPIC = "quickstart-events"
EVENTS = "This is my first event\nThis is my second event\n"
EVENT_LINES = EVENTS.splitlines()


class Tour:
    def __init__(self, home, bootstrap):
        self.home, self.bootstrap = home, bootstrap
        self.passed = self.failed = 0

    def step(self, command, wanted, stdin=None, seconds=60, unwanted="ERROR"):
        """Runs a line of the documentation; every pattern of `wanted` must be in what it prints."""
        line = command.replace("localhost:9092", self.bootstrap)
        print(f"\n$ {line}", flush=True)
        try:
            done = subprocess.run(line.split(), cwd=self.home, input=stdin, text=True, timeout=seconds, check=False,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            output, code = done.stdout, done.returncode
        except subprocess.TimeoutExpired as late:
            output, code = (late.stdout or b"").decode(errors="replace"), f"none within {seconds} s"
        print("".join(f"  {text}\n" for text in output.splitlines()), end="")
        problems = [f"exit code {code}"] if code != 0 else []
        problems += [f"does not print /{pattern}/" for pattern in wanted if not re.search(pattern, output, re.MULTILINE)]
        problems += [f"prints {unwanted}"] if re.search(unwanted, output) else []
        self.passed, self.failed = self.passed + (not problems), self.failed + bool(problems)
        print("  FAIL " + "; ".join(problems) if problems else "  ok", flush=True)
        return output


def walk(tour):
    tour.step(f"bin/kafka-topics.sh --create --topic {TOPIC} --bootstrap-server localhost:9092", [rf"^Created topic {TOPIC}\.$"])
    tour.step(f"bin/kafka-topics.sh --describe --topic {TOPIC} --bootstrap-server localhost:9092",
              [rf"^Topic: {TOPIC}\s+TopicId: [A-Za-z0-9_-]{{22}}\s+PartitionCount: 1\s+ReplicationFactor: 1\s+Configs:",
               rf"^\s+Topic: {TOPIC}\s+Partition: 0\s+Leader: \d+\s+Replicas: \d+\s+Isr: \d+"])
    tour.step(f"bin/kafka-console-producer.sh --topic {TOPIC} --bootstrap-server localhost:9092", [], stdin=EVENTS)
    both = rf"^{EVENT_LINES[0]}\n{EVENT_LINES[1]}$"
    # The documentation ends the consumer with Ctrl-C; counting the messages ends it too.
    tour.step(f"bin/kafka-console-consumer.sh --topic {TOPIC} --from-beginning --bootstrap-server localhost:9092 --max-messages 2",
              [both, "Processed a total of 2 messages"])
    tour.step(f"bin/kafka-console-consumer.sh --topic {TOPIC} --from-beginning --bootstrap-server localhost:9092 --group my-group --max-messages 2",
              [both, "Processed a total of 2 messages"])
    tour.step("bin/kafka-consumer-groups.sh --bootstrap-server localhost:9092 --list", [r"^my-group$"])
    tour.step("bin/kafka-consumer-groups.sh --bootstrap-server localhost:9092 --describe --group my-group",
              [r"GROUP\s+TOPIC\s+PARTITION\s+(LEADER-EPOCH\s+)?CURRENT-OFFSET\s+LOG-END-OFFSET\s+LAG",
               rf"^my-group\s+{TOPIC}\s+0\s+(\S+\s+)?2\s+2\s+0\s"])
    tour.step("bin/kafka-consumer-groups.sh --bootstrap-server localhost:9092 --describe --group my-group --state",
              [r"^my-group\s+\S+\s+\(?\d*\)?.*Empty"])
    tour.step("bin/kafka-topics.sh --list --bootstrap-server localhost:9092", [rf"^{TOPIC}$"])
    tour.step(f"bin/kafka-topics.sh --delete --topic {TOPIC} --bootstrap-server localhost:9092", [])
    left = tour.step("bin/kafka-topics.sh --list --bootstrap-server localhost:9092", [])
    if TOPIC in left.splitlines():
        tour.failed += 1
        print(f"  FAIL {TOPIC} is still there")


def main(arguments):
    parser = argparse.ArgumentParser(prog="tests/Conformance/quickstart")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--bootstrap")
    where.add_argument("--broker")
    parser.add_argument("--kafka-home", default=os.environ.get("KAFKA_HOME"))
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args(arguments)
    home = brokers.check_kafka_home(options.kafka_home)
    with brokers.Workplace(options.keep) as place:
        bootstrap = options.bootstrap
        if options.broker:
            broker = place.broker(options.broker, home, os.path.join(place.folder, "broker"), options.port, brokers.pairs(options.set))
            broker.start()
            bootstrap = broker.bootstrap
        wire.await_broker(bootstrap, seconds=10)
        tour = Tour(home, bootstrap)
        walk(tour)
        print(f"\n{tour.passed} passed, {tour.failed} failed")
        return 1 if tour.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
