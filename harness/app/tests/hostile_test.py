#!/usr/bin/env python3
"""Holds popquiz against servers that are hostile, broken or not POP3 at all (hostile_servers.py). Whatever they do, popquiz
ends by itself within its limits, in bounded memory, with an exit status that says what came of it and with reports that
are whole and well formed.

The environment says what is tested: POPQUIZ is the program, POPQUIZ_SUITE the folder of the suite, and POPQUIZ_SANITIZE is
not empty when the program is built with sanitizers."""

import concurrent.futures
import dataclasses
import itertools
import multiprocessing
import re
import typing
import unittest

import hostile_servers as hostile
import popquiz
from hostile_servers import HostileServer
from popquiz import CONFORMS, MISSES, NOT_JUDGED, SANITIZED

# Seconds. A sanitizer makes a processor of two slow enough that honest steps want more.
STEP, SCENARIO, RUN = (2.5, 5, 15) if SANITIZED else (1.5, 4, 12)

# Above the run's limit: for starting, for the scenario limit that is at work when the run's passes, and for writing reports.
SLACK = 20 if SANITIZED else 8

MEBI = 1024 * 1024
MOST_MEMORY = 256 * MEBI

# Scenarios that meet a hostile server wherever it is hostile. They need no maildrop that popquiz may fill.
SCENARIOS = {
    "capa.pop3": "checks: rfc2449-5-capa-authorization\nstate: authorization\nC: CAPA\nS: +OK\nS: ...\nS: .\n",
    "quit.pop3": "checks: rfc1939-4-quit-authorization-ok\nstate: authorization\nC: QUIT\nS: +OK\nS: <closes connection>\n",
    "stat.pop3": "checks: rfc1939-5-stat-format\nC: STAT\nS: +OK {n: number} {m: number}\nC: NOOP\nS: +OK\n",
    "list.pop3": "checks: rfc1939-5-list-scan-format\nC: LIST\nS: +OK\nS: <listing as all>\nS: .\nC: STAT\n"
    "S: +OK {n: number} {m: number}\nassert: count(all) == n\nassert: sum(all) == m\n",
    "list-one.pop3": "checks: rfc1939-5-list-one-line\nC: LIST 1\nS: +OK 1\n",
    "uidl.pop3": "checks: rfc1939-7-uidl-format\nC: UIDL\nS: +OK\nS: <text as all>\nS: .\nC: UIDL 1\nS: +OK 1\n",
    "retr.pop3": "checks: rfc1939-5-retr-message\nC: RETR 1\nS: +OK\nS: <text as body>\nS: .\nassert: lines(body) > 0\n",
    "retr-message.pop3": "checks: rfc1939-5-retr-message\nmaildrop: two\nC: RETR 2\nS: +OK\nS: <message 2>\nS: .\n",
    "top.pop3": "checks: rfc1939-7-top-prefix\nmaildrop: two\nC: TOP 1 1\nS: +OK\nS: <message 1>\nS: .\n",
    "refused.pop3": "checks: rfc1939-3-invalid-number\ntable: number | why\n    0 | from one\n    -1 | sign\n\n"
    "C: LIST ${number}\nS: -ERR\nC: NOOP\nS: +OK\n",
    "pipeline.pop3": "checks: rfc1939-5-noop-ok\nC: NOOP\nC: STAT\nC: LIST\nC: NOOP\nS: +OK\nS: +OK\nS: +OK\nS: ...\nS: .\n"
    "S: +OK\nS: <nothing more>\n",
    "long-line.pop3": 'checks: rfc1939-3-invalid-long-line\nC= NOOP ${repeat("A", 1048576)}\\r\\n\nS: -ERR\nor:\n'
    "S: <ends connection>\n",
    "auth.pop3": "needs: SASL PLAIN\nstate: authorization\nC: <authenticate PLAIN>\nS: +OK\n",
    "stls.pop3": "needs: STLS\nstate: authorization\ntransport: STLS\nC: CAPA\nS: +OK\nS: ...\nS: .\n",
    "start-tls.pop3": "checks: rfc1939-3-reply-indicator\nneeds: STLS\nstate: authorization\nC: STLS\nS: +OK\n"
    "C: <start TLS>\nC: QUIT\nS: +OK\n",
    "tls.pop3": "checks: rfc1939-4-greeting-one-line\nneeds: TLS\nstate: closed\nC: <open connection over TLS>\nS: +OK\n",
    "tls-reached.pop3": "checks: rfc1939-5-noop-ok\nneeds: TLS\ntransport: TLS\nC: NOOP\nS: +OK\n",
    "closes.pop3": "checks: rfc1939-6-quit-closes\nC: NOOP\nS: +OK\nC: QUIT\nS: +OK\nS: <closes connection>\n",
}


