"""Enqueuing a job from a hot transaction."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from legalaid.kernel.sql import fetch_all

if TYPE_CHECKING:
    from procrastinate.tasks import Task


def deferring(args: str) -> str:
    """The expression that enqueues the job of `job_of`, its arguments given as SQL.

    It calls the function that procrastinate itself calls; a newer one of its would come beside it, as _v2.
    """
    return (
        f"procrastinate_defer_jobs_v1(ARRAY[ROW(%(queue)s, %(task)s, 0, NULL, NULL, {args}, NULL)"
        "::procrastinate_job_to_defer_v1])"
    )


DEFER = f"SELECT {deferring('%(args)s')}"


def defer(task: Task[Any, Any, Any], **args: Any) -> None:
    """What `task.defer(**args)` does, by one prepared statement inside the caller's transaction."""
    fetch_all(DEFER, **job_of(task, **args))


def job_of(task: Task[Any, Any, Any], **args: Any) -> dict[str, Any]:
    """The values of DEFER, for a statement that ends with it."""
    return {"queue": task.queue, "task": task.name, "args": json.dumps(args)}
