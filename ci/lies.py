"""popquizd with faults, and what a finding has to name to be for the right reason: for whatever plays against each fault.

POPQUIZ and POPQUIZD name the programs (build/release/...)."""

import collections
import csv
import os
import pathlib
import subprocess

TOP = pathlib.Path(__file__).resolve().parent.parent
BUILD = TOP / "build" / "release"
POPQUIZ = pathlib.Path(os.environ.get("POPQUIZ", BUILD / "popquiz")).resolve()
POPQUIZD = pathlib.Path(os.environ.get("POPQUIZD", BUILD / "popquizd")).resolve()
SUITE = TOP / "scenarios"
SETTINGS = TOP / "ci" / "mutation.d"

# How a finding says that something did not come in time: that proves nothing.
TIMED_OUT = "within the time limit"


def missing_program():
    """The first that is not built, or nothing."""
    return next((program for program in (POPQUIZ, POPQUIZD) if not program.exists()), None)


def table(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def read_faults():
    """Requirement and sentence of each fault, in the register's order."""
    listing = subprocess.run([POPQUIZD, "--list-faults"], check=True, capture_output=True, text=True).stdout
    return {name: {"requirement": requirement, "what": what}
            for name, requirement, what in (line.split("\t") for line in listing.splitlines())}


def read_implied_by():
    """The requirements that imply each requirement."""
    implied_by = collections.defaultdict(set)
    for row in table(SETTINGS / "implications.tsv"):
        implied_by[row["violated"]].add(row["noticed by"])
    return implied_by


def proves(finding):
    """Something came that was wrong; that nothing came may be the fault of the machine."""
    return TIMED_OUT not in finding["what"] + finding["got"]


class Server:
    """popquizd with faults, and a profile of it, in a folder. `error` says why it did not start; empty: it did.
    `occasions`: the file for what it would have lied about."""

    def __init__(self, faults, accounts, folder, limits="", occasions=None):
        users = [(f"u{number}", f"secret-of-u{number}") for number in range(1, accounts + 1)]
        command = [POPQUIZD, "--port", "0", "--tls-port", "0", "--maildir-root", folder / "mail"]
        for user, password in users:
            command += ["--user", f"{user}:{password}"]
        for fault in faults:
            command += ["--fault", fault]
        if occasions:
            command += ["--occasions", occasions]
        self.folder = folder
        self.profile = folder / "target.toml"
        with open(folder / "popquizd.err", "wb") as errors:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        words = self.process.stdout.readline().split()
        self.error = ""
        if len(words) != 4 or words[0] != "ready":
            self.error = f"popquizd did not start: {(folder / 'popquizd.err').read_text()}"
            return
        listed = ", ".join(f'{{ user = "{user}", password = "{password}" }}' for user, password in users)
        self.profile.write_text(
            f'name = "popquizd"\nhost = "{words[1]}"\nport = {words[2]}\ntls_port = {words[3]}\n'
            f'tls = {{ verify = false }}\naccounts = [ {listed} ]\n'
            f'[maildrop]\nmaildir = "{folder / "mail"}/{{user}}"\n{limits}',
            encoding="utf-8",
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
