"""How dates and times are written where no template or function says it: as everywhere else."""

from foundation.core.clock import CLOCK, DAY, MOMENT

DATE_FORMAT = SHORT_DATE_FORMAT = DAY
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = MOMENT
TIME_FORMAT = CLOCK
