"""The whole suite on the reference server: nothing is found, and it does not matter with how many accounts or which
part of it is played."""

import random
import unittest

from popquiz import CONFORMS, Folder, Popquizd, SUITE, contents, reports_in, run


def play(folder, server, users, *arguments):
    listed = ", ".join(f'{{ user = "{user}", password = "{password}" }}' for user, password in users.items())
    profile = folder.write(
        f"profile-{len(users)}.toml",
        f'name = "popquizd"\nhost = "{server.host}"\nport = {server.port}\ntls_port = {server.tls_port}\n'
        f"tls = {{ verify = false }}\naccounts = [ {listed} ]\n"
        f'[maildrop]\nmaildir = "{server.root}/{{user}}"\n',
    )
    reports = folder.path / f"reports-{len(users)}"
    reports.mkdir(exist_ok=True)
    outcome = run("run", *arguments, "--suite", SUITE, "--target", profile, *reports_in(reports), folder=reports)
    return outcome, {result["id"]: result for result in outcome.record()["results"]}


class TheSuiteOnPopquizd(unittest.TestCase):
    def test_finds_nothing_and_does_not_depend_on_what_else_is_played(self):
        # One of them as people write them who think of a sentence.
        eight = {f"u{number}": f"password-of-{number}" for number in range(1, 8)} | {"u8": "a  password of  8 "}
        two = dict(list(eight.items())[:2])
        with Folder() as folder, Popquizd(folder.path / "mail", eight) as server:
            outcome, whole = play(folder, server, eight)
            self.assertEqual(outcome.status, CONFORMS, outcome)
            self.assertGreater(len(whole), 400)
            for identifier, result in whole.items():
                judged = result["verdict"] in ("pass", "warn")
                excused = result["verdict"] in ("skip", "inconclusive") and result["reason"] and not result["findings"]
                self.assertTrue(judged or excused, result)
                if result["verdict"] == "inconclusive":
                    self.assertTrue(result["not_applicable"], result)
            for check in outcome.record()["checks"]:
                self.assertEqual(check["verdict"], "pass", check)
            self.assertEqual(whole["sessions/rfc1939-section-10"]["verdict"], "pass")
            self.assertEqual(whole["sessions/vsnl-2003"]["verdict"], "pass")

            seed = random.randrange(1 << 32)
            chosen = random.Random(seed).sample(sorted(whole), 60)
            outcome, part = play(folder, server, two, *chosen)
            self.assertEqual(outcome.status, CONFORMS, f"seed {seed}: {outcome}")
            verdicts = lambda results: {identifier: results[identifier]["verdict"] for identifier in part}
            self.assertEqual(sorted(part), sorted(chosen))
            self.assertEqual(verdicts(part), verdicts(whole), f"seed {seed}")

            # It cleans up behind itself: the next run finds nothing that it could take for somebody's mail.
            mail = [name for name in contents(server.root) if "/cur/" in name or "/new/" in name]
            self.assertEqual(mail, [])


if __name__ == "__main__":
    unittest.main()
