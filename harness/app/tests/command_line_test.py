#!/usr/bin/env python3
"""The command line as users meet it: exit statuses, what is said of wrong profiles, options and scenario files, selectors,
reports, an interrupted run, secrets, and somebody's mail, which is never touched.

The environment says what is tested: POPQUIZ and POPQUIZD are the programs, POPQUIZ_SUITE the folder of the suite."""

import hashlib
import itertools
import json
import os
import re
import select
import signal
import socket
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree

import hostile_servers as hostile
import popquiz
from popquiz import CONFORMS, MISSES, NOT_JUDGED, NOTHING_SELECTED, USAGE

# Nobody's words by chance; in JSON, XML, HTML and a scenario's escapes it would be spelt differently.
PASSWORD = "S3same&<opens>'it'"

SMALL = {
    "basic/noop.pop3": "title: NOOP is answered\nchecks: rfc1939-5-noop-ok\nC: NOOP\nS: +OK\n",
    "basic/stat.pop3": "title: STAT has two numbers\nchecks: rfc1939-5-stat-format\nC: STAT\nS: +OK {n: number} {m: number}\n",
    "basic/number.pop3": "checks: rfc1939-3-invalid-number\ntable: number | why\n    x | a letter\n    1x | behind\n\n"
    "C: LIST ${number}\nS: -ERR\n",
    "mail/list.pop3": "checks: rfc1939-5-list-scan-format\nmaildrop: two\nC: LIST\nS: +OK\nS: 1 120\nS: 2 200\nS: .\n",
    "mail/dele.pop3": "checks: rfc1939-6-quit-removes-marked\nmaildrop: two\nC: DELE 1\nS: +OK\nC: QUIT\nS: +OK\n"
    "[second: transaction]\nC: STAT\nS: +OK 1 200\n",
}

PITFALLS_HEAD = "id\tsummary\trequirements\tcaught_by\treference\n"

SOMEBODYS_MAIL = {
    "1.a": b"From: wife@example.net\nSubject: the key\n\nIs under the mat.\n",
    "2.b": b"From: bank@example.net\nSubject: your account\n\n" + b"All is well.\n" * 50,
}


def text(octets):
    return octets.decode("utf-8", "backslashreplace")


def served(test, users=None):
    """A folder, a popquizd on it, and the TOML of a profile without its [maildrop]."""
    folder = test.enterContext(popquiz.Folder())
    users = users or {"u1": "secret", "u2": "secret"}
    root = folder.path / "mail"
    root.mkdir()
    server = test.enterContext(popquiz.Popquizd(root, users))
    listed = ", ".join(f"{{ user = {json.dumps(user)}, password = {json.dumps(word)} }}" for user, word in users.items())
    profile = f'name = "popquizd"\nhost = "{server.host}"\nport = {server.port}\naccounts = [ {listed} ]\n'
    return folder, server, profile


def maildir_of(server):
    return f'[maildrop]\nmaildir = "{server.root}/{{user}}"\n'


class Behaving(unittest.TestCase):
    """Runs popquiz and says all that it said when something is not as it should be."""

    maxDiff = None

    def ended(self, outcome, status, *says, never=()):
        self.assertEqual(outcome.status, status, outcome)
        for words in says:
            self.assertIn(words, text(outcome.out + outcome.err), outcome)
        for words in never:
            self.assertNotIn(words, text(outcome.out + outcome.err), outcome)
        return outcome

    def suite(self, scenarios=None):
        folder = self.enterContext(popquiz.Folder())
        return folder, folder.suite(scenarios or SMALL)


class ExitStatus(Behaving):
    def test_0_conforms(self):
        folder, server, profile = served(self)
        target = folder.write("profile.toml", profile + maildir_of(server))
        outcome = popquiz.run(
            "run", "--suite", folder.suite(SMALL), "--target", target, *popquiz.reports_in(folder.path), folder=folder.path
        )
        self.ended(outcome, CONFORMS)
        self.assertEqual(popquiz.faults_of_reports(outcome), [], outcome)
        self.assertEqual({result["verdict"] for result in outcome.record()["results"]}, {"pass"}, outcome)

    def test_0_conforms_without_a_profile(self):
        folder, server, _ = served(self)
        outcome = popquiz.run(
            "run", "--suite", folder.suite(SMALL), "--server", f"{server.host}:{server.port}", "--user=u1",
            "--password=secret", *popquiz.reports_in(folder.path), folder=folder.path,
        )  # fmt: skip
        self.ended(outcome, CONFORMS)
        verdicts = {result["id"]: result["verdict"] for result in outcome.record()["results"]}
        self.assertEqual(verdicts["basic/noop"], "pass", outcome)
        self.assertEqual(verdicts["mail/dele"], "inconclusive", outcome)

    def run_against(self, behave, *arguments):
        folder, suite = self.suite()
        with hostile.HostileServer(behave) as server:
            return popquiz.run(
                "run", "--suite", suite, "--server", f"127.0.0.1:{server.port}", "--user=u1",
                f"--password={hostile.PASSWORD.decode()}", "--timeout=2", *arguments, folder=folder.path,
            )  # fmt: skip

    def test_1_a_must_is_not_met(self):
        self.ended(self.run_against(hostile.absurd_numbers, "basic/stat"), MISSES, "99999999999999999999")

    def test_3_nobody_listens(self):
        _, suite = self.suite()
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        arguments = ("--server", f"127.0.0.1:{port}", "--user=u", "--password=p")
        self.ended(popquiz.run("run", "--suite", suite, *arguments), NOT_JUDGED, f"127.0.0.1:{port}")

    def test_3_no_login(self):
        folder, server, _ = served(self)
        arguments = ("--server", f"{server.host}:{server.port}", "--user=u1", "--password=wrong")
        self.ended(popquiz.run("run", "--suite", folder.suite(SMALL), *arguments), NOT_JUDGED, "could not log in")

    def test_3_nothing_is_judged(self):
        """All that is selected wants a maildrop, and there is none to fill."""
        folder, server, _ = served(self)
        arguments = ("mail", "--server", f"{server.host}:{server.port}", "--user=u1", "--password=secret")
        self.ended(popquiz.run("run", "--suite", folder.suite(SMALL), *arguments), NOT_JUDGED, "maildrop")

    def test_4_nothing_is_selected(self):
        _, suite = self.suite()
        outcome = popquiz.run("run", "--suite", suite, "no/such", "--server=127.0.0.1:1", "--user=u", "--password=p")
        self.ended(outcome, NOTHING_SELECTED, "nothing in the suite is selected by `no/such`")

    def test_4_an_empty_suite(self):
        folder = self.enterContext(popquiz.Folder())
        arguments = ("--server=127.0.0.1:1", "--user=u", "--password=p")
        self.ended(popquiz.run("run", "--suite", folder.suite({}), *arguments), NOTHING_SELECTED, "no scenario")

    def test_level_should_makes_a_warning_a_miss(self):
        def talks_behind_the_numbers(connection):
            hostile.Honest(connection, answer=hostile.instead({b"STAT": b"+OK 2 320 and more\r\n"})).serve()

        self.ended(self.run_against(talks_behind_the_numbers, "basic/stat"), CONFORMS)
        self.ended(self.run_against(talks_behind_the_numbers, "basic/stat", "--level=should"), MISSES)


