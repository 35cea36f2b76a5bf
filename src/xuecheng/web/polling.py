"""A page with a card that asks every two seconds how far its work is (`c-progress poll`)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def card_of(request: HttpRequest, template: str, context: dict[str, Any], *, is_open: bool) -> HttpResponse | None:
    """What the card is answered, or None if the whole page was asked for. Once the work is over, the page loads anew:
    what follows is another page than the card that asked, and would not fit into its place.
    """
    if not request.headers.get("HX-Request"):
        return None
    return render(request, template, context) if is_open else HttpResponse(headers={"HX-Refresh": "true"})
