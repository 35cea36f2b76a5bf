"""The shell every page stands in: base templates, components, assets, errors. No domain word lives here."""
