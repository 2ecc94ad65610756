"""Other people's systems. Its first member comes with the CRM connections."""