class Baseline(Behaving):
    """A list of known deviations, from its first entry to the last one that is gone."""

    def setUp(self):
        self.folder, self.selected_suite = self.suite()
        self.list, self.json = self.folder.path / "deviations.toml", self.folder.path / "record.json"

    def run_with(self, behave, *arguments):
        with hostile.HostileServer(behave) as server:
            return popquiz.run(
                "run", "basic/stat", "--suite", self.selected_suite, "--server", f"127.0.0.1:{server.port}", "--user=u1",
                f"--password={hostile.PASSWORD.decode()}", "--timeout=2", f"--report=json={self.json}", *arguments,
            )  # fmt: skip

    def update(self):
        return popquiz.run("baseline", "--update", self.list, self.json)

    def test_is_made_explained_and_emptied(self):
        baseline = f"--baseline={self.list}"
        self.ended(self.run_with(hostile.absurd_numbers), MISSES)
        self.ended(self.update(), CONFORMS, "+ [[deviation]]", '+ why = "not yet explained"', '+ version = "127.0.0.1:')
        self.ended(self.run_with(hostile.absurd_numbers, baseline), MISSES, "the reason is missing")
        explained = self.list.read_text().replace("not yet explained", "Nobody knows.")
        self.list.write_text("# What we know.\n" + explained)
        self.ended(self.run_with(hostile.absurd_numbers, baseline), CONFORMS, "Nobody knows.")
        self.ended(self.update(), CONFORMS, "is up to date")
        honest = lambda connection: hostile.Honest(connection).serve()
        self.ended(self.run_with(honest, baseline), MISSES, f"{self.list}:2: no longer shows")
        self.ended(self.update(), CONFORMS, "+ # gone: it does not show in")
        self.assertTrue(self.list.read_text().startswith("# What we know.\n# gone: "), self.list.read_text())

    def test_is_out_of_date(self):
        self.ended(self.run_with(hostile.absurd_numbers), MISSES)
        self.ended(self.update(), CONFORMS)
        entries = self.list.read_text().replace("not yet explained", "Nobody knows.")
        self.list.write_text(entries.replace("[[deviation]]\n", "[[deviation]]\nlook_again = 2001-01-31\n"))
        self.ended(
            self.run_with(hostile.absurd_numbers, f"--baseline={self.list}"),
            MISSES,
            "out of date: it was to be looked at again by 2001-01-31",
        )

    def test_what_cannot_be_updated(self):
        self.json.write_text("{")
        self.ended(self.update(), USAGE, str(self.json))
        self.ended(popquiz.run("baseline", "--update", self.list, self.folder.path / "none"), USAGE, "cannot be read")


