"""Access: who may do what, where (door "Access"). Deny by default.

Services call `require(actor, "app.act", on=thing, today=…)`; queries call `visible(viewer, …)`. Which role may do what
stands in one place, `rules.ROLES`.
"""
