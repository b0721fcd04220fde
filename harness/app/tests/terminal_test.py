"""What popquiz shows while it runs and when it has run: on a terminal, in a pipe, in a trace. No secret in any of it."""

import base64
import contextlib
import fcntl
import hashlib
import hmac
import os
import pty
import re
import select
import socket
import struct
import subprocess
import termios
import threading
import time
import unittest

import popquiz
from popquiz import CONFORMS, FORMATS, MISSES, USAGE, Folder, Popquizd, reports_in, run

COLOUR = re.compile(rb"\x1b\[[0-9;]*m")
ERASE = b"\r\x1b[K"


def users(count=8):
    """Passwords as long as nothing else is by chance, nor is what they begin with."""
    digest = lambda n: hashlib.sha256(str(n).encode()).hexdigest()
    return {f"u{n}": f"{digest(n)[:12]}-Password-{'abcdefgh'[n - 1] * 5}" for n in range(1, count + 1)}


def profile(folder, server, accounts, port=None, tokens=None):
    token = lambda user: f', token = "{tokens[user]}"' if tokens else ""
    listed = ", ".join(f'{{ user = "{user}", password = "{password}"{token(user)} }}' for user, password in accounts.items())
    return folder.write(
        "target.toml",
        f'name = "reference"\nhost = "{server.host}"\nport = {port or server.port}\ntls_port = {server.tls_port}\n'
        f"tls = {{ verify = false }}\naccounts = [ {listed} ]\n[maildrop]\nmaildir = \"{server.root}/{{user}}\"\n",
    )


class Relay:
    """Hands on what goes to and from a server in the clear, and keeps the lines."""

    def __init__(self, server):
        self.server = server
        self.lines = []  # (connection, who, line)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.threads = []
        self.start(self.listen)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # To close it would not wake who waits for a connection.
        self.listener.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join(popquiz.PATIENCE)
        self.listener.close()

    def start(self, work, *arguments):
        self.threads.append(threading.Thread(target=work, args=arguments, daemon=True))
        self.threads[-1].start()

    def listen(self):
        with contextlib.suppress(OSError):
            for number in range(1 << 30):
                client, _ = self.listener.accept()
                self.start(self.connect, number, client)

    def connect(self, number, client):
        with client, contextlib.suppress(OSError), socket.create_connection((self.server.host, self.server.port)) as server:
            back = threading.Thread(target=self.hand_on, args=(number, server, client, "S"), daemon=True)
            back.start()
            self.hand_on(number, client, server, "C")
            back.join()

    def hand_on(self, number, source, sink, who):
        rest = b""
        with contextlib.suppress(OSError):
            source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while octets := source.recv(65536):
                # Kept before it is sent on, so that a challenge stands before its answer.
                *lines, rest = (rest + octets).split(b"\r\n")
                self.lines += [(number, who, line) for line in lines]
                sink.sendall(octets)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def digests(self, accounts, suite):
        """What was computed from a password, as the lines tell: digests of APOP and CRAM-MD5, proofs of SCRAM."""
        found, greeting, challenge = set(), {}, {}
        for number, who, line in self.lines:
            words = line.split()
            if who == "S":
                greeting.setdefault(number, line)
                challenge[number] = line[2:] if line.startswith(b"+ ") else b""
                continue
            stamp = re.search(rb"<[^>]*>", greeting.get(number, b""))
            if stamp and words[:1] == [b"APOP"]:
                found |= {hashlib.md5(stamp.group() + password.encode()).hexdigest().encode() for password in accounts.values()}
            with contextlib.suppress(ValueError):
                asked = base64.b64decode(challenge.get(number, b""), validate=True)
                answer = base64.b64decode(line, validate=True)
                if asked.startswith(b"<"):
                    found |= {hmac.digest(password.encode(), asked, "md5").hex().encode() for password in accounts.values()}
                proof = re.search(rb",p=(.+)", answer)
                # A scenario may send a proof of its own, which proves nothing.
                if proof and proof.group(1) not in suite:
                    found |= {proof.group(1), base64.b64encode(answer)}
        return found


