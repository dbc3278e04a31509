"""What a certificate says and how it is checked: by values alone, with every way to cheat that we could think of."""

import base64
import json
from datetime import UTC, date, datetime, timedelta

import pytest

from khumkan.kernel import base45, cose
from khumkan.kernel.cose import NotGenuine, Signer, UnknownKey
from khumkan.vaccination.rules import certificates as rules
from khumkan.vaccination.rules.certificates import Content, DoseGiven, Outcome

NOW = datetime(2021, 9, 5, 3, 0, tzinfo=UTC)
OLD, NEW, STRANGER = (Signer.of(bytes([number]) * 32) for number in (1, 2, 3))
OURS = {each.key_id: each.private.public_key() for each in (OLD, NEW)}
CONTENT = Content(
    code="K-7K4M9-2QXC3",
    name="นางสาวสมหญิง ใจดี",
    born=1990,
    doses=(DoseGiven(1, "sinovac", date(2021, 6, 12)), DoseGiven(2, "astrazeneca", date(2021, 7, 5))),
    issuer="help.example.go.th",
    issued_at=NOW - timedelta(days=1),
    expires_at=NOW + timedelta(days=364),
)


def text(content: Content = CONTENT, signer: Signer = NEW) -> str:
    return rules.as_text(rules.signed(content, signer))


def outcome(written: str, *, revoked: tuple[str, ...] = (), now: datetime = NOW) -> Outcome:
    return rules.check(written, keys=OURS, revoked=revoked, now=now).outcome


def test_a_certificate_is_read_again_as_it_was_written() -> None:
    checked = rules.check(text(), keys=OURS, revoked=(), now=NOW)
    assert (checked.outcome, checked.content) == (Outcome.VALID, CONTENT)


@pytest.mark.parametrize("around", ["{}\n", "  {}", "\r\n{}\r\n", "{}\t"])
def test_line_breaks_around_a_pasted_text_do_not_matter(around: str) -> None:
    assert outcome(around.format(text())) is Outcome.VALID


def test_a_text_that_was_broken_into_lines_is_read() -> None:
    written = text()
    assert outcome("\n".join(written[start : start + 60] for start in range(0, len(written), 60))) is Outcome.VALID


def test_no_changed_byte_verifies() -> None:
    """Every byte of the signed message, each with every other bit: 2,000 and more forgeries."""
    message, tried = rules.signed(CONTENT, NEW), 0
    for place in range(len(message)):
        for bit in range(8):
            changed = bytearray(message)
            changed[place] ^= 1 << bit
            checked = rules.check(rules.as_text(bytes(changed)), keys=OURS, revoked=(), now=NOW)
            assert checked.outcome in (Outcome.FORGED, Outcome.UNKNOWN_KEY)
            assert checked.content is None
            tried += 1
    assert tried > 2_000


def test_no_changed_character_verifies() -> None:
    """Every character of the code, replaced by each of the others that a code may have."""
    written = text()
    for place in range(len(rules.PREFIX), len(written)):
        for character in base45.ALPHABET[place % 9 :: 9]:
            if character != written[place]:
                assert outcome(written[:place] + character + written[place + 1 :]) is not Outcome.VALID


def test_control_an_unchanged_message_verifies_and_a_forgery_with_the_key_would() -> None:
    """What the flips show rests on the signature: who has the key writes what they like."""
    message = rules.signed(CONTENT, NEW)
    assert outcome(rules.as_text(bytes(bytearray(message)))) is Outcome.VALID
    forged = Content(**{**_fields(CONTENT), "name": "Somebody Else"})
    assert outcome(text(forged)) is Outcome.VALID
    assert outcome(text(forged, STRANGER)) is Outcome.UNKNOWN_KEY


def test_another_key_under_the_name_of_ours_is_a_forgery() -> None:
    payload = cose.verify(rules.signed(CONTENT, NEW), OURS)
    pretender = Signer(STRANGER.private, NEW.key_id)
    assert outcome(rules.as_text(cose.sign(payload, pretender))) is Outcome.FORGED


def test_the_key_of_earlier_years_still_verifies_until_it_is_taken_out() -> None:
    written = text(signer=OLD)
    assert outcome(written) is Outcome.VALID
    only_new = {NEW.key_id: OURS[NEW.key_id]}
    assert rules.check(written, keys=only_new, revoked=(), now=NOW).outcome is Outcome.UNKNOWN_KEY


