"""One class a client: how to make a topic, produce, and be a member of a group with it."""
import os
import shutil
import subprocess

import members
import records

HOME = os.environ["CONFORMANCE_HOME"]
CACHE = os.environ["CONFORMANCE_CACHE"]
PYTHON = os.environ["PYTHON"]
CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
PROJECT = os.path.join(HOME, "DotnetClient", "DotnetClient.csproj")


class Absent(Exception):
    """The client is not on this machine; the text says what is missing."""


class Refused(Exception):
    """The client ended with an error."""


class Client:
    name = "?"
    # Verbs of the features beyond producing and consuming, and why a client has none of them.
    cannot = {}
    constant_headers = None
    creates_topics = True
    leaves_incompressible = False

    def __init__(self, options):
        self.bootstrap, self.options = options.bootstrap, options
        self.environment = dict(os.environ)
        self.without = {}
        self.version = ""

    def run(self, command, lines=None, seconds=180):
        try:
            done = subprocess.run(command, input=lines, capture_output=True, env=self.environment, timeout=seconds,
                                  check=False)
        except subprocess.TimeoutExpired:
            raise Refused(f"did not end within {seconds} s: {os.path.basename(command[0])}")
        if done.returncode:
            message = (done.stderr.decode(errors="replace").strip() or done.stdout.decode(errors="replace").strip())
            raise Refused(f"exit code {done.returncode}: {' / '.join(message.splitlines()[-3:])}")
        return done.stdout.decode()

    def expected(self, topic, first, count):
        return [records.make(topic, number, self.constant_headers) for number in range(first, first + count)]

    def lines(self, expected):
        return "".join(f"{record.headers}\t{record.key}\t{record.value}\n" for record in expected).encode()

    def extra(self, verb, *arguments, may_die=False):
        """Runs a verb of the client's program; what it printed, by lines."""
        try:
            return self.run([*self.program(), *self.verb(verb), *map(str, arguments)]).splitlines()
        except Refused as error:
            if may_die and "exit code" in str(error):
                return []
            raise

    parse = staticmethod(members.parse_plain)

    def member(self, group, topics, pace, log):
        return members.Member(self.consume_command(group, topics), self.environment, self.parse, pace, log)


class Scripted(Client):
    """A client whose program follows the verbs version, create, produce, consume."""

    def program(self):
        raise NotImplementedError

    def probe(self):
        done = subprocess.run([*self.program(), *self.probe_arguments()], capture_output=True, text=True,
                              env=self.environment, check=False)
        if done.returncode:
            raise Absent(f"{self.name} does not run here (tests/Conformance/run install): {done.stderr.strip().splitlines()[-1:]}")
        self.version, *rest = done.stdout.strip().splitlines()
        for line in rest:
            _, codec, why = line.split(" ", 2)
            self.without[codec] = why

    def probe_arguments(self):
        return ["-", "version"]

    def create(self, topic, partitions):
        self.run([*self.program(), *self.verb("create"), topic, str(partitions)])

    def produce(self, topic, codec, expected):
        self.run([*self.program(), *self.verb("produce"), topic, codec], self.lines(expected))

    def consume_command(self, group, topics):
        return [*self.program(), *self.verb("consume"), group, *topics]

    def verb(self, name):
        return [self.bootstrap, name]


