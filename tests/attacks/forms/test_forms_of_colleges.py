"""Every form of the college network, sent with more than it asks for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse

from attacks.forms.walking import Walk
from attacks.forms.walks import at_browser, passes
from city.situations import a_registrar
from coordination.colleges.situations import a_net, a_unit, the_standard
from xuecheng.city import clock
from xuecheng.coordination.colleges import forms, shipped
from xuecheng.coordination.colleges.models import College, ShareOffer, StandardEvidence

WHY = {"why": "穗教〔2026〕1号"}
TODAY = clock.today()


@passes(
    "colleges:found_college", "colleges:move_college", "colleges:close_college", "colleges:set_coverage",
    "colleges:set_standard", "colleges:set_targets",
)  # fmt: skip
def test_keeping_the_network(walk: Walk) -> None:
    net = a_net()
    operator = at_browser(net.operator.person)
    school = a_unit("street", net.places["员村街道"], "员村社区学校")
    wish: dict[str, Any] = {
        "level": "street", "organisation": school.code, "parent": str(net.district.public_id), "on": str(TODAY),
    } | WHY  # fmt: skip
    walk.post("colleges:found_college", operator, wish)
    made = College.objects.get(organisation=school).public_id
    walk.post("colleges:move_college", operator, {"parent": str(net.city.public_id)} | WHY, public_id=made)
    covers = {"territories": [], "from_on": str(TODAY)} | WHY
    walk.post("colleges:set_coverage", operator, covers, public_id=made)
    walk.post("colleges:close_college", operator, {"on": str(TODAY + timedelta(days=9))} | WHY, public_id=made)
    standard = {"items": forms.written(shipped.STANDARDS["street"]), "begins_on": str(TODAY), "source": "穗教"} | WHY
    walk.post("colleges:set_standard", operator, standard)
    walk.post("colleges:set_targets", operator, {"begins_on": str(TODAY), "source": "穗教"} | WHY)


@passes("colleges:give_evidence", "colleges:review_evidence", "colleges:declare_offer", "colleges:end_offer")
def test_keeping_a_college(walk: Walk) -> None:
    net = a_net()
    operator = at_browser(net.operator.person)
    the_standard(net, begins_on=TODAY)
    keeper = at_browser(a_registrar(net.street.organisation, "校务员二").person)
    key = net.street.public_id
    shown = {"words": "五街〔2026〕8号", "valid_until": str(TODAY + timedelta(days=90))}
    walk.post("colleges:give_evidence", keeper, shown, public_id=key, code="plan")
    row = StandardEvidence.objects.get().public_id
    page = reverse("colleges:show_evidence", args=[row])
    walk.post("colleges:review_evidence", operator, {"finding": "相符", "verdict": "yes"}, page=page, public_id=row)
    offer = {
        "side": "shares", "kind": "room", "theme": "dance", "first_on": str(TODAY),
        "last_on": str(TODAY + timedelta(days=60)),
    }  # fmt: skip
    walk.post("colleges:declare_offer", keeper, offer, public_id=key)
    page = reverse("colleges:show_college", args=[key])
    walk.post("colleges:end_offer", keeper, {}, page=page, public_id=ShareOffer.objects.get().public_id)
