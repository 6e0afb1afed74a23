"""A few Kafka requests over a plain socket, so that the judge does not depend on any client it judges.

Only versions without tagged fields are used; every broker of Kafka 4's range answers them.
"""
import socket
import struct
import time

LATEST, EARLIEST = -1, -2


class WireError(Exception):
    pass


def _string(text):
    if text is None:
        return struct.pack(">h", -1)
    raw = text.encode()
    return struct.pack(">h", len(raw)) + raw


class _Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, form):
        size = struct.calcsize(">" + form)
        values = struct.unpack_from(">" + form, self.data, self.at)
        self.at += size
        return values[0] if len(values) == 1 else values

    def raw(self, size):
        piece = self.data[self.at:self.at + size]
        self.at += size
        return piece

    def string(self):
        size = self.take("h")
        return None if size < 0 else self.raw(size).decode()

    def bytes(self):
        size = self.take("i")
        return None if size < 0 else self.raw(size)

    def many(self, read):
        return [read() for _ in range(max(0, self.take("i")))]


class Wire:
    """One connection, one request at a time."""

    def __init__(self, bootstrap, timeout=30):
        host, port = bootstrap.split(",")[0].rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=timeout)
        self.correlation = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def _read(self, size):
        parts = []
        while size:
            piece = self.socket.recv(min(size, 1 << 20))
            if not piece:
                raise WireError("the broker closed the connection")
            parts.append(piece)
            size -= len(piece)
        return b"".join(parts)

    def ask(self, key, version, body):
        self.correlation += 1
        frame = struct.pack(">hhi", key, version, self.correlation) + _string("conformance-judge") + body
        self.socket.sendall(struct.pack(">i", len(frame)) + frame)
        size, = struct.unpack(">i", self._read(4))
        reader = _Reader(self._read(size))
        if reader.take("i") != self.correlation:
            raise WireError("correlation id of another request")
        return reader

    def api_versions(self):
        reader = self.ask(18, 0, b"")
        error = reader.take("h")
        if error:
            raise WireError(f"ApiVersions: error {error}")
        return {key: (low, high) for key, low, high in reader.many(lambda: reader.take("hhh"))}

    def metadata(self, topics=None):
        """topic -> {partition: leader}; topics the broker does not know are left out."""
        body = struct.pack(">i", -1) if topics is None else struct.pack(">i", len(topics)) + b"".join(map(_string, topics))
        reader = self.ask(3, 1, body)
        reader.many(lambda: (reader.take("i"), reader.string(), reader.take("i"), reader.string()))
        reader.take("i")

        def partition():
            error, index, leader = reader.take("hii")
            reader.many(lambda: reader.take("i"))
            reader.many(lambda: reader.take("i"))
            return index, leader if error == 0 else -1

        def topic():
            error, name, _ = reader.take("h"), reader.string(), reader.take("b")
            return error, name, dict(reader.many(partition))

        return {name: partitions for error, name, partitions in reader.many(topic) if error == 0}

    def create_topic(self, name, partitions, configs=None):
        configs = configs or {}
        body = struct.pack(">i", 1) + _string(name) + struct.pack(">ihi", partitions, 1, 0)
        body += struct.pack(">i", len(configs)) + b"".join(_string(k) + _string(v) for k, v in configs.items())
        reader = self.ask(19, 2, body + struct.pack(">ib", 30000, 0))
        reader.take("i")
        for topic, error, message in reader.many(lambda: (reader.string(), reader.take("h"), reader.string())):
            if error:
                raise WireError(f"CreateTopics {topic}: error {error} {message}")
        self.await_topic(name, partitions)

    def await_topic(self, name, partitions, seconds=30):
        end = time.monotonic() + seconds
        while True:
            found = self.metadata([name]).get(name, {})
            if len(found) == partitions and all(leader >= 0 for leader in found.values()):
                return
            if time.monotonic() > end:
                raise WireError(f"topic {name} has partitions {found} after {seconds} s, expected {partitions}")
            time.sleep(0.1)

    def offsets(self, topic, partitions, timestamp=LATEST):
        body = struct.pack(">ii", -1, 1) + _string(topic) + struct.pack(">i", len(partitions))
        body += b"".join(struct.pack(">iq", p, timestamp) for p in partitions)
        reader = self.ask(2, 1, body)
        found = {}

        def topic_answer():
            reader.string()
            for index, error, _, offset in reader.many(lambda: reader.take("ihqq")):
                if error:
                    raise WireError(f"ListOffsets {topic}-{index}: error {error}")
                found[index] = offset

        reader.many(topic_answer)
        return found

    def produce(self, topic, partition, value, key=None):
        """One record with acks=all; the error code, 0 when it was acknowledged."""
        batch = one_record_batch(key, value)
        body = _string(None) + struct.pack(">hii", -1, 30000, 1) + _string(topic) + struct.pack(">iii", 1, partition, len(batch)) + batch
        reader = self.ask(0, 3, body)
        errors = reader.many(lambda: (reader.string(), reader.many(lambda: reader.take("ihqq")))[1])
        return errors[0][0][1]

    def find_coordinator(self, group, seconds=30):
        end = time.monotonic() + seconds
        while True:
            error = self.ask(10, 0, _string(group)).take("h")
            if error == 0:
                return
            if time.monotonic() > end:
                raise WireError(f"FindCoordinator {group}: error {error}")
            time.sleep(0.1)

    def committed(self, group, topic, partitions):
        self.find_coordinator(group)
        body = _string(group) + struct.pack(">i", 1) + _string(topic) + struct.pack(">i", len(partitions))
        body += b"".join(struct.pack(">i", p) for p in partitions)
        reader = self.ask(9, 1, body)
        found = {}

        def topic_answer():
            reader.string()

            def partition():
                index, offset, _, error = reader.take("i"), reader.take("q"), reader.string(), reader.take("h")
                if error:
                    raise WireError(f"OffsetFetch {group} {topic}-{index}: error {error}")
                found[index] = offset
            reader.many(partition)

        reader.many(topic_answer)
        return found

    def group(self, group):
        """(state, number of members, members that own partitions)"""
        reader = self.ask(15, 0, struct.pack(">i", 1) + _string(group))
        reader.take("i")
        error, _, state, _, _ = reader.take("h"), reader.string(), reader.string(), reader.string(), reader.string()
        if error:
            return f"error {error}", 0, 0

        def member():
            reader.string(), reader.string(), reader.string(), reader.bytes()
            assignment = reader.bytes() or b""
            return len(assignment) > 6 and struct.unpack_from(">i", assignment, 2)[0] > 0

        members = reader.many(member)
        return state, len(members), sum(members)

    def codecs(self, topic, partitions):
        """The codecs (numbers) of the first batches of each partition, as the broker holds them."""
        body = struct.pack(">iiiib", -1, 0, 0, 1 << 20, 0) + struct.pack(">i", 1) + _string(topic)
        body += struct.pack(">i", len(partitions)) + b"".join(struct.pack(">iqi", p, 0, 65536) for p in partitions)
        reader = self.ask(1, 4, body)
        reader.take("i")
        seen = set()

        def topic_answer():
            reader.string()

            def partition():
                reader.take("ihqq")
                reader.many(lambda: reader.take("qq"))
                batches, at = reader.bytes() or b"", 0
                while at + 23 <= len(batches):
                    seen.add(struct.unpack_from(">h", batches, at + 21)[0] & 7)
                    at += 12 + struct.unpack_from(">i", batches, at + 8)[0]
            reader.many(partition)

        reader.many(topic_answer)
        return seen


    def committed_values(self, topic, partition=0):
        """The values that a read_committed consumer is to see; batches must not be compressed."""
        values, offset = [], 0
        while True:
            body = struct.pack(">iiiib", -1, 100, 1, 1 << 24, 1) + struct.pack(">i", 1) + _string(topic)
            reader = self.ask(1, 4, body + struct.pack(">iiqi", 1, partition, offset, 1 << 24))
            reader.take("ii")
            reader.string()
            _, _, error, _, _ = reader.take("iihqq")
            if error:
                raise WireError(f"Fetch {topic}-{partition} from {offset}: error {error}")
            aborted = reader.many(lambda: reader.take("qq"))
            batches = reader.bytes() or b""
            reached = _take_committed(batches, aborted, offset, values)
            if reached == offset:
                return values
            offset = reached


