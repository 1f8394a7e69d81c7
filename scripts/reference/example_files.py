"""Define the files that the examples of the vocabulary use."""

from __future__ import annotations

EXAMPLE_FILES = {
    "energy.csv": """\
year,wind,solar,hydro
2019,12,4,9
2020,14,6,9
2021,15,9,8
2022,18,13,9
2023,21,18,8
2024,23,26,9
""",
    "cities.csv": """\
city,before,after,inhabitants
Alma,42,61,180
Brink,35,52,95
Corvo,58,55,240
Delta,29,44,60
""",
    "applications.csv": """\
stage,people
Applied,1200
Invited,480
Offer,96
Accepted,72
""",
    "traffic.csv": """\
year,ships,load
2021,1702,5400
2022,1695,5800
2023,1688,6100
2024,1660,6300
2025,1651,6540
""",
    "plan.csv": """\
task,phase,start,end
Survey,Plan,2026-03-02,2026-03-27
Design,Plan,2026-03-16,2026-05-08
Building,Build,2026-05-04,2026-08-14
Tests,Build,2026-07-06,2026-08-28
Opening,Build,2026-09-07,
""",
    "shares.csv": """\
source,share
Wind,43
Solar,32
Hydro,17
Other,8
""",
    "regions.csv": """\
region,year,rate,grade
North,2010,61,C
North,2017,66,C
North,2024,74,B
East,2010,58,C
East,2017,71,B
East,2024,82,A
South,2010,69,B
South,2017,64,C
South,2024,63,C
""",
    "waits.csv": """\
day,minutes
Monday,3
Monday,5
Monday,6
Monday,8
Saturday,8
Monday,9
Monday,11
Monday,12
Saturday,12
Monday,13
Saturday,13
Monday,14
Monday,15
Saturday,15
Saturday,16
Saturday,17
Saturday,17
Saturday,18
Saturday,19
Saturday,21
Saturday,22
Saturday,24
Monday,27
Saturday,31
""",
    "budget.csv": """\
item,amount,is_total
Last year,120,yes
Staff,18,
Rent,6,
Travel,-9,
Energy,-14,
This year,,yes
""",
    "districts.csv": """\
district,short,column,row,visitors,type
Harbour,HAR,1,1,34,coast
Old Town,OLD,2,1,58,centre
Market,MAR,3,1,41,centre
Beach,BEA,1,2,63,coast
Park,PAR,2,2,22,suburb
Hills,HIL,3,2,9,suburb
""",
    "countries.csv": """\
country,letters
AT,7
BE,7
DE,7
ES,5
FI,7
FR,6
IT,5
NL,11
PL,6
SE,6
""",
    "rents.csv": """\
month;rent
31/01/2024;9,8
29/02/2024;9,9
31/03/2024;10,4
30/04/2024;10,6
""",
    "growth.csv": """\
size,cost
1,2
10,14
100,130
1000,990
10000,8700
""",
    "doses.csv": """\
dose,effect,low,high
10,12,9,15
20,19,16,22
40,21,15,27
""",
    "harbour.svg": """\
<svg xmlns="http://www.w3.org/2000/svg" width="480" height="240" viewBox="0 0 480 240">
<rect width="480" height="240" fill="#dcebf2"/>
<rect y="150" width="480" height="90" fill="#3f7ea6"/>
<circle cx="390" cy="60" r="28" fill="#e8b84f"/>
<path d="M150 150 h150 l-24 40 h-102 z" fill="#16324a"/>
<path d="M220 50 v94 h-62 z M230 70 v74 h52 z" fill="#ffffff"/>
</svg>
""",
    "ship.svg": """\
<svg xmlns="http://www.w3.org/2000/svg" width="240" height="160" viewBox="0 0 240 160">
<rect width="240" height="160" fill="#dcebf2"/>
<path d="M40 100 h160 l-26 36 h-108 z" fill="#16324a"/>
<path d="M116 20 v74 h-58 z M126 36 v58 h48 z" fill="#a8321f"/>
</svg>
""",
    "greeting.py": """\
# region greet
def greet(name):
    return f"Hello, {name}!"
# endregion

print(greet("Ada"))
""",
    "note.md": "This paragraph comes from another file.\n",
    "references.bib": """\
@book{lovelace1843,
  author = {Ada Lovelace},
  title = {Notes on the Analytical Engine},
  year = {1843},
  publisher = {Taylor},
  address = {London},
}
""",
    "glossary.yaml": """\
- term: gigawatt
  abbreviation: GW
  plural: gigawatts
  definition: A billion watts.
""",
}
