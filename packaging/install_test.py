#!/usr/bin/env python3
"""What is installed works where it lies: `cmake --install` into an empty folder, and the suite is found without --suite.

POPQUIZ_BUILD is the folder of the build, with the target `manual` built; POPQUIZ_CMAKE is cmake."""

import os
import pathlib
import subprocess
import tempfile
import unittest

BUILD, CMAKE = os.environ["POPQUIZ_BUILD"], os.environ["POPQUIZ_CMAKE"]
PATIENCE = 240

# Without the pages that need lowdown, and without the suite.
FILES = {
    "bin/popquiz", "bin/popquizd", "share/bash-completion/completions/popquiz", "share/bash-completion/completions/popquizd",
    "share/doc/popquiz/README.md", "share/doc/popquiz/copyright", "share/fish/vendor_completions.d/popquiz.fish",
    "share/fish/vendor_completions.d/popquizd.fish", "share/man/man1/popquiz.1", "share/man/man1/popquizd.1",
    "share/popquiz/run-popquiz", "share/zsh/vendor-completions/_popquiz", "share/zsh/vendor-completions/_popquizd",
}  # fmt: skip
PAGES = {"share/man/man5/popquiz-profile.5", "share/man/man7/popquiz-scenario.7"}


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.top = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="popquiz-install-")))
        cls.said(CMAKE, "--install", BUILD, "--prefix", cls.top)

    @classmethod
    def said(cls, *command):
        environment = {name: text for name, text in os.environ.items() if not name.startswith("POPQUIZ")}
        return subprocess.run(command, cwd=cls.top, env=environment, capture_output=True, text=True, check=True,
                              timeout=PATIENCE).stdout  # fmt: skip

    def test_each_file_has_its_place(self):
        files = {file.relative_to(self.top).as_posix() for file in self.top.rglob("*") if file.is_file()}
        suite = {file for file in files if file.startswith("share/popquiz/scenarios/")}
        self.assertEqual((files - suite) | PAGES, FILES | PAGES)
        self.assertIn("share/popquiz/scenarios/requirements.tsv", suite)

    def test_the_suite_is_found_where_it_was_installed(self):
        self.assertIn("no mistakes", self.said(self.top / "bin/popquiz", "check", "rfc1939/5-noop"))
        # It is that one: what is added there is seen.
        (self.top / "share/popquiz/scenarios/added.pop3").write_text("C: NOOP\nS: +OK\n")
        self.assertIn("\nadded  ", "\n" + self.said(self.top / "bin/popquiz", "list", "added"))


if __name__ == "__main__":
    unittest.main()
