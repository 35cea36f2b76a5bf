"""The card that asks how far its work is: itself while it goes on, the page anew when it is over."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from xuecheng.web import polling


@pytest.mark.parametrize(
    ("asks", "is_open", "wanted"),
    [(False, True, None), (False, False, None), (True, True, "card"), (True, False, "anew")],
)
def test_a_card_is_answered_with_a_card_or_with_the_page_anew(asks: bool, is_open: bool, wanted: str | None) -> None:
    request = RequestFactory().get("/", headers={"HX-Request": "true"} if asks else {})
    context = {"title": "一件工作", "done": 1, "total": 2, "words": "还在进行"}
    answer = polling.card_of(request, "cotton/progress.html", context, is_open=is_open)
    if wanted is None:
        assert answer is None
    elif wanted == "anew":
        assert answer is not None
        assert (answer.headers.get("HX-Refresh"), answer.content) == ("true", b"")
    else:
        assert answer is not None
        assert "<html" not in answer.content.decode()
        assert "HX-Refresh" not in answer.headers
