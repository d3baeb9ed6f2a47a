"""Writes of requests and their papers; other apps move a request on through `advance`."""

from legalaid.intake.services.papers import (
    add_paper,
    ask_print,
    expire_papers,
    mark_printed,
    put_paper,
    remove_paper,
)  # fmt: skip
from legalaid.intake.services.requests import (
    MAX_STORY,
    MIN_STORY,
    RequestMovedOn,
    StoryRefused,
    ThirdPartyRefused,
    advance,
    assign_topic,
    choose_topic,
    clean_story,
    record_third_party,
    register,
    start_request,
    submit,
)  # fmt: skip

__all__ = [
    "MAX_STORY",
    "MIN_STORY",
    "RequestMovedOn",
    "StoryRefused",
    "ThirdPartyRefused",
    "add_paper",
    "advance",
    "ask_print",
    "assign_topic",
    "choose_topic",
    "clean_story",
    "expire_papers",
    "mark_printed",
    "put_paper",
    "record_third_party",
    "register",
    "remove_paper",
    "start_request",
    "submit",
]
