"""What is generated into a file that people write: the text between two markers, `<!-- NAME: begin -->` and `<!-- NAME: end -->`."""

import sys


def put_between(path, name, text):
    """Whole lines, in place of what is there. A file without the markers is a mistake of whoever names it."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, has_begin, rest = path.read_text(encoding="utf-8").partition(begin)
    _, has_end, after = rest.partition(end)
    if not has_begin or not has_end:
        sys.exit(f"{path} has no `{begin}` and `{end}`")
    path.write_text(f"{before}{begin}\n{text.rstrip()}\n{end}{after}", encoding="utf-8")