def _varint(data, at):
    result = shift = 0
    while True:
        byte = data[at]
        at += 1
        result |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return (result >> 1) ^ -(result & 1), at


def _take_committed(data, aborted, offset, values):
    """Adds the values of whole batches; the offset behind them."""
    at, is_open, coming = 0, set(), sorted(aborted, key=lambda entry: entry[1])
    while at + 61 <= len(data) and at + 12 + struct.unpack_from(">i", data, at + 8)[0] <= len(data):
        base, size = struct.unpack_from(">qi", data, at)
        attributes, last_delta, _, _, producer = struct.unpack_from(">hiqqq", data, at + 21)
        count = struct.unpack_from(">i", data, at + 57)[0]
        while coming and coming[0][1] <= base + last_delta:
            is_open.add(coming.pop(0)[0])
        if attributes & 32:
            is_open.discard(producer)
        elif not (attributes & 16 and producer in is_open):
            if attributes & 7:
                raise WireError("a batch is compressed")
            place = at + 61
            for _ in range(count):
                length, place = _varint(data, place)
                after = place + length
                _, inner = _varint(data, place + 1)
                delta, inner = _varint(data, inner)
                key, inner = _varint(data, inner)
                size_of_value, inner = _varint(data, inner + max(0, key))
                if base + delta >= offset:
                    values.append(data[inner:inner + size_of_value].decode())
                place = after
        offset = max(offset, base + last_delta + 1)
        at += 12 + size
    return offset


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def one_record_batch(key, value):
    """A record batch v2 of one record; key and value have less than 50 bytes together, so all varints are one byte."""
    record = bytes([0, 0, 0]) + (bytes([1]) if key is None else bytes([len(key) << 1]) + key)
    record += bytes([len(value) << 1]) + value + bytes([0])
    now = int(time.time() * 1000)
    tail = struct.pack(">hiqqqhii", 0, 0, now, now, -1, -1, -1, 1) + bytes([len(record) << 1]) + record
    return struct.pack(">qiibI", 0, len(tail) + 9, -1, 2, crc32c(tail)) + tail


def await_broker(bootstrap, alive=lambda: True, seconds=60):
    """Waits until a broker answers ApiVersions and Metadata; returns the seconds it took."""
    begun = time.monotonic()
    problem = None
    while time.monotonic() - begun < seconds:
        if not alive():
            raise WireError("the broker's process ended")
        try:
            with Wire(bootstrap, timeout=5) as wire:
                wire.api_versions()
                wire.metadata([])
                return time.monotonic() - begun
        except (OSError, WireError, struct.error) as error:
            problem = error
        time.sleep(0.02)
    raise WireError(f"no broker answered at {bootstrap} within {seconds} s: {problem}")
