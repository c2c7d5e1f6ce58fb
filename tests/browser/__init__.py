"""The page in a real browser, with the real bot behind it. Skipped where there is no Chromium."""
