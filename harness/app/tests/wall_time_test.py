"""Scenarios that need wall time: only with --wall-time, beside the others, and no longer than it says."""

import unittest

from popquiz import CONFORMS, MISSES, Folder, Popquizd, USAGE, reports_in, run

USERS = {f"u{number}": f"password-of-{number}" for number in range(1, 4)}

# The server of the first test has an autologout timer of a second or two, and that of RFC 1939 takes ten minutes.
SCENARIOS = {
    "autologout.pop3": "title: The timer ends the session\nchecks: rfc1939-5-noop-ok\nneeds: wall time 2 s\n\n"
    "C: NOOP\nS: +OK\nwithin: 30 s\nS: <ends connection>\n",
    "patience.pop3": "title: Nothing ends the session\nchecks: rfc1939-5-noop-ok\nneeds: wall time 2 s\n\n"
    "C: NOOP\nS: +OK\nC: <wait 2 s>\nC: NOOP\nS: +OK\n",
    "long.pop3": "title: Eleven minutes\nneeds: wall time 11 min\n\nC: <wait 11 min>\nC: NOOP\nS: +OK\n",
    # Longer than both of its limits together: what is waited for is not held against the scenario.
    "waits.pop3": "title: It waits\nchecks: rfc1939-5-noop-ok\nneeds: wall time 100 ms\nscenario limit: 1 s\n\n"
    "let: rounds = 3\nC: NOOP\nS: +OK\nC: <wait ${rounds - 2} s>\nC: NOOP\nS: +OK\nC: <wait 500 ms>\nC: NOOP\nS: +OK\n",
    # It may take its time, and no wall time is asked for.
    "slow.pop3": "title: The server ends the session\nchecks: rfc1939-5-noop-ok\n\nC: NOOP\nS: +OK\nwithin: 30 s\nS: <ends connection>\n",
    **{f"short-{number}.pop3": "C: NOOP\nS: +OK\n" for number in range(20)},
}


class WallTime(unittest.TestCase):
    def play(self, users, *arguments, idle="1", limits=""):
        listed = ", ".join(f'{{ user = "{user}", password = "{USERS[user]}" }}' for user in users)
        with Folder() as folder, Popquizd(folder.path / "mail", USERS, "--idle-timeout", idle) as server:
            suite = folder.suite(SCENARIOS)
            profile = folder.write(
                "profile.toml",
                f'host = "{server.host}"\nport = {server.port}\naccounts = [ {listed} ]\n'
                f'[maildrop]\nmaildir = "{server.root}/{{user}}"\n{limits}',
            )
            arguments = ["run", *arguments, "--suite", suite, "--target", profile, *reports_in(folder.path)]
            outcome = run(*arguments, folder=folder.path)
            self.assertNotEqual(outcome.status, USAGE, outcome)
            return outcome, {result["id"]: result for result in outcome.record()["results"]}

    def test_without_the_option_they_are_not_played_and_it_is_named(self):
        outcome, results = self.play(USERS)
        self.assertEqual(outcome.status, CONFORMS, outcome)
        for name in ("autologout", "patience", "long"):
            self.assertTrue(results[name]["not_applicable"])
            self.assertIn("--wall-time", results[name]["reason"])

    def test_they_are_played_beside_the_others(self):
        outcome, results = self.play(USERS, "--wall-time", "30s")
        self.assertEqual(outcome.status, MISSES, outcome)
        self.assertEqual(results["autologout"]["verdict"], "pass")
        self.assertEqual(results["patience"]["verdict"], "fail")
        self.assertTrue(results["long"]["not_applicable"])
        self.assertIn("11 min of wall time, and --wall-time allows 30 s", results["long"]["reason"])
        for number in range(20):
            self.assertEqual(results[f"short-{number}"]["verdict"], "pass")
        # Beside them: the others did not wait, and each of these had an account of its own.
        self.assertNotEqual(results["autologout"]["account"], results["patience"]["account"])

    def test_the_longest_limit_holds_for_all_others(self):
        selected = ["autologout", "slow", "--wall-time"]
        outcome, results = self.play(["u1"], *selected)
        self.assertEqual({name: result["verdict"] for name, result in results.items()}, {"autologout": "pass", "slow": "pass"}, outcome)
        outcome, results = self.play(["u1"], *selected, limits="[limits]\nlongest = 0.05\n")
        self.assertEqual({name: result["verdict"] for name, result in results.items()}, {"autologout": "pass", "slow": "fail"}, outcome)

    def test_with_one_account_they_come_behind_the_others(self):
        outcome, results = self.play(["u1"], "autologout", "short-1", "--wall-time=30s")
        self.assertEqual(outcome.status, CONFORMS, outcome)
        self.assertEqual({result["verdict"] for result in results.values()}, {"pass"})

    def test_as_long_as_they_need(self):
        outcome, results = self.play(USERS, "patience", "--wall-time", idle="600")
        self.assertEqual(outcome.status, CONFORMS, outcome)
        self.assertEqual(results["patience"]["verdict"], "pass")

    def test_a_wait_does_not_count_as_time_of_the_scenario(self):
        outcome, results = self.play(USERS, "waits", "--wall-time", idle="600")
        self.assertEqual(outcome.status, CONFORMS, outcome)
        self.assertEqual(results["waits"]["verdict"], "pass", results["waits"])

    def test_what_does_not_fit_into_the_time_is_not_begun(self):
        outcome, results = self.play(["u1"], "autologout", "patience", "--wall-time", "2s", idle="2")
        self.assertEqual(results["autologout"]["verdict"], "pass", outcome)
        self.assertTrue(results["patience"]["not_applicable"])
        self.assertIn("too little is left", results["patience"]["reason"])

    def test_a_time_that_is_none(self):
        for wrong in ("12", "soon", "0s", "25 h"):
            outcome = run("run", "--server", "127.0.0.1:1", "--user", "u", "--password", "p", "--wall-time", wrong)
            self.assertEqual(outcome.status, USAGE, outcome)
            self.assertIn(b"a time is written 30s or 12min", outcome.err)


if __name__ == "__main__":
    unittest.main()
