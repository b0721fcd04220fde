"""popquizd as a process: what comes over the wire, many sessions, large mail, limits, and its end."""

import base64
import hashlib
import hmac
import os
import re
import resource
import signal
import socket
import ssl
import struct
import subprocess
import tempfile
import unittest
import warnings

from popquizd import (
    PATIENCE,
    POPQUIZD,
    SANITIZED,
    Authority,
    Client,
    Server,
    ServerTest,
    allow_many_descriptors,
    tls_context,
)

MEBIBYTE = 1024 * 1024


class Wire(ServerTest):
    def test_whole_session_octet_for_octet(self):
        self.server.deliver("1.one", b"Subject: one\n\n.\n.two\nthree\n")
        self.server.deliver("2.two:2,S", b"Subject: 2\r\n", folder="cur")
        commands = [
            "USER u1", "PASS wrong", "USER u1", "PASS secret", "STAT", "LIST", "LIST 2", "LIST 3", "UIDL", "UIDL 1",
            "RETR 1", "RETR 01", "RETR 1 1", "TOP 1 1", "TOP 2 0", "NOOP", "DELE 1", "DELE 1", "LIST", "RSET",
            "DELE 2", "STLS", "HELP", "CAPA", "QUIT",
        ]  # fmt: skip
        expected = (
            "+OK send PASS|-ERR [AUTH] wrong name or password|+OK send PASS|+OK maildrop has 2 messages (44 octets)|"
            "+OK 2 44|+OK 2 messages (44 octets)|1 32|2 12|.|+OK 2 12|-ERR no such message|"
            "+OK unique-id listing follows|1 1.one|2 2.two|.|+OK 1 1.one|"
            "+OK 32 octets|Subject: one||..|..two|three|.|+OK 32 octets|Subject: one||..|..two|three|.|"
            "-ERR RETR takes a message-number|+OK top of message follows|Subject: one||..|.|"
            "+OK top of message follows|Subject: 2|.|+OK nothing done|+OK message 1 deleted|"
            "-ERR message is marked as deleted|+OK 1 message (12 octets)|2 12|.|"
            "+OK maildrop has 2 messages (44 octets)|+OK message 2 deleted|"
            "-ERR command is not valid in this state|-ERR unknown command|+OK capability list follows|TOP|USER|UIDL|"
            "RESP-CODES|AUTH-RESP-CODE|SASL SCRAM-SHA-256 SCRAM-SHA-1 DIGEST-MD5 CRAM-MD5 PLAIN LOGIN|PIPELINING|EXPIRE NEVER|UTF8 USER|LANG|IMPLEMENTATION popquizd-VERSION|.|"
            "+OK popquizd signing off (1 message left)|"
        )
        client = self.server.connect()
        client.send("".join(command + "\r\n" for command in commands).encode())
        replies = re.sub(rb"(IMPLEMENTATION popquizd-)[0-9.]+", rb"\1VERSION", client.rest())
        self.assertEqual(replies.decode().split("\r\n"), expected.split("|"))
        self.assertEqual(self.server.mails(), ["1.one"])
        client.close()

    def test_greetings_are_never_the_same(self):
        clients = [self.server.connect(tls=number % 4 == 0) for number in range(100)]
        for client in clients:
            self.assertRegex(client.greeting, rb"\A\+OK popquizd ready <[0-9]+\.[0-9]+\.[0-9]+@[A-Za-z0-9.-]+>\r\n\Z")
            client.close()
        self.assertEqual(len({client.greeting for client in clients}), 100)

    def test_commands_behind_stls_are_never_obeyed(self):
        self.server.deliver("1", b"x")
        client = self.server.connect()
        client.send(b"STLS\r\nUSER u1\r\nPASS secret\r\nDELE 1\r\nQUIT\r\n")
        # Read without a buffer: what comes next belongs to TLS.
        self.assertEqual(client.line(), b"+OK begin TLS negotiation\r\n")
        client.start_tls()
        self.assertEqual(client.say("STAT"), "-ERR command is not valid in this state")
        self.assertEqual(client.say("CAPA"), "+OK capability list follows")
        self.assertNotIn(b"STLS\r\n", client.lines())
        self.assertEqual(client.say("STLS"), "-ERR TLS is active already")
        self.assertEqual(client.say("QUIT"), "+OK popquizd signing off")
        client.close()
        self.assertEqual(self.server.mails(), ["1"])

    def test_broken_handshakes_harm_nobody(self):
        for octets in (b"CAPA\r\n" * 100, b"\x16\x03\x01\x00", b""):
            client = self.server.connect()
            self.assertEqual(client.say("STLS"), "+OK begin TLS negotiation")
            client.send(octets)
            client.socket.shutdown(socket.SHUT_WR)
            self.assertNotIn(b"+OK", client.rest())
            client.close()
        self.server.connect(tls=True).close()

    def test_old_versions_of_tls_are_refused(self):
        context = tls_context()
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        with socket.create_connection((self.server.host, self.server.tls_port), timeout=PATIENCE) as plain:
            with self.assertRaises(ssl.SSLError):
                context.wrap_socket(plain)
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = tls_context()
            context.minimum_version = context.maximum_version = version
            with socket.create_connection((self.server.host, self.server.tls_port), timeout=PATIENCE) as plain:
                with context.wrap_socket(plain) as secure:
                    self.assertTrue(secure.recv(512).startswith(b"+OK"))

    def test_quit_under_tls_closes_tls_first(self):
        client = self.server.connect(tls=True)
        client.socket.suppress_ragged_eofs = False  # then an end without close_notify is an error
        self.assertEqual(client.say("QUIT"), "+OK popquizd signing off")
        self.assertEqual(client.rest(), b"")
        client.close()

    def test_the_last_reply_comes_though_more_was_sent(self):
        for _ in range(20):
            client = self.server.connect()
            client.send(b"QUIT\r\n" + b"NOOP\r\n" * 10000)
            self.assertEqual(client.rest(), b"+OK popquizd signing off\r\n")
            client.close()

    def test_endless_line_ends_the_connection(self):
        client = self.server.connect()
        client.send(b"A" * 100000)
        self.assertEqual(client.rest(), b"-ERR command line does not end\r\n")
        client.close()

    def test_half_a_connection_is_answered(self):
        self.server.deliver("1", b"x\n" * 100000)
        client = self.server.connect()
        client.send(b"USER u1\r\nPASS secret\r\nDELE 1\r\nRSET\r\nRETR 1\r\nQUI")
        client.socket.shutdown(socket.SHUT_WR)
        self.assertTrue(client.rest().endswith(b"x\r\nx\r\n.\r\n"))
        client.close()
        self.assertEqual(self.server.mails(), ["1"])


