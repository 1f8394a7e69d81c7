"""Check ONIX records, and validate them against EDItEUR's schema if it is installed.

The schema's licence does not allow redistribution; the package onixcheck contains the schema.
"""

from __future__ import annotations

import importlib.util
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from triptych.checks.findings import REBUILD_HINT
from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.media.xml_parsing import parse_untrusted_xml

_NAMESPACE = "{http://ns.editeur.org/onix/3.0/reference}"
_SCHEMA = "schema/xsd3.0/ONIX_BookProduct_3.0_reference.xsd"


def check_record(data: bytes, memory: Memory = NO_MEMORY) -> list[Diagnostic]:
    """Report CHK001 for each fault in an ONIX message that can be found without the schema."""
    return [
        Diagnostic(code="CHK001", message=f"the ONIX record fails validation: {message}", hint=REBUILD_HINT)
        for message in _find_errors(data)
    ]


def _find_errors(data: bytes) -> Iterator[str]:
    try:
        root = parse_untrusted_xml(data)
    except etree.XMLSyntaxError as error:
        yield f"the XML is not well-formed: {error}"
        return
    if root.tag != f"{_NAMESPACE}ONIXMessage":
        yield "the file is not an ONIX 3.0 message with reference names"
    products = root.findall(f"{_NAMESPACE}Product")
    if not products:
        yield "the message contains no product"
    names = Counter(product.findtext(f"{_NAMESPACE}RecordReference", "") for product in products)
    identifiers = Counter(
        product.findtext(f"{_NAMESPACE}ProductIdentifier/{_NAMESPACE}IDValue", "") for product in products
    )
    for kind, counts in (("record reference", names), ("product identifier", identifiers)):
        yield from (f'the {kind} "{name}" is shared by {n} products' for name, n in counts.items() if n > 1)


def find_onix_schema() -> Path | None:
    """Return the path of the ONIX schema, or None if it is not installed."""
    spec = importlib.util.find_spec("onixcheck")
    path = Path(spec.origin).parent / _SCHEMA if spec and spec.origin else None
    return path if path and path.is_file() else None


def validate_record(path: Path, schema: Path) -> list[Diagnostic]:
    """Report CHK023 for each violation of the ONIX schema."""
    validator = etree.XMLSchema(etree.parse(schema))
    try:
        root = parse_untrusted_xml(path.read_bytes())
    except etree.XMLSyntaxError:  # check_record reports this error
        return []
    if validator.validate(root):
        return []
    errors: Any = validator.error_log  # a sequence, although its type stubs say otherwise
    return [
        Diagnostic(
            code="CHK023",
            message=f"{path.name}:{error.line}: {error.message.replace(_NAMESPACE, '')}",
            hint="correct this value in `book.yaml`",
        )
        for error in errors
    ]
