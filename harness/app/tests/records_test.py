#!/usr/bin/env python3
"""Records that were kept: `popquiz report` tells one again, `popquiz compare` puts several beside each other.

The environment says what is tested: POPQUIZ and POPQUIZD are the programs, POPQUIZ_SUITE the folder of the suite."""

import copy
import json
import unittest

import popquiz
from command_line_test import SMALL, Behaving, maildir_of, served
from popquiz import CONFORMS, MISSES, USAGE

FINDING = {
    "requirement": "rfc1939-5-noop-ok", "check": "", "level": "MUST", "what": "the reply to NOOP does not begin with +OK",
    "expected": "+OK", "got": "-ERR why", "file": "basic/noop.pop3", "line": 4, "step": "S: +OK", "octet": None,
    "transcript": [],
}  # fmt: skip


class Records(Behaving):
    @classmethod
    def setUpClass(cls):
        """A record of popquizd, which conforms."""
        folder, server, profile = served(cls)
        target = folder.write("profile.toml", profile + maildir_of(server))
        outcome = popquiz.run(
            "run", "--suite", folder.suite(SMALL), "--target", target, f"--report=json={folder.path / 'json'}", folder=folder.path
        )
        assert outcome.status == CONFORMS, outcome
        cls.record = outcome.record()

    @classmethod
    def enterContext(cls, context):
        return cls.enterClassContext(context)

    def setUp(self):
        self.folder = self.enterContext(popquiz.Folder())

    def kept(self, name, change=lambda record: None):
        """A file with the record, changed."""
        record = copy.deepcopy(self.record)
        change(record)
        return self.folder.write(name, json.dumps(record))

    def result(self, record, wanted):
        return next(result for result in record["results"] if result["id"] == wanted)

    def broken(self, record):
        """NOOP is answered with -ERR."""
        noop = self.result(record, "basic/noop")
        noop["verdict"] = "fail"
        noop["findings"] = [{key: value for key, value in FINDING.items() if value is not None}]

    def test_report_tells_a_record_as_the_run_did(self):
        kept = self.kept("record.json")
        outcome = popquiz.run("report", kept, *popquiz.reports_in(self.folder.path), folder=self.folder.path)
        self.ended(outcome, CONFORMS, "popquizd")
        self.assertEqual(popquiz.faults_of_reports(outcome), [], outcome)
        self.assertEqual(outcome.record(), self.record)

    def test_report_ends_as_the_run_did(self):
        self.ended(popquiz.run("report", self.kept("record.json", self.broken)), MISSES, "NOOP does not begin with +OK")

    def test_files_that_are_no_records(self):
        good = self.kept("good.json")
        for name, text in {
            "empty": "", "words": "hello", "array": "[]", "object": "{}", "cut": good.read_text()[:1000],
            "number": json.dumps(self.record | {"schema": 999}), "deep": "[" * 100000,
        }.items():  # fmt: skip
            bad = self.folder.write(f"{name}.json", text)
            with self.subTest(name):
                self.ended(popquiz.run("report", bad), USAGE, f"{name}.json", never=("mistake in popquiz",))
                self.ended(popquiz.run("compare", good, bad), USAGE, f"{name}.json", never=("mistake in popquiz",))
        self.ended(popquiz.run("report", self.folder.path / "none.json"), USAGE, "none.json: cannot be read")
        self.ended(popquiz.run("compare", good, self.folder.path), USAGE, "cannot be read")

    def test_compare_wants_two(self):
        self.ended(popquiz.run("compare", self.kept("one.json")), USAGE)

    def test_compare_has_formats_of_its_own(self):
        good = self.kept("good.json")
        self.ended(popquiz.run("compare", good, good, "--report=junit=x"), USAGE, "html, markdown or json")

    def test_servers_side_by_side(self):
        def renamed(record):
            record["target"] = "another server"
            self.broken(record)

        reports = [f"--report={form}={self.folder.path / form}" for form in ("html", "markdown", "json")]
        outcome = popquiz.run("compare", self.kept("a.json"), self.kept("b.json", renamed), *reports, folder=self.folder.path)
        self.ended(outcome, CONFORMS, "A: popquizd", "B: another server", "rfc1939-5-noop-ok")
        row = next(row for row in outcome.record()["requirements"] if row["requirement"] == "rfc1939-5-noop-ok")
        self.assertEqual([cell["verdict"] for cell in row["cells"]], ["pass", "fail"])
        self.assertTrue(row["differs"])
        for form in ("html", "markdown", "json"):
            self.assertEqual(popquiz.faults_of_text(outcome.report(form)), [], form)

    def test_differing_rows_alone(self):
        def renamed(record):
            record["target"] = "another server"
            self.broken(record)

        outcome = popquiz.run("compare", "--differing", self.kept("a.json"), self.kept("b.json", renamed))
        self.ended(outcome, CONFORMS, "rfc1939-5-noop-ok", never=("rfc1939-5-stat-format",))

    def test_no_change(self):
        self.ended(popquiz.run("compare", self.kept("a.json"), self.kept("b.json")), CONFORMS, never=("New findings", "Gone"))

    def test_a_new_finding_is_worse_and_one_that_is_gone_is_not(self):
        whole, broken = self.kept("whole.json"), self.kept("broken.json", self.broken)
        self.ended(popquiz.run("compare", whole, broken), MISSES, "New findings", "basic/noop", never=("Gone",))
        self.ended(popquiz.run("compare", broken, whole), CONFORMS, "Gone", "basic/noop", never=("New findings",))

    def test_checks_that_come_and_go_are_told_apart(self):
        def without(record):
            record["results"].remove(self.result(record, "basic/noop"))

        less, broken = self.kept("less.json", without), self.kept("broken.json", self.broken)
        self.ended(popquiz.run("compare", less, broken), CONFORMS, "New checks: 1", "Found by checks that are new", never=("New findings",))
        self.ended(popquiz.run("compare", broken, less), CONFORMS, "Removed checks: 1", never=("Gone", "New findings"))

    def test_what_is_no_longer_judged_is_worse(self):
        def inconclusive(record):
            stat = self.result(record, "basic/stat")
            stat["verdict"], stat["reason"] = "inconclusive", "the server was asleep"

        outcome = popquiz.run("compare", self.kept("a.json"), self.kept("b.json", inconclusive))
        self.ended(outcome, MISSES, "No longer judged: 1", "the server was asleep")


if __name__ == "__main__":
    unittest.main()