class Lock(ServerTest):
    def test_excludes_the_second_session_only(self):
        self.server.deliver("1", b"x\n")
        first = self.server.connect().log_in()
        second = self.server.connect(tls=True)
        second.say("USER u1")
        self.assertEqual(second.say("PASS secret"), "-ERR [IN-USE] maildrop is locked by another session")
        second.log_in("u2")
        self.assertEqual(first.say("DELE 1"), "+OK message 1 deleted")
        self.assertEqual(first.say("QUIT"), "+OK popquizd signing off (maildrop empty)")
        self.server.connect().log_in().close()
        first.close()
        second.close()

    def test_goes_with_the_session_however_it_ends(self):
        def reset(client):
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()

        def half_close(client):
            client.socket.shutdown(socket.SHUT_WR)
            client.rest()
            client.close()

        def abandon_download(client):
            client.send(b"RETR 1\r\n")
            client.line()
            client.close()

        self.server.deliver("1", b"x" * 20_000_000)
        for end in (Client.close, reset, half_close, abandon_download):
            with self.subTest(end=end.__name__):
                client = self.server.connect().log_in()
                client.say("DELE 1")
                client.say("RSET")
                end(client)
                self.log_in_soon()
        self.assertEqual(self.server.mails(), ["1"])

    def log_in_soon(self):
        """The end of a connection takes its way through the kernel: asks again until it has come."""
        client = self.server.connect()
        for _ in range(2000):
            client.say("USER u1")
            reply = client.say("PASS secret")
            if reply.startswith("+OK"):
                client.say("QUIT")
                client.close()
                return
            self.assertIn("[IN-USE]", reply)
        self.fail("the lock is still held")

    def test_excludes_other_processes(self):
        other = Server(root=self.server.root)
        try:
            first = other.connect().log_in()
            second = self.server.connect()
            second.say("USER u1")
            self.assertIn("[IN-USE]", second.say("PASS secret"))
            other.process.kill()  # SIGKILL: nothing of it can clean up
            other.process.wait(PATIENCE)
            second.log_in()
            first.close()
            second.close()
        finally:
            other.stop()


