"""Consume, transform, produce in transactions, and kill -9 in the middle. See ../exactlyonce for the usage."""
import argparse
import os
import subprocess
import sys
import time

import brokers

INPUT, OUTPUT, GROUP = "eos-in", "eos-out", "eos-copy"
ROUND_SECONDS = 120
TRANSACTION_SIZE = 20
LOOPS_BEFORE_KILL = 10


class Copying:
    def __init__(self, home, broker, folder):
        self.home, self.broker, self.folder, self.begun = home, broker, folder, 0
        self.environment = {**os.environ, "KAFKA_HEAP_OPTS": "-Xmx256m", "LOG_DIR": folder}

    def tool(self, name, *arguments, stdin=None):
        done = subprocess.run([os.path.join(self.home, "bin", name), "--bootstrap-server", self.broker.bootstrap, *arguments],
                              input=stdin, capture_output=True, text=True, env=self.environment, timeout=ROUND_SECONDS, check=False)
        if done.returncode:
            raise SystemExit(f"{name}: {done.stdout}{done.stderr}")
        return done.stdout

    def copier(self, place):
        with open(os.path.join(self.folder, "copier.log"), "ab") as log:
            self.begun = log.tell()
            process = subprocess.Popen(
                [os.path.join(self.home, "bin", "transactional-message-copier.sh"), "--input-topic", INPUT, "--input-partition", "0",
                 "--output-topic", OUTPUT, "--broker-list", self.broker.bootstrap, "--consumer-group", GROUP,
                 "--transactional-id", "copier", "--transaction-size", str(TRANSACTION_SIZE), "--transaction-timeout", "20000",
                 "--enable-random-aborts"], stdout=log, stderr=log, env=self.environment)
        place.processes.append(process)
        return process

    def await_progress(self, process):
        """Waits until the copier that was started last is in the middle of its work, or has ended."""
        path = os.path.join(self.folder, "copier.log")
        until = time.monotonic() + ROUND_SECONDS
        while process.poll() is None and time.monotonic() < until:
            with open(path, encoding="utf-8", errors="replace") as log:
                log.seek(self.begun)
                if log.read().count('"stage":"ProcessLoop"') >= LOOPS_BEFORE_KILL:
                    return
            time.sleep(0.05)

    def committed(self):
        """Records that a read_committed consumer finds now."""
        text = self.tool("kafka-console-consumer.sh", "--topic", OUTPUT, "--from-beginning", "--timeout-ms", "15000",
                         "--isolation-level", "read_committed")
        return [int(line) for line in text.split()]


def copy(copying, place, records, kills):
    copying.tool("kafka-topics.sh", "--create", "--topic", INPUT, "--partitions", "1")
    copying.tool("kafka-topics.sh", "--create", "--topic", OUTPUT, "--partitions", "1")
    copying.tool("kafka-console-producer.sh", "--topic", INPUT, stdin="".join(f"{number}\n" for number in range(records)))
    for kill in range(kills):
        process = copying.copier(place)
        copying.await_progress(process)
        if process.poll() is not None:
            print(f"kill {kill + 1}: the copier was done before")
        elif kill % 2 == 0:
            process.kill()
            process.wait()
            print(f"kill {kill + 1}: the copier, {len(copying.committed())} of {records} were committed")
            continue
        else:
            copying.broker.kill()
            copying.broker.start()
            print(f"kill {kill + 1}: the broker")
        process.kill()
        process.wait()
    last = copying.copier(place)
    code = last.wait(ROUND_SECONDS)
    return code, copying.committed()


def main(arguments):
    parser = argparse.ArgumentParser(prog="tests/Conformance/exactlyonce")
    parser.add_argument("--broker", required=True)
    parser.add_argument("--kafka-home", default=os.environ.get("KAFKA_HOME"))
    parser.add_argument("--records", type=int, default=4000)
    parser.add_argument("--kills", type=int, default=4)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args(arguments)
    home = brokers.check_kafka_home(options.kafka_home)
    with brokers.Workplace(options.keep) as place:
        broker = place.broker(options.broker, home, os.path.join(place.folder, "broker"), options.port, brokers.pairs(options.set))
        broker.start()
        code, found = copy(Copying(home, broker, place.folder), place, options.records, options.kills)
        wanted = list(range(options.records))
        missing, extra = set(wanted) - set(found), len(found) - len(set(found))
        print(f"the last copier ended with {code}; {len(found)} records are committed, {len(missing)} missing, {extra} twice")
        print("ok" if found == wanted and code == 0 else "FAIL")
        return 0 if found == wanted and code == 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
