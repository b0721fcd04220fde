#!/usr/bin/env python3
"""A maildrop full of somebody's mail: whatever popquiz is asked to do, each file is there afterwards, octet for octet.

The environment says what is tested: POPQUIZ and POPQUIZD are the programs, POPQUIZ_SUITE the folder of the suite. With
POPQUIZ_GUARD_PROFILE (a profile without its [maildrop], of a server that runs) and POPQUIZ_GUARD_MAIL (the folder of an
account's Maildir, with {user} in it) it is another server than popquizd: its maildrops are empty, and are left so."""

import os
import pathlib
import shutil
import signal
import time
import tomllib
import unittest

import popquiz
from command_line_test import Behaving, text
from mail_server import MailServer
from popquiz import NOT_JUDGED

OTHER_PROFILE = os.environ.get("POPQUIZ_GUARD_PROFILE")
OTHER_MAIL = os.environ.get("POPQUIZ_GUARD_MAIL")

# Of a scenario that fails, one that is cut, one that derails, and those that send DELE, RSET and QUIT.
CLASSES = ["rfc1939/4-*", "rfc1939/5-*", "rfc1939/6-*", "rfc1939/7-*", "rfc1939/3-*", "robustness", "rfc2449", "sessions"]


def somebodys_mail():
    """Twenty messages with odd names and flags, folders, and files that are no mail."""
    files = {}
    for number in range(20):
        name = f"17000000{number:02}.M{number}P77.host.example,S={100 + number}"
        if number % 4 == 0:
            place = f"new/{name}"
        else:
            place = f"cur/{name}:2,{['', 'S', 'RS', 'FS', 'T', 'DFPRST'][number % 6]}"
        files[place] = (
            f"From: friend-{number}@example.net\nSubject: letter {number}\n\n".encode() + b"Yours.\n" * number * 7
        )
    files["cur/letter-without-any-rule:2,"] = b"From: a@example.net\n\nNobody knows how it came here.\n"
    files[".Sent/cur/1700000099.a.b:2,S"] = b"From: me@example.net\n\nSent.\n"
    files[".Sent/maildirfolder"] = b""
    files[".Drafts/tmp/half"] = b"From: me@example.net\n\nHalf a"
    files["tmp/1700000088.c.d"] = b"From: slow@example.net\n\nOn its way"
    files["rules.sieve"] = b'if header "subject" "x" { discard; }\n'
    files["notes/todo.txt"] = b"milk\n"
    files["subscriptions"] = b"Sent\nDrafts\n"
    return files


def in_the_end(action):
    """What an action does once the server has ended the sessions that popquiz left: until then files come, go and are renamed.
    What is still wrong after 20 s is wrong."""
    until = time.monotonic() + 20
    while True:
        try:
            return action()
        except (OSError, AssertionError):
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


