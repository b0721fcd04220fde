"""The suite in other wire shapes: a server that is the same in all of them, and servers that are not."""

import contextlib
import socket
import threading
import unittest

from hostile_servers import ERR, Honest, PASSWORD
from popquiz import CONFORMS, MISSES, NOT_JUDGED, Folder, Popquizd, USAGE, faults_of_reports, reports_in, run


def has_ipv6():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


wants_ipv6 = unittest.skipUnless(has_ipv6(), "this machine has no ::1")

SHAPES = ["octets", "split-line-ends", "coalesced", "slow-reader", "tls", "stls", "ipv6"]

SCENARIOS = {
    "stat.pop3": "checks: rfc1939-5-stat-format\nC: STAT\nS: +OK {n: number} {m: number}\n",
    "two.pop3": "checks: rfc1939-5-noop-ok\nC: NOOP\nS: +OK\nC: STAT\nS: +OK\nC: LIST 1\nS: +OK\n",
    "retr.pop3": "checks: rfc1939-5-retr-message\nC: RETR 1\nS: +OK\nS: ...\nS: .\n",
    "segments.pop3": "checks: rfc1939-5-noop-ok\nstate: transaction\nC: <segments of 2 octets>\nC: NOOP\nS: +OK\n",
    "greeting.pop3": "checks: rfc1939-4-greeting-one-line\nS: +OK\n",
    "stls.pop3": "checks: rfc2595-4-stls-stays-authorization\nneeds: STLS\nstate: authorization\nC: STLS\nS: +OK\nC: <start TLS>\n"
    "C: QUIT\nS: +OK\n",
}


class Fake:
    """Lets `serve(connection, over_ipv6)` have each connection to a port of 127.0.0.1 and, if wanted, ::1."""

    def __init__(self, serve, ipv6=False):
        self.serve = serve
        self.listeners = [socket.create_server(("127.0.0.1", 0), backlog=64)]
        self.port = self.listeners[0].getsockname()[1]
        if ipv6:
            self.listeners.append(socket.create_server(("::1", self.port), family=socket.AF_INET6, backlog=64))
        for listener in self.listeners:
            threading.Thread(target=self.listen, args=(listener,), daemon=True).start()

    def listen(self, listener):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=self.have, args=(connection,), daemon=True).start()

    def have(self, connection):
        with contextlib.suppress(OSError), connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.serve(connection, connection.family == socket.AF_INET6)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for listener in self.listeners:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()


class OneSegmentOneCommand(Honest):
    """Takes whatever one recv() brings for one command: a beginner's server."""

    def lines(self):
        while octets := self.connection.recv(65536):
            yield octets.rstrip(b"\r\n")


class ForgetsTheRest(Honest):
    """Answers the first command of a segment and forgets the others, though it announces PIPELINING."""

    def lines(self):
        line = b""
        while octets := self.connection.recv(65536):
            line += octets
            if b"\n" in line:
                yield line.split(b"\n")[0].rstrip(b"\r")
                line = b""


