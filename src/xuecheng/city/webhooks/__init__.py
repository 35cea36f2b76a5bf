"""Webhooks 事件推送: other systems are told what happened, signed, again and again until they have taken it.

What is to be told is written in the transaction in which it happened (`webhooks_delivery` is the outbox); a job sends
it. Floors above register their events in `events` and write the rows by triggers of their own.
"""
