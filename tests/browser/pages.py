"""Every page with something on it: who opens which."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from browser.pages_of_objects import of_objects
from city.documents.nasty import SOUND
from city.realname.numbers import a_number, claimed
from city.situations import TODAY, a_person, holding
from stories.town import Story
from xuecheng.city import clock
from xuecheng.city.access import services as access
from xuecheng.city.access.models import RoleHolding
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.care import services as care
from xuecheng.city.documents import places
from xuecheng.city.documents import services as documents
from xuecheng.city.ids import uuid7
from xuecheng.city.imports.models import ImportFile
from xuecheng.city.linking import services as linking
from xuecheng.city.notices import kinds
from xuecheng.city.notices import services as notices
from xuecheng.city.people import duplicates
from xuecheng.city.people.models import DuplicateCandidate, Person
from xuecheng.city.webhooks import services as webhooks
from xuecheng.learning.credentials.models import Transcript
from xuecheng.learning.recognition.models import Posting, RuleVersion, Run
from xuecheng.learning.records import evidence

WHY = "家属报失联，需核对最近记录"
Names = list[tuple[Any, ...]]


class Ground:
    """An operator, a clerk at the counter and a helper in the town, and something of theirs of every kind."""

    def __init__(self, town: Story) -> None:
        self.town, self.city, self.at = town, town.city, clock.now()
        self.district = self.city.places["天河区"]
        self.operator, self.other = (self.staff("operator", name) for name in ("何运维", "区运维"))
        self.clerk = self.staff("counter_clerk", "窗口员")
        self.protector = self.staff("data_protection_officer", "护数员")
        self.helper = Standing(person=a_person("陈嘉敏"))
        self.learner = Standing(person=town.learner)
        self.registrar = self.city.registrar
        self.key: Any = None
        self.site: Any = None
        self.hook: Any = None

    def staff(self, role: str, name: str) -> Standing:
        person = a_person(name)
        holding(person, role, territory=self.city.places["广州市"])
        return standing_of(person, today=TODAY)

    def guard(self) -> None:
        child = a_person("小明", territory=self.city.places["五山街道"])
        care.record_guardian(
            actor=self.clerk, public_id=uuid7(), child=child, guardian=self.helper.person, relation="mother",
            proof="户口簿", child_born_on=TODAY.replace(year=TODAY.year - 10), at=self.at,
        )  # fmt: skip

    def help(self) -> Any:
        return care.grant_proxy(
            actor=self.learner, public_id=uuid7(), helper=self.helper.person, tasks=["account"],
            ends_on=clock.today() + timedelta(days=3), at=self.at,
        )  # fmt: skip

    def glass(self) -> Any:
        return access.break_glass(
            actor=self.operator, public_id=uuid7(), person=self.town.learner, reason=WHY, at=self.at
        )

    def proposal(self) -> RoleHolding:
        return access.grant_role(
            actor=self.operator, public_id=uuid7(), person=a_person("新运维"), role="operator", territory=self.district,
            begins_on=clock.today(), reason="任命",
        )  # fmt: skip

    def pair(self) -> DuplicateCandidate:
        pair = [a_person("梁美玲", territory=self.city.places["五山街道"]) for _number in range(2)]
        Person.objects.filter(pk__in=[one.pk for one in pair]).update(birth_year=1958)
        pair[0].refresh_from_db()
        duplicates.find_for(pair[0], at=self.at)
        return DuplicateCandidate.objects.order_by("-id")[0]

    def programs(self) -> tuple[Any, Any, Any]:
        key, _secret = linking.make_key(
            actor=self.operator, public_id=uuid7(), reason="接入",
            wish=linking.KeyWish(
                name="教务系统", holder=self.registrar.person, scopes=["records.read"], begins_at=self.at,
                ends_at=self.at + timedelta(days=90), organisation=self.city.college,
            ),
        )  # fmt: skip
        site, _secret = linking.register_site(
            actor=self.operator, public_id=uuid7(), at=self.at, reason="接入",
            wish=linking.SiteWish(
                name_zh="学友网", name_en="Friends", purpose_zh="在一处看到您学过的东西", purpose_en="See",
                organisation=self.city.college, scopes=["openid", "profile", "records.read"],
                redirect_uris=["https://friends.example/back"],
            ),
        )  # fmt: skip
        linking.give_link(person=self.town.learner, client=site.client, scopes=["openid", "records.read"], at=self.at)
        hook, _secret = webhooks.subscribe(
            actor=self.registrar, public_id=uuid7(), organisation=self.city.college, url="https://203.0.113.9/hook",
            events=["record.entered"], at=self.at, reason="接入",
        )  # fmt: skip
        return key, site, hook

    def notice(self) -> Any:
        kind = min(kinds.KINDS.values(), key=lambda one: one.name)
        notices.tell(self.town.learner, kind.name, dict(kind.sample), key="1", at=self.at)

    def evidence(self, record_id: int) -> Any:
        place = places.named(evidence.RECORD)
        assert place is not None
        thing = place.find(str(record_id))
        assert thing is not None
        return documents.add_document(
            actor=self.registrar, place=place, thing=thing, public_id=uuid7(), title="结业证书", file_name="证书.pdf",
            chunks=[SOUND["pdf"]], at=self.at,
        )  # fmt: skip


def of_the_ground(town: Story) -> list[tuple[Client | None, Names]]:
    """Who opens which page of the ground's apps."""
    ground = Ground(town)
    ground.guard()
    ground.help()
    ground.key, ground.site, ground.hook = key, site, hook = ground.programs()
    glass, proposal, pair = ground.glass(), ground.proposal(), ground.pair()
    paper = ground.evidence(Posting.objects.filter(learner=town.learner)[0].record_id).document
    identity = claimed(ground.clerk, town.learner, a_number())
    ground.notice()
    learner, city, college = town.learner.public_id, ground.city.places["广州市"], ground.city.college
    return [
        (
            None,
            [
                ("identity:ask_code",), ("identity:give_start_code",), ("account_signup",), ("identity:recover",),
                ("identity:recover_by_contact",), ("identity:recover_by_code",), ("identity:finish_recovery",),
                ("documents:show_retention",), ("workdays:show_today",), ("workdays:show_year", 2026),
                ("linking:show_docs",),
            ],
        ),
        (
            town.resident,
            [
                ("identity:welcome",), ("identity:show_security",), ("identity:show_second_factor",),
                ("identity:keep_on_device",), ("identity:stay",),
                ("identity:add_contact",), ("identity:choose_password",), ("mfa_list_webauthn",),
                ("mfa_activate_totp",), ("realname:list_own",), ("access:list_own",), ("access:list_own_readings",),
                ("care:list_helpers",), ("care:choose_helper", "who"), ("care:list_helped",), ("notices:list_notices",),
                ("notices:choose",), ("linking:list_links",), ("documents:show_document", paper.public_id),
            ],
        ),
        (
            town.registrar,
            [
                ("documents:list_documents",), ("documents:show_document", paper.public_id),
                ("documents:add_version", paper.public_id), ("documents:remove_document", paper.public_id),
                ("identity:open_at_counter",), ("webhooks:list_subscriptions",), ("webhooks:subscribe",),
                ("webhooks:show_subscription", hook.public_id), ("webhooks:rotate_secret", hook.public_id),
            ],
        ),
        (town.at_browser(ground.helper.person), [("care:list_helped",)]),
        (
            town.at_browser(ground.clerk.person),
            [
                ("people:list_duplicates",), ("people:decide_duplicate", pair.public_id), ("realname:list_documents",),
                ("realname:find_number",), ("realname:list_documents_of", learner), ("realname:claim_document", learner),
                ("realname:show_document", identity.public_id),
                ("care:show_counter", learner), ("care:record_proxy", learner), ("care:record_guardian", learner),
            ],
        ),
        (
            town.at_browser(ground.other.person),
            [
                ("access:list_holdings", college.code), ("access:list_holdings_over", city.code),
                ("access:list_roles_of", ground.registrar.person.public_id), ("access:list_waiting",),
                ("access:decide_holding", proposal.public_id), ("access:list_expiring",), ("access:list_roles",),
                ("access:show_role", "registrar"), ("access:draft_role", "registrar"), ("access:make_role",),
                ("access:list_glass",), ("access:review_glass", glass.public_id), ("vault:show_keys",),
                ("notices:list_messages",), ("linking:list_keys",), ("linking:make_key",),
                ("linking:rotate_key", key.public_id), ("linking:list_sites",), ("linking:register_site",),
                ("linking:end_site", site.public_id), ("realname:list_unmaskings",),
                ("identity:new_start_code", learner), ("identity:recover_at_counter", learner),
            ],
        ),
        *of_objects(town, ground),
    ]  # fmt: skip


