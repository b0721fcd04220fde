#!/usr/bin/env python3
"""The manual pages and the completions, as man and the shells meet them.

The environment says what is tested: POPQUIZ and POPQUIZD are the programs, POPQUIZ_TOP the top folder of the sources."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

PROGRAMS = {"popquiz": os.environ["POPQUIZ"], "popquizd": os.environ["POPQUIZD"]}
TOP = pathlib.Path(os.environ["POPQUIZ_TOP"])
PATIENCE = 120


def said(*command, status=0, **options):
    """What a command prints, which has to end with the status."""
    ended = subprocess.run(command, stdin=options.pop("stdin", subprocess.DEVNULL), capture_output=True, text=True,
                           timeout=PATIENCE, **options)  # fmt: skip
    if ended.returncode != status:
        raise AssertionError(f"{command} ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}")
    return ended.stdout + ended.stderr


def write(program, kind, **environment):
    return said(PROGRAMS[program], "--write-manual", kind, env=os.environ | environment)


class Folder(unittest.TestCase):
    """Files in a temporary folder, and the programs found under their names."""

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="popquiz-manual-")))
        for name, program in PROGRAMS.items():
            (self.folder / name).symlink_to(pathlib.Path(program).resolve())
        self.environment = os.environ | {
            "PATH": f"{self.folder}:{os.environ['PATH']}", "HOME": os.fspath(self.folder), "LC_ALL": "C.UTF-8", "TERM": "dumb",
        }  # fmt: skip

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def said(self, *command):
        return said(*command, cwd=self.folder, env=self.environment)


class Pages(Folder):
    def clean(self, page):
        self.assertEqual(self.said("mandoc", "-Tlint", "-W", "warning", page), "")
        self.assertEqual(self.said("sh", "-c", 'man --warnings --local-file "$1" >/dev/null', "sh", page), "")

    def test_made_from_options(self):
        for name in PROGRAMS:
            with self.subTest(name):
                self.clean(self.file(f"{name}.1", write(name, "man")))

    def test_made_from_markdown(self):
        for name, markdown, heading in (
            ("popquiz-profile.5", "harness/target/README.md", "## The profile's keys"),
            ("popquiz-scenario.7", "scenarios/README.md", ""),
        ):
            with self.subTest(name), open(TOP / markdown) as source:
                base, section = name.split(".")
                text = said(TOP / "manual/page_of_markdown", base, section, "a thing", "1.0", heading, stdin=source)
                self.clean(self.file(name, text))
                sections = re.findall(r"^##+ (.*)", (TOP / markdown).read_text(), re.MULTILINE)
                self.assertGreater(len(sections), 0)
                for wanted in sections[sections.index(heading.strip("# ")) if heading else 0 :]:
                    self.assertRegex(text, rf"(?m)^\.S[HS] {re.escape(wanted)}$".replace("'", r"\\\(cq"))

    def test_same_sources_make_the_same_page(self):
        page = write("popquiz", "man", SOURCE_DATE_EPOCH="1000000000")
        self.assertIn(".TH POPQUIZ 1 2001-09-09 ", page)


class Everything(unittest.TestCase):
    """No option is forgotten, whatever kind it is of and whoever adds it."""

    def options(self, program):
        """(command, option) as --help lists them."""
        heads = re.compile(r"^  (-\S+?)(?=[ =\n]|$)", re.MULTILINE)
        text = said(PROGRAMS[program], "--help")
        listed = text.partition("Subcommands:\n")[2]
        commands = re.findall(r"^  ([a-z]\S*)", listed, re.MULTILINE)
        found = [(None, head) for head in heads.findall(text.partition("Subcommands:\n")[0])]
        for command in commands:
            found += [(command, head) for head in heads.findall(said(PROGRAMS[program], command, "--help"))]
        # `--trace{-}` tells what the option means without a value.
        return [(command, name.partition("{")[0]) for command, head in found for name in head.split(",")]

    def test_each_option_is_in_the_page_and_in_every_completion(self):
        for program in PROGRAMS:
            page, bash, zsh, fish = (write(program, kind) for kind in ("man", "bash", "zsh", "fish"))
            options = self.options(program)
            self.assertGreater(len(options), 10)
            for command, name in options:
                with self.subTest(f"{program} {command or ''} {name}"):
                    self.assertIn("\\fB" + name.replace("-", "\\-") + "\\fR", page)
                    self.assertRegex(bash, rf"['|: ]{re.escape(name)}['|) ]")
                    self.assertRegex(zsh, rf"'\*?{re.escape(name)}=?\[\S")
                    flag = f" -l {name[2:]} " if name.startswith("--") else f" -s {name[1:]} "
                    self.assertIn(flag, fish)

    def test_an_unknown_kind_is_refused(self):
        self.assertIn("csh not in", said(PROGRAMS["popquiz"], "--write-manual", "csh", status=2))
        self.assertNotIn("--write-manual", said(PROGRAMS["popquiz"], "--help"))


class Shells(Folder):
    def setUp(self):
        super().setUp()
        for name in PROGRAMS:
            for kind in ("bash", "zsh", "fish"):
                self.file(f"{name}.{kind}", write(name, kind))
        self.file("profile.toml", "")
        self.file("a file", "")
        (self.folder / "folder").mkdir()

    def bash(self, line, breaks=" \t\n\"'><=;|&(:"):
        """What bash offers at the end of the line; `breaks` is what separates words for readline."""
        script = (
            f"source {line.split()[0]}.bash\n"
            'COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDBREAKS=$2\n'
            f"_{line.split()[0]}\n"
            '((${#COMPREPLY[@]} == 0)) || printf "%s\\n" "${COMPREPLY[@]}"\n'
        )
        return self.said("bash", "-u", "-c", script, "bash", line, breaks).splitlines()

    def fish(self, line):
        script = f"source {line.split()[0]}.fish; complete -C $argv[1]"
        return [each.split("\t")[0] for each in self.said("fish", "--no-config", "-c", script, line).splitlines()]

    def test_each_shell_can_read_its_own(self):
        for name in PROGRAMS:
            for kind in ("bash", "zsh", "fish"):
                with self.subTest(f"{name}.{kind}"):
                    self.assertEqual(self.said(kind, "-n", f"{name}.{kind}"), "")

    def test_bash_commands(self):
        self.assertEqual(self.bash("popquiz cov"), ["coverage"])
        self.assertIn("run", self.bash("popquiz "))
        self.assertEqual(self.bash("popquiz --suite folder cov"), ["coverage"])

    def test_bash_options(self):
        self.assertEqual(self.bash("popquiz run --wire"), ["--wire-shape"])
        self.assertEqual(self.bash("popquiz compare --dif"), ["--differing"])
        self.assertEqual(self.bash("popquiz list --dif"), [])
        self.assertEqual(self.bash("popquiz run --sui"), ["--suite"])

    def test_bash_words(self):
        self.assertEqual(self.bash("popquiz run --level s"), ["should"])
        self.assertEqual(self.bash("popquiz run --wire-shape octets,co"), ["octets,coalesced"])
        self.assertEqual(self.bash("popquizd --language d"), ["de"])

    def test_bash_where_an_equals_sign_ends_a_word_and_where_it_does_not(self):
        self.assertEqual(self.bash("popquiz run --level=s"), ["should"])
        self.assertEqual(self.bash("popquiz run --level=s", " \t\n"), ["--level=should"])
        self.assertEqual(self.bash("popquiz run --report ju"), ["junit="])
        self.assertEqual(self.bash("popquiz run --report junit=pro"), ["profile.toml"])
        self.assertEqual(self.bash("popquiz run --report junit=pro", " \t\n"), ["junit=profile.toml"])
        self.assertEqual(self.bash("popquiz run --report=junit=pro", " \t\n"), ["--report=junit=profile.toml"])

    def test_bash_files_and_folders(self):
        self.assertEqual(self.bash("popquiz run --target prof"), ["profile.toml"])
        self.assertEqual(self.bash("popquiz --suite f"), ["folder"])
        self.assertEqual(self.bash("popquiz report a"), ["a file"])

    def test_bash_ids(self):
        offered = self.bash("popquiz list rfc1939/5-retr/")
        self.assertGreater(len(offered), 3)
        self.assertTrue(all(each.startswith("rfc1939/5-retr/") and "[" not in each for each in offered), offered)
        self.assertIn("rfc1939-5-noop-ok", self.bash("popquiz explain rfc1939-5-noop"))

    def test_bash_faults(self):
        self.assertEqual(self.bash("popquizd --fault retr_lone_d"), ["retr_lone_dot_not_stuffed"])

    def test_fish(self):
        self.assertIn("coverage", self.fish("popquiz cov"))
        self.assertIn("--wire-shape", self.fish("popquiz run --wire"))
        self.assertEqual(self.fish("popquiz run --level s"), ["should"])
        self.assertIn("junit=", self.fish("popquiz run --report ju"))
        self.assertIn("profile.toml", self.fish("popquiz run --target prof"))
        self.assertIn("rfc1939-5-noop-ok", self.fish("popquiz explain rfc1939-5-noop"))
        self.assertIn("retr_lone_dot_not_stuffed", self.fish("popquizd --fault retr_lone_d"))


if __name__ == "__main__":
    unittest.main()
