"""validate.py REPORTS FOLDER: checks the samples in FOLDER that need more than a schema's validator.

JSON against record.schema.json, coverage.schema.json and sarif.schema.json; JUnit's counts; HTML's Content Security Policy, anchors and nesting; that nothing
but HTML and JSON's own line ends and printable characters is in any file.
"""

import base64
import collections
import hashlib
import html.parser
import json
import pathlib
import re
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
             "button", "output", "section", "details", "summary", "span", "code", "pre", "script", "br", "nav", "ul", "li",
             "caption", "strong"}

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links, self.labels, self.content = [], [], [], [], {}
        self.policy = ""
        self.feed(text)
        self.close()
        check(not self.open, f"not closed: {self.open}")

    def handle_starttag(self, tag, attrs):
        check(tag in self.known, f"a {tag} that no writer of ours makes: text became markup")
        attrs = dict(attrs)
        for name in attrs:
            check(not name.startswith("on") and name not in ("style", "src"), f"{tag} has the attribute {name}")
        self.labels += attrs.get("aria-labelledby", "").split()
        check(tag != "th" or attrs.get("scope") in ("col", "row", "rowgroup"), "a th says what it is the head of")
        check(attrs.get("tabindex", "0") == "0", f"{tag} changes the order of the keyboard")
        check("tabindex" not in attrs or "aria-label" in attrs, f"a {tag} for the keyboard has no name")
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
        if tag not in page.content:
            check(tag == "script" and "script-src 'none'" in page.policy, f"{path}: no {tag}, and the policy allows one")
            continue
        digest = hashlib.sha256(page.content[tag].encode()).digest()
        wanted = f"{directive} 'sha256-{base64.b64encode(digest).decode()}'"
        check(wanted in page.policy, f"{path}: the policy lacks {wanted}; mend {tag}_hash in html_pieces.cpp")
    doubles = [name for name, count in collections.Counter(page.ids).items() if count > 1]
    check(not doubles, f"{path}: anchors that are there twice: {doubles}")
    missing = set(page.links + page.labels) - set(page.ids)
    check(not missing, f"{path}: links to nowhere: {missing}")


def check_sarif(path):
    """What the schema cannot say: references hold, and no two results are called the same."""
    log = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(sarif).validate(log)
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    check(len(set(rules)) == len(rules), f"{path}: a rule is there twice")
    for result in run["results"]:
        check(rules[result["ruleIndex"]] == result["ruleId"], f"{path}: ruleIndex is not that of {result['ruleId']}")
    for name in ("popquizFinding/v1", "primaryLocationLineHash"):
        names = [result["partialFingerprints"][name] for result in run["results"]]
        check(len(set(names)) == len(names), f"{path}: {name} is there twice")
    texts = [message["text"] for message in messages_of(log)]
    check(not any(re.search(r"(?<!\\)(\\\\)*[\[\]]", text) for text in texts), f"{path}: a message has a link")
    check(not any(re.search(r"(?<!\{)\{(\{\{)*(?!\{)", text) for text in texts), f"{path}: a message has a placeholder")


def messages_of(json):
    """All messages of results and notifications, which may have links and placeholders."""
    for run in json["runs"]:
        for result in run["results"] + run["invocations"][0]["toolExecutionNotifications"]:
            yield result["message"]
            yield from (place["message"] for place in result.get("relatedLocations", []))


def check_github(path):
    """Each line is one command, and nothing in it ends it or begins another parameter."""
    for line in path.read_text(encoding="utf-8").removesuffix("\n").split("\n"):
        found = re.fullmatch(r"::(error|warning|notice) ((?:file=[^,:]+,line=[1-9][0-9]*,)?title=[^,:]+)::(.+)", line)
        check(found, f"{path}: not a command: {line}")
        check(not re.search("%(?!25|0A|3A|2C)", found[2] + found[3]), f"{path}: an escape that is none: {line}")


def check_printable(path):
    for number, line in enumerate(path.read_bytes().decode("utf-8").split("\n"), 1):
        for character in line:
            check(unicodedata.category(character) not in ("Cc", "Cf", "Cn", "Cs", "Co", "Zl", "Zp"),
                  f"{path}:{number}: U+{ord(character):04X} is in it")


def schema_of(name):
    schema = json.loads((reports / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return schema


record, coverage, sarif = map(schema_of, ("record", "coverage", "sarif"))
checks = {
    ".json": lambda path: check_json(path, record),
    ".coverage": lambda path: check_json(path, coverage),
    ".junit": check_counts,
    ".html": check_html,
    ".statement": check_html,
    ".sarif": check_sarif,
    ".github": check_github,
}
samples = sorted(folder.iterdir())
check(len(samples) == 59, f"{len(samples)} samples, not 59")
for sample in samples:
    check_printable(sample)
    checks.get(sample.suffix, lambda path: None)(sample)
print(f"{len(samples)} samples are as they should be")
