#!/usr/bin/env python3
"""A run in parts, and its records put together: `popquiz run --shard`, `popquiz merge`.

The environment says what is tested: POPQUIZ and POPQUIZD are the programs, POPQUIZ_SUITE the folder of the suite."""

import json
import os
import pathlib
import unittest
import unittest.mock

import popquiz
from command_line_test import SMALL, Behaving, maildir_of
from popquiz import CONFORMS, MISSES, NOTHING_SELECTED, USAGE

PARTS = 3

# A check that is always on notices them: the one in every part, the other only where STAT is sent.
FAULTS = ("--fault", "quit_indicator_in_lower_case", "--fault", "stat_indicator_in_lower_case")


class Shards(Behaving):
    """All against one server that lies, in parts and as a whole."""

    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(popquiz.Folder())
        root = cls.folder.path / "mail"
        root.mkdir()
        users = {f"u{n}": f"secret-of-u{n}" for n in range(1, 5)}
        server = cls.enterClassContext(popquiz.Popquizd(root, users, *FAULTS))
        accounts = ", ".join(f'{{ user = "{user}", password = "{word}" }}' for user, word in users.items())
        cls.target = cls.folder.write(
            "profile.toml",
            f'name = "popquizd"\nhost = "{server.host}"\nport = {server.port}\naccounts = [ {accounts} ]\n' + maildir_of(server),
        )
        cls.suite_folder = cls.folder.suite(SMALL)
        cls.whole = cls.play("whole")
        cls.parts = [cls.play(f"part{index}", f"--shard={index}/{PARTS}") for index in range(1, PARTS + 1)]

    @classmethod
    def play(cls, name, *arguments, selectors=()):
        folder = cls.folder.path / name
        folder.mkdir(exist_ok=True)
        return popquiz.run(
            "run", *selectors, "--suite", cls.suite_folder, "--target", cls.target, f"--report=json={folder / 'json'}",
            *arguments, folder=folder,
        )  # fmt: skip

    def files(self):
        return [outcome.folder / "json" for outcome in self.parts]

    def changed(self, part, change):
        """The files, one of them with a record that was changed."""
        record = self.parts[part].record()
        change(record)
        files = self.files()
        files[part] = self.enterContext(popquiz.Folder()).write(f"changed{part}.json", json.dumps(record))
        return files

    def ids(self, record):
        return [result["id"] for result in record["results"]]

    def seen(self, record):
        """What always-on checks saw, and where."""
        return {
            (check["id"], check["verdict"], seen.get("command"), tuple(seen["scenarios"]))
            for check in record["checks"]
            for seen in check["sightings"]
        }

    def test_each_scenario_is_in_one_part(self):
        ids = [self.ids(outcome.record()) for outcome in self.parts]
        self.assertEqual(sorted(sum(ids, [])), self.ids(self.whole.record()))
        self.assertEqual(sorted(map(len, ids)), [2, 2, 2])
        shard = self.parts[1].record()["shard"]
        self.assertEqual((shard["index"], shard["total"], shard["scenarios"]), (2, PARTS, self.ids(self.whole.record())))
        self.ended(self.parts[1], self.parts[1].status, "This is part 2 of 3")
        self.assertNotIn("shard", self.whole.record())

    def test_merged_it_is_what_one_machine_would_have_played(self):
        folder = self.enterContext(popquiz.Folder())
        outcome = popquiz.run("merge", *self.files(), *popquiz.reports_in(folder.path), folder=folder.path)
        self.ended(outcome, self.whole.status)
        self.assertEqual(self.whole.status, MISSES)
        self.assertEqual(popquiz.faults_of_reports(outcome), [], outcome)
        merged, whole = outcome.record(), self.whole.record()
        verdicts = lambda record: [(result["id"], result["verdict"]) for result in record["results"]]
        self.assertEqual(verdicts(merged), verdicts(whole))
        self.assertEqual([check["verdict"] for check in merged["checks"]], [check["verdict"] for check in whole["checks"]])
        self.assertEqual(self.seen(merged), self.seen(whole))
        self.assertTrue(self.seen(whole))
        self.assertEqual([check["held"] for check in merged["checks"]], [check["held"] for check in whole["checks"]])
        counts = lambda record: {timing["keyword"]: timing["count"] for timing in record["timings"]}
        self.assertEqual(counts(merged), counts(whole))
        self.assertNotIn("shard", merged)

    def test_the_order_of_files_does_not_matter(self):
        folder = self.enterContext(popquiz.Folder())
        texts = []
        for files in (self.files(), self.files()[::-1]):
            texts.append(popquiz.run("merge", *files, f"--report=json={folder.path / 'json'}", folder=folder.path).report("json"))
        self.assertEqual(*texts)

    def refused(self, files, *says):
        folder = self.enterContext(popquiz.Folder())
        outcome = popquiz.run("merge", *files, f"--report=json={folder.path / 'json'}", folder=folder.path)
        self.ended(outcome, USAGE, *says)
        self.assertEqual(list(folder.path.iterdir()), [], outcome)

    def test_nothing_may_be_missing_or_double(self):
        one, two, three = self.files()
        self.refused([one, three], "1 of 3 parts are missing: 2/3")
        self.refused([one, two, two], "part 2 is there twice")
        self.refused([one, two, three, one], "part 1 is there twice")
        self.refused(self.changed(1, lambda record: record["results"].pop()), "played by nobody")
        self.refused(
            self.changed(1, lambda record: record["results"].append(self.parts[0].record()["results"][0])), "was played twice"
        )

    def test_parts_of_other_runs(self):
        self.refused([self.whole.folder / "json"], "no part of a run")
        self.refused(self.changed(2, lambda record: record["shard"].update(suite="0")), "the suite's fingerprint")
        self.refused(self.changed(2, lambda record: record.update(target="another")), "the server is popquizd there and another here")
        other = self.play("other", "--shard=3/3", "--retry=1")
        self.refused([*self.files()[:2], other.folder / "json"], "--retry=1")
        self.refused([self.folder.path / "none.json"], "none.json: cannot be read")

    def test_another_state_of_the_suite(self):
        file = self.suite_folder / "basic/stat.pop3"
        before = file.read_bytes()
        file.write_bytes(before + b"# a word more\n")
        try:
            other = self.play("another", "--shard=3/3")
        finally:
            file.write_bytes(before)
        self.refused([*self.files()[:2], other.folder / "json"], "the suite's fingerprint")

    def parts_of(self, variables, part):
        with unittest.mock.patch.dict(os.environ, variables):
            record = self.play("auto", "--shard=auto").record()
        self.assertEqual(self.ids(record), self.ids(self.parts[part - 1].record()))
        self.assertEqual(record["shard"]["index"], part)

    def test_the_part_that_the_ci_names(self):
        for part in range(1, PARTS + 1):
            self.parts_of({"CI_NODE_INDEX": str(part), "CI_NODE_TOTAL": str(PARTS)}, part)
            self.parts_of({"JOB_COMPLETION_INDEX": str(part - 1), "JOB_COMPLETIONS": str(PARTS)}, part)

    def test_the_cis_variables_count_only_when_asked_for(self):
        with unittest.mock.patch.dict(os.environ, {"CI_NODE_INDEX": "1", "CI_NODE_TOTAL": str(PARTS)}):
            record = self.play("unasked").record()
        self.assertEqual(self.ids(record), self.ids(self.whole.record()))

    def test_words_for_parts_that_there_are_not(self):
        for wrong in ("0/3", "4/3", "x", "1/0", ""):
            with self.subTest(wrong):
                self.ended(self.play("wrong", f"--shard={wrong}"), USAGE, "I/N")
        cleared = {name: value for name, value in os.environ.items() if not name.startswith(("CI_NODE", "JOB_COMPLETION"))}
        with unittest.mock.patch.dict(os.environ, cleared, clear=True):
            self.ended(self.play("wrong", "--shard=auto"), USAGE, "CI_NODE_INDEX", "--shard I/N")
        self.ended(self.play("wrong", f"--times={self.files()[0]}"), USAGE, "--shard")

    def test_parts_of_about_the_same_time(self):
        record = self.whole.record()
        for result in record["results"]:
            result["microseconds"] = 5_000_000 if result["id"] == "basic/stat" else 1_000_000
        times = self.folder.write("times.json", json.dumps(record))
        ids = [self.ids(self.play(f"timed{index}", f"--shard={index}/2", f"--times={times}").record()) for index in (1, 2)]
        self.assertEqual(sorted(ids, key=len)[0], ["basic/stat"])
        self.assertEqual(len(sum(ids, [])), 6)
        self.ended(self.play("timed", "--shard=1/2", "--times=none.json"), USAGE, "none.json: cannot be read")

    def test_more_parts_than_scenarios(self):
        parts = [self.play(f"few{index}", f"--shard={index}/2", selectors=["basic/noop"]) for index in (1, 2)]
        self.assertEqual([parts[0].status, parts[1].status], [MISSES, NOTHING_SELECTED], parts[1])
        self.ended(popquiz.run("merge", *(part.folder / "json" for part in parts)), MISSES, "1 in all")

    def test_known_deviations_are_held_against_all_parts_together(self):
        entry = '[[deviation]]\nid = "{}"\nrequirement = "{}"\nreason = "as it is"\n'
        found = {
            (check["id"], seen["finding"]["requirement"])
            for check in self.whole.record()["checks"]
            for seen in check["sightings"]
        } | {
            (result["id"], finding["requirement"])
            for result in self.whole.record()["results"]
            for finding in result["findings"]
        }  # fmt: skip
        known = self.folder.write("known.toml", "".join(entry.format(*one) for one in sorted(found)))
        self.ended(popquiz.run("merge", *self.files(), "--baseline", known), CONFORMS)
        gone = self.folder.write("gone.toml", known.read_text() + entry.format("always/line-length", "rfc1939-3-response-length"))
        self.ended(popquiz.run("merge", *self.files(), "--baseline", gone), MISSES, "gone.toml")
        # The same list for each part, and then for all.
        parts = [self.play(f"known{index}", f"--shard={index}/{PARTS}", f"--baseline={known}") for index in range(1, PARTS + 1)]
        self.assertEqual([part.status for part in parts], [CONFORMS] * PARTS, parts[0])
        self.ended(popquiz.run("merge", *(part.folder / "json" for part in parts), "--baseline", known), CONFORMS)

    def test_a_merged_record_is_a_record(self):
        file = self.folder.path / "merged.json"
        popquiz.run("merge", *self.files(), f"--report=json={file}")
        self.ended(popquiz.run("report", file), MISSES)
        self.refused([file], "no part of a run")

    def test_no_secret_is_in_it(self):
        for file in self.files():
            self.assertNotIn("secret-of", pathlib.Path(file).read_text())


if __name__ == "__main__":
    unittest.main()
