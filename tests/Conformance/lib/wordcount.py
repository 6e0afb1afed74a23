"""A Kafka Streams application that is killed and resumes. See ../wordcount for the usage."""
import argparse
import collections
import os
import random
import shutil
import subprocess
import sys
import time

import brokers

INPUT, OUTPUT = "words-in", "words-out"
PARTITIONS = 3
WORDS_A_LINE = 6
VOCABULARY = 60
SECONDS = 180


class Counting:
    def __init__(self, home, broker, place):
        self.home, self.broker, self.place = home, broker, place
        self.environment = {**os.environ, "KAFKA_HEAP_OPTS": "-Xmx256m", "LOG_DIR": place.folder}
        self.classes = os.path.join(place.folder, "classes")
        self.written = []

    def compile(self):
        if shutil.which("javac") is None:
            raise SystemExit("no javac on the PATH: the application is compiled by this script")
        source = os.path.join(os.environ["CONFORMANCE_HOME"], "clients", "java", "WordCount.java")
        subprocess.run(["javac", "-d", self.classes, "-cp", os.path.join(self.home, "libs", "*"), source], check=True)

    def tool(self, name, *arguments, stdin=None):
        done = subprocess.run([os.path.join(self.home, "bin", name), "--bootstrap-server", self.broker.bootstrap, *arguments],
                              input=stdin, capture_output=True, text=True, env=self.environment, timeout=SECONDS, check=False)
        if done.returncode:
            raise SystemExit(f"{name}: {done.stdout}{done.stderr}")
        return done.stdout

    def application(self):
        path = os.pathsep.join([self.classes, os.path.join(self.home, "libs", "*")])
        with open(os.path.join(self.place.folder, "application.log"), "ab") as log:
            process = subprocess.Popen(["java", "-Xmx384m", "-cp", path, "WordCount", self.broker.bootstrap,
                                        os.path.join(self.place.folder, "state"), INPUT, OUTPUT], stdout=log, stderr=log)
        self.place.processes.append(process)
        return process

    def write(self, lines):
        self.written += [word for line in lines for word in line.split()]
        self.tool("kafka-console-producer.sh", "--topic", INPUT, stdin="".join(line + "\n" for line in lines))

    def counts(self):
        """What a read_committed consumer finds now: word -> its counts in order."""
        text = self.tool("kafka-console-consumer.sh", "--topic", OUTPUT, "--from-beginning", "--timeout-ms", "8000",
                         "--isolation-level", "read_committed", "--formatter-property", "print.key=true",
                         "--value-deserializer", "org.apache.kafka.common.serialization.LongDeserializer")
        found = collections.defaultdict(list)
        for line in text.splitlines():
            word, count = line.split("\t")
            found[word].append(int(count))
        return found

    def await_count(self, wanted):
        """Waits until so many changes are committed, and returns all of them."""
        until = time.monotonic() + SECONDS
        while True:
            found = self.counts()
            total = sum(map(len, found.values()))
            if total >= wanted or time.monotonic() > until:
                return total, found


def problems_of(written, found):
    expected = collections.Counter(written)
    wrong = [f"{word}: {found.get(word, [])[:12]} ... where 1 to {count} are expected" for word, count in sorted(expected.items())
             if found.get(word, []) != list(range(1, count + 1))]
    return wrong + [f"{word} was never written" for word in sorted(set(found) - set(expected))]


def count_words(counting, lines, kills):
    chance = random.Random(7)
    text = [" ".join(f"word{min(int(chance.expovariate(0.08)), VOCABULARY)}" for _ in range(WORDS_A_LINE)) for _ in range(lines)]
    rounds = kills + 2
    parts = [text[at * lines // rounds:(at + 1) * lines // rounds] for at in range(rounds)]
    for topic in (INPUT, OUTPUT):
        counting.tool("kafka-topics.sh", "--create", "--topic", topic, "--partitions", str(PARTITIONS))
    for kill in range(kills):
        done = sum(map(len, counting.counts().values())) if counting.written else 0
        process = counting.application()
        counting.write(parts[kill])
        total, _ = counting.await_count(done + 1)
        print(f"kill {kill + 1}: the application, {total} of {len(counting.written)} changes were committed", flush=True)
        process.kill()
        process.wait()
    process = counting.application()
    counting.write(parts[-2])
    counting.await_count(sum(map(len, counting.counts().values())) + 1)
    counting.broker.kill()
    counting.broker.start()
    print("killed the broker; the application goes on", flush=True)
    counting.write(parts[-1])
    total, found = counting.await_count(len(counting.written))
    process.terminate()
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
    return found


def main(arguments):
    parser = argparse.ArgumentParser(prog="tests/Conformance/wordcount")
    parser.add_argument("--broker", required=True)
    parser.add_argument("--kafka-home", default=os.environ.get("KAFKA_HOME"))
    parser.add_argument("--lines", type=int, default=3000)
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args(arguments)
    home = brokers.check_kafka_home(options.kafka_home)
    with brokers.Workplace(options.keep) as place:
        broker = place.broker(options.broker, home, os.path.join(place.folder, "broker"), options.port, brokers.pairs(options.set))
        broker.start()
        counting = Counting(home, broker, place)
        counting.compile()
        found = count_words(counting, options.lines, options.kills)
        problems = problems_of(counting.written, found)
        print(f"{len(counting.written)} words, {len(set(counting.written))} different; {sum(map(len, found.values()))} changes of counts are committed")
        for problem in problems[:5]:
            print(problem)
        print("FAIL" if problems else "ok")
        return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
