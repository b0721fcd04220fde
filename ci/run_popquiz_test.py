#!/usr/bin/env python3
"""ci/run-popquiz, run as CI servers run it: with their variables, and with a server that is started, waited for and stopped.

The environment says what is tested: POPQUIZ and POPQUIZD are the programs, POPQUIZ_TOP the top folder of the sources."""

import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

POPQUIZ, POPQUIZD = os.environ["POPQUIZ"], os.environ["POPQUIZD"]
TOP = pathlib.Path(os.environ["POPQUIZ_TOP"])
PATIENCE = 120
# A program that does nothing until it is ended. No test waits for it.
STAYS = "exec tail -f /dev/null"
REPORTS = ("junit.xml", "record.json", "report.html", "summary.md", "server.log")

# As a profile is written when the server has said where it listens.
PROVISION = """\
#!/bin/sh
read -r word host port tls_port <"$POPQUIZ_REPORTS/server.log"
cat >target.toml <<END
name = "popquizd"
host = "$host"
port = $port
accounts = [ { user = "u1", password = "secret-of-u1" }, { user = "u2", password = "secret-of-u2" } ]
[maildrop]
maildir = "$PWD/mail/{user}"
END
"""

# A popquiz that knows shards and GitHub's annotations, and tells how it was called.
LATER = """\
#!/bin/sh
printf '%s\\n' "$*" >>calls
case $1 in
    --write-manual) echo "complete -c popquiz -l shard -a 'junit= sarif= github='"; exit 0 ;;
    run) echo record >popquiz-reports/record.json ;;
    report) echo '::error file=a.pop3,line=4::wrong' ;;
esac
exit $(cat status)
"""


