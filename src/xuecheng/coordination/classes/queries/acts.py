"""The acts of classes."""

SEE = "classes.see_class"
PLAN = "classes.plan_class"
KEEP_SEASON = "classes.keep_season"
KEEP_FEED = "classes.keep_feed"
