"""Write what was found as JUnit XML: a suite a level, a case a rule, so that passes show too."""

from collections.abc import Iterator
from typing import get_args
from xml.etree import ElementTree as Xml

from builder.phrasing import count
from builder.validate.findings import Finding
from builder.validate.formats.report import Report, broken
from builder.validate.rules import RULES, Level, ValidationRule


def render(report: Report) -> str:
    """Return the XML."""
    faults = broken(report.findings)
    sums = _sums(list(RULES.values()), faults)
    root = Xml.Element("testsuites", {"name": "builder validate", **sums})
    failures = dict(_failures(report))
    for level in get_args(Level):
        rules = [rule for rule in RULES.values() if rule.level == level]
        suite = Xml.SubElement(root, "testsuite", {"name": level, **_sums(rules, faults)})
        for rule in rules:
            case = Xml.SubElement(suite, "testcase", classname=f"validate.{level}", name=rule.id)
            if rule in failures:
                case.append(failures[rule])
        Xml.SubElement(suite, "system-out").text = report.tally
    Xml.indent(root)
    said: bytes = Xml.tostring(root, "utf-8", xml_declaration=True)
    return said.decode("utf-8") + "\n"


def _sums(
    rules: list[ValidationRule], faults: dict[ValidationRule, list[Finding]]
) -> dict[str, str]:
    failed = sum(rule in faults for rule in rules)
    return {"tests": str(len(rules)), "failures": str(failed), "errors": "0"}


def _failures(report: Report) -> Iterator[tuple[ValidationRule, Xml.Element]]:
    """Yield what is said of each rule that is broken."""
    shown = broken(report.shown)
    for rule, findings in broken(report.findings).items():
        lines = [report.line(finding) for finding in shown.get(rule, ())]
        if len(lines) < len(findings):
            lines.append(f"and {len(findings) - len(lines)} more")
        lines.append(f"What to do: {rule.do}")
        message = f"{count(len(findings), 'finding')}: {rule.asks}"
        failure = Xml.Element("failure", type=rule.id, message=message)
        failure.text = "\n".join(lines)
        yield rule, failure
