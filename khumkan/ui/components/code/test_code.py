"""Codes that machines read."""

from khumkan.ui.testing import written


def test_codes_have_their_words_below() -> None:
    assert "Check in" in written('{% qr "T-7K4M9" label="Check in" %}')
    assert "<figcaption>KK1</figcaption>" in written('{% barcode "KK1" %}')


def test_codes_carry_no_style() -> None:
    assert "style" not in written('{% qr "T-7K4M9" label="Check in" %}{% barcode "KK1" %}')
