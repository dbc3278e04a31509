"""Who acts: an insured person, a member of staff, another system, or Khumkan itself."""

from dataclasses import dataclass, field, replace
from enum import StrEnum


class Role(StrEnum):
    """What somebody comes to Khumkan as; the scope of a grant says where."""

    PERSON = "person"
    EMPLOYER = "employer"
    OFFICER = "officer"
    SWABBER = "swabber"
    LAB = "lab"
    VACCINATOR = "vaccinator"
    FRONT_DESK = "front_desk"
    NURSE = "nurse"
    DRIVER = "driver"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    BANKER = "banker"
    AUDITOR = "auditor"
    PRIVACY_OFFICER = "privacy_officer"
    ADMINISTRATOR = "administrator"
    CLIENT = "client"
    SYSTEM = "system"


class ActorKind(StrEnum):
    """In which table the actor's id stands."""

    PERSON = "person"
    STAFF = "staff"
    CLIENT = "client"
    SYSTEM = "system"


class ScopeKind(StrEnum):
    """What a grant is limited to; `NATIONAL` is no limit."""

    NATIONAL = "national"
    PROVINCE = "province"
    SITE = "site"
    EMPLOYER = "employer"
    BANK = "bank"


@dataclass(frozen=True, slots=True)
class Grant:
    """One role within one scope. The key is a province code, or the id of a site, employer or bank, as text."""

    role: Role
    scope_kind: ScopeKind = ScopeKind.NATIONAL
    key: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that acts, with all grants held at this moment.

    :param name: for showing on the actor's own pages; never written to the record.
    :param on_behalf_of: the person for whom staff act, as on the telephone.
    :param origin: the network address, for the sign-in log and the record.
    :param because: why staff look or act, when they were asked.
    """

    kind: ActorKind
    id: int | None
    grants: frozenset[Grant] = field(default_factory=frozenset)
    name: str = ""
    on_behalf_of: int | None = None
    origin: str = ""
    because: str = ""

    def has(self, *roles: Role) -> bool:
        """Tell whether the actor holds any of these roles, whatever the scope."""
        return any(grant.role in roles for grant in self.grants)

    def is_national(self, *roles: Role) -> bool:
        """Tell whether the actor holds any of these roles without limit."""
        return any(grant.role in roles and grant.scope_kind is ScopeKind.NATIONAL for grant in self.grants)

    def keys(self, role: Role, scope_kind: ScopeKind) -> frozenset[str]:
        """Return the keys within which the actor holds a role: province codes, or ids as text."""
        return frozenset(grant.key for grant in self.grants if grant.role is role and grant.scope_kind is scope_kind)

    @property
    def person_id(self) -> int | None:
        """The person whose own affairs these are: the signed-in person, or the one acted for."""
        return self.id if self.kind is ActorKind.PERSON else self.on_behalf_of

    def acting_for(self, person_id: int, *, because: str = "") -> "Actor":
        """Return the same actor acting on behalf of a person."""
        return replace(self, on_behalf_of=person_id, because=because or self.because)

    @staticmethod
    def person(person_id: int, *, origin: str = "") -> "Actor":
        """Return the insured person acting for themselves."""
        return Actor(ActorKind.PERSON, person_id, frozenset({Grant(Role.PERSON)}), origin=origin)

    @staticmethod
    def system(name: str) -> "Actor":
        """Return Khumkan itself: a task, a journey, a console command."""
        return Actor(ActorKind.SYSTEM, None, frozenset({Grant(Role.SYSTEM)}), name=name)


#: Somebody who has not signed in.
NOBODY = Actor(ActorKind.PERSON, None)
