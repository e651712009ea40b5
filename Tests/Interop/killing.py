"""What the loops share that kill coffer in the middle of its work: commands that are killed or let be, and rounds on fresh stores."""

import argparse
import collections
import concurrent.futures
import os
import random
import subprocess
import tempfile
import time


class Lost(Exception):
    """Something acknowledged is gone, or the store is not whole."""


class Durations:
    """How long each command takes when it is let be, so that delays fall within its work."""

    def __init__(self):
        self.seconds = {}

    def note(self, command, seconds):
        before = self.seconds.get(command, seconds)
        self.seconds[command] = before + (seconds - before) / 4

    def choose(self, command, randomness):
        """When to kill the command, in seconds; None to let it finish, as with the first of its kind."""
        share = randomness.uniform(0, 1.5)
        return None if command not in self.seconds or share > 1.3 else share * self.seconds[command]


class Coffer:
    """The binary with a home of its own."""

    def __init__(self, binary, folder, randomness, durations):
        self.binary, self.folder, self.random, self.durations = binary, folder, randomness, durations
        self.environment = {"COFFER_HOME": os.path.join(folder, "home"), "HOME": folder, "PATH": os.environ["PATH"]}

    def finish(self, *arguments, data=b"", statuses=(0,)):
        """What the command printed, which must end with one of these statuses."""
        done = subprocess.run([self.binary, *arguments, "--quiet"], input=data, env=self.environment, capture_output=True, check=False)
        if done.returncode not in statuses:
            raise Lost(f"coffer {' '.join(arguments)}: exit {done.returncode}, {done.stderr.decode().strip()}")
        return done.stdout

    def kill(self, kind, *arguments, data=b""):
        """What the command printed, and whether it came to its end before it was killed. Commands of a kind take equally long."""
        delay = self.durations.choose(kind, self.random)
        start = time.monotonic()
        process = subprocess.Popen(
            [self.binary, *arguments, "--quiet"], env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        try:
            output, errors = process.communicate(data, timeout=delay)
            self.durations.note(kind, time.monotonic() - start)
        except subprocess.TimeoutExpired:
            process.kill()
            output, errors = process.communicate()
        if process.returncode not in (0, -9):
            raise Lost(f"coffer {' '.join(arguments)}: exit {process.returncode}, {errors.decode().strip()}")
        return output, process.returncode == 0

    def interrupt(self, *arguments, data=b""):
        """What the command printed if it acknowledged, None if it was killed before."""
        output, is_done = self.kill(" ".join(arguments[:2]), *arguments, data=data)
        return output if is_done else None


def work(make_store, rounds_per_store, rounds, seed):
    """Rounds passed, problems, and how often what was acknowledged."""
    passed, problems, tally = 0, [], collections.Counter()
    randomness = random.Random(seed)
    while passed + len(problems) < rounds:
        with tempfile.TemporaryDirectory(prefix="coffer-kill-") as folder:
            try:
                store = make_store(folder, randomness)
                for _ in range(min(rounds_per_store, rounds - passed - len(problems))):
                    tally[store.round()] += 1
                    passed += 1
                # A problem that shows only now counts against the last round.
                passed -= 1
                store.check_everything()
                passed += 1
            except Lost as lost:
                # A damaged store proves nothing more; the next round gets a new one.
                problems.append(f"seed {seed}, round {passed + len(problems) + 1}: {lost}")
    return passed, problems, tally


def main(description, kind_of_store, rounds, rounds_per_store):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=os.path.abspath)
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2, help="stores at a time")
    arguments = parser.parse_args()

    durations = Durations()
    shares = [len(range(worker, arguments.rounds, arguments.workers)) for worker in range(arguments.workers)]

    def make_store(folder, randomness):
        return kind_of_store(arguments.binary, folder, randomness, durations)

    with concurrent.futures.ThreadPoolExecutor(arguments.workers) as pool:
        results = list(pool.map(
            lambda share: work(make_store, rounds_per_store, share[1], arguments.seed * 1000 + share[0]), enumerate(shares)))

    passed, failed, tally = 0, 0, collections.Counter()
    for worker_passed, problems, worker_tally in results:
        passed, failed, tally = passed + worker_passed, failed + len(problems), tally + worker_tally
        for problem in problems:
            print(f"FAILED {problem}")
    for action in sorted({action for action, _ in tally}):
        print(f"{action}: {tally[action, True]} acknowledged, {tally[action, False]} killed")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0