def encode(octets):
    return base64.b64encode(octets).decode()


class Scram:
    """The client's side of SCRAM (RFC 5802), from the standard's formulas."""

    def __init__(self, hash_name, user, password, flag="n", binding=b""):
        self.hash_name, self.password, self.header = hash_name, password.encode(), f"{flag},,".encode()
        self.binding = binding
        self.bare = f"n={user},r={encode(os.urandom(18))}".encode()
        self.first = self.header + self.bare
        self.signature = None

    def hmac(self, key, octets):
        return hmac.digest(key, octets, self.hash_name)

    def final(self, server_first):
        """The client's last message, after the server's first."""
        nonce, salt, iterations = (part[2:] for part in server_first.split(","))
        salted = hashlib.pbkdf2_hmac(self.hash_name, self.password, base64.b64decode(salt), int(iterations))
        client_key = self.hmac(salted, b"Client Key")
        without_proof = f"c={encode(self.header + self.binding)},r={nonce}".encode()
        message = self.bare + b"," + server_first.encode() + b"," + without_proof
        signature = self.hmac(hashlib.new(self.hash_name, client_key).digest(), message)
        proof = bytes(a ^ b for a, b in zip(client_key, signature))
        self.signature = self.hmac(self.hmac(salted, b"Server Key"), message)
        return without_proof + b",p=" + encode(proof).encode()

    def log_in(self, say, mechanism):
        """The last reply. `say` sends a line and gives the first line of the reply."""
        reply = say(f"AUTH {mechanism} {encode(self.first)}")
        if not reply.startswith("+ "):
            return reply
        reply = say(encode(self.final(base64.b64decode(reply[2:]).decode())))
        if not reply.startswith("+ "):
            return reply
        assert base64.b64decode(reply[2:]) == b"v=" + encode(self.signature).encode(), reply
        return say("")


