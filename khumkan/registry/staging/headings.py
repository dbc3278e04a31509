"""Which column of a file is which, from its heading in Thai or English."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from khumkan.kernel.digits import plain
from khumkan.kernel.errors import Refused
from khumkan.kernel.words import N_
from khumkan.registry.states import ImportKind


@dataclass(frozen=True, slots=True)
class Field:
    """A column that a kind of file may have.

    :param name: how the program calls it; this is always understood as a heading too.
    :param headings: other headings that are understood, the usual Thai one first.
    :param example: a cell as it is understood, for those who make a file.
    """

    name: str
    headings: tuple[str, ...] = ()
    required: bool = False
    example: str = ""


PERSON_FIELDS = (
    Field("id_kind", ("ประเภทบัตร", "ประเภทเอกสาร", "id type"), example="บัตรประชาชน, passport, foreign"),
    Field(
        "id_number",
        ("เลขประจำตัว", "เลขประจำตัวประชาชน", "เลขบัตรประชาชน", "id no", "national id", "cid"),
        required=True,
        example="1101700203450",
    ),
    Field("title", ("คำนำหน้า", "คำนำหน้าชื่อ", "prefix"), example="นางสาว"),
    Field("first_name", ("ชื่อ", "given name"), required=True, example="มาลี"),
    Field("last_name", ("นามสกุล", "ชื่อสกุล", "surname", "family name"), example="ใจดี"),
    Field("birth_date", ("วันเกิด", "วันเดือนปีเกิด", "date of birth", "dob"), example="16/08/2530"),
    Field("sex", ("เพศ", "gender"), example="ญ"),
    Field("nationality", ("สัญชาติ",), example="TH"),
    Field("phone", ("โทรศัพท์", "เบอร์โทร", "โทรศัพท์มือถือ", "มือถือ", "mobile", "telephone"), example="081 234 5678"),
    Field("email", ("อีเมล", "e-mail"), example="name@example.com"),
    Field("subdistrict_code", ("รหัสตำบล", "ตำบล", "subdistrict"), example="200101"),
    Field("language", ("ภาษา",), example="th"),
    Field("section", ("มาตรา",), example="33"),
    Field("covered_from", ("วันที่เริ่มเป็นผู้ประกันตน", "insured from"), example="01/04/2563"),
    Field("employer_account", ("เลขที่บัญชีนายจ้าง", "บัญชีนายจ้าง", "employer account no", "employer"), example="1000000015"),
    Field("branch", ("ลำดับที่สาขา", "สาขา"), example="000000"),
    Field("employed_from", ("วันที่เข้าทำงาน", "employed since"), example="01/04/2563"),
)
EMPLOYER_FIELDS = (
    Field("account_number", ("เลขที่บัญชีนายจ้าง", "เลขที่บัญชี", "account no"), required=True, example="10-0000001-5"),
    Field("branch", ("ลำดับที่สาขา", "สาขา"), example="000001"),
    Field("name_th", ("ชื่อสถานประกอบการ", "ชื่อนายจ้าง", "name"), required=True, example="โรงงานไทย จำกัด"),
    Field("name_en", ("ชื่อภาษาอังกฤษ", "english name"), example="Thai Factory"),
    Field("industry", ("ประเภทกิจการ", "tsic"), example="10111"),
    Field("has_housing", ("มีหอพัก", "ที่พักคนงาน", "housing"), example="มี"),
    Field("subdistrict_code", ("รหัสตำบล", "ตำบล", "subdistrict"), example="200101"),
    Field("latitude", ("ละติจูด", "lat"), example="13.361"),
    Field("longitude", ("ลองจิจูด", "lon", "lng"), example="100.984"),
    Field("phone", ("โทรศัพท์", "เบอร์โทร", "telephone"), example="02 111 2222"),
    Field("email", ("อีเมล", "e-mail"), example="hr@example.com"),
)
FILING_FIELDS = (
    Field("id_kind", ("ประเภทบัตร", "id type"), example="บัตรประชาชน, passport, foreign"),
    Field(
        "id_number",
        ("เลขประจำตัวประชาชน", "เลขบัตรประชาชน", "เลขประจำตัว", "national id"),
        required=True,
        example="1101700203450",
    ),
    Field("title", ("คำนำหน้า", "คำนำหน้าชื่อ", "prefix"), example="นาย"),
    Field("first_name", ("ชื่อ",), required=True, example="สมชาย"),
    Field("last_name", ("นามสกุล", "ชื่อสกุล", "surname"), example="ใจดี"),
    Field("wage", ("ค่าจ้าง", "wages"), required=True, example="15,000.50"),
)
#: The columns of each kind of file.
FIELDS: Mapping[ImportKind, tuple[Field, ...]] = {
    ImportKind.PERSONS: PERSON_FIELDS,
    ImportKind.EMPLOYERS: EMPLOYER_FIELDS,
    ImportKind.FILING: FILING_FIELDS,
}


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