class CommandLine(Behaving):
    """What is wrong is said before anything is connected to: what, where, and how to mend it."""

    # Without the suite, everything would be refused.
    SUITE = f"--suite={popquiz.SUITE}"
    SERVER = (SUITE, "--server=127.0.0.1:1", "--user=u", "--password=p")

    def test_help_and_version(self):
        self.ended(popquiz.run("--version"), CONFORMS, "popquiz ")
        self.ended(popquiz.run("--help"), CONFORMS, "run", "list", "check", "coverage", "explain")
        self.ended(popquiz.run("run", "--help"), CONFORMS, "--target", "--server", "--report", "--i-own-this-maildrop")

    def test_no_command(self):
        self.ended(popquiz.run(), USAGE, "subcommand")

    def test_unknown_option(self):
        self.ended(popquiz.run("run", "--targte=x"), USAGE, "--targte")

    def test_no_server(self):
        outcome = popquiz.run("run")
        self.ended(outcome, USAGE)
        self.assertEqual(
            text(outcome.err), "which server? --target FILE.toml, or --server HOST:PORT --user U --password P\n"
        )

    def test_server_and_target(self):
        self.ended(popquiz.run("run", *self.SERVER, "--target=x.toml"), USAGE, "--server", "--target")

    def test_servers_that_are_none(self):
        for server in ("localhost", "localhost:", ":110", "localhost:pop3", "localhost:0", "localhost:65536", "::1:110", ""):
            with self.subTest(server=server):
                outcome = popquiz.run("run", self.SUITE, f"--server={server}", "--user=u", "--password=p")
                self.ended(outcome, USAGE, never=("mistake in popquiz",))

    def test_server_without_user(self):
        self.ended(popquiz.run("run", self.SUITE, "--server=localhost:110"), USAGE, "user")

    def test_user_that_cannot_be_sent(self):
        """A line end in a name would be a command of its own."""
        self.ended(popquiz.run("run", self.SUITE, "--server=localhost:110", "--user=u\r\nDELE 1", "--password=p"), USAGE)
        self.ended(popquiz.run("run", self.SUITE, "--server=localhost:110", "--user=u", "--password=p\nQUIT"), USAGE)

    def test_user_that_is_no_utf8(self):
        folder, server, _ = served(self)
        outcome = popquiz.run(
            "run", "--suite", folder.suite(SMALL), "--server", f"{server.host}:{server.port}", "--user", b"u\xff\x1b[1m",
            "--password=p", *popquiz.reports_in(folder.path), folder=folder.path,
        )  # fmt: skip
        self.assertIn(outcome.status, (USAGE, NOT_JUDGED), outcome)
        self.assertNotIn("mistake in popquiz", text(outcome.err))
        if outcome.status == NOT_JUDGED:
            self.assertEqual(popquiz.faults_of_reports(outcome), [], outcome)

    def test_numbers_that_are_none(self):
        for option in ("-j0x", "-j-1", "--timeout=soon", "--timeout=0", "--timeout=-1", "--timeout=1e300", "--timeout=inf",
                       "--timeout=nan", "--level=always"):  # fmt: skip
            with self.subTest(option=option):
                self.ended(popquiz.run("run", option, *self.SERVER), USAGE, never=("mistake in popquiz",))

    def test_reports_that_are_none(self):
        report = lambda value: popquiz.run("run", f"--report={value}", *self.SERVER)
        how = "it is FORMAT=FILE, such as json=report.json, or json=- for standard output"
        self.ended(report("junit"), USAGE, f"--report junit: {how}")
        self.ended(report("junit="), USAGE, f"--report junit=: {how}")
        self.ended(report("junti=x.xml"), USAGE, "junti", "junit", "markdown")
        self.ended(report("=x.xml"), USAGE)

    def test_two_reports_on_standard_output(self):
        outcome = popquiz.run("run", "--report=json=-", "--report=junit=-", *self.SERVER)
        self.ended(outcome, USAGE, "standard output")

    def test_report_that_cannot_be_written(self):
        """It is found before the run, and not when an hour has passed."""
        _, suite = self.suite()
        for file in ("/nonexistent/junit.xml", os.fspath(suite)):
            with self.subTest(file=file):
                outcome = popquiz.run("run", "--suite", suite, f"--report=junit={file}", *self.SERVER[1:])
                self.ended(outcome, USAGE, file)

    def test_suite_that_is_none(self):
        with popquiz.Folder() as folder:
            for command in (("run", *self.SERVER[1:]), ("list",), ("check",), ("coverage",), ("explain", "x")):
                with self.subTest(command=command):
                    self.ended(popquiz.run(*command, "--suite", folder.path), USAGE, "suite", "--suite DIR")


class Profile(Behaving):
    def wrong(self, toml, *says):
        folder = self.enterContext(popquiz.Folder())
        file = folder.write("profile.toml", toml)
        outcome = popquiz.run("run", "--target", file)
        self.ended(outcome, USAGE, *says, never=("mistake in popquiz",))
        return text(outcome.err).replace(f"{folder.path}/", "")

    ACCOUNTS = 'accounts = [ { user = "u", password = "p" } ]\n'

    def test_missing(self):
        self.ended(popquiz.run("run", "--target=/nonexistent/profile.toml"), USAGE, "/nonexistent/profile.toml")

    def test_folder(self):
        self.ended(popquiz.run("run", "--target=/tmp"), USAGE, "/tmp")

    def test_empty(self):
        self.wrong("", "profile.toml", "host", "accounts")

    def test_no_toml(self):
        self.wrong("host = localhost\n", "profile.toml:1:")

    def test_unknown_key(self):
        said = self.wrong(f'name = "x"\nhost = "localhost"\nport = 110\ntlsport = 995\n{self.ACCOUNTS}')
        self.assertEqual(
            said,
            "profile.toml:4:1: unknown key `tlsport`\n"
            "    4 | tlsport = 995\n"
            "      | ^\n"
            "      = did you mean `tls_port`?\n",
        )

    def test_all_mistakes_at_once(self):
        self.wrong(
            'host = 5\nport = 70000\naccounts = [ { user = "u" } ]\n[limits]\nstep = -1\n',
            "profile.toml:1:", "profile.toml:2:", "profile.toml:3:", "profile.toml:5:",
        )  # fmt: skip

    def test_no_port(self):
        self.wrong(f'host = "localhost"\n{self.ACCOUNTS}', "port", "tls_port")

    def test_reset_that_is_not_there(self):
        self.wrong(f'host = "localhost"\nport = 110\n{self.ACCOUNTS}[maildrop]\nreset = "./no-such"\n', "profile.toml:5", "no-such")

    def test_control_octets_are_not_printed(self):
        with popquiz.Folder() as folder:
            file = folder.write("profile.toml", b'host = "\x1b[2J\xff"\n\x1b]0;x\x07 = 1\n')
            outcome = popquiz.run("run", "--target", file)
            self.ended(outcome, USAGE)
            self.assertEqual(popquiz.faults_of_text(outcome.err), [], outcome)


