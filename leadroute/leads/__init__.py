"""Lead files to typed batches and back: every lead that comes in comes out, with the very text that went in."""

from leadroute.leads.assignment import COLUMNS
from leadroute.leads.cells import BLOCK_BYTES, LeadFile
from leadroute.leads.errors import LeadFileError
from leadroute.leads.ids import first_rows
from leadroute.leads.opening import FORMATS, open_file
from leadroute.leads.reader import Invalid, Reader, lead_of, needs
from leadroute.leads.typed import typed_lead
from leadroute.leads.write import Prepared, check_columns, prepare, target_format

__all__ = [
    "BLOCK_BYTES",
    "COLUMNS",
    "FORMATS",
    "Invalid",
    "LeadFile",
    "LeadFileError",
    "Prepared",
    "Reader",
    "check_columns",
    "first_rows",
    "lead_of",
    "needs",
    "open_file",
    "prepare",
    "target_format",
    "typed_lead",
]
