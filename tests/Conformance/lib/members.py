"""Group members as processes: their lines are read slowly on demand, so that a group can change in the middle."""
import subprocess
import threading
import time

import records

STOP_SECONDS = 30


class Pace:
    """Shared by the members of a group: how many records a second each may give; None is as fast as it can."""

    def __init__(self, per_second):
        self.per_second = per_second

    def wait(self):
        if self.per_second:
            time.sleep(1 / self.per_second)


class Member:
    def __init__(self, command, environment, parse, pace, log):
        self.parse, self.pace, self.log = parse, pace, log
        self.seen, self.odd = [], []
        with open(log, "ab") as errors:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, stdin=subprocess.DEVNULL,
                                            env=environment)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            try:
                self.seen.append(self.parse(line.decode().rstrip("\n")))
            except (ValueError, IndexError):
                self.odd.append(line)
            self.pace.wait()

    def alive(self):
        return self.process.poll() is None

    def leave(self):
        """SIGTERM; the rest of what it had read is taken in too. Returns a problem or None."""
        if not self.alive():
            return f"a member ended by itself with exit code {self.process.returncode}: {self.tail()}"
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return f"a member did not leave within {STOP_SECONDS} s"
        self.reader.join()
        return None

    def tail(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            lines = [line.strip() for line in file.readlines() if line.strip()]
        return " / ".join(lines[-3:]) or "no message"


def parse_plain(line):
    topic, partition, offset, headers, key, value = line.split("\t")
    return records.Seen(topic, int(partition), int(offset), headers, key, value)


def wait_for(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return condition()