class Authentication(ServerTest):
    wrong = "-ERR [AUTH] wrong credentials"
    welcome = "+OK maildrop has 0 messages (0 octets)"

    def test_scram_in_the_clear(self):
        for mechanism, hash_name in (("SCRAM-SHA-1", "sha1"), ("SCRAM-SHA-256", "sha256")):
            client = self.server.connect()
            self.assertEqual(Scram(hash_name, "u1", "wrong").log_in(client.say, mechanism), self.wrong)
            self.assertEqual(Scram(hash_name, "nobody", "secret").log_in(client.say, mechanism), self.wrong)
            self.assertEqual(Scram(hash_name, "u1", "secret").log_in(client.say, mechanism), self.welcome)
            self.assertEqual(client.say("STAT"), "+OK 0 0")
            client.say("QUIT")
            client.close()

    def test_scram_bound_to_tls_1_2(self):
        context = tls_context()
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        clients = [self.server.connect(tls=True, context=context), self.server.connect(context=context)]
        self.assertEqual(clients[1].say("STLS"), "+OK begin TLS negotiation")
        clients[1].start_tls()
        for client in clients:
            right = client.socket.get_channel_binding("tls-unique")
            wrong = bytes(len(right))
            flag = "p=tls-unique"
            for mechanism, hash_name in (("SCRAM-SHA-1-PLUS", "sha1"), ("SCRAM-SHA-256-PLUS", "sha256")):
                login = Scram(hash_name, "u1", "secret", flag, wrong).log_in(client.say, mechanism)
                self.assertEqual(login, self.wrong)
            login = Scram("sha256", "u1", "secret", "p=tls-exporter", right).log_in(client.say, "SCRAM-SHA-256-PLUS")
            self.assertEqual(login, self.wrong)
            login = Scram("sha256", "u1", "secret", "y").log_in(client.say, "SCRAM-SHA-256")
            self.assertEqual(login, self.wrong)  # somebody took PLUS out of the list
            login = Scram("sha1", "u1", "secret", flag, right).log_in(client.say, "SCRAM-SHA-1-PLUS")
            self.assertEqual(login, self.welcome)
            client.say("QUIT")
            client.close()

    def test_scram_bound_to_a_resumed_session(self):
        context = tls_context()
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        first = self.server.connect(tls=True, context=context)
        with socket.create_connection((self.server.host, self.server.tls_port), timeout=PATIENCE) as plain:
            with context.wrap_socket(plain, session=first.socket.session) as secure:
                self.assertTrue(secure.session_reused)
                file = secure.makefile("rb")
                file.readline()

                def say(line):
                    secure.sendall(line.encode() + b"\r\n")
                    return file.readline()[:-2].decode()

                binding = secure.get_channel_binding("tls-unique")
                login = Scram("sha256", "u1", "secret", "p=tls-unique", binding).log_in(say, "SCRAM-SHA-256-PLUS")
                self.assertEqual(login, self.welcome)
                file.close()
        first.close()

    def test_scram_bound_to_tls_1_3(self):
        """Python does not know the exporter; openssl prints its key."""
        command = ("openssl", "s_client", "-connect", f"{self.server.host}:{self.server.tls_port}", "-tls1_3",
                   "-nocommands", "-keymatexport", "EXPORTER-Channel-Binding", "-keymatexportlen", "32")  # fmt: skip
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(command, **pipes) as tool:
            try:
                key = None
                while not (line := tool.stdout.readline()).startswith(b"+OK popquizd ready"):
                    self.assertTrue(line, "openssl ended")
                    if b"Keying material: " in line:
                        key = bytes.fromhex(line.split()[-1].decode())

                def say(line):
                    tool.stdin.write(line.encode() + b"\r\n")
                    tool.stdin.flush()
                    # It goes on telling about TLS, and about session tickets.
                    while not (reply := tool.stdout.readline()).startswith((b"+", b"-ERR")):
                        self.assertTrue(reply, "openssl ended")
                    return reply.rstrip(b"\r\n").decode()

                for binding, expected in ((bytes(32), self.wrong), (key, self.welcome)):
                    scram = Scram("sha256", "u1", "secret", "p=tls-exporter", binding)
                    self.assertEqual(scram.log_in(say, "SCRAM-SHA-256-PLUS"), expected)
            finally:
                tool.kill()

    def test_responses_may_be_long(self):
        client = self.server.connect()
        self.assertEqual(client.say("AUTH PLAIN"), "+ ")
        self.assertEqual(client.say(encode(b"\0" + b"u" * 4000 + b"\0" + b"p" * 4000)), self.wrong)
        self.assertEqual(client.say("AUTH PLAIN"), "+ ")
        self.assertEqual(client.say("A" * 60000), "-ERR response is longer than 12288 octets")
        self.assertEqual(client.say("AUTH PLAIN " + encode(b"\0u1\0secret")), self.welcome)
        self.assertEqual(client.say("AUTH PLAIN"), "-ERR command is not valid in this state")
        client.close()


class Certificates(ServerTest):
    def setUp(self):
        self.authority = Authority()
        self.addCleanup(self.authority.remove)
        self.options = ("--client-ca", self.authority.certificate)
        super().setUp()

    def connect(self, version, *names):
        key, certificate = self.authority.sign("client", *names) if names else (None, None)
        context = tls_context(certificate, key)
        context.minimum_version = context.maximum_version = version
        return self.server.connect(tls=True, context=context)

    def test_names_whom_it_logs_in(self):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            for names, identity, expected in (
                (("u1",), b"", "+OK"), (("Jane Doe", "u1"), b"", "+OK"), (("u2", "u1"), b"u1", "+OK"),
                (("u1",), b"u2", "-ERR [AUTH]"), (("nobody",), b"", "-ERR [AUTH]"), (("nobody",), b"u1", "-ERR [AUTH]"),
            ):  # fmt: skip
                with self.subTest(version=version, names=names, identity=identity):
                    client = self.connect(version, *names)
                    client.say("CAPA")
                    self.assertTrue(any(line.startswith(b"SASL EXTERNAL ") for line in client.lines()))
                    reply = client.say("AUTH EXTERNAL " + (encode(identity) or "="))
                    self.assertTrue(reply.startswith(expected), reply)
                    client.say("QUIT")
                    client.close()

    def test_who_has_none_is_not_offered_external(self):
        for client in (self.connect(ssl.TLSVersion.TLSv1_3), self.server.connect()):
            client.say("CAPA")
            self.assertNotIn(b"EXTERNAL", b"".join(client.lines()))
            self.assertEqual(client.say("AUTH EXTERNAL ="), "-ERR mechanism cannot be used here")
            client.log_in().close()

    def test_others_certificates_end_the_handshake(self):
        other = Authority()
        try:
            key, certificate = other.sign("client", "u1")
            for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                context = tls_context(certificate, key)
                context.minimum_version = context.maximum_version = version
                with socket.create_connection((self.server.host, self.server.tls_port), timeout=PATIENCE) as plain:
                    with self.assertRaises((ssl.SSLError, ConnectionError)):
                        # In TLS 1.3 the client learns of it when it reads.
                        with context.wrap_socket(plain) as secure:
                            secure.recv(1)
        finally:
            other.remove()


