"""Articles: from sources to clean, dated, de-duplicated texts."""
