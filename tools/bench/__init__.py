"""`make bench`: the production server measured with a real load generator, beside a bare view."""
