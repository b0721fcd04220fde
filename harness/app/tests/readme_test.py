#!/usr/bin/env python3
"""The finding that README.md shows is one that popquiz tells: with POPQUIZ_ACCEPT=1 in the environment it is written anew.

The environment says what is tested: POPQUIZ and POPQUIZD are the programs, POPQUIZ_SUITE the folder of the suite."""

import os
import re
import unittest

import popquiz
from popquiz import MISSES, Folder, Popquizd
from terminal_test import Terminal

README = popquiz.SUITE.parent / "README.md"
BEGIN, END = "<!-- finding: begin -->\n", "<!-- finding: end -->\n"
SCENARIO = "rfc1939/3-basic/stuffed-first-body-line"


def told():
    """The first finding of a run, on a terminal of a hundred columns."""
    with Folder() as folder, Popquizd(folder.path / "mail", {"u1": "secret"}, "--fault", "retr_without_stuffing") as server:
        folder.write(
            "my-server.toml",
            f'host = "{server.host}"\nport = {server.port}\n{popquiz.accounts(1, "secret")}[maildrop]\nmaildir = "mail/{{user}}"\n',
        )
        terminal = Terminal("run", SCENARIO, "--target", "my-server.toml", columns=100, cwd=folder.path, NO_COLOR="1")
        if terminal.end() != MISSES:
            raise AssertionError(terminal.shown.decode())
    text = terminal.shown.decode().replace("\r\n", "\n").rpartition("\x1b[K")[2]
    finding = text[text.index("FAIL  ") : text.index("\n\n             pass")]
    return finding.replace(os.fspath(popquiz.POPQUIZ), "popquiz").replace(str(server.port), "1110") + "\n"


def same_each_time(finding, by_hand):
    """Without what is another one in each run: times, ports, the server's name for the session. `by_hand`: there was time to
    look for the fewest commands, which where the machine is slow there is not."""
    if not by_hand:
        finding = re.sub(r"(?m)^ {6}to see it by hand:\n( {8}.*\n)+", "", finding)
    finding = re.sub(r"(?m)^ {8}\d\.\d{3} ", "        0.000 ", finding)
    return re.sub(r"from port \d+|<[\d.]+@[^>]+>", "", finding)


class Readme(unittest.TestCase):
    maxDiff = None

    def test_the_finding_is_as_popquiz_tells_it(self):
        head, _, rest = README.read_text().partition(BEGIN)
        shown, mark, tail = rest.partition(END)
        self.assertTrue(mark, f"{README} has no place for a finding")
        finding = told()
        if os.environ.get("POPQUIZ_ACCEPT"):
            shown = f"```\n{finding}```\n"
            README.write_text(f"{head}{BEGIN}{shown}{END}{tail}")
        by_hand = "to see it by hand" in finding
        self.assertEqual(same_each_time(shown, by_hand), same_each_time(f"```\n{finding}```\n", by_hand), "POPQUIZ_ACCEPT=1 writes it anew")


if __name__ == "__main__":
    unittest.main()