class NoCleartextLogin(ServerTest):
    options = ("--no-cleartext-login", "--token", "u1:t")

    def test_no_password_is_taken_without_tls(self):
        client = self.server.connect()
        client.say("CAPA")
        self.assertIn(b"SASL SCRAM-SHA-256 SCRAM-SHA-1 DIGEST-MD5 CRAM-MD5\r\n", client.lines())
        for line in ("USER u1", "PASS secret", "AUTH PLAIN", "AUTH LOGIN", "AUTH PLAIN " + encode(b"\0u1\0secret")):
            self.assertEqual(client.say(line), "-ERR no passwords in the clear: begin with STLS")
        self.assertEqual(client.say("AUTH OAUTHBEARER"), "-ERR mechanism cannot be used here")
        client.say("STLS")
        client.start_tls()
        client.say("CAPA")
        lines = client.lines()
        self.assertIn(b"USER\r\n", lines)
        self.assertTrue(any(re.fullmatch(rb"SASL .* OAUTHBEARER .* PLAIN LOGIN\r\n", line) for line in lines), lines)
        client.log_in().close()


class International(ServerTest):
    MAIL = "Subject: grüß dich\r\n\r\nbody\r\n".encode()

    def setUp(self):
        self.server = Server(users=("jürgen:süß", "u1:secret"))
        self.addCleanup(self.end)

    def test_mail_with_utf8_in_its_header(self):
        self.server.deliver("1", self.MAIL.replace(b"\r\n", b"\n"), user="jürgen")
        self.server.deliver("2", b"Subject: plain\n\nbody\n", user="jürgen")
        for mode, reply in ((None, "-ERR [UTF8] the header of the message needs UTF-8 mode"), ("UTF8", "+OK 30 octets")):
            client = self.server.connect()
            if mode:
                self.assertEqual(client.say(mode), "+OK UTF-8 mode is on")
            client.send("USER ju\u0308rgen\r\nPASS süß\r\n".encode())
            self.assertEqual(client.line(), b"+OK send PASS\r\n")
            self.assertEqual(client.line(), b"+OK maildrop has 2 messages (54 octets)\r\n")
            self.assertEqual(client.say("LIST 1"), "+OK 1 30")
            self.assertEqual(client.say("RETR 1"), reply)
            if mode:
                self.assertEqual(b"".join(client.lines()), self.MAIL)
            self.assertEqual(client.say("RETR 2"), "+OK 24 octets")
            client.lines()
            client.say("QUIT")
            client.close()

    def test_replies_in_german(self):
        client = self.server.connect()
        client.send(b"LANG de\r\nQUIT\r\n")
        self.assertEqual(
            client.rest().decode(), "+OK de Ab hier auf Deutsch, mit Umlauten: äöü\r\n+OK popquizd verabschiedet sich\r\n"
        )
        client.close()


class Policies(ServerTest):
    options = ("--login-delay", "u1:3600", "--expire", "u2:0", "--expire", "30", "--trouble", "u3:temporary")
    expected_errors = "popquizd: the maildrop of u3 is in trouble, as --trouble wants it\n"

    def capabilities(self, client):
        self.assertEqual(client.say("CAPA"), "+OK capability list follows")
        return [line.decode().strip() for line in client.lines()]

    def test_each_user_has_his_own(self):
        for user in ("u1", "u2"):
            self.server.deliver("1", b"x\n", user=user)
        first = self.server.connect()
        lines = self.capabilities(first)
        self.assertIn("LOGIN-DELAY 3600 USER", lines)
        self.assertIn("EXPIRE 0 USER", lines)
        lines = self.capabilities(first.log_in())
        self.assertIn("LOGIN-DELAY 3600", lines)
        self.assertIn("EXPIRE 30", lines)
        first.say("RETR 1")
        first.lines()
        first.say("QUIT")
        second = self.server.connect()
        second.say("USER u1")
        self.assertEqual(second.say("PASS secret"), "-ERR [LOGIN-DELAY] the last login was too short a time ago")
        second.say("USER u3")
        self.assertEqual(second.say("PASS secret"), "-ERR [SYS/TEMP] maildrop cannot be opened now")
        second.log_in("u2")
        second.say("RETR 1")
        second.lines()
        self.assertEqual(second.say("QUIT"), "+OK popquizd signing off (maildrop empty)")
        self.assertEqual((self.server.mails("u1"), self.server.mails("u2")), (["1"], []))
        first.close()
        second.close()


