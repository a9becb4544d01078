"""Build of the hourly profiles of the Caspian case.

Each module makes one kind of series from the files of `raw/profiles/`: `load`, `solar`, `wind`,
`hydro`, `price`. `clock` holds the planning calendar, `field` the random fields that tie places
without measurements to places with them, `catalogue` what each series is and how it is written.
"""
