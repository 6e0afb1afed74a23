"""kafka-python as a client: version | create TOPIC PARTITIONS | produce TOPIC CODEC | consume GROUP TOPIC...

produce reads lines of headers, key, value (tabs between); consume prints topic, partition, offset, headers,
key, value and leaves its group on SIGTERM.
"""
import importlib.util
import signal
import sys

import kafka
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewPartitions, NewTopic

MODULES = {"snappy": "snappy", "lz4": "lz4", "zstd": "zstandard"}


def headers_of(text):
    return [(name, value.encode()) for name, value in (pair.split(":", 1) for pair in text.split(",") if pair)]


def create(bootstrap, topic, partitions):
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.create_topics([NewTopic(topic, int(partitions), 1)])
    admin.close()


def produce(bootstrap, topic, codec):
    problems = []
    producer = kafka.KafkaProducer(bootstrap_servers=bootstrap, compression_type=None if codec == "none" else codec,
                                   acks="all", linger_ms=20, retries=5)
    for line in sys.stdin.buffer:
        headers, key, value = line.rstrip(b"\n").split(b"\t")
        future = producer.send(topic, key=key, value=value, headers=headers_of(headers.decode()))
        future.add_errback(problems.append)
    producer.flush()
    producer.close()
    if problems:
        raise SystemExit(f"{len(problems)} records failed, the first with {problems[0]!r}")


def consume(bootstrap, group, topics):
    going = [True]
    signal.signal(signal.SIGTERM, lambda *_: going.clear())
    consumer = kafka.KafkaConsumer(*topics, bootstrap_servers=bootstrap, group_id=group, auto_offset_reset="earliest",
                                   heartbeat_interval_ms=500, session_timeout_ms=10000, max_poll_records=100,
                                   metadata_max_age_ms=5000)
    while going:
        for records in consumer.poll(timeout_ms=200).values():
            for record in records:
                headers = ",".join(f"{name}:{value.decode()}" for name, value in record.headers)
                line = (f"{record.topic}\t{record.partition}\t{record.offset}\t{headers}\t"
                        f"{record.key.decode()}\t{record.value.decode()}\n")
                sys.stdout.buffer.write(line.encode())
            sys.stdout.buffer.flush()
    consumer.close()


def time_query(bootstrap, topic, timestamp):
    consumer = kafka.KafkaConsumer(bootstrap_servers=bootstrap)
    partition = kafka.TopicPartition(topic, 0)
    print(consumer.offsets_for_times({partition: int(timestamp)})[partition].offset)
    consumer.close()


def administrate(bootstrap, topic):
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.create_topics([NewTopic(topic, 2, 1, topic_configs={"retention.ms": "1234567"})])
    admin.create_partitions({topic: NewPartitions(4)})
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, {"retention.ms": "7654321"})])
    answer = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic, {"retention.ms": None})])[0]
    print(answer.resources[0][4][0][1])
    admin.close()


def drop(bootstrap, topic):
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.delete_topics([topic])
    admin.close()


def main(bootstrap, verb, *arguments):
    if verb == "version":
        print(kafka.__version__)
        for codec, module in MODULES.items():
            if importlib.util.find_spec(module) is None:
                print(f"without {codec} python3-{module} is not installed")
    elif verb == "create":
        create(bootstrap, *arguments)
    elif verb == "produce":
        produce(bootstrap, *arguments)
    elif verb == "time":
        time_query(bootstrap, *arguments)
    elif verb == "admin":
        administrate(bootstrap, *arguments)
    elif verb == "drop":
        drop(bootstrap, *arguments)
    elif verb == "consume":
        consume(bootstrap, arguments[0], arguments[1:])


main(*sys.argv[1:])
