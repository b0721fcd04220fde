"""The suite, or a part of it, against hostile_servers.Honest with one thing changed."""

import hostile_servers as hostile
import popquiz


def maildrop_of(scenario):
    """The maildrop that a scenario's header names, or `two`."""
    for line in (popquiz.SUITE / f"{scenario}.pop3").read_text().splitlines():
        if line.startswith("maildrop: "):
            return line.removeprefix("maildrop: ")
    return "two"


def play(answer, *selectors, maildrop="two"):
    """Outcome and record of a run against a server whose replies are `answer`'s, and whose maildrop is always the same."""
    files = sorted((popquiz.SUITE / "maildrops" / maildrop).glob("*.eml"))
    hostile.MESSAGES = [file.read_bytes() for file in files]
    with popquiz.Folder() as folder, hostile.HostileServer(
        lambda connection: hostile.Honest(connection, greeting=b"+OK ready\r\n", answer=answer).serve()
    ) as server:
        folder.write("nothing", "#!/bin/sh\nexit 0\n", 0o755)
        profile = folder.write(
            "profile.toml",
            f'name = "small"\nhost = "127.0.0.1"\nport = {server.port}\n'
            + popquiz.accounts(1, hostile.PASSWORD.decode())
            + '[limits]\nstep = 2\n[maildrop]\nreset = "./nothing"\n',
        )
        outcome = popquiz.run(
            "run", *selectors, "--suite", popquiz.SUITE, "--target", profile, "--i-own-this-maildrop",
            f"--report=json={folder.path / 'json'}", folder=folder.path,
        )  # fmt: skip
        return outcome, outcome.record()


def found(record, *verdicts):
    """The ids of scenarios and checks with such verdicts, without rows."""
    bad = {result["id"].split("[")[0] for result in record["results"] if result["verdict"] in verdicts}
    return bad | {check["id"] for check in record["checks"] if check["verdict"] in verdicts}
