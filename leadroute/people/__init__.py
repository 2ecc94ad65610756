"""Who can take work at an instant: hours, leave, time zones."""
