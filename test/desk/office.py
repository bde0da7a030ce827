# Drives LibreOffice as a reviewer would: opens a workbook, writes into cells, sorts, moves and saves. Reads one JSON order
# from standard input: {"open": PATH, "save": PATH, "format": FILTER, "steps": [...]}; each step is a list, its name first.
import json
import os
import subprocess
import sys
import tempfile
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.table import TableSortField


def prop(name, value):
    p = PropertyValue()
    p.Name, p.Value = name, value
    return p


def connect(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:
            time.sleep(0.2)


def used(sheet):
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    return cursor.RangeAddress.EndColumn, cursor.RangeAddress.EndRow


def header(sheet):
    columns, rows = used(sheet)
    for row in range(min(rows, 12) + 1):
        titles = {sheet.getCellByPosition(c, row).String: c for c in range(columns + 1)}
        if "Decision" in titles:
            return row, titles
    raise SystemExit("no header")


def find(sheet, text):
    row, titles = header(sheet)
    _, last = used(sheet)
    for r in range(row + 1, last + 1):
        if text in sheet.getCellByPosition(titles["Case"], r).String:
            return r, titles
    raise SystemExit(f"no row with {text}")


def step(doc, name, *args):
    sheets = doc.Sheets
    if name == "set":  # case text, column title, value
        sheet = sheets.getByName(args[3] if len(args) > 3 else "Cases")
        row, titles = find(sheet, args[0])
        sheet.getCellByPosition(titles[args[1]], row).setFormula(args[2])
    elif name == "sort":  # column title
        sheet = sheets.getByName("Cases")
        row, titles = header(sheet)
        columns, last = used(sheet)
        field = TableSortField()
        field.Field, field.IsAscending = titles[args[0]], True
        area = sheet.getCellRangeByPosition(0, row + 1, columns, last)
        area.sort((prop("SortFields", uno.Any("[]com.sun.star.table.TableSortField", (field,))),))
    elif name == "deleteRow":
        sheet = sheets.getByName("Cases")
        row, _ = find(sheet, args[0])
        sheet.Rows.removeByIndex(row, 1)
    elif name == "copyRow":  # case text: once more at the end
        sheet = sheets.getByName("Cases")
        row, _ = find(sheet, args[0])
        columns, last = used(sheet)
        source = sheet.getCellRangeByPosition(0, row, columns, row).RangeAddress
        sheet.copyRange(sheet.getCellByPosition(0, last + 1).CellAddress, source)
    elif name == "moveColumn":  # title: to the far left
        sheet = sheets.getByName("Cases")
        _, titles = header(sheet)
        _, last = used(sheet)
        sheet.Columns.insertByIndex(0, 1)
        at = titles[args[0]] + 1
        source = sheet.getCellRangeByPosition(at, 0, at, last).RangeAddress
        sheet.moveRange(sheet.getCellByPosition(0, 0).CellAddress, source)
    elif name == "renameSheet":
        sheets.getByName("Cases").Name = args[0]
    elif name == "moveSheet":
        sheets.moveByName("Cases", 0)
    elif name == "removeSheet":
        sheets.removeByName(args[0])
    elif name == "choices":  # case text: what the drop-down offers
        sheet = sheets.getByName("Cases")
        row, titles = find(sheet, args[0])
        cell = sheet.getCellByPosition(titles["Decision"], row)
        print(json.dumps(cell.Validation.getFormula1()))
    else:
        raise SystemExit(f"unknown step {name}")


def main():
    order = json.load(sys.stdin)
    profile = tempfile.mkdtemp()
    pipe = f"tieout{os.getpid()}"
    office = subprocess.Popen(
        ["soffice", "--headless", "--norestore", f"--accept=pipe,name={pipe};urp;", f"-env:UserInstallation=file://{profile}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        context = connect(pipe)
        desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        for job in order:
            doc = desktop.loadComponentFromURL("file://" + job["open"], "_blank", 0, (prop("Hidden", True),))
            for args in job.get("steps", []):
                step(doc, *args)
            doc.storeToURL("file://" + job["save"], (prop("FilterName", job.get("format", "Calc MS Excel 2007 XML")),))
            doc.close(True)
        try:
            desktop.terminate()
        except Exception:
            pass
        office.wait()
    finally:
        if office.poll() is None:
            office.kill()


main()