class UniqueIds(ServerTest):
    def test_last_over_sessions_and_restarts(self):
        names = ["1.a", "2." + "x" * 100, "3.with blank", "4.d:2,S"]
        for name in names:
            self.server.deliver(name, b"x\n")

        def unique_ids(server):
            client = server.connect().log_in()
            client.say("UIDL")
            lines = client.lines()
            client.say("QUIT")
            client.close()
            return [line.split(b" ", 1)[1] for line in lines]

        before = unique_ids(self.server)
        self.assertEqual(len(set(before)), 4)
        for unique_id in before:
            self.assertRegex(unique_id, rb"\A[\x21-\x7E]{1,70}\r\n\Z")
        self.assertEqual(unique_ids(self.server), before)
        other = Server(root=self.server.root)
        try:
            self.assertEqual(unique_ids(other), before)
        finally:
            other.stop()


class Crowd(ServerTest):
    def test_two_thousand_sessions_at_once(self):
        crowd = min(2000, allow_many_descriptors() - 200)
        clients = [self.server.connect() for _ in range(crowd)]
        for client in clients:
            client.send(b"CAPA\r\nUSER nobody\r\n")
        for client in clients:
            self.assertEqual(client.line(), b"+OK capability list follows\r\n")
            self.assertEqual(len(client.lines()), 12)
            self.assertEqual(client.line(), b"+OK send PASS\r\n")
        for client in clients:
            client.send(b"QUIT\r\n")
        for client in clients:
            self.assertEqual(client.rest(), b"+OK popquizd signing off\r\n")
            client.close()
        self.assertGreaterEqual(crowd, 500)


class FewDescriptors(unittest.TestCase):
    def test_accepting_goes_on_when_some_are_free_again(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))

        server = Server(preexec_fn=limit)
        held = []
        try:
            for _ in range(60):
                held.append(socket.create_connection((server.host, server.port), timeout=PATIENCE))
            for plain in held[:30]:
                plain.close()
            greeted = held[-1].recv(512)
            self.assertTrue(greeted.startswith(b"+OK"))
        finally:
            for plain in held:
                plain.close()
            status, errors = server.stop()
        self.assertEqual(status, 0)
        self.assertIn("popquizd: cannot accept connections for now: Too many open files\n", errors)


