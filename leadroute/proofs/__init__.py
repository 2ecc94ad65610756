"""What holds for every possible lead. Its first member comes with the rule proofs."""
