"""The classroom: a recording of a town, the page that plays it, the lesson around it."""
