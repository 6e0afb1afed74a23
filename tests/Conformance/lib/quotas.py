"""Quotas of clients, with Kafka's tools. See ../quotas for the usage."""
import argparse
import os
import re
import sys

import brokers
import wire
from quickstart import Tour

TOPIC = "quota-tools"
RATE = 500_000
RECORD_BYTES = 1_000
# A rate is taken over 10 seconds at least: what a client that begins may send at once.
BURST_SECONDS = 11


def alterations(tour):
    """Every pattern was taken from what the tools print against Apache Kafka 4.3.1."""
    step, at = tour.step, "--bootstrap-server localhost:9092"
    both = "--entity-type users --entity-name alice --entity-type clients --entity-name app"
    step(f"bin/kafka-configs.sh {at} --alter {both} --add-config producer_byte_rate=1024,request_percentage=200", [r"^Completed updating config for "])
    step(f"bin/kafka-configs.sh {at} --describe {both}",
         [r"^Quota configs for user-principal 'alice', client-id 'app' are (producer_byte_rate=1024\.0, request_percentage=200\.0"
          r"|request_percentage=200\.0, producer_byte_rate=1024\.0)$"])
    step(f"bin/kafka-configs.sh {at} --alter --entity-type users --entity-default --add-config consumer_byte_rate=2048", [r"^Completed updating "])
    step(f"bin/kafka-configs.sh {at} --describe --entity-type users --entity-default",
         [r"^Quota configs for the default user-principal are consumer_byte_rate=2048\.0$"])
    step(f"bin/kafka-configs.sh {at} --alter --entity-type ips --entity-name 10.1.2.3 --add-config connection_creation_rate=20", [r"^Completed updating "])
    step(f"bin/kafka-configs.sh {at} --describe --entity-type ips", [r"^Quota configs for ip '10\.1\.2\.3' are connection_creation_rate=20\.0$"])
    step(f"bin/kafka-configs.sh {at} --alter --entity-type users --entity-default --delete-config consumer_byte_rate", [r"^Completed updating "])
    step(f"bin/kafka-configs.sh {at} --alter {both} --delete-config producer_byte_rate,request_percentage", [r"^Completed updating "])
    left = step(f"bin/kafka-configs.sh {at} --describe {both}", [])
    verdict(tour, "alice" not in left, "quotas that were removed are still there")


def rates(tour, records):
    step, at = tour.step, "--bootstrap-server localhost:9092"
    step(f"bin/kafka-topics.sh --create --topic {TOPIC} --partitions 3 {at}", [rf"^Created topic {TOPIC}\.$"])
    for client, key in (("throttled-producer", "producer_byte_rate"), ("throttled-consumer", "consumer_byte_rate")):
        step(f"bin/kafka-configs.sh {at} --alter --entity-type clients --entity-name {client} --add-config {key}={RATE}", [r"^Completed updating "])
    produced = step(f"bin/kafka-producer-perf-test.sh --topic {TOPIC} --num-records {records} --record-size {RECORD_BYTES} --throughput -1"
                    " --command-property bootstrap.servers=localhost:9092 client.id=throttled-producer", [rf"^{records} records sent"],
                    seconds=300, unwanted="org.apache.kafka.common.errors")
    rate = re.findall(r"([0-9.]+) records/sec", produced)
    judge(tour, "produced", records, float(rate[-1]) * RECORD_BYTES if rate else 0)
    consumed = step(f"bin/kafka-consumer-perf-test.sh {at} --topic {TOPIC} --num-records {records} --timeout 120000"
                    " --command-property client.id=throttled-consumer", [], seconds=300)
    fields = consumed.splitlines()[-1].split(", ")
    fetch_ms = float(fields[7]) if len(fields) > 7 else 0
    judge(tour, "consumed", records, records * RECORD_BYTES * 1000 / fetch_ms if fetch_ms else 0)


def judge(tour, what, records, rate):
    """All but the first burst must come at the rate; slower is the machine's business."""
    seconds = records * RECORD_BYTES / RATE
    fastest = RATE * seconds / (seconds - BURST_SECONDS) * 1.1
    print(f"  {what} at {rate / 1000:.0f} kB/s; the quota is {RATE / 1000:.0f} kB/s, with the first burst at most {fastest / 1000:.0f} kB/s")
    verdict(tour, 0 < rate <= fastest, f"{what} too fast, or not at all")


def verdict(tour, holds, problem):
    tour.passed, tour.failed = tour.passed + holds, tour.failed + (not holds)
    print("  ok" if holds else f"  FAIL {problem}", flush=True)


def main(arguments):
    parser = argparse.ArgumentParser(prog="tests/Conformance/quotas")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--bootstrap")
    where.add_argument("--broker")
    parser.add_argument("--kafka-home", default=os.environ.get("KAFKA_HOME"))
    parser.add_argument("--records", type=int, default=30_000)
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
        alterations(tour)
        rates(tour, options.records)
        print(f"\n{tour.passed} passed, {tour.failed} failed")
        return 1 if tour.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