class Selectors(Behaving):
    def listed(self, *selectors, cwd=None):
        _, suite = self.suite()
        outcome = popquiz.run("list", "--suite", suite, *(each.replace("SUITE", os.fspath(suite)) for each in selectors), cwd=cwd)
        self.assertEqual(outcome.status, CONFORMS, outcome)
        lines = text(outcome.out).splitlines()
        return [line.split()[0] for line in lines[:-1] if not line.startswith(" ")]

    NUMBERS = ["basic/number[1x]", "basic/number[x]"]
    ALL = ["basic/noop", *NUMBERS, "basic/stat", "mail/dele", "mail/list"]

    def test_all(self):
        self.assertEqual(self.listed(), self.ALL)

    def test_id(self):
        self.assertEqual(self.listed("basic/noop"), ["basic/noop"])

    def test_id_of_a_table(self):
        self.assertEqual(self.listed("basic/number"), self.NUMBERS)

    def test_row(self):
        self.assertEqual(self.listed("basic/number[1x]"), ["basic/number[1x]"])

    def test_folder_of_the_suite(self):
        for selector in ("mail", "mail/", "SUITE/mail"):
            self.assertEqual(self.listed(selector), ["mail/dele", "mail/list"])

    def test_folder_of_the_suite_has_precedence_over_one_that_happens_to_be_here(self):
        with popquiz.Folder() as here:
            (here.path / "mail").mkdir()
            self.assertEqual(self.listed("mail", cwd=here.path), ["mail/dele", "mail/list"])

    def test_file(self):
        for selector in ("mail/list.pop3", "SUITE/mail/list.pop3"):
            self.assertEqual(self.listed(selector), ["mail/list"])

    def test_glob(self):
        self.assertEqual(self.listed("basic/*"), ["basic/noop", *self.NUMBERS, "basic/stat"])
        self.assertEqual(self.listed("*/n*"), ["basic/noop", *self.NUMBERS])

    def test_several(self):
        self.assertEqual(self.listed("mail/list", "basic/noop", "basic/n*"), ["basic/noop", *self.NUMBERS, "mail/list"])

    def test_file_outside_of_the_suite(self):
        with popquiz.Folder() as here:
            here.write("mine.pop3", "C: NOOP\nS: +OK\n")
            self.assertEqual(self.listed("mine.pop3", cwd=here.path), ["mine"])

    def test_one_of_several_selects_nothing(self):
        _, suite = self.suite()
        outcome = popquiz.run("list", "--suite", suite, "mail/list", "basic/nop")
        self.ended(outcome, NOTHING_SELECTED, "nothing in the suite is selected by `basic/nop`")


class Check(Behaving):
    def wrong(self, scenario):
        """What is said of a broken scenario, and that everybody says it."""
        folder, suite = self.suite()
        file = folder.write("broken.pop3", scenario)
        outcome = popquiz.run("check", "--suite", suite, file)
        self.ended(outcome, USAGE, never=("no mistakes",))
        run = popquiz.run("run", "--suite", suite, file, *CommandLine.SERVER[1:])
        self.ended(run, USAGE)
        self.assertEqual(text(run.err), text(outcome.err))
        return text(outcome.err).replace(f"{folder.path}/", "")

    def test_no_mistakes(self):
        _, suite = self.suite()
        self.ended(popquiz.run("check", "--suite", suite), CONFORMS, "6 scenarios, no mistakes")

    def test_the_suite_that_we_ship(self):
        self.ended(popquiz.run("check", "--suite", popquiz.SUITE), CONFORMS, "no mistakes")

    def test_misspelt_key(self):
        said = self.wrong("titel: x\n\nC: NOOP\nS: +OK\n")
        self.assertIn("broken.pop3:1:1:", said)
        self.assertIn("did you mean `title`?", said)
        self.assertIn("\ntitel: x\n^\n", said)

    def test_unknown_requirement(self):
        said = self.wrong("checks: rfc1939-5-noop-okay\n\nC: NOOP\nS: +OK\n")
        self.assertIn("broken.pop3:1:9:", said)
        self.assertIn("did you mean `rfc1939-5-noop-ok`?", said)

    def test_unbound_name(self):
        said = self.wrong("C: STAT\nS: +OK {n: number}\nassert: m == 1\n")
        self.assertIn("broken.pop3:3:9:", said)
        self.assertIn("\nassert: m == 1\n        ^\n", said)

    def test_body_where_there_is_none(self):
        said = self.wrong("C: NOOP\nS: +OK\nS: 1 120\nS: .\n")
        self.assertIn("broken.pop3:3:", said)

    def test_all_mistakes_of_all_files_at_once(self):
        folder, suite = self.suite({**SMALL, "basic/a.pop3": "levle: must\nC: NOOP\nS: +OK\n", "mail/b.pop3": "C: <dance>\n"})
        self.ended(popquiz.run("check", "--suite", suite), USAGE, "basic/a.pop3:1:1:", "mail/b.pop3:1:")

    def test_octets_that_are_no_text(self):
        said = self.wrong(b"title: \x1b[2J\xff\x00\n\x07: x\n")
        self.assertEqual(popquiz.faults_of_text(said.encode()), [])


