"""Handshakes of TLS and their ends: servers that take what they should refuse, answer in the clear, or just hang up."""

import contextlib
import pathlib
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest

from hostile_servers import ERR, OK, Honest, PASSWORD
from popquiz import CONFORMS, SUITE, USAGE, Folder, Popquizd, faults_of_reports, reports_in, run

ALERT = b"\x15\x03\x01\x00\x02\x02\x46"
ANYTHING = "ALL:@SECLEVEL=0"

REFUSED = "checks: rfc8314-4-old-versions-refused\nC: <open connection over TLS{}>\nS: <refuses TLS>\n"
STARTS = "checks: rfc8314-4-tls-1-2\nC: <open connection over TLS{}>\nS: <TLS starts>\nS: +OK\nC: QUIT\nS: +OK\n"
REFUSED_BEHIND_STLS = (
    "checks: rfc8314-4-old-versions-refused\nstate: authorization\nneeds: STLS\nC: STLS\nS: +OK\n"
    "C: <start TLS{}>\nS: <refuses TLS>\n"
)
STARTS_BEHIND_STLS = (
    "checks: rfc8314-4-tls-1-2\nstate: authorization\nneeds: STLS\nC: STLS\nS: +OK\nC: <start TLS>\nS: <TLS starts>\n"
    "C: NOOP\nS: -ERR\n"
)
INJECTED_AT_ONCE = (SUITE / "rfc2595/4-stls/injected-command.pop3").read_text()
INJECTED = (SUITE / "rfc2595/4-stls/injected-later.pop3").read_text()
IN_CLEAR = (SUITE / "rfc8314/3-implicit/cleartext-refused.pop3").read_text()
CLOSE_NOTIFY = (SUITE / "rfc8314/3-implicit/close-notify.pop3").read_text()


class Listener:
    """Lets `serve(connection)` have each connection to a port of 127.0.0.1."""

    def __init__(self, serve):
        self.serve = serve
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self.have, args=(connection,), daemon=True).start()

    def have(self, connection):
        with contextlib.suppress(OSError), connection:
            self.serve(connection)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


CAPABILITIES = [b"USER", b"TOP", b"UIDL", b"STLS"]


