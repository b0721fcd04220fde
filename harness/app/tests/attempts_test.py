#!/usr/bin/env python3
"""Scenarios that are played several times: --repeat, --retry, --shuffle, and verdicts that change.

The environment says what is tested: POPQUIZ and POPQUIZD are the programs, POPQUIZ_SUITE the folder of the suite."""

import re
import threading
import unittest

import hostile_servers as hostile
import popquiz
from command_line_test import SMALL, Behaving, maildir_of, served, text
from popquiz import CONFORMS, MISSES, USAGE

NOOP = {"basic/noop.pop3": SMALL["basic/noop.pop3"]}


class Moody:
    """An honest server, but for those NOOPs whose numbers (from 1) are in `refused`."""

    def __init__(self, refused):
        self.refused = refused
        self.count = 0
        self.lock = threading.Lock()

    def answer(self, session, keyword, arguments):
        if keyword != b"NOOP":
            return None
        with self.lock:
            self.count += 1
            return hostile.ERR if self.count in self.refused else hostile.OK

    def __call__(self, connection):
        hostile.Honest(connection, answer=self.answer).serve()


class Exhausted(Moody):
    """Refuses the first NOOP, and whoever logs in behind it."""

    def __init__(self):
        super().__init__({1})

    def answer(self, session, keyword, arguments):
        if keyword == b"PASS" and self.count > 0:
            return hostile.ERR
        return super().answer(session, keyword, arguments)