def cores(secret):
    """The base64 of a secret, wherever it stands in what is encoded: what depends on nothing else."""
    for before in range(3):
        text = base64.b64encode(b"x" * before + secret)
        yield text[(0, 2, 3)[before] : (before + len(secret)) * 8 // 6]


class Secrets(unittest.TestCase):
    def look(self, fault, *options):
        accounts = users()
        tokens = {user: f"Token-{hashlib.sha256(user.encode()).hexdigest()[:24]}" for user in accounts}
        server_options = [word for user, token in tokens.items() for word in ("--token", f"{user}:{token}")]
        server_options += ["--fault", fault] if fault else []
        with (
            Folder() as folder,
            Popquizd(folder.path / "mail", accounts, *server_options) as server,
            Relay(server) as relay,
        ):
            target = profile(folder, server, accounts, relay.port, tokens)
            outcome = run(
                "run", "rfc1939/7-apop", "rfc1939/7-user-pass", "rfc2195", "rfc4616", "rfc5034", "rfc5802", "rfc7628", "rfc4422", "choices",
                "--suite", popquiz.SUITE, "--target", target, *reports_in(folder.path),
                f"--trace={folder.path / 'trace'}", "--verbose", "--color", "always", *options, folder=folder.path,
            )
            self.assertIn(outcome.status, (CONFORMS, MISSES), outcome)
            shown = {name: outcome.report(name) for name in (*FORMATS, "trace")} | {"out": outcome.out, "err": outcome.err}
            suite = b"".join(file.read_bytes() for file in popquiz.SUITE.rglob("*.pop3"))
            digests = {digest for digest in relay.digests(accounts, suite) if digest not in suite}
        self.assertGreater(len(digests), 20, "nothing was computed: the test looks for nothing")
        self.assertIn(b"C: AUTH", shown["trace"])
        secrets = digests.copy()
        for password in (*accounts.values(), *tokens.values()):
            secrets |= {password.encode(), *cores(password.encode())}
        # What the suite makes of passwords, to try whether that is taken for them.
        secrets |= {made.encode() for word in accounts.values() for made in (word[:7], word.upper())}
        for name, octets in shown.items():
            # In a trace a line may be in pieces; put together, they show nothing either.
            whole = re.sub(rb"\n#[^\n]*?[CS]\| ", b"", octets) if name == "trace" else octets
            for secret in secrets:
                self.assertNotIn(secret, octets, name)
                self.assertNotIn(secret, whole, name)

    def test_no_format_shows_a_secret(self):
        self.look("")

    def test_not_even_one_that_the_server_repeats(self):
        self.look("err_echoes_line")

    def test_not_even_octet_by_octet(self):
        self.look("", "--wire-shape", "octets")


class Terminal:
    """popquiz on a terminal of its own."""

    def __init__(self, *arguments, columns=80, cwd=None, **environment):
        self.master, terminal = pty.openpty()
        self.resize(columns)
        self.shown = b""
        self.process = subprocess.Popen(
            [popquiz.POPQUIZ, *map(os.fspath, arguments)],
            stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True, cwd=cwd,
            env={**{k: v for k, v in os.environ.items() if k != "NO_COLOR"}, "TERM": "xterm", **environment},
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(terminal)

    def resize(self, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def read(self, until=None, patience=popquiz.PATIENCE):
        """Reads to the end, or until something is shown."""
        end = time.monotonic() + patience
        while until is None or until not in self.shown:
            if not select.select([self.master], [], [], max(0, end - time.monotonic()))[0]:
                raise AssertionError(f"nothing more in {patience} s: {self.shown[-500:]!r}")
            try:
                octets = os.read(self.master, 65536)
            except OSError:
                break
            if not octets:
                break
            self.shown += octets
        return self.shown

    def end(self):
        self.read()
        status = self.process.wait(popquiz.PATIENCE)
        os.close(self.master)
        return status


def bars(shown):
    """Each drawing of the bar, without its control sequences."""
    return [part.split(b"\r")[0] for part in shown.split(ERASE) if part.startswith(b"[")]


class OnATerminal(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.suite = popquiz.part_of_suite(cls.enterClassContext(Folder()).path, "rfc1939/7-top")

    def shown(self, *options, fault="top_sends_all", **settings):
        accounts = users()
        with Folder() as folder, Popquizd(folder.path / "mail", accounts, "--fault", fault) as server:
            target = profile(folder, server, accounts)
            terminal = Terminal("run", "--suite", self.suite, "--target", target, *options, **settings)
            self.assertEqual(terminal.end(), MISSES, terminal.shown[-2000:])
            return terminal.shown

    def test_a_bar_that_fits_and_colours(self):
        for columns in (60, 80, 120):
            shown = self.shown(columns=columns)
            self.assertTrue(bars(shown))
            for bar in bars(shown):
                self.assertLess(len(bar), columns, bar)
            self.assertRegex(shown, COLOUR)
            # It is gone when the summary comes.
            summary = shown[[found.start() for found in re.finditer(rb"popquiz [\d.]+: ", shown)][-1] :]
            self.assertNotIn(ERASE, summary)
            for line in COLOUR.sub(b"", summary).replace(b"\r\n", b"\n").split(b"\n"):
                # The table and what stands beneath it are as wide as they are, and so is what is there to be pasted.
                if not re.match(rb"( {6}rerun| {8}|RFC|  section| {9}|all|elsewhere|answers|Judged|Always|Does)", line):
                    self.assertLessEqual(len(line), columns, line)

    def test_no_color_and_dumb_terminals(self):
        shown = self.shown(NO_COLOR="1")
        self.assertTrue(bars(shown))
        self.assertNotRegex(shown, COLOUR)
        self.assertRegex(self.shown(NO_COLOR=""), COLOUR)
        self.assertNotIn(b"\x1b", self.shown(TERM="dumb"))
        self.assertNotRegex(self.shown("--color", "never"), COLOUR)
        self.assertRegex(self.shown("--color", "always", NO_COLOR="1"), COLOUR)

    def test_quiet_and_verbose(self):
        self.assertFalse(bars(self.shown("--quiet")))
        self.assertFalse(bars(self.shown("--verbose")))

    def test_control_c_leaves_a_clean_terminal(self):
        accounts = users()
        with Folder() as folder, Popquizd(folder.path / "mail", accounts) as server:
            target = profile(folder, server, accounts)
            suite = folder.suite({"wait.pop3": "checks: rfc1939-5-noop-ok\nC: NOOP\nS: +OK\nC: <wait 60 s>\nC: NOOP\nS: +OK\n"})
            terminal = Terminal("run", "--suite", suite, "--target", target, columns=60)
            terminal.read(until=b"wait")
            os.write(terminal.master, b"\x03")
            self.assertEqual(terminal.end(), popquiz.NOT_JUDGED)
        last_bar = terminal.shown.rindex(b"[....")
        self.assertIn(ERASE, terminal.shown[last_bar:])
        self.assertIn(b"the run was stopped", terminal.shown[last_bar:])
        self.assertNotIn(b"[....", terminal.shown[terminal.shown.rindex(ERASE) :])


class InAPipe(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.suite = popquiz.part_of_suite(cls.enterClassContext(Folder()).path, "rfc1939/3-basic")

    def setUp(self):
        self.folder = Folder()
        self.addCleanup(self.folder.__exit__)
        self.accounts = users(2)

    def run_it(self, *options):
        with Popquizd(self.folder.path / "mail", self.accounts, "--fault", "retr_without_stuffing") as server:
            target = profile(self.folder, server, self.accounts)
            return run("run", "rfc1939/3-basic/stuffed", "--suite", self.suite, "--target", target, *options)

    def test_no_escape_unless_asked_for(self):
        outcome = self.run_it()
        self.assertEqual(outcome.status, MISSES, outcome)
        self.assertNotIn(b"\x1b", outcome.out + outcome.err)
        self.assertRegex(self.run_it("--color", "always").out, COLOUR)
        self.assertEqual(self.run_it("--color", "sometimes").status, USAGE)

    def test_a_finding_says_what_a_minute_wants_to_know(self):
        out = self.run_it().out.decode()
        self.assertRegex(out, r"FAIL  .*\n      RFC 1939 section 3, MUST: rfc1939-3-multi-line-stuffed\n")
        self.assertRegex(out, r"S: [^\n]*\\r\\n\n +\^\n")
        self.assertRegex(out, r"likely +a dot at the start of a line is not doubled: ")
        self.assertIn("Most likely of the same cause:", out)
        verbose = self.run_it("--verbose").out.decode()
        self.assertRegex(verbose, r"is not doubled: the reply ended \d+ octets early")
        self.assertGreater(verbose.count("\nFAIL  "), out.count("\nFAIL  "))

    def test_the_line_to_rerun_can_be_pasted(self):
        """Into a shell, in the folder in which the run was started; a password is not in it."""
        user, password = next(iter(self.accounts.items()))
        with Popquizd(self.folder.path / "mail", self.accounts, "--fault", "user_surplus_argument_ignored") as server:
            profile(self.folder, server, self.accounts)
            for named in (
                ["--target", "target.toml", "--timeout", "20", "--level", "should"],
                ["--server", f"{server.host}:{server.port}", "--user", user, "--password", password, "--rate", "5000"],
            ):
                outcome = run("run", "rfc1939/3-basic/argument-surplus-user", "--suite", self.suite, *named, cwd=self.folder.path)
                (line,) = re.findall(r"^ {6}rerun +(.*)$", outcome.out.decode(), re.MULTILINE)
                again = subprocess.run(
                    line, shell=True, cwd=self.folder.path, env={**os.environ, "PASSWORD": password}, capture_output=True
                )
                self.assertEqual(again.stderr.count(b"1 scenario,"), 1, (line, again))
                self.assertIn(b"\nWARN  +OK is tolerable, and not what is expected (-ERR, or the server ends the connection): ", again.stdout)
                (same,) = re.findall(r"^ {6}rerun +(.*)$", again.stdout.decode(), re.MULTILINE)
                self.assertEqual(same, line)
                self.assertNotIn(password, line)

    def test_a_trace_is_written_as_it_happens(self):
        trace = self.folder.path / "trace"
        outcome = self.run_it(f"--trace={trace}")
        self.assertEqual(outcome.status, MISSES, outcome)
        text = trace.read_text()
        self.assertRegex(text, r"#\d+ +\d+\.\d{3} \*: rfc1939/3-basic/stuffed\[\d\]: connected to 127\.0\.0\.1:\d+\n")
        self.assertRegex(text, r"#\d+ +\d+\.\d{3} C: RETR 1\\r\\n\n")
        self.assertRegex(text, r"#\d+ +\d+\.\d{3} C: PASS \*\*\*\\r\\n\n")
        self.assertRegex(text, r"#\d+ +\d+\.\d{3} \*: closed by us\n")
        self.assertIn("C: QUIT", self.run_it("--trace").err.decode())
        self.assertEqual(self.run_it(f"--trace={self.folder.path}/no/such/trace").status, USAGE)


if __name__ == "__main__":
    unittest.main()
