"""Print how much water each day of the past week took."""

import csv
import io
import urllib.request
from collections import defaultdict

LOG = "http://sallow.local/api/log.csv?days=7"


# region: minutes
def minutes_by_day(text: str) -> dict[str, int]:
    """Add up the minutes of watering for each day of a log."""
    minutes: dict[str, int] = defaultdict(int)
    for row in csv.DictReader(io.StringIO(text)):
        day = row["time"][:10]          # 2026-04-18T09:40 becomes 2026-04-18
        minutes[day] += int(row["water_min"])
    return dict(minutes)
# endregion


if __name__ == "__main__":
    with urllib.request.urlopen(LOG) as answer:
        for day, total in minutes_by_day(answer.read().decode()).items():
            print(f"{day}  {total:3d} min")