class Attempts(Behaving):
    def play(self, *arguments, suite=SMALL):
        """A run against popquizd, which is the same each time."""
        folder, server, profile = served(self)
        target = folder.write("profile.toml", profile + maildir_of(server))
        return popquiz.run(
            "run", "--suite", folder.suite(suite), "--target", target, *arguments,
            *popquiz.reports_in(folder.path), folder=folder.path,
        )  # fmt: skip

    def play_moody(self, refused, *arguments):
        """A run of one scenario whose NOOP is answered with -ERR at times."""
        return self.play_on(Moody(refused), *arguments)

    def play_on(self, behaviour, *arguments):
        folder, suite = self.suite(NOOP)
        with hostile.HostileServer(behaviour) as server:
            return popquiz.run(
                "run", "--suite", suite, "--server", f"127.0.0.1:{server.port}", "--user=u1",
                f"--password={hostile.PASSWORD.decode()}", *arguments, *popquiz.reports_in(folder.path), folder=folder.path,
            )  # fmt: skip

    def verdicts(self, result):
        return [attempt["verdict"] for attempt in result.get("attempts", [])]

    def test_what_is_steady_is_as_it_is_when_played_once(self):
        """Also what marks messages: each attempt has a fresh maildrop."""
        outcome = self.ended(self.play("--repeat=3", "--shuffle=7"), CONFORMS, "the order is that of --shuffle=7", "played 3 times")
        self.assertEqual(popquiz.faults_of_reports(outcome), [], outcome)
        record = outcome.record()
        self.assertEqual(record["repetition"], {"repeat": 3, "retry": 0, "seed": 7})
        for result in record["results"]:
            self.assertEqual((result["verdict"], self.verdicts(result)), ("pass", ["pass"] * 3), result)
            self.assertEqual([attempt["transcript"] for attempt in result["attempts"]], [[]] * 3, result)
            self.assertEqual(result["transcript"], [], result)

    def test_nothing_is_kept_of_attempts_where_nobody_asked(self):
        record = self.ended(self.play(), CONFORMS, never=("shuffle",)).record()
        self.assertNotIn("repetition", record)
        self.assertEqual([self.verdicts(result) for result in record["results"]], [[]] * len(record["results"]))

    def order(self, *arguments):
        outcome = self.ended(self.play("--verbose", "-j1", "--repeat=2", *arguments), CONFORMS)
        return re.findall(r"^pass +\d+ ms  (\S+)$", text(outcome.err), re.MULTILINE)

    def test_a_seed_is_an_order(self):
        own, seven, again, eight = self.order(), self.order("--shuffle=7"), self.order("--shuffle=7"), self.order("--shuffle=8")
        self.assertEqual(len(own), 12)
        self.assertEqual(own, sorted(own[:6]) * 2)
        self.assertEqual(sorted(seven), sorted(own))
        self.assertEqual(seven, again)
        self.assertEqual(len({tuple(own), tuple(seven), tuple(eight)}), 3, (own, seven, eight))

    def test_a_seed_by_chance_is_printed_and_kept(self):
        outcome = self.ended(self.play("--shuffle"), CONFORMS)
        self.ended(outcome, CONFORMS, f"--shuffle={outcome.record()['repetition']['seed']}")

    def test_a_verdict_that_differs_between_repeats_is_flaky(self):
        outcome = self.play_moody({2}, "--repeat=4")
        self.ended(outcome, MISSES, "FLAKY", "Cannot be relied on: 1 scenario is flaky.", "pass 3 of 4 times", "fail 1 of 4 times")
        self.assertEqual(popquiz.faults_of_reports(outcome), [], outcome)
        (result,) = outcome.record()["results"]
        self.assertEqual(result["verdict"], "flaky", result)
        self.assertEqual(self.verdicts(result), ["pass", "fail", "pass", "pass"], result)
        self.assertEqual(result["reason"], "not the same each time: 3 pass, 1 fail", result)
        # Both exchanges are shown, and none twice.
        shown = [[line["text"] for line in attempt["transcript"] if line["kind"] == "received"] for attempt in result["attempts"]]
        self.assertEqual([received[3:4] for received in shown], [["+OK"], ["-ERR no"], [], []], result)
        for report in ("junit", "html", "markdown", "tap"):
            self.assertIn(b"-ERR no", outcome.report(report), report)
        self.assertIn(b'type="flaky"', outcome.report("junit"))
        self.assertIn(b"not ok 1 ", outcome.report("tap"))

    def test_a_retry_that_comes_to_something_else_is_no_pass(self):
        outcome = self.play_moody({1}, "--retry=3")
        self.ended(outcome, MISSES, "1 scenario is flaky")
        (result,) = outcome.record()["results"]
        self.assertEqual((result["verdict"], self.verdicts(result)), ("flaky", ["fail", "pass"]), result)
        self.assertEqual(outcome.record()["repetition"], {"repeat": 1, "retry": 3})

    def test_a_retry_that_fails_again_is_a_failure(self):
        outcome = self.play_moody(range(1, 100), "--retry=3")
        self.ended(outcome, MISSES, "Does not conform", never=("FLAKY",))
        (result,) = outcome.record()["results"]
        self.assertEqual((result["verdict"], self.verdicts(result)), ("fail", ["fail"] * 4), result)
        self.assertEqual(len(result["findings"]), 1, result)

    def test_what_passes_is_not_played_again(self):
        outcome = self.ended(self.play_moody({2}, "--retry=3"), CONFORMS)
        (result,) = outcome.record()["results"]
        self.assertEqual((result["verdict"], self.verdicts(result)), ("pass", []), result)

    def test_nothing_is_played_again_where_that_is_not_wanted(self):
        (result,) = self.ended(self.play_moody({1}, "--retry=0"), MISSES, never=("FLAKY",)).record()["results"]
        self.assertEqual((result["verdict"], self.verdicts(result)), ("fail", []), result)

    def test_what_fails_by_chance_is_flaky(self):
        """Whatever fails is played once more, also if nobody asks for that."""
        outcome = self.ended(self.play_moody({1}), MISSES, "FLAKY", "1 scenario is flaky")
        (result,) = outcome.record()["results"]
        self.assertEqual((result["verdict"], self.verdicts(result)), ("flaky", ["fail", "pass"]), result)
        self.assertNotIn("repetition", outcome.record())

    def test_what_fails_twice_has_failed(self):
        outcome = self.ended(self.play_moody(range(1, 100)), MISSES, never=("FLAKY",))
        (result,) = outcome.record()["results"]
        self.assertEqual((result["verdict"], self.verdicts(result)), ("fail", []), result)

    def test_what_cannot_be_judged_again_has_failed(self):
        """A server that the first attempt has brought down is not made better by it."""
        outcome = self.ended(self.play_on(Exhausted()), MISSES, never=("FLAKY",))
        (result,) = outcome.record()["results"]
        self.assertEqual((result["verdict"], self.verdicts(result)), ("fail", []), result)

    def test_a_listed_deviation_does_not_excuse_what_is_flaky(self):
        folder = self.enterContext(popquiz.Folder())
        baseline = folder.write(
            "known.toml", '[[deviation]]\nid = "basic/noop"\nrequirement = "rfc1939-5-noop-ok"\nreason = "it is tired"\n'
        )
        self.ended(self.play_moody(range(1, 100), "--repeat=2", "--baseline", baseline), CONFORMS, never=("FLAKY",))
        outcome = self.ended(self.play_moody({2}, "--repeat=2", "--baseline", baseline), MISSES, "FLAKY")
        self.assertEqual(outcome.record()["results"][0]["verdict"], "flaky")

    def test_options_that_make_no_sense(self):
        for wrong in ("--repeat=0", "--repeat=-1", "--repeat=x", "--retry=-1", "--shuffle=x", "--shuffle=-1", "--shuffle=99999999999999999999"):
            with self.subTest(wrong):
                self.ended(popquiz.run("run", "--server=127.0.0.1:1", "--user=u", "--password=p", wrong), USAGE, wrong.partition("=")[0])


if __name__ == "__main__":
    unittest.main()
