"""Every change of a registration: the participant's (`registering`), organisers' (`deciding`)."""
