"""The shell at the top: home pages, navigation, the sign-in of persons, and what holds for every page."""
