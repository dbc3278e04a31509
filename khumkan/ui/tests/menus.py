"""A menu as the layers above would hand it in."""

from django.http import HttpRequest

from khumkan.ui.navigation import Link, Navigation, Pages


def for_request(request: HttpRequest) -> Navigation:
    """Return the menu of an officer."""
    return Navigation(
        primary=(
            Link("ภาพรวม", "/gallery/", current=True),
            Link("รอบการตรวจ", "/gallery/?only=button"),
            Link("ผลตรวจที่ล่าช้า", "/gallery/?only=table", count=12),
            Link("ผู้ลงทะเบียน", "/gallery/?only=form"),
        ),
        pages=Pages(
            "ภาพรวม",
            (Link("รายวัน", "/gallery/?only=chart", current=True), Link("แผนที่", "/gallery/?only=card")),
        ),
        signed_in_as="วิภา ศรีสุข",
        account=[Link("บัญชีของฉัน", "/gallery/?only=tag")],
        sign_out="/gallery/",
        footer=(Link("การเข้าถึง", "/gallery/"), Link("ความเป็นส่วนตัว", "/gallery/")),
        notice="ระบบสาธิต: บุคคลและผลตรวจทั้งหมดสมมติขึ้น",
    )


def tabs_of_person(request: HttpRequest, reference: str) -> tuple[Link, ...]:
    """Return the pages about a person."""
    return (
        Link("การตรวจ", f"/gallery/?only=card&person={reference}", current=True),
        Link("การดูแล", f"/gallery/?only=tag&person={reference}"),
    )
