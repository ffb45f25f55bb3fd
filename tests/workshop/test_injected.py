"""What a notebook is given from outside is read, or refused by name."""

import pytest

from scvkit.errors import EngagementError
from scvkit.workshop import desk, open_desk
from scvkit.workshop.injected import refuse_unknown_parameters

OWN = 'engagement = ""  # which client\nchannel = "email"  # which channel'


def test_a_parameter_that_the_notebook_does_not_have_is_refused_by_name() -> None:
    with pytest.raises(EngagementError, match=r"no parameter 'path'.*engagement, channel"):
        refuse_unknown_parameters(("", OWN, '# Parameters\npath = "list.csv"\n'))


def test_a_notebook_that_was_given_nothing_is_left_alone() -> None:
    assert refuse_unknown_parameters(("", OWN, "path = 1")) == frozenset()
    assert refuse_unknown_parameters(()) == frozenset()


def test_given_a_channel_but_no_engagement_a_notebook_says_it_is_the_sample(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: object
) -> None:
    monkeypatch.delenv(desk.ENGAGEMENT_VARIABLE, raising=False)
    cells = ("", OWN, '# Parameters\nchannel = "sms"\n')
    open_desk(work=str(tmp_path))
    assert "sample client" not in capsys.readouterr().out
    monkeypatch.setattr(desk, "cells_so_far", lambda: cells)
    open_desk(work=str(tmp_path))
    assert "this is the sample client" in capsys.readouterr().out
