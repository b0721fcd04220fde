#!/usr/bin/env python3
"""Durability: the server is killed with SIGKILL and started again, on other ports. On popquizd nothing is lost and
nothing comes back; a server that removes mail at DELE is found out.

The environment says what is tested: POPQUIZ and POPQUIZD are the programs, POPQUIZ_SUITE the folder of the suite."""

import json
import os
import unittest

import popquiz
from command_line_test import Behaving
from popquiz import CONFORMS, MISSES, NOT_JUDGED

USERS = {f"u{number}": f"secret-{number}" for number in range(1, 5)}


class Durability(Behaving):
    def setUp(self):
        self.folder = self.enterContext(popquiz.Folder())
        (self.folder.path / "mail").mkdir()

    def profile(self, *options):
        """A profile whose popquizd popquiz starts and kills, each time on other ports."""
        command = [popquiz.POPQUIZD, "--port", "0", "--maildir-root", os.fspath(self.folder.path / "mail"), *options]
        for user, password in USERS.items():
            command += ["--user", f"{user}:{password}"]
        listed = ", ".join(f"{{ user = {json.dumps(user)}, password = {json.dumps(word)} }}" for user, word in USERS.items())
        text = (
            f'name = "popquizd"\naccounts = [ {listed} ]\n[maildrop]\nmaildir = "{self.folder.path}/mail/{{user}}"\n'
            f'[server]\nstart = {json.dumps(command)}\nready = "ready {{host}} {{port}}"\n'
        )
        return self.folder.write("profile.toml", text)

    def run_durability(self, target, *more):
        arguments = ("--suite", popquiz.SUITE, "--target", target, *popquiz.reports_in(self.folder.path))
        return popquiz.run("run", "robustness/durability", *more, *arguments, folder=self.folder.path)

    def test_nothing_is_lost_and_nothing_comes_back(self):
        outcome = self.run_durability(self.profile())
        self.ended(outcome, CONFORMS)
        verdicts = {result["id"]: result["verdict"] for result in outcome.record()["results"]}
        self.assertGreaterEqual(len(verdicts), 10)
        self.assertEqual(set(verdicts.values()), {"pass"}, verdicts)

    def test_a_server_that_removes_at_once_is_found_out(self):
        outcome = self.run_durability(self.profile("--fault", "dele_removes_at_once"))
        self.ended(outcome, MISSES, "robustness/durability/killed-after-dele")

    def test_without_programs_they_are_not_applicable(self):
        server = self.enterContext(popquiz.Popquizd(self.folder.path / "mail", USERS))
        target = self.profile()
        profile = target.read_text().partition("[server]")[0]
        target.write_text(f'host = "{server.host}"\nport = {server.port}\n{profile}')
        self.ended(self.run_durability(target), NOT_JUDGED, "the profile has no [server] that says how")


if __name__ == "__main__":
    unittest.main()
