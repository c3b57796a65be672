"""The demo: the main job, end to end, on sample sources of our own.

samples/   invented news in three languages, as TOML
outlets    the samples, as feeds and pages (pure)
serve      a small web server for them, with ETags
state      what a second run finds again: the port, and the moment the dates count from
readers    three people who sign up and confirm, through the public pages and their mail
story      the steps, each told in a line
"""
