#!/usr/bin/env python3
"""Maildrops that are filled by LMTP or SMTP: a server of the test's own takes the mail and puts it into popquizd's Maildirs."""

import random
import threading
import unittest

import popquiz
from command_line_test import Behaving, text
from mail_server import MailServer
from popquiz import CONFORMS, NOT_JUDGED, USAGE

FOREIGN = b"From: friend@example.net\nSubject: yours\n\nKeep it.\n"
# Of each kind that fills a maildrop: plain ones, sizes that are written out, TOP, two accounts, deletion, UIDL, deliveries.
SOME = ["rfc1939/5-stat/s*", "rfc1939/7-top/z*", "rfc1939/6-quit/d*", "rfc1939/7-uidl/[npe]*"]
FEW = ["rfc1939/5-list/one", "rfc1939/5-list/all", "rfc1939/5-stat/size", "rfc1939/7-top/zero"]


class Delivery(Behaving):
    protocol = "lmtp"

    def setUp(self):
        self.folder = self.enterContext(popquiz.Folder())
        self.users = {f"u{number}": f"password-of-{number}" for number in range(1, 5)}
        (self.folder.path / "mail").mkdir()
        self.server = self.enterContext(popquiz.Popquizd(self.folder.path / "mail", self.users))
        self.mail = self.enterContext(MailServer(self.server.root, self.protocol))

    def play(self, *arguments, lines=""):
        listed = ", ".join(f'{{ user = "{user}", password = "{word}" }}' for user, word in self.users.items())
        target = self.folder.write(
            "profile.toml",
            f'host = "{self.server.host}"\nport = {self.server.port}\ntls_port = {self.server.tls_port}\n'
            f"tls = {{ verify = false }}\naccounts = [ {listed} ]\n"
            f'[maildrop]\n{self.protocol} = "{self.mail.address}"\nrecipient = "{{user}}@example.org"\n{lines}',
        )
        arguments = ("run", *arguments, "--suite", popquiz.SUITE, "--target", target)
        outcome = popquiz.run(*arguments, *popquiz.reports_in(self.folder.path), folder=self.folder.path)
        return outcome, {result["id"]: result for result in outcome.record()["results"]}

    def left(self):
        """The mail that is in the maildrops."""
        return {
            f"{user}/{place}": octets
            for user in self.users
            for place, octets in popquiz.contents(self.server.root / user).items()
            if place.startswith(("cur/", "new/"))
        }

    def nothing_is_blamed_on_the_server(self, outcome, results, words):
        for result in results.values():
            self.assertIn(result["verdict"], ("inconclusive", "skip", "pass"), result)
            self.assertEqual(result["findings"], [], result)
        for check in outcome.record()["checks"]:
            self.assertNotIn(check["verdict"], ("fail", "warn"), check)
        reasons = [result["reason"] for result in results.values() if result["verdict"] == "inconclusive"]
        self.assertTrue([reason for reason in reasons if words in reason], f"{words}: {reasons}")


