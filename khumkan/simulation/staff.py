"""Made-up staff, one or more for each role, who can be signed in with one click in the demonstration."""

from dataclasses import dataclass

from khumkan.accounts.actions.grants import add
from khumkan.accounts.actions.users import create_user
from khumkan.accounts.models import User
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind

#: The first administrator has nobody to be appointed by.
BY = Actor(ActorKind.SYSTEM, None, frozenset({Grant(Role.SYSTEM), Grant(Role.ADMINISTRATOR)}), name="simulation")
NATIONAL = (
    ("officer", "มาลี ศรีสุข", Role.OFFICER, "เจ้าหน้าที่ส่วนกลาง"),
    ("officer2", "วิชัย มั่นคง", Role.OFFICER, "เจ้าหน้าที่ส่วนกลาง คนที่สอง (อนุมัติเกณฑ์)"),
    ("agent", "ปิยนุช ใจดี", Role.AGENT, "เจ้าหน้าที่สายด่วน"),
    ("agent2", "ชลธิชา วงศ์ไทย", Role.AGENT, "เจ้าหน้าที่สายด่วน คนที่สอง"),
    ("supervisor", "อัจฉรา รุ่งเรือง", Role.SUPERVISOR, "หัวหน้าสายด่วน"),
    ("auditor", "สมบูรณ์ คงทน", Role.AUDITOR, "ผู้ตรวจสอบ"),
    ("privacy", "นิภา แก้วมณี", Role.PRIVACY_OFFICER, "เจ้าหน้าที่คุ้มครองข้อมูลส่วนบุคคล"),
    ("admin", "เอกชัย ทองดี", Role.ADMINISTRATOR, "ผู้ดูแลระบบ"),
    ("admin2", "สุดา พรหมมา", Role.ADMINISTRATOR, "ผู้ดูแลระบบ คนที่สอง"),
)


@dataclass(frozen=True)
class Member:
    """A made-up member of staff, and the words for the sign-in page."""

    user: User
    role: Role
    label: str


def national() -> list[Member]:
    """Make the staff who work for the whole country."""
    return [member(name, full, role, label) for name, full, role, label in NATIONAL]


def member(
    username: str,
    name: str,
    role: Role,
    label: str,
    *,
    scope_kind: ScopeKind = ScopeKind.NATIONAL,
    key: str | int = "",
) -> Member:
    """Make one member of staff with one role."""
    user = create_user(username=username, name=name, by=BY).user
    add(user=user, grant=Grant(role, scope_kind, str(key)), by=BY)
    return Member(user, role, f"{label}: {name}")
