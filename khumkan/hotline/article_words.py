"""How the states of articles are called on pages, and where the doors of articles lead."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from khumkan.hotline.article_choices import Door
from khumkan.hotline.states import ArticleState
from khumkan.ui.shown import Shown

WORDS: Mapping[str, Shown] = {
    ArticleState.DRAFT: Shown(_("Draft, to be reviewed"), "wait"),
    ArticleState.REVIEWED: Shown(_("Reviewed, to be published"), "info"),
    ArticleState.PUBLISHED: Shown(_("Published"), "good"),
    ArticleState.WITHDRAWN: Shown(_("Withdrawn"), "done"),
}
#: Addresses of the pages to which articles lead on.
DOORS: Mapping[str, str] = {
    Door.REGISTER_TEST: "screening:register_choose",
    Door.WHO_TESTED: "screening:public",
    Door.MY_TESTS: "screening:my_tests",
    Door.MY_CARE: "isolation:my_cares",
    Door.MY_VACCINATION: "vaccination:mine",
    Door.OPEN_PHASES: "vaccination:open_phases",
    Door.MY_DOSES: "vaccination:my_doses",
    Door.VERIFY: "vaccination:verify",
    Door.DRAWS: "screening:draws",
    Door.WHO_LOOKED: "web:who_looked",
    Door.MY_SIGN_IN: "sign_in:account",
    Door.SIGN_IN: "sign_in:start",
    Door.EMPLOYER_TESTS: "screening:employer_tests",
    Door.EMPLOYER_LISTS: "vaccination:employer_lists",
    Door.CHECKER: "hotline:checker",
    Door.ABOUT: "web:about",
}
