"""The reference server as people may set it up, and profiles as they may write them: no verdict accuses a server for what
it is free to do."""

import unittest

from popquiz import CONFORMS, Folder, Popquizd, SUITE, reports_in, run

USERS = {f"u{number}": f"password-of-{number}" for number in range(1, 9)}
TOKENS = {user: f"token-of-{user}" for user in USERS}

# Who judges these reads what other servers do, and warns.
TOLERATED = {"rfc1939/13-security/apop-or-pass", "rfc1939/7-user-pass/user-after-user"}


class Variation(unittest.TestCase):
    def play(self, *selectors, server=(), ports=("port", "tls_port"), profile="", tokens=False, options=()):
        """Results by id of the scenarios that these selectors choose; fails when one of them fails."""
        with Folder() as folder, Popquizd(folder.path / "mail", USERS, *server) as popquizd:
            token = lambda user: f', token = "{TOKENS[user]}"' if tokens else ""
            accounts = ", ".join(
                f'{{ user = "{user}", password = "{password}"{token(user)} }}' for user, password in USERS.items()
            )
            written = folder.write(
                "profile.toml",
                f'name = "popquizd"\nhost = "{popquizd.host}"\n'
                + "".join(f"{port} = {getattr(popquizd, port)}\n" for port in ports)
                + f"{profile}tls = {{ verify = false }}\naccounts = [ {accounts} ]\n"
                + f'[maildrop]\nmaildir = "{popquizd.root}/{{user}}"\n',
            )
            common = ("--suite", SUITE, "--target", written, *reports_in(folder.path, ["json"]))
            outcome = run("run", *selectors, *options, *common, folder=folder.path)
            record = outcome.record()
        self.assertEqual(outcome.status, CONFORMS, outcome)
        self.results = {result["id"]: result for result in record["results"]}
        for identifier, result in self.results.items():
            self.assertTrue(result["verdict"] != "warn" or identifier in TOLERATED, result)
            self.assertTrue(result["verdict"] != "inconclusive" or result["not_applicable"], result)
        for check in record["checks"]:
            self.assertEqual(check["verdict"], "pass", check)
        return record

    def assert_verdicts(self, verdict, *identifiers):
        for identifier in identifiers:
            self.assertEqual(self.results[identifier]["verdict"], verdict, self.results[identifier])

    def test_no_passwords_in_the_clear(self):
        refusing = dict(server=["--no-cleartext-login"])
        self.play("sessions", "rfc2595", "rfc8314", "rfc1939/6-*", "rfc1939/7-user-pass", "rfc5034/4-*", **refusing)
        self.assert_verdicts("inconclusive", "sessions/vsnl-2003")
        self.assert_verdicts("skip", "rfc2595/4-stls/user-is-forgotten")
        self.assert_verdicts("pass", "rfc2595/4-stls/injected-login", "rfc8314/4-tls/login-in-the-clear")
        # Where the profile says so, it is judged.
        refused = [path.relative_to(SUITE).with_suffix("") for path in sorted(SUITE.rglob("*.pop3")) if "cleartext refused" in path.read_text()]
        self.play(*refused, profile="cleartext_login = false\n", **refusing)
        self.assertIn("pass", [result["verdict"] for result in self.results.values()])

    def test_a_delay_between_logins(self):
        self.play(
            "rfc2449/6.5-*", "rfc2449/8-*", "rfc2449/6.2-*", "rfc2449/6.6-pipelining/login-to-quit",
            server=["--login-delay", "1"],
        )
        self.assert_verdicts("pass", "rfc2449/6.2-user/announced-works", "rfc2449/6.6-pipelining/login-to-quit",
                             "rfc2449/8-codes/not-with-success", "rfc2449/6.5-login-delay/enforced")

    def test_a_delay_that_nobody_waits_for(self):
        record = self.play("rfc2449/5-capa", "rfc2449/6.5-*", server=["--login-delay", "600"])
        reasons = {result["reason"] for result in record["results"] if result["verdict"] == "inconclusive"}
        self.assertIn("the server announces LOGIN-DELAY 600, and popquiz stays away for 10 s at most", reasons)
        self.assert_verdicts("pass", "rfc2449/6.5-login-delay/argument")

    def test_mail_that_goes_when_it_was_retrieved(self):
        self.play("rfc1939/5-dele", "rfc1939/5-retr/keeps-*", "rfc1939/7-uidl/persists*", "rfc2449/6.7-*", "rfc6856/2*", "robustness/[dlp]*",
            server=["--expire", "0"])
        self.assert_verdicts("skip", "rfc1939/7-uidl/persists", "robustness/pipeline-quit", "rfc1939/5-retr/keeps-the-message")
        self.assert_verdicts("pass", "rfc2449/6.7-expire/zero-only-retrieved", "rfc1939/7-uidl/persists-renumbered")

    def test_tokens(self):
        server = [word for user, token in TOKENS.items() for word in ("--token", f"{user}:{token}")]
        self.play("rfc7628", "rfc5034/4-*", server=server, tokens=True)
        # Announced under TLS alone, and looked for there.
        self.assert_verdicts("pass", "rfc7628/3-bearer/login", "rfc5034/4-auth/login-xoauth2")

    def test_tls_alone(self):
        self.play("sessions", "rfc1939/7-*", "rfc2449/5-capa", "rfc5802", "rfc8314", "rfc5034/4-*", ports=["tls_port"])
        self.assert_verdicts("pass", "sessions/vsnl-2003")
        self.assert_verdicts("skip", "rfc5802/4-mechanisms/plus-without-channel")

    def test_no_tls_port(self):
        self.play("sessions", "rfc2595", "rfc8314", "rfc5802", ports=["port"])

    def test_shapes_of_tls(self):
        self.play("sessions", "rfc1939/5-stat", "rfc1939/7-apop", "rfc5034/4-auth/[l-s]*", "rfc5802/6-*",
                  options=["--wire-shape", "tls", "--wire-shape", "stls"])
        self.assertFalse([identifier for identifier in self.results if "@" in identifier], "no verdict depends on it")


if __name__ == "__main__":
    unittest.main()
