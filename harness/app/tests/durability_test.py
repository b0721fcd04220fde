#!/usr/bin/env python3
"""Durability: the server is killed with SIGKILL and started again by the profile's programs. On popquizd nothing is lost and
nothing comes back; a server that removes mail at DELE is found out.

The environment says what is tested: POPQUIZ and POPQUIZD are the programs, POPQUIZ_SUITE the folder of the suite."""

import json
import os
import shlex
import signal
import socket
import unittest

import popquiz
from command_line_test import Behaving
from popquiz import CONFORMS, MISSES, NOT_JUDGED

USERS = {f"u{number}": f"secret-{number}" for number in range(1, 5)}


def free_port():
    """A port that a server may listen on, and after it is killed again: nobody else is given it meanwhile, one hopes."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


class Durability(Behaving):
    def setUp(self):
        self.folder = self.enterContext(popquiz.Folder())
        (self.folder.path / "mail").mkdir()
        self.port = free_port()
        self.pid = self.folder.path / "pid"
        self.addCleanup(self.end)

    def end(self):
        if self.pid.exists():
            try:
                os.kill(int(self.pid.read_text()), signal.SIGKILL)
            except ProcessLookupError:
                pass

    def profile(self, *options, start=None):
        """A profile whose popquizd is started and killed by scripts."""
        command = [popquiz.POPQUIZD, "--port", str(self.port), "--maildir-root", os.fspath(self.folder.path / "mail"), *options]
        for user, password in USERS.items():
            command += ["--user", f"{user}:{password}"]
        # It is ready when it says so; the pipe's other end is left to it.
        script = (
            f"#!/bin/sh\ncd {shlex.quote(os.fspath(self.folder.path))}\nrm -f said; mkfifo said\n"
            f"{shlex.join(command)} >said 2>/dev/null </dev/null &\necho $! >pid\n"
            'read -r word rest <said; test "$word" = ready\n'
        )
        kill = (
            f"#!/bin/sh\ncd {shlex.quote(os.fspath(self.folder.path))}\nkill -KILL $(cat pid) || exit 1\n"
            "while kill -0 $(cat pid) 2>/dev/null; do grep -q '^State:.Z' /proc/$(cat pid)/status && break; sleep 0.01; done; rm pid\n"
        )
        self.folder.write("start", start or script, mode=0o755)
        self.folder.write("kill", kill, mode=0o755)
        listed = ", ".join(f"{{ user = {json.dumps(user)}, password = {json.dumps(word)} }}" for user, word in USERS.items())
        text = (
            f'name = "popquizd"\nhost = "127.0.0.1"\nport = {self.port}\naccounts = [ {listed} ]\n'
            f'[maildrop]\nmaildir = "{self.folder.path}/mail/{{user}}"\n[server]\nstart = "./start"\nkill = "./kill"\n'
        )
        return self.folder.write("profile.toml", text)

    def run_durability(self, target, *more):
        began = popquiz.subprocess.run([self.folder.path / "start"], timeout=popquiz.PATIENCE)
        if began.returncode:
            raise AssertionError("popquizd did not start")
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
        target = self.profile()
        target.write_text(target.read_text().partition("[server]")[0])
        self.ended(self.run_durability(target), NOT_JUDGED, "the profile has no [server] that says how")


if __name__ == "__main__":
    unittest.main()
