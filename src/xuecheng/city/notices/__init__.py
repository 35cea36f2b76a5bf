"""Notices 消息: telling a person something, once, in the site and by the ways they chose.

Inside another verb's transaction a service calls `services.tell` (or `tell_many`); the notice and the messages that
carry it out of the house are rows of that transaction. Errands hand the messages to a provider afterwards, under an id
that never changes, so that after a crash nothing is lost and a provider that knows its ids doubles nothing (REL-02).
"""