class SuiteCommands(Behaving):
    def test_list(self):
        _, suite = self.suite()
        outcome = popquiz.run("list", "--suite", suite, "basic/noop")
        self.assertEqual(text(outcome.out), "basic/noop  NOOP is answered\n    rfc1939-5-noop-ok\n1 scenarios\n")

    def test_explain(self):
        _, suite = self.suite()
        outcome = popquiz.run("explain", "rfc1939-5-noop-ok", "--suite", suite)
        self.ended(outcome, CONFORMS, "rfc1939-5-noop-ok\nMUST (stated), RFC 1939 section 5", "Scenario: basic/noop\n")

    def test_explain_always_on_check(self):
        _, suite = self.suite()
        self.ended(popquiz.run("explain", "rfc1939-3-reply-crlf", "--suite", suite), CONFORMS, "Always-on check: always/reply-crlf")

    def test_explain_what_is_not_there(self):
        outcome = popquiz.run("explain", "rfc1939-5-noop-okay", "--suite", popquiz.SUITE)
        self.ended(outcome, USAGE, "there is no requirement rfc1939-5-noop-okay")

    def test_a_selector_may_stand_behind_a_report(self):
        folder, _, profile = served(self)
        record = folder.path / "selected.json"
        outcome = popquiz.run(
            "run", "--suite", folder.suite(SMALL), "--target", folder.write("target.toml", profile),
            "--report", f"json={record}", "basic/noop",
        )  # fmt: skip
        self.assertEqual(outcome.status, CONFORMS, outcome)
        self.assertEqual([result["id"] for result in json.loads(record.read_text())["results"]], ["basic/noop"])

    def test_coverage(self):
        _, suite = self.suite()
        self.ended(popquiz.run("coverage", "--suite", suite), MISSES, "RFC 1939 section 5", "requirements are uncovered\n")

    def test_coverage_is_0_when_nothing_is_uncovered(self):
        folder, suite = self.suite({"noop.pop3": SMALL["basic/noop.pop3"]})
        head, *rows = (suite / "requirements.tsv").read_text().splitlines()
        kept = [row for row in rows if row.split("\t")[0] in ("rfc1939-5-noop-ok", "rfc1939-3-port-110")]
        folder.write("suite/requirements.tsv", "\n".join([head, *kept, ""]))
        self.ended(popquiz.run("coverage", "--suite", suite), CONFORMS, "\n0 of 2 requirements are uncovered\n")

    def test_coverage_is_1_when_a_pitfall_is_uncaught(self):
        folder, suite = self.suite({"noop.pop3": SMALL["basic/noop.pop3"]})
        head, *rows = (suite / "requirements.tsv").read_text().splitlines()
        kept = [row for row in rows if row.startswith("rfc1939-5-noop-ok\t")]
        folder.write("suite/requirements.tsv", "\n".join([head, *kept, ""]))
        folder.write("suite/pitfalls.tsv", PITFALLS_HEAD + "P1\tSilence.\trfc1939-5-noop-ok\t\tsome/server#1\n")
        self.ended(popquiz.run("coverage", "--suite", suite), MISSES, "nothing catches P1: Silence.")
        folder.write("suite/pitfalls.tsv", PITFALLS_HEAD + "P1\tSilence.\trfc1939-5-noop-ok\tnoop\tsome/server#1\n")
        self.ended(popquiz.run("coverage", "--suite", suite), CONFORMS, "1 of 1 mistakes of real servers are caught")

    def test_coverage_reports(self):
        folder, suite = self.suite()
        outcome = popquiz.run(
            "coverage", "--suite", suite, "--report=json=-", f"--report=markdown={folder.path}/markdown", folder=folder.path
        )
        self.ended(outcome, MISSES)
        requirements = {row["id"]: row for row in json.loads(outcome.out)["requirements"]}
        self.assertEqual(requirements["rfc1939-5-noop-ok"]["scenarios"], ["basic/noop"])
        self.assertEqual(requirements["rfc1939-5-noop-ok"]["standing"], "covered")
        self.assertEqual(requirements["rfc1939-3-port-110"]["standing"], "not observable")
        self.assertIn("the port under test", requirements["rfc1939-3-port-110"]["observed"])
        self.assertEqual(requirements["rfc1939-3-reply-crlf"]["standing"], "always-on only")
        self.assertEqual(requirements["rfc1939-3-reply-crlf"]["checks"], ["always/reply-crlf"])
        self.assertEqual(requirements["rfc1939-7-top-header"]["standing"], "uncovered")
        markdown = text(outcome.report("markdown"))
        for words in ("### RFC 1939 section 5", "<code>basic/noop</code>", "not observable", "### Uncovered"):
            self.assertIn(words, markdown)

    def test_coverage_reports_that_cannot_be(self):
        _, suite = self.suite()
        coverage = ("coverage", "--suite", suite)
        self.ended(popquiz.run(*coverage, "--report=junit=-"), USAGE, 'no report format "junit"', "markdown, json")
        self.ended(popquiz.run(*coverage, "--report=json"), USAGE, "it is FORMAT=FILE")
        self.ended(popquiz.run(*coverage, "--report=json=/nonexistent/x"), USAGE, "cannot be written")

    def test_explain_names_mistakes_of_real_servers(self):
        folder, suite = self.suite()
        folder.write(
            "suite/pitfalls.tsv",
            PITFALLS_HEAD + "P1\tNOOP gets no reply.\trfc1939-5-noop-ok\tbasic/noop, always/one-reply\tsome/server#1\n",
        )
        said = "Mistake of real servers: P1: NOOP gets no reply. (some/server#1)\n"
        self.ended(popquiz.run("explain", "rfc1939-5-noop-ok", "--suite", suite), CONFORMS, said)
        holders = ("Requirement: rfc1939-5-noop-ok\n", "Scenario: basic/noop\n", "Always-on check: always/one-reply:")
        self.ended(popquiz.run("explain", "P1", "--suite", suite), CONFORMS, said, *holders)

    def test_pitfalls_that_name_what_is_not_there(self):
        folder, suite = self.suite()
        file = folder.write("suite/pitfalls.tsv", PITFALLS_HEAD + "P1\tx\trfc1939-5-noop-ok\tbasic/none\ty\n")
        says = f"{file}:2: `basic/none` is neither a scenario of the suite nor an always-on check"
        self.ended(popquiz.run("check", "--suite", suite), USAGE, says)


