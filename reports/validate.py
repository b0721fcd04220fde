"""validate.py REPORTS FOLDER: checks the samples in FOLDER that need more than a schema's validator.

JSON against record.schema.json and coverage.schema.json; JUnit's counts; HTML's Content Security Policy, anchors and nesting; that nothing
but HTML and JSON's own line ends and printable characters is in any file.
"""

import base64
import collections
import hashlib
import html.parser
import json
import pathlib
import sys
import unicodedata
import xml.etree.ElementTree

import jsonschema

reports, folder = map(pathlib.Path, sys.argv[1:3])


def check(condition, message):
    if not condition:
        sys.exit(f"validate.py: {message}")


def check_json(path, schema):
    jsonschema.Draft202012Validator(schema).validate(json.loads(path.read_text(encoding="utf-8")))


def check_counts(path):
    root = xml.etree.ElementTree.parse(path).getroot()
    everything = collections.Counter()
    for suite in root:
        counts = collections.Counter(child.tag for case in suite.iter("testcase") for child in case)
        tests = len(suite.findall("testcase"))
        expected = {"tests": tests, "failures": counts["failure"], "errors": counts["error"],
                    "skipped": counts["skipped"]}
        for key, value in expected.items():
            check(int(suite.get(key)) == value, f"{path}: {suite.get('name')}: {key} is not {value}")
        everything.update(expected)
    for key in ("tests", "failures", "errors"):
        check(int(root.get(key)) == everything[key], f"{path}: {key} of the whole is not {everything[key]}")


class Page(html.parser.HTMLParser):
    """Collects what a page is made of, and checks that what is opened is closed."""

    void = {"meta", "br", "input", "link", "img"}
    known = {"html", "head", "meta", "title", "style", "body", "a", "header", "h1", "h2", "p", "dl", "dt", "dd",
             "main", "div", "table", "thead", "tbody", "tr", "th", "td", "form", "label", "select", "option", "input",
             "button", "output", "section", "details", "summary", "span", "code", "pre", "script", "br"}

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links, self.content = [], [], [], {}
        self.policy = ""
        self.feed(text)
        self.close()
        check(not self.open, f"not closed: {self.open}")

    def handle_starttag(self, tag, attrs):
        check(tag in self.known, f"a {tag} that no writer of ours makes: text became markup")
        attrs = dict(attrs)
        for name in attrs:
            check(not name.startswith("on") and name not in ("style", "src"), f"{tag} has the attribute {name}")
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if "href" in attrs:
            check(attrs["href"].startswith("#"), f"a link leaves the page: {attrs['href']}")
            self.links.append(attrs["href"][1:])
        if attrs.get("http-equiv") == "Content-Security-Policy":
            self.policy = attrs["content"]
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag):
        check(self.open and self.open.pop() == tag, f"</{tag}> closes something else")

    def handle_data(self, data):
        if self.open and self.open[-1] in ("style", "script"):
            self.content[self.open[-1]] = data

    def handle_comment(self, data):
        check(False, f"a comment that no writer of ours makes: {data}")


def check_html(path):
    page = Page(path.read_text(encoding="utf-8"))
    check("default-src 'none'" in page.policy, f"{path}: the policy does not forbid everything else")
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        digest = hashlib.sha256(page.content[tag].encode()).digest()
        wanted = f"{directive} 'sha256-{base64.b64encode(digest).decode()}'"
        check(wanted in page.policy, f"{path}: the policy lacks {wanted}; mend {tag}_hash in html_pieces.cpp")
    doubles = [name for name, count in collections.Counter(page.ids).items() if count > 1]
    check(not doubles, f"{path}: anchors that are there twice: {doubles}")
    missing = set(page.links) - set(page.ids)
    check(not missing, f"{path}: links to nowhere: {missing}")


def check_printable(path):
    for number, line in enumerate(path.read_bytes().decode("utf-8").split("\n"), 1):
        for character in line:
            check(unicodedata.category(character) not in ("Cc", "Cf", "Cn", "Cs", "Co", "Zl", "Zp"),
                  f"{path}:{number}: U+{ord(character):04X} is in it")


def schema_of(name):
    schema = json.loads((reports / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return schema


record, coverage = map(schema_of, ("record", "coverage"))
checks = {
    ".json": lambda path: check_json(path, record),
    ".coverage": lambda path: check_json(path, coverage),
    ".junit": check_counts,
    ".html": check_html,
}
samples = sorted(folder.iterdir())
check(len(samples) == 33, f"{len(samples)} samples, not 28")
for sample in samples:
    check_printable(sample)
    checks.get(sample.suffix, lambda path: None)(sample)
print(f"{len(samples)} samples are as they should be")