class Guard(Behaving):
    @classmethod
    def setUpClass(cls):
        cls.suite = popquiz.part_of_suite(cls.enterClassContext(popquiz.Folder()).path, *CLASSES)
        # It waits for two seconds, in every shape and under every option. Without provisioning the whole suite is played.
        (cls.suite / "rfc1939/6-quit/abort-releases-lock-soon.pop3").unlink()

    def setUp(self):
        self.folder = self.enterContext(popquiz.Folder())
        if OTHER_PROFILE:
            profile = pathlib.Path(OTHER_PROFILE)
            self.profile = profile.read_text()
            self.users = [account["user"] for account in tomllib.loads(self.profile)["accounts"]]
            self.maildir = lambda user: pathlib.Path(OTHER_MAIL.replace("{user}", user))
        else:
            users = {f"u{number}": f"secret-{number}" for number in range(1, 4)}
            (self.folder.path / "mail").mkdir()
            server = self.enterContext(popquiz.Popquizd(self.folder.path / "mail", users))
            listed = ", ".join(f'{{ user = "{user}", password = "{word}" }}' for user, word in users.items())
            self.profile = (
                f'host = "{server.host}"\nport = {server.port}\ntls_port = {server.tls_port}\n'
                f"tls = {{ verify = false }}\naccounts = [ {listed} ]\n"
            )
            self.users = list(users)
            self.maildir = lambda user: server.root / user
        self.host = tomllib.loads(self.profile)
        for user in self.users:
            self.fill(self.maildir(user))
            if OTHER_PROFILE:
                self.addCleanup(self.empty, self.maildir(user))

    def empty(self, maildir):
        in_the_end(lambda: self.remove_all(maildir))
        for part in ("cur", "new", "tmp"):
            (maildir / part).mkdir(exist_ok=True)
        self.hand_over(maildir, ["cur", "new", "tmp"])

    @staticmethod
    def remove_all(maildir):
        for entry in maildir.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()

    @staticmethod
    def hand_over(maildir, places):
        """Files that root made, and the folders they are in, belong to whom the Maildir belongs to."""
        owner = maildir.stat()
        folders = {folder for place in places for folder in pathlib.PurePath(place).parents}
        for place in sorted(folders) + places:
            shutil.chown(maildir / place, owner.st_uid, owner.st_gid)

    def fill(self, maildir):
        maildir.mkdir(exist_ok=True)
        for place, octets in somebodys_mail().items():
            (maildir / place).parent.mkdir(parents=True, exist_ok=True)
            (maildir / place).write_bytes(octets)
        parts = ["cur", "new", "tmp", ".Sent/new", ".Sent/tmp"]
        for part in parts:
            (maildir / part).mkdir(parents=True, exist_ok=True)
        self.hand_over(maildir, [*somebodys_mail(), *parts])

    def untouched(self, outcome):
        """Servers move what is new to cur, and change flags, which stand behind a colon; they put files of their own beside."""
        mail = lambda place: place.replace("new/", "cur/").partition(":2,")[0]
        wanted = {mail(place): octets for place, octets in somebodys_mail().items()}

        def compare(user):
            found = {mail(place): octets for place, octets in popquiz.contents(self.maildir(user)).items()}
            self.assertEqual({place: found.get(place) for place in wanted}, wanted, f"{user}: {outcome}")

        for user in self.users:
            in_the_end(lambda: compare(user))

    def target(self, maildrop=""):
        if not OTHER_PROFILE:
            return self.folder.write("profile.toml", f"{self.profile}{maildrop}")
        target = pathlib.Path(OTHER_PROFILE).with_name("guard.toml")  # paths in it are taken from its folder
        target.write_text(f"{self.profile}{maildrop}")
        self.addCleanup(target.unlink, missing_ok=True)
        return target

    def play(self, *arguments, maildrop="", selectors=CLASSES, suite=None):
        target = self.target(maildrop)
        return popquiz.run(
            "run", *selectors, "--suite", suite or self.suite, "--target", target, "--quiet", *arguments, folder=self.folder.path
        )

    def test_without_provisioning(self):
        self.untouched(self.play(selectors=[], suite=popquiz.SUITE))

    def test_by_server(self):
        account = self.host["accounts"][0]
        outcome = popquiz.run(
            "run", "--suite", self.suite, "--server", f"{self.host['host']}:{self.host['port']}",
            f"--user={account['user']}", f"--password={account['password']}", *CLASSES,
        )  # fmt: skip
        self.untouched(outcome)
        self.assertNotIn("the maildrops of", text(outcome.err))

    def test_in_every_wire_shape(self):
        self.untouched(self.play("--wire-shape", "all", selectors=["rfc1939/5-*", "rfc1939/6-*"]))

    def test_with_other_options(self):
        for options in (["-j", "1", "--level", "may"], ["--timeout", "0.05"], ["--rate", "100000"], ["--wall-time", "1s"]):
            with self.subTest(options):
                self.untouched(self.play(*options, selectors=["rfc1939/5-*", "rfc1939/6-*", "robustness"]))

    def test_cut_off(self):
        target = self.target()
        for number in (signal.SIGINT, signal.SIGKILL):
            with self.subTest(number):
                running = popquiz.Running("run", "--suite", self.suite, "--target", target, folder=self.folder.path)
                time.sleep(0.3)  # wherever that is
                running.process.send_signal(number)
                self.untouched(running.wait())

    def reset(self):
        self.folder.write("reset", '#!/bin/sh\necho "$1" >>"$(dirname "$0")/reset-was-run"\n', mode=0o755)
        return f'reset = "{self.folder.path}/reset"'

    def test_every_provisioning(self):
        mbox = self.folder.path / "mbox"
        mbox.mkdir()
        kept = b"From friend@example.net Mon Nov  2 10:00:00 2026\nSubject: x\n\nHello\n\n"
        for user in self.users:
            (mbox / user).write_bytes(kept)
        pattern = os.fspath(self.maildir("{user}"))
        mail = self.enterContext(MailServer(self.folder.path / "delivered"))
        lmtp = f'lmtp = "{mail.address}"'
        for way in (f'maildir = "{pattern}"', f'mbox = "{mbox}/{{user}}"', self.reset(), lmtp):
            for options in ([], ["--wire-shape", "octets"]):
                with self.subTest(way=way, options=options):
                    outcome = self.play(*options, maildrop=f"[maildrop]\n{way}\n", selectors=["rfc1939/5-*"])
                    self.untouched(outcome)
                    self.ended(outcome, NOT_JUDGED, "is left alone")
        self.assertFalse((self.folder.path / "reset-was-run").exists())
        self.assertEqual(mail.taken, [])
        self.assertEqual({(mbox / user).read_bytes() for user in self.users}, {kept})

    def test_what_is_no_mail_stays_where_the_maildrop_is_ours(self):
        for user in self.users:
            self.empty(self.maildir(user))
            (self.maildir(user) / "rules.sieve").write_bytes(b"keep;\n")
            (self.maildir(user) / "notes").mkdir()
            (self.maildir(user) / "notes" / "todo.txt").write_bytes(b"milk\n")
        for _ in range(2):
            outcome = self.play(maildrop=f'[maildrop]\nmaildir = "{self.maildir("{user}")}"\n', selectors=["rfc1939/5-dele"])
            for user in self.users:
                found = in_the_end(lambda: popquiz.contents(self.maildir(user)))
                self.assertEqual((found.get("rules.sieve"), found.get("notes/todo.txt")), (b"keep;\n", b"milk\n"), outcome)
                self.assertFalse([place for place in found if place.startswith(("cur/", "new/"))], outcome)

    def test_an_mbox_of_somebody_else_is_left_alone(self):
        """The server shows nothing; the mbox that the profile names holds something, mail or not."""
        for user in self.users:
            self.empty(self.maildir(user))
        mbox = self.folder.path / "mbox"
        mbox.mkdir()
        for octets in (b"From friend@example.net Mon Nov  2 10:00:00 2026\nSubject: x\n\nHello\n\n", b"a diary\n", b"x"):
            with self.subTest(octets):
                for user in self.users:
                    (mbox / user).write_bytes(octets)
                outcome = self.play(maildrop=f'[maildrop]\nmbox = "{mbox}/{{user}}"\n', selectors=["rfc1939/5-dele"])
                self.ended(outcome, NOT_JUDGED, "is left alone")
                self.assertEqual({(mbox / user).read_bytes() for user in self.users}, {octets})

    def test_what_is_deleted_is_said(self):
        for user in self.users:
            self.empty(self.maildir(user))
        target = self.target(f'[maildrop]\nmaildir = "{self.maildir("{user}")}"\n')
        arguments = ("run", "rfc1939/5-dele", "--suite", self.suite, "--target", target)
        self.assertIn("popquiz empties and fills the maildrops of u1, u2, u3", text(popquiz.run(*arguments).err))
        self.assertNotIn("empties", text(popquiz.run(*arguments, "--quiet").err))
        owned = text(popquiz.run(*arguments, "--i-own-this-maildrop").err)
        self.assertIn("whatever is in there goes, because of --i-own-this-maildrop", owned)


if __name__ == "__main__":
    unittest.main()
