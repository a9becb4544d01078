"""Build of the hourly profiles of the Caspian case.

Each module makes one kind of series from the files of `raw/profiles/`: `load`, `solar`, `wind`,
`hydro`, `price`. `clock` holds the planning calendar, `field` the random fields that tie places
without measurements to places with them, `catalogue` what each series is and how it is written, and
`targets.csv` the values that series are scaled to, each with its source.

Weather years. Türkiye and Hungary are those of 2025, Romania and Bulgaria of 2019 (Bulgarian load
of 2016), prices of 2025 and 2024, Kazakhstan, Uzbekistan and Kyrgyzstan an undocumented model year;
the Caucasus and the Azerbaijani shelf are drawn. Extremes that strike several countries at once are
therefore not observed, only as likely as the assumed correlations make them.
"""
