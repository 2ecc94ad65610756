"""Other people's systems: git. CRM connections come here."""
