"""Files that people send: read apart from the site, written anew, stored under random names.

Forms take them by `fields`, models name them by `storage.stored_name`, and a view that has asked
who may see them answers with `storage.serve`.
"""
