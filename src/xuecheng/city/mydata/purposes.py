"""For what the city asks people's consent: purposes as data, in both languages, each text with its version.

A new text is a new version at the end of `versions`; who agreed to an older one is asked anew. Old texts
stay, so that it can be shown what somebody agreed to. Apps above add theirs by `register` from `apps.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language


@dataclass(frozen=True, kw_only=True)
class Words:
    """The text of one version of a purpose."""

    what_zh: str
    what_en: str
    why_zh: str
    why_en: str
    without_zh: str
    without_en: str
    """What is different for whoever does not agree: nothing that they came for."""

    def _said(self, name: str) -> str:
        return str(getattr(self, f"{name}_{'en' if (get_language() or '').startswith('en') else 'zh'}"))

    @property
    def what(self) -> str:
        return self._said("what")

    @property
    def why(self) -> str:
        return self._said("why")

    @property
    def without(self) -> str:
        return self._said("without")


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """One thing that is done with data only with consent."""

    name: str
    label_zh: str
    label_en: str
    basis_zh: str
    basis_en: str
    is_basis_verified: bool = False
    """Whether a lawyer of the city has looked at the legal basis."""
    versions: tuple[Words, ...]
    icon: str = "check"

    @property
    def version(self) -> int:
        return len(self.versions)

    @property
    def words(self) -> Words:
        return self.versions[-1]

    @property
    def label(self) -> str:
        return self.label_en if (get_language() or "").startswith("en") else self.label_zh

    @property
    def basis(self) -> str:
        return self.basis_en if (get_language() or "").startswith("en") else self.basis_zh


PURPOSES: dict[str, Purpose] = {}


def register(purpose: Purpose) -> None:
    """Make a purpose known."""
    PURPOSES[purpose.name] = purpose


NEW_CLASSES = "contact_new_classes"
RESEARCH = "statistics_research"

SHIPPED = (
    Purpose(
        name=NEW_CLASSES,
        icon="bell",
        label_zh="告诉我新开的课",
        label_en="Tell me about new classes",
        basis_zh="《个人信息保护法》第十三条第一项：本人同意",
        basis_en="Personal Information Protection Law art. 13 (1): consent",
        versions=(
            Words(
                what_zh="用到您的居住街道和学过的课程类别。",
                what_en="Your street of residence and the kinds of courses you took are used.",
                why_zh="附近开了您可能想学的课，给您发一条消息。",
                why_en="When a class opens nearby that may suit you, a notice is sent to you.",
                without_zh="不同意也能照常查课、报名。",
                without_en="Without it you can look for classes and enrol just the same.",
            ),
        ),
    ),
    Purpose(
        name=RESEARCH,
        icon="chart-bar",
        label_zh="用于统计和研究",
        label_en="Statistics and research",
        basis_zh="《个人信息保护法》第十三条第一项：本人同意",
        basis_en="Personal Information Protection Law art. 13 (1): consent",
        versions=(
            Words(
                what_zh="用到去掉姓名和联系方式的学习记录、出生年份和居住的区。",
                what_en="Your learning records without your name, your year of birth and your district are used.",
                why_zh="研究怎样办好社区教育。结果里看不出是哪一个人。",
                why_en="To find out how community education gets better. Results show nobody in person.",
                without_zh="不同意，您的学习和学分不受任何影响。",
                without_en="Without it nothing changes in your learning and your credits.",
            ),
        ),
    ),
)

for _purpose in SHIPPED:
    register(_purpose)