@dataclasses.dataclass(frozen=True)
class Case:
    """A server, and what popquiz ought to say about it."""

    behave: typing.Callable
    status: int  # of exit
    says: str  # a regular expression that the reports match
    tls: typing.Callable | None = None  # what the TLS port does
    cleartext: bool = True  # whether there is a cleartext port
    accounts: int = 4
    options: dict = dataclasses.field(default_factory=dict)  # of HostileServer
    name: str = ""
    or_status: int | None = None  # where it depends on the moment

    @property
    def called(self):
        return self.name or "_".join(part.__name__ for part in (self.behave, self.tls) if part)


def honest(connection):
    hostile.Honest(connection).serve()


MANY = 16  # accounts: as many scenarios at a time as popquiz ever plays

CASES = [
    # Silence and haste. Nothing can be judged where nothing is said.
    Case(hostile.never_answers, NOT_JUDGED, "no greeting"),
    Case(hostile.greets_and_falls_silent, MISSES, "no reply within the time limit"),
    Case(hostile.silent_after_login, MISSES, "no reply within the time limit"),
    Case(hostile.closes_at_once, NOT_JUDGED, "the server closed the connection"),
    Case(hostile.resets_at_once, NOT_JUDGED, "reset"),
    Case(hostile.closes_behind_the_greeting, MISSES, "the connection ended where a reply was due"),
    Case(hostile.drips_slowly, NOT_JUDGED, "time limit"),
    Case(hostile.drips_fast, CONFORMS, "pass"),
    Case(hostile.resets_in_mid_reply, MISSES, "in the middle of the reply"),
    Case(hostile.closes_in_mid_reply, MISSES, "in the middle of the reply"),
    Case(hostile.never_closes, MISSES, "did not end within the time limit"),
    # Whoever waited for a reply when it died has met a reply that did not come.
    Case(honest, MISSES, "does not take connections|nobody listens", options={"dies_after": 5}, name="dies_in_mid_run",
         or_status=NOT_JUDGED),
    Case(honest, NOT_JUDGED, "time limit", options={"accepts": 1}, name="accepts_one_connection"),
    # Without end.
    Case(hostile.endless_greeting, NOT_JUDGED, "a reply that does not end"),
    Case(hostile.endless_status_lines, MISSES, "has no end", accounts=MANY),
    Case(hostile.endless_listing, MISSES, "does not come to its end|does not end", accounts=MANY),
    Case(hostile.endless_short_lines, MISSES, "does not come to its end|does not end", accounts=MANY),
    Case(hostile.endless_message, MISSES, "does not come to its end|does not end", accounts=MANY),
    Case(hostile.endless_message_without_lines, MISSES, "does not come to its end|does not end", accounts=MANY),
    Case(hostile.endless_capabilities, MISSES, "no reply|does not come to its end", accounts=MANY),
    Case(hostile.endless_chatter, MISSES, "one-reply|nobody", accounts=MANY),
    Case(hostile.endless_challenges, MISSES, "bare LF|CRLF", accounts=MANY),
    # Whoever reads it in time finds nothing wrong with it, and cannot keep it all; whoever does not has met no end.
    Case(hostile.a_million_lines, NOT_JUDGED, "more than are kept|does not come to its end", accounts=MANY, or_status=MISSES),
    Case(hostile.status_lines_of_a_mebioctet, MISSES, "512", accounts=MANY),
    # A long line ought to be answered: the warning is what is said, and what comes behind it is nothing more.
    Case(hostile.stops_reading, CONFORMS, "no reply|time limit"),
    # Of what form the reply to such a NOOP is, nobody knows: what follows it is not held against the server, only its +OK is.
    Case(hostile.floods_and_stops_reading, CONFORMS, "sent|flood|time limit", accounts=MANY),
    # Octets that do not belong there.
    Case(hostile.nuls, MISSES, r"\\x00"),
    Case(hostile.escape_sequences, MISSES, r"\\x1B\[2J"),
    Case(hostile.markup, MISSES, r"<script>"),
    Case(hostile.bad_utf8, MISSES, r"\\xFF\\xFE\\xC0"),
    Case(hostile.bare_lf, MISSES, "CRLF"),
    Case(hostile.lower_case, MISSES, r"\+ok"),
    # Numbers.
    Case(hostile.absurd_numbers, MISSES, "9{20}"),
    Case(hostile.claims_a_milliard_messages, MISSES, "1000000000"),
    # Too much, too little, and something else.
    Case(hostile.greets_twice, MISSES, "one-reply"),
    Case(hostile.replies_twice, MISSES, "one-reply"),
    Case(hostile.refuses_everything, MISSES, "-ERR no"),
    Case(hostile.refuses_from_the_greeting_on, NOT_JUDGED, "the greeting is not positive"),
    Case(hostile.agrees_to_everything, MISSES, "does not come to its end|no complete reply"),
    Case(hostile.echoes, NOT_JUDGED, "no greeting"),
    Case(hostile.greets_and_echoes, MISSES, "QUIT"),
    Case(hostile.repeats_the_password, MISSES, r"your password is \*\*\*"),
    Case(hostile.repeats_the_password_in_refusals, NOT_JUDGED, r"wrong password '\*\*\*'"),
    Case(hostile.http, MISSES, r"HTTP/1\.1 400 Bad Request"),
    Case(hostile.smtp, MISSES, "220 mail.example.org ESMTP"),
    # TLS from the start: beside an honest cleartext port, and alone.
    Case(honest, MISSES, "TLS", tls=hostile.half_a_handshake),
    Case(honest, MISSES, "TLS", tls=hostile.half_a_handshake_and_reset),
    Case(honest, MISSES, "TLS", tls=hostile.plain_text),
    Case(honest, MISSES, "TLS|time limit", tls=hostile.never_answers),
    Case(honest, MISSES, "TLS", tls=hostile.closes_at_once),
    Case(honest, MISSES, "TLS", tls=hostile.tls_garbage_for_ever),
    Case(honest, NOT_JUDGED, "TLS", tls=hostile.half_a_handshake, cleartext=False, name="half_a_handshake_alone"),
    Case(honest, NOT_JUDGED, "TLS", tls=hostile.plain_text, cleartext=False, name="plain_text_alone"),
    Case(honest, NOT_JUDGED, "TLS|time limit", tls=hostile.never_answers, cleartext=False, name="silence_alone"),
    # STLS.
    Case(hostile.stls_garbage, MISSES, "TLS"),
    Case(hostile.stls_plain_text, MISSES, "TLS"),
    Case(hostile.stls_silence, MISSES, "TLS|time limit"),
    Case(hostile.stls_half_a_handshake, MISSES, "TLS|time limit"),
    Case(hostile.stls_close, MISSES, "TLS"),
]

