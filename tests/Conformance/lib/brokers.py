"""Starts, stops and kills one broker: the deterministic binary or Apache Kafka, with the same properties."""
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import wire

STOP_SECONDS = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def combined_properties(port, data):
    """One file that both brokers start from: a single node that is broker and controller."""
    return {
        "node.id": "1",
        "process.roles": "broker,controller",
        "controller.quorum.voters": f"1@localhost:{port + 1}",
        "listeners": f"PLAINTEXT://localhost:{port},CONTROLLER://localhost:{port + 1}",
        "advertised.listeners": f"PLAINTEXT://localhost:{port}",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "offsets.topic.replication.factor": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "log.dirs": data,
    }


class Broker:
    """One node. Its folder holds server.properties, data/ and log; whoever made the folder removes it."""

    name = "?"

    def __init__(self, folder, port=0, settings=None, data=None):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.port = port or free_port()
        self.data = data or os.path.join(folder, "data")
        self.log = os.path.join(folder, f"{self.name}.log")
        self.settings = dict(settings or {})
        self.process = None

    @property
    def bootstrap(self):
        return f"localhost:{self.port}"

    @property
    def pid(self):
        return self.process.pid

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def write_properties(self):
        path = os.path.join(self.folder, "server.properties")
        with open(path, "w", encoding="utf-8") as file:
            for key, value in {**combined_properties(self.port, self.data), **self.settings}.items():
                file.write(f"{key}={value}\n")
        return path

    def start(self, seconds=60):
        """Starts and waits until it answers; returns the seconds from start to answer."""
        environment = self.prepare()
        with open(self.log, "ab") as log:
            begun = time.monotonic()
            self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=environment, start_new_session=True)
        try:
            wire.await_broker(self.bootstrap, self.alive, seconds)
        except wire.WireError as error:
            raise SystemExit(f"{self.name}: {error}\n{self.tail()}")
        return time.monotonic() - begun

    def stop(self):
        """Clean shutdown: SIGTERM, then wait. True when it ended by itself in time."""
        if not self.alive():
            return True
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
            return True
        except subprocess.TimeoutExpired:
            self.kill()
            return False

    def kill(self):
        if self.alive():
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def tail(self, lines=20):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return "".join(log.readlines()[-lines:])


class Deterministic(Broker):
    name = "deterministic"

    def __init__(self, binary, folder, port=0, settings=None, data=None, from_properties=False):
        super().__init__(folder, port, settings, data)
        self.binary, self.from_properties = os.path.abspath(binary), from_properties
        if not os.access(self.binary, os.X_OK):
            raise SystemExit(f"{binary} is not a program; publish one with: dotnet publish broker/Host -c Release -o DIR")

    def prepare(self):
        if self.from_properties:
            self.properties = self.write_properties()
        return dict(os.environ)

    def command(self):
        if self.from_properties:
            return [self.binary, "start", self.properties]
        sets = {"listeners": f"PLAINTEXT://localhost:{self.port}", "log.dirs": self.data, **self.settings}
        return [self.binary, "start"] + [part for key, value in sets.items() for part in ("--set", f"{key}={value}")]


class ApacheKafka(Broker):
    name = "apache-kafka"

    def __init__(self, home, folder, port=0, settings=None, data=None):
        super().__init__(folder, port, settings, data)
        self.home = check_kafka_home(home)

    def prepare(self):
        self.properties = self.write_properties()
        environment = {**os.environ, "LOG_DIR": os.path.join(self.folder, "kafka-logs")}
        if not os.path.exists(os.path.join(self.data, "meta.properties")):
            self.format(environment)
        return environment

    def format(self, environment):
        storage = os.path.join(self.home, "bin", "kafka-storage.sh")
        cluster = os.environ.get("CLUSTER_ID") or subprocess.run(
            [storage, "random-uuid"], check=True, capture_output=True, text=True, env=environment).stdout.split()[-1]
        done = subprocess.run([storage, "format", "-t", cluster, "-c", self.properties], capture_output=True, text=True,
                              env=environment, check=False)
        if done.returncode:
            raise SystemExit(f"kafka-storage.sh format failed:\n{done.stdout}{done.stderr}")

    def command(self):
        return [os.path.join(self.home, "bin", "kafka-server-start.sh"), self.properties]


def check_kafka_home(home):
    if not home or not os.path.exists(os.path.join(home, "bin", "kafka-server-start.sh")):
        raise SystemExit(f"no Apache Kafka at '{home or ''}': say --kafka-home DIR (or KAFKA_HOME), where DIR/bin/kafka-topics.sh is")
    return os.path.abspath(home)


def make(which, kafka_home, folder, port=0, settings=None, data=None, from_properties=False):
    """`which` is the word kafka, or the path of the deterministic binary."""
    if which == "kafka":
        return ApacheKafka(kafka_home, folder, port, settings, data)
    return Deterministic(which, folder, port, settings, data, from_properties)


def pairs(options):
    """["a=b", ...] as a dictionary."""
    wrong = [option for option in options if "=" not in option]
    if wrong:
        raise SystemExit(f"--set wants KEY=VALUE, not '{wrong[0]}'")
    return dict(option.split("=", 1) for option in options)


class Workplace:
    """A temporary folder and the processes started from it: both are gone when the block ends."""

    def __init__(self, keep=False):
        self.keep = keep
        self.brokers = []
        self.processes = []

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="deterministic-conformance-")
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: sys.exit(143))
        return self

    def broker(self, *arguments, **named):
        self.brokers.append(make(*arguments, **named))
        return self.brokers[-1]

    def __exit__(self, kind, *_):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()
        for broker in self.brokers:
            broker.kill()
        if self.keep:
            print(f"kept: {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)
