"""Writes of the network: loading a region pack, agreements, posts and telephones."""

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
from legalaid.directory.services.examples import ExampleRefused, add_example, remove_example
from legalaid.directory.services.method import TaskRefused, TextRefused, edit_part, set_task
from legalaid.directory.services.network import add_post, set_authority_phone, set_branch_phone
from legalaid.directory.services.packs import PlanStale, confirm_upload, drop_upload, import_pack, upload_pack

__all__ = [
    "Cell",
    "ExampleRefused",
    "PlanStale",
    "TaskRefused",
    "TextRefused",
    "add_example",
    "add_post",
    "add_scan",
    "amend_agreement",
    "confirm_upload",
    "draft_agreement",
    "drop_upload",
    "edit_part",
    "expire_overdue",
    "import_pack",
    "move_agreement",
    "open_agreement",
    "remove_example",
    "remove_scan",
    "set_authority_phone",
    "set_branch_phone",
    "set_clause",
    "set_coverage",
    "set_exchange",
    "set_task",
    "set_terms",
    "upload_pack",
    "warn_of_ends",
]
