"""Articles of the knowledge base: one person writes, another reviews, and then they are published."""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from khumkan import record
from khumkan.hotline.article_choices import Audience, Door, Topic
from khumkan.hotline.models import Article, ArticleStep, ArticleVersion
from khumkan.hotline.permissions import knowledge as permissions
from khumkan.hotline.queries import terms_in_texts
from khumkan.hotline.rules import texts
from khumkan.hotline.states import MOVES, ArticleState
from khumkan.kernel import clock, moves
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing, Refused, check
from khumkan.kernel.words import N_

#: Addresses of the help pages that are no articles.
RESERVED = frozenset({"check", "results"})
#: More ways of asking, or longer ones, would drown the article's own words.
MOST_WAYS, LONGEST_WAY = 30, 120


@dataclass(frozen=True, kw_only=True)
class Words:
    """What an article says in one language; all of it or nothing."""

    title: str = ""
    summary: str = ""
    body: str = ""

    def __bool__(self) -> bool:
        return bool(self.title or self.summary or self.body)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return bool(self.title and self.summary and self.body)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What somebody writes of an article.

    :param english: may follow later, by `translate`.
    :param asked: ways in which people ask for it, in whatever language: searched, never shown to readers.
    :param source: what it rests on, for those who review it.
    :param valid_until: the last day on which it is shown.
    """

    topic: Topic
    thai: Words
    english: Words = Words()
    audience: Audience = Audience.PUBLIC
    door: Door = Door.NONE
    asked: tuple[str, ...] = ()
    source: str = ""
    valid_from: date | None = None
    valid_until: date | None = None


@transaction.atomic
def draft(*, slug: str, draft: Draft, by: Actor) -> Article:
    """Write a new article; nobody but staff reads it until it was reviewed and published.

    :param slug: its address: small letters, digits and hyphens.
    :raises Refused: when the address is taken, or something is missing or makes no sense.
    """
    permissions.check_may_write(by)
    _check(draft)
    if slug in RESERVED:
        raise Refused(N_("This address is taken. Please choose another."), "article_address_taken")
    try:
        with transaction.atomic():
            article = Article.objects.create(slug=slug, changed_at=clock.now())
    except IntegrityError as error:
        raise Refused(N_("This address is taken. Please choose another."), "article_address_taken") from error
    return _write(article, draft, why="", by=by)


@transaction.atomic
def revise(*, article_id: int, draft: Draft, why: str, by: Actor) -> Article:
    """Write the next version. People go on reading the one that is published until this one is, too.

    :raises Refused: when something is missing or makes no sense.
    :raises Missing: for an article that is not there.
    """
    permissions.check_may_write(by)
    _check(draft)
    return _write(_locked(article_id), draft, why=why, by=by)


@transaction.atomic
def translate(*, article_id: int, english: Words, by: Actor) -> Article:
    """Write the next version with the same Thai and this English.

    :raises Refused: when part of the English is missing.
    :raises Missing: for an article that is not there.
    """
    permissions.check_may_write(by)
    article = _locked(article_id)
    now = _newest(article)
    translated = Draft(
        topic=Topic(now.topic),
        thai=Words(title=now.title_th, summary=now.summary_th, body=now.body_th),
        english=english,
        audience=Audience(now.audience),
        door=Door(now.door),
        asked=tuple(now.asked.splitlines()),
        source=now.source,
        valid_from=now.valid_from,
        valid_until=now.valid_until,
    )
    if not english:
        raise Refused(N_("Title, summary and text are needed in a language, or none of them."), "article_half")
    _check(translated)
    return _write(article, translated, why="translated", by=by)


@transaction.atomic
def review(*, article_id: int, version: int, by: Actor) -> Article:
    """Say that the newest version is right; somebody else wrote it.

    :param version: the number that was looked at: what was changed since is not reviewed unseen.
    :raises Refused: for the one who wrote it, or when it was changed or moved on meanwhile.
    :raises Missing: for an article that is not there.
    """
    article = _locked(article_id)
    permissions.check_may_review(by, written_by=article.written_by)
    _check_seen(article, version)
    article.reviewed_by = by.id
    return _step(article, ArticleState.REVIEWED, by=by)


@transaction.atomic
def publish(*, article_id: int, version: int, by: Actor) -> Article:
    """Let people read the reviewed version, in place of the one before.

    :raises Refused: when it was not reviewed, or was changed meanwhile.
    :raises Missing: for an article that is not there.
    """
    permissions.check_may_edit(by)
    article = _locked(article_id)
    _check_seen(article, version)
    article.published = article.newest
    return _step(article, ArticleState.PUBLISHED, by=by)


@transaction.atomic
def withdraw(*, article_id: int, why: str, by: Actor) -> Article:
    """Take an article away from readers at once. One person alone is enough: nothing wrong can come of it.

    :raises Refused: without a reason, or when it was withdrawn already.
    :raises Missing: for an article that is not there.
    """
    permissions.check_may_edit(by)
    if not why.strip():
        raise Refused(N_("Please say why the article is withdrawn."), "article_no_reason")
    article = _locked(article_id)
    article.published = None
    return _step(article, ArticleState.WITHDRAWN, why=why, by=by)


def put(*, slug: str, draft: Draft, by: Actor) -> bool:
    """Publish an article that comes with Khumkan, unless there is one at its address; return whether it was put.

    :param by: Khumkan itself; nobody else may.
    """
    if by.id is not None:
        raise Refused(N_("Somebody else must review this: you wrote it yourself."), "article_second_person")
    with transaction.atomic():
        _check(draft)
        article, is_new = Article.objects.get_or_create(slug=slug, defaults={"changed_at": clock.now()})
        if is_new:
            _write(article, draft, why="", by=by)
            _step(article, ArticleState.REVIEWED, by=by)
            article.published = article.newest
            _step(article, ArticleState.PUBLISHED, by=by)
    return is_new


def _check(draft: Draft) -> None:
    if not draft.thai.is_whole or (draft.english and not draft.english.is_whole):
        raise Refused(N_("Title, summary and text are needed in a language, or none of them."), "article_half")
    if draft.valid_from and draft.valid_until and draft.valid_until < draft.valid_from:
        raise Refused(N_("The last day is before the first day."), "article_days_wrong")
    elsewhere = [part for words in (draft.thai, draft.english) for part in (words.title, words.summary)]
    if any(texts.values_in(part) for part in (*elsewhere, *draft.asked)):
        raise Refused(N_("Values of terms stand in the text only, nowhere else."), "article_value_above")
    if len(draft.asked) > MOST_WAYS or any(len(way) > LONGEST_WAY for way in draft.asked):
        raise Refused(
            N_("At most %(most)s ways of asking, each of at most %(longest)s letters."),
            "article_asked_too_much",
            most=MOST_WAYS,
            longest=LONGEST_WAY,
        )
    unknown = terms_in_texts.unknown_in(draft.thai.body, draft.english.body)
    if unknown:
        raise Refused(N_("No terms have this value: %(value)s"), "article_value_unknown", value=unknown[0])


def _check_seen(article: Article, version: int) -> None:
    if _newest(article).number != version:
        raise Refused(
            N_("The article was changed in the meantime. Please read it again first."), "article_changed_meanwhile"
        )


def _locked(article_id: int) -> Article:
    try:
        return Article.objects.select_for_update(of=("self",)).select_related("newest").get(pk=article_id)
    except Article.DoesNotExist as error:
        raise Missing("no such article") from error


def _newest(article: Article) -> ArticleVersion:
    if article.newest is None:
        raise ValueError("an article has a version")
    return article.newest


def _write(article: Article, draft: Draft, *, why: str, by: Actor) -> Article:
    now = clock.now()
    number = article.newest.number + 1 if article.newest else 1
    article.newest = ArticleVersion.objects.create(
        article=article,
        number=number,
        topic=draft.topic,
        audience=draft.audience,
        door=draft.door,
        valid_from=draft.valid_from,
        valid_until=draft.valid_until,
        title_th=draft.thai.title,
        summary_th=draft.thai.summary,
        body_th=draft.thai.body,
        title_en=draft.english.title,
        summary_en=draft.english.summary,
        body_en=draft.english.body,
        asked="\n".join(draft.asked),
        source=draft.source,
        written_by=by.id,
        created_at=now,
    )
    article.written_by, article.reviewed_by = by.id, None
    return _step(article, ArticleState.DRAFT, why=why, by=by)


def _step(article: Article, to: ArticleState, *, by: Actor, why: str = "") -> Article:
    state = ArticleState(article.state)
    if state is not to or to is not ArticleState.DRAFT:
        check(moves.may_move(MOVES, state, to))
    article.state, article.changed_at = to, clock.now()
    article.save()
    version = _newest(article)
    ArticleStep.objects.create(
        article=article, version=version, state=to, why=why.strip(), moved_by=by.id, created_at=article.changed_at
    )
    data = {"state": to.value, "version": version.number}
    record.write("hotline.article_moved", by=by, about=article, data=data)
    return article
