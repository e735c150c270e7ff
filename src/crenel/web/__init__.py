"""The app in a browser: a server for one person on their own machine."""