class LargeMail(ServerTest):
    def setUp(self):
        super().setUp()
        default = "256" if SANITIZED else "1024"
        self.mebibytes = int(os.environ.get("POPQUIZD_LARGE_MEBIBYTES", default))
        # A sanitizer keeps memory that was given back; still less than the message.
        self.most_memory = (160 if SANITIZED else 64) * MEBIBYTE

    def test_is_streamed(self):
        """Line ends and dots every MiB, with nothing between them that takes room on disk."""
        self.server.deliver("1", b"Subject: large\n\n")
        header = len(b"Subject: large\n\n")
        with open(os.path.join(self.server.maildir(), "new", "1"), "r+b") as file:
            for number in range(self.mebibytes):
                file.seek(header + (number + 1) * MEBIBYTE - 3)
                file.write(b"\n.\n")
        size = len(b"Subject: large\r\n\r\n") + self.mebibytes * (MEBIBYTE - 3 + len(b"\r\n.\r\n"))

        client = self.server.connect().log_in()
        self.assertEqual(client.say("STAT"), f"+OK 1 {size}")
        self.assertEqual(client.say("RETR 1"), f"+OK {size} octets")
        # Stuffing adds an octet for each dot, and the terminator comes behind.
        expected = size + self.mebibytes + len(b".\r\n")
        tail = b""
        received = 0
        lines = 0
        buffer = bytearray(MEBIBYTE)
        while received < expected:
            count = client.file.readinto1(memoryview(buffer)[: min(len(buffer), expected - received)])
            self.assertGreater(count, 0)
            received += count
            lines += buffer.count(b"\n", 0, count)
            tail = (tail + bytes(memoryview(buffer)[max(0, count - 10) : count]))[-10:]
        self.assertEqual(tail, b"\0\0\r\n..\r\n.\r\n"[-10:])
        self.assertEqual(lines, 2 + 2 * self.mebibytes + 1)
        self.assertEqual(client.say("STAT"), f"+OK 1 {size}")
        self.assertEqual(client.say("TOP 1 1"), "+OK top of message follows")
        self.assertEqual([len(line) for line in client.lines()], [16, 2, MEBIBYTE - 3 + 2])
        client.close()
        self.assertLess(self.server.peak_memory(), self.most_memory)

    def test_slow_readers_make_nothing_pile_up(self):
        """Many clients ask for much and read nothing."""
        for user in ("u1", "u2", "u3"):
            self.server.deliver("1", b"x" * 50_000_000, user=user)
        clients = []
        for user in ("u1", "u2", "u3"):
            client = self.server.connect().log_in(user)
            client.send(b"RETR 1\r\n" * 100)
            clients.append(client)
        # The server is done with them for now when it answers somebody else.
        other = self.server.connect()
        for _ in range(100):
            other.say("CAPA")
            other.lines()
        self.assertLess(self.server.peak_memory(), self.most_memory)
        for client in clients + [other]:
            client.close()

    def test_thousands_of_messages(self):
        count = 5000
        for number in range(1, count + 1):
            self.server.deliver(f"{number}.x", b"Subject: %d\n\nbody\n" % number)
        client = self.server.connect().log_in()
        self.assertEqual(client.say("LIST").split(" (")[0], f"+OK {count} messages")
        self.assertEqual(len(client.lines()), count)
        client.say("UIDL")
        self.assertEqual(client.lines(), [b"%d %d.x\r\n" % (n, n) for n in range(1, count + 1)])
        client.send(b"".join(b"DELE %d\r\n" % n for n in range(1, count + 1)) + b"QUIT\r\n")
        replies = client.rest().splitlines()
        self.assertEqual(len(replies), count + 1)
        self.assertEqual(replies[-1], b"+OK popquizd signing off (maildrop empty)")
        client.close()
        self.assertEqual(self.server.mails(), [])

    def test_a_login_to_a_large_maildrop_holds_nobody_up(self):
        """While one maildrop is measured, another session gets its answers."""
        with open(self.sparse("u1"), "r+b") as file:
            file.truncate(self.mebibytes * MEBIBYTE)
        large = self.server.connect()
        other = self.server.connect()
        large.send(b"USER u1\r\nPASS secret\r\n")
        self.assertEqual(large.line(), b"+OK send PASS\r\n")
        answered = 0
        while large.is_silent():
            other.say("USER nobody")
            answered += 1
        self.assertTrue(large.line().startswith(b"+OK maildrop has 1 message"))
        self.assertGreater(answered, 3)
        large.close()
        other.close()

    def sparse(self, user):
        self.server.deliver("1", b"", user=user)
        return os.path.join(self.server.maildir(user), "new", "1")


class Idle(ServerTest):
    options = ("--idle-timeout", "0.3")

    def test_autologout_says_nothing_and_deletes_nothing(self):
        self.server.deliver("1", b"x\n")
        client = self.server.connect().log_in()
        client.say("DELE 1")
        self.assertEqual(client.rest(), b"")
        self.assertEqual(self.server.mails(), ["1"])
        client.close()
        self.server.connect().log_in().close()

    def test_every_state_has_it(self):
        waiting = self.server.connect()
        handshake = socket.create_connection((self.server.host, self.server.tls_port), timeout=PATIENCE)
        half = self.server.connect()
        half.send(b"NOO")
        self.assertEqual((waiting.rest(), handshake.recv(1), half.rest()), (b"", b"", b""))
        handshake.close()
        waiting.close()
        half.close()


