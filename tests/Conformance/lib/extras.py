"""Features beyond producing and consuming: offsets of times, admin calls, transactions, the consumer protocol, exactly once."""
import time

import wire

FEATURES = ("time", "admin", "transactions", "KIP-848", "consume-transform-produce")
RECORDS = 400
CRASHES = (4, 7)


class Extras:
    """One client; each check returns what is wrong."""

    def __init__(self, client, bootstrap, tag):
        self.client, self.bootstrap, self.tag = client, bootstrap, tag

    def check(self, feature):
        return {"time": self.time, "admin": self.admin, "transactions": self.transactions, "KIP-848": self.consumer_protocol,
                "consume-transform-produce": self.transform}[feature]()

    def topic(self, name):
        topic = f"{self.tag}-{name}"
        with wire.Wire(self.bootstrap) as judge:
            judge.create_topic(topic, 1)
        return topic

    def fill(self, topic, count):
        values = [f"value-{number}" for number in range(count)]
        with wire.Wire(self.bootstrap) as judge:
            for value in values:
                judge.produce(topic, 0, value.encode())
        return values

    def end(self, topic):
        with wire.Wire(self.bootstrap) as judge:
            return judge.offsets(topic, [0])[0]

    def time(self):
        topic = self.topic("time")
        self.fill(topic, 7)
        time.sleep(0.05)
        between = int(time.time() * 1000)
        time.sleep(0.05)
        self.fill(topic, 5)
        printed = self.client.extra("time", topic, between)
        return [] if printed[-1:] == ["7"] else [f"the first offset since {between} is 7, not {printed}"]

    def admin(self):
        topic = f"{self.tag}-admin"
        printed = self.client.extra("admin", topic)
        with wire.Wire(self.bootstrap) as judge:
            made = len(judge.metadata([topic]).get(topic, {}))
        problems = [] if made == 4 else [f"the topic was to grow to 4 partitions and has {made}"]
        problems += [] if printed[-1:] == ["7654321"] else [f"retention.ms is described as {printed}, not 7654321"]
        self.client.extra("drop", topic)
        with wire.Wire(self.bootstrap) as judge:
            left = judge.metadata().get(topic)  # asking for it by name would make it again
        return problems + ([f"the topic was deleted and is there: {left}"] if left else [])

    def transactions(self):
        topic = self.topic("transactions")
        self.client.extra("transact", topic, f"{self.tag}-transactions")
        found = self.committed(topic)
        wanted = [f"committed-{number}" for number in range(200)]
        end = self.end(topic)
        problems = [] if found == wanted else [f"{len(found)} records are committed where 200 were: {found[:3]} ... {found[-3:]}"]
        return problems + ([] if end == 303 else [f"the log ends at {end}: 300 records and 3 markers are 303"])

    def committed(self, topic):
        with wire.Wire(self.bootstrap) as judge:
            return judge.committed_values(topic)

    def consumer_protocol(self):
        topic, group = self.topic("kip-848"), f"{self.tag}-kip-848"
        values = self.fill(topic, RECORDS)
        printed = self.client.extra("consumer-protocol", group, topic, RECORDS)
        with wire.Wire(self.bootstrap) as judge:
            judge.find_coordinator(group)
            state = judge.group(group)[0]
            committed = judge.committed(group, topic, [0])[0]
        problems = [] if printed == values else [f"{len(printed)} records came where {RECORDS} were: {printed[:3]} ..."]
        problems += [] if committed == RECORDS else [f"committed is {committed}, not {RECORDS}"]
        # A group of the consumer protocol is none to those who ask for classic ones.
        return problems + ([] if state in ("Dead", "error 69") else [f"as a classic group it is {state}"])

    def transform(self):
        source, target = self.topic("in"), self.topic("out")
        values = self.fill(source, RECORDS)
        arguments = ("transform", source, target, f"{self.tag}-transform", f"{self.tag}-transform")
        for crash in CRASHES:
            self.client.extra(*arguments, crash, may_die=True)
        self.client.extra(*arguments, 0)
        found = self.committed(target)
        wanted = [value + "!" for value in values]
        if self.end(target) <= RECORDS + RECORDS // 20:
            return [f"the log ends at {self.end(target)}: the crashes left nothing that was aborted"]
        return [] if found == wanted else [f"{len(found)} records are committed, {len(set(wanted) - set(found))} missing, "
                                           f"{len(found) - len(set(found))} twice, the input has {RECORDS}"]