class Reports(Behaving):
    def test_standard_output_is_clean(self):
        folder, server, _ = served(self)
        suite = folder.suite(SMALL)
        arguments = ("run", "basic", "--suite", suite, "--server", f"{server.host}:{server.port}", "--user=u1", "--password=secret")
        for verbosity in ((), ("--verbose",), ("--quiet",)):
            outcome = self.ended(popquiz.run(*arguments, "--report=json=-", *verbosity), CONFORMS)
            self.assertEqual(json.loads(outcome.out)["target"], f"{server.host}:{server.port}", outcome)
            outcome = self.ended(popquiz.run(*arguments, "--report=junit=-", *verbosity), CONFORMS)
            self.assertEqual(ElementTree.fromstring(outcome.out).tag, "testsuites", outcome)

    def test_report_that_cannot_be_written_any_more(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("there is no /dev/full")
        folder, server, _ = served(self)
        outcome = popquiz.run(
            "run", "basic", "--suite", folder.suite(SMALL), "--server", f"{server.host}:{server.port}", "--user=u1",
            "--password=secret", "--report=json=/dev/full",
        )  # fmt: skip
        self.ended(outcome, NOT_JUDGED, "the json report could not be written to /dev/full")

    def test_a_record_tells_how_maildrops_are_filled(self):
        folder, server, profile = served(self)
        (folder.path / "mbox").mkdir()
        ways = {"Maildirs": maildir_of(server), "mboxes": f'[maildrop]\nmbox = "{folder.path}/mbox/{{user}}"\n'}
        for name, lines in ways.items():
            target = folder.write("profile.toml", profile + lines)
            suite = folder.path / "suite" if (folder.path / "suite").exists() else folder.suite(SMALL)
            outcome = self.ended(popquiz.run("run", "basic/noop", "--suite", suite, "--target", target, "--report=json=-"), CONFORMS)
            self.assertEqual(json.loads(outcome.out)["setup"]["maildrops"], f"popquiz writes into their {name}", outcome)

    def test_an_output_that_takes_nothing_is_no_mistake_of_popquiz(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("there is no /dev/full")
        with open("/dev/full", "wb") as full:
            listing = subprocess.run([popquiz.POPQUIZ, "list", f"--suite={popquiz.SUITE}"], stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual(listing.returncode, NOT_JUDGED, listing)
        self.assertIn(b"could not go on: cannot write to file", listing.stderr)
        self.assertNotIn(b"mistake in popquiz", listing.stderr)

    def interrupted(self, *signals):
        folder, suite = self.suite({**SMALL, "slow/wait.pop3": "C: NOOP\nS: +OK\nC: <wait 60 s>\nC: NOOP\nS: +OK\n"})
        with hostile.HostileServer(lambda connection: hostile.Honest(connection).serve()) as server:
            running = popquiz.Running(
                "run", "--suite", suite, "--server", f"127.0.0.1:{server.port}", "--user=u1",
                f"--password={hostile.PASSWORD.decode()}", *popquiz.reports_in(folder.path), folder=folder.path,
            )  # fmt: skip
            # All but the waiting one have ended when popquiz has said so.
            while b"6/7" not in (said := self.said_so_far(running)) and b"6 of 7" not in said:
                select.select([], [], [], 0.05)
                if running.process.poll() is not None:
                    raise AssertionError(text(said))
            for each in signals:
                running.process.send_signal(each)
            return running.wait()

    @staticmethod
    def said_so_far(running):
        return os.pread(running.err.fileno(), 1 << 20, 0)

    def test_interrupted(self):
        for each in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=each):
                outcome = self.ended(self.interrupted(each), NOT_JUDGED, "the run was stopped")
                self.assertEqual(popquiz.faults_of_reports(outcome), [], outcome)
                self.assertLess(outcome.seconds, 30)
                record = outcome.record()
                verdicts = {result["id"]: result["verdict"] for result in record["results"]}
                self.assertEqual((verdicts["basic/noop"], verdicts["slow/wait"]), ("pass", "inconclusive"), outcome)
                self.assertFalse(record["complete"])
                self.assertEqual(record["error"], "the run was stopped")


class Secrets(Behaving):
    def test_password_is_nowhere(self):
        folder, server, profile = served(self, {"u1": PASSWORD, "u2": PASSWORD})
        # It fails on purpose, so that exchanges are shown.
        scenarios = {
            **SMALL,
            "login/refused.pop3": "state: authorization\nC: USER ${user}\nS: +OK\nC: PASS ${password}\nS: -ERR\n",
            "login/exact.pop3": "state: authorization\nC: USER ${user}\nS: +OK\nC: PASS ${password}\nS= +OK ${password}\n",
            "login/apop.pop3": "state: authorization\nC: APOP ${user} ${apop}\nS: -ERR\n",
            "login/assert.pop3": "C: NOOP\nS: +OK\nassert: password == user\n",
            "login/plain.pop3": "needs: SASL PLAIN\nstate: authorization\nC: <authenticate PLAIN>\nS: -ERR\n",
            "login/by-hand.pop3": 'needs: SASL PLAIN\nstate: authorization\nC: AUTH PLAIN ${base64("\\0" + user + "\\0" + password)}\nS: -ERR\n',
            "login/wrong.pop3": 'state: authorization\nC: USER ${user}\nS: +OK\nC: PASS ${password + "x"}\nS: +OK\n',
            "login/name.pop3": "state: authorization\nC: USER ${password}\nS: +OK no ${password}\nC: PASS ${password}\nS: +OK\n",
        }
        target = folder.write("profile.toml", profile + maildir_of(server))
        for verbosity in ("--verbose", "--quiet"):
            outcome = popquiz.run(
                "run", "--suite", folder.suite(scenarios) if verbosity == "--verbose" else folder.path / "suite", "--target",
                target, verbosity, *popquiz.reports_in(folder.path), folder=folder.path,
            )  # fmt: skip
            self.ended(outcome, MISSES)
            for name, octets in (("out", outcome.out), ("err", outcome.err), *((each, outcome.report(each)) for each in popquiz.FORMATS)):
                # However the format spells the marks in it, these letters stay as they are.
                for part in (b"S3same", b"UzNzYW1l", b"MzYW1l", b"TM3NhbW", *self.digests(outcome)):
                    self.assertNotIn(part, octets, f"{name}: {outcome}")

    def digests(self, outcome):
        """What APOP sends for each timestamp that the record shows."""
        timestamps = set(re.findall(r"<[^<> ]+@[^<> ]+>", json.dumps(outcome.record())))
        self.assertGreater(len(timestamps), 1)
        return [hashlib.md5((each + PASSWORD).encode()).hexdigest().encode() for each in timestamps]

    def test_a_digest_that_the_server_wanted_is_nowhere(self):
        wanted = hashlib.md5(b"<1896.697170952@example.com>" + hostile.PASSWORD).hexdigest().encode()

        def tells(connection):
            answer = lambda session, keyword, arguments: b"-ERR wanted " + wanted + b"\r\n" if keyword == b"APOP" else None
            hostile.Honest(connection, greeting=b"+OK <1896.697170952@example.com>\r\n", answer=answer).serve()

        scenario = 'state: authorization\nneeds: APOP\nC: APOP ${user} ${apop("not the secret")}\nS: +OK\n'
        with popquiz.Folder() as folder, hostile.HostileServer(tells) as server:
            outcome = popquiz.run(
                "run", "--suite", folder.suite({"wrong.pop3": scenario}), "--server", f"127.0.0.1:{server.port}", "--user", "u1",
                "--password", hostile.PASSWORD.decode(), f"--trace={folder.path / 'trace'}",
                *popquiz.reports_in(folder.path), folder=folder.path,
            )  # fmt: skip
            self.ended(outcome, MISSES, "wanted")
            for name in (*popquiz.FORMATS, "trace"):
                self.assertNotIn(wanted, outcome.report(name), f"{name}: {outcome}")
            self.assertNotIn(wanted, outcome.out + outcome.err, outcome)

    def test_password_is_not_in_what_is_said_of_a_wrong_profile(self):
        with popquiz.Folder() as folder:
            file = folder.write("profile.toml", 'host = "h"\nport = 1\naccounts = [ { user = "u", pasword = "S3same" } ]\n')
            self.ended(popquiz.run("run", "--target", file), USAGE, "pasword")


class SomebodysMail(Behaving):
    """Mail that popquiz did not put there is never touched without --i-own-this-maildrop."""

    def setUp(self):
        self.folder, self.server, self.profile = served(self)
        # Deletes whatever it can: by a mail of the suite, by the state, and against the rules by its own login.
        self.suite_folder = self.folder.suite(
            {
                **SMALL,
                "login/by-itself.pop3": "maildrop: two\nstate: authorization\nC: USER ${user}\nS: +OK\nC: PASS ${password}\nS: +OK\n"
                "C: DELE 1\nS: +OK\nC: QUIT\nS: +OK\n",
                "mail/deliver.pop3": "maildrop: two\nC: NOOP\nS: +OK\nC: <deliver two/01>\nC: NOOP\nS: +OK\n",
            }
        )

    def fill(self, mails, users=("u1", "u2")):
        for user, (name, octets) in itertools.product(users, mails.items()):
            self.server.deliver(user, name, octets)

    def play(self, *arguments, maildrop=None):
        """Runs popquiz; gives its outcome and whether all of the mail is as it was."""
        before = popquiz.contents(self.server.root)
        if maildrop is not None:
            arguments = ("--target", self.folder.write("profile.toml", self.profile + maildrop), *arguments)
        outcome = popquiz.run("run", "--suite", self.suite_folder, *arguments)
        self.assertGreaterEqual(outcome.status, 0, outcome)
        return outcome, self.mails(before) == self.mails(popquiz.contents(self.server.root))

    def mails(self, files):
        """A server may move what it has shown from new/ to cur/ and name it anew; the mail is the same."""
        return sorted((name.split("/")[0], octets) for name, octets in files.items() if "/cur/" in name or "/new/" in name)

    def reset(self):
        """A program that does what a reset does, and the profile that names it."""
        self.folder.write(
            "reset",
            f'#!/bin/sh\nrm -rf "{self.server.root}/$1/cur" "{self.server.root}/$1/new"\n'
            f'mkdir -p "{self.server.root}/$1/cur" "{self.server.root}/$1/new" "{self.server.root}/$1/tmp"\n'
            f'cp "$2"/*.eml "{self.server.root}/$1/cur/" 2>/dev/null\nexit 0\n',
            0o755,
        )
        return '[maildrop]\nreset = "./reset"\n'

    def test_by_server(self):
        self.fill(SOMEBODYS_MAIL)
        arguments = ("--server", f"{self.server.host}:{self.server.port}", "--user=u1", "--password=secret")
        outcome, untouched = self.play(*arguments)
        self.assertTrue(untouched, outcome)

    def test_by_target_without_maildrop(self):
        self.fill(SOMEBODYS_MAIL)
        outcome, untouched = self.play(maildrop="")
        self.assertTrue(untouched, outcome)

    def test_by_maildir(self):
        self.fill(SOMEBODYS_MAIL)
        outcome, untouched = self.play(maildrop=maildir_of(self.server))
        self.assertTrue(untouched, outcome)
        self.ended(outcome, NOT_JUDGED, "the maildrop of u1 is left alone", "--i-own-this-maildrop")

    def test_by_reset(self):
        self.fill(SOMEBODYS_MAIL)
        outcome, untouched = self.play(maildrop=self.reset())
        self.assertTrue(untouched, outcome)
        self.ended(outcome, NOT_JUDGED, "the maildrop of u1 is left alone")

    def test_of_the_last_account_only(self):
        self.fill(SOMEBODYS_MAIL, users=("u2",))
        outcome, untouched = self.play(maildrop=maildir_of(self.server))
        self.assertTrue(untouched, outcome)
        self.ended(outcome, NOT_JUDGED, "the maildrop of u2 is left alone")

    def test_where_nobody_gets_in(self):
        """A maildrop that cannot be looked into is not filled."""
        self.fill(SOMEBODYS_MAIL)
        for maildrop in (maildir_of(self.server), self.reset()):
            with self.subTest(maildrop=maildrop):
                profile, self.profile = self.profile, self.profile.replace('"secret"', '"wrong"')
                outcome, untouched = self.play(maildrop=maildrop)
                self.profile = profile
                self.assertTrue(untouched, outcome)
                self.ended(outcome, NOT_JUDGED)

    def test_where_one_of_the_accounts_does_not_get_in(self):
        self.fill(SOMEBODYS_MAIL)
        for account in ("u1", "u2"):
            with self.subTest(account=account):
                good = json.dumps(account) + ', password = "secret"'
                profile, self.profile = self.profile, self.profile.replace(good, good.replace("secret", "wrong"))
                self.assertNotEqual(profile, self.profile)
                outcome, untouched = self.play(maildrop=maildir_of(self.server))
                self.profile = profile
                self.assertTrue(untouched, outcome)
                self.ended(outcome, NOT_JUDGED)

    def test_between_mail_of_the_suite(self):
        """Its size is that of a message of the suite, and it comes behind some that are."""
        ours = [(popquiz.SUITE / f"maildrops/two/0{n}.eml").read_bytes().replace(b"\r\n", b"\n") for n in (1, 2)]
        head = b"From: wife@example.net\nSubject: exactly as long\n\n"
        size = 200 - len(head.replace(b"\n", b"\r\n")) - 2
        mails = {f"{n}.ours": octets for n, octets in enumerate(ours * 2)}
        self.fill({**mails, "9.theirs": head + b"x" * size + b"\n"})
        outcome, untouched = self.play(maildrop=maildir_of(self.server))
        self.assertTrue(untouched, outcome)
        self.ended(outcome, NOT_JUDGED, "left alone")

    def test_in_a_maildir_that_is_not_the_servers(self):
        """The server shows an empty maildrop; the Maildir that the profile names holds somebody's mail."""
        elsewhere = self.folder.path / "elsewhere"
        for user in ("u1", "u2"):
            for part in ("cur", "new", "tmp"):
                (elsewhere / user / part).mkdir(parents=True)
            (elsewhere / user / "cur" / "1.a:2,S").write_bytes(SOMEBODYS_MAIL["1.a"])
            (elsewhere / user / "new" / "2.b").write_bytes(SOMEBODYS_MAIL["2.b"])
        before = popquiz.contents(elsewhere)
        outcome, _ = self.play(maildrop=f'[maildrop]\nmaildir = "{elsewhere}/{{user}}"\n')
        self.assertEqual(popquiz.contents(elsewhere), before, outcome)
        self.ended(outcome, NOT_JUDGED, "left alone")

    def test_what_an_earlier_run_left_may_go(self):
        ours = [(popquiz.SUITE / f"maildrops/two/0{n}.eml").read_bytes().replace(b"\r\n", b"\n") for n in (1, 2)]
        self.fill({f"{n}.ours": octets for n, octets in enumerate(ours)})
        outcome, _ = self.play(maildrop=maildir_of(self.server))
        self.ended(outcome, CONFORMS)

    def test_nothing_is_left_behind(self):
        outcome, untouched = self.play(maildrop=maildir_of(self.server))
        self.ended(outcome, CONFORMS)
        self.assertTrue(untouched, "the maildrops were empty, and are")

    def test_owned(self):
        self.fill(SOMEBODYS_MAIL)
        outcome, untouched = self.play("--i-own-this-maildrop", maildrop=maildir_of(self.server))
        self.ended(outcome, CONFORMS)
        self.assertFalse(untouched)


if __name__ == "__main__":
    unittest.main()
