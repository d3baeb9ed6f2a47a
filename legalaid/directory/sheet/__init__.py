"""The catalogue as a sheet (XLSX) that the office keeps in the program it knows: areas and topics, out and in again.

`columns`: what stands in which cell. `writing`: the file that goes out. `reading`: how a file that comes in is
distrusted. `plan`: what taking it would do, row by row. A file that went out and came back changes nothing.
"""

from legalaid.directory.sheet.plan import SheetPlan, made_plan
from legalaid.directory.sheet.reading import MAX_SHEET, Rows, read_sheet
from legalaid.directory.sheet.writing import catalogue_xlsx

__all__ = ["MAX_SHEET", "Rows", "SheetPlan", "catalogue_xlsx", "made_plan", "read_sheet"]