class WireShapes(unittest.TestCase):
    def play(self, server, *arguments, scenarios=SCENARIOS, lines=""):
        with Folder() as folder:
            suite = folder.suite(scenarios)
            profile = folder.write(
                "profile.toml",
                f'host = "127.0.0.1"\nport = {server.port}\n{lines}tls = {{ verify = false }}\n'
                f'accounts = [ {{ user = "u1", password = "{PASSWORD.decode()}" }} ]\n[limits]\nstep = 2\nscenario = 5\n',
            )
            outcome = run(
                "run", *arguments, "--suite", suite, "--target", profile, *reports_in(folder.path), folder=folder.path
            )
            self.assertNotEqual(outcome.status, USAGE, outcome)
            self.assertEqual(faults_of_reports(outcome), [])
            record = outcome.record()
            shapes = {shape["name"]: shape for shape in record.get("wire_shapes", [])}
            return outcome, {result["id"]: result for result in record["results"]}, shapes

    def popquizd(self, folder, *options):
        server = Popquizd(folder.path / "mail", {"u1": PASSWORD.decode()}, *options)
        server.deliver("u1", "1", b"Subject: one\n\none\n")
        return server

    @wants_ipv6
    def test_the_reference_server_is_the_same_in_all_of_them(self):
        with Folder() as folder, self.popquizd(folder, "--second-host", "::1") as server:
            outcome, results, shapes = self.play(
                server, "--wire-shape", "all", lines=f"tls_port = {server.tls_port}\n"
            )
        self.assertEqual(outcome.status, CONFORMS, outcome)
        self.assertEqual(list(shapes), SHAPES)
        self.assertEqual(sorted(results), ["greeting", "retr", "segments", "stat", "stls", "two"])
        judged = {name: (shape["judged"], shape["not_applicable"]) for name, shape in shapes.items()}
        self.assertEqual(
            judged,
            {
                "octets": (5, 1),
                "split-line-ends": (5, 1),
                "coalesced": (5, 1),
                "slow-reader": (6, 0),
                "tls": (5, 1),
                "stls": (4, 2),
                "ipv6": (6, 0),
            },
        )
        for shape in shapes.values():
            self.assertEqual((shape["differing"], shape["inconclusive"], shape["skip"]), (0, 0, 0), shape)
        self.assertIn(b"Wire shape octets (one octet a segment): 5 judged, none differs, 1 not applicable.", outcome.out)

    def test_a_server_under_tls_alone(self):
        with Folder() as folder, self.popquizd(folder) as server:
            server.port, tls_port = server.tls_port, server.tls_port
            with Folder() as work:
                suite = work.suite(SCENARIOS)
                profile = work.write(
                    "profile.toml",
                    f'host = "127.0.0.1"\ntls_port = {tls_port}\ntls = {{ verify = false }}\n'
                    f'accounts = [ {{ user = "u1", password = "{PASSWORD.decode()}" }} ]\n',
                )
                outcome = run(
                    "run", "stat", "two", "retr", "--wire-shape=octets,tls,stls", "--suite", suite, "--target", profile,
                    *reports_in(work.path), folder=work.path,
                )  # fmt: skip
                shapes = {shape["name"]: shape for shape in outcome.record()["wire_shapes"]}
        self.assertEqual(outcome.status, CONFORMS, outcome)
        self.assertEqual(shapes["octets"]["judged"], 3)
        self.assertEqual(shapes["tls"]["reason"], "the profile has no port: everything is over TLS already")
        self.assertEqual(shapes["stls"]["reason"], "the profile has no port")

    def test_where_there_are_no_means_nothing_is_judged_and_nobody_blamed(self):
        with Fake(lambda connection, _: Honest(connection).serve()) as server:
            outcome, results, shapes = self.play(server, "--wire-shape", "tls,stls", "--wire-shape", "ipv6")
        self.assertEqual(outcome.status, CONFORMS, outcome)
        self.assertEqual(shapes["tls"]["reason"], "the profile has no tls_port")
        self.assertEqual(shapes["stls"]["reason"], "the server does not offer STLS")
        self.assertIn("host6 in the profile", shapes["ipv6"]["reason"])
        self.assertNotIn("@", "".join(results))

    @wants_ipv6
    def test_ipv6_that_the_profile_promises_is_missed(self):
        with Fake(lambda connection, _: Honest(connection).serve()) as server:
            outcome, results, _ = self.play(server, "--wire-shape", "ipv6", lines='host6 = "::1"\n')
        self.assertEqual(outcome.status, NOT_JUDGED, outcome)
        self.assertEqual(results["login@ipv6"]["verdict"], "inconclusive")

    def test_a_server_that_takes_a_segment_for_a_command(self):
        with Fake(lambda connection, _: OneSegmentOneCommand(connection).serve()) as server:
            outcome, results, shapes = self.play(server, "--wire-shape", "octets")
        self.assertEqual(outcome.status, MISSES, outcome)
        login = results["login@octets"]
        self.assertEqual(login["verdict"], "fail")
        self.assertEqual([finding["requirement"] for finding in login["findings"]], ["wire-shape"])
        self.assertEqual(shapes["octets"]["judged"], 0)
        self.assertEqual(results["stat"]["verdict"], "pass")

    def test_a_server_that_forgets_what_is_behind_the_first_command(self):
        with Fake(lambda connection, _: ForgetsTheRest(connection).serve()) as server:
            outcome, results, shapes = self.play(server, "--wire-shape", "coalesced,octets")
        self.assertEqual(outcome.status, MISSES, outcome)
        self.assertEqual(results["two"]["verdict"], "pass")
        self.assertEqual([name for name in results if "@" in name], ["two@coalesced"])
        two = results["two@coalesced"]
        self.assertEqual(two["verdict"], "fail")
        self.assertEqual([finding["requirement"] for finding in two["findings"]], ["rfc1939-5-noop-ok", "wire-shape"])
        self.assertEqual(shapes["coalesced"]["differing"], 1)
        self.assertEqual(shapes["octets"]["differing"], 0)
        self.assertRegex(outcome.out, rb"rerun +\S+ run two --target \S+ .*--wire-shape coalesced\n")

    @wants_ipv6
    def test_a_server_that_is_another_one_over_ipv6(self):
        def serve(connection, over_ipv6):
            refuses = lambda session, keyword, arguments: ERR if over_ipv6 and keyword == b"NOOP" else None
            Honest(connection, answer=refuses).serve()

        with Fake(serve, ipv6=True) as server:
            outcome, results, shapes = self.play(server, "--wire-shape", "ipv6")
        self.assertEqual(outcome.status, MISSES, outcome)
        self.assertEqual(sorted(name for name in results if "@" in name), ["segments@ipv6", "two@ipv6"])
        self.assertEqual(shapes["ipv6"]["differing"], 2)

    @wants_ipv6
    def test_a_verdict_that_does_not_come_again_is_not_laid_to_the_shape(self):
        refused = []

        def serve(connection, over_ipv6):
            def once(session, keyword, arguments):
                if keyword != b"STAT" or not over_ipv6 or refused:
                    return None
                refused.append(connection)
                return ERR

            Honest(connection, answer=once, capabilities=[b"TOP", b"UIDL", b"USER"]).serve()

        with Fake(serve, ipv6=True) as server:
            outcome, results, shapes = self.play(
                server, "--wire-shape", "ipv6", scenarios={"stat.pop3": SCENARIOS["stat.pop3"]}
            )
        self.assertEqual(outcome.status, MISSES, outcome)
        stat = results["stat@ipv6"]
        self.assertEqual([finding["requirement"] for finding in stat["findings"]], ["rfc1939-5-stat-format"])
        self.assertEqual(len(stat["notes"]), 1, stat)

    def test_an_unknown_shape(self):
        outcome = run("run", "--server", "127.0.0.1:1", "--user", "u", "--password", "p", "--wire-shape", "octet")
        self.assertEqual(outcome.status, USAGE, outcome)
        self.assertIn(b"--wire-shape octet: it is one of whole, octets, split-line-ends,", outcome.err)


if __name__ == "__main__":
    unittest.main()
