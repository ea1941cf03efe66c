"""Council tax, grants and fees in North Lanarkshire: who they are about, facts and formulas."""
