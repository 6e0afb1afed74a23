"""Kafka's tools for administrators, command by command. See ../admintools for the usage."""
import argparse
import os
import sys

import brokers
import wire
from quickstart import Tour

TOPIC = "admin-tools"


def walk(tour, folder):
    """Every pattern was taken from what the tools print against Apache Kafka 4.3.1."""
    step, at = tour.step, "--bootstrap-server localhost:9092"
    step(f"bin/kafka-topics.sh --create --topic {TOPIC} --partitions 2 {at}", [rf"^Created topic {TOPIC}\.$"])
    step(f"bin/kafka-topics.sh --alter --topic {TOPIC} --partitions 4 {at}", [])
    step(f"bin/kafka-topics.sh --describe --topic {TOPIC} {at}", [r"PartitionCount: 4\s"])
    entity = f"--entity-type topics --entity-name {TOPIC}"
    step(f"bin/kafka-configs.sh {at} --alter {entity} --add-config retention.ms=1000,cleanup.policy=[compact,delete]",
         [rf"^Completed updating config for topic {TOPIC}\.$"])
    step(f"bin/kafka-configs.sh {at} --describe {entity}",
         [rf"^Dynamic configs for topic {TOPIC} are:$",
          r"^  cleanup\.policy=compact,delete sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:cleanup\.policy=compact,delete, DEFAULT_CONFIG:log\.cleanup\.policy=delete}$",
          r"^  retention\.ms=1000 sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:retention\.ms=1000"])
    step(f"bin/kafka-configs.sh {at} --alter {entity} --delete-config retention.ms,cleanup.policy", [r"^Completed updating config"])
    step(f"bin/kafka-configs.sh {at} --alter --entity-type brokers --entity-default --add-config log.cleaner.backoff.ms=1234",
         [r"^Completed updating default config for brokers in the cluster\.$"])
    step(f"bin/kafka-configs.sh {at} --describe --entity-type brokers --entity-default",
         [r"^  log\.cleaner\.backoff\.ms=1234 sensitive=false synonyms={DYNAMIC_DEFAULT_BROKER_CONFIG:log\.cleaner\.backoff\.ms=1234}$"])
    step(f"bin/kafka-configs.sh {at} --alter --entity-type groups --entity-name g1 --add-config consumer.session.timeout.ms=50000",
         [r"^Completed updating config for group g1\.$"])
    step(f"bin/kafka-configs.sh {at} --describe --entity-type groups --entity-name g1",
         [r"^  consumer\.session\.timeout\.ms=50000 sensitive=false synonyms={DYNAMIC_GROUP_CONFIG:consumer\.session\.timeout\.ms=50000, "
          r"DEFAULT_CONFIG:group\.consumer\.session\.timeout\.ms=45000}$"])
    step(f"bin/kafka-console-producer.sh --topic {TOPIC} {at}", [], stdin="one\ntwo\nthree\n")
    offsets = os.path.join(folder, "offsets.json")
    with open(offsets, "w", encoding="utf-8") as file:
        partitions = ", ".join(f'{{"topic": "{TOPIC}", "partition": {number}, "offset": -1}}' for number in range(4))
        file.write(f'{{"partitions": [{partitions}], "version": 1}}')
    step(f"bin/kafka-delete-records.sh {at} --offset-json-file {offsets}",
         [r"^Records delete operation completed:$"] + [rf"^partition: {TOPIC}-{number}\tlow_watermark: \d+$" for number in range(4)])
    first = step(f"bin/kafka-get-offsets.sh {at} --topic {TOPIC} --time earliest", [rf"^{TOPIC}:0:\d+$"])
    last = step(f"bin/kafka-get-offsets.sh {at} --topic {TOPIC} --time latest", [rf"^{TOPIC}:0:\d+$"])
    if sorted(first.split()) != sorted(last.split()):
        tour.failed += 1
        print("  FAIL records are left")
    step(f"bin/kafka-log-dirs.sh {at} --describe --topic-list {TOPIC}", [rf'"partition":"{TOPIC}-3","size":\d+,"offsetLag":0,"isFuture":false'])
    step(f"bin/kafka-features.sh {at} describe", [r"^Feature: metadata\.version\s+.*FinalizedVersionLevel: 4\.3-IV0\s"])
    step(f"bin/kafka-features.sh {at} downgrade --feature group.version=0 --dry-run", [r"group\.version can be downgraded to 0\."])
    step(f"bin/kafka-metadata-quorum.sh {at} describe --status", [r"^LeaderId:\s+\d+$", r"^MaxFollowerLag:\s+0$", r"^CurrentVoters:\s+\["])
    step(f"bin/kafka-metadata-quorum.sh {at} describe --replication", [r"^\d+\s+\S+\s+\d+\s+0\s+\d+\s+\d+\s+Leader"])
    step(f"bin/kafka-leader-election.sh {at} --election-type preferred --all-topic-partitions", [])
    step(f"bin/kafka-topics.sh --delete --topic {TOPIC} {at}", [])


def main(arguments):
    parser = argparse.ArgumentParser(prog="tests/Conformance/admintools")
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
        walk(tour, place.folder)
        print(f"\n{tour.passed} passed, {tour.failed} failed")
        return 1 if tour.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