class OverLmtp(Delivery):
    def test_the_suite_finds_nothing(self):
        outcome, results = self.play("rfc1939/*", "rfc6856/*", "robustness/*", "sessions/*")
        self.assertEqual(outcome.status, CONFORMS, outcome)
        self.assertIn("by lmtp to 127.0.0.1:", text(outcome.err))
        for result in results.values():
            excused = result["verdict"] == "skip" or result["verdict"] == "inconclusive" and result["not_applicable"]
            self.assertTrue(excused or result["verdict"] in ("pass", "warn"), result)
            self.assertEqual([finding for finding in result["findings"] if finding["level"] == "must"], [], result)
        for check in outcome.record()["checks"]:
            self.assertEqual(check["verdict"], "pass", check)
        passed = {identifier for identifier, result in results.items() if result["verdict"] == "pass"}
        self.assertGreater(len(passed), 500)
        wanted = {
            "rfc1939/5-stat/size", "rfc1939/5-list/all", "rfc1939/5-list/size-exact-large", "rfc1939/7-top/zero-large",
            "rfc1939/7-uidl/not-reused", "rfc1939/7-uidl/persists-after-delivery", "robustness/delivery-during-session",
            "sessions/rfc1939-section-10",
        }  # fmt: skip
        self.assertEqual(wanted - passed, set())
        for identifier, words in {
            "rfc1939/5-retr/nul": "it holds a NUL",
            "rfc1939/5-retr/no-final-line-end": "it lacks the line end at its end",
            "rfc1939/5-list/many": "sizes are written out",
        }.items():
            self.assertIn(words, results[identifier]["reason"])
        self.assertEqual(self.left(), {})
        self.assertEqual({sender for sender, _, _ in self.mail.taken}, {"popquiz@localhost"})
        self.assertEqual({to for _, to, _ in self.mail.taken}, {f"{user}@example.org" for user in self.users})

    def test_in_other_wire_shapes(self):
        outcome, results = self.play("rfc1939/5-dele/*", "--wire-shape", "octets", "--wire-shape", "tls")
        self.assertEqual(outcome.status, CONFORMS, outcome)
        self.assertEqual(self.left(), {})

    def test_mail_that_is_taken_and_does_not_arrive(self):
        self.mail.place = lambda user, octets: None
        outcome, results = self.play(*FEW, lines="deliver_within = 0.5\n")
        words = "what was delivered has not arrived within 0.5 s (deliver_within): 2 messages wanted, and at last"
        self.nothing_is_blamed_on_the_server(outcome, results, words)

    def test_mail_that_is_refused(self):
        for command, reply in (("RCPT", "550 5.1.1 no such user"), (".", "452 4.3.1 full"), ("LHLO", "554 go away")):
            with self.subTest(command):
                self.mail.refuses = {command: reply}
                outcome, results = self.play(*FEW)
                self.nothing_is_blamed_on_the_server(outcome, results, reply)
                self.assertEqual(self.left(), {})

    def test_nobody_takes_mail(self):
        self.mail.server_close()
        outcome, results = self.play(*FEW)
        self.nothing_is_blamed_on_the_server(outcome, results, "nobody listens there")

    def test_mail_that_is_altered_on_its_way(self):
        changes = {
            "expected message ends": lambda octets: octets + b"An advertisement.\r\n",
            "header-lines-added": lambda octets: octets.replace(b"\r\n\r\n", b"\r\nX-Spam: no\r\n\r\n", 1),
            "another octet stands": lambda octets: octets.replace(b"Subject", b"subject", 1),
            "does not have the line": lambda octets: octets.replace(b"X-Popquiz", b"X-Something"),
        }
        for words, change in changes.items():
            with self.subTest(words):
                self.mail.change = change
                outcome, results = self.play(*FEW)
                self.nothing_is_blamed_on_the_server(outcome, results, "did not come back as it was delivered")
                self.assertIn(words, text(outcome.err) + "".join(result["reason"] for result in results.values()))
                # What still has its mark is known again; the rest is nobody's to delete.
                if words == "does not have the line":
                    self.assertTrue(self.left())
                else:
                    self.assertEqual(self.left(), {})

    def test_mail_that_arrives_twice(self):
        def twice(user, octets):
            self.mail.put(user, octets)
            self.mail.put(user, octets)

        self.mail.place = twice
        outcome, results = self.play(*FEW)
        self.nothing_is_blamed_on_the_server(outcome, results, "2 messages were delivered to an empty maildrop, and STAT counts 4")
        self.assertEqual(self.left(), {})

    def test_somebodys_mail_that_arrives_in_mid_run_stays(self):
        """The maildrop was empty when popquiz looked; then a letter comes that is not popquiz's."""

        def with_a_letter(user, octets):
            self.mail.put(user, octets)
            if not any(octets == FOREIGN for octets in self.left().values()):
                self.server.deliver("u1", "1700000000.a.b", FOREIGN)

        self.mail.place = with_a_letter
        self.users = {"u1": self.users["u1"]}  # so that it is used again
        outcome, results = self.play(*FEW)
        self.nothing_is_blamed_on_the_server(outcome, results, "it is left alone")
        self.assertIn(FOREIGN, self.left().values(), outcome)
        # Nor does the next run delete it; what popquiz has left beside it goes when the letter has gone.
        outcome, _ = self.play(*FEW)
        self.ended(outcome, NOT_JUDGED, "the maildrop of u1 is left alone")
        self.assertIn(FOREIGN, self.left().values(), outcome)
        self.mail.place = self.mail.put
        outcome, _ = self.play(*FEW, "--i-own-this-maildrop")
        self.ended(outcome, CONFORMS)

    def test_what_a_run_that_was_killed_has_left_is_known_again(self):
        arrived = threading.Event()
        self.mail.place = lambda user, octets: (self.mail.put(user, octets), arrived.set())
        target = self.folder.path / "profile.toml"
        self.play(*FEW)
        arrived.clear()
        running = popquiz.Running("run", *SOME, "--suite", popquiz.SUITE, "--target", target)
        self.assertTrue(arrived.wait(popquiz.PATIENCE))
        running.process.kill()
        running.wait()
        outcome, _ = self.play(*FEW)
        self.assertEqual(outcome.status, CONFORMS, outcome)
        self.assertEqual(self.left(), {})

    def test_mistakes_are_shown_where_they_stand(self):
        target = self.folder.write(
            "wrong.toml",
            'host = "h"\nport = 1\naccounts = [ { user = "a", password = "b" } ]\n'
            '[maildrop]\nlmtp = "h:24"\nmaildir = "x"\n',
        )
        outcome = popquiz.run("run", "--suite", popquiz.SUITE, "--target", target)
        self.ended(outcome, USAGE, "wrong.toml:5:8: `maildir` and `lmtp` are two ways to fill a maildrop")


class OverSmtp(Delivery):
    protocol = "smtp"

    def test_mail_that_takes_its_time(self):
        """A queue: what was taken arrives some time later, and what is there together in any order."""
        late = []

        def later(user, octets):
            late.append(threading.Timer(random.uniform(0.01, 0.1), self.mail.put, (user, octets)))
            late[-1].start()

        self.mail.place = later
        outcome, results = self.play(*SOME)
        for timer in late:
            timer.join()
        self.assertEqual([identifier for identifier, result in results.items() if result["verdict"] == "fail"], [], outcome)
        passed = [identifier for identifier, result in results.items() if result["verdict"] == "pass"]
        self.assertGreater(len(passed), 20, outcome)
        self.assertIn("rfc1939/7-uidl/not-reused", passed)

    def test_what_only_lmtp_can_tell(self):
        outcome, results = self.play("robustness/delivery-during-session")
        result = results["robustness/delivery-during-session"]
        self.assertTrue(result["not_applicable"], result)
        self.assertIn("over SMTP nobody can tell when it has arrived", result["reason"])

    def test_a_server_that_takes_seven_bits(self):
        self.mail.offers = ()
        outcome, results = self.play("rfc6856/2.1-modes/ascii-*", *FEW)
        self.assertEqual(outcome.status, CONFORMS, outcome)
        beyond = [result for result in results.values() if result["verdict"] == "inconclusive"]
        self.assertTrue(all(result["not_applicable"] for result in beyond), beyond)
        self.assertTrue([result for result in beyond if "does not announce 8BITMIME" in result["reason"]], beyond)


if __name__ == "__main__":
    unittest.main()
