"""Verbs of courses: writing them, having them reviewed, sharing them with other colleges."""

from .exchange import CopyOfOwn, copy_course, share_course
from .reviewing import approve_version, retire_version, return_version
from .writing import (
    CourseFacts,
    CourseKept,
    OwnerNotActive,
    TitleTaken,
    VersionInWork,
    VersionText,
    draft_version,
    edit_version,
    send_to_review,
    write_course,
)

__all__ = [
    "CopyOfOwn",
    "CourseFacts",
    "CourseKept",
    "OwnerNotActive",
    "TitleTaken",
    "VersionInWork",
    "VersionText",
    "approve_version",
    "copy_course",
    "draft_version",
    "edit_version",
    "retire_version",
    "return_version",
    "send_to_review",
    "share_course",
    "write_course",
]
