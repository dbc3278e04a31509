"""Which column of a file is which, from its heading in Thai or English."""

from collections.abc import Sequence
from dataclasses import dataclass

from khumkan.kernel.digits import plain
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_


@dataclass(frozen=True, slots=True)
class Field:
    """A column that a kind of file may have.

    :param name: how the program calls it; this is always understood as a heading too.
    :param headings: other headings that are understood.
    """

    name: str
    headings: tuple[str, ...] = ()
    required: bool = False


PERSON_FIELDS = (
    Field("id_kind", ("ประเภทบัตร", "ประเภทเอกสาร", "id type")),
    Field(
        "id_number", ("เลขประจำตัว", "เลขประจำตัวประชาชน", "เลขบัตรประชาชน", "id no", "national id", "cid"), required=True
    ),
    Field("title", ("คำนำหน้า", "คำนำหน้าชื่อ", "prefix")),
    Field("first_name", ("ชื่อ", "given name"), required=True),
    Field("last_name", ("นามสกุล", "ชื่อสกุล", "surname", "family name")),
    Field("birth_date", ("วันเกิด", "วันเดือนปีเกิด", "date of birth", "dob")),
    Field("sex", ("เพศ", "gender")),
    Field("nationality", ("สัญชาติ",)),
    Field("phone", ("โทรศัพท์", "เบอร์โทร", "โทรศัพท์มือถือ", "มือถือ", "mobile", "telephone")),
    Field("email", ("อีเมล", "e-mail")),
    Field("subdistrict_code", ("รหัสตำบล", "ตำบล", "subdistrict")),
    Field("language", ("ภาษา",)),
    Field("section", ("มาตรา",)),
    Field("covered_from", ("วันที่เริ่มเป็นผู้ประกันตน", "insured from")),
    Field("employer_account", ("เลขที่บัญชีนายจ้าง", "บัญชีนายจ้าง", "employer account no", "employer")),
    Field("branch", ("ลำดับที่สาขา", "สาขา")),
    Field("employed_from", ("วันที่เข้าทำงาน", "employed since")),
)
EMPLOYER_FIELDS = (
    Field("account_number", ("เลขที่บัญชีนายจ้าง", "เลขที่บัญชี", "account no"), required=True),
    Field("branch", ("ลำดับที่สาขา", "สาขา")),
    Field("name_th", ("ชื่อสถานประกอบการ", "ชื่อนายจ้าง", "name"), required=True),
    Field("name_en", ("ชื่อภาษาอังกฤษ", "english name")),
    Field("industry", ("ประเภทกิจการ", "tsic")),
    Field("has_housing", ("มีหอพัก", "ที่พักคนงาน", "housing")),
    Field("subdistrict_code", ("รหัสตำบล", "ตำบล", "subdistrict")),
    Field("latitude", ("ละติจูด", "lat")),
    Field("longitude", ("ลองจิจูด", "lon", "lng")),
    Field("phone", ("โทรศัพท์", "เบอร์โทร", "telephone")),
    Field("email", ("อีเมล", "e-mail")),
)
FILING_FIELDS = (
    Field("id_kind", ("ประเภทบัตร", "id type")),
    Field("id_number", ("เลขประจำตัวประชาชน", "เลขบัตรประชาชน", "เลขประจำตัว", "national id"), required=True),
    Field("title", ("คำนำหน้า", "คำนำหน้าชื่อ", "prefix")),
    Field("first_name", ("ชื่อ",), required=True),
    Field("last_name", ("นามสกุล", "ชื่อสกุล", "surname")),
    Field("wage", ("ค่าจ้าง", "wages"), required=True),
)


def layout_of(heading: Sequence[str], fields: Sequence[Field]) -> dict[str, int]:
    """Return the position of each field in a file with this heading; columns that nobody knows are left alone.

    :raises Refused: when a required column is missing, or one stands there twice.
    """
    names = {_bare(text): field.name for field in fields for text in (field.name, *field.headings)}
    layout: dict[str, int] = {}
    for position, text in enumerate(heading):
        name = names.get(_bare(text))
        if name is None:
            continue
        if name in layout:
            raise Refused(
                N_("The column “%(heading)s” stands in the file twice."), "column_twice", heading=text.strip()[:60]
            )
        layout[name] = position
    missing = [f"{field.headings[0]} ({field.name})" for field in fields if field.required and field.name not in layout]
    if missing:
        raise Refused(N_("The file lacks the column: %(missing)s."), "column_missing", missing=", ".join(missing))
    return layout


def _bare(text: str) -> str:
    return "".join(character for character in plain(text).casefold() if character not in " _-.'\"")
