"""Registering, from the public form or an invitation, and what participants do on `me/`."""
