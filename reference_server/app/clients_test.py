"""popquizd, proved by clients that others wrote: poplib, curl, fetchmail and mpop."""

import os
import poplib
import shutil
import subprocess
import tempfile
import unittest

from popquizd import PATIENCE, Authority, ServerTest, tls_context

MESSAGES = [
    ("1.lf", b"From: a@example.org\nSubject: LF\n\nhello\n.\n..dots\n.end\n"),
    ("2.crlf", b"From: b@example.org\r\nSubject: CRLF\r\n\r\nhello\r\n.\r\n"),
    ("3.open", b"From: c@example.org\nSubject: no last line end\n\nlast"),
]


def as_sent(octets):
    octets = octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return octets if octets.endswith(b"\r\n") else octets + b"\r\n"


def needs(program):
    return unittest.skipUnless(shutil.which(program), f"{program} is not installed")


class ClientTest(ServerTest):
    def setUp(self):
        self.authority = Authority()
        self.addCleanup(self.authority.remove)
        self.options = ("--token", "u1:ya29.token", "--client-ca", self.authority.certificate)
        super().setUp()
        for name, octets in MESSAGES:
            self.server.deliver(name, octets)
        self.home = tempfile.mkdtemp(prefix="popquizd-client-")
        self.addCleanup(shutil.rmtree, self.home)

    def run_client(self, *command, status=0):
        environment = {"HOME": self.home, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            command, env=environment, cwd=self.home, capture_output=True, timeout=PATIENCE, check=False
        )
        self.assertEqual(done.returncode, status, (command, done.stdout, done.stderr))
        return done.stdout

    def write(self, name, text):
        path = os.path.join(self.home, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(path, 0o600)
        return path


class Poplib(ClientTest):
    def plain(self):
        return poplib.POP3(self.server.host, self.server.port, timeout=PATIENCE)

    def stls(self):
        client = self.plain()
        client.stls(tls_context())
        return client

    def implicit_tls(self):
        return poplib.POP3_SSL(self.server.host, self.server.tls_port, timeout=PATIENCE, context=tls_context())

    def test_reads_everything(self):
        sent = [as_sent(octets) for _, octets in MESSAGES]
        for connect in (self.plain, self.stls, self.implicit_tls):
            for apop in (False, True):
                with self.subTest(connect=connect.__name__, apop=apop):
                    client = connect()
                    if apop:
                        client.apop("u1", "secret")
                    else:
                        client.user("u1")
                        client.pass_("secret")
                    self.assertEqual(client.stat(), (3, sum(map(len, sent))))
                    self.assertEqual(client.list()[1], [b"%d %d" % (i, len(m)) for i, m in enumerate(sent, 1)])
                    self.assertEqual(client.uidl()[1], [b"%d %s" % (i, m[0].encode()) for i, m in enumerate(MESSAGES, 1)])
                    self.assertEqual(client.uidl(2), b"+OK 2 2.crlf")
                    for number, message in enumerate(sent, 1):
                        reply, lines, _ = client.retr(number)
                        self.assertEqual(reply, b"+OK %d octets" % len(message))
                        self.assertEqual(b"".join(line + b"\r\n" for line in lines), message)
                    self.assertEqual(client.top(1, 2)[1], [b"From: a@example.org", b"Subject: LF", b"", b"hello", b"."])
                    self.assertEqual(client.noop(), b"+OK nothing done")
                    self.assertEqual(client.quit(), b"+OK popquizd signing off (3 messages left)")

    def test_capabilities(self):
        both = {"TOP", "USER", "UIDL", "RESP-CODES", "AUTH-RESP-CODE", "SASL", "PIPELINING", "EXPIRE", "UTF8",
                "LANG", "IMPLEMENTATION"}
        client = self.plain()
        self.assertEqual(set(client.capa()), both | {"STLS"})
        client.stls(tls_context())
        self.assertEqual(set(client.capa()), both)
        client.user("u1")
        client.pass_("secret")
        self.assertEqual(set(client.capa()), both)
        client.quit()

    def test_deletes_at_quit_only(self):
        for connect in (self.plain, self.stls, self.implicit_tls):
            with self.subTest(connect=connect.__name__):
                before = self.server.mails()
                client = connect()
                client.apop("u1", "secret")
                client.dele(1)
                client.close()
                self.assertEqual(self.server.mails(), before)

                client = connect()
                client.apop("u1", "secret")
                client.dele(1)
                client.rset()
                client.quit()
                self.assertEqual(self.server.mails(), before)

                client = connect()
                client.apop("u1", "secret")
                client.dele(1)
                self.assertEqual(self.server.mails(), before)
                client.quit()
                self.assertEqual(self.server.mails(), before[1:])

    def test_wrong_password(self):
        client = self.plain()
        client.user("u1")
        with self.assertRaisesRegex(poplib.error_proto, r"-ERR \[AUTH\]"):
            client.pass_("wrong")
        with self.assertRaisesRegex(poplib.error_proto, r"-ERR \[AUTH\]"):
            client.apop("u1", "wrong")
        client.quit()


@needs("curl")
class Curl(ClientTest):
    def curl(self, path, *options, tls=False):
        port = self.server.tls_port if tls else self.server.port
        url = f"{'pop3s' if tls else 'pop3'}://127.0.0.1:{port}/{path}"
        return self.run_client("curl", "-sS", "-k", "--user", "u1:secret", *options, url)

    def test_fetches(self):
        ways = {"plain": {}, "pop3s": {"tls": True}, "stls": {"options": ("--ssl-reqd",)}}
        for name, way in ways.items():
            with self.subTest(way=name):
                options = way.get("options", ())
                tls = way.get("tls", False)
                sizes = [len(as_sent(octets)) for _, octets in MESSAGES]
                listing = "".join(f"{number} {size}\r\n" for number, size in enumerate(sizes, 1))
                self.assertEqual(self.curl("", *options, tls=tls), listing.encode())
                for number, (_, octets) in enumerate(MESSAGES, 1):
                    self.assertEqual(self.curl(str(number), *options, tls=tls), as_sent(octets))
                self.assertEqual(self.curl("", "-X", "UIDL", *options, tls=tls), b"1 1.lf\r\n2 2.crlf\r\n3 3.open\r\n")

    def test_deletes(self):
        self.curl("2", "--list-only", "-X", "DELE")
        self.assertEqual(self.server.mails(), ["1.lf", "3.open"])

    def test_is_refused(self):
        url = f"pop3://127.0.0.1:{self.server.port}/1"
        for mechanism in ("*", "PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5"):
            options = ("--login-options", f"AUTH={mechanism}")
            self.run_client("curl", "-sS", "--user", "u1:wrong", *options, url, status=67)

    def test_mechanisms(self):
        expected = as_sent(MESSAGES[0][1])
        ways = {"plain": {}, "pop3s": {"tls": True}, "stls": {"options": ("--ssl-reqd",)}}
        for name, way in ways.items():
            for mechanism in ("*", "PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5"):
                for initial in ((), ("--sasl-ir",)) if mechanism == "PLAIN" else ((),):
                    with self.subTest(way=name, mechanism=mechanism, initial=initial):
                        options = ("--login-options", f"AUTH={mechanism}", *initial, *way.get("options", ()))
                        self.assertEqual(self.curl("1", *options, tls=way.get("tls", False)), expected)

    def test_tokens(self):
        url = f"pop3s://127.0.0.1:{self.server.tls_port}/1"
        for mechanism in ("OAUTHBEARER", "XOAUTH2"):
            for initial in ((), ("--sasl-ir",)):
                with self.subTest(mechanism=mechanism, initial=initial):
                    options = ("-k", "--user", "u1", "--login-options", f"AUTH={mechanism}", *initial)
                    got = self.run_client("curl", "-sS", *options, "--oauth2-bearer", "ya29.token", url)
                    self.assertEqual(got, as_sent(MESSAGES[0][1]))
                    self.run_client("curl", "-sS", *options, "--oauth2-bearer", "ya29.wrong", url, status=67)

    def test_certificate(self):
        url = f"pop3s://127.0.0.1:{self.server.tls_port}/1"
        key, certificate = self.authority.sign("client", "u1")
        options = ("-k", "--cert", certificate, "--key", key, "--login-options", "AUTH=EXTERNAL")
        # The user that curl is given is the identity that it asks for.
        got = self.run_client("curl", "-sS", *options, "--user", "u1:", url)
        self.assertEqual(got, as_sent(MESSAGES[0][1]))
        self.run_client("curl", "-sS", *options, "--user", "u2:", url, status=67)


@needs("fetchmail")
class Fetchmail(ClientTest):
    def fetch(self, *options, ssl=""):
        """Runs it, and gives the messages that it delivered."""
        box = tempfile.mkdtemp(dir=self.home)
        mda = self.write("mda", f'#!/bin/sh\nexec cat > "$(mktemp {box}/XXXXXX)"\n')
        os.chmod(mda, 0o700)
        rc = self.write(
            "fetchmailrc",
            f"poll 127.0.0.1 service {self.server.tls_port if ssl == 'implicit' else self.server.port} protocol pop3 uidl\n"
            f"  user u1 there with password secret\n"
            f"  {'ssl' if ssl == 'implicit' else 'sslproto TLS1.2+' if ssl else 'sslproto' + chr(32) + chr(34) * 2}\n"
            f"  no sslcertck no rewrite mda {mda}\n",
        )
        self.run_client(
            "fetchmail", "-f", rc, "--pidfile", os.path.join(self.home, "pid"), "--nosyslog", "--invisible", *options
        )
        texts = []
        for name in os.listdir(box):
            with open(os.path.join(box, name), "rb") as file:
                texts.append(file.read())
        return sorted(texts)

    def test_cram_md5(self):
        self.assertEqual(len(self.fetch("--keep", "--all", "--auth", "cram-md5")), len(MESSAGES))

    def bodies(self, texts):
        return sorted(text.partition(b"\n\n")[2] for text in texts)

    def test_keeps_and_deletes(self):
        expected = sorted(as_sent(octets).replace(b"\r\n", b"\n").partition(b"\n\n")[2] for _, octets in MESSAGES)
        for ssl in ("", "stls", "implicit"):
            with self.subTest(ssl=ssl):
                self.assertEqual(self.bodies(self.fetch("--keep", "--all", ssl=ssl)), expected)
                self.assertEqual(self.server.mails(), [name for name, _ in MESSAGES])
        self.assertEqual(self.bodies(self.fetch("--nokeep", "--all")), expected)
        self.assertEqual(self.server.mails(), [])


@needs("mpop")
class Mpop(ClientTest):
    def fetch(self, *lines, port=None):
        """Runs it, and gives the messages that it delivered."""
        box = tempfile.mkdtemp(dir=self.home)
        for folder in ("new", "cur", "tmp"):
            os.mkdir(os.path.join(box, folder))
        settings = [
            "account default",
            "host 127.0.0.1",
            f"port {port or self.server.port}",
            "user u1",
            "password secret",
            f"delivery maildir {box}",
            "received_header off",
            "tls_certcheck off",
            f"uidls_file {os.path.join(box, 'uidls')}",
            *lines,
        ]
        rc = self.write("mpoprc", "\n".join(settings) + "\n")
        self.run_client("mpop", "--file", rc, "--quiet")
        texts = []
        for name in os.listdir(os.path.join(box, "new")):
            with open(os.path.join(box, "new", name), "rb") as file:
                texts.append(file.read())
        return sorted(texts)

    def test_mechanisms(self):
        expected = sorted(as_sent(octets).replace(b"\r\n", b"\n") for _, octets in MESSAGES)
        key, certificate = self.authority.sign("client", "someone", "u1")
        for mechanism in ("plain", "login", "cram-md5", "digest-md5", "scram-sha-1", "scram-sha-256"):
            with self.subTest(mechanism=mechanism):
                self.assertEqual(self.fetch("tls off", f"auth {mechanism}", "keep on"), expected)
        implicit = ("tls on", "tls_starttls off", "keep on")
        for mechanism in ("oauthbearer", "xoauth2"):
            with self.subTest(mechanism=mechanism):
                lines = (*implicit, f"auth {mechanism}", "password ya29.token")
                self.assertEqual(self.fetch(*lines, port=self.server.tls_port), expected)
        external = (*implicit, "auth external", f"tls_cert_file {certificate}", f"tls_key_file {key}")
        self.assertEqual(self.fetch(*external, port=self.server.tls_port), expected)

    def test_keeps_and_deletes(self):
        expected = sorted(as_sent(octets).replace(b"\r\n", b"\n") for _, octets in MESSAGES)
        ways = {
            "plain user": ["tls off", "auth user"],
            "plain apop": ["tls off", "auth apop"],
            "stls": ["tls on", "tls_starttls on", "auth user"],
            "one by one": ["tls off", "auth user", "pipelining off"],
            "pipelined": ["tls off", "auth user", "pipelining on"],
        }
        for way, lines in ways.items():
            with self.subTest(way=way):
                self.assertEqual(self.fetch(*lines, "keep on"), expected)
                self.assertEqual(self.server.mails(), [name for name, _ in MESSAGES])
        implicit = ["tls on", "tls_starttls off", "auth user", "keep off"]
        self.assertEqual(self.fetch(*implicit, port=self.server.tls_port), expected)
        self.assertEqual(self.server.mails(), [])


if __name__ == "__main__":
    unittest.main()