# What of a server may be hostile to the look that popquiz takes into a maildrop before it fills it.
LOOKED_INTO = [
    hostile.silent_after_login,
    hostile.endless_status_lines,
    hostile.endless_listing,
    hostile.endless_message,
    hostile.resets_in_mid_reply,
    hostile.absurd_numbers,
    hostile.claims_a_milliard_messages,
    hostile.replies_twice,
    hostile.refuses_everything,
    hostile.agrees_to_everything,
    hostile.greets_and_echoes,
    hostile.repeats_the_password_in_refusals,
    hostile.drips_slowly,
]

LOOKS = [Case(behave, NOT_JUDGED, "", name=f"look_of_{behave.__name__}") for behave in LOOKED_INTO]


SOMEBODYS_MAIL = [b"From: wife@example.net\r\n\r\nThe key is under the mat.\r\n"] * 2


def profile_of(case, port, tls_port, own):
    text = f'name = "{case.called}"\nhost = "127.0.0.1"\n'
    if case.cleartext:
        text += f"port = {port}\n"
    if tls_port:
        text += f"tls_port = {tls_port}\ntls = {{ verify = false }}\n"
    text += popquiz.accounts(case.accounts, hostile.PASSWORD.decode())
    text += f"[limits]\nstep = {STEP}\nscenario = {SCENARIO}\nrun = {RUN}\n"
    return text + f'[maildrop]\nreset = "./{"nothing" if own else "touch"}"\n'


