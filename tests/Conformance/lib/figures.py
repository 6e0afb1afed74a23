"""A broker and Apache Kafka under the same load, in turn. See ../figures for the usage."""
import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time

import brokers
import wire

WORKLOADS = {
    "small": {"records": 1_000_000, "size": 100, "acks": "all"},
    "small-acks1": {"records": 1_000_000, "size": 100, "acks": "1"},
    "large": {"records": 200_000, "size": 1024, "acks": "all"},
    "steady": {"records": 75_000, "size": 100, "acks": "all", "throughput": 5000, "warmup": 25_000},
    "consume": {"of": "small"},
}
# batch.size and linger.ms are the defaults of the producer; they stand here so that the report shows them.
PRODUCER = {"batch.size": "16384", "linger.ms": "5", "buffer.memory": "33554432", "compression.type": "none"}
START_SECONDS = 60
TICKS = os.sysconf("SC_CLK_TCK")
LOWER_IS_BETTER = {"p50 ms", "p99 ms", "p99.9 ms", "broker CPU s", "RSS MiB", "peak RSS MiB", "start to first produce s"}


class Figures:
    def __init__(self, options, place):
        self.options, self.place = options, place
        self.measured = {}

    def keep(self, side, workload, partitions, values):
        for name, value in values.items():
            self.measured.setdefault((workload, partitions, name), {}).setdefault(side, []).append(value)

    def turn(self, side, number):
        """One broker on an empty directory through all workloads."""
        folder = os.path.join(self.place.folder, f"{side}-{number}")
        which = "kafka" if side == "kafka" else self.options.broker
        settings = {"offsets.topic.num.partitions": "4", "group.initial.rebalance.delay.ms": "0", **brokers.pairs(self.options.set)}
        if side == "ours":
            settings.update(brokers.pairs(self.options.ours_set))
        broker = self.place.broker(which, self.options.kafka_home, folder, self.options.port, settings, from_properties=True)
        os.environ["KAFKA_HEAP_OPTS"] = f"-Xms{self.options.heap} -Xmx{self.options.heap}"
        # Formatting is not part of the start: what is timed is the second start, on a directory that is made already.
        broker.start()
        with wire.Wire(broker.bootstrap) as judge:
            judge.create_topic("first", 1)
        broker.stop()
        self.first_produce(side, broker)
        os.environ.pop("KAFKA_HEAP_OPTS")
        for partitions in self.options.partitions:
            for workload in self.options.workloads:
                self.workload(side, broker, workload, partitions)
        self.keep(side, "all", "-", {"RSS MiB": memory(broker.pid, "VmRSS"), "peak RSS MiB": memory(broker.pid, "VmHWM")})
        if not broker.stop():
            print(f"  {side} did not stop on SIGTERM")
        subprocess.run(["rm", "-rf", folder], check=True)

    def first_produce(self, side, broker):
        begun = time.monotonic()
        broker.start()
        error = None
        while time.monotonic() - begun < START_SECONDS:
            with wire.Wire(broker.bootstrap) as judge:
                error = judge.produce("first", 0, b"first")
            if error == 0:
                self.keep(side, "all", "-", {"start to first produce s": time.monotonic() - begun})
                return
            time.sleep(0.01)
        raise SystemExit(f"{side}: nothing was acknowledged within {START_SECONDS} s of the start, the last error code is {error}")

    def workload(self, side, broker, workload, partitions):
        topic = f"{WORKLOADS[workload].get('of', workload)}-{partitions}"
        if "of" not in WORKLOADS[workload]:
            with wire.Wire(broker.bootstrap) as judge:
                judge.create_topic(topic, partitions)
        before = cpu_seconds(broker.pid)
        values = self.consume(broker, topic) if "of" in WORKLOADS[workload] else self.produce(broker, topic, **WORKLOADS[workload])
        values["broker CPU s"] = cpu_seconds(broker.pid) - before
        values["RSS MiB"] = memory(broker.pid, "VmRSS")
        self.keep(side, workload, partitions, values)
        print(f"  {side} {workload} {partitions} partitions: " + ", ".join(f"{k} {v:,.2f}" for k, v in values.items()), flush=True)

    def produce(self, broker, topic, records, size, acks, throughput=-1, warmup=0):
        properties = {"bootstrap.servers": broker.bootstrap, "acks": acks, **PRODUCER}
        command = [os.path.join(self.options.kafka_home, "bin", "kafka-producer-perf-test.sh"), "--topic", topic,
                   "--num-records", str(int(records * self.options.scale)), "--record-size", str(size),
                   "--throughput", str(throughput), "--command-property", *[f"{k}={v}" for k, v in properties.items()]]
        if warmup and self.warmup_known():
            command[1:1] = ["--warmup-records", str(int(warmup * self.options.scale))]
        text = self.tool(command)
        last = [line for line in text.splitlines() if "99.9th" in line][-1]
        rate, megabytes = re.search(r"([\d.]+) records/sec \(([\d.]+) MB/sec\)", last).groups()
        p50, p99, p999 = re.search(r"(\d+) ms 50th.* (\d+) ms 99th, (\d+) ms 99.9th", last).groups()
        return {"records/s": float(rate), "MB/s": float(megabytes), "p50 ms": float(p50), "p99 ms": float(p99), "p99.9 ms": float(p999)}

    def warmup_known(self):
        done = subprocess.run([os.path.join(self.options.kafka_home, "bin", "kafka-producer-perf-test.sh"), "--help"],
                              capture_output=True, text=True, check=False)
        return "--warmup-records" in done.stdout + done.stderr

    def consume(self, broker, topic):
        records = int(WORKLOADS["small"]["records"] * self.options.scale)
        text = self.tool([os.path.join(self.options.kafka_home, "bin", "kafka-consumer-perf-test.sh"), "--bootstrap-server",
                          broker.bootstrap, "--topic", topic, "--num-records", str(records), "--timeout", "60000"])
        rows = [[cell.strip() for cell in line.split(",")] for line in text.splitlines() if line.count(",") >= 8]
        found = dict(zip(rows[0], rows[-1]))
        count = next(float(v) for k, v in found.items() if k.startswith("data.consumed.in.nMsg"))
        if count < records:
            raise SystemExit(f"{topic}: consumed {count:.0f} of {records} records:\n{text}")
        fetch_rate = next(float(v) for k, v in found.items() if k.startswith("fetch.nMsg"))
        fetch_mb = next(float(v) for k, v in found.items() if k.startswith("fetch.MB"))
        return {"records/s": fetch_rate, "MB/s": fetch_mb, "records/s with joining": next(float(v) for k, v in found.items() if k.startswith("nMsg.sec"))}

    @staticmethod
    def tool(command):
        done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
        if done.returncode or "Exception" in done.stdout + done.stderr:
            raise SystemExit(f"{os.path.basename(command[0])} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    def report(self):
        rows = []
        for (workload, partitions, name), sides in self.measured.items():
            ours, theirs = (statistics.median(sides.get(side, [float("nan")])) for side in ("ours", "kafka"))
            ratio = ours / theirs if theirs else float("nan")
            better = "" if not theirs or name.startswith("records/s with") else "better" if (ratio < 1) == (name in LOWER_IS_BETTER) else "worse"
            if 0.97 < ratio < 1.03:
                better = "same"
            rows.append({"workload": workload, "partitions": partitions, "measure": name, "ours": ours, "kafka": theirs,
                         "ratio": ratio, "verdict": better, "all": sides})
        print(f"\n{'workload':12} {'part.':>5} {'measure':26} {'ours':>12} {'Kafka':>12} {'ratio':>7}")
        for row in rows:
            print(f"{row['workload']:12} {row['partitions']:>5} {row['measure']:26} {row['ours']:12,.2f} {row['kafka']:12,.2f} {row['ratio']:7.2f} {row['verdict']}")
        return rows


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory(pid, field):
    with open(f"/proc/{pid}/status", encoding="utf-8") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith(field + ":"))


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        model = next((line.split(":")[1].strip() for line in info if line.startswith("model name")), platform.machine())
    return {"cpu": model, "cores": os.cpu_count(), "kernel": platform.release(),
            "load average at the start": os.getloadavg()[0], "memory GiB": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30), 1)}