def until_end(connection):
    with contextlib.suppress(OSError):
        while connection.recv(65536):
            pass


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.files = tempfile.TemporaryDirectory(prefix="popquiz-test-")
        cls.addClassCleanup(cls.files.cleanup)
        cls.certificate = pathlib.Path(cls.files.name) / "certificate.pem"
        made = subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=u1", "-keyout", cls.certificate, "-out", cls.certificate.with_suffix(".crt")],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
        )
        if made.returncode != 0:
            raise unittest.SkipTest("openssl cannot make a certificate")
        with cls.certificate.open("a") as file:
            file.write(cls.certificate.with_suffix(".crt").read_text())

    def context(self, lowest=ssl.TLSVersion.TLSv1_2, highest=ssl.TLSVersion.TLSv1_3, ciphers=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        context.minimum_version, context.maximum_version = lowest, highest
        if ciphers:
            context.set_ciphers(ciphers)
        return context

    def over_tls(self, context, then=None):
        """POP3 on a TLS port; `then(connection)` in its place."""

        def serve(connection):
            with context.wrap_socket(connection, server_side=True, suppress_ragged_eofs=True) as wrapped:
                if then is not None:
                    then(wrapped)
                    return
                Honest(wrapped).serve()
                wrapped.unwrap()

        return serve

    def behind_stls(self, context, late=None, first=b""):
        """POP3 with STLS. `late(connection)` has the connection between the answer to STLS and the handshake, and says
        whether there is to be one. `first` is said as soon as TLS has started."""

        def serve(connection):
            session = Honest(connection, capabilities=CAPABILITIES)
            session.send(b"+OK\r\n")
            for line in session.lines():
                keyword = line.partition(b" ")[0].upper()
                if keyword != b"STLS":
                    connection.sendall(session.reply(keyword, line.split(b" ")[1:]))
                    if keyword == b"QUIT":
                        return
                    continue
                connection.sendall(OK)
                if late is not None and not late(connection):
                    return
                with context.wrap_socket(connection, server_side=True) as wrapped:
                    under = Honest(wrapped, greeting=first, capabilities=CAPABILITIES)
                    under.serve()
                return

        return serve

    def play(self, scenario, tls=None, clear=None, lines="verify = false"):
        """The result of one scenario, and the checks that were not met."""
        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(Folder())
            clear = stack.enter_context(Listener(clear or self.behind_stls(self.context())))
            tls_port = ""
            if tls is not None:
                tls_port = f"tls_port = {stack.enter_context(Listener(tls)).port}\n"
            profile = folder.write(
                "profile.toml",
                f'host = "127.0.0.1"\nport = {clear.port}\n{tls_port}tls = {{ {lines} }}\n'
                f'accounts = [ {{ user = "u1", password = "{PASSWORD.decode()}" }} ]\n[limits]\nstep = 2\nscenario = 10\n',
            )
            suite = folder.suite({"it.pop3": scenario})
            outcome = run("run", "--suite", suite, "--target", profile, *reports_in(folder.path), folder=folder.path)
            self.assertNotEqual(outcome.status, USAGE, outcome)
            self.assertEqual(faults_of_reports(outcome), [])
            record = outcome.record()
            (result,) = record["results"]
            result["met"] = [check["id"] for check in record["checks"] if check["verdict"] in ("fail", "warn")]
            result["status"] = outcome.status
            return result

    def assert_verdict(self, result, verdict, words="", met=()):
        self.assertEqual(result["verdict"], verdict, result)
        said = [result.get("reason", "")] + [finding["what"] + ": " + finding["got"] for finding in result["findings"]]
        self.assertTrue(any(words in one for one in said), (words, said))
        self.assertEqual(result["met"], list(met), result)

    def test_what_is_refused_and_what_is_taken(self):
        modern = self.over_tls(self.context())
        old = self.over_tls(self.context(lowest=ssl.TLSVersion.TLSv1, ciphers=ANYTHING))
        self.assert_verdict(self.play(REFUSED.format(" with version 1.0"), modern), "pass")
        self.assert_verdict(self.play(REFUSED.format(" with version 1.1"), modern), "pass")
        self.assert_verdict(self.play(REFUSED.format(" with version 1.0"), old), "warn", "TLS started: TLSv1 with ")
        self.assert_verdict(self.play(STARTS.format(" with version 1.2"), modern), "pass")
        self.assert_verdict(self.play(STARTS.format(" with version 1.3 and cipher TLS_AES_128_GCM_SHA256"), modern), "pass")
        only_new = self.over_tls(self.context(lowest=ssl.TLSVersion.TLSv1_3))
        self.assert_verdict(
            self.play(STARTS.format(" with version 1.2"), only_new), "fail", "refused TLS: the TLS handshake failed"
        )

    def test_behind_stls(self):
        old = self.behind_stls(self.context(lowest=ssl.TLSVersion.TLSv1, ciphers=ANYTHING))
        self.assert_verdict(self.play(REFUSED_BEHIND_STLS.format(" with version 1.0")), "pass")
        self.assert_verdict(self.play(REFUSED_BEHIND_STLS.format(" with version 1.0"), clear=old), "warn", "TLSv1 with ")
        self.assert_verdict(self.play(STARTS_BEHIND_STLS), "pass")
        closes = self.behind_stls(self.context(), late=lambda connection: False)
        self.assert_verdict(self.play(STARTS_BEHIND_STLS, clear=closes), "fail", "the server refused TLS")

    def test_with_tls_1_3_success_of_the_handshake_proves_nothing(self):
        context = self.context(lowest=ssl.TLSVersion.TLSv1_3)
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(self.certificate)
        strict = self.over_tls(context)
        shown = f'verify = false, cert = "{self.certificate}"'
        self.assert_verdict(self.play(REFUSED.format(""), strict), "pass")
        self.assert_verdict(self.play(STARTS.format(""), strict), "fail", "alert `certificate required`")
        self.assert_verdict(self.play(STARTS.format(" with client certificate"), strict, lines=shown), "pass")
        self.assert_verdict(self.play(REFUSED.format(" without client certificate"), strict, lines=shown), "pass")
        silent = self.over_tls(self.context(), then=lambda connection: connection.close())
        self.assert_verdict(self.play(REFUSED.format(""), silent), "pass")

    def test_what_is_ours_is_not_the_servers(self):
        modern = self.over_tls(self.context())
        self.assert_verdict(
            self.play(REFUSED.format(""), modern, lines="verify = true"), "inconclusive", "the server's certificate"
        )
        self.assert_verdict(
            self.play(REFUSED.format(" with cipher NO-SUCH-SUITE"), modern), "inconclusive", "OpenSSL here cannot offer"
        )
        self.assert_verdict(
            self.play(STARTS.format(" with cipher NO-SUCH-SUITE"), modern), "inconclusive", "OpenSSL here cannot offer"
        )
        self.assert_verdict(self.play(REFUSED.format(""), until_end), "inconclusive", "no answer in time")
        self.assert_verdict(self.play(STARTS.format(""), until_end), "fail", "TLS did not start")
        speaks = self.play(REFUSED.format(""), lambda connection: (connection.sendall(ERR), until_end(connection)))
        self.assert_verdict(speaks, "inconclusive", "octets that are no TLS")

    def test_a_command_that_comes_late_in_the_clear(self):
        self.assert_verdict(self.play(INJECTED), "pass")

        def answers(reply):
            def at_once(connection):
                connection.recv(65536)
                connection.sendall(reply)
                return True

            def then_closes(connection):
                at_once(connection)
                connection.recv(65536)
                return False

            def late(connection):
                connection.recv(65536)
                connection.recv(65536, socket.MSG_PEEK)
                connection.sendall(reply)
                until_end(connection)
                return False

            return at_once, then_closes, late

        for obeys in answers(OK):
            result = self.play(INJECTED, clear=self.behind_stls(self.context(), obeys))
            self.assert_verdict(result, "fail", "a command that was sent in the clear in place of the handshake was answered")
        for refuses in answers(ERR):
            self.assert_verdict(self.play(INJECTED, clear=self.behind_stls(self.context(), refuses)), "pass")

        def throws_away(connection):
            return bool(connection.recv(65536))

        def alerts(connection):
            connection.recv(65536)
            connection.sendall(ALERT)
            return False

        def waits(connection):
            until_end(connection)
            return False

        server = self.behind_stls(self.context(), throws_away)
        self.assert_verdict(self.play(INJECTED, clear=server), "warn", "thrown away")
        for late in (alerts, lambda connection: False):
            self.assert_verdict(self.play(INJECTED, clear=self.behind_stls(self.context(), late)), "pass")
        server = self.behind_stls(self.context(), waits)
        self.assert_verdict(self.play(INJECTED, clear=server), "inconclusive", "no answer in time")

    def test_an_answer_to_what_came_in_the_clear(self):
        """It is there before the client's first command or comes behind it: the verdict is the same."""
        for pause in ("", "C: <wait 300 ms>\n"):
            with self.subTest(pause):
                server = self.behind_stls(self.context(), first=ERR)
                result = self.play(INJECTED_AT_ONCE.replace("then:\n", f"{pause}then:\n"), clear=server)
                self.assertEqual(result["verdict"], "fail", result)
                self.assertEqual(result["findings"][0]["what"], "the reply to CAPA does not begin with +OK")
        self.assert_verdict(self.play(INJECTED_AT_ONCE), "pass")

    def test_an_alert_before_the_handshake(self):
        """It is in the language of TLS, and no reply too many."""

        def cannot(connection):
            connection.sendall(ALERT)
            until_end(connection)
            return False

        scenario = STARTS_BEHIND_STLS.replace("C: <start TLS>\nS: <TLS starts>", "C: <wait 100 ms>\nC: <start TLS>")
        result = self.play(scenario, clear=self.behind_stls(self.context(), cannot))
        self.assert_verdict(result, "fail", "the server sent a TLS alert before the handshake")
        self.assertEqual(result["because_of"], "", result)

    def test_the_tls_port_in_the_clear(self):
        modern = self.over_tls(self.context())
        self.assert_verdict(self.play(IN_CLEAR, modern), "pass")

        def either(in_clear):
            """TLS for who speaks it, and something else for who does not."""

            def serve(connection):
                if connection.recv(1, socket.MSG_PEEK) == b"\x16":
                    modern(connection)
                else:
                    in_clear(connection)

            return serve

        def alert(connection):
            until_end(connection)
            connection.sendall(ALERT + ALERT)

        def silent(connection):
            until_end(connection)
            threading.Event().wait(5)

        self.assert_verdict(self.play(IN_CLEAR, either(alert)), "pass")
        self.assert_verdict(self.play(IN_CLEAR, either(lambda connection: None)), "pass")
        self.assert_verdict(self.play(IN_CLEAR, either(silent)), "inconclusive", "neither answers")
        result = self.play(IN_CLEAR, either(lambda connection: Honest(connection).serve()))
        self.assert_verdict(result, "fail", "octets came where the connection should have ended: +OK ready")

    def test_a_clients_certificate(self):
        """It logs in as the first account of the profile, and no other scenario is played as that one meanwhile."""
        users = {f"u{number}": f"secret-of-u{number}" for number in (1, 2, 3)}
        crt = self.certificate.with_suffix(".crt")
        accounts = ", ".join(f'{{ user = "{user}", password = "{password}" }}' for user, password in users.items())
        belongs = (
            "checks: rfc5034-3-sasl-announced-auth-works\nneeds: SASL EXTERNAL, client certificate, TLS\nmaildrop: two\nstate: closed\n\n"
            "C: <open connection over TLS with client certificate>\nS: +OK\nC: <authenticate EXTERNAL>\nS: +OK\n"
            "C: STAT\nS: +OK ${messages} ${octets}\n"
        )
        with Folder() as folder, Popquizd(folder.path / "mail", users, "--client-ca", crt) as server:
            profile = folder.write(
                "profile.toml",
                f'host = "127.0.0.1"\nport = {server.port}\ntls_port = {server.tls_port}\naccounts = [ {accounts} ]\n'
                f'tls = {{ verify = false, cert = "{crt}", key = "{self.certificate}" }}\n'
                f'[maildrop]\nmaildir = "{server.root}/{{user}}"\n',
            )
            for seed in range(1, 5):
                file = folder.write("belongs.pop3", belongs)
                outcome = run("run", "--suite", SUITE, file, "--target", profile, f"--shuffle={seed}")
                self.assertEqual(outcome.status, CONFORMS, outcome)
            chosen = ("rfc5034/4-auth/*external*", "rfc8314/4-tls/client-*", "rfc2595/4-stls/*certificate*", "rfc2595/4-stls/external-*")
            outcome = run("run", "--suite", SUITE, *chosen, "--target", profile, *reports_in(folder.path), folder=folder.path)
            verdicts = {result["id"]: result["verdict"] for result in outcome.record()["results"]}
            self.assertGreaterEqual(len(verdicts), 9)
            self.assertEqual(set(verdicts.values()), {"pass"}, verdicts)

    def test_close_notify(self):
        polite = self.over_tls(self.context())

        def hangs_up(connection):
            Honest(connection).serve()
            connection.shutdown(socket.SHUT_RDWR)

        self.assert_verdict(self.play(CLOSE_NOTIFY, polite), "pass")
        rude = self.over_tls(self.context(), then=hangs_up)
        self.assert_verdict(self.play(CLOSE_NOTIFY, rude), "warn", "without TLS's close_notify")
        in_clear = "checks: rfc1939-6-quit-closes\nstate: authorization\nC: QUIT\nS: +OK\nS: <closes connection with close_notify>\n"
        self.assertEqual(self.play(in_clear)["status"], CONFORMS)


if __name__ == "__main__":
    unittest.main()