def read_messages():
    """What the servers have in their maildrops: as popquiz puts it there."""
    files = sorted((popquiz.SUITE / "maildrops/two").glob("*.eml"))
    return [file.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") for file in files]


def play_called(name, own):
    """In a process of its own: the servers of one run are not to slow down those of another."""
    return play(next(case for case in CASES + LOOKS if case.called == name), own)


def play(case, own):
    """Runs popquiz against the server. With `own` the maildrop is popquiz's; without, popquiz has to find out."""
    hostile.MESSAGES = read_messages() if own else SOMEBODYS_MAIL
    folder = popquiz.Folder()
    suite = folder.suite(SCENARIOS)
    folder.write("nothing", "#!/bin/sh\nexit 0\n", 0o755)
    folder.write("touch", '#!/bin/sh\n: > "$(dirname "$0")/touched"\n', 0o755)
    with HostileServer(case.behave, **case.options) as server, HostileServer(case.tls or hostile.never_answers) as over_tls:
        profile = folder.write("profile.toml", profile_of(case, server.port, over_tls.port if case.tls else None, own))
        arguments = ["--i-own-this-maildrop"] if own else []
        outcome = popquiz.run(
            "run", "--suite", suite, "--target", profile, *arguments, *popquiz.reports_in(folder.path), folder=folder.path
        )
    return folder, outcome


class HostileTest(unittest.TestCase):
    """All runs are started together, a few at a time; a test then looks at what came of its own."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        # Most of the time is spent waiting for time limits.
        cls.pool = concurrent.futures.ProcessPoolExecutor(8, multiprocessing.get_context("spawn"))
        cls.runs = {case.called: cls.pool.submit(play_called, case.called, True) for case in CASES}
        cls.looks = {case.called: cls.pool.submit(play_called, case.called, False) for case in LOOKS}

    @classmethod
    def tearDownClass(cls):
        cls.pool.shutdown(cancel_futures=True)
        for future in itertools.chain(cls.runs.values(), cls.looks.values()):
            if future.done() and not future.cancelled() and not future.exception():
                future.result()[0].__exit__()

    def hold(self, outcome):
        """What is true of every run."""
        self.assertGreaterEqual(outcome.status, 0, f"killed by a signal: {outcome}")
        self.assertLess(outcome.seconds, RUN + SLACK, f"longer than its limits: {outcome}")
        if not SANITIZED:
            self.assertLess(outcome.memory, MOST_MEMORY, f"{outcome.memory / MEBI:.0f} MiB: {outcome}")
        self.assertEqual(popquiz.faults_of_reports(outcome), [], outcome)
        for text in (outcome.out, outcome.err, *map(outcome.report, popquiz.FORMATS)):
            self.assertNotIn(hostile.PASSWORD, text)
        self.assertNotIn(b"<script>alert", outcome.report("html"))
        record = outcome.record()
        judged = [result for result in record["results"] if result["verdict"] in ("pass", "warn", "fail")]
        if not judged:
            self.assertNotEqual(outcome.status, CONFORMS, outcome)
        self.assertEqual(len(record["results"]), len(SCENARIOS) + 1, "a row of a table is a result of its own")

    def look_at(self, case):
        _, outcome = self.runs[case.called].result()
        self.hold(outcome)
        printed = re.search(rb"time limits: ([\d.]+) s a reply, ([\d.]+) s a scenario, ([\d.]+) s in all", outcome.err)
        if printed:
            self.assertEqual([float(number) for number in printed.groups()], [STEP, SCENARIO, RUN])
        record = outcome.record()
        if outcome.status == NOT_JUDGED:
            self.assertFalse([result["id"] for result in record["results"] if result["verdict"] == "fail"], outcome)
        self.assertRegex(said(record), case.says)
        self.assertIn(outcome.status, (case.status, case.or_status), outcome)

    def look_at_look(self, name):
        folder, outcome = self.looks[name].result()
        self.hold(outcome)
        self.assertFalse((folder.path / "touched").exists(), f"a maildrop was filled: {outcome}")


def said(record):
    """Everything that a record says, one text after the other."""

    def texts(node):
        if isinstance(node, str):
            yield node
        for below in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            yield from texts(below)

    return "\n".join(
        text for part in ("error", "survey", "results", "checks") if part in record for text in texts(record[part])
    )


for each in CASES:
    setattr(HostileTest, f"test_{each.called}", lambda self, case=each: self.look_at(case))
for each in LOOKS:
    setattr(HostileTest, f"test_{each.called}", lambda self, name=each.called: self.look_at_look(name))

if __name__ == "__main__":
    unittest.main()