def main(arguments):
    parser = argparse.ArgumentParser(prog="tests/Conformance/figures")
    parser.add_argument("--broker", required=True)
    parser.add_argument("--kafka-home", default=os.environ.get("KAFKA_HOME"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--partitions", default="1,16")
    parser.add_argument("--workloads", default=",".join(WORKLOADS))
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--ours-set", action="append", default=[])
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--heap", default="1G")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--json")
    options = parser.parse_args(arguments)
    options.kafka_home = brokers.check_kafka_home(options.kafka_home)
    options.partitions = [int(part) for part in options.partitions.split(",")]
    options.workloads = options.workloads.split(",")
    unknown = [name for name in options.workloads if name not in WORKLOADS]
    if unknown:
        parser.error(f"no workload '{unknown[0]}'; there are {', '.join(WORKLOADS)}")
    if "consume" in options.workloads and "small" not in options.workloads:
        parser.error("consume reads what small wrote: name both")
    begun = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    about = machine()
    if about["load average at the start"] > 0.5 * about["cores"]:
        print("WARNING: this machine is busy with something else; the figures will say little", flush=True)
    print(f"machine: {about}\nproducer: {PRODUCER}", flush=True)
    with brokers.Workplace() as place:
        figures = Figures(options, place)
        for number in range(1, options.rounds + 1):
            for side in ("ours", "kafka") if number % 2 else ("kafka", "ours"):
                print(f"round {number}, {side}:", flush=True)
                figures.turn(side, number)
        rows = figures.report()
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"command": f"tests/Conformance/figures {' '.join(arguments)}", "begun": begun, "machine": about,
                       "producer": PRODUCER, "workloads": WORKLOADS, "rows": rows}, file, indent=2)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
