"""What every organisers' screen gets by deriving from a class of this package.

An organiser finds, on every screen alike: the rows of their own workshops and nothing of another;
choices from the same workshop; times by its clock; what can't be saved said beside the field, with
everything typed still there; a history of who changed what, where the model keeps one.

A developer names the class that fits, then `area` and `workshop_path`, and nothing of the above:

- `scoped.ScopedAdmin`: a screen of a model's rows.
- `audited.AuditedAdmin`: the same, for a model with a history.
- `scoped.ScopedInline`: a table of rows on their parent's screen.
- `scope.OperatorsOnly`: mixed in before them, a screen for superusers alone.
- `forms.ScopedForm`: the form of a screen. It reads the row again, locked, before it is changed:
  derive from it, and override `lock_row` where another row is locked first.
- `filters.ChoicesInUse`: a filter that lists the values in use.

The admin site (`site.BackofficeSite`) registers nothing else. What is unique in a workshop is a
constraint of the model: its `violation_error_message` is the sentence shown, its
`violation_error_code` the name of the field beside which it stands.
"""
