"""The whole bot as its users meet it: the real process, in the stand-in workspace, in both of Slack's ways."""
