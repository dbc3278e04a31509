"""How others call our vaccines, doses and reactions: code tables, each with its source."""

from collections.abc import Mapping
from types import MappingProxyType

from khumkan.vaccination.choices import InjectedIn, Reaction, Vaccine

#: `vaccine_manufacturer_id` of the national immunisation centre, as seen in two public programs that send to it.
MANUFACTURER: Mapping[Vaccine, int] = MappingProxyType(
    {Vaccine.ASTRAZENECA: 1, Vaccine.MODERNA: 5, Vaccine.PFIZER: 6, Vaccine.SINOVAC: 7, Vaccine.SINOPHARM: 8}
)
#: `vaccine_reaction_symptom_id` of the same centre: programs differ in it, so that only what a sample of the centre
#: shows is sent as a code, and everything in words.
SYMPTOM: Mapping[Reaction, int] = MappingProxyType({Reaction.HEADACHE: 4})
#: `vaccine_code` and `provis_aptype_code` of vaccination against Covid there.
COVID = "C19"
#: CVX, the code set of vaccines that FHIR names first: http://hl7.org/fhir/sid/cvx.
CVX: Mapping[Vaccine, str] = MappingProxyType(
    {
        Vaccine.ASTRAZENECA: "210",
        Vaccine.MODERNA: "207",
        Vaccine.PFIZER: "208",
        Vaccine.SINOVAC: "511",
        Vaccine.SINOPHARM: "510",
    }
)
#: HL7's codes of the place on the body: http://terminology.hl7.org/CodeSystem/v3-ActSite. It has none for a thigh of
#: which the side is not known.
ACT_SITE: Mapping[InjectedIn, str] = MappingProxyType({InjectedIn.LEFT_ARM: "LA", InjectedIn.RIGHT_ARM: "RA"})
