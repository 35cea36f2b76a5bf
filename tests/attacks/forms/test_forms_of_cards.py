"""Every form of cards, sent with more than it asks for."""

from __future__ import annotations

from django.urls import reverse

from attacks.forms.walking import Walk
from attacks.forms.walks import at_browser, passes, proved, with_password
from city.situations import a_person, a_registrar, an_organisation, small_city
from learning.cards.situations import a_clerk, a_phone, of, with_card
from xuecheng.learning.cards import queries
from xuecheng.learning.cards.models import Card, Device


@passes(
    "cards:freeze_card", "cards:change_card", "cards:revoke_device", "cards:counter", "cards:report_found",
)  # fmt: skip
def test_cards(walk: Walk) -> None:
    street = small_city()["五山街道"]
    college = an_organisation(street, name_zh="五山街道社区学校")
    holder = of(with_password(with_card(a_person("持卡人", territory=street))))
    own, clerk = proved(holder.person), at_browser(a_clerk(street).person)
    card = queries.card_of(holder.person_keys)
    assert card is not None
    a_phone(holder)
    page = reverse("cards:keep_card")
    walk.post("cards:revoke_device", own, {}, public_id=Device.objects.get().public_id, page=page)
    walk.post("cards:freeze_card", own, {"reason": "lost"}, public_id=card.public_id, page=page)
    walk.post("cards:change_card", own, {}, public_id=card.public_id, verb="thaw")
    there = reverse("cards:show_kept", args=[card.public_id])
    kept = {"reason": "found", "kept_at": college.code}
    walk.post("cards:freeze_card", clerk, kept, public_id=card.public_id, page=there)
    walk.post("cards:change_card", clerk, {"reason": "lost"}, public_id=card.public_id, verb="replace")
    new = Card.objects.exclude(state="replaced").get(account=holder.person.pk)
    staff = at_browser(a_registrar(college).person)
    walk.post("cards:counter", staff, {"organisation": college.code, "card": new.number, "confirmed": "name"})
    walk.post("cards:change_card", clerk, {}, public_id=new.public_id, verb="hand-back")
    walk.post("cards:report_found", at_browser(a_person("路人")), {"number": new.number})
