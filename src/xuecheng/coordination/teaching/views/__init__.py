"""Pages of teaching."""

from .certificates import download_certificate, print_certificates, see_certificate, verify_certificate
from .checking_in import check_in, decide_arrival, show_code
from .completion import assess, completion, correct, list_classes
from .lessons import give_feedback, hand_in, keep_lesson, show_materials, show_own_class
from .own import list_own
from .taking import mark_by_card, sync, take, today

__all__ = [
    "assess",
    "check_in",
    "completion",
    "correct",
    "decide_arrival",
    "download_certificate",
    "give_feedback",
    "hand_in",
    "keep_lesson",
    "list_classes",
    "list_own",
    "mark_by_card",
    "print_certificates",
    "see_certificate",
    "show_code",
    "show_materials",
    "show_own_class",
    "sync",
    "take",
    "today",
    "verify_certificate",
]