def test_expired_and_revoked_are_told_apart_and_still_say_whose_it_was() -> None:
    after = NOW + timedelta(days=365)
    assert outcome(text(), now=after) is Outcome.EXPIRED
    assert outcome(text(), now=CONTENT.expires_at - timedelta(seconds=1)) is Outcome.VALID
    listed = (rules.hash_of(CONTENT.code),)
    assert outcome(text(), revoked=listed) is outcome(text(), revoked=listed, now=after) is Outcome.REVOKED
    assert outcome(text(), revoked=(rules.hash_of("K-AAAAA-AAAAA"),)) is Outcome.VALID, "control: another code"


@pytest.mark.parametrize("written", ["", "HC1:6BF", "khk1:ABC", "https://example.org", "KHK1:" + "A" * 5_000])
def test_what_is_no_certificate_of_ours_is_called_so(written: str) -> None:
    assert outcome(written) is Outcome.NOT_OURS


@pytest.mark.parametrize("payload", [b"", b"\x00", b"x\x9c\x03\x00\x00\x00\x00\x01"])
def test_something_else_that_we_signed_is_no_certificate(payload: bytes) -> None:
    assert outcome(rules.as_text(cose.sign(payload, NEW))) is Outcome.FORGED


def test_a_packed_bomb_that_somebody_made_is_never_unpacked() -> None:
    """The signature is looked at before anything is unpacked."""
    bomb = rules.zlib.compress(b"\0" * 50_000_000)
    assert outcome(rules.as_text(cose.sign(bomb[:2_000], STRANGER))) is Outcome.UNKNOWN_KEY


def test_keys_are_published_in_the_usual_form_and_read_again() -> None:
    published = json.dumps(rules.key_set([(OURS[NEW.key_id], True), (OURS[OLD.key_id], False)]))
    assert rules.keys_in(published).keys() == OURS.keys()
    first = json.loads(published)["keys"][0]
    assert (first["kty"], first["crv"], first["alg"], first["signs_now"]) == ("OKP", "Ed25519", "EdDSA", True)
    assert base64.urlsafe_b64decode(first["x"] + "=") == OURS[NEW.key_id].public_bytes_raw()
    assert bytes.fromhex(first["kid"]) == NEW.key_id


@pytest.mark.parametrize("published", ["{}", "[]", '{"keys": [{"crv": "Ed25519"}]}', '{"keys": 7}', "nonsense"])
def test_what_is_no_key_set_is_refused(published: str) -> None:
    with pytest.raises(ValueError):
        rules.keys_in(published)


def test_the_list_of_revoked_is_signed() -> None:
    listed = [rules.hash_of("K-AAAAA-AAAAA"), rules.hash_of("K-7K4M9-2QXC3")]
    published = rules.revoked_list(listed, issued_at=NOW, signer=NEW)
    found = rules.revoked_in(json.dumps(published), OURS)
    assert (found.hashes, found.issued_at) == (frozenset(listed), NOW)
    shorter = {**published, "hashes": published["hashes"][:1]}  # type: ignore[index]
    for changed in (shorter, {**published, "issued_at": "2021-09-06T03:00:00+00:00"}):
        with pytest.raises(NotGenuine):
            rules.revoked_in(json.dumps(changed), OURS)
    stranger = rules.revoked_list([], issued_at=NOW, signer=STRANGER)
    with pytest.raises(UnknownKey):
        rules.revoked_in(json.dumps(stranger), OURS)


def test_a_certificate_is_no_list_and_a_list_no_certificate() -> None:
    """One key signs both; the bytes under the two signatures can never be the same."""
    published = rules.revoked_list([], issued_at=NOW, signer=NEW)
    protected = cose.cbor2.dumps({1: -8, 4: NEW.key_id})
    head = rules.REVOKED_HEAD.encode()
    assert not cose.to_be_signed(protected, b"").startswith(head[:1])
    with pytest.raises(ValueError, match="list"):
        rules.revoked_in(json.dumps({"keys": published}), OURS)


def test_the_code_fits_a_small_printed_square() -> None:
    """Two doses and a long name stay below version 20 of the QR code: 97 modules, legible at 4 centimetres."""
    long_name = Content(**{**_fields(CONTENT), "name": "นางสาวเพ็ญพิชชาภัสร์ วัฒนกุลไพศาลเจริญกิจ"})
    assert len(text(long_name)) < 600


def _fields(content: Content) -> dict[str, object]:
    return {name: getattr(content, name) for name in Content.__dataclass_fields__}
