"""The page of the one search box: what the reader may see, kind by kind."""
