"""Work on a phone."""

from khumkan.ui.testing import written


def test_work_keeps_its_order_and_has_one_target_each() -> None:
    first = '{% work_item "A" href="/a/" %}1{% endwork_item %}'
    second = '{% work_item "B" href="/b/" status="Late" tone="bad" %}2{% endwork_item %}'
    work = written(f"{{% work_list %}}{first}{second}{{% endwork_list %}}")
    assert work.startswith("<ol")
    assert work.index("/a/") < work.index("/b/")
    assert work.count("<a ") == 2
