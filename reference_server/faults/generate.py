"""generate.py FAULTS.TSV FOLDER: writes fault.hpp (the enumeration) and rows.cpp (the table) from the register."""

import pathlib
import re
import sys

COLUMNS = ["name", "requirement", "what"]


def read(path):
    lines = pathlib.Path(path).read_text(encoding="ascii").splitlines()
    if lines[0].split("\t") != COLUMNS:
        sys.exit(f"{path}:1: the columns are {', '.join(COLUMNS)}, with TABs between them")
    rows = []
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        if len(cells) != len(COLUMNS) or not all(cells):
            sys.exit(f"{path}:{number}: a row has {len(COLUMNS)} cells with TABs between them, none empty")
        if not re.fullmatch(r"[a-z][a-z0-9_]*", cells[0]):
            sys.exit(f"{path}:{number}: {cells[0]} is no name: small letters, digits and underscores")
        rows.append(cells)
    names = [row[0] for row in rows]
    if doubled := {name for name in names if names.count(name) > 1}:
        sys.exit(f"{path}: more than one row for {', '.join(sorted(doubled))}")
    return rows


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def main():
    rows = read(sys.argv[1])
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    enumerators = "".join(f"    {name},  ///< {what}\n" for name, _, what in rows)
    folder.joinpath("fault.hpp").write_text(
        "// Made from faults.tsv.\n#pragma once\n\n#include <cstddef>\n#include <cstdint>\n\n"
        "namespace popquizd::faults {\n\n/// The lies that popquizd can tell.\n"
        f"enum class Fault : std::uint16_t {{\n{enumerators}}};\n\n"
        f"inline constexpr std::size_t fault_count = {len(rows)};\n\n}}  // namespace popquizd::faults\n"
    )
    table = "".join(f"    {{{', '.join(map(quoted, row))}}},\n" for row in rows)
    folder.joinpath("rows.cpp").write_text(
        '// Made from faults.tsv.\n#include <array>\n\n#include "reference_server/faults/faults.hpp"\n\n'
        "namespace popquizd::faults {\n\nnamespace {\n\n"
        f"constexpr std::array<Row, fault_count> rows{{{{\n{table}}}}};\n\n}}  // namespace\n\n"
        "std::span<const Row> all_rows() {\n    return rows;\n}\n\n}  // namespace popquizd::faults\n"
    )


main()
