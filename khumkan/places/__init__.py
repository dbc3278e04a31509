"""Places: the administrative areas of Thailand, the sites of services, and the days on which they are open.

Areas come from the `geothai` data release and keep their official codes: two digits for a province, four for a
district, six for a subdistrict, always text. Areas that were abolished stay, with the areas that took their place, so
that an old address remains valid. A site has one opening interval for each weekday, closures, and a number of places a
day for each kind of service. Public holidays are seeded from the `holidays` package and belong to the office from then
on. Knows no person and no programme.
"""
