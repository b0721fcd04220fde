#!/usr/bin/env python3
"""The HTML pages in a real browser: Debian's chromium, headless, by the DevTools protocol over a pipe. Each is opened, filtered,
and a cell or a finding is opened by a click.

The environment says what is tested: POPQUIZ and POPQUIZD are the programs, POPQUIZ_SUITE the folder of the suite."""

import json
import os
import select
import shutil
import subprocess
import tempfile
import time
import unittest

import hostile_servers as hostile
import popquiz
from command_line_test import SMALL, Behaving

CHROMIUM = shutil.which("chromium")


class Browser:
    """A headless chromium with one page."""

    def __init__(self):
        self.profile = tempfile.TemporaryDirectory(prefix="popquiz-chromium-", ignore_cleanup_errors=True)
        commands, self.to = os.pipe()
        self.answers, answers = os.pipe()

        def connect():  # chromium reads descriptor 3 and writes 4
            spare_in, spare_out = os.dup(commands), os.dup(answers)
            os.dup2(spare_in, 3)
            os.dup2(spare_out, 4)

        # Tests run as root in a container, where chromium's own sandbox cannot be made; the pages are our own.
        options = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--remote-debugging-pipe")
        self.process = subprocess.Popen(
            [CHROMIUM, *options, f"--user-data-dir={self.profile.name}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=connect, close_fds=False,
        )  # fmt: skip
        os.close(commands)
        os.close(answers)
        self.waiting = b""
        self.number = 0
        self.session = None
        self.complaints = []
        page = next(target for target in self.ask("Target.getTargets")["targetInfos"] if target["type"] == "page")
        self.session = self.ask("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.to)
        os.close(self.answers)
        self.process.kill()
        self.process.wait()
        self.profile.cleanup()

    def receive(self):
        """The next message of the browser: an answer or an event."""
        until = time.monotonic() + popquiz.PATIENCE
        while b"\0" not in self.waiting:
            ready, _, _ = select.select([self.answers], [], [], max(0, until - time.monotonic()))
            octets = os.read(self.answers, 1 << 16) if ready else b""
            if not octets:
                raise AssertionError("chromium does not answer")
            self.waiting += octets
        message, _, self.waiting = self.waiting.partition(b"\0")
        message = json.loads(message)
        if message.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded"):
            self.complaints.append(message["params"])
        return message

    def ask(self, method, **parameters):
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            request["sessionId"] = self.session
        message = json.dumps(request).encode() + b"\0"
        while message:
            message = message[os.write(self.to, message) :]
        while (answer := self.receive()).get("id") != self.number:
            pass
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']}")
        return answer["result"]

    def open(self, file, anchor=""):
        self.ask("Page.navigate", url="about:blank")  # else an anchor of the same page would not load it anew
        self.ask("Page.navigate", url=file.as_uri() + anchor)
        self.wait_until("document.readyState === 'complete' && location.protocol === 'file:'")

    def run(self, script):
        """The value of an expression in the page."""
        outcome = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in outcome:
            raise AssertionError(f"{script}: {outcome['exceptionDetails']}")
        return outcome["result"].get("value")

    def wait_until(self, script):
        until = time.monotonic() + popquiz.PATIENCE
        while not self.run(script):
            if time.monotonic() > until:
                raise AssertionError(f"it never came about: {script}")

    def press(self, key, text=""):
        code = {"Tab": 9, "Enter": 13}[key]
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, text=text if kind == "keyDown" else "")

    def choose(self, name, value):
        """As a person does: the value, and the event behind it."""
        self.run(
            f"(() => {{ const field = document.forms.filter.elements[{json.dumps(name)}];"
            f"if (field.type === 'checkbox') field.checked = {json.dumps(value)}; else field.value = {json.dumps(value)};"
            "field.dispatchEvent(new Event('input', { bubbles: true })); })()"
        )

    def shown(self):
        """How many of the entries that the filter is about are to be seen."""
        return self.run("[...document.querySelectorAll('[data-verdict]')].filter((each) => each.checkVisibility()).length")


@unittest.skipUnless(CHROMIUM, "chromium is not installed: ci/setup test")
class Pages(Behaving):
    @classmethod
    def setUpClass(cls):
        """Pages of popquizd, and of a server that says absurd things."""
        cls.folder = cls.enterClassContext(popquiz.Folder())
        suite = cls.folder.suite(SMALL)
        with popquiz.Folder() as folder, hostile.HostileServer(hostile.absurd_numbers) as server:
            root = folder.path / "mail"
            root.mkdir()
            with popquiz.Popquizd(root, {"u1": "secret"}) as honest:
                cls.play("good", suite, honest.port, "secret")
            cls.play("bad", suite, server.port, hostile.PASSWORD.decode())
            cls.play("again", suite, server.port, hostile.PASSWORD.decode())
        cls.compared = cls.folder.path / "compared.html"
        good, bad = (cls.folder.path / f"{name}.json" for name in ("good", "bad"))
        outcome = popquiz.run("compare", good, bad, f"--report=html={cls.compared}")
        assert outcome.status == popquiz.CONFORMS, outcome
        cls.browser = cls.enterClassContext(Browser())

    @classmethod
    def play(cls, name, suite, port, password):
        reports = [f"--report={form}={cls.folder.path / name}.{form}" for form in ("json", "html")]
        reports.append(f"--report=statement={cls.folder.path / name}-statement.html")
        popquiz.run("run", "--suite", suite, "--server", f"127.0.0.1:{port}", "--user=u1", f"--password={password}", "--timeout=2", *reports)

    def opened(self, file, anchor=""):
        self.browser.complaints.clear()
        self.browser.open(file, anchor)
        return self.browser

    def no_complaints(self):
        self.assertEqual(self.browser.complaints, [])

    def test_a_comparison_is_filtered_and_a_cell_opened(self):
        page = self.opened(self.compared)
        rows = page.run("document.querySelectorAll('[data-verdict]').length")
        self.assertGreater(rows, 3)
        self.assertEqual(page.shown(), rows)
        page.choose("verdict", "fail")
        failed = page.shown()
        self.assertGreater(failed, 0)
        self.assertLess(failed, rows)
        page.choose("verdict", "")
        page.choose("differs", True)
        self.assertLess(page.shown(), rows)
        page.choose("text", "rfc1939-5-stat-format")
        self.assertEqual(page.shown(), 1)
        self.assertEqual(page.run("document.getElementById('shown').textContent"), f"1 of {rows} entries fit.")
        page.run("[...document.querySelectorAll('td a')].find((link) => link.checkVisibility()).click()")
        page.wait_until("location.hash !== ''")
        page.wait_until("document.querySelector(':target') !== null && document.querySelector(':target').open")
        self.assertTrue(page.run("document.querySelector(':target').textContent.includes('99999999999999999999')"))
        self.assertTrue(page.run("document.querySelector(':target pre').checkVisibility()"), "the exchange is to be seen")
        page.run("document.querySelector('#filter button[type=reset]').click()")
        page.wait_until(f"[...document.querySelectorAll('[data-verdict]')].every((each) => !each.hidden)")
        self.no_complaints()

    def test_a_run_is_filtered_and_a_finding_opened(self):
        page = self.opened(self.folder.path / "bad.html")
        entries = page.run("document.querySelectorAll('[data-verdict]').length")
        page.choose("verdict", "fail")
        failed = page.run("[...document.querySelectorAll('[data-verdict]')].filter((each) => !each.hidden).length")
        self.assertGreater(failed, 0)
        self.assertLess(failed, entries)
        link = page.run(
            "(() => { const link = [...document.querySelectorAll('a[href^=\"#\"]')].find((each) =>"
            " document.getElementById(each.hash.slice(1)) instanceof HTMLDetailsElement);"
            " if (link) link.click(); return link ? link.hash : null; })()"
        )
        if link:
            page.wait_until(f"document.getElementById({json.dumps(link[1:])}).open")
        else:
            page.run("document.querySelector('summary').click()")
            page.wait_until("document.querySelector('details').open")
        self.assertTrue(page.run("document.body.textContent.includes('99999999999999999999')"))
        self.no_complaints()

    def test_a_link_to_a_finding_holds_in_the_next_run(self):
        page = self.opened(self.folder.path / "bad.html")
        anchors = page.run("[...document.querySelectorAll('#findings details')].map((each) => '#' + each.id)")
        self.assertGreater(len(anchors), 0)
        for anchor in anchors:
            page = self.opened(self.folder.path / "again.html", anchor)
            entry = f"document.getElementById({json.dumps(anchor[1:])})"
            page.wait_until(f"{entry}.open")
            page.wait_until(f"Math.abs({entry}.getBoundingClientRect().top) < innerHeight")
            page.press("Tab")
            self.assertTrue(page.run(f"{entry}.contains(document.activeElement)"), "the keyboard goes on from there")
        self.no_complaints()

    def test_a_link_to_a_finding_that_is_gone_opens_its_requirement(self):
        page = self.opened(self.folder.path / "good.html", "#finding-rfc1939-5-noop-ok~~basic/noop")
        page.wait_until("document.activeElement.tagName === 'SUMMARY'")
        self.assertEqual(page.run("document.activeElement.parentElement.id"), "requirement-rfc1939-5-noop-ok")
        self.assertTrue(page.run("document.activeElement.parentElement.innerText.includes('This run does not have the finding')"))
        for strange in ("#finding-", "#~", "#%", "#nowhere"):
            self.opened(self.folder.path / "good.html", strange)
            self.no_complaints()

    def test_the_keyboard_is_enough(self):
        page = self.opened(self.folder.path / "bad.html")
        page.press("Tab")
        self.assertEqual(page.run("document.activeElement.className"), "skip-link")
        self.assertGreaterEqual(page.run("document.activeElement.getBoundingClientRect().left"), 0, "it is to be seen")
        page.press("Enter", "\r")
        page.wait_until("location.hash === '#findings'")
        for _ in range(20):
            page.press("Tab")
            if page.run("document.activeElement.tagName") == "SUMMARY":
                break
        self.assertEqual(page.run("document.activeElement.tagName"), "SUMMARY")
        self.assertNotEqual(page.run("getComputedStyle(document.activeElement).outlineStyle"), "none", "focus is to be seen")
        was_open = page.run("document.activeElement.parentElement.open")
        page.press("Enter", "\r")
        page.wait_until(f"document.activeElement.parentElement.open === {json.dumps(not was_open)}")
        self.no_complaints()

    def test_what_matters_is_printed(self):
        page = self.opened(self.folder.path / "bad.html")
        page.run("document.querySelectorAll('details').forEach((each) => { each.open = false; })")
        page.ask("Emulation.setEmulatedMedia", media="print")
        page.run("dispatchEvent(new Event('beforeprint'))")
        failed = "[...document.querySelectorAll('[data-verdict=fail]')]"
        self.assertGreater(page.run(f"{failed}.length"), 0)
        # What has the cause of a finding before it is not unfolded again.
        self.assertTrue(page.run(f"{failed}.every((each) => each.open != ('sameCause' in each.dataset) && each.checkVisibility())"))
        self.assertFalse(page.run("[...document.querySelectorAll('#scenarios [data-verdict=pass]')].some((each) => each.checkVisibility())"))
        self.assertFalse(page.run("document.forms.filter.checkVisibility()"))
        page.run("dispatchEvent(new Event('afterprint'))")
        page.ask("Emulation.setEmulatedMedia", media="")
        self.assertFalse(page.run("[...document.querySelectorAll('details')].some((each) => each.open)"), "it is folded as before")
        self.assertTrue(page.ask("Page.printToPDF")["data"].startswith("JVBERi0"), "a PDF")
        self.no_complaints()

    def test_a_screen_reader_finds_its_way(self):
        for file in ("bad.html", "bad-statement.html"):
            page = self.opened(self.folder.path / file)
            nodes = page.ask("Accessibility.getFullAXTree")["nodes"]
            said = [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if "role" in node]
            roles = {role for role, _ in said}
            self.assertLessEqual({"main", "heading", "region"}, roles, file)
            for role, name in said:
                if role in ("region", "navigation", "search", "combobox", "searchbox", "table", "group") and not name:
                    self.assertIn(role, ("table", "group"), f"a {role} has no name")
            if file == "bad.html":
                self.assertLessEqual({"navigation", "search", "status"}, roles)
                page.choose("verdict", "fail")
                self.assertRegex(page.run("document.querySelector('[role=status]').textContent"), r"^\d+ of \d+ entries fit\.$")

    def test_a_statement_has_no_script(self):
        for name in ("good", "bad"):
            page = self.opened(self.folder.path / f"{name}-statement.html")
            self.assertEqual(page.run("document.scripts.length"), 0)
            self.assertGreater(page.run("document.querySelectorAll('#requirements, table').length"), 2)
            self.no_complaints()

    def test_nothing_is_asked_of_anybody_outside(self):
        """The pages' own policy forbids it, and they do not try."""
        for file in (self.compared, self.folder.path / "bad.html", self.folder.path / "bad-statement.html"):
            page = self.opened(file)
            self.assertEqual(page.run("performance.getEntriesByType('resource').length"), 0, file)
            policy = page.run("document.querySelector('meta[http-equiv=Content-Security-Policy]').content")
            self.assertIn("default-src 'none'", policy)
            self.no_complaints()

    def test_a_narrow_page_does_not_scroll_sideways(self):
        for width in (360, 1280):
            self.browser.ask("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False)
            for file in (self.compared, self.folder.path / "bad.html", self.folder.path / "bad-statement.html"):
                page = self.opened(file)
                page.run("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
                self.assertLessEqual(page.run("document.documentElement.scrollWidth"), width, file)
        self.browser.ask("Emulation.clearDeviceMetricsOverride")


if __name__ == "__main__":
    unittest.main()
