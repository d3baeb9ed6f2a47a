"""Fail unless a JUnit report shows that browser tests ran and none was skipped."""

import sys
import xml.etree.ElementTree as ET
from pathlib import Path


def main(report: Path) -> None:
    """Exit with words when the report is missing, empty, or counts a skipped or failed test."""
    if not report.exists():
        sys.exit(f"Browser tests did not run: {report} is missing.")
    suites = list(ET.parse(report).getroot().iter("testsuite"))  # noqa: S314 - our own report
    keys = ("tests", "skipped", "failures", "errors")
    counts = {key: sum(int(suite.get(key, 0)) for suite in suites) for key in keys}
    if not counts["tests"]:
        sys.exit("Browser tests did not run: the report holds none.")
    if counts["skipped"] or counts["failures"] or counts["errors"]:
        sys.exit(f"Browser tests did not all pass: {counts}")
    print(f"Browser tests: {counts['tests']} ran, none skipped.")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
