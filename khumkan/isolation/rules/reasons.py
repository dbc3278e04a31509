"""Every sentence that explains a decision on somebody's care, by its code. Codes and values are kept, never sentences.

What was told and measured is worded so that the person, the nurse and the doctor can all read it.
"""

from collections.abc import Mapping

from khumkan.kernel.sentences import Sentences
from khumkan.kernel.words import N_

TEXTS: Mapping[str, str] = {
    # Told
    "symptom_fever": N_("Told: fever."),
    "symptom_cough": N_("Told: cough, runny nose or sore throat."),
    "symptom_smell": N_("Told: loss of smell or taste."),
    "symptom_rash": N_("Told: rash or red eyes."),
    "symptom_diarrhoea": N_("Told: diarrhoea."),
    "symptom_chest_tight": N_("Told: tightness in the chest."),
    "symptom_breathless": N_("Told: short of breath when moving."),
    "symptom_gasping": N_("Told: short of breath at rest."),
    "symptom_chest_pain": N_("Told: chest pain."),
    "symptom_drowsy": N_("Told: confused, or hard to wake."),
    "ill_lung": N_("Long illness: lungs."),
    "ill_kidney": N_("Long illness: kidneys."),
    "ill_heart": N_("Long illness: heart."),
    "ill_stroke": N_("Long illness: stroke."),
    "ill_diabetes": N_("Long illness: diabetes."),
    "ill_cancer": N_("Long illness: cancer under treatment."),
    "ill_immune": N_("Long illness: weak immune system."),
    "ill_liver": N_("Long illness: cirrhosis of the liver."),
    "ill_other": N_("Long illness: another one."),
    "ill_uncontrolled": N_("The illness is not under control."),
    "ill_control_unknown": N_("It is not known whether the illness is under control; it counts as if it were not."),
    "pregnant": N_("You are pregnant."),
    "age": N_("You are older than %(limit)s years."),
    "age_unknown": N_("Your age is not known; until it is, it counts as a risk."),
    "since_to_come": N_("The day of the first symptom is still to come. Please correct it."),
    "since_long_past": N_("The first symptom is more than %(limit)s days ago. Please give the day this illness began."),
    # Measured
    "spo2_red": N_("Oxygen in the blood: %(value)s percent. Below %(limit)s is severe."),
    "spo2_yellow": N_("Oxygen in the blood: %(value)s percent. Below %(limit)s a doctor should look."),
    "spo2_unknown": N_("Oxygen in the blood was not measured; without shortness of breath it is taken for normal."),
    "breaths_red": N_("Breaths a minute: %(value)s. From %(limit)s on it is severe."),
    "breaths_yellow": N_("Breaths a minute: %(value)s. From %(limit)s on a doctor should look."),
    "temperature_red": N_("Temperature: %(value)s °C. From %(limit)s on it is severe."),
    "temperature_yellow": N_("Temperature: %(value)s °C. From %(limit)s on a doctor should look."),
    "temperature_fever": N_("Temperature: %(value)s °C, which is a fever."),
    "fall_after_exertion": N_("Oxygen in the blood fell by %(value)s after moving. From %(limit)s on it is a warning."),
    "fall_since_before": N_("Oxygen in the blood is low and fell by %(value)s since it was last measured."),
    "no_symptoms": N_("There are no symptoms."),
    "mild": N_("The symptoms are mild."),
    # Where
    "to_home": N_("You and your home suit being looked after at home, as you wish."),
    "to_hospitel": N_("A hospitel suits you."),
    "to_hospital": N_("You are looked after in a hospital."),
    "hospitel_oxygen": N_("With your age and illnesses, a hospitel takes you from %(limit)s percent of oxygen on."),
    "hospitel_oxygen_unknown": N_("With shortness of breath, oxygen must be measured before a hospitel takes you."),
    "hospitel_age": N_("With your values, a hospitel takes people up to %(limit)s years of age."),
    "hospitel_age_unknown": N_("A hospitel must know your age."),
    "hospitel_illness": N_("With your values, a hospitel takes people without long illnesses only."),
    "hospitel_risk": N_("A hospitel takes people without an illness that is a risk only."),
    "hospitel_uncontrolled": N_("A hospitel takes you only if your illnesses are under control."),
    "hospitel_not_mild": N_("A hospitel takes you only if your symptoms are mild."),
    "hospitel_pregnant": N_("Pregnant women are looked after in a hospital."),
    "home_not_offered": N_("Under the rules in force nobody is looked after at home."),
    "home_not_mild": N_("Your symptoms or values are more than mild, and home is not safe enough."),
    "home_pregnant": N_("When pregnant, home is not safe enough."),
    "home_age": N_("At home only people younger than %(limit)s years are looked after."),
    "home_age_unknown": N_("For home, your age must be known."),
    "home_others": N_("At home no more than %(limit)s other persons may live with you."),
    "home_others_unknown": N_("For home, it must be known how many persons live with you."),
    "home_room": N_("At home you need a room that only you use."),
    "home_weight": N_("Your weight is a risk, and home is not safe enough."),
    "home_weight_unknown": N_("For home, your weight must be known."),
    "home_illness": N_("With your long illness, home is not safe enough."),
    # Who is first
    "first_red": N_("Severe illness: %(points)s points."),
    "first_yellow": N_("At risk, or more than mild illness: %(points)s points."),
    "first_age": N_("Age of %(age)s years or more: %(points)s points."),
    "first_illness": N_("Long illnesses: %(points)s points."),
    "first_pregnant": N_("Pregnancy: %(points)s points."),
    "first_many": N_("Many persons in your home: %(points)s points."),
    "first_no_room": N_("No room of your own at home: %(points)s points."),
    # Going home
    "go_days": N_("Days still to go: %(days)s."),
    "go_not_seen": N_("Nobody has looked today. The round of today comes first."),
    "go_not_measured": N_("Temperature and oxygen must both be measured today."),
    "go_fever": N_("There was a fever within the last %(hours)s hours."),
    "go_oxygen": N_("Oxygen in the blood is %(value)s percent; to go home it must be %(limit)s at least."),
    "go_may": N_("The days are over, there is no fever, and there is enough oxygen."),
}
_SENTENCES = Sentences(TEXTS)
CODES = _SENTENCES.codes
reason, stored, read = _SENTENCES.reason, _SENTENCES.stored, _SENTENCES.read
#: What the codes begin with of reasons for the order of those who wait.
PRIORITY = "first_"
