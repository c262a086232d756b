"""The site as the README runs it for real, with the files of deploy/, on high ports."""
