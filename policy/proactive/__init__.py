"""The proactive service: what is due is looked for each night, nobody has to ask."""
