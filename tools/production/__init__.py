"""The site as the README runs it for real, with the files of deploy/, on one machine's high ports."""
