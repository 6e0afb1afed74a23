"""kill -9 under load. See ../killtest for the usage."""
import argparse
import json
import os
import random
import re
import subprocess
import sys
import time

import brokers
import clients
import wire

TOPIC, GROUP, PARTITIONS = "killtest", "killtest-group", 6
FLUSH_SECONDS = 150
CATCH_UP_SECONDS = 60
WORK_SECONDS = 60
EARLY_SHARE = 0.4


class Crew:
    """The producers and the members of the group, as processes of the .NET client."""

    def __init__(self, place, bootstrap, producers):
        self.place, self.bootstrap = place, bootstrap
        self.program = clients.build_dotnet_client()
        self.folder = os.path.join(place.folder, "ledgers")
        os.makedirs(self.folder)
        self.files = producers + 2
        self.load = self.start("load", "load", self.bootstrap, TOPIC, str(producers), self.folder)
        self.members = {name: self.follow(name) for name in ("stays", "restarts")}

    def start(self, log, *arguments):
        with open(os.path.join(self.place.folder, f"{log}.log"), "ab") as output:
            process = subprocess.Popen([*self.program, *arguments], stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        self.place.processes.append(process)
        return process

    def follow(self, name):
        return self.start(name, "follow", self.bootstrap, GROUP, TOPIC, os.path.join(self.folder, f"{name}.notes"))

    def restart_member(self):
        self.end(self.members["restarts"], 30)
        self.members["restarts"] = self.follow("restarts")

    @staticmethod
    def end(process, seconds):
        process.terminate()
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return None

    def progress(self):
        """Bytes of each ledger and each note: they grow while records are acknowledged, read and committed."""
        return {name: os.path.getsize(os.path.join(self.folder, name)) for name in sorted(os.listdir(self.folder))}

    def await_work(self, alive):
        """Waits until every producer and both members have got on since now; the names of those that did not."""
        before, end = self.progress(), time.monotonic() + WORK_SECONDS
        while alive():
            now = self.progress()
            idle = [name for name in now if now[name] <= before.get(name, 0)]
            if (len(now) == self.files and not idle) or time.monotonic() > end:
                return idle
            time.sleep(0.05)
        return ["the broker"]

    def check(self):
        done = subprocess.run([*self.program, "check", self.bootstrap, TOPIC, self.folder], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr


def rounds(options, broker, crew, chance):
    """Kills and restarts; returns the seconds each restart took."""
    low, high = (float(part) for part in options.seconds.split(":"))
    restarts = []
    for number in range(1, options.rounds + 1):
        early = chance.random() < EARLY_SHARE
        wait = chance.uniform(0, 1) if early else chance.uniform(low, high)
        if not early:
            idle = crew.await_work(broker.alive)
            if idle:
                raise SystemExit(f"round {number}: {WORK_SECONDS} s after the start no progress of {', '.join(idle)}:\n{broker.tail()}")
        time.sleep(wait)
        if not broker.alive():
            raise SystemExit(f"round {number}: the broker ended by itself:\n{broker.tail()}")
        broker.kill()
        ledgers = sum(size for name, size in crew.progress().items() if name.endswith(".ledger"))
        crew.restart_member()
        restarts.append(broker.start())
        when = "the first answer" if early else "all were at work"
        print(f"  round {number}: killed {wait:.2f} s after {when}, ledgers {ledgers >> 10} KiB; answered again after {restarts[-1]:.2f} s", flush=True)
        if crew.load.poll() is not None:
            raise SystemExit(f"the producers ended by themselves with {crew.load.returncode}")
    return restarts


def caught_up(broker):
    partitions = list(range(PARTITIONS))
    with wire.Wire(broker.bootstrap) as judge:
        return judge.offsets(TOPIC, partitions) == judge.committed(GROUP, TOPIC, partitions)


def finish(options, place, broker, crew):
    """Ends the producers, lets the group read to the end, compares; returns the problems."""
    time.sleep(3)
    problems = []
    code = Crew.end(crew.load, FLUSH_SECONDS)
    if code != 0:
        problems.append(f"producers ended with {code}: not every record was acknowledged")
    end = time.monotonic() + CATCH_UP_SECONDS
    while not caught_up(broker) and time.monotonic() < end:
        time.sleep(0.2)
    if not caught_up(broker):
        problems.append(f"the group did not commit up to the end within {CATCH_UP_SECONDS} s")
    for name, process in crew.members.items():
        if process.poll() is not None or Crew.end(process, 30) != 0:
            problems.append(f"member {name} ended with {process.returncode}")
    with open(os.path.join(place.folder, "load.log"), encoding="utf-8") as log:
        print(log.read(), end="")
    code, text = crew.check()
    print(text, end="")
    if code != 0:
        problems.append("the log and the ledgers differ")
    return problems, text


def plant(broker, crew):
    """Faults that the check must find: a lost record, one twice and late, a group that begins before its commit."""
    with wire.Wire(broker.bootstrap) as judge:
        judge.produce(TOPIC, 0, b"0|0|", b"producer-0")
    with open(os.path.join(crew.folder, "producer-0.ledger"), "a", encoding="utf-8") as ledger:
        ledger.write("999999999 0 999999999\n")
    ticks = 10 ** 18
    with open(os.path.join(crew.folder, "stays.notes"), "a", encoding="utf-8") as notes:
        notes.write(f"{ticks} attempt 0 5\n{ticks + 1} committed 0 5\n{ticks + 2} first 0 4\n")
    code, text = crew.check()
    print(f"with planted faults:\n{text}", end="")
    wanted = ("missing", "duplicated", "out of order", "resumed before commit")
    blind = [kind for kind in wanted if f"  {kind}: 1\n" not in text]
    return [f"the check did not find the planted fault '{kind}'" for kind in blind] + (["the check passed planted faults"] if code == 0 else [])


def main(arguments):
    parser = argparse.ArgumentParser(prog="tests/Conformance/killtest")
    parser.add_argument("--broker", required=True)
    parser.add_argument("--kafka-home", default=os.environ.get("KAFKA_HOME"))
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--producers", type=int, default=4)
    parser.add_argument("--seconds", default="0.5:3")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--plant", action="store_true")
    parser.add_argument("--json")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args(arguments)
    print(f"seed {options.seed} (again: tests/Conformance/killtest {' '.join(arguments)}"
          f"{'' if '--seed' in arguments else f' --seed {options.seed}'})", flush=True)
    with brokers.Workplace(options.keep) as place:
        broker = place.broker(options.broker, options.kafka_home, os.path.join(place.folder, "broker"), options.port,
                              {"group.initial.rebalance.delay.ms": "0", **brokers.pairs(options.set)})
        print(f"{broker.name} answered after {broker.start():.1f} s on {broker.bootstrap}", flush=True)
        with wire.Wire(broker.bootstrap) as judge:
            judge.create_topic(TOPIC, PARTITIONS)
        crew = Crew(place, broker.bootstrap, options.producers)
        restarts = rounds(options, broker, crew, random.Random(options.seed))
        problems, text = finish(options, place, broker, crew)
        if options.plant and not problems:
            problems += plant(broker, crew)
        stopped = broker.stop()
        if not stopped:
            problems.append("the broker did not stop on SIGTERM")
        for problem in problems:
            print(f"FAIL {problem}")
        print(f"{options.rounds} kills, restart to answer: median {sorted(restarts)[len(restarts) // 2]:.2f} s, longest {max(restarts):.2f} s")
        if options.json:
            counts = {name.strip(): int(count) for name, count in re.findall(r"([a-z][a-z ]+): (\d+)", text)}
            with open(options.json, "w", encoding="utf-8") as file:
                json.dump({"broker": broker.name, "seed": options.seed, "rounds": options.rounds, "restarts": restarts,
                           "counts": counts, "problems": problems}, file, indent=2)
        print("ok" if not problems else "FAIL")
        return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
