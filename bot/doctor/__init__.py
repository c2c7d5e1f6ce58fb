"""Whether all is well: ``recap doctor``. Facts are gathered and judged part by part; each finding has its remedy."""
