#!/usr/bin/env python3
"""The server that popquiz starts itself ([server] of the profile): it is started, listened to, and gone behind every end.

The environment says what is tested: POPQUIZ and POPQUIZD are the programs, POPQUIZ_SUITE the folder of the suite."""

import json
import os
import pathlib
import signal
import time
import unittest

import popquiz
from command_line_test import Behaving
from popquiz import CONFORMS, MISSES, NOT_JUDGED, USAGE

USERS = {f"u{number}": f"secret-{number}" for number in range(1, 5)}

# A POP3 server that writes a log: the arguments say how it misbehaves.
CHATTY = '''
import os, signal, socket, sys, threading
how = sys.argv[1:]
listener = socket.create_server(("127.0.0.1", 0))
print("listens at", listener.getsockname()[1], flush=True)
with open("ids", "a") as ids:
    print(os.getpid(), file=ids)
def talk(peer):
    stream = peer.makefile("rwb", 0)
    stream.write(b"+OK hello\\r\\n")
    user = ""
    for line in stream:
        line = line.decode("latin-1").rstrip("\\r\\n")
        print("asked", line, "\\x1b[31m </pre>", flush=True)
        word = line.upper().partition(" ")[0]
        if word == "STAT" and "dies" in how:
            print("cannot go on", flush=True)
            os.kill(os.getpid(), signal.SIGSEGV)
        answer = {"STAT": "+OK 0 0", "LIST": "+OK\\r\\n.", "UIDL": "+OK\\r\\n.", "NOOP": "-ERR no" if "bad" in how else "+OK"}
        known = word in ("USER", "PASS", "QUIT") or word in answer
        stream.write((answer.get(word, "+OK" if known else "-ERR") + "\\r\\n").encode())
        if word == "QUIT":
            break
    stream.close()
    peer.close()
while True:
    threading.Thread(target=talk, args=(listener.accept()[0],), daemon=True).start()
'''


def is_there(process):
    try:
        return ") Z " not in pathlib.Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False


def goes_away(process, patience=popquiz.PATIENCE):
    end = time.monotonic() + patience
    while is_there(process) and time.monotonic() < end:
        time.sleep(0.01)
    return not is_there(process)