class Job(unittest.TestCase):
    """A folder as a CI server gives it to a job."""

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="popquiz-ci-")))
        self.write("provision", PROVISION).chmod(0o755)
        for user in ("u1", "u2"):
            for part in ("cur", "new", "tmp"):
                (self.folder / "mail" / user / part).mkdir(parents=True)
        users = " ".join(f"--user {user}:secret-of-{user}" for user in ("u1", "u2"))
        self.server = f"exec {POPQUIZD} --port 0 --maildir-root mail {users}"
        # What this machine's own CI says is not for the job.
        kept = {name: text for name, text in os.environ.items() if not name.startswith(("GITHUB_", "GITLAB_", "CI", "POPQUIZ"))}
        self.environment = kept | {
            "POPQUIZ": POPQUIZ, "POPQUIZ_TARGET": "target.toml", "POPQUIZ_SERVER": self.server, "POPQUIZ_READY": "ready ",
            "POPQUIZ_PROVISION": "./provision", "POPQUIZ_ARGUMENTS": f"--suite {TOP / 'scenarios'} rfc1939/5-noop rfc1939/5-stat",
        }  # fmt: skip

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def later(self, status=0):
        self.write("popquiz", LATER).chmod(0o755)
        self.write("status", str(status))
        return {"POPQUIZ": "./popquiz", "POPQUIZ_SERVER": "", "POPQUIZ_READY": "", "POPQUIZ_PROVISION": ""}

    def calls(self):
        return [line for line in (self.folder / "calls").read_text().splitlines() if not line.startswith("--write-manual")]

    def start(self, **variables):
        environment = {name: text for name, text in (self.environment | variables).items() if text is not None}
        return subprocess.Popen(
            [TOP / "ci/run-popquiz"], cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run_job(self, status, **variables):
        job = self.start(**variables)
        out, err = job.communicate(timeout=PATIENCE)
        self.assertEqual(job.returncode, status, out + err)
        return out, err

    def github(self):
        for name in ("summary", "output"):
            self.write(name, "already here\n")
        return {
            "GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": os.fspath(self.folder / "summary"),
            "GITHUB_OUTPUT": os.fspath(self.folder / "output"), "CI": "true",
        }  # fmt: skip

    def gone(self, file="server.pid"):
        """Whether the process whose id is in the file is there no more."""
        try:
            os.kill(int((self.folder / file).read_text()), 0)
        except ProcessLookupError:
            return True
        return False


class Anywhere(Job):
    def test_starts_waits_provisions_runs_and_stops(self):
        self.run_job(0, POPQUIZ_SERVER="echo $$ >server.pid; " + self.server)
        for report in REPORTS:
            self.assertGreater((self.folder / "popquiz-reports" / report).stat().st_size, 0, report)
        self.assertTrue(self.gone())

    def test_exit_status_is_that_of_popquiz(self):
        self.run_job(1, POPQUIZ_SERVER=self.server + " --fault noop_unmarks", POPQUIZ_ARGUMENTS=self.environment["POPQUIZ_ARGUMENTS"])

    def test_a_server_that_runs_already_is_taken_as_it_is(self):
        out = self.write("out", "")
        command = [POPQUIZD, "--port", "0", "--maildir-root", "mail", "--user", "u1:secret-of-u1", "--user", "u2:secret-of-u2"]
        with open(out, "w") as log:
            server = subprocess.Popen(command, cwd=self.folder, stdout=subprocess.PIPE, stderr=log, text=True)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.wait, PATIENCE)
        self.addCleanup(server.terminate)
        _, host, port = server.stdout.readline().split()
        (self.folder / "popquiz-reports").mkdir()
        self.write("popquiz-reports/server.log", f"ready {host} {port}\n")
        subprocess.run(["./provision"], cwd=self.folder, env={"POPQUIZ_REPORTS": "popquiz-reports"}, check=True)
        # That it answers is seen at the port.
        self.run_job(0, POPQUIZ_SERVER="", POPQUIZ_READY=f"{host}:{port}", POPQUIZ_PROVISION="")
        self.assertIsNone(server.poll())

    def test_a_server_that_dies_before_it_is_ready(self):
        _, err = self.run_job(3, POPQUIZ_SERVER="echo no port for me; exit 7")
        self.assertIn("ended with status 7", err)
        self.assertIn("no port for me", err)

    def test_a_server_that_never_is_ready_is_stopped(self):
        _, err = self.run_job(3, POPQUIZ_SERVER=f"echo $$ >server.pid; echo starting; {STAYS}", POPQUIZ_PATIENCE="1")
        self.assertIn("not ready after 1 s; waited for: ready ", err)
        self.assertIn("starting", err)
        self.assertTrue(self.gone())

    def test_a_server_that_does_not_want_to_end_is_killed_with_all_that_it_started(self):
        script = "trap '' TERM; echo $$ >server.pid; " + self.server.removeprefix("exec ") + " & echo $! >child.pid; wait; wait"
        self.run_job(0, POPQUIZ_SERVER=script)
        self.assertTrue(self.gone())
        self.assertTrue(self.gone("child.pid"))

    def test_a_job_that_is_cancelled_leaves_no_server(self):
        # popquiz itself would wait for ever: nobody answers it.
        self.write("popquiz", f"#!/bin/sh\n[ $1 = run ] || exit 0\necho $$ >run.pid\necho running\n{STAYS}\n").chmod(0o755)
        job = self.start(POPQUIZ="./popquiz", POPQUIZ_SERVER="echo $$ >server.pid; " + self.server)
        self.assertEqual(job.stdout.readline(), "running\n")
        job.send_signal(signal.SIGTERM)
        job.communicate(timeout=PATIENCE)
        self.assertEqual(job.returncode, 143)
        self.assertTrue(self.gone())
        self.assertTrue(self.gone("run.pid"))

    def test_provisioning_that_fails_says_so(self):
        _, err = self.run_job(3, POPQUIZ_PROVISION="exit 9")
        self.assertIn("provisioning ended with status 9", err)

    def test_what_is_missing_is_said(self):
        self.assertIn("POPQUIZ_TARGET", self.run_job(2, POPQUIZ_TARGET=None)[1])
        self.assertIn("./nowhere", self.run_job(2, POPQUIZ="./nowhere")[1])
        self.assertIn("names no port", self.run_job(2, POPQUIZ_READY="", POPQUIZ_SERVER=STAYS)[1])

    def test_sarif_where_popquiz_writes_it(self):
        self.run_job(0, **self.later())
        self.assertIn("--report sarif=popquiz-reports/popquiz.sarif", self.calls()[0])


