"""The acts of teaching."""

TAKE, CHECK_IN, DECIDE = "teaching.take_attendance", "teaching.check_in", "teaching.decide_completion"
