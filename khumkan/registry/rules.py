"""What can be decided about registry data from values alone."""

import re
import unicodedata
from datetime import date, timedelta

import phonenumbers

from khumkan.kernel.digits import plain
from khumkan.kernel.errors import Reason, Refused, Verdict
from khumkan.kernel.words import N_

#: Titles as they are written before a name, longest first. Ranks and clergy keep theirs in the title column.
TITLES = (
    "เด็กหญิง", "เด็กชาย", "นางสาว", "น.ส.", "ด.ญ.", "ด.ช.", "นาย", "นาง",
    "ว่าที่ร้อยตรีหญิง", "ว่าที่ร้อยตรี", "ว่าที่ ร.ต.หญิง", "ว่าที่ ร.ต.", "ม.ร.ว.", "ม.ล.",
    "miss", "mrs.", "mrs", "mr.", "mr", "ms.", "ms", "master",
)  # fmt: skip
SPELT_OUT = {"น.ส.": "นางสาว", "ด.ญ.": "เด็กหญิง", "ด.ช.": "เด็กชาย"}
_TITLES = sorted(TITLES, key=len, reverse=True)
_BLANKS = re.compile(r"\s+")
#: Tone marks that were struck twice, and the two ways to type sara ae and sara am.
_DOUBLED = re.compile("([\u0e48-\u0e4c])\\1+")
_SARA_AM = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32")
_ODD = re.compile("เเ|\u0e4d|([\u0e48-\u0e4c])\\1")
MOBILE = re.compile(r"0[689][0-9]{8}")
EMAIL = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]{1,180}\.[^@\s,;<>.]{2,}")
#: Thai consonants and the vowels that are written before them.
NAME_BEGINS = frozenset(map(chr, range(ord("ก"), ord("ฮ") + 1))) | frozenset("เแโใไ")
SILENCER = "\u0e4c"
ACCOUNT = re.compile(r"[0-9]{10}")
EARLIEST_BIRTH = date(1900, 1, 1)
#: A month is filed by this day of the next one (form สปส. 1-10; Social Security Act B.E. 2533, section 47).
FILING_DUE_DAY = 15


def clean_name(text: str) -> str:
    """Return a name as it is stored: one form for what looks the same, single blanks, nothing invisible."""
    name = plain(text)
    if not name.isascii():
        name = unicodedata.normalize("NFC", name)
        if _ODD.search(name):
            name = _DOUBLED.sub(r"\1", _SARA_AM.sub(r"\1ำ", name.replace("เเ", "แ")))
    return _BLANKS.sub(" ", name) if " " in name or "\t" in name else name


def split_title(text: str) -> tuple[str, str]:
    """Return the title that a name begins with (spelt out, or empty) and the rest of the name."""
    lower = text.lower()
    for title in _TITLES:
        if not lower.startswith(title) or len(lower) == len(title):
            continue
        rest = text[len(title) :]
        if not _goes_on_as_name(title, rest):
            continue
        written = text[: len(title)]
        return SPELT_OUT.get(written, written), rest.lstrip(" .")
    return "", text


def _goes_on_as_name(title: str, rest: str) -> bool:
    """Tell whether a name can begin after a title: “Mrs Smith” but not “Mrsmith”, “นางนวล” but not “นางค์”."""
    if title.isascii():
        return rest.startswith((" ", "."))
    name = rest.lstrip(" .")
    return len(name) > 1 and (name[0].isascii() or name[0] in NAME_BEGINS) and name[1] != SILENCER


def name_key(first_name: str, last_name: str) -> str:
    """Return the one form in which names are compared: without title, case, and spelling that looks alike."""
    first, last = clean_name(first_name), clean_name(last_name)
    return f"{split_title(first)[1]} {last}".strip().casefold()


def phone_number(text: str) -> str:
    """Return a telephone number in the international form `+66812345678`.

    :raises Refused: when no such number can exist.
    """
    if MOBILE.fullmatch(text):
        return f"+66{text[1:]}"
    written = plain(text).replace("-", "").replace(" ", "")
    if MOBILE.fullmatch(written):
        return f"+66{written[1:]}"
    try:
        number = phonenumbers.parse(written, "TH")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise Refused(N_("“%(text)s” is not a telephone number. Write it like 081 234 5678."), "phone", text=text[:30])
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email_address(text: str) -> str:
    """Return an e-mail address in small letters.

    :raises Refused: when it has no such form.
    """
    written = plain(text).lower()
    if not EMAIL.fullmatch(written):
        raise Refused(
            N_("“%(text)s” is not an e-mail address. Write it like name@example.com."), "email", text=text[:60]
        )
    return written


def can_be_born_on(day: date, *, today: date) -> Verdict:
    """Say whether somebody insured can have been born on a day: not in the future, nor in a wrong era."""
    if EARLIEST_BIRTH <= day <= today:
        return Verdict.yes()
    text = N_("Nobody insured was born on this day: “%(text)s”. Is the year right, and its era?")
    return Verdict.no(Reason("birth_impossible", text, {"text": day.isoformat()}))


def account_number(text: str) -> str:
    """Return the ten digits of an employer's account number, which is often written 10-0000001-5.

    :raises Refused: when it does not have ten digits.
    """
    written = plain(text).replace("-", "").replace(" ", "")
    if not ACCOUNT.fullmatch(written):
        raise Refused(
            N_("The employer’s account number must have 10 digits; this is “%(text)s”."), "account", text=text[:20]
        )
    return written


def branch_serial(text: str) -> str:
    """Return the six digits of a branch; the head office (empty, 0) is `000000`.

    :raises Refused: when it has other characters or more digits.
    """
    written = plain(text)
    if len(written) > 6 or (written and not (written.isascii() and written.isdigit())):
        raise Refused(
            N_("The branch must be a number of up to 6 digits; this is “%(text)s”."), "branch", text=text[:20]
        )
    return written.zfill(6)


def month_after(month: date) -> date:
    """Return the first day of the month after a month, of which any day is given."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def month_before(month: date) -> date:
    """Return the first day of the month before a month, of which any day is given."""
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


def filing_due_on(month: date) -> date:
    """Return the last day on which the filing of a month is in time."""
    return month_after(month).replace(day=FILING_DUE_DAY)