class GitHub(Job):
    def test_summary_and_outputs(self):
        out, _ = self.run_job(0, **self.github())
        summary = (self.folder / "summary").read_text()
        self.assertTrue(summary.startswith("already here\n"))
        self.assertIn((self.folder / "popquiz-reports/summary.md").read_text(), summary)
        self.assertEqual(
            (self.folder / "output").read_text(), "already here\nstatus=0\nverdict=conforms\nreports=popquiz-reports\n"
        )
        self.assertNotIn("::error", out)

    def test_failure(self):
        out, _ = self.run_job(1, **self.github() | {"POPQUIZ_SERVER": self.server + " --fault noop_unmarks"})
        self.assertIn("verdict=misses\n", (self.folder / "output").read_text())
        self.assertIn("::error title=popquiz::", out)

    def test_what_a_server_says_is_no_command(self):
        self.write("popquiz", "#!/bin/sh\n[ $1 = run ] || exit 0\necho '::error::from the server'\n").chmod(0o755)
        out, _ = self.run_job(0, **self.github() | {"POPQUIZ": "./popquiz"})
        lines = out.splitlines()
        begin = next(line for line in lines if line.startswith("::stop-commands::"))
        token = begin.removeprefix("::stop-commands::")
        self.assertEqual(len(token), 32)
        self.assertLess(lines.index(begin), lines.index("::error::from the server"))
        self.assertLess(lines.index("::error::from the server"), lines.index(f"::{token}::"))

    def test_annotations_where_popquiz_writes_them(self):
        out, _ = self.run_job(1, **self.github() | self.later(1))
        self.assertIn("::error file=a.pop3,line=4::wrong\n", out)
        self.assertEqual(self.calls()[1], "report popquiz-reports/record.json --report github=-")

    def test_a_summary_that_is_too_long_is_cut(self):
        variables = self.github() | self.later()
        self.write("popquiz", LATER.replace("echo record", "yes a line | head -c 3000000 >popquiz-reports/summary.md; echo record"))
        self.run_job(0, **variables)
        summary = (self.folder / "summary").read_text()
        self.assertLess(len(summary), 1 << 20)
        self.assertTrue(summary.endswith("a line\n\nThe rest is in popquiz-reports/summary.md.\n"))

    def test_a_part_of_a_matrix(self):
        self.run_job(0, **self.github() | self.later() | {"POPQUIZ_SHARD": "2/4"})
        self.assertIn("--shard 2/4", self.calls()[0])


class GitLab(Job):
    def test_a_job_alone_plays_the_whole_suite(self):
        self.run_job(0, **self.later() | {"GITLAB_CI": "true", "CI_NODE_TOTAL": "1"})
        self.assertNotIn("--shard", self.calls()[0])

    def test_parallel_jobs_play_a_part_each(self):
        self.run_job(0, **self.later() | {"GITLAB_CI": "true", "CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "4"})
        self.assertIn("--shard auto", self.calls()[0])

    def test_a_popquiz_without_shards_does_not_play_everything_in_every_job(self):
        self.write("popquiz", "#!/bin/sh\ntrue\n").chmod(0o755)
        variables = {"POPQUIZ": "./popquiz", "GITLAB_CI": "true", "CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "4"}
        self.assertIn("has no --shard", self.run_job(2, **variables)[1])


if __name__ == "__main__":
    unittest.main()