class Process(unittest.TestCase):
    def test_signals_end_it_without_update(self):
        for end in (signal.SIGTERM, signal.SIGINT):
            server = Server()
            server.deliver("1", b"x\n")
            kept = os.path.join(server.maildir(), "new", "1")
            clients = [server.connect().log_in(), server.connect(tls=True)]
            clients[0].say("DELE 1")
            server.process.send_signal(end)
            self.assertEqual(clients[0].rest(), b"")
            server.process.wait(PATIENCE)
            self.assertTrue(os.path.exists(kept))
            self.assertEqual(server.stop(), (0, ""))
            for client in clients:
                client.close()

    def test_ipv6(self):
        server = Server("--host", "::1")
        try:
            self.assertEqual(server.host, "::1")
            client = server.connect().log_in()
            self.assertEqual(client.say("QUIT"), "+OK popquizd signing off (maildrop empty)")
            client.close()
        finally:
            self.assertEqual(server.stop(), (0, ""))

    def run_wrongly(self, *options):
        done = subprocess.run(
            [POPQUIZD, *options], capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertTrue(done.stderr.startswith("popquizd: "), done.stderr)
        return done.stderr

    def test_wrong_options_are_explained(self):
        self.assertIn("--port", self.run_wrongly("--port", "70000"))
        self.assertIn("write it as NAME:PASSWORD", self.run_wrongly("--user", "u1"))
        self.assertIn("--client-ca: cannot use /nowhere", self.run_wrongly("--client-ca", "/nowhere"))
        self.assertIn("--occasions: /nowhere/x cannot be written", self.run_wrongly("--occasions", "/nowhere/x"))
        self.assertIn("cannot use /nowhere", self.run_wrongly("--tls-cert", "/nowhere", "--tls-key", "/nowhere"))
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            self.assertIn(
                f"popquizd: --port: cannot listen on 127.0.0.1 port {port}: Address already in use; give a free port",
                self.run_wrongly("--port", port),
            )

    def test_occasions_are_written_down_for_each_connection(self):
        with tempfile.TemporaryDirectory(prefix="popquizd-test-") as folder:
            noted = os.path.join(folder, "occasions")
            server = Server("--occasions", noted)
            clients = [server.connect().log_in(), server.connect(tls=True).log_in("u2"), server.connect()]
            clients[0].say("STAT")
            clients[1].say("QUIT")
            ports = [client.socket.getsockname()[1] for client in clients]
            for client in clients:
                client.close()
            self.assertEqual(server.stop(), (0, ""))
            with open(noted, encoding="ascii") as file:
                occasions = {int(port): set(names.split()) for port, names in (line.split("\t") for line in file)}
        self.assertEqual(set(occasions), set(ports))
        told = [occasions[port] for port in ports]
        # Each has had a greeting; one asked STAT, and another left in good order under TLS.
        self.assertEqual(["stat_count_with_plus" in names for names in told], [True, False, False])
        self.assertEqual(["tls_without_close_notify" in names for names in told], [False, True, False])
        self.assertEqual(["timestamp_always_the_same" in names for names in told], [True, True, True])

    def test_without_a_tls_port_none_is_printed(self):
        process = subprocess.Popen([POPQUIZD], stdout=subprocess.PIPE, text=True)
        try:
            self.assertRegex(process.stdout.readline(), r"\Aready 127\.0\.0\.1 [0-9]+\n\Z")
        finally:
            process.terminate()
            self.assertEqual(process.communicate()[0], "")
            self.assertEqual(process.returncode, 0)

    def test_a_certificate_from_files(self):
        with tempfile.TemporaryDirectory() as folder:
            key, certificate = os.path.join(folder, "key"), os.path.join(folder, "cert")
            made = subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                 "-subj", "/CN=given.example", "-keyout", key, "-out", certificate],
                capture_output=True, check=False,
            )  # fmt: skip
            if made.returncode != 0:
                self.skipTest("openssl cannot make a certificate")
            server = Server("--tls-cert", certificate, "--tls-key", key)
            try:
                pem = ssl.get_server_certificate((server.host, server.tls_port), timeout=PATIENCE)
                with open(certificate, encoding="ascii") as file:
                    self.assertEqual(pem.split(), file.read().split())
            finally:
                self.assertEqual(server.stop(), (0, ""))

    def test_the_certificate_that_it_makes_is_for_localhost(self):
        server = Server()
        try:
            pem = ssl.get_server_certificate((server.host, server.tls_port), timeout=PATIENCE)
            context = ssl.create_default_context(cadata=pem)
            for name in ("localhost", "127.0.0.1", "::1"):
                with socket.create_connection((server.host, server.tls_port), timeout=PATIENCE) as plain:
                    with context.wrap_socket(plain, server_hostname=name) as secure:
                        self.assertTrue(secure.recv(512).startswith(b"+OK"))
        finally:
            self.assertEqual(server.stop(), (0, ""))


if __name__ == "__main__":
    unittest.main()
