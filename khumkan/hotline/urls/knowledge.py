"""Addresses of the help pages and of the knowledge base."""

from django.urls import URLPattern, path

from khumkan.hotline.views import help, knowledge, words

ARTICLE = "desk/knowledge/article/<slug:slug>/"
urlpatterns: list[URLPattern] = [
    path("help/", help.home, name="help"),
    path("help/results/", help.results, name="help_results"),
    path("help/check/", help.checker, name="checker"),
    path("help/<slug:slug>/", help.article, name="help_article"),
    path("desk/knowledge/", knowledge.listed, name="knowledge"),
    path("desk/knowledge/new/", knowledge.new, name="new_article"),
    path("desk/knowledge/words/", words.synonyms, name="synonyms"),
    path("desk/knowledge/words/<int:synonym_id>/remove/", words.remove_synonym, name="remove_synonym"),
    path("desk/knowledge/gaps/", words.gaps, name="gaps"),
    path("desk/knowledge/gaps/<int:gap_id>/settle/", words.settle_gap, name="settle_gap"),
    path(ARTICLE, knowledge.one, name="article"),
    path(f"{ARTICLE}change/", knowledge.revise, name="revise_article"),
    path(f"{ARTICLE}translate/", knowledge.translate, name="translate_article"),
    path(f"{ARTICLE}review/<int:version>/", knowledge.review, name="review_article"),
    path(f"{ARTICLE}publish/<int:version>/", knowledge.publish, name="publish_article"),
    path(f"{ARTICLE}withdraw/", knowledge.withdraw, name="withdraw_article"),
]
