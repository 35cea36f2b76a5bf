"""The interface for programs, assembled: each app's operations under one prefix."""

from __future__ import annotations

from xuecheng.city.access.api import router as roles
from xuecheng.city.access.api_catalogue import router as role_catalogue
from xuecheng.city.api.site import Site
from xuecheng.city.assurance.api import router as assurance
from xuecheng.city.care.api import router as care
from xuecheng.city.documents.api import router as documents
from xuecheng.city.identity.api import router as identity
from xuecheng.city.imports.api import router as imports
from xuecheng.city.jobs.api import router as jobs
from xuecheng.city.linking.scopes import SCOPES
from xuecheng.city.mydata.api import router as mydata
from xuecheng.city.notices.api import router as notices
from xuecheng.city.organisations.api import router as organisations
from xuecheng.city.people.api import router as people
from xuecheng.city.people.api_duplicates import router as duplicates
from xuecheng.city.realname.api import router as realname
from xuecheng.city.territories.api import router as territories
from xuecheng.city.webhooks.api import router as webhooks
from xuecheng.city.workdays.api import router as workdays
from xuecheng.coordination.classes.api import router as classes
from xuecheng.coordination.classes.api_sessions import router as class_sessions
from xuecheng.coordination.colleges.api import router as colleges
from xuecheng.coordination.courses.api import router as courses
from xuecheng.coordination.enrolment.api import router as enrolment
from xuecheng.coordination.facilities.api import router as facilities
from xuecheng.coordination.facilities.api_loans import router as room_loans
from xuecheng.coordination.facilities.api_waits import router as room_waits
from xuecheng.coordination.staff.api import router as staff
from xuecheng.coordination.staff.api_agreements import router as teaching_agreements
from xuecheng.coordination.teaching.api import router as attendance
from xuecheng.coordination.teaching.api_lessons import router as lessons
from xuecheng.coordination.volunteers.api import router as volunteers
from xuecheng.learning.account.api import router as account
from xuecheng.learning.badges.api import router as badges
from xuecheng.learning.cards.api import router as cards
from xuecheng.learning.collectives.api import router as collectives
from xuecheng.learning.credentials.api import router as credentials
from xuecheng.learning.creditbank.api import router as creditbank
from xuecheng.learning.employers.api import router as employers
from xuecheng.learning.exchange.api import router as exchange
from xuecheng.learning.exchange.api_agreements import router as exchange_agreements
from xuecheng.learning.exchange.api_clearing import router as clearing
from xuecheng.learning.foreign.api import router as foreign
from xuecheng.learning.network.api import router as network
from xuecheng.learning.priorlearning.api import router as priorlearning
from xuecheng.learning.priorlearning.api_panel import router as panels
from xuecheng.learning.proofs.api import router as proofs
from xuecheng.learning.recognition.api import router as recognition
from xuecheng.learning.records.api import router as records
from xuecheng.learning.redemption.api_desk import router as redemption
from xuecheng.learning.rollout.api_desk import router as rollout
from xuecheng.learning.supervision.api import router as supervision
from xuecheng.learning.supervision.api_desk import router as supervision_desk
from xuecheng.learning.transfers.api import router as transfers

VERSION = "1.0.0"

site = Site(
    title="Xuecheng 学城",
    version=VERSION,
    description=(
        "The learning city's records, credit and rules for other programs. "
        "Errors are problem+json, lists are paged by cursor, every write carries an Idempotency-Key."
    ),
    scopes={name: scope.label for name, scope in SCOPES.items()},
)
for router in (
    territories,
    organisations,
    people,
    identity,
    duplicates,
    realname,
    care,
    mydata,
    notices,
    roles,
    role_catalogue,
    jobs,
    imports,
    records,
    recognition,
    creditbank,
    account,
    cards,
    exchange,
    exchange_agreements,
    clearing,
    collectives,
    rollout,
    redemption,
    foreign,
    transfers,
    priorlearning,
    panels,
    supervision,
    supervision_desk,
    credentials,
    badges,
    employers,
    proofs,
    network,
    facilities,
    room_loans,
    room_waits,
    classes,
    class_sessions,
    documents,
    webhooks,
    workdays,
    assurance,
    staff,
    teaching_agreements,
    volunteers,
    courses,
    enrolment,
    attendance,
    lessons,
    colleges,
):
    site.add_router("", router)
