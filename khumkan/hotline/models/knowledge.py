"""Tables of the knowledge base: articles with their versions, other words for things, and what nobody found."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from khumkan.hotline.article_choices import Audience, Door, Topic
from khumkan.hotline.states import ArticleState


class ArticleQuerySet(models.QuerySet["Article"]):
    """The words for articles."""

    def readable(self, *, staff: bool) -> Self:
        """Keep what has a published version: for staff everything, else what everybody may read."""
        found = self.exclude(published=None)
        return found if staff else found.filter(published__audience=Audience.PUBLIC)


class Article(models.Model):
    """An answer to a question that people have.

    Its newest version is worked on; the version published last is what people read until the next one is published.
    """

    slug = models.SlugField(max_length=80, unique=True)
    state = models.CharField(max_length=10, default=ArticleState.DRAFT)
    newest = models.ForeignKey("ArticleVersion", null=True, on_delete=models.PROTECT, related_name="+")
    published = models.ForeignKey("ArticleVersion", null=True, on_delete=models.PROTECT, related_name="+")
    written_by = models.BigIntegerField(null=True, help_text="who wrote the newest version; none: came with Khumkan")
    reviewed_by = models.BigIntegerField(null=True, help_text="who reviewed the newest version")
    changed_at = models.DateTimeField()

    objects = ArticleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(ArticleState)), name="hotline_article_state_known"),
            models.CheckConstraint(
                condition=~Q(state=ArticleState.PUBLISHED) | Q(published__isnull=False, published=F("newest")),
                name="hotline_article_shows_newest",
            ),
            models.CheckConstraint(
                condition=~Q(state=ArticleState.WITHDRAWN) | Q(published=None), name="hotline_article_withdrawn"
            ),
            models.CheckConstraint(
                condition=Q(written_by=None) | Q(reviewed_by=None) | ~Q(written_by=F("reviewed_by")),
                name="hotline_article_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ArticleState.REVIEWED, ArticleState.PUBLISHED])
                | Q(written_by=None)
                | Q(reviewed_by__isnull=False),
                name="hotline_article_is_reviewed",
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class ArticleVersion(models.Model):
    """What an article says, to whom and when: added, never edited. Thai is always there, English may follow."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    topic = models.CharField(max_length=20, choices=Topic.choices)
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.PUBLIC)
    door = models.CharField(max_length=20, choices=Door.choices, default=Door.NONE, blank=True)
    valid_from = models.DateField(null=True, help_text="shown from this day on; none means at once")
    valid_until = models.DateField(null=True, help_text="the last day on which it is shown; none means always")
    title_th = models.CharField(max_length=160)
    summary_th = models.CharField(max_length=300)
    body_th = models.TextField(max_length=6_000)
    title_en = models.CharField(max_length=160, blank=True)
    summary_en = models.CharField(max_length=300, blank=True)
    body_en = models.TextField(max_length=6_000, blank=True)
    asked = models.TextField(
        max_length=4_000, blank=True, help_text="ways in which people ask for it, one a line; searched, never shown"
    )
    source = models.CharField(max_length=300, blank=True, help_text="what the article rests on, for staff")
    written_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="hotline_version_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="hotline_version_number_from_1"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="hotline_version_days_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(title_th="") & ~Q(summary_th="") & ~Q(body_th=""), name="hotline_version_has_thai"
            ),
            models.CheckConstraint(
                condition=(Q(title_en="") & Q(summary_en="") & Q(body_en=""))
                | (~Q(title_en="") & ~Q(summary_en="") & ~Q(body_en="")),
                name="hotline_version_english_whole",
            ),
        ]

    @property
    def has_english(self) -> bool:
        """Whether it was translated."""
        return bool(self.title_en)


class ArticleStep(models.Model):
    """A move of an article, with who and why: added, never edited."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="steps")
    version = models.ForeignKey(ArticleVersion, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=10)
    why = models.CharField(max_length=300, blank=True)
    moved_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()


class Synonym(models.Model):
    """Who writes `word` means `meant` as well: kept by staff, taken out with a date and never deleted."""

    word = models.CharField(max_length=60, help_text="as people write it, put in plain form")
    meant = models.CharField(max_length=120, help_text="words of our articles, put in plain form")
    added_by = models.BigIntegerField(null=True)
    added_at = models.DateTimeField()
    removed_by = models.BigIntegerField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["word", "meant"], condition=Q(removed_at=None), name="hotline_synonym_once"
            ),
            models.CheckConstraint(condition=~Q(word=F("meant")), name="hotline_synonym_says_more"),
        ]


class SearchGap(models.Model):
    """What was searched for, as a set of words of the dictionary: how often, and how often nothing was opened.

    It holds no sentence, no number and no name that anybody typed; and no time, only the last day.
    """

    words = ArrayField(models.CharField(max_length=40))
    key = models.CharField(max_length=64, unique=True, help_text="hash of the words, for the links of the results")
    searched = models.PositiveIntegerField(default=0)
    without_result = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)
    last_on = models.DateField()
    settled_on = models.DateField(null=True, help_text="the day on which staff saw to it; none means it waits")

    class Meta:
        indexes = [models.Index(fields=["settled_on", "-searched"], name="hotline_gap_waiting")]
        constraints = [
            models.CheckConstraint(condition=Q(without_result__lte=F("searched")), name="hotline_gap_counts"),
        ]
