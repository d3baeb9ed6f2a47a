"""Logs are JSON lines without personal data: no values of variables in tracebacks, no secret links, no login keys."""

import re
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer

SECRET = re.compile(r"(/z/|/m/)[^/\s?\"']+|([?&](?:key|ticket)=)[^&\s\"']+")
"""Parts of addresses that open somebody's page."""
DETAIL = re.compile(r"\s*(?:DETAIL|CONTEXT):.*", re.DOTALL)

Event = MutableMapping[str, Any]


def hide_secrets(_logger: object, _name: str, event: Event) -> Event:
    """Replace the secret part of every address by «…» and leave out PostgreSQL's DETAIL, which quotes the row."""
    for key, value in event.items():
        event[key] = _clean(value)
    return event


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return DETAIL.sub("", SECRET.sub(lambda found: f"{found[1] or found[2]}…", value))
    if isinstance(value, dict):
        return {key: _clean(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_clean(inner) for inner in value]
    return value


def logging_config(level: str) -> dict[str, Any]:
    """Settings for `logging`, with structlog as the formatter of our own lines and of everybody else's."""
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
        hide_secrets,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    json_lines = {"()": structlog.stdlib.ProcessorFormatter, "foreign_pre_chain": shared, "processors": last}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": json_lines},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["console"], "level": level},
    }
