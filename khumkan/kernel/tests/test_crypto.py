"""Sealing and blind indexes."""

import base64
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from khumkan.kernel import crypto
from khumkan.kernel.crypto import CannotOpen

HERE = "registry_identitydocument.sealed.ab"


def key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


@given(st.binary(max_size=200))
def test_what_is_sealed_opens_in_its_place_only(plain: bytes) -> None:
    sealed = crypto.seal(plain, where=HERE)
    assert crypto.open_sealed(sealed, where=HERE) == plain
    with pytest.raises(CannotOpen):
        crypto.open_sealed(sealed, where=HERE + "c")


@given(st.integers(0, 60), st.integers(1, 255))
def test_one_changed_bit_is_found(position: int, change: int) -> None:
    sealed = bytearray(crypto.seal(b"1234567890121", where=HERE))
    sealed[position % len(sealed)] ^= change
    with pytest.raises(CannotOpen):
        crypto.open_sealed(bytes(sealed), where=HERE)


def test_many_are_sealed_as_one_is() -> None:
    values = [(str(number).encode(), f"{HERE}{number}") for number in range(50)]
    sealed = crypto.seal_many(values)
    assert [crypto.open_sealed(each, where=where) for each, (_, where) in zip(sealed, values, strict=True)] == [
        plain for plain, _ in values
    ]
    assert len(set(sealed)) == 50


def test_the_newest_key_seals_and_older_ones_open(settings: Settings) -> None:
    first, second = key(), key()
    settings.KHUMKAN_KEYS = {1: first}
    old = crypto.seal(b"x", where=HERE)
    settings.KHUMKAN_KEYS = {1: first, 2: second}
    assert crypto.key_of(crypto.seal(b"x", where=HERE)) == 2
    assert crypto.open_sealed(old, where=HERE) == b"x"
    settings.KHUMKAN_KEYS = {2: second}
    with pytest.raises(CannotOpen):
        crypto.open_sealed(old, where=HERE)


def test_another_key_under_the_same_number_opens_nothing(settings: Settings) -> None:
    settings.KHUMKAN_KEYS = {1: key()}
    sealed = crypto.seal(b"x", where=HERE)
    settings.KHUMKAN_KEYS = {1: key()}
    with pytest.raises(CannotOpen):
        crypto.open_sealed(sealed, where=HERE)


def test_the_index_finds_equal_values_of_one_kind_only() -> None:
    index = crypto.blind_index("1234567890121", purpose="identity.thai")
    assert index == crypto.blind_index("1234567890121", purpose="identity.thai")
    assert index != crypto.blind_index("1234567890121", purpose="identity.foreign")
    assert b"1234567890121" not in index


def test_the_index_needs_its_key(settings: Settings) -> None:
    before = crypto.blind_index("1", purpose="phone")
    settings.KHUMKAN_INDEX_KEY = key()
    assert crypto.blind_index("1", purpose="phone") != before
