"""A web page that shows the stand-in workspace to somebody in it, and lets them write, press and fill in.

Everything is rendered here, from the bot's own payloads; the browser only puts new pieces in place of old ones.
"""
