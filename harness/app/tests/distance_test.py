#!/usr/bin/env python3
"""Somebody else's host: the reminder, and how many commands a second are sent.

Nothing leaves the machine: the host is the loopback, and what makes it somebody else's is `host6`, an address that RFC 3849
keeps for examples. It is looked at, and connected to in the wire shape `ipv6` alone, which is not asked for."""

import unittest

import popquiz
from command_line_test import Behaving, served, text
from popquiz import CONFORMS, USAGE
from terminal_test import Relay

COMMANDS = 25
SUITE = {"noop.pop3": "checks: rfc1939-5-noop-ok\n" + "C: NOOP\nS: +OK\n" * COMMANDS}
EXAMPLE = 'host6 = "2001:db8::1"\n'


class Distance(Behaving):
    def setUp(self):
        self.folder, server, self.profile = served(self)
        self.relay = self.enterContext(Relay(server))
        self.profile = self.profile.replace(f"port = {server.port}", f"port = {self.relay.port}")
        self.suite = self.folder.suite(SUITE)

    def play(self, *options, host6="", limits=""):
        self.relay.lines.clear()
        head, accounts = self.profile.split("accounts", 1)
        target = self.folder.write("profile.toml", f"{head}{host6}accounts{accounts}{limits}")
        outcome = popquiz.run("run", "--suite", self.suite, "--target", target, *options)
        self.ended(outcome, CONFORMS)
        sent = sum(who == "C" for _, who, _ in self.relay.lines)
        self.assertGreater(sent, COMMANDS)
        return outcome, sent

    def kept(self, outcome, sent, rate):
        """A second's commands may be sent at once; each further one has to wait for its turn."""
        self.assertGreaterEqual(outcome.seconds, (sent - rate) / rate, outcome)

    def test_a_host_of_somebody_else(self):
        outcome, sent = self.play(host6=EXAMPLE)
        self.ended(outcome, CONFORMS, "2001:db8::1 is neither this machine nor in a private network. Whose host is it?")
        self.ended(outcome, CONFORMS, "At most 10 commands a second are sent", "--rate says otherwise")
        self.kept(outcome, sent, 10)

    def test_who_has_asked_may_go_faster(self):
        for options, limits in (["--rate", "none"], ""), ([], '[limits]\nrate = "none"\n'):
            outcome, _ = self.play(*options, host6=EXAMPLE, limits=limits)
            self.ended(outcome, CONFORMS, "Whose host is it?", "There is no limit to how much is sent (rate: none).")

    def test_a_rate_is_kept_to_on_the_loopback_too(self):
        for options, limits in (["--rate", "15"], ""), ([], "[limits]\nrate = 15\n"), (["--rate", "15"], "[limits]\nrate = 900\n"):
            outcome, sent = self.play(*options, limits=limits)
            self.kept(outcome, sent, 15)
            self.assertNotIn("Whose host", text(outcome.err))

    def test_nobody_is_reminded_of_the_loopback(self):
        outcome, _ = self.play(host6='host6 = "::1"\n')
        self.ended(outcome, CONFORMS, never=("Whose host", "commands a second"))

    def test_rates_that_are_none(self):
        for rate in ("0", "-1", "fast", "1e9", "nan"):
            outcome = popquiz.run("run", "--server", f"127.0.0.1:{self.relay.port}", "--user", "u1", "--password", "p", f"--rate={rate}")
            self.ended(outcome, USAGE, f"--rate {rate}: it is none, or a number of commands a second")
        self.assertEqual(self.relay.lines, [])


if __name__ == "__main__":
    unittest.main()
