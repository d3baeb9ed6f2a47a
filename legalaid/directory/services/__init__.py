"""Writes of the network: loading a region pack, agreements, posts and telephones."""

from legalaid.directory.refusals import PlaceRefused
from legalaid.directory.services.agreement_papers import add_scan, remove_scan, set_clause, set_exchange
from legalaid.directory.services.agreement_warnings import warn_of_ends
from legalaid.directory.services.agreements import (
    Cell,
    amend_agreement,
    draft_agreement,
    expire_overdue,
    move_agreement,
    open_agreement,
    set_coverage,
    set_terms,
)  # fmt: skip
from legalaid.directory.services.areas import add_area, move_area, rename_area
from legalaid.directory.services.authorities import AuthorityDetails, open_authority, set_authority
from legalaid.directory.services.catalogue import (
    add_topic,
    check_law,
    give_own_memo,
    retire_topic,
    return_topic,
    save_topic,
)  # fmt: skip
from legalaid.directory.services.examples import ExampleRefused, add_example, remove_example
from legalaid.directory.services.method import TaskRefused, TextRefused, edit_part, set_task
from legalaid.directory.services.network import (
    add_post,
    save_booth,
    set_authority_phone,
    set_branch_phone,
)
from legalaid.directory.services.packs import PlanStale, confirm_upload, drop_upload, import_pack, upload_pack
from legalaid.directory.services.sheets import (
    bring_sheet,
    confirm_sheet,
    drop_sheet,
    read_brought_sheet,
    take_brought_sheet,
)  # fmt: skip

__all__ = [
    "AuthorityDetails",
    "Cell",
    "ExampleRefused",
    "PlaceRefused",
    "PlanStale",
    "TaskRefused",
    "TextRefused",
    "add_area",
    "add_example",
    "add_post",
    "add_scan",
    "add_topic",
    "amend_agreement",
    "bring_sheet",
    "check_law",
    "confirm_sheet",
    "confirm_upload",
    "draft_agreement",
    "drop_sheet",
    "drop_upload",
    "edit_part",
    "expire_overdue",
    "give_own_memo",
    "import_pack",
    "move_agreement",
    "move_area",
    "open_agreement",
    "open_authority",
    "read_brought_sheet",
    "remove_example",
    "remove_scan",
    "rename_area",
    "retire_topic",
    "return_topic",
    "save_booth",
    "save_topic",
    "set_authority",
    "set_authority_phone",
    "set_branch_phone",
    "set_clause",
    "set_coverage",
    "set_exchange",
    "set_task",
    "set_terms",
    "take_brought_sheet",
    "upload_pack",
    "warn_of_ends",
]