def build_dotnet_client():
    """Builds the Confluent.Kafka program and returns how to call it."""
    if shutil.which("dotnet") is None:
        raise Absent("no dotnet on the PATH")
    done = subprocess.run(["dotnet", "build", PROJECT, "-c", "Release", "-v", "q", "-nologo"],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise Absent("its program does not build: " + (done.stdout.strip().splitlines() or ["?"])[0])
    found = subprocess.run(["dotnet", "build", PROJECT, "-c", "Release", "-getProperty:TargetPath"],
                           capture_output=True, text=True, check=True)
    return ["dotnet", found.stdout.strip()]


class ConfluentKafka(Scripted):
    name = "Confluent.Kafka"

    def __init__(self, options):
        super().__init__(options)
        self.command = build_dotnet_client()
        self.probe()
        self.version = f"librdkafka {self.version}"

    def program(self):
        return self.command

    def probe_arguments(self):
        return ["version"]

    def verb(self, name):
        return [name, self.bootstrap]


class KafkaPython(Scripted):
    name = "kafka-python"
    cannot = {"transactions": "kafka-python 2.0 has no transactions", "consume-transform-produce": "kafka-python 2.0 has no transactions",
              "KIP-848": "kafka-python speaks the classic protocol alone"}
    # It sends a batch as it is when compressing would not make it smaller, as with a batch of one small record.
    leaves_incompressible = True

    def __init__(self, options):
        super().__init__(options)
        self.probe()

    def program(self):
        return [PYTHON, os.path.join(HOME, "clients", "kafka_python_client.py")]


class KafkaJs(Scripted):
    name = "kafkajs"
    cannot = {"KIP-848": "kafkajs speaks the classic protocol alone"}

    def __init__(self, options):
        super().__init__(options)
        if shutil.which("node") is None:
            raise Absent("no node on the PATH")
        self.environment["NODE_PATH"] = os.path.join(CACHE, "kafkajs", "node_modules")
        self.environment["KAFKAJS_NO_PARTITIONER_WARNING"] = "1"
        self.probe()

    def program(self):
        return ["node", os.path.join(HOME, "clients", "kafkajs", "client.cjs")]


class Kcat(Client):
    """kcat has no verb that makes topics: asking for one that is not there does, as auto.create.topics.enable says."""

    name = "kcat"
    cannot = {"admin": "kcat has no admin calls", "transactions": "kcat has no transactions", "consume-transform-produce": "kcat has no transactions",
              "KIP-848": "librdkafka 2.0 of kcat speaks the classic protocol alone"}
    constant_headers = "source:kcat,empty:"
    creates_topics = False

    def __init__(self, options):
        super().__init__(options)
        if shutil.which("kcat") is None:
            raise Absent("no kcat on the PATH (tests/Conformance/run install)")
        self.version = self.run(["kcat", "-V"]).split("Version ", 1)[-1].split()[0]

    def extra(self, verb, *arguments, may_die=False):
        topic, timestamp = arguments
        lines = self.run(["kcat", "-b", self.bootstrap, "-Q", "-t", f"{topic}:0:{timestamp}"]).splitlines()
        return [lines[0].split("offset")[-1].strip(" :")]

    def create(self, topic, _):
        self.run(["kcat", "-b", self.bootstrap, "-P", "-t", topic, "-X", "topic.message.timeout.ms=30000"], b"created by producing\n")

    def lines(self, expected):
        return "".join(f"{record.key}\t{record.value}\n" for record in expected).encode()

    def produce(self, topic, codec, expected):
        headers = [part for pair in self.constant_headers.split(",") for part in ("-H", pair.replace(":", "=", 1))]
        self.run(["kcat", "-b", self.bootstrap, "-P", "-t", topic, "-K", "\t", "-z", codec, *headers, "-X", "enable.idempotence=true",
                  "-X", "partitioner=murmur2_random"], self.lines(expected))

    def consume_command(self, group, topics):
        return ["kcat", "-b", self.bootstrap, "-G", group, "-u", "-q", "-f", r"%t\t%p\t%o\t%h\t%k\t%s\n",
                "-X", "auto.offset.reset=earliest", "-X", "heartbeat.interval.ms=500", "-X", "session.timeout.ms=10000",
                "-X", "auto.commit.interval.ms=500", "-X", "check.crcs=true", *topics]

    @staticmethod
    def parse(line):
        seen = members.parse_plain(line)
        return seen._replace(headers=",".join(pair.replace("=", ":", 1) for pair in seen.headers.split(",")))


class ConsoleTools(Client):
    name = "console tools"
    is_compiled = False

    def __init__(self, options):
        super().__init__(options)
        if not options.kafka_home:
            raise Absent("say --kafka-home DIR (or KAFKA_HOME)")
        self.bin = os.path.join(options.kafka_home, "bin")
        if not os.path.exists(os.path.join(self.bin, "kafka-topics.sh")):
            raise Absent(f"no kafka-topics.sh in {self.bin}")
        if shutil.which("java") is None:
            raise Absent("no java on the PATH")
        self.version = self.run([os.path.join(self.bin, "kafka-topics.sh"), "--version"]).strip().splitlines()[-1]

    def program(self):
        """The Java client of the same distribution; the console tools have no verbs for these."""
        classes = os.path.join(CACHE, "java")
        libraries = os.path.join(self.options.kafka_home, "libs", "*")
        if shutil.which("javac") is None:
            raise Refused("no javac on the PATH")
        if not self.is_compiled:
            self.run(["javac", "-d", classes, "-cp", libraries, os.path.join(HOME, "clients", "java", "JavaClient.java")])
            self.is_compiled = True
        return ["java", "-Xmx256m", "-cp", os.pathsep.join([classes, libraries]), "JavaClient"]

    def verb(self, name):
        return [self.bootstrap, name]

    def tool(self, name, *arguments):
        return [os.path.join(self.bin, name), "--bootstrap-server", self.bootstrap, *arguments]

    def create(self, topic, partitions):
        self.run(self.tool("kafka-topics.sh", "--create", "--topic", topic, "--partitions", str(partitions)))

    def produce(self, topic, codec, expected):
        command = self.tool("kafka-console-producer.sh", "--topic", topic, "--reader-property", "parse.key=true",
                            "--reader-property", "parse.headers=true", "--compression-codec", codec)
        errors = self.run(command, self.lines(expected))
        if "ERROR" in errors:
            raise Refused(errors.splitlines()[0])

    def consume_command(self, group, topics):
        show = [part for what in ("partition", "offset", "headers", "key") for part in ("--formatter-property", f"print.{what}=true")]
        settings = [part for what in ("heartbeat.interval.ms=500", "session.timeout.ms=10000", "auto.commit.interval.ms=500",
                                      "auto.offset.reset=earliest", "max.poll.records=100")
                    for part in ("--command-property", what)]
        return self.tool("kafka-console-consumer.sh", "--include", "|".join(topics), "--group", group, *show, *settings)

    @staticmethod
    def parse(line):
        partition, offset, headers, key, value = line.split("\t")
        return records.Seen("-", int(partition.split(":")[1]), int(offset.split(":")[1]), headers, key, value)


ALL = {"kcat": Kcat, "confluent": ConfluentKafka, "console": ConsoleTools, "kafka-python": KafkaPython, "kafkajs": KafkaJs}
