"""What staff write of articles and of other words for things."""

from typing import Any

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from khumkan.hotline.actions.articles import Draft, Words
from khumkan.hotline.article_choices import Audience, Door, Topic
from khumkan.hotline.article_words import WORDS
from khumkan.hotline.rules import texts
from khumkan.hotline.states import ArticleState
from khumkan.ui import fields
from khumkan.ui.forms import Form

LONGEST_TEXT = 6_000
TEXT_HINT = _(
    "An empty line parts paragraphs. Lines that begin with “- ” or “1. ” become lists. A value of terms is written as "
    "{screening.tests.answer_within_hours}."
)


class EnglishForm(Form):
    """An article in English."""

    title_en = fields.TextField(label=_("Title in English"), max_length=160)
    summary_en = fields.LongTextField(label=_("Summary in English"), max_length=300, rows=2)
    body_en = fields.LongTextField(label=_("Text in English"), max_length=LONGEST_TEXT, rows=10)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("title_en", "summary_en", "body_en"):
            self.fields[name].widget.attrs["lang"] = "en"

    def english(self) -> Words:
        """Return what was written."""
        said = self.cleaned_data
        return Words(title=said["title_en"], summary=said["summary_en"], body=said["body_en"].strip())


class ArticleForm(EnglishForm):
    """An article with everything that belongs to it."""

    topic = fields.SelectField(label=_("Part of the help pages"), choices=Topic.choices)
    audience = fields.RadioField(label=_("Who may read it"), choices=Audience.choices)
    door = fields.SelectField(label=_("Page to which the article leads on"), choices=Door.choices, required=False)
    title_th = fields.TextField(
        label=_("Title in Thai"), help_text=_("As people would ask: “When is my result there?”"), max_length=160
    )
    summary_th = fields.LongTextField(
        label=_("Summary in Thai"), help_text=_("One sentence that answers."), max_length=300, rows=2
    )
    body_th = fields.LongTextField(label=_("Text in Thai"), help_text=TEXT_HINT, max_length=LONGEST_TEXT, rows=10)
    asked = fields.LongTextField(
        label=_("Ways of asking"),
        help_text=_(
            "How different people ask for it, one way a line, slang and slips as well, without names or numbers. The "
            "search reads it; readers never see it."
        ),
        max_length=4_000,
        rows=8,
        required=False,
    )
    source = fields.TextField(
        label=_("What it rests on"), help_text=_("For staff: terms, an order, a publication."), max_length=300
    )
    valid_from = fields.DateField(label=_("Shown from"), help_text=_("Empty: at once."), required=False)
    valid_until = fields.DateField(
        label=_("Shown until"), help_text=_("The last day. Empty: until further notice."), required=False
    )
    field_order = (
        "slug", "topic", "audience", "title_th", "summary_th", "body_th", "title_en", "summary_en", "body_en", "asked",
        "door", "source", "valid_from", "valid_until", "why",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("title_en", "summary_en", "body_en"):
            self.fields[name].required = False

    def draft(self) -> Draft:
        """Return what was written."""
        said = self.cleaned_data
        return Draft(
            topic=Topic(said["topic"]),
            audience=Audience(said["audience"]),
            door=Door(said["door"]),
            thai=Words(title=said["title_th"], summary=said["summary_th"], body=said["body_th"].strip()),
            english=self.english(),
            asked=texts.ways(said["asked"]),
            source=said["source"],
            valid_from=said["valid_from"],
            valid_until=said["valid_until"],
        )


class NewArticleForm(ArticleForm):
    """A new article, which needs an address."""

    slug = fields.TextField(
        label=_("Address"),
        help_text=_("Small letters, digits and hyphens, such as when-is-my-result. It stays for ever."),
        max_length=80,
        validators=[RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$", _("Use small letters, digits and hyphens only."))],
    )


class ReviseForm(ArticleForm):
    """The next version of an article."""

    why = fields.TextField(label=_("What changes, and why"), max_length=300)


class WithdrawForm(Form):
    """Taking an article away from readers."""

    why = fields.TextField(label=_("Why is it withdrawn?"), max_length=300)


class SynonymForm(Form):
    """A word that people use."""

    word = fields.TextField(label=_("When people write"), help_text=_("For example: ตกงาน"), max_length=60, width=20)
    meant = fields.TextField(
        label=_("also look for"),
        help_text=_("Words of our articles, with blanks between: เลิกจ้าง ออกจากงาน"),
        max_length=120,
    )


class FilterForm(Form):
    """Which articles are listed."""

    state = fields.SelectField(
        label=_("State"),
        choices=[("", _("All")), *((state.value, WORDS[state].words) for state in ArticleState)],
        required=False,
    )
    topic = fields.SelectField(
        label=_("Part of the help pages"), choices=[("", _("All")), *Topic.choices], required=False
    )
