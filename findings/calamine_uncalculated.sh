#!/usr/bin/env bash
# python-calamine reads a price list that a program has written, with formulas that no spreadsheet has calculated yet.
#
# Versions: python-calamine 0.9.1, openpyxl 3.1.5, XlsxWriter 3.3.1.
# Seen: a formula without a stored result (as openpyxl writes it) is read as an empty text, exactly as an empty cell is;
# nothing in the API says that there was a formula. A formula by XlsxWriter, which stores 0 for all of them, is 0.0.
# Number formats can't be read: 35 formatted as euro and 35 formatted as crowns are both 35.0, and a phone that Excel
# shows as 601 992 151 is the float 601992151.0. openpyxl shows the formula and the format.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet install python-calamine==0.9.1 openpyxl==3.1.5 xlsxwriter==3.3.1
cat > "$folder/run.py" <<'PYTHON'
import io
import sys

import openpyxl
import xlsxwriter
from python_calamine import CalamineWorkbook

book = openpyxl.Workbook()
sheet = book.active
sheet.append(["=450*2", None, 35, 35, 601992151])
for place, pattern in (("C1", '#,##0 "Kč"'), ("D1", "#,##0 [$€-407]"), ("E1", "000 000 000")):
    sheet[place].number_format = pattern
content = io.BytesIO()
book.save(content)

other = io.BytesIO()
with xlsxwriter.Workbook(other, {"in_memory": True}) as written:
    written.add_worksheet().write_formula(0, 0, "=450*2")


def rows(file):
    file.seek(0)
    return CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python(skip_empty_area=False)


content.seek(0)
cells = openpyxl.load_workbook(content).active[1]
seen = {
    "calamine, written by openpyxl": rows(content)[0],
    "calamine, written by XlsxWriter": rows(other)[0],
    "openpyxl": [(cell.value, cell.number_format) for cell in cells],
}
for name, value in seen.items():
    print(f"{name}: {value}")
expected = {
    "calamine, written by openpyxl": ["", "", 35.0, 35.0, 601992151.0],
    "calamine, written by XlsxWriter": [0.0],
    "openpyxl": [
        ("=450*2", "General"),
        (None, "General"),
        (35, '#,##0 "Kč"'),
        (35, "#,##0 [$€-407]"),
        (601992151, "000 000 000"),
    ],
}
if seen != expected:
    sys.exit("This has changed.")
PYTHON
"$folder/venv/bin/python" "$folder/run.py"
