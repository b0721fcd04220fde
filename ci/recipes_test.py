#!/usr/bin/env python3
"""What other people's CI takes from here: action, template, Dockerfile, and the examples of ci/README.md. They are lint-free,
and name only what is there. POPQUIZ_TOP is the top folder of the sources."""

import os
import pathlib
import re
import subprocess
import tomllib
import unittest

import yaml

TOP = pathlib.Path(os.environ["POPQUIZ_TOP"])
CI = TOP / "ci"
LINT = "{extends: default, rules: {line-length: {max: 160}, document-start: disable, truthy: {check-keys: false}}}"
VARIABLES = set(re.findall(r"^#   (POPQUIZ\w*)  ", (CI / "run-popquiz").read_text(), re.MULTILINE))
ACTION = yaml.safe_load((CI / "github/action.yml").read_text())
TEMPLATE = yaml.safe_load((CI / "gitlab/popquiz.yml").read_text())
README = (CI / "README.md").read_text()


def examples(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def example(language, beginning):
    return next(text for text in examples(language) if text.startswith(beginning))


class Lint(unittest.TestCase):
    def clean(self, text):
        lint = subprocess.run(["yamllint", "--strict", "-d", LINT, "-"], input=text, capture_output=True, text=True)
        self.assertEqual((lint.returncode, lint.stdout + lint.stderr), (0, ""))

    def test_files(self):
        for file in ("github/action.yml", "gitlab/popquiz.yml"):
            with self.subTest(file):
                self.clean((CI / file).read_text())

    def test_examples(self):
        self.assertEqual(len(examples("yaml")), 2)
        for text in examples("yaml"):
            self.clean(text)

    def test_profile(self):
        profile = tomllib.loads(examples("toml")[0])
        self.assertEqual(len(profile["accounts"]), 2)

    def test_shell(self):
        for text in examples("sh"):
            self.assertEqual(subprocess.run(["bash", "-n"], input=text, text=True).returncode, 0, text)


class Action(unittest.TestCase):
    steps = ACTION["runs"]["steps"]

    def test_is_a_composite_action(self):
        self.assertEqual(ACTION["runs"]["using"], "composite")
        for step in self.steps:
            self.assertEqual(("run" in step) + ("uses" in step), 1, step)
            self.assertEqual("run" in step, "shell" in step, step)

    def test_every_input_is_said_and_used(self):
        used = set(re.findall(r"\binputs\.([\w-]+)", (CI / "github/action.yml").read_text()))
        self.assertEqual(used, set(ACTION["inputs"]))
        for name, given in ACTION["inputs"].items():
            self.assertTrue(given["description"], name)
            self.assertEqual(given.get("required", False), "default" not in given, name)

    def test_outputs_are_those_that_the_script_writes(self):
        ids = {step["id"] for step in self.steps if "id" in step}
        for name, output in ACTION["outputs"].items():
            step, written = re.fullmatch(r"\$\{\{ steps\.(\w+)\.outputs\.(\w+) \}\}", output["value"]).groups()
            self.assertIn(step, ids)
            self.assertIn(f" {written} ", (CI / "run-popquiz").read_text())

    def test_says_what_the_script_understands(self):
        self.assertLessEqual({name for step in self.steps for name in step.get("env", {})}, VARIABLES)

    def test_scripts_are_there(self):
        for step in self.steps:
            for path in re.findall(r'"\$GITHUB_ACTION_PATH/([^"]*)"', step.get("run", "")):
                self.assertTrue(os.access(CI / "github" / path, os.X_OK), path)


class Template(unittest.TestCase):
    job = TEMPLATE[".popquiz"]

    def test_publishes_also_when_it_fails(self):
        self.assertEqual(self.job["artifacts"]["when"], "always")
        self.assertEqual(self.job["artifacts"]["reports"], {"junit": "$POPQUIZ_REPORTS/junit.xml"})

    def test_says_what_the_script_understands(self):
        self.assertLessEqual(set(self.job["variables"]), VARIABLES)
        self.assertEqual(self.job["script"], ["/usr/share/popquiz/run-popquiz"])


class Examples(unittest.TestCase):
    def test_github(self):
        workflow = yaml.safe_load(example("yaml", "# .github"))
        step = next(step for step in workflow["jobs"]["popquiz"]["steps"] if step.get("uses", "").startswith("OWNER/"))
        self.assertEqual(step["uses"], "OWNER/popquiz/ci/github@main")
        self.assertLessEqual(set(step["with"]), set(ACTION["inputs"]))
        required = {name for name, given in ACTION["inputs"].items() if given.get("required")}
        self.assertLessEqual(required, set(step["with"]))

    def test_gitlab(self):
        pipeline = yaml.safe_load(example("yaml", "# .gitlab"))
        self.assertEqual(pipeline["include"][0]["file"], "ci/gitlab/popquiz.yml")
        self.assertIn(pipeline["popquiz"]["extends"], TEMPLATE)
        self.assertLessEqual(set(pipeline["popquiz"]["variables"]), VARIABLES)

    def test_all_variables_that_are_named_are_understood(self):
        self.assertEqual(set(re.findall(r"\bPOPQUIZ_\w+", README)) - VARIABLES, {"POPQUIZ_VENDORS"})


class Dockerfile(unittest.TestCase):
    lines = (CI / "docker/Dockerfile").read_text().splitlines()

    def test_has_instructions_that_docker_knows(self):
        for line in self.lines:
            if line and not line.startswith("#"):
                self.assertRegex(line, r"^(FROM|WORKDIR|COPY|RUN|USER|ENTRYPOINT|CMD) \S")

    def test_has_two_stages_and_the_first_makes_the_package(self):
        stages = [line for line in self.lines if line.startswith("FROM ")]
        self.assertEqual(stages, ["FROM debian:bookworm AS build", "FROM debian:bookworm-slim"])
        first = self.lines[: self.lines.index(stages[1])]
        # ci/package says that it runs every RUN line.
        self.assertEqual([line for line in first if line.startswith("RUN ")], ["RUN ci/package build"])


if __name__ == "__main__":
    unittest.main()