class Started(Behaving):
    def setUp(self):
        self.folder = self.enterContext(popquiz.Folder())
        (self.folder.path / "mail").mkdir()
        self.folder.write("chatty.py", CHATTY)

    def profile(self, server, more=""):
        listed = ", ".join(f"{{ user = {json.dumps(user)}, password = {json.dumps(word)} }}" for user, word in USERS.items())
        return self.folder.write("profile.toml", f'name = "ours"\naccounts = [ {listed} ]\n{more}\n[server]\n{server}\n')

    def popquizd(self, *options, more=""):
        """popquizd on ports of its own choice, which it tells."""
        command = [popquiz.POPQUIZD, "--port", "0", "--tls-port", "0", "--maildir-root", os.fspath(self.folder.path / "mail"), *options]
        for user, password in USERS.items():
            command += ["--user", f"{user}:{password}"]
        more += f'tls = {{ verify = false }}\n[maildrop]\nmaildir = "{self.folder.path}/mail/{{user}}"'
        return self.profile(f'start = {json.dumps(command)}\nready = "ready {{host}} {{port}} {{tls_port}}"', more)

    def chatty(self, *how):
        server = f'start = ["python3", "-B", "chatty.py", {", ".join(map(json.dumps, how))}]\nready = "listens at {{port}}"'
        return self.profile(server, 'host = "127.0.0.1"')

    def play(self, target, *selectors, **options):
        arguments = ("--suite", popquiz.SUITE, "--target", target, *popquiz.reports_in(self.folder.path))
        return popquiz.run("run", *selectors, *arguments, folder=self.folder.path, **options)

    def nobody_is_left(self):
        for process in (self.folder.path / "ids").read_text().split():
            self.assertFalse(is_there(process), process)

    def test_popquizd_is_started_on_ports_of_its_choice(self):
        outcome = self.play(self.popquizd(), "rfc1939/5-*", "rfc2595")
        self.ended(outcome, CONFORMS)
        record = outcome.record()
        self.assertIn(popquiz.POPQUIZD, record["server"]["command"])
        self.assertEqual((record["server"]["ended"], record["server"]["last_lines"]), ("", []))
        self.assertNotIn("secret-1", json.dumps(record))
        self.assertNotEqual(record["endpoint"], "127.0.0.1:0")

    def test_durability_needs_no_programs(self):
        outcome = self.play(self.popquizd(), "robustness/durability")
        self.ended(outcome, CONFORMS)
        self.assertEqual({result["verdict"] for result in outcome.record()["results"]}, {"pass"})

    def test_the_log_stands_beside_what_fails(self):
        outcome = self.play(self.chatty("bad"), "rfc1939/5-noop/*", "-j", "1")
        self.ended(outcome, MISSES)
        self.nobody_is_left()
        failed = [result for result in outcome.record()["results"] if result["verdict"] == "fail"]
        self.assertTrue(failed)
        for result in failed:
            lines = result["server_log"]["lines"]
            self.assertIn("asked NOOP \\x1B[31m </pre>", lines)
            self.assertIn("asked PASS *** \\x1B[31m </pre>", lines)
            self.assertFalse(result["server_log"]["shared"])
        for name in popquiz.FORMATS:
            self.assertFalse([word for word in USERS.values() if word.encode() in outcome.report(name)], name)
        self.assertIn(b"asked NOOP", outcome.out)
        self.assertIn(b"asked NOOP \\x1B[31m &lt;/pre&gt;", outcome.report("html"))
        self.assertEqual(popquiz.faults_of_reports(outcome), [])

    def test_a_server_that_dies_is_told_of_once(self):
        outcome = self.play(self.chatty("dies"), "rfc1939")
        self.assertIn(outcome.status, (MISSES, NOT_JUDGED), outcome)
        self.nobody_is_left()
        record = outcome.record()
        self.assertIn("signal 11", record["error"])
        self.assertIn("signal 11", record["server"]["ended"])
        self.assertIn("cannot go on", record["server"]["last_lines"])
        self.assertEqual(outcome.out.count(b"What the server wrote at last"), 1)

    def test_a_server_that_does_not_start_says_why(self):
        self.folder.write("start", "#!/bin/sh\necho there is no such option: --prot; exit 64\n", mode=0o755)
        target = self.profile('start = "./start"\nready = "listens at {port}"', 'host = "127.0.0.1"')
        outcome = self.play(target)
        self.ended(outcome, NOT_JUDGED, "popquiz waited for a line with `listens at {port}`", "there is no such option: --prot", "ended with exit status 64")

    def test_ctrl_c_ends_it(self):
        for number in (signal.SIGINT, signal.SIGKILL):
            with self.subTest(number):
                (self.folder.path / "ids").unlink(missing_ok=True)
                running = popquiz.Running("run", "--suite", popquiz.SUITE, "--target", self.chatty(), folder=self.folder.path)
                end = time.monotonic() + popquiz.PATIENCE
                while not (self.folder.path / "ids").exists() or not (self.folder.path / "ids").read_text():
                    self.assertLess(time.monotonic(), end)
                    time.sleep(0.01)
                server = (self.folder.path / "ids").read_text().split()[0]
                running.process.send_signal(number)
                running.wait()
                self.assertTrue(goes_away(server))

    def test_mistakes_in_the_profile(self):
        for server, said in {
            'ready = "port"': "`start` is missing in `server`",
            'start = "./no-such-program"\nready = "port"': "which is no file",
            'start = ["no-such-program-in-path"]\nready = "port"': "which is in no folder of PATH",
            'start = "./chatty.py"\nready = "port"': "is not executable",
            'start = []\nready = "port"': "`start` is empty",
            'start = ["true"]\nready = "{port} {port}"': "`ready` has {port} twice",
            'start = ["true"]': "`ready` is missing in `server`",
            'start = ["true"]\nready = "port"': "say `port` (cleartext) or `tls_port`",
            'start = ["true"]\nkill = ["true"]\nstop = ["true"]': "`stop` is for a server that popquiz starts",
        }.items():
            with self.subTest(server):
                more = 'host = "127.0.0.1"' + ("" if "say `port`" in said else "\nport = 110")
                self.ended(self.play(self.profile(server, more)), USAGE, said)


if __name__ == "__main__":
    unittest.main()
