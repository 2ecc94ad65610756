"""What was decided and who carries what, in a database."""
