"""Signed messages against what others have published, and against every way to change one."""

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from khumkan.kernel import base45, cose
from khumkan.kernel.cose import NotGenuine, Signer, UnknownKey

#: What is signed, of published messages: RFC 8152 appendix C.2.1, RFC 8392 appendix A.3, and the example of the working
#: group for EdDSA (with the key of RFC 8032, section 7.1, test 1).
CONTENT = b"This is the content."
TO_BE_SIGNED = [
    (
        "a10126",
        CONTENT.hex(),
        "846a5369676e61747572653143a101264054546869732069732074686520636f6e74656e742e",
    ),
    (
        "a20319fde80126",
        "a70175636f61703a2f2f61732e6578616d706c652e636f6d02656572696b77037818636f61703a2f2f6c696768742e6578616d706c652e"
        "636f6d04c11a5612aeb005c11a5610d9f006c11a5610d9f007420b71",
        "846a5369676e61747572653147a20319fde80126405853a70175636f61703a2f2f61732e6578616d706c652e636f6d02656572696b7703"
        "7818636f61703a2f2f6c696768742e6578616d706c652e636f6d04c11a5612aeb005c11a5610d9f006c11a5610d9f007420b71",
    ),
]
EDDSA_SEED = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
EDDSA_MESSAGE = (
    "d28445a201270300a10442313154546869732069732074686520636f6e74656e742e58407142fd2ff96d56db85bee905a76ba1d0b7321a95c8"
    "c4d3607c5781932b7afb8711497dfa751bf40b58b3bcc32300b1487f3db34085eef013bf08f4a44d6fef0d"
)
SIGNER, OTHER = Signer.of(bytes(range(32))), Signer.of(bytes(32))
KEYS = {SIGNER.key_id: SIGNER.private.public_key()}
MESSAGE = cose.sign(b"payload", SIGNER)


@pytest.mark.parametrize(("protected", "payload", "published"), TO_BE_SIGNED)
def test_what_is_signed_is_what_others_sign(protected: str, payload: str, published: str) -> None:
    assert cose.to_be_signed(bytes.fromhex(protected), bytes.fromhex(payload)).hex() == published


def test_the_signature_is_the_published_one() -> None:
    protected, _unprotected, payload, signature = cbor2.loads(bytes.fromhex(EDDSA_MESSAGE)).value
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(EDDSA_SEED))
    assert payload == CONTENT
    assert private.sign(cose.to_be_signed(protected, payload)) == signature


def test_a_message_is_read_again_with_its_key() -> None:
    assert cose.verify(MESSAGE, KEYS) == b"payload"
    assert cose.key_id_in(MESSAGE) == SIGNER.key_id
    # a decoder that is not ours sees the usual shape
    tag = cbor2.loads(MESSAGE)
    assert (tag.tag, dict(cbor2.loads(tag.value[0]))) == (18, {1: -8, 4: SIGNER.key_id})


def test_no_bit_can_be_changed() -> None:
    for place in range(len(MESSAGE)):
        for bit in range(8):
            changed = bytearray(MESSAGE)
            changed[place] ^= 1 << bit
            with pytest.raises(NotGenuine):
                cose.verify(bytes(changed), KEYS)


@pytest.mark.parametrize("message", [MESSAGE[:-1], MESSAGE + b"\0", b"", b"\xd2", cbor2.dumps("text"), MESSAGE[1:]])
def test_what_is_cut_or_lengthened_is_not_genuine(message: bytes) -> None:
    with pytest.raises(NotGenuine):
        cose.verify(message, KEYS)


def test_control_without_the_strict_reading_a_header_could_be_added() -> None:
    """A signature covers the protected header and the payload only; what stands beside them is refused by its shape."""
    protected, _empty, payload, signature = cbor2.loads(MESSAGE).value
    more = cbor2.dumps(cbor2.CBORTag(18, [protected, {99: "more"}, payload, signature]))
    SIGNER.private.public_key().verify(signature, cose.to_be_signed(protected, payload))
    with pytest.raises(NotGenuine, match="beside"):
        cose.verify(more, KEYS)


def test_another_key_is_told_apart_from_a_forgery() -> None:
    with pytest.raises(UnknownKey):
        cose.verify(cose.sign(b"payload", OTHER), KEYS)
    protected = cbor2.dumps({1: -8, 4: SIGNER.key_id})
    signature = OTHER.private.sign(cose.to_be_signed(protected, b"payload"))
    forged = cbor2.dumps(cbor2.CBORTag(18, [protected, {}, b"payload", signature]))
    with pytest.raises(NotGenuine, match="signature"):
        cose.verify(forged, KEYS)


@pytest.mark.parametrize("header", [{1: -7, 4: SIGNER.key_id}, {4: SIGNER.key_id}, {1: -8}, {1: -8, 4: "text"}, {}])
def test_only_one_algorithm_is_spoken(header: dict[int, object]) -> None:
    protected = cbor2.dumps(header)
    signature = SIGNER.private.sign(cose.to_be_signed(protected, b"payload"))
    with pytest.raises(NotGenuine):
        cose.verify(cbor2.dumps(cbor2.CBORTag(18, [protected, {}, b"payload", signature])), KEYS)


@given(st.binary(max_size=300))
def test_nothing_made_up_is_genuine_or_a_crash(data: bytes) -> None:
    with pytest.raises(NotGenuine):
        cose.verify(data, KEYS)


@pytest.mark.parametrize(("plain", "text"), [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581")])
def test_base45_is_that_of_the_rfc(plain: bytes, text: str) -> None:
    assert base45.encode(plain) == text
    assert base45.decode(text) == plain
    assert base45.decode("QED8WEX0") == b"ietf!"


@given(st.binary(max_size=400))
def test_base45_comes_back(data: bytes) -> None:
    assert base45.decode(base45.encode(data)) == data


@given(st.text(alphabet=base45.ALPHABET, max_size=12))
def test_each_value_has_one_text(text: str) -> None:
    try:
        data = base45.decode(text)
    except ValueError:
        return
    assert base45.encode(data) == text


@pytest.mark.parametrize("text", ["GGW", ":::", "A", "ABCA", "::", "abc", "BB_"])
def test_base45_refuses_what_it_never_writes(text: str) -> None:
    with pytest.raises(ValueError, match="character"):
        base45.decode(text)
