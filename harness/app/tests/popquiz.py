"""Runs popquiz for a test, and looks at what it leaves behind."""

import json
import os
import pathlib
import re
import select
import shutil
import signal
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ElementTree

POPQUIZ = os.environ.get("POPQUIZ", "popquiz")
POPQUIZD = os.environ.get("POPQUIZD", "popquizd")
SUITE = pathlib.Path(os.environ.get("POPQUIZ_SUITE", "scenarios")).resolve()
SANITIZED = bool(os.environ.get("POPQUIZ_SANITIZE"))

# How long anything may take before a test gives up: a limit, never a proof.
PATIENCE = 120

# Exit statuses (the words of the command line).
CONFORMS, MISSES, USAGE, NOT_JUDGED, NOTHING_SELECTED = range(5)

FORMATS = ("junit", "json", "html", "tap", "markdown", "sarif", "github", "statement")


class Outcome:
    """What a run of popquiz came to."""

    def __init__(self, status, out, err, seconds, memory, folder=None):
        self.status = status  # of exit; below zero the signal that killed it
        self.out, self.err = out, err  # octets
        self.seconds = seconds
        self.memory = memory  # octets at its peak, at least those of this process when it forked
        self.folder = folder  # where its reports are

    def report(self, name):
        return (self.folder / name).read_bytes()

    def record(self):
        return json.loads(self.report("json"))

    def __str__(self):
        shown = lambda octets: octets[-3000:].decode("utf-8", "backslashreplace")
        return f"status {self.status} after {self.seconds:.1f} s\n--- out\n{shown(self.out)}\n--- err\n{shown(self.err)}"


class Running:
    """A popquiz that was started."""

    def __init__(self, *arguments, folder=None, cwd=None):
        self.out, self.err = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        self.folder = folder
        self.began = time.monotonic()
        command = [POPQUIZ, *map(os.fspath, arguments)]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.out, stderr=self.err, cwd=cwd)

    def wait(self, patience=PATIENCE):
        """Its outcome; an error if it does not end by itself."""
        descriptor = os.pidfd_open(self.process.pid)
        ended, _, _ = select.select([descriptor], [], [], patience)
        os.close(descriptor)
        if not ended:
            self.process.kill()
        _, status, usage = os.wait4(self.process.pid, 0)
        seconds = time.monotonic() - self.began
        self.process.returncode = os.waitstatus_to_exitcode(status)
        read = lambda file: (file.seek(0), file.read(), file.close())[1]
        outcome = Outcome(
            self.process.returncode, read(self.out), read(self.err), seconds, usage.ru_maxrss * 1024, self.folder
        )
        if not ended:
            raise AssertionError(f"popquiz did not end within {patience} s: {outcome}")
        return outcome


def run(*arguments, **options):
    return Running(*arguments, **options).wait()


def reports_in(folder, formats=FORMATS):
    """Arguments that write a report of each format into the folder, each named as its format."""
    return [f"--report={name}={folder / name}" for name in formats]


def faults_of_reports(outcome):
    """What is wrong with the form of the reports and of what was printed: nothing, one hopes."""
    faults = []
    try:
        ElementTree.fromstring(outcome.report("junit"))
    except ElementTree.ParseError as error:
        faults.append(f"junit is not well formed: {error}")
    for name in ("json", "sarif"):
        try:
            json.loads(outcome.report(name))
        except ValueError as error:
            faults.append(f"{name} cannot be read: {error}")
    for name in FORMATS:
        octets = outcome.report(name)
        if not octets.endswith(b"\n"):
            faults.append(f"{name} does not end with a line end")
        faults += [f"{name} {fault}" for fault in faults_of_text(octets)]
    return faults + [f"the terminal {fault}" for fault in faults_of_text(outcome.out) + faults_of_text(outcome.err)]


def faults_of_text(octets):
    """Control characters, C1 too, and octets that are no UTF-8."""
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError as error:
        return [f"is no UTF-8: {error}"]
    wrong = re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\ufffe\uffff]", text)
    return [f"holds {wrong.group()!r} behind {text[: wrong.start()][-60:]!r}"] if wrong else []


class Folder:
    """A temporary folder with what a run wants: a suite of its own, a profile."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="popquiz-test-"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path)

    def write(self, name, text, mode=0o644):
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        file.chmod(mode)
        return file

    def suite(self, scenarios):
        """A suite with these scenarios, the catalogue, and two maildrops."""
        suite = self.path / "suite"
        for maildrop in ("two", "empty"):
            shutil.copytree(SUITE / "maildrops" / maildrop, suite / "maildrops" / maildrop)
        shutil.copy(SUITE / "requirements.tsv", suite)
        for name, text in scenarios.items():
            self.write(f"suite/{name}", text)
        return suite


def part_of_suite(folder, *patterns):
    """The suite with these of its folders only: to read all of it takes as long as to play a part."""
    suite = folder / "part-of-suite"
    suite.mkdir()
    (suite / "maildrops").symlink_to(SUITE / "maildrops")
    shutil.copy(SUITE / "requirements.tsv", suite)
    for pattern in patterns:
        for found in SUITE.glob(pattern):
            shutil.copytree(found, suite / found.relative_to(SUITE))
    return suite


def accounts(count, password):
    listed = ", ".join(f'{{ user = "u{n}", password = "{password}" }}' for n in range(1, count + 1))
    return f"accounts = [ {listed} ]\n"


class Popquizd:
    """The reference server on a free port, with Maildirs in a folder."""

    def __init__(self, root, users, *options):
        self.root = pathlib.Path(root)
        command = [POPQUIZD, "--port", "0", "--tls-port", "0", "--maildir-root", os.fspath(root), *options]
        for user, password in users.items():
            command += ["--user", f"{user}:{password}"]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        words = self.process.stdout.readline().decode().split()
        if words[:1] != ["ready"] or len(words) != 4:
            raise AssertionError(f"popquizd is not ready: {words}")
        self.host, self.port, self.tls_port = words[1], int(words[2]), int(words[3])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE)
        self.process.stdout.close()

    def deliver(self, user, name, octets):
        folder = self.root / user
        for part in ("cur", "new", "tmp"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        (folder / "new" / name).write_bytes(octets)


def contents(folder):
    """All files of a folder with what they hold."""
    return {os.fspath(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}
