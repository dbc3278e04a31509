"""Examples for employers' monthly filings; see `addresses.py`."""

from tests.pages.example import Example

#: Pages without anything in the path, by who opens them.
PLAIN: dict[str, tuple[str, ...]] = {"personnel": ("registry:filing_template",)}
EXAMPLES: dict[str, list[Example]] = {
    "registry:own_filings": [Example("personnel", status=302)],
    **{
        f"registry:{name}": [Example("personnel", lambda town: [town.factory.reference])]
        for name in ("employer_filings", "send_filing", "file_nobody")
    },
    "registry:filing_file": [
        Example("personnel", lambda town, name=name: [town.filings[name].reference])  # type: ignore[misc]
        for name in ("waiting", "wrong", "right")
    ],
    "registry:filing_rows": [Example("personnel", lambda town: [town.filings["wrong"].reference])],
}
