"""Starts Apache Kafka and the broker with the same properties and runs DifferentialTest over both. See ../differential for the usage."""
import argparse
import os
import subprocess
import sys

import brokers

SETTINGS = {
    "auto.create.topics.enable": "false",
    "group.initial.rebalance.delay.ms": "0",
    "offsets.topic.num.partitions": "1",
    "transaction.state.log.num.partitions": "1",
    "share.coordinator.state.topic.num.partitions": "2",
    "max.incremental.fetch.session.cache.slots": "100000",
    "group.consumer.max.session.timeout.ms": "3600000",
    "group.consumer.session.timeout.ms": "3600000",
    "log.retention.ms": "-1",
    "log.cleaner.backoff.ms": "15000",
}


def build(here):
    project = os.path.join(here, "DifferentialTest", "DifferentialTest.csproj")
    subprocess.run(["dotnet", "build", project, "-c", "Release", "-v", "q", "-nologo"], check=True)
    out = subprocess.run(["dotnet", "msbuild", project, "-p:Configuration=Release", "-getProperty:TargetPath"], check=True, capture_output=True, text=True)
    return out.stdout.strip()


def main():
    parser = argparse.ArgumentParser(prog="differential", add_help=False)
    parser.add_argument("--broker", required=True)
    parser.add_argument("--kafka", default=os.environ.get("KAFKA_HOME", ""))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--found", default="differences.jsonl")
    parser.add_argument("--record", default="")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    if not os.path.exists(os.path.join(options.kafka, "bin", "kafka-server-start.sh")):
        print(f"skipped: no Apache Kafka at '{options.kafka}'; say --kafka DIR (or KAFKA_HOME), where DIR/bin/kafka-server-start.sh is")
        return 0
    program = build(os.environ["CONFORMANCE_HOME"])
    settings = {**SETTINGS, **brokers.pairs(options.set)}
    with brokers.Workplace(options.keep) as place:
        kafka = place.broker("kafka", options.kafka, os.path.join(place.folder, "kafka"), settings=settings)
        ours = place.broker(options.broker, "", os.path.join(place.folder, "ours"), settings={**settings, "log.durability": "memory"}, from_properties=True)
        kafka.start()
        ours.start()
        test = subprocess.run(["dotnet", program, f"kafka={kafka.port}", f"ours={ours.port}", f"seed={options.seed}",
                               f"only={options.only}", f"found={options.found}", f"record={options.record}", f"sample={options.sample}"], check=False)
        for broker in (kafka, ours):
            if not broker.alive():
                print(f"{broker.name} did not survive:\n{broker.tail()}")
                return 2
    print(f"differences without a reason: {options.found}" if test.returncode == 1 else "")
    return test.returncode


if __name__ == "__main__":
    sys.exit(main())
