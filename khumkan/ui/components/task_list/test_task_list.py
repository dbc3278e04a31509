"""Parts of a longer piece of work."""

import re

from khumkan.ui.testing import written


def test_the_link_is_described_by_its_state() -> None:
    task = written('{% task_list %}{% task "Draw" status="Done" href="/d/" %}{% endtask_list %}')
    name = re.search(r'aria-describedby="([^"]+)"', task)
    assert name is not None
    assert f'id="{name[1]}"' in task


def test_what_cannot_begin_has_no_link() -> None:
    assert "<a " not in written('{% task "Draw" status="Cannot begin yet" %}')