def addresses(town: Story) -> list[tuple[Client | None, str]]:
    """Who opens which page."""
    posting = Posting.objects.filter(learner=town.learner)[0]
    transcript = Transcript.objects.get()
    proposed = RuleVersion.objects.get(state="proposed").public_id
    approved = RuleVersion.objects.get(state="approved")
    file, run = ImportFile.objects.get(), Run.objects.get()
    assert run.job is not None
    job = run.job  # the newest jobs are officers' dry runs, which a registrar does not see
    pages: list[tuple[Client | None, list[tuple[Any, ...]]]] = [
        (
            None,
            [
                ("network:show_home",),
                ("account_login",),
                ("web:show_help", "sign-in"),
                ("network:list_places",),
                ("network:show_help",),
                ("recognition:list_public_rules",),
                ("recognition:show_public_rule", approved.code, 1),
                ("credentials:verify",),
                ("credentials:verify_code", transcript.code),
                ("proofs:verify_credential",),
                ("account:explain_checks",),
                ("cards:report_found",),
            ],
        ),
        (
            town.resident,
            [
                ("network:show_learner_home",),
                ("account:see_account",),
                ("account:see_line", posting.key),
                ("account:list_records",),
                ("records:show_record", posting.record_id),
                ("account:see_card",),
                ("cards:keep_card",),
                ("cards:enrol_device",),
                ("credentials:list_transcripts",),
                ("credentials:see_transcript", transcript.code),
                ("credentials:issue_transcript",),
            ],
        ),
        (
            town.registrar,
            [
                ("records:show_desk",),
                ("imports:list_imports",),
                ("imports:bring_file",),
                ("imports:show_import", file.public_id),
                ("records:list_records",),
                ("records:show_record", posting.record_id),
                ("records:enter_record",),
                ("recognition:start_recognition",),
                ("recognition:show_run", run.public_id),
                ("recognition:list_refused",),
                ("recognition:list_credited",),
                ("jobs:list_jobs",),
                ("jobs:show_job", job.public_id),
            ],
        ),
        (
            town.colleague,
            [
                ("recognition:show_desk",),
                ("recognition:list_rules",),
                ("recognition:show_rule", proposed),
                ("recognition:show_rule", approved.public_id),
                ("recognition:draft_rule",),
                ("recognition:correct_record", posting.record_id),
                ("recognition:list_corrections",),
                ("creditbank:see_ledger_health",),
            ],
        ),
        *of_the_ground(town),
    ]
    return [(who, reverse(name, args=args)) for who, some in pages for name, *args in some]
