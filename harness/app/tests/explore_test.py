"""popquiz explore: what it finds on a server that lies, how few commands are left of it, and that it accuses nobody who is
right."""

import re
import unittest

from popquiz import CONFORMS, MISSES, USAGE, Folder, Popquizd, contents, part_of_suite, reports_in, run

USERS = {f"u{number}": f"secret-of-u{number}" for number in range(1, 5)}


def profile(popquizd, provisioning=True):
    listed = ", ".join(f'{{ user = "{user}", password = "{password}" }}' for user, password in USERS.items())
    text = f"""name = "popquizd"
host = "{popquizd.host}"
port = {popquizd.port}
tls_port = {popquizd.tls_port}
tls = {{ verify = false }}
accounts = [ {listed} ]
"""
    return text + (f'[maildrop]\nmaildir = "{popquizd.root}/{{user}}"\n' if provisioning else "")


def commands(text):
    """The lines that a scenario sends."""
    return re.findall(r"^C: (?!<)(.*)$", text, re.MULTILINE)


class Exploration(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """Of the suite no more is wanted than its catalogue and its maildrops."""
        cls.suite = part_of_suite(cls.enterClassContext(Folder()).path)

    def explore(self, folder, popquizd, *options, provisioning=True):
        target = folder.write("profile.toml", profile(popquizd, provisioning))
        common = ("--suite", self.suite, "--target", target, "--timeout", "20", *reports_in(folder.path))
        return run("explore", *common, *options, folder=folder.path)

    def replay(self, folder, popquizd, file):
        target = folder.write("profile.toml", profile(popquizd))
        return run("run", file, "--suite", self.suite, "--target", target, *reports_in(folder.path), folder=folder.path)

    def found(self, fault, name, most, *options):
        """The exploration of that lie leaves a file of this name with at most so many commands, which shows it again; and
        on an honest server shows nothing."""
        with Folder() as folder:
            with Popquizd(folder.path / "mail", USERS, "--fault", fault) as popquizd:
                outcome = self.explore(folder, popquizd, "--write", folder.path / "found", *options)
                self.assertEqual(outcome.status, MISSES, outcome)
                files = sorted((folder.path / "found").glob("*.pop3"))
                wanted = [file for file in files if name in file.name]
                self.assertEqual(len(wanted), 1, f"{[file.name for file in files]}\n{outcome}")
                text = wanted[0].read_text()
                self.assertLessEqual(len(commands(text)), most, text)
                self.assertEqual(run("check", "--suite", self.suite, wanted[0]).status, CONFORMS, text)
                self.assertEqual(self.replay(folder, popquizd, wanted[0]).status, MISSES, text)
            with Popquizd(folder.path / "honest", USERS) as popquizd:
                self.assertEqual(self.replay(folder, popquizd, wanted[0]).status, CONFORMS, text)
            return text

    def test_a_lie_in_one_reply(self):
        text = self.found("number_wraps_at_16_bits", "number-wrap-retr", 1, "--seed", "1", "--steps", "600")
        self.assertRegex(text, r"\nC: RETR \d{5,}\nS: -ERR\n")

    def test_two_replies_that_contradict_each_other(self):
        options = ("--seed", "1", "--steps", "300")
        text = self.found("list_size_of_last_wrong", "list-one-is-line-of-list-list", 2, *options)
        self.assertEqual(sorted(commands(text)), ["LIST", "LIST 1"])

    def test_what_shows_in_the_next_session_only(self):
        text = self.found("abort_removes_marked", "abort-keeps-mail-list", 3, "--seed", "1", "--steps", "600")
        self.assertIn("[session2", text)

    def test_nobody_who_is_right_is_accused(self):
        with Folder() as folder, Popquizd(folder.path / "mail", USERS) as popquizd:
            for sessions in ("1", "4"):
                outcome = self.explore(folder, popquizd, "--seed", "5", "--steps", "800", "--sessions", sessions)
                self.assertEqual(outcome.status, CONFORMS, outcome)
                (result,) = outcome.record()["results"]
                self.assertEqual((result["id"], result["verdict"]), ("explore/5", "pass"))

    def test_nor_is_one_that_deletes_what_was_retrieved_and_says_so(self):
        with Folder() as folder, Popquizd(folder.path / "mail", USERS, "--expire", "0") as popquizd:
            outcome = self.explore(folder, popquizd, "--seed", "5", "--steps", "1500")
            self.assertEqual(outcome.status, CONFORMS, outcome)

    def test_the_same_seed_finds_the_same(self):
        notes = []
        for _ in range(2):
            with Folder() as folder, Popquizd(folder.path / "mail", USERS, "--fault", "top_sends_next") as popquizd:
                outcome = self.explore(folder, popquizd, "--seed", "3", "--steps", "150", "-j", "1", "--shrink", "2")
                notes.append(outcome.record()["results"][0]["notes"])
        self.assertTrue(notes[0])
        self.assertEqual(*notes)

    def test_no_secret_is_told(self):
        with Folder() as folder, Popquizd(folder.path / "mail", USERS, "--fault", "top_sends_next") as popquizd:
            outcome = self.explore(folder, popquizd, "--steps", "300", "--write", folder.path / "found")
            told = [outcome.out, outcome.err, *contents(folder.path / "found").values()]
            told += [outcome.report(name) for name in ("junit", "json", "html", "tap", "markdown")]
            for text in told:
                self.assertNotIn(b"secret-of", text)

    def test_mail_that_is_not_ours_stays(self):
        message = b"Subject: mine\r\n\r\nSomebody's mail.\r\n"
        for provisioning in (True, False):
            with Folder() as folder, Popquizd(folder.path / "mail", USERS) as popquizd:
                popquizd.deliver("u1", "1.somebody.host", message)
                self.explore(folder, popquizd, "--steps", "400", provisioning=provisioning)
                files = contents(folder.path / "mail" / "u1")
                self.assertEqual([octets for name, octets in files.items() if "somebody" in name], [message])

    def test_without_a_server_there_is_nothing_to_explore(self):
        self.assertEqual(run("explore", "--suite", self.suite).status, USAGE)


if __name__ == "__main__":
    unittest.main()
